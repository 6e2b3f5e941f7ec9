"""What a network learns from: the base and what people drew, sides of the split apart, and a manifest of it."""
