"""UJI and UNIPEN are read upright, without wrong labels and look-alikes, and whole writers are held back."""

import json
from collections import Counter
from pathlib import Path

import pytest

from training.data.errors import DatasetError
from training.data.hands import evenly_by_writer, read_hands, validation_writers
from training.data.strokes import Character
from training.data.uji import read_uji
from training.data.unipen_selection import read_unipen
from watcher.recognition import NOT_DIGIT

SHARED = Path("../shared/datasets")

RECORDING = """.WRITER_ID\tAB12
.COUNTRY Haiti
.PEN_DOWN
0 0
.PEN_UP
.H_LINE 10
.PEN_DOWN
0 100
5 80
10 60
10 30
10 0
.PEN_UP
12 5
.PEN_DOWN
0 50
10 50
20 50
30 50
40 50
.PEN_DOWN
60 100
55 80
50 60
50 30
50 0
"""


def unipen(folder: Path, *segments: str, recording: str = RECORDING) -> Path:
    for name, text in (
        (
            "data/1a/ced/ab.dat",
            "\n".join((".INCLUDE ced/x.doc", ".INCLUDE ced/data/ab.dat", *segments)),
        ),
        ("include/ced/data/ab.dat", recording),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="latin-1")
    return folder


def labels(folder: Path) -> list[int]:
    return [character.label for character in read_unipen(folder)]


def test_uji_gives_each_writer_two_samples_of_a_digit(tmp_path: Path) -> None:
    path = tmp_path / "uji.json"
    samples = [[[[0, number], [1, number + 9]]] for number in range(4)]
    path.write_text(json.dumps({"rawData": {"7": samples}}), encoding="utf-8")
    sevens = read_uji(path)
    assert [seven.writer for seven in sevens] == ["uji/00", "uji/00", "uji/01", "uji/01"]
    assert {seven.label for seven in sevens} == {7}
    assert sevens[2].strokes[0].tolist() == [[0, 2], [1, 11]]


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"rawData": {"x": [[[[1, 2]]]]}}', '{"rawData": 1}']
)
def test_a_damaged_uji_file_is_one_line_that_names_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "uji.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=r"uji\.json: damaged") as refused:
        read_uji(path)
    assert "\n" not in str(refused.value)


def test_unipen_components_are_counted_with_the_pen_up_and_only_with_points(tmp_path: Path) -> None:
    (seven,) = read_unipen(unipen(tmp_path, '.SEGMENT CHARACTER 1-3 ? "7"'))
    assert (seven.label, seven.writer) == (7, "unipen/cedar/ab12")
    assert seven.source == "unipen/7/1a/ced/ab.dat:1-3"
    down, across = seven.strokes
    assert (down[0].tolist(), down[-1].tolist()) == ([0, -100], [10, 0])
    assert (across[0].tolist(), across[-1].tolist()) == ([0, -50], [40, -50])


def test_points_as_dense_as_a_tablet_reports_are_thinned_to_the_ends_of_even_steps(
    tmp_path: Path,
) -> None:
    dense = ".PEN_DOWN\n" + "\n".join(f"7 {y}" for y in range(1001)) + "\n.PEN_UP\n"
    (one,) = read_unipen(unipen(tmp_path, '.SEGMENT CHARACTER 0 ? "1"', recording=dense))
    (stroke,) = one.strokes
    assert 20 <= len(stroke) <= 30
    assert (stroke[0].tolist(), stroke[-1].tolist()) == ([7, 0], [7, -1000])


def test_letters_are_no_digits_and_look_alikes_are_left_out(tmp_path: Path) -> None:
    lines = [
        f'.SEGMENT CHARACTER 1{part} OK "{label}"'
        for part, label in (("-3", "K"), ("", "l"), ("", "O"))
    ]
    assert labels(unipen(tmp_path, *lines)) == [NOT_DIGIT]


def test_a_letter_cut_out_of_a_word_is_left_out(tmp_path: Path) -> None:
    lines = (
        '.SEGMENT CHARACTER 1:0-3:4 OK "K"',
        '.SEGMENT CHARACTER 1:2-3 OK "L"',
        '.SEGMENT CHARACTER 1-3:3 OK "A"',
    )
    assert labels(unipen(tmp_path, *lines)) == [NOT_DIGIT]


def test_a_digit_stands_for_itself_once_and_alone(tmp_path: Path) -> None:
    lines = (
        '.SEGMENT CHARACTER 1 ? "1"',
        '.SEGMENT CHARACTER 1-1 ? "1"',  # the same strokes again
        '.SEGMENT CHARACTER 1,4 ? "1"',  # two strokes side by side
        '.SEGMENT CHARACTER 1,4 ? "4"',  # as an open 4 has
        '.SEGMENT CHARACTER 0 ? "0"',  # a touch of the pen
    )
    assert labels(unipen(tmp_path, *lines)) == [1, 4]


@pytest.mark.parametrize(
    ("segment", "recording", "named"),
    [
        ('.SEGMENT CHARACTER 1-9 ? "7"', RECORDING, "1a/ced/ab.dat"),
        ('.SEGMENT CHARACTER x ? "7"', RECORDING, "1a/ced/ab.dat"),
        ('.SEGMENT CHARACTER 1 ? "7"', RECORDING + "12 1x\n", "include/ced/data/ab.dat"),
        ('.SEGMENT CHARACTER 1 ? "7"', ".WRITER_ID\n", "include/ced/data/ab.dat"),
    ],
)
def test_a_damaged_unipen_file_is_one_line_that_names_it(
    tmp_path: Path, segment: str, recording: str, named: str
) -> None:
    folder = unipen(tmp_path, segment, recording=recording)
    with pytest.raises(DatasetError, match="damaged") as refused:
        read_unipen(folder)
    assert str(folder.joinpath(*named.split("/")).name) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_recording_is_named(tmp_path: Path) -> None:
    folder = unipen(tmp_path, '.SEGMENT CHARACTER 1 ? "7"')
    (folder / "include" / "ced" / "data" / "ab.dat").unlink()
    with pytest.raises(DatasetError, match=r"ab\.dat: missing"):
        read_unipen(folder)


def test_a_quarter_of_each_providers_writers_is_held_back_whoever_else_is_there() -> None:
    few = {f"uji/{number:02}" for number in range(60)}
    held_back = validation_writers(few)
    assert len(held_back) == 15
    assert validation_writers(few | {"unipen/val/a", "unipen/val/b"}) & few == held_back
    assert len(validation_writers({"unipen/val/a", "unipen/val/b"})) == 1


def test_writers_are_drawn_alike_however_much_they_wrote() -> None:
    characters = [Character((), 1, writer, "") for writer in ("a", *["b"] * 700)]
    chosen = Counter(one.writer for one in evenly_by_writer(characters, 1000, 1))
    assert chosen["a"] == pytest.approx(500, abs=60)


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/datasets is not there")
def test_the_public_data_holds_back_25_writers_of_digits_from_several_countries() -> None:
    hands = read_hands(SHARED)
    digits = [one for one in hands.validation if one.label != NOT_DIGIT]
    writers = {one.writer for one in digits}
    assert len(writers) >= 25
    assert {writer.rpartition("/")[0] for writer in writers} == {
        "uji", "unipen/cedar", "unipen/syn", "unipen/uqb", "unipen/val",
    }  # fmt: skip
    assert {one.label for one in digits} == set(range(10))
    assert not {one.writer for one in hands.training} & {one.writer for one in hands.validation}
    assert len(hands.training) + len(hands.validation) == 24_535
