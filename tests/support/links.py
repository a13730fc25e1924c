"""File systems that make no hard links; both take the place of `os.link`."""

import errno


def refuse_link(*_: object, **__: object) -> None:
    """Raise what FAT raises."""
    raise PermissionError(errno.EPERM, "Operation not permitted")


def unsupported_link(*_: object, **__: object) -> None:
    """Raise what many network shares raise."""
    raise OSError(errno.EOPNOTSUPP, "Operation not supported")
