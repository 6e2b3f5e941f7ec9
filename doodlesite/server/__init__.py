"""How HTTP gets to the site: what Gunicorn leaves to a proxy, so that no client can hold up the others."""
