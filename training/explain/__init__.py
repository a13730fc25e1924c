"""A page on which one drawing travels through normalising and every layer of the network."""
