"""What keeps one file from being filed, in words for its user."""

import errno

# Another program holds the file or still writes it: no fault, and soon over.
HELD = ""

# A file below a mount of the same disk cannot be renamed out of it, a mounted file not at all.
_MOUNTED = frozenset([errno.EXDEV, errno.EBUSY])

# Windows: another program has the file open, or a part of it locked.
_SHARING_VIOLATIONS = (32, 33)


def describe_unreadable(error: OSError) -> str:
    """Return what to say of a file that cannot be read."""
    return f"cannot be read ({_reason(error)}): let the watcher read it, or save it again"


def describe_unmovable(error: OSError) -> str:
    """Return what to say of a file that cannot be renamed, or HELD."""
    if getattr(error, "winerror", None) in _SHARING_VIOLATIONS:
        return HELD
    if error.errno in _MOUNTED:
        return f"cannot be moved ({_reason(error)}): it is mounted there, copy it into the inbox"
    return f"cannot be moved ({_reason(error)}): unlock it, or let the watcher write in its folder"


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
