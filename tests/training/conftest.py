"""The lanes of training that take minutes."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    lanes = parser.getgroup("training")
    lanes.addoption(
        "--refresh",
        action="store_true",
        help="refresh the shipped model from corrections, good and poisoned; needs the datasets",
    )
