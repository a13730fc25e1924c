"""The command line of `python -m watcher`, a module a command."""
