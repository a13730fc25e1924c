"""`start`: start the installed service."""

import argparse

from watcher.config.settings import LoadSettings
from watcher.console.terminal import Terminal
from watcher.exit_status import ExitStatus

SUMMARY = "start the background service again after `stop`"
EXAMPLE = "start"
SHARED: tuple[str, ...] = ()


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Add nothing."""


def run(
    _options: argparse.Namespace, _load_settings: LoadSettings, terminal: Terminal
) -> ExitStatus:
    """Start the installed service, whatever settings it was installed for."""
    from watcher.service.control import control

    return control(lambda plan: plan.resume, "is started", terminal)
