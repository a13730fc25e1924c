"""Memory that is freed is kept for the next batch."""

import subprocess
import sys

import pytest

# Page faults while a thread fills and frees 64 MB fifty times, in pages of 4 kB, after a first time.
FAULTS = """
import ctypes, resource, sys, threading
from training.network.allocation import keep_freed_memory
if sys.argv[1] == "kept":
    keep_freed_memory()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p

def fill():
    for turn in range(51):
        block = ctypes.c_void_p(libc.malloc(64 << 20))
        libc.memset(block, turn, 64 << 20)
        libc.free(block)
        if turn == 0:
            before.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
before = []
thread = threading.Thread(target=fill)
thread.start()
thread.join()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before[0])
"""


def faults(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", FAULTS, how], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone: not on Windows or macOS")
def test_freed_memory_is_not_asked_for_again_page_by_page() -> None:
    assert faults("kept") < 5_000
    assert faults("as usual") > 100_000
