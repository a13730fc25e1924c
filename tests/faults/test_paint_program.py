"""A real drawing program on a screen of its own: a seven drawn with the mouse, saved into the inbox."""

import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.faults.running import Running, wait_for_rows
from tests.faults.workplace import Workplace, sha256
from tests.support.pictures import png
from watcher.recognition.recogniser import MODEL_FILE, SHIPPED

ABSENT = [name for name in ("mtpaint", "Xvfb", "xdotool") if shutil.which(name) is None]

pytestmark = [
    pytest.mark.skipif(bool(ABSENT), reason=f"not installed: {', '.join(ABSENT)}"),
    pytest.mark.skipif(not (SHIPPED / MODEL_FILE).exists(), reason=f"no model in {SHIPPED}"),
]


class Screen:
    """A virtual screen, with what is started on it and the mouse and keyboard in front of it."""

    def __init__(self, folder: Path) -> None:
        reader, writer = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1000x800x24", "-nolisten", "tcp"],
            pass_fds=[writer],
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        with os.fdopen(reader) as number:
            display = number.readline().strip()
        self._env = {**os.environ, "DISPLAY": f":{display}", "HOME": str(folder)}
        self._programs: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str) -> None:
        quiet = subprocess.DEVNULL
        self._programs.append(subprocess.Popen(words, env=self._env, stdout=quiet, stderr=quiet))

    def do(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self._env, capture_output=True, text=True, check=False
        )
        time.sleep(0.05)
        return done.stdout.strip()

    def until(self, is_so: Callable[[], object], what: str, seconds: float = 15) -> None:
        end = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < end, f"{what} did not come: {self.windows()}"
            time.sleep(0.1)

    def windows(self) -> list[str]:
        found = self.do("search", "--onlyvisible", "--name", ".").split()
        return [self.do("getwindowname", window) for window in found]

    def end(self) -> None:
        for process in [*self._programs, self._server]:
            process.terminate()
            process.wait(10)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    screen = Screen(tmp_path)
    yield screen
    screen.end()


# On the screen, where mtPaint shows a canvas of 260 x 200 in the middle of its window.
SEVEN = [(310, 180), (360, 180), (410, 180), (395, 212), (380, 245), (365, 277), (350, 310)]

# Where mtPaint 3.40 has the button for it.
PENCIL = (17, 78)


def drawn(points: list[tuple[int, int]]) -> list[str]:
    """xdotool's words for a stroke, slow enough for a program to follow."""
    words: list[str] = []
    for before, after in pairwise(points):
        for step in range(1, 11):
            x = before[0] + (after[0] - before[0]) * step // 10
            y = before[1] + (after[1] - before[1]) * step // 10
            words += ["mousemove", str(x), str(y), "sleep", "0.01"]
    start = ["mousemove", *map(str, points[0]), "mousedown", "1", "sleep", "0.1"]
    return [*start, *words, "mouseup", "1"]


def test_a_seven_drawn_with_the_mouse_and_saved_is_filed_as_a_seven(
    workplace: Workplace, screen: Screen, tried: Counter[str]
) -> None:
    workplace.save("sept.png", png(np.full((200, 260, 3), 255, np.uint8)))
    screen.start("mtpaint", str(workplace.inbox / "sept.png"))
    screen.until(lambda: any("sept.png" in name for name in screen.windows()), "mtPaint")
    time.sleep(0.5)
    watcher = Running(workplace, workplace.start_real())
    wait_for_rows(workplace, 1)  # The empty canvas is taken; the program still has it open.
    screen.do("mousemove", *map(str, PENCIL), "click", "1")
    screen.do(*drawn(SEVEN))
    screen.do("key", "ctrl+s")
    wait_for_rows(workplace, 2)
    watcher.end()
    blank, seven = workplace.rows()
    assert (blank["status"], blank["reason"]) == ("unsure", "blank canvas")
    assert (seven["file"], seven["digit"], seven["status"]) == ("sept.png", "7", "filed")
    saved = (workplace.outbox / seven["filed_as"]).read_bytes()
    workplace.saved[sha256(saved)] = 1
    workplace.check()
    tried["drawings by a real program"] += 1
