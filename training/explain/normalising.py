"""A drawing's way to the 28 x 28 pixels that the network sees, step by step."""

import cv2
import numpy as np

from training.explain.figures import Figure
from training.explain.pictures import enlarge, shrink
from watcher.recognition import Drawing, InkFinder
from watcher.recognition.normalise import BOX, SIDE, centre, find_ink, fit, thicken
from watcher.recognition.types import as_uint8
from watcher.recognition.view import VIEW_SIDE, Placement, view_of

# CSS pixels of a step's picture, and the longer side of what is kept of a large canvas.
_WIDTH, _KEPT = 190, 380


def steps(drawing: Drawing, finder: InkFinder) -> list[Figure]:
    """Return a figure for each step; only the drawing where its canvas is blank."""
    ink, is_plain = find_ink(drawing, finder)
    drawn = as_uint8(
        cv2.cvtColor(drawing.pixels, cv2.COLOR_RGB2BGR)
        if drawing.pixels.ndim == 3
        else drawing.pixels
    )
    size = f"{drawing.width} × {drawing.height} pixels"
    found = [Figure("1-drawing", _shown(drawn), f"The drawing: {size}.", _WIDTH)]
    if ink is None:
        return found
    if is_plain:
        how = "The canvas is plain, so ink is whatever differs from the paper."
    else:
        how = "What the second network, the ink finder, takes for ink on the whole canvas."
        found.append(Figure("2-finder", _levels(drawing, finder), how, _WIDTH))
        how = "It looked closer where that is, and this is the ink."
    found.append(
        Figure("2-ink", _shown(ink.strength), f"{how} White on black from here on.", _WIDTH)
    )
    thick = thicken(ink.strength)
    what = (
        "Its strokes are thick enough to be shrunk."
        if thick is ink.strength
        else "Thin strokes are thickened, or they would vanish."
    )
    fitted = fit(thick)
    return [
        *found,
        Figure("3-thickened", _shown(thick), what, _WIDTH),
        Figure("4-fitted", fitted, f"Shrunk until it fits a box of {BOX} × {BOX}.", _WIDTH),
        Figure(
            "5-centred",
            centre(fitted),
            f"Its centre of mass in the middle of {SIDE} × {SIDE}: this is all that the network sees.",
            _WIDTH,
        ),
    ]


def _shown(picture: np.ndarray) -> np.ndarray:
    return enlarge(shrink(picture, _KEPT), _WIDTH)


def _levels(drawing: Drawing, finder: InkFinder) -> np.ndarray:
    place = Placement.of(drawing.height, drawing.width)
    levels = place.crop(finder.levels(view_of(drawing.pixels)))
    return enlarge(levels, VIEW_SIDE)
