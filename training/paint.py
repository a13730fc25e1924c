"""Strokes drawn as Paint and its like draw them: strokes -> canvas.

A `Session` is everything that a person chooses before saving: the canvas, the pen, the hand, colours,
paper, file format. `choose` draws one at random; `paint` is its pure rendering.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.glyphs import smooth
from training.strokes import Stroke, Written
from watcher.recognition.types import as_uint8

Canvas = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Hand:
    """How the pen was led: slant and aspect of the writing, and what the mouse makes of it.

    `rotation` in degrees, `slant` as x per y, `aspect` as width times height of the original;
    `tremor` is the mouse's jitter as a share of the digit's height; `corners` keeps one point in so
    many (a fast mouse leaves a polyline), 0 for a smooth curve.
    """

    rotation: float
    slant: float
    aspect: float
    tremor: float
    corners: int


@dataclass(frozen=True, slots=True)
class Pen:
    """`width` in pixels; `square` instead of round; `smooth` is anti-aliased."""

    width: int
    square: bool
    smooth: bool


@dataclass(frozen=True, slots=True)
class Session:
    """One drawing session. Sizes in pixels; `left` and `top` place the digit's box of `height`.

    `supersampled`: drawn so many times larger and shrunk before saving. `ink` and `paper` are BGR.
    `texture`: "plain", "gradient", "noise", "lines" or "blotches". `quality`: JPEG's, 0 if lossless.
    """

    hand: Hand
    pen: Pen
    width: int
    height: int
    digit_height: int
    left: float
    top: float
    supersampled: int
    ink: tuple[int, int, int]
    paper: tuple[int, int, int]
    texture: str
    quality: int
    seed: int


_CANVASES: tuple[tuple[float, str], ...] = (
    (0.3, "tiny"),
    (0.25, "small"),
    (0.3, "medium"),
    (0.15, "large"),
)
"""How often each size of canvas is met; counted by eye on what people publish, so a rough guess."""

_WIDEST_PEN = 24
"""Paint's widest brush at its default zoom, in pixels."""


def choose(rng: np.random.Generator, *, crop: bool = False) -> Session:
    """A session at random. With `crop` a large canvas is cut to the digit and some paper, for speed:
    normalising looks at the paper's border and the ink, so little else changes."""
    width, height, digit_height = _choose_canvas(rng)
    widest = max(1, min(_WIDEST_PEN, digit_height // 5))
    pen = Pen(
        width=1
        if rng.random() < 0.15
        else int(round(np.exp(rng.uniform(0, np.log(widest + 0.49))))),
        square=rng.random() < 0.15,
        smooth=rng.random() < 0.5,
    )
    margin = pen.width / 2 + 1
    if crop:
        digit_height = min(digit_height, _LARGEST_CROP)
    if crop and min(width, height) > 1.6 * digit_height:
        width = height = int(1.6 * digit_height) + 8
    span_x, span_y = (
        max(0.0, width - digit_height - 2 * margin),
        max(0.0, height - digit_height - 2 * margin),
    )
    ink, paper = _choose_colours(rng)
    texture = str(rng.choice(_TEXTURES, p=_TEXTURE_ODDS))
    return Session(
        hand=_choose_hand(rng),
        pen=pen,
        width=width,
        height=height,
        digit_height=digit_height,
        left=margin + span_x * rng.random(),
        top=margin + span_y * rng.random(),
        supersampled=int(rng.integers(3, 12)) if digit_height < 60 and rng.random() < 0.4 else 1,
        ink=ink,
        paper=paper,
        texture=texture,
        quality=int(rng.integers(35, 96)) if rng.random() < 0.15 else 0,
        seed=int(rng.integers(2**31)),
    )


_LARGEST_CROP = 400
"""A taller digit is normalised alike but for its thinnest pens, and takes longer to draw."""

_TEXTURES = ("plain", "gradient", "noise", "lines", "blotches")
_TEXTURE_ODDS = (0.87, 0.06, 0.03, 0.01, 0.03)


def paint(written: Written, session: Session) -> Canvas:
    """The canvas (uint8, BGR or grey) that the session leaves of `written`."""
    rng = np.random.default_rng(session.seed)
    coverage = _draw(_placed(rng, written.strokes, session), session)
    canvas = _coloured(rng, coverage, session)
    if session.quality:
        encoded = cv2.imencode(".jpg", canvas, [cv2.IMWRITE_JPEG_QUALITY, session.quality])[1]
        canvas = as_uint8(cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED))
    return canvas


def _choose_canvas(rng: np.random.Generator) -> tuple[int, int, int]:
    """Width and height of the canvas and height of the digit on it."""
    kind = rng.choice([name for _, name in _CANVASES], p=[share for share, _ in _CANVASES])
    if kind == "tiny":
        side = 28 if rng.random() < 0.6 else int(rng.integers(20, 56))
        return side, side, int(rng.integers(max(10, side // 2), side - 1))
    if kind == "small":
        side = int(rng.integers(56, 200))
        return side, int(side * rng.uniform(0.8, 1.3)), int(side * rng.uniform(0.3, 0.78))
    if kind == "medium":
        width, height = (int(v) for v in rng.integers(200, 700, 2))
        return width, height, int(min(width, height) * rng.uniform(0.15, 0.9))
    width, height = int(rng.integers(800, 1921)), int(rng.integers(600, 1081))
    return width, height, int(height * rng.uniform(0.06, 0.85))


def _choose_hand(rng: np.random.Generator) -> Hand:
    polyline = rng.random() < 0.25
    return Hand(
        rotation=rng.normal(0, 6),
        slant=rng.normal(0, 0.12),
        aspect=float(np.exp(rng.normal(0, 0.18))),
        tremor=abs(rng.normal(0, 0.008)) if rng.random() < 0.7 else 0.0,
        corners=int(rng.integers(2, 5)) if polyline else 0,
    )


def _choose_colours(
    rng: np.random.Generator,
) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    chance = rng.random()
    if chance < 0.55:
        return (0, 0, 0), (255, 255, 255)
    if chance < 0.75:
        return (255, 255, 255), (0, 0, 0)
    while True:
        ink, paper = rng.integers(0, 256, 3), rng.integers(0, 256, 3)
        if rng.random() < 0.5:
            paper = np.full(3, 255)
        if np.abs(ink - paper).max() > 70:
            return _bgr(ink), _bgr(paper)


def _bgr(values: NDArray[np.integer]) -> tuple[int, int, int]:
    blue, green, red = (int(value) for value in values)
    return blue, green, red


def _placed(
    rng: np.random.Generator, strokes: tuple[Stroke, ...], session: Session
) -> list[Stroke]:
    """The strokes as the hand led them, in pixels of the (supersampled) canvas."""
    hand = session.hand
    angle = np.radians(hand.rotation)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
    lean = np.array([[hand.aspect, 0], [-hand.slant, 1]], np.float32)
    led = [_led(rng, stroke, hand) @ lean @ turn for stroke in strokes]
    points = np.vstack(led)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    scale = session.digit_height / max(float(size.max()), 1e-6)
    if hand.tremor:
        led = [
            stroke + _tremor(rng, len(stroke), hand.tremor * float(size.max())) for stroke in led
        ]
    offset = np.array([session.left, session.top], np.float32)
    # A narrow digit stands anywhere in the square that was set aside for it.
    offset += (session.digit_height - size * scale) * 0.5
    return [((stroke - low) * scale + offset) * session.supersampled for stroke in led]


def _led(rng: np.random.Generator, stroke: Stroke, hand: Hand) -> Stroke:
    if hand.corners and len(stroke) > 2 * hand.corners:
        start = int(rng.integers(hand.corners))
        kept = np.unique(np.r_[0, np.arange(start, len(stroke), hand.corners), len(stroke) - 1])
        return stroke[kept]
    return smooth(stroke, 4) if 3 <= len(stroke) <= 200 else stroke


def _tremor(rng: np.random.Generator, count: int, amount: float) -> NDArray[np.float32]:
    noise = rng.normal(0, amount, (count + 4, 2))
    # A hand cannot jump: neighbouring points tremble alike.
    kernel = np.ones(5) / np.sqrt(5)
    smoothed = np.stack([np.convolve(noise[:, axis], kernel, "valid") for axis in (0, 1)], axis=1)
    return smoothed.astype(np.float32)


_SUBPIXEL_BITS = 4


def _draw(strokes: list[Stroke], session: Session) -> NDArray[np.uint8]:
    """Coverage by ink, uint8 of the canvas's shape."""
    factor = session.supersampled
    canvas = np.zeros((session.height * factor, session.width * factor), np.uint8)
    pen, thickness = session.pen, session.pen.width * factor
    exact = [np.round(stroke * 2**_SUBPIXEL_BITS).astype(np.int32) for stroke in strokes]
    if pen.square:
        cv2.polylines(canvas, exact, False, 255, 1, cv2.LINE_8, _SUBPIXEL_BITS)
        canvas = as_uint8(cv2.dilate(canvas, np.ones((thickness, thickness), np.uint8)))
    else:
        kind = cv2.LINE_AA if pen.smooth else cv2.LINE_8
        cv2.polylines(canvas, exact, False, 255, thickness, kind, _SUBPIXEL_BITS)
    if factor > 1:
        size = (session.width, session.height)
        canvas = as_uint8(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA))
    return canvas


def _coloured(
    rng: np.random.Generator, coverage: NDArray[np.uint8], session: Session
) -> NDArray[np.uint8]:
    if session.texture == "plain":
        grey = len(set(session.ink)) == len(set(session.paper)) == 1
        tables = np.round(np.linspace(session.paper, session.ink, 256)).astype(np.uint8)
        planes = [cv2.LUT(coverage, tables[:, channel]) for channel in range(1 if grey else 3)]
        return as_uint8(planes[0] if grey else cv2.merge(planes))
    paper = _paper(rng, coverage.shape, session)
    share = coverage[..., None].astype(np.float32) / 255
    ink = np.array(session.ink, np.float32)
    return np.clip(paper * (1 - share) + ink * share, 0, 255).astype(np.uint8)


def _paper(
    rng: np.random.Generator, shape: tuple[int, ...], session: Session
) -> NDArray[np.float32]:
    """The bare paper, float32 (height, width, 3). Texture leaves the ink at least half its contrast."""
    height, width = shape
    paper = np.empty((height, width, 3), np.float32)
    paper[:] = session.paper
    ink = np.array(session.ink, np.float32)
    room = 0.5 * (ink - np.array(session.paper, np.float32))
    if session.texture == "gradient":
        y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
        angle = rng.uniform(0, 2 * np.pi)
        ramp = x * np.cos(angle) + y * np.sin(angle)
        if rng.random() < 0.3:
            centre = rng.uniform(0.2, 0.8, 2)
            ramp = np.hypot(x - centre[0], y - centre[1])
        ramp = (ramp - ramp.min()) / max(float(np.ptp(ramp)), 1e-6)
        return paper + ramp[..., None] * room * rng.uniform(0.3, 1)
    if session.texture == "noise":
        grain = np.abs(rng.normal(0, rng.uniform(0.05, 0.25), (height, width, 1))).astype(
            np.float32
        )
        return paper + np.minimum(grain, 1) * room
    if session.texture == "lines":
        step = int(rng.integers(max(6, height // 20), max(8, height // 5)))
        paper[:: max(step, 2)] += room * rng.uniform(0.2, 0.6)
        if rng.random() < 0.5:
            paper[:, :: max(step, 2)] += room * rng.uniform(0.2, 0.6)
        return paper
    if session.texture == "blotches":
        coarse = rng.random((int(rng.integers(3, 9)), int(rng.integers(3, 9)), 1)).astype(
            np.float32
        )
        cloud = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        return paper + np.clip(cloud, 0, 1)[..., None] * room * rng.uniform(0.3, 0.9)
    return paper
