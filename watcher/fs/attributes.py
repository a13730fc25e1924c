"""What a copy keeps of its original besides the bytes: owner, group, mode, dates, extended attributes."""

import os
import stat
import sys
from contextlib import suppress

if sys.platform == "darwin":
    from watcher.fs import macos

# Linux keeps a POSIX access control list in this extended attribute.
_ACL = "system.posix_acl_access"


def copy_attributes(original: int, copy: int) -> None:
    """Give an open copy, made with mode 0600, its open original's attributes as far as the system allows.

    The copy never permits anybody but its owner more than the original does: where the group or the
    access control list cannot be kept, the group gets what everybody has. On Windows only the dates are
    kept; access control is the folder's there.
    """
    status = os.fstat(original)
    if sys.platform != "win32":
        _copy_owner(status, copy)
        is_acl_kept = _copy_extended(original, copy)
        mode = stat.S_IMODE(status.st_mode) & 0o777
        if not is_acl_kept or os.fstat(copy).st_gid != status.st_gid:
            mode &= ~0o070 | (mode & 0o007) << 3
        with suppress(OSError):
            os.fchmod(copy, mode)


def copy_dates(original: os.stat_result, copy: str) -> None:
    """Give the file at a path the dates of its original, as far as its file system can store them."""
    with suppress(OSError, OverflowError):
        os.utime(copy, ns=(original.st_atime_ns, original.st_mtime_ns))


if sys.platform != "win32":

    def _copy_owner(status: os.stat_result, copy: int) -> None:
        try:
            os.fchown(copy, status.st_uid, status.st_gid)
        except OSError:
            # Only root may give a file away; its group may be any of the user's own.
            with suppress(OSError):
                os.fchown(copy, -1, status.st_gid)


if sys.platform == "linux":

    def _copy_extended(original: int, copy: int) -> bool:
        """Copy extended attributes; return whether the access control list is the original's."""
        try:
            names = os.listxattr(original)
        except OSError:  # This file system has none.
            names = []
        if _ACL not in names:
            # The copy may have inherited one from its folder.
            with suppress(OSError):
                os.removexattr(copy, _ACL)
        is_acl_kept = True
        for name in names:
            try:
                os.setxattr(copy, name, os.getxattr(original, name))
            except OSError:
                is_acl_kept = is_acl_kept and name != _ACL
        return is_acl_kept

elif sys.platform == "darwin":

    def _copy_extended(original: int, copy: int) -> bool:
        """Copy extended attributes; return whether the access control list is the original's."""
        return macos.copy_extended(original, copy)

elif sys.platform != "win32":

    def _copy_extended(_original: int, _copy: int) -> bool:
        """Return whether the access control list is the original's; it is not known here."""
        return True
