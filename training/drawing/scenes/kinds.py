"""The kinds of picture, by name: ink, paper, marks on it, surroundings, camera, saving."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from training.data.strokes import Character
from training.drawing.scenes import enclosures, marks, photographs, saving, surroundings, windows
from training.drawing.scenes.inks import INKS, lay_ink
from training.drawing.scenes.papers import PAPERS
from training.drawing.scenes.sheet import Change, Sheet, lay_out


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of picture.

    `inks` and `papers`: names, one of which is chosen at random for each picture. `changes` are applied in
    order. `share`: range of the digit's size as a share of the canvas's shorter side. `least`: least length
    of that side in pixels.
    """

    inks: tuple[str, ...] = ("full",)
    papers: tuple[str, ...] = ("plain",)
    changes: tuple[Change, ...] = ()
    share: tuple[float, float] = (0.18, 0.85)
    least: int = 28


# Size of a digit that leaves room for something round it, as a share of the canvas's shorter side.
_FRAMED = (0.18, 0.55)

_CLUTTERED = (
    "ruled",
    "squared",
    "dotted",
    "grainy",
    "crumpled",
    "chequered",
    "gradient",
    "blotches",
)
_UNEVEN = tuple(name for name in INKS if name not in ("full", "low opacity"))


def _photograph(*changes: Change) -> tuple[Change, ...]:
    return (*changes, photographs.camera, saving.as_jpeg)


# Name -> kind, at least forty of them. The exam tests every kind; training draws from all of them.
KINDS: Mapping[str, Kind] = {
    "plain": Kind(),
    **{f"ink: {name}": Kind(inks=(name,), least=40) for name in INKS if name != "full"},
    "ink: uneven, on cluttered paper": Kind(inks=_UNEVEN, papers=_CLUTTERED, least=60),
    **{f"paper: {name}": Kind(papers=(name,), least=40) for name in PAPERS if name != "plain"},
    "frame": Kind(changes=(enclosures.frame,), share=(0.18, 0.75)),
    "box": Kind(changes=(enclosures.box,), share=_FRAMED, least=40),
    "circle": Kind(changes=(enclosures.circle,), share=(0.18, 0.45), least=40),
    "form cell": Kind(changes=(enclosures.form_cell,), share=_FRAMED, least=40),
    "selection": Kind(changes=(enclosures.selection,), share=_FRAMED, least=60),
    "underline": Kind(changes=(marks.underline,), share=(0.18, 0.6), least=40),
    "crossing lines": Kind(changes=(marks.crossing_lines,), least=40),
    "scribbles": Kind(changes=(marks.scribbles,), least=40),
    "highlighter": Kind(changes=(marks.highlighter,), least=40),
    "caption": Kind(changes=(marks.caption,), share=(0.2, 0.6), least=100),
    "cursor": Kind(changes=(marks.cursor,), least=60),
    "eraser marks": Kind(changes=(marks.eraser_marks,), least=40),
    "specks": Kind(changes=(marks.specks,), least=60),
    "stains": Kind(changes=(marks.stains,), least=40),
    "desk": Kind(changes=(surroundings.on_a_desk,), least=60),
    "bars": Kind(changes=(surroundings.between_bars,), least=40),
    "transparency": Kind(changes=(surroundings.on_transparency,), least=40),
    "coloured shape": Kind(changes=(surroundings.on_a_shape,), share=(0.15, 0.5), least=40),
    "paint window": Kind(changes=(windows.paint_window,), least=90),
    "web page": Kind(changes=(windows.web_page,), least=60),
    "telephone": Kind(changes=(windows.telephone,), least=100),
    "desktop window": Kind(changes=(windows.desktop_window,), least=80),
    "photograph": Kind(
        changes=_photograph(photographs.tilted, photographs.uneven_light), least=100
    ),
    "photograph with glare": Kind(
        changes=_photograph(photographs.tilted, photographs.uneven_light, photographs.glare),
        least=100,
    ),
    "photograph with a shadow": Kind(
        changes=_photograph(photographs.uneven_light, photographs.shadow), least=100
    ),
    "photograph with a pen or finger": Kind(
        changes=_photograph(photographs.uneven_light, photographs.thing_on_it), least=100
    ),
    "photograph on a desk": Kind(
        papers=("plain", "crumpled", "ruled", "squared"),
        changes=_photograph(surroundings.on_a_desk, photographs.uneven_light),
        least=80,
    ),
    "photograph of a notebook": Kind(
        inks=("full", "pressure", "pencil"),
        papers=("ruled", "squared", "dotted", "crumpled"),
        changes=_photograph(photographs.tilted, photographs.uneven_light),
        least=100,
    ),
    "whiteboard": Kind(
        inks=("full", "dry marker", "pressure"),
        changes=_photograph(photographs.whiteboard, photographs.tilted, photographs.uneven_light),
        least=100,
    ),
    "bad print": Kind(changes=(photographs.bad_print,), least=60),
    "dithered": Kind(papers=("plain", "gradient", "noise"), changes=(saving.dithered,), least=60),
    "dithered photograph": Kind(changes=(photographs.uneven_light, saving.dithered), least=100),
    "few colours": Kind(papers=("gradient", "grainy"), changes=(saving.few_colours,), least=40),
    "JPEG": Kind(changes=(saving.as_jpeg,)),
    "framed, in a window": Kind(
        changes=(enclosures.frame, windows.paint_window), share=(0.18, 0.6), least=90
    ),
    "faint, in a form": Kind(
        inks=_UNEVEN, changes=(enclosures.form_cell,), share=_FRAMED, least=60
    ),
    "ruled, on a telephone": Kind(
        papers=("ruled", "squared"), changes=(windows.telephone,), least=100
    ),
}


def draw_kind(
    rng: np.random.Generator, written: Character, kind: Kind, *, is_blank: bool = False
) -> Sheet:
    """Draw `written` as a picture of `kind`; without any ink if `is_blank`."""
    layout = lay_out(rng, written, share=kind.share, least=kind.least)
    paper = PAPERS[str(rng.choice(kind.papers))](rng, layout.session)
    sheet = lay_ink(rng, paper, layout, INKS[str(rng.choice(kind.inks))])
    if is_blank:
        sheet = replace(sheet, pixels=paper, ink=np.zeros_like(sheet.ink))
    for change in kind.changes:
        sheet = change(rng, sheet)
    return sheet


_EXTRA = (
    marks.underline,
    marks.crossing_lines,
    marks.scribbles,
    marks.caption,
    marks.cursor,
    marks.eraser_marks,
    marks.specks,
    marks.stains,
    enclosures.frame,
)

_LOSSES = (saving.as_jpeg, saving.resized, photographs.camera)


def mixed(rng: np.random.Generator, kind: Kind) -> Kind:
    """Return `kind`, at random with the inks, papers, marks or losses of other kinds.

    People's pictures are seldom of one kind only.
    """
    if rng.random() < 0.25 and kind.inks == ("full",):
        kind = replace(kind, inks=tuple(INKS))
    if rng.random() < 0.2 and kind.papers == ("plain",):
        kind = replace(kind, papers=tuple(PAPERS))
    if rng.random() < 0.25:
        extra = _EXTRA[int(rng.integers(len(_EXTRA)))]
        kind = replace(kind, changes=(extra, *kind.changes))
    if rng.random() < 0.25:
        loss = _LOSSES[int(rng.integers(len(_LOSSES)))]
        kind = replace(kind, changes=(*kind.changes, loss))
    return kind
