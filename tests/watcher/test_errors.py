"""The hierarchy of errors is the one that the module of errors draws."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from watcher import errors
from watcher.config.errors import ConfigError
from watcher.errors import DigitWatcherError
from watcher.exit_status import ExitStatus
from watcher.fs.lock import AnotherWatcherError

WATCHER = Path(errors.__file__).parent


def drawn() -> dict[str, str]:
    """Each error of the drawing with the one that it is drawn under."""
    above: dict[int, str] = {}
    found: dict[str, str] = {}
    for line in str(errors.__doc__).splitlines():
        if match := re.match(r"([│├└─ ]*)(\w+Error)\b", line):
            depth = len(match[1]) // 4
            above[depth] = match[2]
            found[match[2]] = above[depth - 1] if depth else "Exception"
    return found


def written() -> Iterator[tuple[str, str]]:
    """Each class of an error in the source with its first base class."""
    for file in WATCHER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
                yield node.name, ast.unparse(node.bases[0])


def test_the_drawing_shows_each_error_under_its_base() -> None:
    assert dict(written()) == drawn()
    assert len(drawn()) > 15


def test_a_command_ends_with_the_status_of_its_error_or_of_the_errors_base() -> None:
    class MistypedError(ConfigError):
        """A kind of mistake in the settings."""

    assert MistypedError("x = y").exit_status == ExitStatus.WRONG_SETTINGS
    assert AnotherWatcherError("taken").exit_status == ExitStatus.ANOTHER_RUNS
    assert DigitWatcherError("any other").exit_status == ExitStatus.FAILED
