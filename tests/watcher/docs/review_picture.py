"""Take the picture of the review page: `python -m tests.watcher.docs.review_picture FILE`.

`once` files seventy digits by pendigits' writers who validate, from `../shared/datasets`, some of them on
canvases that are not plain; the picture is what Chromium shows of the review.
"""

import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import sync_playwright

from tests.bench.programs import ROOT, command, reviewing
from tests.watcher.review.test_page import CHROMIUM
from training.drawing.paint import paint
from training.drawing.scenes.kinds import KINDS, draw_kind
from training.drawing.sessions import choose
from training.drawing.styles import varied
from training.splits import split_pen_writers

_DRAWINGS = 70
_NAMES = ("digit", "number", "sept", "untitled")


def fill(inbox: Path) -> None:
    """Save the drawings, always the same ones."""
    _, written = split_pen_writers(ROOT.parent / "shared" / "datasets")
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
        command(desk, ["once", "--quiet"])
        with reviewing(desk) as address, sync_playwright() as started:
            browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(f"{address}?tab=all")
            page.wait_for_selector("article[aria-selected=true] img")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=picture)
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
