"""Publish a model: the gate it must pass, its export, its versions."""
