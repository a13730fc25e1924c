"""Screens with a sheet on them: a paint program's window, a web page, a telephone's screenshot."""

from dataclasses import dataclass

import cv2
import numpy as np

from training.drawing.paint import Canvas
from training.drawing.scenes.sheet import Colour, Sheet, any_colour, blurred, near
from training.drawing.scenes.surroundings import pasted


@dataclass(frozen=True, slots=True)
class _Theme:
    """Colours of a program: its bars, its work space, its letters and its accents."""

    bar: Colour
    space: Colour
    text: Colour
    accent: Colour


def _theme(rng: np.random.Generator) -> _Theme:
    accent = near(rng, (190, 110, 30), 50) if rng.random() < 0.6 else any_colour(rng)
    if rng.random() < 0.35:
        dark = near(rng, (40, 40, 40), 12)
        return _Theme(dark, near(rng, (25, 25, 25), 10), (225, 225, 225), accent)
    space = near(rng, (215, 205, 200), 22) if rng.random() < 0.7 else near(rng, (120, 120, 120), 40)
    return _Theme(near(rng, (243, 243, 243), 8), space, (40, 40, 40), accent)


def paint_window(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """A paint program: title, ribbon with tools and a palette, the canvas on a work space, a status bar."""
    theme = _theme(rng)
    unit = sheet.unit
    ribbon = int(unit * rng.uniform(0.1, 0.6))
    title = int(unit * rng.uniform(0.03, 0.12)) if rng.random() < 0.8 else 0
    status = int(unit * rng.uniform(0.03, 0.1)) if rng.random() < 0.8 else 0
    side = int(unit * rng.uniform(0.05, 0.25)) if rng.random() < 0.3 else 0
    free_right, free_below = (
        int(unit * rng.choice([0, 1]) * rng.uniform(0, 1.2)) for _ in range(2)
    )
    gap = int(unit * rng.uniform(0, 0.08))
    width = side + gap + sheet.width + free_right + max(1, gap)
    height = title + ribbon + gap + sheet.height + free_below + status + max(1, gap)
    picture = np.full((height, width, 3), theme.space, np.uint8)
    left, top = side + gap, title + ribbon + gap
    if rng.random() < 0.3:
        left, top = left + free_right // 2, top + free_below // 2
    if rng.random() < 0.4:
        _drop_shadow(picture, left, top, sheet)
    result = pasted(sheet, picture, left, top).pixels
    result[:title] = theme.accent if rng.random() < 0.2 else theme.bar
    _words(rng, result, (0, 0, width, title), theme.text, 0.5)
    _ribbon(rng, result, (0, title, width, title + ribbon), theme)
    if side:
        _tools(rng, result, (0, title + ribbon, side, height - status), theme)
    if status:
        result[height - status :] = theme.bar
        _words(rng, result, (0, height - status, width, height), theme.text, 0.6)
    if rng.random() < 0.35:
        _scrollbars(rng, result, (side, title + ribbon, width, height - status), theme)
    return pasted(sheet, picture, left, top).with_pixels(
        _put_canvas(rng, result, sheet, (left, top), theme)
    )


def _put_canvas(
    rng: np.random.Generator, result: Canvas, sheet: Sheet, at: tuple[int, int], theme: _Theme
) -> Canvas:
    left, top = at
    bottom, right = top + sheet.height, left + sheet.width
    result[top:bottom, left:right] = sheet.pixels
    if rng.random() < 0.4:
        cv2.rectangle(
            result, (left - 1, top - 1), (right, bottom), near(rng, (120, 120, 120), 30), 1
        )
    if rng.random() < 0.4:
        for x, y in ((right, bottom), (right, (top + bottom) // 2), ((left + right) // 2, bottom)):
            reach = max(1, sheet.unit // 120)
            cv2.rectangle(result, (x, y), (x + 2 * reach, y + 2 * reach), theme.text, 1)
    return result


def web_page(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """A page with a canvas to draw on, its border, and some text and buttons round it."""
    theme = _theme(rng)
    page: Colour = (255, 255, 255) if rng.random() < 0.6 else theme.space
    unit = sheet.unit
    before, after = (rng.uniform(0.01, 0.5, 2) * unit for _ in range(2))
    left, top = int(before[0]) + 2, int(before[1]) + 2
    width, height = left + sheet.width + int(after[0]) + 2, top + sheet.height + int(after[1]) + 2
    picture = np.full((height, width, 3), page, np.uint8)
    text = theme.text if np.array(page).mean() > 128 else (230, 230, 230)
    for area in ((0, 0, width, top - 3), (0, top + sheet.height + 3, width, height)):
        if area[3] - area[1] > 0.07 * unit and rng.random() < 0.6:
            _words(rng, picture, area, text, rng.uniform(0.2, 0.6))
            _buttons(rng, picture, area, theme)
    if rng.random() < 0.85:
        thick = max(1, int(rng.choice([1, 1, 2, 3, 0.01 * unit, 0.03 * unit])))
        colour = (0, 0, 0) if rng.random() < 0.5 else any_colour(rng)
        start = (left - (thick + 1) // 2, top - (thick + 1) // 2)
        end = (left + sheet.width + thick // 2, top + sheet.height + thick // 2)
        cv2.rectangle(picture, start, end, colour, thick)
    return pasted(sheet, picture, left, top)


def telephone(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """A telephone's screenshot: clock and signs at the top, bars of the app, a bar to navigate by."""
    theme = _theme(rng)
    unit = sheet.unit
    width = sheet.width + 2 * int(unit * rng.choice([0, 0, 0.05, 0.12]))
    top = int(unit * rng.uniform(0.08, 0.7))
    below = int(unit * rng.uniform(0.05, 0.8))
    height = top + sheet.height + below
    space = (0, 0, 0) if rng.random() < 0.4 else theme.space
    picture = np.full((height, width, 3), space, np.uint8)
    bar = max(3, int(unit * rng.uniform(0.04, 0.08)))
    if rng.random() < 0.6:
        picture[: 2 * bar] = theme.bar
    text = theme.text if picture[0, 0].mean() > 128 else (235, 235, 235)
    _words(rng, picture, (0, 0, width // 3, bar), text, 0.7)
    _icons(rng, picture, (2 * width // 3, 0, width, bar), text, theme)
    if top > 3 * bar:
        _words(rng, picture, (0, bar, width, 2 * bar), text, 0.7)
        _icons(rng, picture, (width // 2, bar, width, 2 * bar), text, theme)
    if below > 2 * bar:
        at = height - int(bar * rng.uniform(1, 2))
        _icons(rng, picture, (0, at - bar, width, at), text, theme)
    cv2.line(
        picture,
        (width // 3, height - bar // 3 - 1),
        (2 * width // 3, height - bar // 3 - 1),
        text,
        max(1, bar // 8),
    )
    return pasted(sheet, picture, (width - sheet.width) // 2, top)


def desktop_window(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """A small window with a title and buttons, on a desktop or with a soft shadow on nothing."""
    theme = _theme(rng)
    unit = sheet.unit
    title = max(3, int(unit * rng.uniform(0.04, 0.12)))
    edge = int(unit * rng.uniform(0, 0.03))
    margins = [int(v) for v in rng.uniform(0.04, 0.6, 4) * unit]
    width = sheet.width + 2 * edge + margins[0] + margins[2]
    height = sheet.height + title + edge + margins[1] + margins[3]
    back: Colour = (255, 255, 255) if rng.random() < 0.5 else any_colour(rng)
    picture = np.full((height, width, 3), back, np.uint8)
    x0, y0 = margins[0], margins[1]
    x1, y1 = x0 + sheet.width + 2 * edge, y0 + title + sheet.height + edge
    shade = np.zeros((height, width), np.float32)
    cv2.rectangle(shade, (x0, y0 + title // 3), (x1, y1 + title // 3), 1.0, -1)
    shade = blurred(shade, max(1, unit * rng.uniform(0.01, 0.06)))
    picture = (picture * (1 - shade[..., None] * rng.uniform(0, 0.6))).astype(np.uint8)
    cv2.rectangle(picture, (x0, y0), (x1 - 1, y1 - 1), theme.bar, -1)
    dots = ((90, 95, 255), (60, 190, 255), (70, 200, 60))
    for number, colour in enumerate(dots):
        radius = max(1, title // 5)
        at = (x0 + title // 2 + number * 3 * radius, y0 + title // 2)
        cv2.circle(picture, at, radius, colour if rng.random() < 0.8 else theme.text, -1)
    _words(rng, picture, (x0 + 2 * title, y0, x1, y0 + title), theme.text, 0.4)
    return pasted(sheet, picture, x0 + edge, y0 + title)


def _drop_shadow(picture: Canvas, left: int, top: int, sheet: Sheet) -> None:
    reach = max(2, sheet.unit // 60)
    shade = np.zeros(picture.shape[:2], np.float32)
    start, end = (
        (left + reach, top + reach),
        (left + sheet.width + reach, top + sheet.height + reach),
    )
    cv2.rectangle(shade, start, end, 0.4, -1)
    shade = blurred(shade, reach)
    picture[:] = (picture * (1 - shade[..., None])).astype(np.uint8)


Area = tuple[int, int, int, int]
"""Left, top, right, bottom."""


def _words(
    rng: np.random.Generator, picture: Canvas, area: Area, colour: Colour, density: float
) -> None:
    """Lines of letters too small to be the drawing, in the area's left part."""
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


def _icons(
    rng: np.random.Generator, picture: Canvas, area: Area, colour: Colour, theme: _Theme
) -> None:
    """A row of small signs."""
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


def _ribbon(rng: np.random.Generator, picture: Canvas, area: Area, theme: _Theme) -> None:
    """Tools in groups, a palette of colours, words below them."""
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
                _icons(rng, picture, (x, y0, end, y0 + int(0.7 * tall / rows)), theme.text, theme)
        if rng.random() < 0.6:
            _words(rng, picture, (x, bottom - tall // 4, end, bottom), theme.text, 0.6)
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


def _tools(rng: np.random.Generator, picture: Canvas, area: Area, theme: _Theme) -> None:
    left, top, right, bottom = area
    picture[top:bottom, left:right] = theme.bar
    step = max(6, right - left)
    for y in range(top, bottom - step, step):
        _icons(rng, picture, (left - step // 3, y, right + step // 3, y + step), theme.text, theme)


def _scrollbars(rng: np.random.Generator, picture: Canvas, area: Area, theme: _Theme) -> None:
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


def _buttons(rng: np.random.Generator, picture: Canvas, area: Area, theme: _Theme) -> None:
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
        _words(rng, picture, (x, y, x + wide, y + tall), ink, 1.0)
        x += wide + tall // 2
