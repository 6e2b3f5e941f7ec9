"""The network: its architecture, training schedule, training loop, and export to LiteRT."""
