"""What `status` shows: whether a watcher runs, what waits and why, and what was done today.

It only reads: it makes no folder, migrates no journal and holds nobody up.
"""
