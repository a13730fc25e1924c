"""Pendigits are read upright, with their writers, or one line says what is wrong."""

from pathlib import Path

import pytest

from training.data.errors import DatasetError
from training.data.pendigits import read_pendigits

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


@pytest.mark.parametrize(
    ("old", "new"), [('"4"', '"four"'), ('"4"', "4"), (" 10  90", " 10"), ("40", "\xe9")]
)
def test_a_damaged_file_is_named(tmp_path: Path, old: str, new: str) -> None:
    path = pendigits(tmp_path)
    path.write_text(UNIPEN.replace(old, new), encoding="latin-1")
    with pytest.raises(DatasetError, match=r"orig\.tra: damaged") as refused:
        read_pendigits(path)
    assert "\n" not in str(refused.value)
