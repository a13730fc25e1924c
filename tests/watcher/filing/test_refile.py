"""A person's requests for drawings in the outbox are carried out once, by whoever holds the folders."""

from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.links import refuse_link
from tests.support.stub import drawing
from watcher.journal.journal import Journal


@pytest.fixture
def watcher(tmp_path: Path) -> InProcessWatcher:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("sept.png", drawing(7))
    watcher.file()
    return watcher


def ask(watcher: InProcessWatcher, folder: str, digit: int | None, is_undo: bool = False) -> None:
    """Request something for the first drawing."""
    journal = Journal(watcher.journal)
    journal.requests.add(watcher.rows()[0]["id"], folder, digit, is_undo)
    journal.close()


def done(watcher: InProcessWatcher) -> list[tuple[int | None, str, str]]:
    """Return what the next start makes of the requests; none is left then."""
    rows = watcher.file()
    assert watcher.file() == []
    journal = Journal(watcher.journal)
    assert journal.requests.pending() == journal.claims() == []
    journal.close()
    assert len(watcher.filed()) == 1 + (watcher.outbox / "1" / "own.png").exists()
    return [(row.digit, row.reason, row.filed_as) for row in rows if row.status == "corrected"]


def test_a_drawing_is_filed_again_where_it_was_requested(watcher: InProcessWatcher) -> None:
    ask(watcher, "1", 1)
    assert done(watcher) == [(1, "from 7", "1/sept.png")]
    row = watcher.rows()[-1]
    assert row["confidence"] == row["seconds"] == ""
    assert row["model"] == "stub"


def test_links_or_none_make_no_difference(watcher: InProcessWatcher) -> None:
    watcher.link = refuse_link
    ask(watcher, "1", 1)
    assert done(watcher) == [(1, "from 7", "1/sept.png")]


def test_its_own_digit_confirms_it(watcher: InProcessWatcher) -> None:
    ask(watcher, "7", 7)
    assert done(watcher) == [(7, "from 7", "7/sept.png")]


@pytest.mark.parametrize("again", [False, True])
def test_not_a_digit_goes_to_rejected_and_is_said_to_be_a_persons(
    watcher: InProcessWatcher, again: bool
) -> None:
    row = (None, "not a digit, by a person", "rejected/sept.png")
    for _ in range(1 + again):
        ask(watcher, "rejected", None)
        assert done(watcher) == [row]


def test_a_damaged_file_is_moved_but_not_labelled(tmp_path: Path) -> None:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("text.png", b"no picture")
    watcher.file()
    ask(watcher, "4", 4)
    assert done(watcher) == [(None, "from rejected", "4/text.png")]
    ask(watcher, "4", 4)
    assert done(watcher) == [(None, "from 4", "4/text.png")]
    ask(watcher, "rejected", None)
    assert done(watcher) == [(None, "from 4", "rejected/text.png")]


def test_several_requests_are_carried_out_in_their_order(watcher: InProcessWatcher) -> None:
    ask(watcher, "1", 1)
    ask(watcher, "unsure", None)
    ask(watcher, "4", 4)
    assert done(watcher) == [
        (1, "from 7", "1/sept.png"),
        (None, "from 1", "unsure/sept.png"),
        (4, "from unsure", "4/sept.png"),
    ]


def test_what_is_undone_lies_where_it_lay_and_is_no_label(watcher: InProcessWatcher) -> None:
    ask(watcher, "1", 1)
    ask(watcher, "7", None, is_undo=True)
    assert done(watcher)[-1] == (None, "undone", "7/sept.png")


def test_a_taken_name_gets_a_number(watcher: InProcessWatcher) -> None:
    own = watcher.outbox / "1" / "sept.png"
    own.parent.mkdir()
    own.write_bytes(b"the user's")
    ask(watcher, "1", 1)
    (row,) = watcher.file()
    assert row.filed_as == "1/sept (2).png"
    assert own.read_bytes() == b"the user's"


@pytest.mark.parametrize("deed", ["moved", "edited", "deleted"])
def test_a_drawing_that_its_user_got_at_first_is_left_alone(
    watcher: InProcessWatcher, deed: str
) -> None:
    path = watcher.outbox / "7" / "sept.png"
    ask(watcher, "1", 1)
    if deed == "moved":
        (watcher.outbox / "4").mkdir()
        path.rename(watcher.outbox / "4" / "sept.png")
    elif deed == "edited":
        path.write_bytes(drawing(7, "clearer"))
    else:
        path.unlink()
    assert [row.reason for row in watcher.file()] == (["from 7"] if deed == "moved" else [])
    assert not (watcher.outbox / "1").exists()
    assert watcher.file() == []


def test_a_request_for_an_unknown_drawing_is_dropped(watcher: InProcessWatcher) -> None:
    journal = Journal(watcher.journal)
    journal.requests.add("nobody", "1", 1, False)
    journal.close()
    assert done(watcher) == []


def test_a_failure_keeps_the_request_and_stops_nothing_else(watcher: InProcessWatcher) -> None:
    (watcher.outbox / "1").write_bytes(b"a file where the folder should be")
    ask(watcher, "1", 1)
    watcher.save("neuf.png", drawing(9))
    watcher.save("un.png", drawing(1))
    assert [row.filed_as for row in watcher.file()] == ["9/neuf.png"]
    assert any(
        line.startswith("7/sept.png cannot be filed: its folder ") for line in watcher.warnings
    )
    assert watcher.filed() == ["7/sept.png", "9/neuf.png"]
    (watcher.outbox / "1").unlink()
    assert {row.filed_as for row in watcher.file()} == {"1/sept.png", "1/un.png"}
