"""Messages about a failure are in the file and in the journal once it is over."""

import sqlite3
import time
from contextlib import closing

import pytest

from tests.faults.running import Running, wait_for_rows
from tests.faults.workplace import Workplace
from tests.support.stub import drawing

pytestmark = pytest.mark.faults


def test_an_error_is_shown_once_counted_and_kept_when_the_journal_is_back(
    workplace: Workplace,
) -> None:
    watcher = Running(workplace)
    workplace.save("a.png", drawing(1))
    wait_for_rows(workplace, 1)
    began = time.time()
    away = workplace.root / "away"
    workplace.outbox.rename(away)
    watcher.wait_for("bring it back")
    time.sleep(4)  # It tries again after 1 and 2 seconds.
    away.rename(workplace.outbox)
    watcher.wait_for("resumed")
    workplace.save("b.png", drawing(2))
    watcher.end_with(2)
    said = [line for line in watcher.lines if "bring it back" in line]
    assert len(said) == 2, "once when it came, once when it was over"
    assert " times since " in said[1]
    log = (workplace.outbox / ".watcher" / "watcher.log").read_text(encoding="utf-8")
    assert [line for line in log.splitlines() if "ERROR" in line and said[1] in line]
    with closing(sqlite3.connect(workplace.journal)) as database:
        rows = database.execute("SELECT level, text, first, last, count FROM messages").fetchall()
    ((level, text, first, last, count),) = rows
    assert (level, text) == ("error", said[0])
    assert began <= first < last <= time.time()
    assert count >= 3
