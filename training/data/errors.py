"""What is wrong with a dataset, and what to do about it."""

FETCH = "run 'python -m training fetch'"


class DatasetError(Exception):
    """Data for training is missing or not what it should be; one line that says what to do."""


class DatasetNotFoundError(DatasetError):
    """There is no such dataset at all."""
