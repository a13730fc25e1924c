"""Names: free ones are found fast, invalid ones are made valid, none is ever too long."""

import pytest

from watcher.fs.names import add_number, as_text, first_free, fold_name, make_portable


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sept.png", "sept.png"),
        ("é 数字 -1.png", "é 数字 -1.png"),
        ("a:b.png", "a_b.png"),
        ("con.png", "_con.png"),
        ("NUL", "_NUL"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("console.png", "console.png"),
        ("seven.", "seven"),
        ("seven .", "seven"),
        ("...", "_"),
        ("a\nb.png", "a_b.png"),
        ("caf\udce9.png", "caf_.png"),
        ('a<>"|?*\\.png', "a_______.png"),
    ],
)
def test_a_name_that_some_system_refuses_is_made_valid(name: str, expected: str) -> None:
    assert make_portable(name) == expected


def test_a_name_of_full_length_keeps_its_suffix_when_numbered() -> None:
    name = "é" * 125 + ".png"
    assert make_portable(name) == name
    second = add_number(name, 2)
    assert second.endswith(" (2).png")
    assert len(second.encode()) <= 255


def test_a_name_without_a_suffix_is_cut_at_its_end() -> None:
    assert add_number("x" * 300, 12) == "x" * 250 + " (12)"


def test_other_case_and_composition_are_the_same_name() -> None:
    assert fold_name("É.PNG") == fold_name("é.png") == fold_name("e\u0301.png")


def test_the_thousandth_untitled_takes_few_tests() -> None:
    taken = {add_number("untitled.png", n) for n in range(1, 1001)}
    looks = []

    def is_taken(name: str) -> bool:
        looks.append(name)
        return name in taken

    assert first_free("untitled.png", is_taken) == "untitled (1001).png"
    assert len(looks) < 25


def test_a_name_that_is_no_text_is_escaped() -> None:
    assert as_text("a\nb\udce9\x1b[2J") == "a\\x0ab\\udce9\\x1b[2J"
