"""The command line: help, one line for a mistake, and the program's name as it was started."""

import re
from pathlib import Path

import pytest

from watcher.cli.main import COMMANDS, run
from watcher.program import command_line


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a wrong command line; return its one line."""
    with pytest.raises(SystemExit) as ended:
        run(words)
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    (line,) = err.splitlines()
    return line


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["stauts"], "there is no command stauts: did you mean status?"),
        (["--inbox", "once", "onec"], "there is no command onec: did you mean once?"),
        (["--config=a", "onec"], "there is no command onec: did you mean once?"),
        (["xyz"], "there is no command xyz (see"),
        (["--quite"], "there is no option --quite: did you mean --quiet?"),
        (["--inbx", "folder"], "there is no option --inbx: did you mean --inbox?"),
        (["--inbx", "folder", "once"], "there is no option --inbx: did you mean --inbox?"),
        (["log", "--snice", "2026-11-22"], "there is no option --snice: did you mean --since?"),
        (["uninstall", "--josn"], "there is no option --josn (see"),
        (["status", "--josn"], "there is no option --josn: did you mean --json?"),
        (["status", "--csv"], "there is no option --csv (see"),
        (["status", "-x"], "there is no option -x"),
        (["status", "a.png"], "unexpected argument a.png"),
        (["classify"], "the following arguments are required: PATH"),
        (["why", "a.png", "b.png"], "unexpected argument b.png"),
        (["--config"], "argument --config: expected one argument"),
        (["review", "--port", "80000"], "80000: expected a port from 0 to 65535"),
        (["review", "--port", "-1"], "--port"),
        (["review", "--port", "http"], "http: expected a port from 0 to 65535"),
    ],
)
def test_a_mistake_is_one_line_that_names_what_was_meant(
    capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert message in refused(capsys, *words)


def test_the_line_says_which_help_to_read(capsys: pytest.CaptureFixture[str]) -> None:
    line = refused(capsys, "log", "--snice", "2026-11-22")
    assert line.startswith("python -m watcher log: ")
    assert line.endswith("(see python -m watcher log --help)")


def test_an_option_may_be_abbreviated_and_stand_before_or_after_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["--out", "drawings", "log"], ["log", "--outbox", "drawings"]):
        assert run(words) == 0
        assert str(tmp_path / "drawings") in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_a_sentence_an_example_and_the_options_that_mean_something(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        run([name, "--help"])
    assert ended.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    command = COMMANDS[name]
    assert f"{command.SUMMARY[0].upper()}{command.SUMMARY[1:]}." in text
    assert text.endswith(f"example: python -m watcher {command.EXAMPLE}")
    shown = set(re.findall(r"--(config|inbox|outbox|verbose|quiet)\b", text))
    own = {"inbox", "outbox"} if name == "spark" else set()
    assert shown == {*command.SHARED, *own}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/a/.local/bin/digit-watcher", "digit-watcher status"),
        ("digit-watcher.exe", "digit-watcher status"),
        ("Scripts/digit-watcher-script.py", "digit-watcher status"),
        ("/clone/watcher/__main__.py", "python -m watcher status"),
        ("-c", "python -m watcher status"),
    ],
)
def test_a_hint_names_the_program_as_it_was_started(path: str, name: str) -> None:
    assert command_line("status", started_as=path) == name


def test_usage_and_errors_name_the_program_as_it_was_started(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["/usr/bin/digit-watcher"])
    assert refused(capsys, "stauts").startswith("digit-watcher: ")
    with pytest.raises(SystemExit):
        run(["status", "--help"])
    out = capsys.readouterr().out
    assert out.startswith("usage: digit-watcher status ")
    assert "example: digit-watcher status" in out
    assert "python -m" not in out
