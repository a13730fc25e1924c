"""The inbox: which files are ready, and claiming them."""
