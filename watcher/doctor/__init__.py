"""The doctor: looks for what keeps the watcher from working, and says how to mend it. Changes nothing."""
