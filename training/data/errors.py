"""What is wrong with a dataset, and what to do about it."""

from watcher.errors import UserError

FETCH = "run 'python -m training fetch'"


class DatasetError(UserError):
    """Data for training is missing or not what it should be; one line that says what to do."""


class DatasetNotFoundError(DatasetError):
    """There is no such dataset at all."""
