"""The model that ships with the repository, and its card."""
