"""`restart`: restart the installed service."""

import argparse

from watcher.config.settings import LoadSettings
from watcher.console.terminal import Terminal
from watcher.exit_status import ExitStatus

SUMMARY = "restart the background service, for instance after an upgrade"
EXAMPLE = "restart"
SHARED: tuple[str, ...] = ()


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Add nothing."""


def run(
    _options: argparse.Namespace, _load_settings: LoadSettings, terminal: Terminal
) -> ExitStatus:
    """Restart the installed service, whatever settings it was installed for."""
    from watcher.service.control import control

    return control(lambda plan: plan.restart, "is started again", terminal)
