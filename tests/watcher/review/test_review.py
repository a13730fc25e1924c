"""The review over HTTP: who is let in, what is shown, and that a wish is carried out like a filing."""

import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("bottle", reason='the review\'s packages are missing: pip install ".[review]"')
pytest.importorskip(
    "waitress", reason='the review\'s packages are missing: pip install ".[review]"'
)

from tests.support.in_process import InProcessWatcher
from tests.support.pictures import paint_digit, png
from tests.support.served import TOKEN, Served, served
from tests.support.stub import drawing
from watcher.console.terminal import Terminal
from watcher.daemon.config_reload import SettingsReloader
from watcher.daemon.context import Context
from watcher.daemon.loop import watch
from watcher.daemon.reporter import Reporter
from watcher.daemon.wakeup import Wakeup
from watcher.recognition.formats import is_complete

WRONG_HOSTS = ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", "evil.example:{port}"]


@pytest.fixture
def desk(tmp_path: Path) -> InProcessWatcher:
    """A 7, a 1, one that is no picture, and a real PNG that the stub takes for a 0."""
    desk = InProcessWatcher(tmp_path)
    desk.save("sept.png", drawing(7))
    desk.save("un.png", drawing(1))
    desk.save("text.png", b"no picture")
    desk.save("real.png", png(paint_digit(4)))
    desk.file()
    return desk


@pytest.fixture
def review(desk: InProcessWatcher) -> Iterator[Served]:
    with served(desk) as running:
        yield running


def id_of(desk: InProcessWatcher, file: str) -> str:
    return next(row["id"] for row in desk.rows() if row["file"] == file)


def corrections(desk: InProcessWatcher) -> list[tuple[str, str, str]]:
    return [
        (row["digit"], row["reason"], row["filed_as"])
        for row in desk.rows()
        if row["status"] == "corrected"
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/drawings",
        "/wrong/",
        "/wrong/drawings",
        f"/{TOKEN}x/",
        f"/x{TOKEN}/",
        "/favicon.ico",
        "*",
    ],
)
def test_nobody_gets_in_without_the_token(review: Served, path: str) -> None:
    assert 400 <= review.ask("GET", path)[0] < 500


@pytest.mark.parametrize("host", WRONG_HOSTS)
def test_nobody_gets_in_under_another_name(review: Served, host: str) -> None:
    """DNS rebinding: a page of another name that means this address now."""
    headers = {"Host": host.format(port=review.port)}
    assert review.ask("GET", f"/{TOKEN}/drawings", headers)[0] == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", None])
def test_no_other_page_files_anything(
    desk: InProcessWatcher, review: Served, origin: str | None
) -> None:
    headers = {"Content-Type": "application/json", **({"Origin": origin} if origin else {})}
    path = f"/{TOKEN}/drawings/{id_of(desk, 'sept.png')}"
    assert review.ask("POST", path, headers, '{"folder": "1"}')[0] == 403
    assert corrections(desk) == []


def test_nor_with_what_its_browser_says_of_it(review: Served) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert review.ask("GET", f"/{TOKEN}/drawings", headers)[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        "/../log.csv",
        "/drawings/../../log.csv/drawing.png",
        "/drawings/..%2f..%2flog.csv/drawing.png",
        "/drawings/7%2fsept.png/drawing.png",
        "/page.html/../reviewing.py",
        "/reviewing.py",
        "/drawings/nobody/drawing.png",
        "/drawings/nobody/other.png",
    ],
)
def test_no_path_leads_to_a_file(review: Served, path: str) -> None:
    assert 400 <= review.ask("GET", f"/{TOKEN}{path}")[0] < 500


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_nothing_but_looking_and_wishing(review: Served, method: str) -> None:
    assert review.ask(method, f"/{TOKEN}/drawings")[0] == 405


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"folder": "../7"},
        {"folder": "10"},
        {"folder": 7},
        {"folder": "rejected"},
        {"folder": None},
    ],
)
def test_only_the_folders_can_be_wished_for(
    desk: InProcessWatcher, review: Served, wish: dict[str, object]
) -> None:
    status, told = review.refile(id_of(desk, "sept.png"), **wish)
    assert status == 400
    assert told["message"]
    assert corrections(desk) == []


def test_a_wish_in_another_form_is_none(desk: InProcessWatcher, review: Served) -> None:
    """What a form on another page could send."""
    headers = {"Origin": f"http://{review.address}", "Content-Type": "text/plain"}
    path = f"/{TOKEN}/drawings/{id_of(desk, 'sept.png')}"
    assert review.ask("POST", path, headers, '{"folder": "1"}')[0] == 400
    headers["Content-Type"] = "application/json"
    assert review.ask("POST", path, headers, "{")[0] == 400
    assert corrections(desk) == []


def test_it_shows_the_least_certain_first_and_the_totals(review: Served) -> None:
    found = review.drawings()
    assert found["count"] == 4
    assert [one["confidence"] for one in found["drawings"]][-1] is None
    assert found["plot"].count("<svg") == 2
    assert "<title>7: 1</title>" in found["plot"]


@pytest.mark.parametrize(
    ("query", "files"),
    [
        ("folder=7", ["sept.png"]),
        ("status=rejected", ["text.png"]),
        ("folder=rejected", ["text.png"]),
        ("status=corrected", []),
        ("first_day=2027-01-15&last_day=2027-01-15&folder=1", ["un.png"]),
        ("first_day=2027-01-16", []),
        ("last_day=2027-01-14", []),
    ],
)
def test_it_filters_by_folder_status_and_day(review: Served, query: str, files: list[str]) -> None:
    assert [one["file"] for one in review.drawings(query)["drawings"]] == files


def test_it_shows_a_drawing_and_what_the_network_sees(
    desk: InProcessWatcher, review: Served
) -> None:
    path = f"/{TOKEN}/drawings/{id_of(desk, 'real.png')}"
    for picture in ("drawing", "seen"):
        status, content = review.ask("GET", f"{path}/{picture}.png?0")
        assert (status, content[:4]) == (200, b"\x89PNG")
    none = f"/{TOKEN}/drawings/{id_of(desk, 'text.png')}/drawing.png"
    assert review.ask("GET", none)[0] == 404


def test_without_a_watcher_the_review_files_by_itself(
    desk: InProcessWatcher, review: Served
) -> None:
    id_ = id_of(desk, "sept.png")
    status, told = review.refile(id_, folder="1")
    assert (status, told["drawing"]["folder"], told["drawing"]["label"]) == (200, "1", 1)
    status, told = review.refile(id_, folder="7", is_undo=True)
    assert (status, told["drawing"]["folder"], told["drawing"]["label"]) == (200, "7", None)
    review.refile(id_, folder="7")
    review.refile(id_, folder="unsure")
    review.refile(id_, folder="7", is_undo=True, is_label=True)
    assert corrections(desk) == [
        ("1", "from 7", "1/sept.png"),
        ("", "undone", "7/sept.png"),
        ("7", "from 7", "7/sept.png"),
        ("", "from 7", "unsure/sept.png"),
        ("7", "undone", "7/sept.png"),
    ]
    assert desk.file() == [], "the survey finds nothing to add"


def test_a_drawing_moved_meanwhile_is_left_alone(desk: InProcessWatcher, review: Served) -> None:
    (desk.outbox / "7" / "sept.png").rename(desk.outbox / "1" / "sept.png")
    status, told = review.refile(id_of(desk, "sept.png"), folder="4")
    assert (status, told["message"]) == (404, "sept.png was moved, edited or deleted meanwhile")


def test_a_running_watcher_files_for_the_review(desk: InProcessWatcher, review: Served) -> None:
    wakeup = Wakeup()
    said = io.StringIO()
    clock = desk.clock.clock
    reporter = Reporter(Terminal(said, said), clock)
    work = Context(desk.settings, lambda: desk.recogniser, is_complete, reporter, wakeup, clock)
    source = SettingsReloader(desk.root / "none.toml", lambda: desk.settings, reporter, clock)
    watcher = threading.Thread(target=watch, args=(source, lambda _: work))
    watcher.start()
    try:
        id_ = id_of(desk, "sept.png")
        for folder in ("1", "1", "4"):
            status, told = review.refile(id_, folder=folder)
            assert (status, told["drawing"]["folder"]) == (200, folder)
    finally:
        wakeup.request_stop()
        watcher.join(10)
    assert corrections(desk) == [
        ("1", "from 7", "1/sept.png"),
        ("1", "from 1", "1/sept.png"),
        ("4", "from 1", "4/sept.png"),
    ]
    assert "sept.png -> 4 (corrected: from 1)" in said.getvalue().splitlines()


def test_every_answer_forbids_scripts_and_frames_of_others(review: Served) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", review.port, timeout=20)
    connection.request("GET", f"/{TOKEN}/")
    answer = connection.getresponse()
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert b"<script>" not in answer.read()
    connection.close()


def test_an_outbox_without_a_journal_is_empty(tmp_path: Path) -> None:
    with served(InProcessWatcher(tmp_path / "new")) as review:
        assert review.drawings()["count"] == 0
        assert json.dumps(review.drawings()["plot"])
