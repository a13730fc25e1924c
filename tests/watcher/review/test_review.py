"""The review over HTTP: access, what is shown, and acts carried out like filings."""

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("bottle", reason='the review\'s packages are missing: pip install ".[review]"')
pytest.importorskip(
    "waitress", reason='the review\'s packages are missing: pip install ".[review]"'
)

from tests.support.in_process import InProcessWatcher
from tests.support.pictures import framed, paint_digit, png
from tests.support.served import TOKEN, Served, served
from tests.support.stub import Blind, Stub, drawing
from watcher.console.terminal import Terminal
from watcher.daemon.config_reload import SettingsReloader
from watcher.daemon.context import Context
from watcher.daemon.loop import watch
from watcher.daemon.reporter import Reporter
from watcher.daemon.wakeup import Wakeup
from watcher.recognition import InkFinder, ModelError
from watcher.recognition.formats import is_complete
from watcher.review.actor import MAX_ACTS

WRONG_HOSTS = ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", "evil.example:{port}"]


@pytest.fixture
def watcher(tmp_path: Path) -> InProcessWatcher:
    """A 7, a 1, one that is no picture, and a real PNG that the stub takes for a 0."""
    watcher = InProcessWatcher(tmp_path)
    watcher.save("sept.png", drawing(7))
    watcher.save("un.png", drawing(1))
    watcher.save("text.png", b"no picture")
    watcher.save("real.png", png(paint_digit(4)))
    watcher.file()
    return watcher


@pytest.fixture
def review(watcher: InProcessWatcher) -> Iterator[Served]:
    with served(watcher) as running:
        yield running


def id_of(watcher: InProcessWatcher, file: str) -> str:
    return next(row["id"] for row in watcher.rows() if row["file"] == file)


def corrections(watcher: InProcessWatcher) -> list[tuple[str, str, str]]:
    return [
        (row["digit"], row["reason"], row["filed_as"])
        for row in watcher.rows()
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
    watcher: InProcessWatcher, review: Served, origin: str | None
) -> None:
    headers = {"Content-Type": "application/json", **({"Origin": origin} if origin else {})}
    act = json.dumps({"ids": [id_of(watcher, "sept.png")], "choice": "1"})
    assert review.ask("POST", f"/{TOKEN}/acts", headers, act)[0] == 403
    assert review.ask("POST", f"/{TOKEN}/undo", headers, "{}")[0] == 403
    assert corrections(watcher) == []


def test_nor_with_a_header_that_says_where_it_comes_from(review: Served) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert review.ask("GET", f"/{TOKEN}/drawings", headers)[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        "/../log.csv",
        "/drawings/../../log.csv/drawing.png",
        "/drawings/..%2f..%2flog.csv/drawing.png",
        "/drawings/7%2fsept.png/drawing.png",
        "/page.html/../server.py",
        "/server.py",
        "/page.html",
        "/other.js",
        "/drawings/nobody",
        "/drawings/nobody/drawing.png",
        "/drawings/nobody/other.png",
    ],
)
def test_no_path_leads_to_a_file(review: Served, path: str) -> None:
    assert 400 <= review.ask("GET", f"/{TOKEN}{path}")[0] < 500


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_no_other_method_is_taken(review: Served, method: str) -> None:
    assert review.ask(method, f"/{TOKEN}/drawings")[0] == 405


@pytest.mark.parametrize("choice", ["../7", "10", 7, "", None, "undo", "filed", ["7"]])
def test_only_the_known_choices_are_taken(
    watcher: InProcessWatcher, review: Served, choice: object
) -> None:
    status, answer = review.act(id_of(watcher, "sept.png"), choice=choice)
    assert status == 400
    assert answer["message"]
    assert corrections(watcher) == []


@pytest.mark.parametrize("body", [{}, {"choice": "7"}, {"choice": "7", "ids": []}, [], "7"])
def test_an_act_names_its_drawings(watcher: InProcessWatcher, review: Served, body: object) -> None:
    assert review.post("acts", body)[0] == 400
    assert review.post("acts", {"choice": "7", "ids": ["nobody"]})[0] == 404
    assert review.post("acts", {"choice": "7", "ids": [7]})[0] == 400
    assert corrections(watcher) == []


def test_an_act_in_another_form_is_refused(watcher: InProcessWatcher, review: Served) -> None:
    """What a form on another page could send."""
    headers = {"Origin": f"http://{review.address}", "Content-Type": "text/plain"}
    act = json.dumps({"ids": [id_of(watcher, "sept.png")], "choice": "1"})
    assert review.ask("POST", f"/{TOKEN}/acts", headers, act)[0] == 400
    headers["Content-Type"] = "application/json"
    assert review.ask("POST", f"/{TOKEN}/acts", headers, "{")[0] == 400
    assert corrections(watcher) == []


def test_it_shows_the_least_certain_first_and_the_totals(review: Served) -> None:
    found = review.drawings()
    assert found["count"] == 4
    assert [one["confidence"] for one in found["drawings"]][-1] is None
    assert found["plot"].count("<svg") == 2
    assert "<title>7: 1</title>" in found["plot"]
    assert found["counts"] == {"review": 0, "confirmed": 0, "all": 4}


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
        ("name=SEP", ["sept.png"]),
        ("name=.png&folder=1", ["un.png"]),
        ("sort=name", ["real.png", "sept.png", "text.png", "un.png"]),
        ("tab=review", []),
        ("tab=confirmed", []),
    ],
)
def test_it_filters_by_folder_status_day_and_name(
    review: Served, query: str, files: list[str]
) -> None:
    assert [one["file"] for one in review.drawings(query)["drawings"]] == files


def test_it_shows_a_drawing_and_what_the_network_sees(
    watcher: InProcessWatcher, review: Served
) -> None:
    path = f"/{TOKEN}/drawings/{id_of(watcher, 'real.png')}"
    for picture in ("drawing", "seen"):
        status, content = review.ask("GET", f"{path}/{picture}.png?0")
        assert (status, content[:4]) == (200, b"\x89PNG")
    none = f"/{TOKEN}/drawings/{id_of(watcher, 'text.png')}/drawing.png"
    assert review.ask("GET", none)[0] == 404


class OwnFinder(Stub):
    finder = Blind()


class NoModel(Stub):
    @property
    def finder(self) -> InkFinder:
        raise ModelError("no model")


@pytest.mark.parametrize(("recogniser", "framed_one"), [(OwnFinder(), 404), (NoModel(), 200)])
def test_it_shows_the_ink_as_the_finder_of_the_model_in_use_finds_it_and_without_a_model(
    tmp_path: Path, recogniser: Stub, framed_one: int
) -> None:
    watcher = InProcessWatcher(tmp_path, recogniser=recogniser)
    watcher.save("framed.png", png(framed(paint_digit(4))))
    watcher.save("plain.png", png(paint_digit(4)))
    watcher.file()
    with served(watcher) as review:
        answers = [
            review.ask("GET", f"/{TOKEN}/drawings/{id_of(watcher, file)}/seen.png?0")[0]
            for file in ("plain.png", "framed.png")
        ]
    assert answers == [200, framed_one]


@pytest.mark.parametrize("query", ["tab=mine", "sort=size", "status=moved", "folder=10"])
def test_another_filter_is_refused(review: Served, query: str) -> None:
    assert review.ask("GET", f"/{TOKEN}/drawings?{query}")[0] == 400


def test_without_a_watcher_the_review_files_by_itself(
    watcher: InProcessWatcher, review: Served
) -> None:
    id_ = id_of(watcher, "sept.png")
    status, answer = review.act(id_, choice="1")
    (drawing,) = answer["drawings"]
    assert (status, drawing["folder"], drawing["label"]) == (200, "1", "1")
    assert answer["message"] == answer["undo"] == "sept.png moved to 1"
    status, answer = review.undo()
    (drawing,) = answer["drawings"]
    assert (status, drawing["folder"], drawing["label"]) == (200, "7", "")
    assert answer["message"] == "undone: sept.png moved to 1"
    assert review.act(id_, choice="confirm")[1]["message"] == "sept.png confirmed as 7"
    assert review.act(id_, choice="unsure")[1]["message"] == "sept.png kept for later"
    review.undo()
    assert corrections(watcher) == [
        ("1", "from 7", "1/sept.png"),
        ("", "undone", "7/sept.png"),
        ("7", "from 7", "7/sept.png"),
        ("", "from 7", "unsure/sept.png"),
        ("7", "undone", "7/sept.png"),
    ]
    assert watcher.file() == [], "the survey finds nothing to add"


def test_not_a_digit_is_a_label_and_comes_back_with_it(
    watcher: InProcessWatcher, review: Served
) -> None:
    id_ = id_of(watcher, "sept.png")
    _, answer = review.act(id_, choice="rejected")
    (drawing,) = answer["drawings"]
    assert (drawing["folder"], drawing["label"]) == ("rejected", "not a digit")
    assert answer["message"] == "sept.png moved to rejected: not a digit"
    review.act(id_, choice="7")
    (drawing,) = review.undo()[1]["drawings"]
    assert (drawing["folder"], drawing["label"]) == ("rejected", "not a digit")
    (drawing,) = review.undo()[1]["drawings"]
    assert (drawing["folder"], drawing["label"]) == ("7", "")
    reason = "not a digit, by a person"
    assert corrections(watcher) == [
        ("", reason, "rejected/sept.png"),
        ("7", "from rejected", "7/sept.png"),
        ("", reason, "rejected/sept.png"),
        ("", "undone", "7/sept.png"),
    ]


def test_many_are_confirmed_and_undone_in_one_act(
    watcher: InProcessWatcher, review: Served
) -> None:
    ids = [id_of(watcher, name) for name in ("sept.png", "un.png", "text.png")]
    _, answer = review.act(*ids, choice="confirm")
    assert answer["message"] == "2 drawings confirmed", "nobody guessed what text.png is"
    assert [(row[0], row[2]) for row in corrections(watcher)] == [
        ("7", "7/sept.png"),
        ("1", "1/un.png"),
    ]
    assert review.drawings("tab=confirmed")["count"] == 2
    assert review.drawings()["header"]["labels"] == 2
    assert review.undo()[1]["message"] == "undone: 2 drawings confirmed"
    assert review.drawings("tab=confirmed")["count"] == 0
    assert review.act(ids[2], choice="confirm")[1]["is_done"] is False
    assert review.undo()[1]["message"] == "nothing to undo"


def test_the_header_counts_what_a_scan_would_look_at(watcher: InProcessWatcher) -> None:
    watch = replace(watcher.settings.watch, ignore=("*.xcf",))
    watcher.settings = replace(watcher.settings, watch=watch)
    for name in ("next.png", "drawing.xcf", ".hidden.png"):
        watcher.save(name, drawing(3))
    with served(watcher) as review:
        assert review.drawings()["header"]["waiting"] == 1


def test_the_last_hundred_acts_can_be_undone(review: Served) -> None:
    drawing_id = review.drawings()["drawings"][0]["id"]
    for _ in range(MAX_ACTS + 5):
        assert review.act(drawing_id, choice="unsure")[1]["is_done"]
    for _ in range(MAX_ACTS):
        assert review.undo()[1]["is_done"]
    assert review.undo()[1]["message"] == "nothing to undo"


def test_a_deleted_drawing_is_not_shown(watcher: InProcessWatcher, review: Served) -> None:
    before = review.drawings()
    (watcher.outbox / "7" / "sept.png").unlink()
    after = review.drawings()
    assert (before["count"], after["count"]) == (4, 3)
    assert before["version"] != after["version"]


def test_a_drawing_renamed_without_a_label_is_shown(
    watcher: InProcessWatcher, review: Served
) -> None:
    (watcher.outbox / "7" / "sept.png").rename(watcher.outbox / "7" / "seven.png")
    watcher.file()
    assert review.drawings()["count"] == 4


def test_what_is_filed_later_and_a_rebuilt_journal_are_shown(
    watcher: InProcessWatcher, review: Served
) -> None:
    def files() -> list[str]:
        return sorted(one["file"] for one in review.drawings()["drawings"])

    before = files()
    watcher.save("later.png", drawing(2))
    watcher.file()
    assert files() == sorted([*before, "later.png"])
    watcher.journal.write_bytes(b"no journal")
    (watcher.outbox / "2" / "later.png").unlink()
    watcher.save("last.png", drawing(3))
    watcher.file()
    assert files() == sorted([*before, "last.png"])


def test_a_drawing_in_full_has_its_guesses_reason_and_history(
    watcher: InProcessWatcher, review: Served
) -> None:
    details = json.loads(review.ask("GET", f"/{TOKEN}/drawings/{id_of(watcher, 'sept.png')}")[1])
    assert max(range(11), key=details["probabilities"].__getitem__) == 7
    assert details["why"] == "The best guess is 7, with 90.0%; 0 has 1.0%."
    assert [event for _, event in details["history"]] == ["sept.png -> 7 (90.0%)"]
    details = json.loads(review.ask("GET", f"/{TOKEN}/drawings/{id_of(watcher, 'text.png')}")[1])
    assert details["probabilities"] is None


def test_a_drawing_moved_meanwhile_is_left_alone(watcher: InProcessWatcher, review: Served) -> None:
    (watcher.outbox / "7" / "sept.png").rename(watcher.outbox / "1" / "sept.png")
    status, answer = review.act(id_of(watcher, "sept.png"), choice="4")
    assert (status, answer["message"], answer["is_done"]) == (
        200,
        "sept.png was moved, edited or deleted meanwhile",
        False,
    )
    both = [id_of(watcher, name) for name in ("sept.png", "un.png")]
    assert review.act(*both, choice="4")[1]["message"] == (
        "un.png moved to 4; sept.png was moved, edited or deleted meanwhile"
    )


def test_a_running_watcher_files_for_the_review(watcher: InProcessWatcher, review: Served) -> None:
    wakeup = Wakeup()
    said = io.StringIO()
    clock = watcher.clock.clock
    reporter = Reporter(Terminal(said, said), clock)
    work = Context(
        watcher.settings, lambda: watcher.recogniser, is_complete, reporter, wakeup, clock
    )
    source = SettingsReloader(watcher.root / "none.toml", lambda: watcher.settings, reporter, clock)
    thread = threading.Thread(target=watch, args=(source, lambda _: work))
    thread.start()
    try:
        id_ = id_of(watcher, "sept.png")
        for folder in ("1", "1", "4"):
            status, answer = review.act(id_, choice=folder)
            assert (status, answer["drawings"][0]["folder"]) == (200, folder)
    finally:
        wakeup.request_stop()
        thread.join(10)
    assert corrections(watcher) == [
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
