"""Draw strokes as Paint and similar programs do: strokes and a session -> canvas."""

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.strokes import Character, Stroke
from training.drawing.glyphs import smooth
from training.drawing.sessions import Hand, Session
from training.drawing.textures import TEXTURES
from watcher.recognition.types import as_uint8

Canvas = NDArray[np.uint8]


def paint(written: Character, session: Session) -> Canvas:
    """Return the canvas (uint8, BGR or grey) of `written` in `session`."""
    rng = np.random.default_rng(session.seed)
    coverage = cover(place_strokes(rng, written.strokes, session), session)
    canvas = _coloured(rng, coverage, session)
    if session.quality:
        encoded = cv2.imencode(".jpg", canvas, [cv2.IMWRITE_JPEG_QUALITY, session.quality])[1]
        decoded = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
        canvas = canvas if decoded is None else as_uint8(decoded)
    return canvas


def place_strokes(
    rng: np.random.Generator, strokes: tuple[Stroke, ...], session: Session
) -> list[Stroke]:
    """Return the strokes as the hand moved, in pixels of the (supersampled) canvas."""
    hand = session.hand
    angle = np.radians(hand.rotation)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
    lean = np.array([[hand.aspect, 0], [-hand.slant, 1]], np.float32)
    moved = [_move(rng, stroke, hand) @ lean @ turn for stroke in strokes]
    points = np.vstack(moved)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    scale = session.digit_height / max(float(size.max()), 1e-6)
    if hand.tremor:
        moved = [
            stroke + _tremor(rng, len(stroke), hand.tremor * float(size.max())) for stroke in moved
        ]
    offset = np.array([session.left, session.top], np.float32)
    # A narrow digit is centred in its square.
    offset += (session.digit_height - size * scale) * 0.5
    scaled: list[Stroke] = [
        ((stroke - low) * scale + offset) * session.supersampled for stroke in moved
    ]
    return scaled


def _move(rng: np.random.Generator, stroke: Stroke, hand: Hand) -> Stroke:
    if hand.corners and len(stroke) > 2 * hand.corners:
        start = int(rng.integers(hand.corners))
        kept = np.unique(np.r_[0, np.arange(start, len(stroke), hand.corners), len(stroke) - 1])
        return np.asarray(stroke[kept], np.float32)
    return smooth(stroke, 4) if 3 <= len(stroke) <= 200 else stroke


def _tremor(rng: np.random.Generator, count: int, amount: float) -> NDArray[np.float32]:
    noise = rng.normal(0, amount, (count + 4, 2))
    # A hand cannot jump, so neighbouring points move alike.
    kernel = np.ones(5) / np.sqrt(5)
    smoothed = np.stack([np.convolve(noise[:, axis], kernel, "valid") for axis in (0, 1)], axis=1)
    return smoothed.astype(np.float32)


_SUBPIXEL_BITS = 4


def cover(strokes: list[Stroke], session: Session) -> NDArray[np.uint8]:
    """Return how much of each pixel ink covers, uint8 of the canvas's shape."""
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
    if pen.hollow:
        rim = np.ones((pen.hollow * factor + 1,) * 2, np.uint8)
        canvas = as_uint8(cv2.morphologyEx(canvas, cv2.MORPH_GRADIENT, rim))
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
    paper = np.empty((*coverage.shape, 3), np.float32)
    paper[:] = session.paper
    ink = np.array(session.ink, np.float32)
    # The texture leaves the ink at least half its contrast.
    paper += (
        TEXTURES[session.texture](rng, coverage.shape)
        * 0.5
        * (ink - np.array(session.paper, np.float32))
    )
    share = coverage[..., None].astype(np.float32) / 255
    return np.clip(paper * (1 - share) + ink * share, 0, 255).astype(np.uint8)
