"""How the C library keeps memory that TensorFlow frees, so that the next batch takes it again."""

import ctypes
import sys

# Parameters of glibc's mallopt (malloc.h) and what they are set to: one arena for all threads, nothing in
# mappings of its own, and next to nothing given back to the kernel.
_SETTINGS = {"M_ARENA_MAX": (-8, 1), "M_MMAP_MAX": (-4, 0), "M_TRIM_THRESHOLD": (-1, 2**31 - 1)}


def keep_freed_memory() -> None:
    """Have glibc keep what is freed; call it before TensorFlow starts its threads.

    By default it hands large blocks back to the kernel and gets them again, page by page: that took half
    of the time in which the ink finder is fitted. Elsewhere than on Linux with glibc nothing happens.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    if hasattr(libc, "gnu_get_libc_version"):
        for parameter, value in _SETTINGS.values():
            libc.mallopt(parameter, value)
