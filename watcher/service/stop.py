"""`stop`: stop the installed service, which stays installed."""

import argparse

from watcher.config.settings import LoadSettings
from watcher.console.terminal import Terminal
from watcher.exit_status import ExitStatus
from watcher.program import command_line

SUMMARY = "stop the background service; it stays installed"
EXAMPLE = "stop"
SHARED: tuple[str, ...] = ()


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Add nothing."""


def run(
    _options: argparse.Namespace, _load_settings: LoadSettings, terminal: Terminal
) -> ExitStatus:
    """Stop the installed service, whatever settings it was installed for."""
    from watcher.service.control import control

    return control(
        lambda plan: plan.pause, f"is stopped; {command_line('start')} starts it again", terminal
    )
