"""Calls of the Windows API that Python's library lacks. Only for Windows."""

import ctypes
import msvcrt
import os
import sys
from ctypes import wintypes
from pathlib import Path
from typing import TextIO

# mypy checks the rest on Windows only.
assert sys.platform == "win32"

# From Microsoft's headers: CreateFileW, GetDriveTypeW and SetConsoleMode.
_GENERIC_READ = 0x80000000
_FILE_SHARE_READ = 0x1
_FILE_SHARE_DELETE = 0x4
_OPEN_EXISTING = 3
_FILE_FLAG_OPEN_REPARSE_POINT = 0x00200000
_INVALID_HANDLE = wintypes.HANDLE(-1).value
_DRIVE_REMOTE = 4
_ENABLE_VIRTUAL_TERMINAL_PROCESSING = 0x0004

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


def open_unless_written(path: Path) -> int:
    """Open a file to read and return its descriptor; links are not followed.

    Raises PermissionError while another program has the file open for writing.
    """
    handle = _kernel32.CreateFileW(
        str(path),
        _GENERIC_READ,
        # Without FILE_SHARE_WRITE the call fails while anyone has the file open for writing.
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


def is_remote_drive(drive: str) -> bool:
    """Return whether a drive such as `Z:` is mapped to a network share."""
    return bool(_kernel32.GetDriveTypeW(drive + "\\") == _DRIVE_REMOTE)


def enable_escape_sequences(console: TextIO) -> bool:
    """Make a console interpret escape sequences; return False on Windows before 10, which cannot."""
    handle = wintypes.HANDLE(msvcrt.get_osfhandle(console.fileno()))
    mode = wintypes.DWORD()
    return bool(
        _kernel32.GetConsoleMode(handle, ctypes.byref(mode))
        and _kernel32.SetConsoleMode(handle, mode.value | _ENABLE_VIRTUAL_TERMINAL_PROCESSING)
    )


def can_load(library: str) -> bool:
    """Return whether a DLL such as `msvcp140.dll` can be loaded."""
    try:
        ctypes.WinDLL(library)
    except OSError:
        return False
    return True
