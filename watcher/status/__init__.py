"""What `status` tells: whether a watcher runs, what waits and why, and what was done today.

It looks, and changes nothing: no folder is made, no journal migrated, nobody held up.
"""
