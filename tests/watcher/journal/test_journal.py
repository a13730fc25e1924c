"""The journal remembers each step across a restart."""

import sqlite3
from pathlib import Path

import pytest

from watcher.journal.database import CorruptJournalError, NewerJournalError
from watcher.journal.journal import Journal, LogState, Observation, set_aside
from watcher.journal.messages import MAX_MESSAGES
from watcher.types import Claim, Filing, LoggedPlace, Message, OutboxEntry, Row, Verdict

VERDICT = Verdict(
    "ab" * 32, 5, 1, "1:18446744073709551615", False, "filed", 7, 0.9, 1, 0.05, "", 28, 28, "m"
)


# Turns a journal into one of before there were corrections.
FIRST_FORMAT = """
DROP TABLE whereabouts; DROP TABLE looks; DROP TABLE requests; DROP TABLE messages;
ALTER TABLE claims DROP COLUMN is_recorded; ALTER TABLE claims DROP COLUMN run;
ALTER TABLE claims DROP COLUMN deaths; ALTER TABLE claims DROP COLUMN is_alone;
ALTER TABLE log DROP COLUMN dialect;
PRAGMA user_version = 1;
"""


def claimed(number: int) -> Claim:
    return Claim(f"id-{number}", "caf\udce9.png", Path("/inbox/caf\udce9.png"), 12.5)


def row(number: int, place: str = "7/a.png") -> Row:
    return Row(
        f"id-{number}", "t", "f", "filed", 7, 0.9, 1, 0.05, place, "", 28, 28, "ab", "m", 0.1
    )


def test_each_step_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal(path)
    journal.claim([claimed(1), claimed(2), claimed(3)])
    journal.intend([Filing(claimed(2), VERDICT, "7/a.png")])
    journal.record([row(3)])
    journal.confirm(LogState(1, 100, "1:2", 3))
    journal.close()
    journal = Journal(path)
    assert journal.claims() == [
        (claimed(1), None),
        (claimed(2), Filing(claimed(2), VERDICT, "7/a.png")),
    ]
    assert list(journal.rows.after()) == [row(3)]
    assert journal.log_state() == LogState(1, 100, "1:2", 3)
    assert list(journal.rows.after(1)) == []
    journal.forget(["id-1"])
    assert [claim.id for claim, _ in journal.claims()] == ["id-2"]
    journal.close()


def test_a_recorded_claim_is_known_until_it_is_cleared(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    filing = Filing(claimed(1), VERDICT, "7/a.png")
    for _ in range(2):  # Then it is cleared away, and the same comes again.
        journal = Journal(path)
        journal.claim([claimed(1)], is_synced=False)
        journal.intend([filing])
        journal.record([row(1)])
        journal.close()
        journal = Journal(path)
        assert journal.claims() == []
        assert journal.uncleared() == [filing]
        journal.clear(["id-1"])
        assert journal.uncleared() == []
        journal.close()


def test_two_damaged_journals_of_one_second_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    for content in (b"one", b"two"):
        path.write_bytes(content)
        set_aside(path, "20261122T160900Z")
    assert {kept.read_bytes() for kept in tmp_path.iterdir()} == {b"one", b"two"}


def test_a_place_is_found_in_any_case(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    journal.record([row(1, "7/É.png")])
    assert journal.rows.places_like("7/e\u0301.PNG") == {"7/É.png"}
    assert journal.rows.places_like("8/é.png") == set()
    journal.close()


def test_every_commit_is_synced(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    Journal(path).close()
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()


def test_a_damaged_journal_is_named(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(CorruptJournalError, match=r"journal\.sqlite3"):
        Journal(path)


def test_a_newer_versions_journal_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    Journal(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(NewerJournalError, match="newer version"):
        Journal(path)


def test_a_read_only_journal_shows_what_is_written_and_leaves_no_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.sqlite3"
    with pytest.raises(sqlite3.OperationalError):
        Journal(path, is_read_only=True)
    writer = Journal(path)
    writer.record([row(1)])
    reader = Journal(path, is_read_only=True)
    writer.record([row(2, "7/b.png")])
    assert (reader.rows.last_seq(), reader.database.faults()) == (2, [])
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.record([row(3, "7/c.png")])
    reader.close()
    writer.close()
    reader = Journal(path, is_read_only=True)
    assert reader.rows.last_seq() == 2
    reader.close()
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_a_journal_of_an_older_format_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    Journal(path).close()
    database = sqlite3.connect(path)
    database.executescript(FIRST_FORMAT)
    database.close()
    reader = Journal(path, is_read_only=True)
    assert (reader.database.format(), reader.rows.last_seq()) == (1, 0)
    reader.close()
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA user_version").fetchone() == (1,)
    database.close()


def test_a_journal_of_the_first_format_is_migrated_in_one_commit(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal(path)
    journal.record([row(1)])
    journal.close()
    database = sqlite3.connect(path)
    database.executescript(FIRST_FORMAT)
    database.execute("CREATE TABLE looks (in_the_way)")
    database.close()
    with pytest.raises(sqlite3.OperationalError):
        Journal(path)
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA user_version").fetchone() == (1,)
    database.execute("DROP TABLE looks")
    database.close()
    journal = Journal(path)
    assert journal.outbox.drawings_at("7/a.png") == [LoggedPlace("id-1", "7/a.png", "ab")]
    journal.close()


def test_messages_are_counted_and_only_the_newest_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal(path)
    journal.messages.keep([Message("error", "the disk is full", 1.0, 1.0)])
    journal.messages.keep(
        [Message("warning", f"file {n}", 2.0 + n, 2.0 + n) for n in range(MAX_MESSAGES)]
    )
    assert journal.messages.all()[0].text == "file 0", "the oldest gave way"
    journal.messages.keep([Message("warning", "file 5", 5000.0, 6000.0, 3)])
    journal.close()
    journal = Journal(path)
    messages = journal.messages.all()
    assert len(messages) == MAX_MESSAGES
    assert messages[-1] == Message("warning", "file 5", 7.0, 6000.0, 4)
    journal.close()


def test_an_observation_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    seen = OutboxEntry("7/caf\udce9.png", "ab", 5, 1, "1:18446744073709551615")
    journal = Journal(path)
    journal.observe([Observation(seen, row(1), LoggedPlace("id-1", seen.place, "ab"))])
    journal.close()
    journal = Journal(path)
    assert journal.outbox.entries([seen.place, "7/other.png"]) == {seen.place: (seen, True)}
    assert journal.outbox.drawings_with("ab") == [LoggedPlace("id-1", seen.place, "ab")]
    assert journal.rows.history("id-1") == [row(1)]
    journal.close()
