"""The file system, and what differs between operating systems."""
