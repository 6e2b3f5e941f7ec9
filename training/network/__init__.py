"""The network, how long and on what it is trained, and what the site serves of it."""
