"""The errors of datasets, and what to do about them."""

from watcher.errors import UserError

FETCH = "run 'python -m training fetch'"


class DatasetError(UserError):
    """Data for training is missing or damaged; the line names the file and says what to do."""


class DatasetNotFoundError(DatasetError):
    """There is no such dataset at all."""
