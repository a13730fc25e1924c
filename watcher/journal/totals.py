"""The journal's rows summed up by SQLite: in Python, a million rows take five times as long."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from watcher.clock import local_day
from watcher.journal.database import Database
from watcher.types import Status

# SQLite takes other texts for times than Python does, among them 30 February, and outside these years
# another year's summer time.
_DAY = """CASE WHEN time GLOB '????-??-??T??:??:??.???Z' AND time BETWEEN '1971' AND '2037'
    AND (substr(time, 9, 2) < '29' OR date(time, '+0 days') = substr(time, 1, 10))
    THEN date(time, 'localtime') ELSE local_day(time) END"""

_TOTALS = f"""SELECT coalesce({_DAY}, local_day(time)) AS day,
    substr(filed_as, 1, instr(filed_as || '/', '/') - 1) AS folder, status,
    CASE status WHEN '{Status.CORRECTED}' THEN reason ELSE '' END AS origin,
    count(*), CASE status WHEN '{Status.FILED}' THEN group_concat(confidence) END, max(time)
    FROM rows WHERE seq <= ? AND time >= ? GROUP BY day, folder, status, origin ORDER BY min(seq)"""


@dataclass(frozen=True, slots=True)
class DayTotal:
    """The rows of one local day with one status, folder and, if it is corrected, reason.

    `confidences` (0 to 1) are those of filed rows; `newest` is the latest time, in the log's form.
    """

    day: str
    folder: str
    status: str
    reason: str
    count: int
    confidences: Sequence[float]
    newest: str


def day_totals(database: Database, last: int, since: str = "") -> Iterator[DayTotal]:
    """Yield the totals of the rows up to number `last` and since a time in the log's form.

    They come in the order of their first rows.
    """
    database.define("local_day", local_day)
    for values in database.stream(_TOTALS, last, since):
        day, folder, status, reason, count, texts, newest = values
        confidences = tuple(map(float, texts.split(","))) if texts else ()
        yield DayTotal(day, folder, status, reason, count, confidences, newest)
