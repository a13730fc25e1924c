"""`doctor`: make every check, also after one that failed, and say what it found."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping

from watcher import __version__
from watcher.config.errors import ConfigError
from watcher.config.settings import LoadSettings, Settings
from watcher.console.terminal import Terminal
from watcher.console.text import escape_for_terminal
from watcher.doctor.findings import Finding, State, failed, fine
from watcher.doctor.machine import Machine
from watcher.exit_status import ExitStatus

SUMMARY = "look for what keeps the watcher from working, and say how to fix it"
EXAMPLE = "doctor"
SHARED: tuple[str, ...] = ("config", "inbox", "outbox")

Check = Callable[[], Finding]

_WORDS: Mapping[State, str] = {State.OK: "ok", State.WARNING: "look", State.FAILED: "FAILED"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(
    options: argparse.Namespace,
    load_settings: LoadSettings,
    terminal: Terminal,
    machine: Machine | None = None,
) -> ExitStatus:
    """Print each finding; a mistake in the settings is a finding like others."""
    import json
    from dataclasses import asdict

    found: dict[str, Finding] = {}
    for name, check in _checks(options, load_settings, machine or Machine()):
        found[name] = _run_check(check)
        if not options.json:
            for line in _lines(name, found[name]):
                terminal.say(line)
    states = [finding.state for finding in found.values()]
    if options.json:
        findings = [{"name": name, **asdict(finding)} for name, finding in found.items()]
        report = {
            "version": __version__,
            "failed": states.count(State.FAILED),
            "findings": findings,
        }
        terminal.write(json.dumps(report))
    else:
        terminal.say(_summary(states))
    return ExitStatus.FAILED if State.FAILED in states else ExitStatus.DONE


def _checks(
    options: argparse.Namespace, load_settings: LoadSettings, machine: Machine
) -> Iterator[tuple[str, Check]]:
    """Yield the checks by name; those of folders only where the settings can be read."""
    yield from _program_checks()
    yield "service", lambda: _service(options)
    try:
        settings = load_settings()
    except (ConfigError, OSError, RuntimeError) as error:
        finding = failed(
            f"{error}; the folders were not checked",
            "correct it there; a line that is removed or commented out keeps its default",
        )
        yield "settings", lambda: finding
        return
    yield "settings", lambda: fine(f"{settings.source}: no mistake")
    yield from _folder_checks(settings, machine)
    yield from _record_checks(settings, machine)
    yield "model", lambda: _model(settings)
    yield "trial", lambda: _trial(settings)


def _program_checks() -> Iterator[tuple[str, Check]]:
    def versions() -> Finding:
        from watcher.doctor.packages import demands, installed_version, versions_fit

        return versions_fit(demands(), installed_version)

    def opencv() -> Finding:
        from watcher.doctor.packages import installed_version, one_opencv

        return one_opencv(installed_version)

    def runtime() -> Finding:
        from watcher.doctor.packages import runtime_loads

        return runtime_loads()

    yield "versions", versions
    yield "opencv", opencv
    if sys.platform == "win32":
        yield "visual c++", runtime


def _folder_checks(settings: Settings, machine: Machine) -> Iterator[tuple[str, Check]]:
    from watcher.doctor import cloud, folders, room

    def events() -> Finding:
        from watcher.inbox.events import gives_events

        return folders.events_are_reported(settings, machine.network_type, gives_events)

    paths = settings.paths
    yield "inbox", lambda: folders.folder_can_be_used("inbox", settings)
    yield "outbox", lambda: folders.folder_can_be_used("outbox", settings)
    yield "state", lambda: folders.folder_can_be_used("state", settings)
    yield "state's disk", lambda: folders.state_is_local(paths, machine.network_type)
    yield "file system", lambda: folders.on_one_file_system(paths)
    yield "events", events
    yield "cloud", lambda: cloud.is_no_cloud_folder(paths, machine.environment)
    yield "space", lambda: room.there_is_space(settings)
    if sys.platform != "win32":
        yield "open files", room.files_can_be_opened


def _record_checks(settings: Settings, machine: Machine) -> Iterator[tuple[str, Check]]:
    from watcher.doctor import others, records

    paths = settings.paths
    yield "watcher", lambda: others.no_other_watcher(paths, machine.now())
    yield "journal", lambda: records.journal_is_sound(paths)
    yield "log", lambda: records.log_is_as_left(paths)
    yield "clock", lambda: records.clock_is_plausible(paths, machine.now())


def _service(options: argparse.Namespace) -> Finding:
    from watcher.doctor.service import service_can_start

    return service_can_start(options)


def _model(settings: Settings) -> Finding:
    from watcher.doctor.model import model_reads

    return model_reads(settings)


def _trial(settings: Settings) -> Finding:
    from watcher.doctor.trial import drawings_are_filed

    return drawings_are_filed(settings)


def _run_check(check: Check) -> Finding:
    """Return what a check found, escaped for a terminal; a check that cannot be made has failed."""
    from dataclasses import replace

    finding = _try_check(check)
    return replace(
        finding, found=escape_for_terminal(finding.found), fix=escape_for_terminal(finding.fix)
    )


def _try_check(check: Check) -> Finding:
    try:
        return check()
    except ImportError as error:
        return failed(
            f"a part of the program cannot be loaded ({error})",
            "install the watcher again, with its packages: python -m pip install --force-reinstall and "
            "the folder or wheel that it came from",
        )
    except Exception as error:  # noqa: BLE001 - the other checks are made after any error.
        why = f"{type(error).__name__}: {error}"
        if isinstance(error, OSError) and error.filename is not None:
            why = f"{error.filename}: {error.strerror}"
        return failed(
            f"this could not be checked ({why})",
            "fix what failed above, then run this again; if it stays, make what it names readable",
        )


def _lines(name: str, finding: Finding) -> Iterator[str]:
    yield f"{_WORDS[finding.state]:<6}  {name}: {finding.found}"
    if finding.fix:
        yield f"        fix: {finding.fix}"


def _summary(states: list[State]) -> str:
    warnings, failures = states.count(State.WARNING), states.count(State.FAILED)
    if not warnings and not failures:
        return f"all {len(states)} checks passed"
    parts = [f"{failures} of {len(states)} checks failed"] if failures else ["nothing failed"]
    if warnings:
        parts.append(f"{warnings} to look at")
    return "; ".join(parts)
