"""The terminal: lines, colours, progress."""
