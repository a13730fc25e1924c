"""The commands that only look: what they are told, what they say, and how they end."""

import argparse
import json
from collections.abc import Callable, Mapping

from watcher import disk
from watcher.config import Settings
from watcher.exit_status import ExitStatus
from watcher.messages import Terminal, shown


def classify_command(
    options: argparse.Namespace, settings: Settings, terminal: Terminal
) -> ExitStatus:
    """Says what files are, as the watcher would."""
    from watcher.classify import classify, status_of  # noqa: PLC0415
    from watcher.judging import Judge  # noqa: PLC0415
    from watcher.models import Serving  # noqa: PLC0415
    from watcher.recognition import ModelError  # noqa: PLC0415

    try:
        recogniser = Serving(settings, lambda line: terminal.warn(shown(line))).recogniser()
    except ModelError as error:
        terminal.warn(shown(str(error)))
        return ExitStatus.FAILED
    judge = Judge(recogniser, settings.decision.min_confidence, settings.limits.max_bytes)
    all_read = True
    for line, was_read in classify(judge, options.paths, options.json):
        terminal.say(line)
        all_read = all_read and was_read
    return status_of(all_read)


def log_command(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> ExitStatus:
    """Sums up the log."""
    from watcher.log import FILE_NAME  # noqa: PLC0415
    from watcher.logged import logged  # noqa: PLC0415
    from watcher.summary import as_csv, as_text, summed  # noqa: PLC0415

    log = settings.paths.outbox / FILE_NAME
    try:
        summary = summed(logged(log), options.since or "")
    except OSError as error:
        terminal.warn(shown(f"{log} cannot be read ({error.strerror})"))
        return ExitStatus.FAILED
    if options.csv:
        terminal.say(as_csv(summary).rstrip("\n"))
    elif summary.cells:
        for line in as_text(summary):
            terminal.say(line)
    else:
        since = f" since {options.since}" if options.since else ""
        terminal.say(shown(f"nothing was filed{since}: {log} holds no rows"))
    return ExitStatus.DONE


def why_command(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> ExitStatus:
    """Tells drawings' stories."""
    from watcher.why import in_inbox, stories, words  # noqa: PLC0415

    try:
        found = stories(settings.paths, options.file)
    except OSError as error:
        terminal.warn(shown(f"{error.filename} cannot be read ({error.strerror})"))
        return ExitStatus.FAILED
    waits = in_inbox(settings.paths, options.file)
    for story in found:
        for line in [json.dumps(story.as_dict())] if options.json else words(story):
            terminal.say(line)
    if waits and not options.json:
        terminal.say(waits)
    if found or waits:
        return ExitStatus.DONE
    terminal.warn(
        shown(
            f"nothing is known of {options.file}: no row of the log has it, nor is it in the inbox"
        )
    )
    return ExitStatus.FAILED


def config_command(
    options: argparse.Namespace, settings: Settings, terminal: Terminal
) -> ExitStatus:
    """Shows the settings in force."""
    from watcher.in_force import as_dict, as_lines, in_force  # noqa: PLC0415
    from watcher.models import Serving  # noqa: PLC0415
    from watcher.recognition import ModelError  # noqa: PLC0415

    model = None
    if settings.decision.min_confidence is None:
        try:
            serves = Serving(settings, lambda line: terminal.warn(shown(line))).recogniser()
            model = serves.name, serves.min_confidence
        except ModelError as error:
            terminal.warn(shown(str(error)))
    found = list(in_force(settings, model))
    file = None if settings.file is None else disk.plain(str(settings.file))
    if options.json:
        terminal.say(json.dumps(as_dict(found, file), indent=2))
    else:
        for line in as_lines(found, file):
            terminal.say(shown(line))
    return ExitStatus.DONE


LOOKING: Mapping[str, Callable[[argparse.Namespace, Settings, Terminal], ExitStatus]] = {
    "classify": classify_command,
    "config": config_command,
    "log": log_command,
    "why": why_command,
}
"""By name. Each says its lines and returns how it ends."""
