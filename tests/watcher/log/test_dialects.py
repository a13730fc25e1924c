"""A log for spreadsheets: its form, a change to it and back, and who reads it."""

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.in_process import InProcessWatcher
from tests.support.stub import drawing
from tests.support.time_zone import BERLIN, KOLKATA, needs_time_zones, time_zone
from watcher.cli.main import run
from watcher.config.settings import LogSettings
from watcher.doctor.findings import State
from watcher.doctor.records import log_is_as_left
from watcher.journal.journal import Journal
from watcher.log.dialect import STANDARD, Dialect, dialect_of, from_text
from watcher.log.locales import decimal_sign, machine_signs
from watcher.log.reader import read_log

GERMAN = LogSettings("spreadsheet", "de_DE")


@pytest.fixture
def watcher(tmp_path: Path) -> InProcessWatcher:
    """Three drawings, in the standard dialect."""
    watcher = InProcessWatcher(tmp_path)
    for name, digit in {"=1.png": 1, "fünf; 5.png": 5, "7.png": 7}.items():
        watcher.save(name, drawing(digit, name))
    watcher.file()
    return watcher


def kept(watcher: InProcessWatcher) -> list[Path]:
    return sorted(watcher.outbox.glob("log-*.csv"))


@needs_time_zones
@pytest.mark.parametrize(
    ("locale", "separator", "confidence"),
    [("de_DE", ";", "0,9000"), ("fr-FR", ";", "0,9000"), ("en_US", ",", "0.9000")],
)
def test_it_has_the_signs_of_its_locale_and_local_times(
    watcher: InProcessWatcher, locale: str, separator: str, confidence: str
) -> None:
    watcher.write_log_in("spreadsheet", locale)
    with time_zone(BERLIN):
        watcher.file()
    header, first, *_ = watcher.log.read_bytes().decode("utf-8").splitlines()
    assert header.startswith(f"\ufeffid{separator}time{separator}file{separator}status")
    assert header.endswith(f"{separator}seconds{separator}utc")
    assert f"{separator}2027-01-15 09:00:00{separator}'=1.png{separator}filed{separator}1" in first
    assert f"{separator}{confidence}{separator}" in first
    assert first.endswith(f"{separator}2027-01-15T08:00:00.000Z")


CHANGES = {
    "to a spreadsheet's": (LogSettings("standard", None), GERMAN),
    "and back": (GERMAN, LogSettings("standard", None)),
    "to another locale": (GERMAN, LogSettings("spreadsheet", "en_US")),
}


@pytest.mark.parametrize(("before", "after"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_of_dialect_begins_a_new_log_with_all_rows_and_keeps_the_old(
    tmp_path: Path, before: LogSettings, after: LogSettings
) -> None:
    watcher = InProcessWatcher(tmp_path, log_settings=before)
    watcher.save("7.png", drawing(7))
    watcher.file()
    old, rows = watcher.log.read_bytes(), watcher.rows()
    watcher.settings = replace(watcher.settings, log=after)
    watcher.file()
    (aside,) = kept(watcher)
    assert aside.read_bytes() == old
    assert watcher.log.read_bytes() != old
    assert watcher.rows() == rows
    assert watcher.warnings == [
        f"{watcher.log} had another dialect: it is kept as {aside.name}, and a new log.csv was "
        "written from the journal"
    ]
    new = watcher.log.read_bytes()
    watcher.save("1.png", drawing(1))
    watcher.file()
    assert watcher.log.read_bytes().startswith(new), "appended to"
    assert kept(watcher) == [aside]
    watcher.check()


@pytest.mark.parametrize("cut", [0, 20, 500])
def test_a_crash_before_the_new_log_was_confirmed_keeps_the_old_one_once(
    watcher: InProcessWatcher, cut: int
) -> None:
    with closing(Journal(watcher.journal)) as journal:
        before = journal.log_state()
    watcher.settings = replace(watcher.settings, log=GERMAN)
    watcher.file()
    whole = watcher.log.read_bytes()
    with closing(Journal(watcher.journal)) as journal:
        journal.confirm(before)
    watcher.log.write_bytes(whole[: len(whole) - cut])
    watcher.file()
    assert watcher.log.read_bytes() == whole
    assert len(kept(watcher)) == 1


def test_a_crash_while_the_old_log_got_its_other_name_keeps_it_once(
    watcher: InProcessWatcher,
) -> None:
    (watcher.outbox / "log-20270115T075959Z.csv").hardlink_to(watcher.log)
    watcher.settings = replace(watcher.settings, log=GERMAN)
    watcher.file()
    assert len(kept(watcher)) == 1
    watcher.check()


def test_a_log_that_a_person_edited_before_the_change_is_called_so(
    watcher: InProcessWatcher,
) -> None:
    watcher.log.write_bytes(watcher.log.read_bytes() + b"mine\n")
    watcher.settings = replace(watcher.settings, log=GERMAN)
    watcher.file()
    assert "was changed by another program" in watcher.warnings[0]
    assert kept(watcher)[0].read_bytes().endswith(b"mine\n")
    watcher.check()


@needs_time_zones
def test_the_times_of_one_log_are_of_one_zone(watcher: InProcessWatcher) -> None:
    watcher.settings = replace(watcher.settings, log=GERMAN)
    with time_zone(BERLIN):
        watcher.file()
    with time_zone(KOLKATA):
        watcher.file()
    assert len(kept(watcher)) == 2
    assert b";2027-01-15 13:30:00;" in watcher.log.read_bytes()
    assert watcher.rows()[0]["time"] == "2027-01-15T08:00:00.000Z"


def test_a_journal_is_rebuilt_from_it_and_it_goes_on(watcher: InProcessWatcher) -> None:
    watcher.settings = replace(watcher.settings, log=GERMAN)
    watcher.file()
    before, rows, names = watcher.log.read_bytes(), list(read_log(watcher.log)), kept(watcher)
    watcher.journal.unlink()
    watcher.save("9.png", drawing(9))
    watcher.file()
    assert watcher.log.read_bytes().startswith(before)
    assert list(read_log(watcher.log))[:-1] == rows
    assert kept(watcher) == names
    watcher.check()


def test_a_journal_from_before_the_change_gets_the_rows_of_the_log(
    watcher: InProcessWatcher,
) -> None:
    backup = watcher.journal.read_bytes()
    watcher.settings = replace(watcher.settings, log=GERMAN)
    watcher.save("9.png", drawing(9))
    watcher.file()
    rows = watcher.rows()
    for companion in watcher.journal.parent.glob("journal.sqlite3-*"):
        companion.unlink()
    watcher.journal.write_bytes(backup)
    watcher.file()
    assert watcher.rows() == rows


@pytest.mark.parametrize("words", [["log"], ["log", "--json"], ["why", "7.png"]])
def test_every_command_reads_both_dialects(
    watcher: InProcessWatcher, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    def said() -> str:
        capsys.readouterr()
        folders = ("--inbox", str(watcher.inbox), "--outbox", str(watcher.outbox))
        assert run([*words, *folders]) == 0
        return capsys.readouterr().out

    standard = said()
    watcher.settings = replace(watcher.settings, log=GERMAN)
    watcher.file()
    assert said() == standard


def test_doctor_knows_it_and_a_torn_one(watcher: InProcessWatcher) -> None:
    watcher.settings = replace(watcher.settings, log=GERMAN)
    watcher.file()
    assert log_is_as_left(watcher.settings.paths).state is State.OK
    whole = watcher.log.read_bytes()
    watcher.log.write_bytes(whole + b"mine\n")
    assert "changed by another program" in log_is_as_left(watcher.settings.paths).found
    watcher.log.write_bytes(whole)
    watcher.journal.unlink()
    assert log_is_as_left(watcher.settings.paths).state is State.OK


@pytest.fixture
def french(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    yield


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such variables")
@pytest.mark.usefixtures("french")
def test_without_a_locale_it_has_the_machines_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = LogSettings("spreadsheet", None)
    begun = dialect_of(settings, STANDARD)
    assert (begun.separator, begun.decimal) == (";", ",")
    monkeypatch.setenv("LC_ALL", "C")
    assert dialect_of(settings, begun) == begun, "a service without variables continues it"
    assert dialect_of(settings, STANDARD).separator == ","


def test_any_machine_has_signs() -> None:
    separator, decimal = machine_signs()
    assert (separator, decimal) in {(";", ","), (",", "."), (";", "."), ("\t", ","), ("\t", ".")}


def test_the_journal_stores_a_dialect_as_text() -> None:
    for dialect in (STANDARD, Dialect(";", ",", "-3600/-7200")):
        assert from_text(dialect.as_text()) == dialect


def test_the_decimal_signs_are_those_of_the_cldr() -> None:
    babel = pytest.importorskip("babel", reason='Babel is missing: pip install ".[dev]"')
    from babel.localedata import locale_identifiers

    for name in locale_identifiers():
        locale = babel.Locale.parse(name)
        if not locale.script and not locale.variant:
            sign = locale.number_symbols.get("latn", {}).get("decimal", ".")
            # One language has an Arabic sign for them, which no CSV file has.
            assert decimal_sign(name) == sign or sign not in ",.", name
