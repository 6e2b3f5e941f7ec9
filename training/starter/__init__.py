"""Exports a version as the starter model, which ships with the repository, and writes its model card."""
