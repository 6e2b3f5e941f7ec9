"""Training data: base drawings (Quick, Draw!) and user drawings, divided into splits, with a manifest."""
