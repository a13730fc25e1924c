"""The checks of `doctor`, which change nothing: what keeps the watcher from working, and how to fix it."""
