"""Screens with a sheet on them: a paint program, a web page, a telephone, a desktop window."""

import cv2
import numpy as np

from training.drawing.paint import Canvas
from training.drawing.scenes.sheet import Colour, Sheet, any_colour, blurred, near
from training.drawing.scenes.surroundings import pasted
from training.drawing.scenes.widgets import (
    Theme,
    add_buttons,
    add_icons,
    add_ribbon,
    add_scrollbars,
    add_tools,
    add_words,
    choose_theme,
)


def paint_window(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Put the sheet in a paint program's window: title, ribbon of tools, workspace and status bar."""
    theme = choose_theme(rng)
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
    add_words(rng, result, (0, 0, width, title), theme.text, 0.5)
    add_ribbon(rng, result, (0, title, width, title + ribbon), theme)
    if side:
        add_tools(rng, result, (0, title + ribbon, side, height - status), theme)
    if status:
        result[height - status :] = theme.bar
        add_words(rng, result, (0, height - status, width, height), theme.text, 0.6)
    if rng.random() < 0.35:
        add_scrollbars(rng, result, (side, title + ribbon, width, height - status), theme)
    return pasted(sheet, picture, left, top).with_pixels(
        _put_canvas(rng, result, sheet, (left, top), theme)
    )


def _put_canvas(
    rng: np.random.Generator, result: Canvas, sheet: Sheet, at: tuple[int, int], theme: Theme
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
    """Put the sheet on a web page as a canvas to draw on, with a border, text and buttons round it."""
    theme = choose_theme(rng)
    page: Colour = (255, 255, 255) if rng.random() < 0.6 else theme.space
    unit = sheet.unit
    before, after = (rng.uniform(0.01, 0.5, 2) * unit for _ in range(2))
    left, top = int(before[0]) + 2, int(before[1]) + 2
    width, height = left + sheet.width + int(after[0]) + 2, top + sheet.height + int(after[1]) + 2
    picture = np.full((height, width, 3), page, np.uint8)
    text = theme.text if np.array(page).mean() > 128 else (230, 230, 230)
    for area in ((0, 0, width, top - 3), (0, top + sheet.height + 3, width, height)):
        if area[3] - area[1] > 0.07 * unit and rng.random() < 0.6:
            add_words(rng, picture, area, text, rng.uniform(0.2, 0.6))
            add_buttons(rng, picture, area, theme)
    if rng.random() < 0.85:
        thick = max(1, int(rng.choice([1, 1, 2, 3, 0.01 * unit, 0.03 * unit])))
        colour = (0, 0, 0) if rng.random() < 0.5 else any_colour(rng)
        start = (left - (thick + 1) // 2, top - (thick + 1) // 2)
        end = (left + sheet.width + thick // 2, top + sheet.height + thick // 2)
        cv2.rectangle(picture, start, end, colour, thick)
    return pasted(sheet, picture, left, top)


def telephone(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Put the sheet on a telephone's screen: status bar at the top, the app's bars, navigation bar."""
    theme = choose_theme(rng)
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
    add_words(rng, picture, (0, 0, width // 3, bar), text, 0.7)
    add_icons(rng, picture, (2 * width // 3, 0, width, bar), text, theme)
    if top > 3 * bar:
        add_words(rng, picture, (0, bar, width, 2 * bar), text, 0.7)
        add_icons(rng, picture, (width // 2, bar, width, 2 * bar), text, theme)
    if below > 2 * bar:
        at = height - int(bar * rng.uniform(1, 2))
        add_icons(rng, picture, (0, at - bar, width, at), text, theme)
    cv2.line(
        picture,
        (width // 3, height - bar // 3 - 1),
        (2 * width // 3, height - bar // 3 - 1),
        text,
        max(1, bar // 8),
    )
    return pasted(sheet, picture, (width - sheet.width) // 2, top)


def desktop_window(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Put the sheet in a small window with a title and buttons, on a plain desktop, with a soft shadow."""
    theme = choose_theme(rng)
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
    add_words(rng, picture, (x0 + 2 * title, y0, x1, y0 + title), theme.text, 0.4)
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
