"""How good a version is, how far its confidence can be trusted, and whether it may replace the champion."""
