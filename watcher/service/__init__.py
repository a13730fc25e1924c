"""The background service: what it is, how each system is told of it, and how it gets there and away."""
