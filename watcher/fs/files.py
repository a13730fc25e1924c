"""Reading files and making changes last, on POSIX and on Windows."""

import errno
import hashlib
import os
import stat
import sys
from pathlib import Path

CHUNK_BYTES = 1 << 20


MACHINE_IS_SHORT = frozenset([errno.EMFILE, errno.ENFILE, errno.ENOMEM])
"""Of what every file needs: none is to blame that meets with these."""


def identity(status: os.stat_result) -> str:
    """Which file this is, whatever its name."""
    return f"{status.st_dev}:{status.st_ino}"


_EXTENDED, _EXTENDED_SHARE = "\\\\?\\", "\\\\?\\UNC\\"
"""Before an absolute path they lift Windows' limits (Microsoft, "Naming Files")."""


def extended(path: Path) -> Path:
    """An absolute path that Windows takes as it is: over 260 characters, called `nul`, ending in a dot.

    Elsewhere every path is taken so.
    """
    if sys.platform != "win32" or str(path).startswith(_EXTENDED):
        return path
    text = str(path)
    return Path(_EXTENDED_SHARE + text[2:] if text.startswith("\\\\") else _EXTENDED + text)


def plain(text: str) -> str:
    """`text` with its extended paths as users know them."""
    if sys.platform != "win32":
        return text
    return text.replace(_EXTENDED_SHARE, "\\\\").replace(_EXTENDED, "")


def open_to_read(path: Path) -> int:
    """Opens a file's descriptor without following a link or waiting at a FIFO.

    On Windows it raises PermissionError as long as another program holds the file for writing.
    """
    if sys.platform == "win32":
        return _open_unshared(path)
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


def read_at(descriptor: int, count: int, offset: int) -> bytes:
    """At most `count` bytes from `offset`; fewer only at the end of the file."""
    os.lseek(descriptor, offset, os.SEEK_SET)
    parts = []
    while count > 0 and (part := os.read(descriptor, min(count, CHUNK_BYTES))):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex; raises OSError."""
    digest = hashlib.sha256()
    descriptor = open_to_read(path)
    try:
        while part := os.read(descriptor, CHUNK_BYTES):
            digest.update(part)
    finally:
        os.close(descriptor)
    return digest.hexdigest()


def look_at(path: Path) -> os.stat_result | None:
    """The status of what bears that name, links not followed; None if nothing does."""
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_regular(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode)


def sync_file(path: Path) -> None:
    """Makes a file's bytes survive a power cut; on Windows that is left to the system."""
    if os.name != "posix":  # It syncs only what is open for writing, and nobody may write a claim.
        return
    descriptor = open_to_read(path)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder survive a power cut; Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some shares cannot sync a folder; they write its names through.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS):
            raise
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _GENERIC_READ = 0x80000000
    _FILE_SHARE_READ = 0x1
    _FILE_SHARE_DELETE = 0x4
    _OPEN_EXISTING = 3
    _FILE_FLAG_OPEN_REPARSE_POINT = 0x00200000
    _INVALID_HANDLE = wintypes.HANDLE(-1).value

    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel32.CreateFileW.restype = wintypes.HANDLE
    _kernel32.CreateFileW.argtypes = [
        wintypes.LPCWSTR,
        wintypes.DWORD,
        wintypes.DWORD,
        wintypes.LPVOID,
        wintypes.DWORD,
        wintypes.DWORD,
        wintypes.HANDLE,
    ]

    def _open_unshared(path: Path) -> int:
        # Without FILE_SHARE_WRITE this fails while anyone has the file open for writing.
        handle = _kernel32.CreateFileW(
            str(path),
            _GENERIC_READ,
            _FILE_SHARE_READ | _FILE_SHARE_DELETE,
            None,
            _OPEN_EXISTING,
            _FILE_FLAG_OPEN_REPARSE_POINT,
            None,
        )
        if handle in (None, _INVALID_HANDLE):
            code = ctypes.get_last_error()
            raise OSError(0, ctypes.FormatError(code), str(path), code)
        return msvcrt.open_osfhandle(handle, os.O_RDONLY | os.O_BINARY)
