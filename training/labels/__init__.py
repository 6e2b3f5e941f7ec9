"""Finds labels that are probably wrong: in Quick, Draw!, by mistaken users, and by users who lie."""
