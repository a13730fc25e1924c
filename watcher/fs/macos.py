"""Calls of macOS that Python's library lacks. Only for macOS."""

import ctypes
import sys

# mypy checks the rest on macOS only.
assert sys.platform == "darwin"

# From <copyfile.h>.
_COPYFILE_ACL = 1 << 0
_COPYFILE_XATTR = 1 << 2

_libc = ctypes.CDLL(None, use_errno=True)


def copy_extended(original: int, copy: int) -> bool:
    """Copy the access control list and the extended attributes, such as the Finder's tags, between open
    files; return whether all were copied."""
    flags = ctypes.c_uint32(_COPYFILE_ACL | _COPYFILE_XATTR)
    return bool(_libc.fcopyfile(original, copy, None, flags) == 0)
