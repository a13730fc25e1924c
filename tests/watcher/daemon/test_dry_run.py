"""A dry run says what a real one then does, and moves nothing."""

from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing
from tests.watcher.cli.test_commands import needs_model, painted
from watcher.cli.main import run
from watcher.fs.long_paths import plain


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


@needs_model
@pytest.mark.parametrize("command", [[], ["once"]])
def test_a_dry_run_says_where_each_file_would_go_as_the_real_one_does(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    painted(inbox / "un.png")
    assert run(["once"]) == 0
    painted(inbox / "un.png")
    painted(inbox / "deux.png")
    (inbox / "text.png").write_bytes(b"no picture")
    (inbox / "half.png").write_bytes(drawing(3)[:40])
    before = files(tmp_path)
    capsys.readouterr()
    assert run([*command, "--dry-run"]) == 0
    out, err = capsys.readouterr()
    assert files(tmp_path) == before
    assert err == ""
    lines = out.splitlines()
    assert lines[-1] == (
        "nothing was moved; a real run would take 4 drawings: 2 filed, 0 unsure, 2 rejected"
    )
    said = {
        line.partition(" -> ")[0]: line.rpartition(", as ")[2] for line in lines if "->" in line
    }
    assert said == {
        "un.png": "1/un (2).png",
        "deux.png": "1/deux.png",
        "text.png": "rejected/text.png",
        "half.png": "rejected/half.png",
    }
    assert run(["once"]) == 0
    assert all((tmp_path / "outbox" / place).is_file() for place in said.values())


@needs_model
def test_a_dry_run_warns_of_a_folder_with_few_pictures_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "documents").mkdir()
    for number in range(12):
        (tmp_path / "documents" / f"{number}.pdf").write_bytes(b"%PDF-1.7")
    assert run(["--dry-run", "--inbox", "documents"]) == 0
    out, err = capsys.readouterr()
    assert out.count("-> rejected (") == 12
    assert "most files of" in err and "is it the right folder?" in err
    assert [path.name for path in tmp_path.iterdir()] == ["documents"]


@needs_model
def test_a_dry_run_looks_while_a_watcher_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher = InProcessWatcher(tmp_path)
    watcher.save("a.png", drawing(7))
    folders = ("--inbox", plain(str(watcher.inbox)), "--outbox", plain(str(watcher.outbox)))
    with watcher.session(lambda _: None):
        assert run(["--dry-run", *folders]) == 0
    assert "nothing was moved" in capsys.readouterr().out
