"""System calls that fail for one file: `os` functions that raise an errno for paths with a mark."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

# The calls of a filing that take a path, and those that take a descriptor of one.
BY_PATH = ("open", "lstat", "stat", "rename", "replace", "link", "unlink", "mkdir", "utime")
BY_DESCRIPTOR = ("fstat", "read", "lseek", "fsync")
CALLS = (*BY_PATH, *BY_DESCRIPTOR)


@dataclass
class Injection:
    """Makes `call` fail with `number` for paths that hold `mark`, at its `nth` such call and all later ones.

    `number` 0 only counts: `count` is how often the call met the mark.
    """

    call: str
    number: int
    mark: str
    nth: int = 1
    count: int = 0
    is_on: bool = True
    paths: dict[int, str] = field(default_factory=dict)

    def meets(self, path: str) -> None:
        if not self.is_on or self.mark not in path:
            return
        self.count += 1
        if self.number and self.count >= self.nth:
            raise OSError(self.number, os.strerror(self.number), path)


@contextmanager
def injected(injection: Injection) -> Iterator[Injection]:
    """Inject for the time of the block."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (*CALLS, "close"):
            patch.setattr(os, name, _wrapped(name, getattr(os, name), injection))
        yield injection


def _wrapped(name: str, real: Callable[..., Any], injection: Injection) -> Callable[..., Any]:
    def by_path(path: Any, *args: Any, **options: Any) -> Any:
        if name == injection.call:
            paths = [path, *[arg for arg in args if isinstance(arg, str | os.PathLike)]]
            injection.meets(" ".join(os.fspath(one) for one in paths if not isinstance(one, int)))
        result = real(path, *args, **options)
        if name == "open":
            injection.paths[result] = os.fspath(path)
        return result

    def close(descriptor: int) -> None:
        injection.paths.pop(descriptor, None)
        real(descriptor)

    def by_descriptor(descriptor: int, *args: Any, **options: Any) -> Any:
        if name == injection.call:
            injection.meets(injection.paths.get(descriptor, ""))
        return real(descriptor, *args, **options)

    if name == "close":
        return close
    return by_path if name in BY_PATH else by_descriptor
