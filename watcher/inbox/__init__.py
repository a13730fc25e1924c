"""The inbox: which files are ready, and how they are claimed.

`scan` lists the folder (`listing`), looks into each file, and yields those that are ready; `settling` and
`retries` remember files between two scans, `faults` says what keeps a file, `batches` groups ready files,
`claims` takes them out of the inbox, `events` wakes the watcher.
"""
