"""A person's wishes for drawings in the outbox: carried out once, by whoever holds the folders."""

from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing
from tests.watcher.filing.test_filing import refused
from watcher.journal.journal import Journal


@pytest.fixture
def desk(tmp_path: Path) -> InProcessWatcher:
    desk = InProcessWatcher(tmp_path)
    desk.save("sept.png", drawing(7))
    desk.file()
    return desk


def ask(desk: InProcessWatcher, folder: str, digit: int | None, is_undo: bool = False) -> None:
    """Wishes something for the first drawing."""
    journal = Journal(desk.journal)
    journal.requests.add(desk.rows()[0]["id"], folder, digit, is_undo)
    journal.close()


def done(desk: InProcessWatcher) -> list[tuple[int | None, str, str]]:
    """What the next start makes of the wishes; nothing is left of them then."""
    rows = desk.file()
    assert desk.file() == []
    journal = Journal(desk.journal)
    assert journal.requests.pending() == journal.claims() == []
    journal.close()
    assert len(desk.filed()) == 1 + (desk.outbox / "1" / "own.png").exists()
    return [(row.digit, row.reason, row.filed_as) for row in rows if row.status == "corrected"]


def test_a_drawing_is_filed_again_where_it_was_wished(desk: InProcessWatcher) -> None:
    ask(desk, "1", 1)
    assert done(desk) == [(1, "from 7", "1/sept.png")]
    row = desk.rows()[-1]
    assert row["confidence"] == row["seconds"] == ""
    assert row["model"] == "stub"


def test_links_or_none_make_no_difference(desk: InProcessWatcher) -> None:
    desk.link = refused
    ask(desk, "1", 1)
    assert done(desk) == [(1, "from 7", "1/sept.png")]


def test_its_own_digit_confirms_it(desk: InProcessWatcher) -> None:
    ask(desk, "7", 7)
    assert done(desk) == [(7, "from 7", "7/sept.png")]


@pytest.mark.parametrize("again", [False, True])
def test_not_a_digit_goes_to_rejected_and_is_said_to_be_a_persons(
    desk: InProcessWatcher, again: bool
) -> None:
    row = (None, "not a digit, by a person", "rejected/sept.png")
    for _ in range(1 + again):
        ask(desk, "rejected", None)
        assert done(desk) == [row]


def test_a_damaged_file_is_moved_but_not_labelled(tmp_path: Path) -> None:
    desk = InProcessWatcher(tmp_path)
    desk.save("text.png", b"no picture")
    desk.file()
    ask(desk, "4", 4)
    assert done(desk) == [(None, "from rejected", "4/text.png")]
    ask(desk, "4", 4)
    assert done(desk) == [(None, "from 4", "4/text.png")]
    ask(desk, "rejected", None)
    assert done(desk) == [(None, "from 4", "rejected/text.png")]


def test_several_wishes_are_carried_out_in_their_order(desk: InProcessWatcher) -> None:
    ask(desk, "1", 1)
    ask(desk, "unsure", None)
    ask(desk, "4", 4)
    assert done(desk) == [
        (1, "from 7", "1/sept.png"),
        (None, "from 1", "unsure/sept.png"),
        (4, "from unsure", "4/sept.png"),
    ]


def test_what_is_undone_lies_where_it_lay_and_is_no_label(desk: InProcessWatcher) -> None:
    ask(desk, "1", 1)
    ask(desk, "7", None, is_undo=True)
    assert done(desk)[-1] == (None, "undone", "7/sept.png")


def test_a_taken_name_gets_a_number(desk: InProcessWatcher) -> None:
    own = desk.outbox / "1" / "sept.png"
    own.parent.mkdir()
    own.write_bytes(b"the user's")
    ask(desk, "1", 1)
    (row,) = desk.file()
    assert row.filed_as == "1/sept (2).png"
    assert own.read_bytes() == b"the user's"


@pytest.mark.parametrize("deed", ["moved", "edited", "deleted"])
def test_a_drawing_that_its_user_got_at_first_is_left_alone(
    desk: InProcessWatcher, deed: str
) -> None:
    path = desk.outbox / "7" / "sept.png"
    ask(desk, "1", 1)
    if deed == "moved":
        (desk.outbox / "4").mkdir()
        path.rename(desk.outbox / "4" / "sept.png")
    elif deed == "edited":
        path.write_bytes(drawing(7, "clearer"))
    else:
        path.unlink()
    assert [row.reason for row in desk.file()] == (["from 7"] if deed == "moved" else [])
    assert not (desk.outbox / "1").exists()
    assert desk.file() == []


def test_a_wish_for_a_drawing_that_nobody_knows_is_dropped(desk: InProcessWatcher) -> None:
    journal = Journal(desk.journal)
    journal.requests.add("nobody", "1", 1, False)
    journal.close()
    assert done(desk) == []


def test_a_failure_keeps_the_request_and_stops_nothing_else(desk: InProcessWatcher) -> None:
    (desk.outbox / "1").write_bytes(b"a file where the folder should be")
    ask(desk, "1", 1)
    desk.save("neuf.png", drawing(9))
    desk.save("un.png", drawing(1))
    assert [row.filed_as for row in desk.file()] == ["9/neuf.png"]
    assert any(line.startswith("7/sept.png cannot be filed: its folder ") for line in desk.warnings)
    assert desk.filed() == ["7/sept.png", "9/neuf.png"]
    (desk.outbox / "1").unlink()
    assert {row.filed_as for row in desk.file()} == {"1/sept.png", "1/un.png"}
