"""Which labels are probably wrong: of the base, of the mistaken, of liars."""
