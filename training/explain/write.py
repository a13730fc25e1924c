"""Write the page that explains how the network reads one drawing."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training import wording
from training.explain import layers, normalising
from training.explain.figures import Figure
from training.explain.layers import Part
from training.explain.pictures import as_bgr, enlarge, signed
from training.network.inside import Change, change_towards, read_layers
from training.publishing.export import load_network
from training.report.pictures import Picture, mosaic
from training.report.rendering import fill
from watcher.recognition import NOT_DIGIT, Decision, Drawing, Normalised, Recogniser, decide

# A pixel that changed by less than this, of 255, looks the same.
_VISIBLE = 25

# Pixels of a 28 x 28 picture beside others.
_SHOWN = 168


@dataclass(frozen=True, slots=True)
class Reading:
    """What the recogniser says of a picture: eleven probabilities, and the likeliest class."""

    probabilities: tuple[float, ...]

    @property
    def best(self) -> int:
        return int(np.argmax(self.probabilities))

    def ranked(self) -> list[tuple[int, float]]:
        """Return the classes in order, each with its probability."""
        return list(enumerate(self.probabilities))


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything the page shows of a drawing.

    `is_plain`: the ink was found without the ink finder. `other`: the class that the picture is changed
    towards. `changed`: before and after.
    """

    file: str
    model: str
    decision: Decision
    reading: Reading
    other: int
    is_plain: bool
    way: Figure
    steps: tuple[Figure, ...]
    parts: tuple[Part, ...]
    evidence: Figure
    change: Change
    reading_changed: Reading
    visibly_changed: int
    changed: Figure

    def figures(self) -> list[Figure]:
        """Return all figures."""
        of_layers = [one for part in self.parts for one in (*part.figures, *part.folded)]
        return [self.way, *self.steps, *of_layers, self.evidence, self.changed]


def explain(
    file: str,
    drawing: Drawing,
    seen: Normalised,
    folder: Path,
    recogniser: Recogniser,
    *,
    min_confidence: float,
) -> Explanation:
    """Explain how the model in `folder`, loaded as `recogniser`, reads `drawing`, normalised as `seen`."""
    (recognition,) = recogniser.read([seen])
    reading = _read(recogniser, seen.image)
    other = _other(reading)
    network = load_network(folder)
    answers = read_layers(network, seen.image)
    change = change_towards(network, seen.image, other)
    return Explanation(
        file=file,
        model=recogniser.name,
        decision=decide(recognition, min_confidence),
        reading=reading,
        other=other,
        is_plain=seen.is_plain,
        way=layers.whole_way(answers),
        steps=tuple(normalising.steps(drawing, recogniser.finder)),
        parts=tuple(layers.parts(answers)),
        evidence=layers.evidence(seen.image, answers, reading.best, other),
        change=change,
        reading_changed=_read(recogniser, change.image),
        visibly_changed=int((np.abs(_difference(seen.image, change.image)) >= _VISIBLE).sum()),
        changed=_changed(seen.image, change.image),
    )


def render(explanation: Explanation) -> str:
    """Return the page, which needs nothing from elsewhere."""
    filters = {"percent": wording.percent, "name": layers.class_name}
    return fill("explain.html", ("training.explain", "training.report"), filters, it=explanation)


def _read(recogniser: Recogniser, image: Picture) -> Reading:
    return Reading(tuple(recogniser.probabilities(image[None])[0].tolist()))


def _other(reading: Reading) -> int:
    """Return the likeliest digit that was not read."""
    others = [at for at in range(NOT_DIGIT) if at != reading.best]
    return max(others, key=lambda at: reading.probabilities[at])


def _changed(before: Picture, after: Picture) -> Figure:
    difference = signed(_difference(before, after), 255)
    tiles = [enlarge(as_bgr(one), _SHOWN) for one in (before, difference, after)]
    caption = (
        "Left what the network saw; ink added is orange, ink taken blue; right what it sees then."
    )
    return Figure("changed", mosaic(tiles, 3, gap=6), caption)


def _difference(
    before: Picture, after: Picture
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    return after.astype(np.float32) - before
