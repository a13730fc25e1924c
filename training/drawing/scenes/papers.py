"""The paper under a digit: plain, shaded, ruled, squared, dotted, grainy, crumpled, chequered."""

from collections.abc import Callable

import cv2
import numpy as np

from training.drawing.paint import Canvas
from training.drawing.scenes.sheet import Colour, blend, blurred, near, smooth_noise
from training.drawing.sessions import Session
from training.drawing.textures import TEXTURES

Paper = Callable[[np.random.Generator, Session], Canvas]


def plain(_: np.random.Generator, session: Session) -> Canvas:
    """Draw paper of one colour."""
    canvas = np.empty((session.height, session.width, 3), np.uint8)
    canvas[:] = session.paper
    return canvas


def _textured(name: str, most: float) -> Paper:
    def paper(rng: np.random.Generator, session: Session) -> Canvas:
        texture = TEXTURES[name](rng, (session.height, session.width))[..., 0]
        towards: Colour = session.ink if rng.random() < 0.5 else (0, 0, 0)
        if rng.random() < 0.2:
            towards = (255, 255, 255)
        return blend(plain(rng, session), towards, texture * rng.uniform(0.2, most))

    return paper


def _line_colour(rng: np.random.Generator, session: Session) -> tuple[Colour, float]:
    """Return a ruling's colour, in 3 of 10 cases the ink's own, and how strongly it is printed (0 to 1)."""
    chance = rng.random()
    if chance < 0.3:
        return session.ink, float(rng.uniform(0.15, 1.0))
    if chance < 0.7:
        return near(rng, (200, 150, 90), 30), float(rng.uniform(0.3, 0.9))
    return near(rng, (128, 128, 128), 50), float(rng.uniform(0.2, 0.9))


def _spacing(rng: np.random.Generator, session: Session) -> int:
    unit = min(session.height, session.width)
    return max(4, int(unit * np.exp(rng.uniform(np.log(0.035), np.log(0.3)))))


def _line_width(rng: np.random.Generator, session: Session) -> int:
    # A ruling as wide as the pen, in its colour, could be a part of the digit.
    widest = max(1, min(int(0.012 * min(session.height, session.width)), session.pen.width))
    return int(rng.integers(1, widest + 1))


def ruled(rng: np.random.Generator, session: Session) -> Canvas:
    """Draw horizontal lines, sometimes with a margin."""
    paper = plain(rng, session)
    colour, strength = _line_colour(rng, session)
    step, width = _spacing(rng, session), _line_width(rng, session)
    share = np.zeros(paper.shape[:2], np.float32)
    for row in range(int(rng.integers(0, step)), session.height, step):
        share[row : row + width] = strength
    paper = blend(paper, colour, share)
    if rng.random() < 0.3:
        column = int(session.width * rng.uniform(0.03, 0.25))
        paper[:, column : column + width] = near(rng, (90, 90, 220), 30)
    return paper


def squared(rng: np.random.Generator, session: Session) -> Canvas:
    """Draw horizontal and vertical lines, sometimes with every fifth or tenth stronger."""
    paper = plain(rng, session)
    colour, strength = _line_colour(rng, session)
    step, width = _spacing(rng, session), _line_width(rng, session)
    share = np.zeros(paper.shape[:2], np.float32)
    every, stronger = int(rng.choice([1, 5, 10])), min(1.0, 1.6 * strength)
    for number, row in enumerate(range(int(rng.integers(0, step)), session.height, step)):
        share[row : row + width] = stronger if number % every == 0 else strength
    for number, column in enumerate(range(int(rng.integers(0, step)), session.width, step)):
        share[:, column : column + width] = stronger if number % every == 0 else strength
    return blend(paper, colour, share)


def dotted(rng: np.random.Generator, session: Session) -> Canvas:
    """Draw a grid of dots."""
    paper = plain(rng, session)
    colour, strength = _line_colour(rng, session)
    step, width = _spacing(rng, session), _line_width(rng, session) + int(rng.integers(0, 2))
    share = np.zeros(paper.shape[:2], np.float32)
    for down in range(width):
        for right in range(width):
            share[int(step / 2) + down :: step, int(step / 2) + right :: step] = strength
    return blend(paper, colour, share)


def grainy(rng: np.random.Generator, session: Session) -> Canvas:
    """Draw paper with noise on every pixel, in grey or in colour."""
    paper = plain(rng, session).astype(np.float32)
    channels = 1 if rng.random() < 0.6 else 3
    noise = rng.normal(0, rng.uniform(3, 25), (*paper.shape[:2], channels))
    if rng.random() < 0.4:
        noise = 2 * blurred(noise, rng.uniform(0.6, 2)).astype(np.float64)
    return np.clip(paper + noise, 0, 255).astype(np.uint8)


def crumpled(rng: np.random.Generator, session: Session) -> Canvas:
    """Draw paper shaded by creases and bumps."""
    shape = (session.height, session.width)
    bumps = smooth_noise(rng, shape, int(rng.integers(4, 16))) - 0.5
    shade = bumps * rng.uniform(0.1, 0.5)
    for _ in range(int(rng.integers(0, 5))):
        ends = rng.uniform(-0.1, 1.1, (2, 2)) * (session.width, session.height)
        crease = np.zeros(shape, np.float32)
        points = [(int(x), int(y)) for x, y in ends]
        cv2.line(crease, points[0], points[1], 1, max(1, min(shape) // 100))
        shade = shade + blurred(crease, max(1, min(shape) / 120)) * rng.uniform(-0.4, 0.4)
    paper = plain(rng, session).astype(np.float32) * (1 + shade[..., None])
    return np.clip(paper, 0, 255).astype(np.uint8)


def chequered(rng: np.random.Generator, session: Session) -> Canvas:
    """Draw the chequerboard that programs show for transparency: squares of two near tones."""
    paper = plain(rng, session)
    step = max(3, int(min(paper.shape[:2]) * rng.uniform(0.02, 0.12)))
    rows, columns = np.indices(paper.shape[:2]) // step
    tone = int(rng.integers(8, 70))
    lighter = np.array(session.paper, int).mean() < 128
    other = np.clip(np.array(session.paper, int) + (tone if lighter else -tone), 0, 255)
    paper[(rows + columns) % 2 == 1] = other
    return paper


# The kinds of paper, by name.
PAPERS: dict[str, Paper] = {
    "plain": plain,
    "gradient": _textured("gradient", 0.85),
    "noise": _textured("noise", 1.0),
    "blotches": _textured("blotches", 0.7),
    "ruled": ruled,
    "squared": squared,
    "dotted": dotted,
    "grainy": grainy,
    "crumpled": crumpled,
    "chequered": chequered,
}
