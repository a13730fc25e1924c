"""The journal: SQLite, the record of what was claimed, intended and filed."""
