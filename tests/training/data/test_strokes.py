"""Strokes are read as they were written, upright, with who wrote them."""

import zipfile
from pathlib import Path

import numpy as np

from training.data.strokes import read_omniglot, read_pendigits
from training.drawing.styles import crossed, dotted, flagged, in_style, is_straight, named, slashed

UNIPEN = """.INCLUDE        dene.doc

.SEGMENT DIGIT    0 ? "4"
.COMMENT 4 12  224
.PEN_DOWN
 10  90
 5  40
 60  40
.PEN_UP
.DT 100
.PEN_DOWN
 40  80
 40  10
.PEN_UP
.DT 100

.SEGMENT DIGIT    1 ? "1"
.COMMENT 1 7  3
.PEN_DOWN
 20  90
 20  10
.PEN_UP
.DT 100
"""


def pendigits(folder: Path) -> Path:
    path = folder / "pendigits-orig.tra"
    path.write_text(UNIPEN, encoding="ascii")
    return path


def test_pendigits_are_read_with_label_writer_and_y_down(tmp_path: Path) -> None:
    four, one = read_pendigits(pendigits(tmp_path))
    assert (four.label, four.writer, len(four.strokes)) == (4, "tra-12", 2)
    assert four.strokes[0].tolist() == [[10, -90], [5, -40], [60, -40]]
    assert (one.label, one.writer) == (1, "tra-7")
    assert one.strokes[0][0, 1] < one.strokes[0][1, 1]


def test_omniglot_is_read_with_its_alphabet_and_without_what_macos_adds(tmp_path: Path) -> None:
    path = tmp_path / "strokes_background_small1.zip"
    text = (
        "START\n10.0,-20.0,0.0\n12.0,-40.0,15.0\nBREAK\n30.0,-30.0,300.0\n35.0,-30.0,310.0\nBREAK\n"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("strokes_background_small1/Greek/character02/0395_07.txt", text)
        archive.writestr("__MACOSX/strokes_background_small1/Greek/._x.txt", "no")
    (character,) = read_omniglot(path, 10)
    assert (character.source, character.writer, character.label) == (
        "Greek/character02",
        "omniglot-07",
        10,
    )
    assert [len(stroke) for stroke in character.strokes] == [2, 2]
    assert character.strokes[0][1].tolist() == [12, 40]


def test_styles_add_what_their_names_say(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    _, one = read_pendigits(pendigits(tmp_path))
    assert is_straight(one)
    assert not is_straight(flagged(rng, one))
    assert named(flagged(rng, one)).style == "flagged 1"
    for style, label in ((slashed, 0), (dotted, 0), (crossed, 7)):
        styled = style(rng, one)
        assert len(styled.strokes) == len(one.strokes) + 1
        assert styled.style.endswith(str(label))


def test_a_digit_already_in_its_style_is_left_as_it_is(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    _, one = read_pendigits(pendigits(tmp_path))
    once = in_style(rng, one)
    assert in_style(rng, once) is once or in_style(rng, once).strokes == once.strokes
