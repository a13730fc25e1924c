"""What surrounds a canvas on a screen: words, icons, a ribbon with palettes, tools, scrollbars, buttons."""

from dataclasses import dataclass

import cv2
import numpy as np

from training.drawing.paint import Canvas
from training.drawing.scenes.sheet import Colour, any_colour, near

# Left, top, right, bottom.
Area = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a program: its bars, its workspace, its text and its accents."""

    bar: Colour
    space: Colour
    text: Colour
    accent: Colour


def choose_theme(rng: np.random.Generator) -> Theme:
    accent = near(rng, (190, 110, 30), 50) if rng.random() < 0.6 else any_colour(rng)
    if rng.random() < 0.35:
        dark = near(rng, (40, 40, 40), 12)
        return Theme(dark, near(rng, (25, 25, 25), 10), (225, 225, 225), accent)
    space = near(rng, (215, 205, 200), 22) if rng.random() < 0.7 else near(rng, (120, 120, 120), 40)
    return Theme(near(rng, (243, 243, 243), 8), space, (40, 40, 40), accent)


def add_words(
    rng: np.random.Generator, picture: Canvas, area: Area, colour: Colour, density: float
) -> None:
    """Write lines of letters, too small to be the drawing, in the area's left part."""
    left, top, right, bottom = area
    tall = bottom - top
    if tall < 5 or right - left < 10:
        return
    size = max(0.18, min(tall / 45, 0.6) * rng.uniform(0.6, 1.0))
    rows = max(1, int(tall / (32 * size)))
    for row in range(min(rows, 4)):
        if rng.random() > density:
            continue
        letters = "".join(rng.choice(list("acehilnorstuvPFEdx  0125"), int(rng.integers(3, 30))))
        at = (
            left + int(rng.uniform(0.01, 0.3) * (right - left)),
            top + int((row + 0.75) * tall / rows),
        )
        cv2.putText(picture, letters, at, 0, size, colour, 1, cv2.LINE_AA)


def add_icons(
    rng: np.random.Generator, picture: Canvas, area: Area, colour: Colour, theme: Theme
) -> None:
    """Draw a row of small icons."""
    left, top, right, bottom = area
    side = int((bottom - top) * rng.uniform(0.4, 0.8))
    if side < 3:
        return
    step = int(side * rng.uniform(1.3, 2.5))
    middle = (top + bottom) // 2
    for x in range(left + side, right - side, step):
        tone = (
            colour
            if rng.random() < 0.7
            else (theme.accent if rng.random() < 0.5 else any_colour(rng))
        )
        _icon(rng, picture, (x, middle), max(1, side // 2), tone)


def _icon(
    rng: np.random.Generator, picture: Canvas, at: tuple[int, int], half: int, colour: Colour
) -> None:
    thick = max(1, half // 5)
    chance = rng.random()
    start, end = (at[0] - half, at[1] - half), (at[0] + half, at[1] + half)
    if chance < 0.25:
        cv2.rectangle(picture, start, end, colour, thick if rng.random() < 0.6 else -1)
    elif chance < 0.45:
        cv2.circle(picture, at, half, colour, thick if rng.random() < 0.6 else -1)
    elif chance < 0.6:
        cv2.line(picture, start, end, colour, thick)
    elif chance < 0.75:
        points = np.round(rng.uniform(-half, half, (int(rng.integers(3, 7)), 2)) + at)
        cv2.polylines(picture, [points.astype(np.int32)], rng.random() < 0.5, colour, thick)
    else:
        letter = str(rng.choice(list("ABTU?+x0123456789")))
        cv2.putText(picture, letter, (start[0], end[1]), 0, half / 11, colour, thick, cv2.LINE_AA)


def add_ribbon(rng: np.random.Generator, picture: Canvas, area: Area, theme: Theme) -> None:
    """Draw groups of tools and palettes of colours, with words below them."""
    left, top, right, bottom = area
    picture[top:bottom, left:right] = theme.bar
    tall = bottom - top
    if tall < 6:
        return
    x = left + int(tall * 0.1)
    while x < right - tall // 4:
        wide = int(tall * rng.uniform(0.6, 2.2))
        end = min(right - 2, x + wide)
        if rng.random() < 0.3:
            _palette(rng, picture, (x, top + tall // 8, end, bottom - tall // 3))
        else:
            rows = int(rng.integers(1, 4))
            for row in range(rows):
                y0 = top + int(tall * (0.05 + 0.7 * row / rows))
                add_icons(
                    rng, picture, (x, y0, end, y0 + int(0.7 * tall / rows)), theme.text, theme
                )
        if rng.random() < 0.6:
            add_words(rng, picture, (x, bottom - tall // 4, end, bottom), theme.text, 0.6)
        if rng.random() < 0.6:
            cv2.line(picture, (end, top + 2), (end, bottom - 3), near(rng, theme.space, 10), 1)
        x = end + max(2, int(tall * 0.1))
    if rng.random() < 0.5:
        cv2.line(
            picture, (left, bottom - 1), (right, bottom - 1), near(rng, (190, 190, 190), 30), 1
        )


def _palette(rng: np.random.Generator, picture: Canvas, area: Area) -> None:
    left, top, right, bottom = area
    rows = int(rng.integers(1, 4))
    side = max(2, (bottom - top) // (rows + 1))
    is_round = rng.random() < 0.5
    for row in range(rows):
        for x in range(left, right - side, side + max(1, side // 4)):
            y = top + row * (side + max(1, side // 4))
            if is_round:
                centre = (x + side // 2, y + side // 2)
                cv2.circle(picture, centre, max(1, side // 2), any_colour(rng), -1)
            else:
                cv2.rectangle(picture, (x, y), (x + side, y + side), any_colour(rng), -1)
                cv2.rectangle(picture, (x, y), (x + side, y + side), (130, 130, 130), 1)


def add_tools(rng: np.random.Generator, picture: Canvas, area: Area, theme: Theme) -> None:
    left, top, right, bottom = area
    picture[top:bottom, left:right] = theme.bar
    step = max(6, right - left)
    for y in range(top, bottom - step, step):
        add_icons(
            rng, picture, (left - step // 3, y, right + step // 3, y + step), theme.text, theme
        )


def add_scrollbars(rng: np.random.Generator, picture: Canvas, area: Area, theme: Theme) -> None:
    left, top, right, bottom = area
    thick = max(2, int(min(right - left, bottom - top) * rng.uniform(0.015, 0.05)))
    picture[top:bottom, right - thick : right] = theme.bar
    picture[bottom - thick : bottom, left:right] = theme.bar
    start = int(top + (bottom - top) * rng.uniform(0, 0.4))
    end = int(start + (bottom - top) * rng.uniform(0.2, 0.6))
    picture[start:end, right - thick + 1 : right - 1] = near(rng, (160, 160, 160), 30)
    start = int(left + (right - left) * rng.uniform(0, 0.4))
    end = int(start + (right - left) * rng.uniform(0.2, 0.6))
    picture[bottom - thick + 1 : bottom - 1, start:end] = near(rng, (160, 160, 160), 30)


def add_buttons(rng: np.random.Generator, picture: Canvas, area: Area, theme: Theme) -> None:
    left, top, right, bottom = area
    tall = int((bottom - top) * rng.uniform(0.3, 0.6))
    if tall < 4 or rng.random() < 0.4:
        return
    x = left + int((right - left) * rng.uniform(0.02, 0.5))
    y = top + (bottom - top - tall) // 2
    for _ in range(int(rng.integers(1, 4))):
        wide = int(tall * rng.uniform(1.5, 4))
        filled = rng.random() < 0.5
        cv2.rectangle(picture, (x, y), (x + wide, y + tall), theme.accent, -1 if filled else 1)
        ink = (255, 255, 255) if filled else theme.text
        add_words(rng, picture, (x, y, x + wide, y + tall), ink, 1.0)
        x += wide + tall // 2
