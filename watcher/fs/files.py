"""Looking at files and reading them, on POSIX and on Windows; links are never followed."""

import errno
import hashlib
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "win32":
    from watcher.fs import windows

CHUNK_BYTES = 1 << 20

# The machine lacks what any file needs, descriptors, memory or space: no single file is at fault.
MACHINE_IS_SHORT = frozenset([errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EDQUOT])


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file's identity, size and time of writing: equal fingerprints mean that it did not change."""

    identity: str
    size: int
    mtime_ns: int


def fingerprint_of(status: os.stat_result) -> Fingerprint:
    """Return the fingerprint that a status shows."""
    return Fingerprint(identity(status), status.st_size, mtime_ns(status))


def identity(status: os.stat_result) -> str:
    """Return what identifies a file whatever its name: device and inode."""
    return f"{status.st_dev}:{status.st_ino}"


def stat_or_none(path: Path) -> os.stat_result | None:
    """Return the status of a path, or None if nothing has that name."""
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def regular_or_none(path: Path) -> os.stat_result | None:
    """Return the status of a path, or None if it is missing or no regular file."""
    status = stat_or_none(path)
    return status if status is not None and is_regular(status) else None


def has_identity(path: Path, identity_: str) -> bool:
    """Return whether a path names the file with this identity, and not another by now."""
    status = stat_or_none(path)
    return status is not None and identity(status) == identity_


def is_folder(path: str | Path) -> bool:
    """Return whether a folder is there; `Path.is_dir` raises, before Python 3.14, if it cannot tell."""
    return os.path.isdir(path)  # noqa: PTH112


def mtime_ns(status: os.stat_result) -> int:
    """Return when a file was modified in ns, as 64 bits hold it: for comparison, not for order.

    NTFS' zero date, 1601, and any after 2262-04-11 are beyond 64 bits of ns and wrap around, so that
    they stay distinct.
    """
    return wrap_int64(status.st_mtime_ns)


def wrap_int64(number: int) -> int:
    """Return a number modulo 2**64 as a signed integer of 64 bits, the largest that SQLite stores."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


def is_regular(status: os.stat_result) -> bool:
    """Return whether a status is that of a regular file."""
    return stat.S_ISREG(status.st_mode)


def open_to_read(path: Path) -> int:
    """Open a file and return its descriptor, without waiting at a FIFO.

    On Windows, raises PermissionError while another program has the file open for writing.
    """
    if sys.platform == "win32":
        return windows.open_unless_written(path)
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


def read_at(descriptor: int, count: int, offset: int) -> bytes:
    """Return `count` bytes from `offset`; fewer only at the end of the file."""
    os.lseek(descriptor, offset, os.SEEK_SET)
    parts = []
    while count > 0 and (part := os.read(descriptor, min(count, CHUNK_BYTES))):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file under its name at once, over one of that name, without a sync; raises OSError."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hex; raises OSError."""
    digest = hashlib.sha256()
    descriptor = open_to_read(path)
    try:
        while part := os.read(descriptor, CHUNK_BYTES):
            digest.update(part)
    finally:
        os.close(descriptor)
    return digest.hexdigest()
