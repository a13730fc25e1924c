"""`log` sums up the journal where the log holds just that: the numbers are those of the log in any case."""

import json
import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.time_zone import BERLIN, KOLKATA, needs_time_zones, time_zone
from watcher.cli.main import run
from watcher.clock import local_day, utc
from watcher.journal.journal import Journal
from watcher.layout import JOURNAL_FILE, LOG_FILE
from watcher.log.writer import Log
from watcher.types import Row

FILED = Row(
    id="1",
    time="2026-03-28T12:00:00.000Z",
    file="a.png",
    status="filed",
    digit=7,
    confidence=0.9914,
    second_digit=1,
    second_confidence=0.0043,
    filed_as="7/a.png",
    reason="",
    width=28,
    height=28,
    sha256="00",
    model="m",
    seconds=0.01,
)

# Next to midnight in several zones, at the change to summer time, years that SQLite's own local times
# do not know, and what a person may have made of a time in a log that a journal was rebuilt from.
TIMES = (
    *("2026-03-28T22:59:59.999Z", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"),
    *("2026-06-01T18:29:59.999Z", "2026-06-01T18:30:00.000Z", "2026-12-31T23:59:59.999Z"),
    *("1969-12-31T23:30:00.000Z", "1900-06-01T12:00:00.000Z", "2045-07-01T22:30:00.000Z"),
    *("2026-02-30T12:00:00.000Z", "2026-05-01", "2026-05-01 23:30", "2026-05-01T23:30:00+05:00"),
    *("22.11.2026 16:09", "2451545", "now", "", "????-??-??T??:??:??.???Z"),
)

ZONES = ("UTC", BERLIN, KOLKATA, "XXX11:30", "XXX-12:45")


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    rows = [replace(FILED, time=time, confidence=0.9 + n / 1000) for n, time in enumerate(TIMES)]
    rows += [replace(FILED, digit=1, filed_as="1/b.png", confidence=None), FILED, FILED]
    rows += [replace(FILED, status=one, filed_as=f"{one}/a.png") for one in ("unsure", "rejected")]
    corrected = replace(FILED, status="corrected", confidence=None, digit=1)
    rows += [
        replace(corrected, filed_as=place, reason=reason)
        for place, reason in (
            *(("1/a.png", "from 7"), ("1/a.png", "from unsure"), ("1/a.png", "from 1")),
            *(("2/a.png", "by hand"), ("2/b.png", "renamed"), ("2/b.png", "from 7")),
            *(("1/a.png", "from 7"), ("nowhere", "from 7")),
        )
    ]
    return outbox_with(tmp_path, rows)


def outbox_with(folder: Path, rows: Sequence[Row]) -> Path:
    outbox = folder / "outbox"
    (outbox / ".watcher").mkdir(parents=True)
    journal = Journal(outbox / ".watcher" / JOURNAL_FILE)
    journal.record([replace(row, id=str(number)) for number, row in enumerate(rows)])
    log = Log(outbox, journal)
    log.write()
    log.confirm()
    journal.close()
    return outbox


def summed_up(outbox: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert run(["log", "--outbox", str(outbox), *words]) == 0
    return capsys.readouterr().out


def touch(outbox: Path) -> None:
    """Change the log's time: the watcher has no proof any more that it is as it was left."""
    os.utime(outbox / LOG_FILE, (1, 1))


@needs_time_zones
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "words",
    [(), ("--json",), ("--csv",), ("--json", "--since", "2026-06-01"), ("--since", "2050-01-01")],
)
def test_the_journal_and_the_log_give_the_same_summary(
    outbox: Path, zone: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with time_zone(zone):
        from_journal = summed_up(outbox, capsys, *words)
        touch(outbox)
        assert summed_up(outbox, capsys, *words) == from_journal


@needs_time_zones
@pytest.mark.parametrize("zone", ZONES)
def test_each_row_counts_on_its_local_day(
    tmp_path: Path, zone: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In whatever order the times are; every 13 minutes of the days around the change to summer time."""
    around = range(1_774_569_600, 1_774_828_800, 780)
    times = [utc(seconds) for seconds in around] + [time for time in TIMES if time]
    random.Random(1).shuffle(times)
    with time_zone(zone):
        outbox = outbox_with(tmp_path, [replace(FILED, time=time) for time in times])
        counts = Counter[str]()
        for cell in json.loads(summed_up(outbox, capsys, "--json"))["cells"]:
            counts[cell["day"]] += cell["drawings"]
        assert counts == Counter(map(local_day, times))


def test_the_log_is_not_read_where_the_journal_holds_the_same(
    outbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = outbox / LOG_FILE
    before = summed_up(outbox, capsys, "--json")
    status, content = log.stat(), log.read_bytes()
    # Bytes that differ behind the same status: only who reads them can tell.
    log.write_bytes(content.replace(b"0.9914", b"0.5000"))
    os.utime(log, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert summed_up(outbox, capsys, "--json") == before
    touch(outbox)
    assert summed_up(outbox, capsys, "--json") != before


def test_an_edited_log_is_summed_up_as_it_is(
    outbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = outbox / LOG_FILE
    before = json.loads(summed_up(outbox, capsys, "--json"))["drawings"]
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    log.write_text("".join(lines[:1] + lines[3:]), encoding="utf-8")
    assert json.loads(summed_up(outbox, capsys, "--json"))["drawings"] == before - 2


@pytest.mark.parametrize("content", [b"", b"no journal", None])
def test_a_journal_that_cannot_be_read_is_no_hindrance(
    outbox: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    before = summed_up(outbox, capsys)
    journal = outbox / ".watcher" / JOURNAL_FILE
    if content is None:
        journal.unlink()
    else:
        journal.write_bytes(content)
    assert summed_up(outbox, capsys) == before
