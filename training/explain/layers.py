"""A layer of the network in figures: its filters and its feature maps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.explain.figures import Figure
from training.explain.pictures import as_bgr, enlarge, grey, signed
from training.network.inside import Layer
from training.report.pictures import Picture, mosaic
from watcher.recognition import NOT_DIGIT
from watcher.recognition.normalise import BOX, SIDE

# Maps that are shown at once, the strongest first, and how many of them in a row.
_STRONGEST, _COLUMNS = 12, 6

# Maps of each layer in the picture of the whole way, and the pixels of each.
_ON_THE_WAY, _TILE = 8, 56

# The quantile of a layer's values that its maps show as white: a few are far above all others.
_WHITE = 0.998


def class_name(number: int) -> str:
    """Return what a class is called: "7", or "not a digit"."""
    return "not a digit" if number == NOT_DIGIT else str(number)


@dataclass(frozen=True, slots=True)
class Part:
    """A layer of the page: its `number` among those shown, and its figures; `folded` show all of it."""

    number: int
    layer: Layer
    figures: tuple[Figure, ...]
    folded: tuple[Figure, ...]


def parts(layers: Sequence[Layer]) -> list[Part]:
    """Return the layers with their figures."""
    return [Part(number, layer, *_figures(number, layer)) for number, layer in enumerate(layers, 1)]


def whole_way(layers: Sequence[Layer]) -> Figure:
    """Return one picture of the strongest maps of all layers, a row for each."""
    with_maps = [layer for layer in layers if layer.answer.ndim == 3]
    tiles = [
        _resize(grey(layer.answer[..., number], _white(layer)))
        for layer in with_maps
        for number in _strongest(layer)[:_ON_THE_WAY]
    ]
    caption = (
        f"The whole way at a glance: a row for each of the first {len(with_maps)} layers, in it the "
        f"{_ON_THE_WAY} maps that answer most."
    )
    return Figure("way", mosaic(tiles, _ON_THE_WAY, gap=3), caption)


def evidence(image: Picture, layers: Sequence[Layer], best: int, other: int) -> Figure:
    """Return where in `image` the network found reasons for class `best` and against `other`.

    The last maps times their weights, summed (Zhou et al. 2016): these sums, averaged over all places,
    are the difference of the two scores, but for a constant.
    """
    *_, maps, _, dense = layers
    assert dense.filters is not None
    places = maps.answer @ (dense.filters[:, best] - dense.filters[:, other])
    colours = signed(places, float(np.abs(places).max()))
    # The last maps cover the box that the digit was fitted into.
    box = (SIDE - BOX) // 2
    over = np.full((SIDE, SIDE, 3), 255, np.uint8)
    over[box:-box, box:-box] = np.kron(colours, np.ones((BOX // len(places),) * 2 + (1,), np.uint8))
    ink = as_bgr(image).astype(np.float32) / 255
    shown = np.rint(over * (1 - 0.75 * ink)).astype(np.uint8)
    caption = f"Orange: for {class_name(best)}. Blue: for {class_name(other)}."
    return Figure("evidence", shown, caption, 220)


def _figures(number: int, layer: Layer) -> tuple[tuple[Figure, ...], tuple[Figure, ...]]:
    if layer.answer.ndim == 1:
        return _figures_of_values(number, layer)
    answer, order = layer.answer, _strongest(layer)
    maps = [grey(answer[..., at], _white(layer)) for at in range(answer.shape[-1])]
    shown = order[:_STRONGEST]
    strongest = mosaic([enlarge(maps[at], _TILE) for at in shown], _COLUMNS, gap=3)
    figures = [
        Figure(f"layer-{number}-maps", strongest, f"The {len(shown)} maps that answer most.")
    ]
    folded = [Figure(f"layer-{number}-all-maps", mosaic(maps, 16), f"All {len(maps)} maps.")]
    if layer.filters is not None:
        filters = layer.filters
        most = float(np.abs(filters).max())
        chosen = [enlarge(signed(_heaviest(filters[..., at]), most), _TILE) for at in shown]
        figures.insert(
            0,
            Figure(
                f"layer-{number}-filters", mosaic(chosen, _COLUMNS, gap=3), _of_filters(filters)
            ),
        )
        inputs = filters.shape[2]
        every = [
            signed(filters[:, :, at, to], most) for to in range(len(maps)) for at in range(inputs)
        ]
        caption = f"All {len(every):,} squares of weights: a row for each filter."
        folded.append(
            Figure(
                f"layer-{number}-all-filters", mosaic(every, inputs if inputs > 1 else 12), caption
            )
        )
    return tuple(figures), tuple(folded)


def _figures_of_values(number: int, layer: Layer) -> tuple[tuple[Figure, ...], tuple[Figure, ...]]:
    if layer.filters is None:
        rows = layer.answer.reshape(-1, 32)
        picture = grey(rows, float(layer.answer.max()))
        caption = f"The {layer.answer.size} means, one square each: white is a large one."
        return (Figure(f"layer-{number}-means", picture, caption),), ()
    weights = signed(layer.filters.T, float(np.abs(layer.filters).max()))
    caption = (
        f"The weights: a row for each of the {len(weights)} answers, a column for each of the "
        f"{weights.shape[1]} means. Orange counts for the answer, blue against it."
    )
    return (), (Figure(f"layer-{number}-weights", weights, caption),)


def _of_filters(filters: NDArray[np.float32]) -> str:
    inputs = filters.shape[2]
    if inputs == 1:
        return "Their filters: nine weights each. Orange is above 0, blue is below."
    return (
        f"Their filters: {inputs} squares of nine weights each, one for each map before. Shown is the "
        "square that counts most."
    )


def _heaviest(filters: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the square of weights (3, 3) of a filter (3, 3, inputs) that counts most."""
    heaviest: NDArray[np.float32] = filters[..., int(np.abs(filters).sum((0, 1)).argmax())]
    return heaviest


def _strongest(layer: Layer) -> list[int]:
    means = layer.answer.mean((0, 1))
    return [int(at) for at in np.argsort(-means, kind="stable")]


def _white(layer: Layer) -> float:
    return float(np.quantile(layer.answer, _WHITE))


def _resize(tile: Picture) -> Picture:
    """Return a square tile as `_TILE` pixels, each of its own a square of nearly the same size."""
    at = np.arange(_TILE) * len(tile) // _TILE
    return tile[np.ix_(at, at)]
