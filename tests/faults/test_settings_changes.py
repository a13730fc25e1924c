"""config.toml changes while the watcher runs: used within seconds, or refused; no drawing is lost."""

import threading
import time
from pathlib import Path

from tests.faults.running import Running, wait_for_rows
from tests.faults.workplace import Workplace
from tests.support.stub import drawing

# From a change to its effect, on a busy machine.
SECONDS = 6


def configure(workplace: Workplace, text: str) -> None:
    """Write as an editor does: truncate, then write in parts."""
    with (workplace.root / "config.toml").open("w") as file:
        for part in text.splitlines(keepends=True):
            file.write(part)
            file.flush()


def watching(outbox: Path, more: str = "") -> str:
    return (
        f"[paths]\noutbox = '{outbox}'\n"
        f"[watch]\nsettle_seconds = 0.05\nrescan_seconds = 0.2\n{more}"
    )


def test_the_real_program_uses_a_change_and_refuses_a_wrong_one(workplace: Workplace) -> None:
    watcher = Running(workplace, workplace.start_real())
    watcher.wait_for("watching")
    configure(workplace, watching(workplace.outbox, "[limits]\nmax_megabytes = 1\n"))
    watcher.wait_for("in force now: [limits] max_megabytes = 1 (before: 50)", SECONDS)
    workplace.save("large.png", b"\x89PNG" + bytes(2 << 20))
    watcher.wait_for("large.png -> rejected (larger than 1 MB)")
    configure(workplace, watching(workplace.outbox, "[limits]\nmax_megabytes = 0\n"))
    watcher.wait_for("from 1 to 1000, got 0; the previous settings stay in force", SECONDS)
    configure(workplace, watching(workplace.outbox, "[limits]\nmax_megabytes = 1\n"))
    watcher.wait_for("is right again", SECONDS)
    watcher.end()
    assert sum("stay in force" in line for line in watcher.lines) == 1


def test_other_folders_are_watched_from_then_on(workplace: Workplace, tmp_path: Path) -> None:
    watcher = Running(workplace)
    workplace.save("a.png", drawing(1))
    wait_for_rows(workplace, 1)
    elsewhere = Workplace(workplace.root, other=tmp_path / "elsewhere")
    configure(workplace, watching(elsewhere.outbox))
    watcher.wait_for("[paths] outbox =", SECONDS)
    elsewhere.save("b.png", drawing(2))
    wait_for_rows(elsewhere, 1)
    assert [row["file"] for row in elsewhere.rows()] == ["b.png"]
    assert [row["file"] for row in workplace.rows()] == ["a.png"]
    # The folders that it left are another's.
    second = Workplace(tmp_path / "second", other=workplace.outbox)
    assert second.run("once").returncode == 0
    watcher.end()
    assert "in force now" in (elsewhere.outbox / ".watcher" / "watcher.log").read_text()


def test_another_watchers_folders_are_refused_and_the_old_ones_watched(
    workplace: Workplace, tmp_path: Path
) -> None:
    other = Workplace(tmp_path / "other")
    others = Running(other)
    watcher = Running(workplace)
    configure(workplace, watching(other.outbox))
    said = watcher.wait_for("already watches", SECONDS)
    assert str(other.outbox) in said
    assert "stay in force" in said
    workplace.save("a.png", drawing(1))
    wait_for_rows(workplace, 1)
    configure(workplace, watching(workplace.outbox))
    watcher.wait_for("is right again", SECONDS)
    watcher.end_with(1)
    others.end()


def test_folders_that_cannot_be_used_are_refused_and_the_old_ones_watched(
    workplace: Workplace, tmp_path: Path
) -> None:
    watcher = Running(workplace)
    other = tmp_path / "other"
    (other / ".watcher" / "journal.sqlite3").mkdir(parents=True)  # No journal can be opened there.
    configure(workplace, watching(other))
    said = watcher.wait_for("stay in force", SECONDS)
    assert str(other) in said
    workplace.save("a.png", drawing(1))
    watcher.end_with(1)


def test_other_settings_end_a_failure(workplace: Workplace, tmp_path: Path) -> None:
    watcher = Running(workplace)
    (workplace.outbox / "1").write_text("no folder")
    workplace.save("a.png", drawing(1))
    watcher.wait_for("nothing is lost")
    elsewhere = Workplace(workplace.root, other=tmp_path / "elsewhere", saved=workplace.saved)
    configure(workplace, watching(elsewhere.outbox))
    watcher.wait_for("[paths] outbox =", SECONDS)
    watcher.workplace = elsewhere
    watcher.end_with(1)


def test_changes_during_a_stream_of_drawings_lose_and_double_nothing(workplace: Workplace) -> None:
    watcher = Running(workplace)
    drawings = 1000
    is_over = threading.Event()

    def change() -> None:
        size = 1
        while not is_over.wait(0.8):
            size = size % 64 + 1
            configure(workplace, watching(workplace.outbox, f"batch_size = {size}\n"))

    changing = threading.Thread(target=change)
    changing.start()
    try:
        for number in range(drawings):
            workplace.save(f"{number}.png", drawing(number % 10, str(number)))
            time.sleep(0.006)
        wait_for_rows(workplace, drawings, 60)
    finally:
        is_over.set()
        changing.join()
    watcher.end_with(drawings)
    assert sum("in force now" in line for line in watcher.lines) >= 5


def test_a_change_is_used_in_the_middle_of_a_backlog(workplace: Workplace) -> None:
    for number in range(3000):
        workplace.save(f"{number}.png", drawing(number % 10, str(number)))
    watcher = Running(workplace)
    configure(workplace, watching(workplace.outbox, "batch_size = 16\n"))
    watcher.wait_for("batch_size = 16 (before: 128)", SECONDS)
    assert len(workplace.rows()) < 3000
    watcher.end_with(3000, 60)
