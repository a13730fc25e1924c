"""The network sees the same digit whatever the canvas, the pen and the colours were."""

import cv2
import numpy as np
import pytest

from tests.support.pictures import paint_digit, png
from watcher.recognition import Drawing, Recogniser, decide, normalise
from watcher.recognition.ink_finder import shipped_finder
from watcher.recognition.normalise import BOX, SIDE, stroke_width


def seen(canvas: np.ndarray) -> np.ndarray:
    normalised = normalise(Drawing(canvas), shipped_finder())
    assert normalised is not None
    return normalised.image


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of two blurred pictures at the best shift by a pixel, 1 if they are the same."""
    one, other = (cv2.GaussianBlur(picture, (0, 0), 1) for picture in (one, other))
    shifts = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return max(
        float(np.corrcoef(one.ravel(), np.roll(other, shift, (0, 1)).ravel())[0, 1])
        for shift in shifts
    )


PLAIN = seen(paint_digit(5))


@pytest.mark.parametrize(
    "canvas",
    [
        pytest.param(paint_digit(5, ink=(255, 255, 255), paper=(0, 0, 0)), id="white on black"),
        pytest.param(
            paint_digit(5, ink=(0, 0, 255), paper=(0, 128, 0)), id="red on a green as dark"
        ),
        pytest.param(paint_digit(5, ink=(230, 230, 230)), id="faint"),
        pytest.param(paint_digit(5, width=1920, height=1080, pen=19), id="large canvas"),
        pytest.param(paint_digit(5, width=1920, height=1080, pen=1), id="pencil on a large canvas"),
        pytest.param(paint_digit(5, width=8000, height=5000, pen=1), id="pencil on a huge canvas"),
        pytest.param(paint_digit(5, width=100, height=80, pen=2), id="small canvas"),
        pytest.param(cv2.cvtColor(paint_digit(5), cv2.COLOR_BGR2GRAY), id="grey"),
        pytest.param(paint_digit(5)[40:260, 90:310], id="cut close"),
    ],
)
def test_canvas_pen_and_colours_make_no_difference(canvas: np.ndarray) -> None:
    assert likeness(seen(canvas), PLAIN) > 0.85


def test_a_digit_in_a_corner_is_seen_as_one_in_the_middle() -> None:
    canvas = np.full((1080, 1920, 3), 255, np.uint8)
    canvas[-300:, -400:] = paint_digit(5)
    assert likeness(seen(canvas), PLAIN) > 0.99


def test_the_digit_fits_the_box_and_is_centred_by_mass() -> None:
    rows, columns = np.nonzero(PLAIN)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == BOX
    weights = PLAIN / PLAIN.sum()
    middle = np.array(
        [(weights.sum(axis=1) * range(SIDE)).sum(), (weights.sum(axis=0) * range(SIDE)).sum()]
    )
    assert np.abs(middle - (SIDE - 1) / 2).max() <= 0.5


def test_a_pencil_line_is_as_wide_as_a_stroke_of_mnist_when_it_is_shrunk() -> None:
    assert stroke_width(seen(paint_digit(1, width=1600, height=1200, pen=1))) >= 1.5


def shaded(canvas: np.ndarray) -> np.ndarray:
    ramp = np.linspace(0.55, 1, canvas.shape[1])[None, :, None]
    return (canvas * ramp).astype(np.uint8)


def vignetted(canvas: np.ndarray) -> np.ndarray:
    """A lamp over a sheet: lightest in the middle, and next to one tone along the border."""
    height, width, _ = canvas.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return (canvas * (1 - 0.3 * np.hypot(x, y).clip(0, 1))[..., None]).astype(np.uint8)


def ruled(canvas: np.ndarray) -> np.ndarray:
    paper = np.full_like(canvas, 255)
    paper[::25] = paper[:, ::25] = (230, 200, 180)
    return np.minimum(canvas, paper)


def grained(canvas: np.ndarray) -> np.ndarray:
    noise = np.random.default_rng(1).integers(0, 60, canvas.shape)
    return np.clip(canvas.astype(int) - noise, 0, 255).astype(np.uint8)


def blotched(canvas: np.ndarray) -> np.ndarray:
    height, width, _ = canvas.shape
    coarse = np.random.default_rng(1).random((7, 7)).astype(np.float32)
    cloud = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    return (canvas * (1 - 0.5 * cloud[..., None])).astype(np.uint8)


def specked(canvas: np.ndarray) -> np.ndarray:
    dirty = canvas.copy()
    dirty[3:5, 3:5] = dirty[-4:-2, -9:-7] = 0
    return dirty


def framed(canvas: np.ndarray) -> np.ndarray:
    return cv2.copyMakeBorder(canvas, 6, 6, 6, 6, cv2.BORDER_CONSTANT, value=(90, 60, 30))


@pytest.mark.parametrize("paper", [shaded, ruled, grained, specked, framed])
def test_paper_that_is_not_plain_makes_little_difference(paper: object) -> None:
    assert callable(paper)
    assert likeness(seen(paper(paint_digit(5, pen=8))), seen(paint_digit(5, pen=8))) > 0.9


def test_a_grey_pencil_under_a_lamp_is_the_ink_and_not_the_light() -> None:
    pencil = paint_digit(5, pen=2, ink=(110, 110, 110))
    assert likeness(seen(vignetted(pencil)), seen(pencil)) > 0.9


@pytest.mark.parametrize(("side", "pen"), [(28, 7), (100, 16), (100, 25), (300, 75)])
def test_a_thick_pen_on_blotched_paper_leaves_no_hollow_strokes(side: int, pen: int) -> None:
    thick = paint_digit(5, width=side, height=side, pen=pen)
    assert likeness(seen(blotched(thick)), seen(thick)) > 0.95


@pytest.mark.parametrize("side", [28, 80])
def test_a_thick_pen_on_a_gradient_leaves_no_hollow_strokes(side: int) -> None:
    thick = paint_digit(5, width=side, height=side, pen=side // 5)
    assert likeness(seen(shaded(thick)), seen(thick)) > 0.97


def test_a_fat_zero_that_fills_a_small_canvas_is_ink_and_not_paper() -> None:
    def zero(side: int) -> np.ndarray:
        canvas = np.full((side, side, 3), 255, np.uint8)
        cv2.ellipse(canvas, (side // 2, side // 2), (10, 9), 0, 0, 360, (0, 0, 0), 7)
        return canvas

    assert (zero(28) == 0).mean() > 0.6
    assert likeness(seen(zero(28)), seen(zero(100))) > 0.98


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_a_canvas_of_one_colour_is_blank(colour: int) -> None:
    assert normalise(Drawing(np.full((300, 400, 3), colour, np.uint8)), shipped_finder()) is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (2, 2), (3, 700)])
@pytest.mark.parametrize("channels", [0, 3])
def test_canvases_of_any_shape_are_survived(shape: tuple[int, int], channels: int) -> None:
    rng = np.random.default_rng(1)
    size = (*shape, channels) if channels else shape
    canvas = rng.integers(0, 256, size).astype(np.uint8)
    normalised = normalise(Drawing(canvas), shipped_finder())
    assert normalised is None or normalised.image.shape == (SIDE, SIDE)


@pytest.mark.parametrize(
    "ends", [((0, 150), (399, 150)), ((200, 0), (200, 299)), ((0, 0), (399, 299))]
)
def test_a_line_from_edge_to_edge_is_no_one(ends: tuple[tuple[int, int], tuple[int, int]]) -> None:
    canvas = np.full((300, 400, 3), 255, np.uint8)
    cv2.line(canvas, *ends, (0, 0, 0), 4)
    normalised = normalise(Drawing(canvas), shipped_finder())
    assert normalised is None or normalised.doubt == "a straight line across the canvas"


@pytest.mark.parametrize("scale", [1, 2])
def test_a_dot_of_a_few_pixels_is_no_digit_and_the_smallest_font_is_read(scale: int) -> None:
    canvas = np.full((28, 28), 255, np.uint8)
    cv2.circle(canvas, (9, 14), scale, 0, -1)
    dot = normalise(Drawing(canvas), shipped_finder())
    assert dot is not None
    assert (dot.doubt == "too small to be read") is (scale == 1)
    canvas[:] = 255
    canvas[10:15, 10:13] = [[0, 0, 0], [255, 255, 0], [255, 0, 0], [255, 255, 0], [0, 0, 0]]
    three = normalise(Drawing(canvas), shipped_finder())
    assert three is not None
    assert three.doubt == ""


def test_a_one_that_leaves_some_paper_is_no_line_across() -> None:
    canvas = np.full((300, 400, 3), 255, np.uint8)
    cv2.line(canvas, (200, 30), (195, 270), (0, 0, 0), 4)
    normalised = normalise(Drawing(canvas), shipped_finder())
    assert normalised is not None
    assert normalised.doubt == ""


@pytest.mark.parametrize("levels", [6, 12, 17])
def test_ink_that_hardly_differs_from_the_paper_is_too_faint_and_guessed(levels: int) -> None:
    faint = paint_digit(3, ink=(255 - levels,) * 3)
    (seen,) = Recogniser.shipped().recognise([png(faint)])
    decision = decide(seen, 0.0)
    assert (decision.digit, decision.reason) == (3, "too faint to be read")


def test_noise_on_an_empty_sheet_is_no_faint_ink() -> None:
    noise = np.random.default_rng(1).integers(235, 246, (300, 400, 3)).astype(np.uint8)
    assert normalise(Drawing(noise), shipped_finder()) is None
