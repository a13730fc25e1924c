"""Check Python, the packages that the program needs, and the C++ runtime of Windows."""

import platform
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import watcher
from watcher.doctor.findings import Finding, failed, fine, look

_NAME = "digit-watcher"

# Needed only where Windows has no such runtime of its own: what counts is whether it loads.
_RUNTIME = "msvc-runtime"

# Each of these brings the same folder `cv2`; the first is the one that the watcher needs.
_OPENCVS = (
    "opencv-python-headless",
    "opencv-python",
    "opencv-contrib-python-headless",
    "opencv-contrib-python",
)
_RUNTIME_LIBRARIES = ("vcruntime140.dll", "vcruntime140_1.dll", "msvcp140.dll")


@dataclass(frozen=True, slots=True)
class Demands:
    """The Python versions and packages that the program requires, and where that is written."""

    source: str
    python: str
    packages: tuple[str, ...]


def demands() -> Demands | None:
    """Return the demands of the clone that this runs from, else of its installation; None for neither."""
    clone = Path(watcher.__file__).parents[1]
    project = clone / "pyproject.toml"
    if project.is_file():
        table = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
        if table["name"] == _NAME:
            packages = tuple(table["dependencies"])
            return Demands(f"run from the folder {clone}", table["requires-python"], packages)
    try:
        distribution = metadata.distribution(_NAME)
    except metadata.PackageNotFoundError:
        return None
    python = distribution.metadata["Requires-Python"] or ""
    return Demands("installed", python, tuple(distribution.requires or ()))


def versions_fit(demanded: Demands | None, installed: Callable[[str], str | None]) -> Finding:
    """Check that Python and every package are installed in a version in range."""
    if demanded is None:
        return look(
            f"{_NAME} {watcher.__version__} is neither installed nor in its own folder: which packages it "
            "needs is unknown",
            "python -m pip install, and the folder or wheel that it came from",
        )
    program = f"{_NAME} {watcher.__version__} ({demanded.source})"
    misfits = list(_misfits(demanded, installed))
    if misfits:
        return failed(
            f"{program}: {', '.join(said for _, said in misfits)}",
            _fix([name for name, _ in misfits]),
        )
    wanted = [r.name for r in _requirements(demanded.packages)]
    found = [f"{name} {installed(name)}" for name in wanted if name != _RUNTIME]
    return fine(f"{program}: Python {platform.python_version()}, {', '.join(found)}")


def installed_version(package: str) -> str | None:
    """Return the version of an installed package; None if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _misfits(
    demanded: Demands, installed: Callable[[str], str | None]
) -> Iterator[tuple[str, str]]:
    version = platform.python_version()
    if not SpecifierSet(demanded.python).contains(version, prereleases=True):
        yield "Python", f"Python {version} is not {demanded.python}"
    for requirement in _requirements(demanded.packages):
        found = installed(requirement.name)
        if found is None and requirement.name != _RUNTIME:
            yield str(requirement), f"{requirement.name} is missing"
        elif found is not None and not requirement.specifier.contains(found, prereleases=True):
            yield str(requirement), f"{requirement.name} {found} is not {requirement.specifier}"


def _requirements(packages: Iterable[str]) -> Iterator[Requirement]:
    """Yield the requirements of this machine, without those of extras and without their markers."""
    for text in packages:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            requirement.marker = None
            yield requirement


def _fix(names: list[str]) -> str:
    if "Python" in names:
        return "install a Python in that range, and the watcher into it"
    quoted = " ".join(f'"{name}"' for name in names)
    return f"python -m pip install --upgrade {quoted}"


def one_opencv(installed: Callable[[str], str | None]) -> Finding:
    """Check that only one package brings `cv2`."""
    found = [name for name in _OPENCVS if installed(name)]
    if len(found) < 2:
        return fine(f"{found[0]} alone" if found else "none")
    return look(
        f"{' and '.join(found)} are installed into the same folder: which one is used is undefined",
        f"python -m pip uninstall -y {' '.join(found)}, then python -m pip install {_OPENCVS[0]}",
    )


def runtime_loads() -> Finding:
    """Check that the C++ runtime which LiteRT needs on Windows can be loaded."""
    missing = list(_missing_libraries())
    if not missing:
        return fine("it loads")
    return failed(
        f"{', '.join(missing)} cannot be loaded",
        f"python -m pip install {_RUNTIME}, or install Microsoft's Visual C++ Redistributable (x64)",
    )


if sys.platform == "win32":
    from watcher.fs import windows

    def _missing_libraries() -> Iterator[str]:
        return (name for name in _RUNTIME_LIBRARIES if not windows.can_load(name))

else:

    def _missing_libraries() -> Iterator[str]:
        return iter(())
