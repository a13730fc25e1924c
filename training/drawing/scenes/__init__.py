"""Whole pictures as people send them in, with a mask that says which pixels are the digit's ink."""
