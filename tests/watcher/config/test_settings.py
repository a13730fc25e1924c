"""The settings: defaults, paths, and every mistake as one line with file, key and expectation."""

import sys
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest

from tests.support.command_line import run_here
from watcher.config.errors import ConfigError
from watcher.config.folders import make_folders
from watcher.config.loading import load
from watcher.config.page import with_tables
from watcher.config.settings import SETTINGS
from watcher.config.toml_text import default_file
from watcher.fs.long_paths import extend_path
from watcher.journal.journal import Journal

SHIPPED = Path(__file__).parents[3] / "config.toml"


def written(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_the_defaults_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load()
    assert settings.paths.inbox == extend_path(tmp_path / "inbox")
    assert settings.paths.state == extend_path(tmp_path / "outbox" / ".watcher")
    assert settings.decision.min_confidence is None
    assert not list(tmp_path.iterdir()), "reading the settings made something"


def test_the_shipped_file_is_what_the_program_writes() -> None:
    assert SHIPPED.read_bytes() == default_file().encode("utf-8")


def test_the_file_states_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    defaults = load()
    given = load(written(tmp_path, default_file()))
    assert given == replace(defaults, source=given.source)


def test_the_file_names_every_setting_with_values_that_are_read(tmp_path: Path) -> None:
    uncommented = (
        default_file().replace("# state", "state").replace("# min_", "min_").replace("# loc", "loc")
    )
    parsed = tomllib.loads(uncommented)
    assert {section: set(values) for section, values in parsed.items()} == {
        section: set(keys) for section, keys in SETTINGS.items()
    }
    load(written(tmp_path, uncommented))


def test_fields_have_the_names_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load()
    for section, keys in SETTINGS.items():
        names = [field.name for field in fields(getattr(settings, section))]
        assert names == list(keys)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows guesses where the homes of others are")
def test_the_home_of_an_unknown_user_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml: \[paths\] inbox: .*~nobody-here"):
        load(written(tmp_path, '[paths]\ninbox = "~nobody-here/in"\n'))


@pytest.mark.parametrize("text", ["$DRAWINGS/in", "${DRAWINGS}/in", "%DRAWINGS%/in"])
def test_environment_variables_in_paths_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("DRAWINGS", str(tmp_path / "mine"))
    paths = load(written(tmp_path, f"[paths]\ninbox = '{text}'\n")).paths
    assert paths.inbox == extend_path(tmp_path / "mine" / "in")


def test_an_option_is_taken_as_the_shell_gave_it(tmp_path: Path) -> None:
    inbox = tmp_path / "$NOBODY_SET_IT" / "%NOR_THIS%"
    assert load(inbox=inbox, outbox=tmp_path / "out").paths.inbox == extend_path(inbox)


def test_a_folder_that_is_called_like_an_unset_variable_is_meant(tmp_path: Path) -> None:
    folder = tmp_path / "50% $nobody_set_it"
    folder.mkdir()
    (folder / "config.toml").write_text(f"[paths]\ninbox = '{folder / 'in'}'\n", encoding="utf-8")
    assert load(folder / "config.toml").paths.inbox == extend_path(folder / "in")


def test_a_dollar_or_percent_that_names_no_variable_stays(tmp_path: Path) -> None:
    paths = load(written(tmp_path, "[paths]\ninbox = '5$ and 100% of it'\n")).paths
    assert paths.inbox.name == "5$ and 100% of it"


def test_patterns_to_ignore_are_a_list(tmp_path: Path) -> None:
    text = '[watch]\nignore = ["draft*", "*.xcf"]\n'
    assert load(written(tmp_path, text)).watch.ignore == ("draft*", "*.xcf")


@pytest.mark.skipif(sys.platform == "win32", reason="SQLite takes long paths there")
def test_a_path_too_long_for_the_journal_is_a_mistake_and_the_longest_other_works(
    tmp_path: Path,
) -> None:
    base = str(tmp_path.resolve())
    filler = "/".join(["d" * 90] * 5)
    longest = f"{base}/{filler}"[:470].rstrip("/")
    settings = load(written(tmp_path, f'[paths]\nstate = "{longest}"\n'))
    make_folders(settings)
    journal = Journal(settings.paths.state / "journal.sqlite3.part")
    journal.close()
    with pytest.raises(ConfigError, match=r"\[paths\] state: expected a path of at most 470 bytes"):
        make_folders(load(written(tmp_path, f'[paths]\nstate = "{longest}/dddd"\n')))


def test_paths_are_relative_to_the_folder_of_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, '[paths]\ninbox = "in"\nstate = "state"\n')
    paths = load(file).paths
    assert paths.inbox == extend_path(tmp_path / "in")
    assert paths.state == extend_path(tmp_path / "state")


def test_options_override_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, '[paths]\ninbox = "in"\n')
    settings = load(file, inbox=tmp_path / "other", outbox=tmp_path / "out")
    assert settings.paths.inbox == extend_path(tmp_path / "other")
    assert settings.paths.state == extend_path(tmp_path / "out" / ".watcher")


def test_a_file_from_notepad_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xef\xbb\xbf[watch]\r\nbatch_size = 8\r\n")
    assert load(file).watch.batch_size == 8


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[watch]\nrescan = 1\n", ["[watch] rescan", "unknown key", "rescan_seconds"]),
        ("[wach]\n", ["[wach]", "unknown section", "[watch]"]),
        ("watch = 1\n", ["watch", "expected a section [watch]"]),
        ('[watch]\nrescan_seconds = "2"\n', ["[watch] rescan_seconds", "number of seconds", "'2'"]),
        ("[watch]\nrescan_seconds = true\n", ["rescan_seconds", "number of seconds"]),
        ("[watch]\nrescan_seconds = nan\n", ["rescan_seconds", "from 0.1 to 3600"]),
        ('[watch]\nignore = "draft*"\n', ["[watch] ignore", "a list of names", "'draft*'"]),
        ('[watch]\nignore = ["a/b"]\n', ["ignore", "a list of names"]),
        ("[watch]\nignore = [1]\n", ["ignore", "a list of names"]),
        (f"[watch]\nbatch_size = {'9' * 5000}\n", ["valid TOML"]),
        (f"[watch]\nignore = {'[' * 5000}\n", ["valid TOML"]),
        (
            '[paths]\ninbox = "$NOBODY_SET_IT/in"\n',
            ["[paths] inbox", "variable $NOBODY_SET_IT to be"],
        ),
        ('[paths]\ninbox = "%NOBODY_SET_IT%/in"\n', ["%NOBODY_SET_IT% to be set"]),
        ("[watch]\nbatch_size = 0\n", ["[watch] batch_size", "whole number of files from 1"]),
        ("[watch]\nbatch_size = 2.5\n", ["batch_size", "whole number"]),
        ('[watch]\nsubfolders = "all"\n', ["subfolders", '"ignore" or "walk"', "'all'"]),
        ('[log]\ndialect = "excel"\n', ["[log] dialect", '"standard" or "spreadsheet"', "'excel'"]),
        (
            '[log]\nlocale = "german"\n',
            ["[log] locale", 'a language and a region, such as "de_DE"'],
        ),
        ("[decision]\nmin_confidence = 95\n", ["min_confidence", "from 0 to 1", "95"]),
        ("[paths]\ninbox = 3\n", ["[paths] inbox", "the path of a folder", "3"]),
        ('[paths]\ninbox = ""\n', ["[paths] inbox", "the path of a folder"]),
        ('[paths]\ninbox = "C:\\Users"\n', ["valid TOML", "'single quotes'"]),
        ("[paths\n", ["valid TOML", "line 1"]),
        ('[paths]\noutbox = "inbox"\n', ["inbox and outbox", "two separate folders"]),
        ('[paths]\noutbox = "inbox/out"\n', ["inbox and outbox", "two separate folders"]),
        ('[paths]\ninbox = "outbox/in"\n', ["inbox and outbox", "two separate folders"]),
        ('[paths]\nstate = "inbox/s"\n', ["inbox and state", "two separate folders"]),
    ],
)
def test_a_mistake_is_named_with_what_was_expected(
    tmp_path: Path, text: str, parts: list[str]
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ConfigError) as mistake:
        load(file)
    message = str(mistake.value)
    assert message.startswith(str(file))
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_a_link_does_not_hide_that_folders_overlap(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "outbox").symlink_to("inbox")
    if not (tmp_path / "outbox").is_symlink():
        pytest.skip("this system makes no symbolic links, though it says so (Wine)")
    with pytest.raises(ConfigError, match="two separate folders"):
        load(written(tmp_path, ""))


def test_a_missing_file_that_was_asked_for_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: expected a settings file"):
        load(tmp_path / "none.toml")


def test_a_folder_that_cannot_be_made_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    settings = load(written(tmp_path, '[paths]\ninbox = "taken/inbox"\n'))
    with pytest.raises(ConfigError, match=r"config\.toml: \[paths\] inbox: .*taken"):
        make_folders(settings)


@pytest.mark.parametrize(
    "words",
    [["--config", "none.toml"], ["once", "--config", "none.toml"], ["--nonsense"], ["nonsense"]],
)
def test_a_mistake_ends_the_program_with_2_and_no_traceback(
    tmp_path: Path, words: list[str]
) -> None:
    ended = run_here(tmp_path, *words)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert not list(tmp_path.iterdir())


def test_the_page_of_settings_has_the_tables_of_the_definitions() -> None:
    page = SHIPPED.parent / "watcher" / "docs" / "settings.md"
    text = page.read_text(encoding="utf-8")
    assert text == with_tables(text), "run `python -m watcher.config` in the repository's root"
    assert text.count("\n| `") == sum(map(len, SETTINGS.values()))
