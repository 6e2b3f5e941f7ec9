"""Request buffering and load shedding, which Gunicorn leaves to a proxy."""
