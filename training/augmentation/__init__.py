"""Drawings made into others: distorted, drawn by other hands and pens, thrown together; and who is shown which."""
