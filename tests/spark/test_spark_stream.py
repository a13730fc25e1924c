"""A stream over an inbox: what becomes of drawings, in this process on two cores."""

import csv
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from tests.spark.results import check, csv_rows, filed, left
from tests.support.pictures import paint_digit, png

if TYPE_CHECKING:
    from tests.spark.streams import Streams

ROOT = Path(__file__).parents[2]

SAME_IN_BOTH = ("status", "digit", "confidence", "second_digit", "second_confidence", "reason",
                "width", "height", "sha256", "model")  # fmt: skip

FOREIGN_NAMES = ["été 7.png", "x[0-9].png", "{a,b}*?.png", "_under.png", "a~b.png", "100%.png"]


def drawings() -> Iterator[tuple[str, bytes]]:
    for digit in range(10):
        for width, height, pen in ((28, 28, 2), (400, 300, 5), (1152, 648, 9)):
            picture = paint_digit(digit, width=width, height=height, pen=pen)
            yield f"{digit}-{width}.png", png(picture)
    seven = png(paint_digit(7))
    yield "=1+1.png", seven
    yield "blank.png", png(np.full((40, 50, 3), 255, np.uint8))
    yield "noise.png", png(np.random.default_rng(1).integers(0, 256, (90, 90, 3), np.uint8))
    yield "jpeg.png", bytes(cv2.imencode(".jpg", paint_digit(3))[1])
    yield "text.png", b"no picture at all"
    yield "empty.png", b""
    yield "truncated.png", seven[:-20]
    for name in FOREIGN_NAMES:
        yield name, png(paint_digit(5, width=90 + len(name)))


def local_rows(folder: Path, saved: dict[str, bytes]) -> dict[str, dict[str, str]]:
    """The rows that the local watcher logs of the same files, by the name of the file."""
    inbox, outbox = folder / "local-in", folder / "local-out"
    inbox.mkdir()
    for name, content in saved.items():
        (inbox / name).write_bytes(content)
        os.utime(inbox / name, (1e9, 1e9))
    subprocess.run(
        [sys.executable, "-m", "watcher", "once", "--inbox", str(inbox), "--outbox", str(outbox)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    with (outbox / "log.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def test_each_drawing_is_judged_as_the_local_watcher_judges_it(
    streams: "Streams", tmp_path: Path
) -> None:
    saved = dict(drawings())
    for name, content in saved.items():
        streams.save(name, content)
    streams.once()
    rows = check(streams.inbox, streams.outbox, streams.saved)
    expected = local_rows(tmp_path, saved)
    assert list(rows[0]) == list(next(iter(expected.values())))
    assert {row["file"] for row in rows} == expected.keys()
    for row in rows:
        here, there = ({column: one[column] for column in SAME_IN_BOTH}
                       for one in (row, expected[row["file"]]))  # fmt: skip
        assert here == there, row["file"]
        assert row["filed_as"].split("/")[0] == expected[row["file"]]["filed_as"].split("/")[0]
    assert {row["status"] for row in rows} == {"filed", "unsure", "rejected"}
    assert wait_for(streams, f"batch 0: {len(saved) - 1} drawings")  # Spark knows of no empty one.


def wait_for(streams: "Streams", text: str) -> bool:
    """Spark tells its listeners a moment later."""
    end = time.monotonic() + 30
    while text not in streams.said.getvalue() and time.monotonic() < end:
        time.sleep(0.1)
    return text in streams.said.getvalue()


def test_what_is_too_large_is_rejected_and_its_bytes_stay_as_they_were(streams: "Streams") -> None:
    streams.limited_to(2000)
    streams.save("large.png", png(paint_digit(7)) + b"\0" * 2000)
    streams.save("small.png", png(paint_digit(7, width=28, height=28, pen=2)))
    streams.once()
    rows = {row["file"]: row for row in csv_rows(streams.outbox)}
    assert rows["large.png"]["reason"].startswith("larger than")
    assert rows["large.png"]["sha256"] == ""
    assert rows["small.png"]["status"] == "filed"
    assert sorted(filed(streams.outbox).values()) == sorted(streams.saved)


def test_a_name_saved_again_is_a_new_drawing_also_with_the_same_content(streams: "Streams") -> None:
    for digit in (7, 3, 3):
        streams.save("untitled.png", png(paint_digit(digit)))
        streams.once()
    rows = check(streams.inbox, streams.outbox, streams.saved)
    assert sorted(row["digit"] for row in rows) == ["3", "3", "7"]
    assert {row["file"] for row in rows} == {"untitled.png"}


def test_what_is_still_being_written_is_filed_once_it_is_whole(streams: "Streams") -> None:
    whole = png(paint_digit(7))
    half = streams.inbox / "half.png"
    half.write_bytes(whole[:100])
    os.utime(half, (time.time() + 1, time.time() + 1))  # Written to just now, for a while.
    streams.save("other.png", png(paint_digit(3)))
    run = streams.run()
    run._claim()  # One pass, as the loop makes it.
    assert "half.png" in left(streams.inbox)
    half.unlink()
    streams.save("half.png", whole)
    streams.once()
    rows = check(streams.inbox, streams.outbox, streams.saved)
    assert [row["status"] for row in rows] == ["filed", "filed"]


def test_hidden_and_unfinished_names_and_folders_stay(streams: "Streams") -> None:
    for name in (".hidden.png", "a.png.part", "~$a.png", "Thumbs.db"):
        (streams.inbox / name).write_bytes(b"x")
    (streams.inbox / "folder").mkdir()
    (streams.inbox / "folder" / "in.png").write_bytes(b"x")
    streams.once()
    assert len(left(streams.inbox)) == 5
    assert csv_rows(streams.outbox) == []


def test_a_backlog_is_taken_in_batches_of_the_size_that_was_asked_for(streams: "Streams") -> None:
    for number in range(25):
        streams.save(f"{number}.png", png(paint_digit(number % 10, width=100 + number)))
    streams.once(max_files=5)
    check(streams.inbox, streams.outbox, streams.saved)
    parts = sorted((streams.outbox / "log").glob("*.csv"))
    assert [len(part.read_text("utf-8").splitlines()) - 1 for part in parts] == [5] * 5


def test_a_lost_checkpoint_loses_and_doubles_nothing(streams: "Streams") -> None:
    streams.save("one.png", png(paint_digit(1)))
    streams.once()
    shutil.rmtree(streams.checkpoint)
    streams.save("two.png", png(paint_digit(2)))
    streams.run()._claim()
    streams.once()
    assert len(check(streams.inbox, streams.outbox, streams.saved)) == 2


def test_a_kill_while_the_first_batch_is_noted_stops_no_later_start(streams: "Streams") -> None:
    offsets = streams.checkpoint / "offsets"
    offsets.mkdir(parents=True)
    (offsets / ".0.3c1d5d5e-2f0f-4c43-9d6e-1f7a5d0b7c11.tmp").write_bytes(b"v1")
    streams.save("one.png", png(paint_digit(1)))
    streams.once()
    assert len(check(streams.inbox, streams.outbox, streams.saved)) == 1


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_stays_with_a_word_and_stops_no_other(streams: "Streams") -> None:
    streams.save("closed.png", png(paint_digit(7)))
    (streams.inbox / "closed.png").chmod(0)
    streams.save("open.png", png(paint_digit(3)))
    streams.once()
    assert left(streams.inbox) == ["closed.png"]
    assert "closed.png cannot be read" in streams.said.getvalue()
    assert [row["file"] for row in csv_rows(streams.outbox)] == ["open.png"]


def test_claims_of_another_checkpoint_are_left_and_told_of(streams: "Streams") -> None:
    other = streams.inbox / ".watcher-claims" / "0a0b0c0d"
    other.mkdir(parents=True)
    (other / "claim").write_bytes(b"x")
    streams.once()
    assert left(streams.inbox) == ["claim"]
    assert "1 drawings are claimed by a stream with another checkpoint" in streams.said.getvalue()


def test_folders_that_overlap_are_refused(streams: "Streams") -> None:
    from watcher.config.errors import ConfigError

    streams.outbox = streams.inbox / "outbox"
    with pytest.raises(ConfigError, match="--inbox and --outbox: expected separate folders"):
        streams.once()
