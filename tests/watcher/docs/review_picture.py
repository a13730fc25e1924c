"""Take the picture of the review page: `python -m tests.watcher.docs.review_picture FILE`.

`once` files seventy digits by pendigits' writers who validate, from `../shared/datasets`, some of them on
canvases that are not plain; the picture is what Chromium shows of the review.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import sync_playwright

from training.drawing.paint import paint
from training.drawing.scenes.kinds import KINDS, draw_kind
from training.drawing.sessions import choose
from training.drawing.styles import varied
from training.splits import split_pen_writers

_ROOT = Path(__file__).parents[3]
_DRAWINGS = 70
_NAMES = ("digit", "number", "sept", "untitled")


def fill(inbox: Path) -> None:
    """Save the drawings, always the same ones."""
    _, written = split_pen_writers(_ROOT.parent / "shared" / "datasets")
    for number in range(_DRAWINGS):
        rng = np.random.default_rng((5, number))
        digit = varied(rng, written[rng.integers(len(written))])
        if number % 4:
            canvas = paint(digit, choose(rng, crop=True))
        else:
            canvas = draw_kind(rng, digit, KINDS[str(rng.choice(list(KINDS)))]).pixels
        cv2.imwrite(str(inbox / f"{rng.choice(_NAMES)} {number}.png"), canvas)


def main(picture: Path) -> None:
    """File the drawings, serve the review, and save what it shows."""
    with tempfile.TemporaryDirectory() as name:
        desk = Path(name)
        (desk / "inbox").mkdir()
        fill(desk / "inbox")
        watcher = [sys.executable, "-m", "watcher", "--quiet"]
        environment = {"PYTHONPATH": str(_ROOT), "PYTHONUNBUFFERED": "1", "LANG": "C.UTF-8"}
        subprocess.run([*watcher, "once"], cwd=desk, env=environment, check=True)
        review = subprocess.Popen(
            [*watcher[:-1], "review", "--no-browser"],
            cwd=desk,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert review.stdout is not None
            address = review.stdout.readline().partition(" at ")[2].partition(";")[0]
            with sync_playwright() as started:
                browser = started.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox"]
                )
                page = browser.new_page(viewport={"width": 1400, "height": 900})
                page.goto(f"{address}?tab=all")
                page.wait_for_selector("article[aria-selected=true] img")
                page.wait_for_load_state("networkidle")
                page.screenshot(path=picture)
                browser.close()
        finally:
            review.terminate()
            review.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
