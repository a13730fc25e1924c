"""The review's lists: SQL chooses, orders and counts as the rules for one drawing say."""

import random
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest

pytest.importorskip("bottle", reason='the review\'s packages are missing: pip install ".[review]"')
pytest.importorskip(
    "waitress", reason='the review\'s packages are missing: pip install ".[review]"'
)

from tests.support.in_process import InProcessWatcher
from tests.support.served import Served, served
from watcher.clock import local_day, utc
from watcher.journal.journal import Journal
from watcher.layout import DIGIT_FOLDERS, OUTBOX_FOLDERS
from watcher.review.catalogue import (
    ReviewedDrawing,
    ReviewRule,
    Tab,
    drawing_from,
    is_in_tab,
    sort_drawings,
)
from watcher.review.requests import read_filter, read_sort
from watcher.types import JUDGED, Row, Status

COUNT = 300
DAY = 86_400

QUERIES = (
    *("", "tab=review", "tab=confirmed", "sort=newest", "sort=name", "tab=review&sort=name"),
    *("folder=7", "folder=unsure", "status=unsure", "status=corrected", "name=ÄR", "name=%"),
    *("first_day={day}", "last_day={day}", "first_day={day}&last_day={day}&sort=newest"),
    *("tab=review&first_day={day}", "tab=confirmed&folder=3", "first_day=no+day", "last_day=1"),
)


def a_row(number: int, now: float, chance: random.Random) -> Row:
    status = chance.choice(JUDGED)
    digit = chance.randrange(10)
    name = f"{chance.choice(['Bär', 'bÄR', 'a%', 'z'])}-{number}.png"
    return Row(
        id=f"id-{chance.randrange(10**9)}-{number}",
        time=utc(now - chance.uniform(0, 20 * DAY)),
        file=name,
        status=status,
        digit=digit,
        confidence=chance.choice([None, *[round(chance.random(), 2) for _ in range(9)]]),
        second_digit=None,
        second_confidence=None,
        filed_as=f"{digit if status == Status.FILED else status}/{name}",
        reason="",
        width=28,
        height=28,
        sha256="",
        model="m",
        seconds=0.1,
    )


def a_correction(row: Row, now: float, chance: random.Random) -> Row:
    """It is a label, takes one back, says that it is not a digit, or only moves a drawing."""
    digit, folder, reason = chance.choice(
        [
            (3, "3", "from 7"),
            (None, "unsure", "from 3"),
            (None, "rejected", "not a digit, by a person"),
            (None, "3", "undone"),
        ]
    )
    place = f"{folder}/{row.file}"
    return replace(
        row, time=utc(now), status=Status.CORRECTED, digit=digit, filed_as=place, reason=reason
    )


@pytest.fixture(scope="module")
def watcher(tmp_path_factory: pytest.TempPathFactory) -> InProcessWatcher:
    """Some drawings corrected, one of them twice, some by hand, and some whose files are missing."""
    watcher = InProcessWatcher(tmp_path_factory.mktemp("watcher"))
    chance, now = random.Random(2), watcher.clock.clock.now()
    rows = [a_row(number, now, chance) for number in range(COUNT)]
    rows += [a_correction(row, now, chance) for row in (*rows[:60], *rows[:9])]
    rows += [
        a_correction(a_row(number, now, chance), now, chance) for number in range(COUNT, COUNT + 9)
    ]
    journal = Journal(watcher.journal)
    journal.record(rows)
    journal.close()
    for folder in OUTBOX_FOLDERS:
        (watcher.outbox / folder).mkdir(exist_ok=True)
    places = {row.id: row.filed_as for row in rows}
    for place in list(places.values())[::7]:
        places = {id_: one for id_, one in places.items() if one != place}
    for place in places.values():
        (watcher.outbox / place).touch()
    return watcher


@pytest.fixture(scope="module")
def review(watcher: InProcessWatcher) -> Iterator[Served]:
    with served(watcher) as running:
        yield running


def expected(watcher: InProcessWatcher) -> list[ReviewedDrawing]:
    """Each drawing by its first and its latest row, if its file is there."""
    journal = Journal(watcher.journal)
    histories: dict[str, list[Row]] = {}
    for row in journal.rows.after():
        histories.setdefault(row.id, []).append(row)
    journal.close()
    drawings = [drawing_from(rows[0], rows[-1]) for rows in histories.values()]
    return [one for one in drawings if (watcher.outbox / one.place).exists()]


@pytest.mark.parametrize("query", QUERIES)
def test_a_list_has_what_its_filter_admits_in_its_order(
    watcher: InProcessWatcher, review: Served, query: str
) -> None:
    now = watcher.clock.clock.now()
    query = query.format(day=local_day(utc(now - 5 * DAY)))
    words = dict(word.split("=") for word in query.split("&") if word)
    words = {key: value.replace("+", " ") for key, value in words.items()}
    wanted, rule = read_filter(words), ReviewRule(0.5, utc(now - 7 * DAY))
    drawings = expected(watcher)
    admitted = [one for one in drawings if wanted.admits(one, rule)]
    in_order = sort_drawings(admitted, read_sort(words), wanted.tab, rule)

    found = review.drawings(quote(query, safe="=&+"))

    assert [one["id"] for one in found["drawings"]] == [one.id for one in in_order]
    assert found["count"] == len(admitted)
    assert found["counts"] == {
        tab: sum(is_in_tab(tab, one, rule) for one in drawings) for tab in Tab
    }


def test_the_totals_are_those_of_the_period(watcher: InProcessWatcher, review: Served) -> None:
    day = local_day(utc(watcher.clock.clock.now() - 5 * DAY))
    plot = review.drawings(f"first_day={day}&name=none")["plot"]
    later = [one for one in expected(watcher) if local_day(one.time) >= day]
    for folder in DIGIT_FOLDERS:
        count = sum(one.folder == folder for one in later)
        assert f"<title>{folder}: {count}</title>" in plot
    count = sum(local_day(one.time) == day for one in later)
    assert f"<title>{day}: {count}</title>" in plot
