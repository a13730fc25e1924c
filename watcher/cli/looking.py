"""The commands that only look: what they are told, what they say, and how they end."""

import argparse
import json
from collections.abc import Callable, Mapping

from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.console.text import escape_for_terminal
from watcher.exit_status import ExitStatus
from watcher.fs import long_paths


def classify_command(
    options: argparse.Namespace, settings: Settings, terminal: Terminal
) -> ExitStatus:
    """Says what files are, as the watcher would."""
    from watcher.cli.classify import classify, status_of
    from watcher.config.model import model_in_use
    from watcher.filing.judge import Judge
    from watcher.recognition import ModelError

    try:
        recogniser = model_in_use(
            settings, lambda line: terminal.warn(escape_for_terminal(line))
        ).recogniser()
    except ModelError as error:
        terminal.warn(escape_for_terminal(str(error)))
        return ExitStatus.FAILED
    judge = Judge(recogniser, settings.decision.min_confidence, settings.limits.max_bytes)
    all_read = True
    for line, was_read in classify(judge, options.paths, options.json):
        terminal.say(line)
        all_read = all_read and was_read
    return status_of(all_read)


def log_command(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> ExitStatus:
    """Sums up the log."""
    from watcher.cli.summary import as_csv, as_text, summed
    from watcher.layout import LOG_FILE
    from watcher.log.reader import read_log

    log = settings.paths.outbox / LOG_FILE
    try:
        summary = summed(read_log(log), options.since or "")
    except OSError as error:
        terminal.warn(escape_for_terminal(f"{log} cannot be read ({error.strerror})"))
        return ExitStatus.FAILED
    if options.csv:
        terminal.say(as_csv(summary).rstrip("\n"))
    elif summary.cells:
        for line in as_text(summary):
            terminal.say(line)
    else:
        since = f" since {options.since}" if options.since else ""
        terminal.say(escape_for_terminal(f"nothing was filed{since}: {log} holds no rows"))
    return ExitStatus.DONE


def why_command(options: argparse.Namespace, settings: Settings, terminal: Terminal) -> ExitStatus:
    """Tells drawings' stories."""
    from watcher.cli.why import in_inbox, stories, words

    try:
        found = stories(settings.paths, options.file)
    except OSError as error:
        terminal.warn(escape_for_terminal(f"{error.filename} cannot be read ({error.strerror})"))
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
        escape_for_terminal(
            f"nothing is known of {options.file}: no row of the log has it, nor is it in the inbox"
        )
    )
    return ExitStatus.FAILED


def config_command(
    options: argparse.Namespace, settings: Settings, terminal: Terminal
) -> ExitStatus:
    """Shows the settings in force."""
    from watcher.cli.in_force import as_dict, as_lines, in_force
    from watcher.config.model import model_in_use
    from watcher.recognition import ModelError

    model = None
    if settings.decision.min_confidence is None:
        try:
            serves = model_in_use(
                settings, lambda line: terminal.warn(escape_for_terminal(line))
            ).recogniser()
            model = serves.name, serves.min_confidence
        except ModelError as error:
            terminal.warn(escape_for_terminal(str(error)))
    found = list(in_force(settings, model))
    file = None if settings.file is None else long_paths.plain(str(settings.file))
    if options.json:
        terminal.say(json.dumps(as_dict(found, file), indent=2))
    else:
        for line in as_lines(found, file):
            terminal.say(escape_for_terminal(line))
    return ExitStatus.DONE


LOOKING: Mapping[str, Callable[[argparse.Namespace, Settings, Terminal], ExitStatus]] = {
    "classify": classify_command,
    "config": config_command,
    "log": log_command,
    "why": why_command,
}
"""By name. Each says its lines and returns how it ends."""
