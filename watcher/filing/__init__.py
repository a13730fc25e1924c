"""The filing transaction, and how it is recovered."""
