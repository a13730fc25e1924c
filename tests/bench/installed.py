"""How much room an installation takes: a distribution with all that it depends on, extras left out."""

from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement


def megabytes(requirements: Iterable[str]) -> float | None:
    """What `requirements` and all that they depend on take; None where one is not installed."""
    found: dict[str, Distribution] = {}
    try:
        for requirement in requirements:
            _collect(Requirement(requirement), found)
    except PackageNotFoundError:
        return None
    return sum(_sizes(one) for one in found.values()) / 2**20


def folder_megabytes(folder: Path) -> float:
    """What the files in a folder take, caches left out."""
    files = (path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    return sum(path.stat().st_size for path in files if path.is_file()) / 2**20


def _collect(requirement: Requirement, found: dict[str, Distribution]) -> None:
    is_needed = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    if not is_needed or requirement.name in found:
        return
    found[requirement.name] = distribution(requirement.name)
    for further in found[requirement.name].requires or ():
        _collect(Requirement(further), found)


def _sizes(one: Distribution) -> int:
    return sum(path.stat().st_size for path in _paths(one) if path.is_file())


def _paths(one: Distribution) -> Iterator[Path]:
    return (Path(str(one.locate_file(file))) for file in one.files or ())
