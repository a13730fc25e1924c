"""`log` and `why`: what they make of a log, and what they say where there is nothing."""

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import Stub, drawing
from tests.support.time_zone import KOLKATA, needs_time_zones, time_zone
from watcher.cli.main import run
from watcher.fs.long_paths import plain
from watcher.recognition import Recognition

DAY = 86_400

Said = Callable[..., tuple[int, str, str]]


class Sure(Stub):
    """Is unsure of 5s."""

    min_confidence = 0.85

    def _one(self, data: bytes) -> Recognition:  # type: ignore[override]
        if data[-1] == 5:
            return Recognition(tuple(0.8 if digit == 5 else 0.02 for digit in range(11)), 28, 28)
        return super()._one(data)


@pytest.fixture
def watcher(tmp_path: Path) -> InProcessWatcher:
    """Two days: 7, 7, 1, an unsure 5 and no picture; then one 7 moved to 1, the 5 confirmed."""
    watcher = InProcessWatcher(tmp_path, recogniser=Sure())
    for name, content in {
        "a.png": drawing(7),
        "b.png": drawing(7, "b"),
        "c.png": drawing(1),
    }.items():
        watcher.save(name, content)
    watcher.file()
    watcher.clock.turn(DAY)
    watcher.save("five.png", drawing(5))
    watcher.save("text.png", b"no picture")
    watcher.file()
    (watcher.outbox / "7" / "a.png").rename(watcher.outbox / "1" / "a.png")
    (watcher.outbox / "5").mkdir()
    (watcher.outbox / "unsure" / "five.png").rename(watcher.outbox / "5" / "five.png")
    watcher.file()
    return watcher


@pytest.fixture
def said(watcher: InProcessWatcher, capsys: pytest.CaptureFixture[str]) -> Said:
    def run_it(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        folders = ("--inbox", str(watcher.inbox), "--outbox", str(watcher.outbox))
        status = run([*words, *folders])
        out, err = capsys.readouterr()
        return int(status), out, err

    return run_it


def test_the_summary_counts_days_digits_and_corrections(said: Said) -> None:
    status, out, _ = said("log")
    lines = out.splitlines()
    assert status == 0
    assert lines[0] == (
        "5 drawings from 2027-01-15 to 2027-01-16 (local time): "
        "3 filed (60.0%), 1 unsure (20.0%), 1 rejected (20.0%)"
    )
    assert "median confidence of the filed ones 90.0%" in out
    assert [line.split() for line in lines if line[:2] in ("7 ", "1 ")] == [
        ["1", "1", "90.0%", "0", "1"],
        ["7", "2", "90.0%", "1", "0"],
    ]
    assert [line.split() for line in lines[-3:]] == [
        ["2", "corrections"],
        ["1", "7", "->", "1"],
        ["1", "unsure", "->", "5"],
    ]


def test_it_can_begin_at_a_day(said: Said) -> None:
    assert said("log", "--since", "2027-01-16")[1].startswith(
        "2 drawings on 2027-01-16 (local time): "
    )
    status, out, _ = said("log", "--since", "2027-02-01")
    assert (status, out.count("\n")) == (0, 1)
    assert out.startswith("nothing was filed since 2027-02-01 00:00:00+")
    assert "log.csv is that new, the newest is of 2027-01-16 " in out


def test_a_date_that_is_none_is_wrong_usage(said: Said, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        said("log", "--since", "yesterday")
    assert ended.value.code == 2
    assert "expected a local day or time, such as 2026-11-22" in capsys.readouterr().err


@needs_time_zones
def test_days_and_times_are_local_and_say_so(said: Said) -> None:
    with time_zone(KOLKATA):  # Filed at 13:30:00 there.
        assert said("log", "--since", "2027-01-16 13:30")[1].startswith("2 drawings")
        for later in ("2027-01-16 13:31", "2027-01-16 08:01Z"):
            out = said("log", "--since", later)[1]
            assert out.startswith("nothing was filed since 2027-01-16 13:31:00+05:30: ")
        assert "  2027-01-15 13:30:00+05:30  saved as a.png" in said("why", "1/a.png")[1]
    with time_zone("XXX-16"):  # A place where it is the next day already.
        assert "from 2027-01-16 to 2027-01-17 (local time)" in said("log")[1]
        assert said("log", "--csv")[1].splitlines()[-1].startswith("2027-01-17,")


def test_the_table_has_a_line_for_each_day_and_folder(said: Said) -> None:
    table = list(csv.DictReader(io.StringIO(said("log", "--csv")[1])))
    assert sum(int(line["drawings"]) for line in table) == 5
    assert {
        "day": "2027-01-15",
        "folder": "7",
        "drawings": "2",
        "median_confidence": "0.9000",
        "corrected_from": "0",
        "corrected_to": "0",
    } in table
    assert [line["folder"] for line in table if line["corrected_to"] == "1"] == ["1", "5"]


def test_the_summary_in_json_has_the_same_numbers(said: Said) -> None:
    status, out, _ = said("log", "--json")
    told = json.loads(out)
    assert (status, told["drawings"], told["median_confidence"]) == (0, 5, 0.9)
    assert told["newest"].startswith("2027-01-16")
    assert told["cells"] == [
        {
            **{key: cell[key] for key in ("day", "folder")},
            **{key: int(cell[key]) for key in ("drawings", "corrected_from", "corrected_to")},
            "median_confidence": float(cell["median_confidence"] or 0) or None,
        }
        for cell in csv.DictReader(io.StringIO(said("log", "--csv")[1]))
    ]
    assert {"from": "7", "to": "1", "count": 1} in told["corrections"]
    assert json.loads(said("log", "--json", "--since", "2027-02-01")[1])["drawings"] == 0


@pytest.mark.skipif(
    sys.platform != "linux", reason="xdg-open is Linux's; Windows opens files itself"
)
def test_the_log_can_be_opened(
    said: Said, watcher: InProcessWatcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    status, _, err = said("log", "--open")
    assert (status, err.count("\n")) == (1, 1)
    assert "log.csv cannot be opened: there is no program xdg-open" in err
    (tmp_path / "programs").mkdir()
    program = tmp_path / "programs" / "xdg-open"
    program.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    program.chmod(0o755)
    assert said("log", "--open") == (0, "", "")
    assert (tmp_path / "opened").read_text().rstrip() == str(watcher.log)
    watcher.log.unlink()
    assert "there is no log yet" in said("log", "--open")[2]


def test_without_a_log_it_says_so(said: Said, watcher: InProcessWatcher) -> None:
    watcher.log.unlink()
    status, out, _ = said("log")
    assert (status, out.count("\n")) == (0, 1)
    assert out.startswith("nothing was filed: ")


@pytest.mark.parametrize("name", ["1/a.png", "7/a.png", "a.png", "path", "id"])
def test_why_finds_a_drawing_by_place_name_path_and_id(
    said: Said, watcher: InProcessWatcher, name: str
) -> None:
    (id_,) = {row["id"] for row in watcher.rows() if row["file"] == "a.png"}
    file = {"path": str(watcher.outbox / "1" / "a.png"), "id": id_}.get(name, name)
    status, out, _ = said("why", file)
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == f"a.png (id {id_})"
    assert "saved as a.png, 28 x 28 pixels; filed as 7/a.png" in lines[1]
    assert lines[2].endswith("read as 7 with 90.0%, second guess 0 with 1.0%, by model stub")
    assert lines[3].endswith("corrected by a person from 7 to 1, now at 1/a.png")
    assert lines[4].endswith("1/a.png is unchanged; a person's label: 1")
    assert len(lines) == 5


def test_why_knows_a_renamed_file_by_its_content(said: Said, watcher: InProcessWatcher) -> None:
    path = watcher.outbox / "7" / "renamed.png"
    (watcher.outbox / "7" / "b.png").rename(path)
    status, out, _ = said("why", str(path))
    assert (status, out.splitlines()[0].split()[0]) == (0, "b.png")
    assert "is not there any more" in out


def test_why_says_why_it_was_unsure_or_rejected_or_got_a_number(
    said: Said, watcher: InProcessWatcher
) -> None:
    assert "why unsure: confidence below 85.0%" in said("why", "five.png")[1]
    assert "why rejected: not a picture" in said("why", "text.png")[1]
    watcher.save("b.png", drawing(7, "again"))
    watcher.file()
    out = said("why", "7/b (2).png")[1]
    assert "called b (2).png because there was another b.png already" in out
    assert said("why", "b.png")[1].count("(id ") == 2, "both were saved as b.png"


def test_why_says_that_bytes_were_changed(said: Said, watcher: InProcessWatcher) -> None:
    (watcher.outbox / "1" / "a.png").write_bytes(drawing(1, "other"))
    out = said("why", "1/a.png")[1]
    assert "has other bytes now" in out
    assert "a person's label" not in out


def test_why_in_json(said: Said) -> None:
    story = json.loads(said("why", "--json", "1/a.png")[1])
    assert (story["place"], story["now"], story["label"]) == ("1/a.png", "unchanged", 1)
    assert [row["status"] for row in story["rows"]] == ["filed", "corrected"]


def test_why_of_what_waits_in_the_inbox(said: Said, watcher: InProcessWatcher) -> None:
    half = watcher.save("half.png", drawing(3)[:40])
    hidden = watcher.save(".hidden.png", drawing(3))
    assert "waits in the inbox" in said("why", str(half))[1]
    assert "left alone" in said("why", str(hidden))[1]
    watcher.save("folder/new.png", drawing(3, "new"))
    for name in (str(watcher.inbox / "folder" / "new.png"), "folder/new.png"):
        status, out, _ = said("why", name)
        assert (status, out) == (
            0,
            f'{plain(name)} stays in the inbox: it is in a folder; `subfolders` is "ignore"\n',
        )


def test_why_of_the_unknown_is_one_line(said: Said) -> None:
    status, out, err = said("why", "nobody's.png")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("nobody's.png is unknown: ")


def test_a_log_that_cannot_be_read_is_one_line(said: Said, watcher: InProcessWatcher) -> None:
    watcher.log.unlink()
    watcher.log.mkdir()
    for words in (["log"], ["why", "a.png"]):
        status, _, err = said(*words)
        assert (status, err.count("\n")) == (1, 1)
        assert "log.csv cannot be read" in err
