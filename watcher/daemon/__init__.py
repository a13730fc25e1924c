"""The loop that files for as long as it runs."""
