"""Names of claims, of drawings and of parts: none had before, none that Spark takes for a pattern."""

import pytest

from watcher.spark import naming

ID = "20261122T160900123-ab12cd34-00017"

AWKWARD = [
    "sept.png",
    "a~b.png",
    "x[y]*{z}?.png",
    "été 7.png",
    "_hidden.png",
    "50%.png",
    "%5B.png",
    "a:b",
]


@pytest.mark.parametrize("name", AWKWARD)
def test_a_claim_tells_its_id_and_its_users_name(name: str) -> None:
    file = naming.claim_file(ID, name)
    assert naming.parse_claim(file) == (ID, name)
    assert not set(file) & set("*?[]{},\\/:^")


@pytest.mark.parametrize("name", ["é" * 127 + ".png", "[" * 250 + ".png"])
def test_a_name_too_long_for_a_claim_is_cut_and_keeps_its_suffix(name: str) -> None:
    file = naming.claim_file(ID, name)
    assert len(file.encode()) <= 255
    cut = naming.parse_claim(file)[1]
    assert cut.endswith(".png")
    assert name.startswith(cut.removesuffix(".png"))


def test_what_is_claimed_again_is_a_new_path_for_the_same_name_and_time() -> None:
    file = naming.claim_file(ID, "sept.png")
    again = naming.reclaimed_name(file)
    assert again != file
    id_, name = naming.parse_claim(again)
    assert (naming.claimed_at(id_), name) == (naming.claimed_at(ID), "sept.png")


def test_an_id_tells_when_its_file_was_claimed() -> None:
    now = 1_795_385_328.25
    assert naming.claimed_at(f"{naming.new_id_prefix(now)}-00000") == now


def test_two_drawings_of_one_name_and_content_have_two_places() -> None:
    places = {naming.place("7", "sept.png", f"{ID}{n}", "same") for n in range(100)}
    assert len(places) == 100
    assert all(place.startswith("7/sept-") and place.endswith(".png") for place in places)


def test_a_place_is_a_name_that_every_system_can_bear() -> None:
    assert naming.place("7", "a:b?.png", ID, "").startswith("7/a_b_-")
    assert len(naming.place("7", "x" * 300 + ".png", ID, "").removeprefix("7/")) <= 255


def test_streams_of_two_checkpoints_claim_and_log_apart() -> None:
    one, other = (naming.Places("file:/in", "file:/out", f"file:/{c}") for c in "ab")
    assert one.claims != other.claims
    assert naming.part(one.stream, "run", 1) != naming.part(other.stream, "run", 1)
    assert naming.part(one.stream, "run", 1) != naming.part(one.stream, "after", 1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("file:/a/in", "file:/a/in", True),
        ("file:/a", "file:/a/in", True),
        ("file:/a/in", "file:/a/inbox", False),
        ("s3a://b/in", "s3a://b/out", False),
    ],
)
def test_folders_overlap_where_one_lies_in_the_other(one: str, other: str, expected: bool) -> None:
    assert naming.overlap(one, other) is naming.overlap(other, one) is expected
