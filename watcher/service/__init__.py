"""The background service: its description, the file that each system reads, installation and removal."""
