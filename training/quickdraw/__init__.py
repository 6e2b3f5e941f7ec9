"""Google's Quick, Draw! data set (CC BY 4.0): which files there are, reading them, fetching them."""
