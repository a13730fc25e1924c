"""Check that the installed background service can start."""

import argparse

from watcher.doctor.findings import Finding, failed, fine, look
from watcher.program import command_line
from watcher.service.description import Service
from watcher.service.local import Installed, find_installed, service_for


def service_can_start(options: argparse.Namespace) -> Finding:
    """Check that the service's Python and working folder exist, and are the ones in use here."""
    return judge_service(
        find_installed(), service_for(options.config, options.inbox, options.outbox)
    )


def judge_service(service: Installed | None, ours: Service) -> Finding:
    """Return the finding about the installed service; `ours` is the one that would be installed here."""
    if service is None:
        return fine("none is installed")
    again = f"{command_line('install')} installs it again with this Python and folder"
    if service.missing:
        return failed(f"the installed service cannot start: {service.missing}", again)
    python = service.record.python
    if service.belongs_to == ours.belongs_to and python and python != ours.python:
        return look(f"the installed service runs with another Python, {python}", again)
    return fine(f"installed for {service.owner}")
