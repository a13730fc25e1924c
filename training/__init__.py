"""Makes the model that the watcher ships: `python -m training`."""
