"""`review`: serves the page on the loopback address until Ctrl-C, and opens it in the browser."""

import argparse
import logging
import secrets
import threading
import webbrowser

from watcher.clock import Clock
from watcher.config.model import model_in_use
from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.console.text import escape_for_terminal
from watcher.exit_status import ExitStatus
from watcher.filing.errors import TRANSIENT_ERRORS, describe
from watcher.journal.database import NewerJournalError
from watcher.journal.journal import Journal
from watcher.layout import JOURNAL_FILE

_MAX_BYTES = 1 << 16
"""A wish takes about 60."""

MISSING = 'the review needs two more packages: python -m pip install ".[review]"'

_THREADS = 8
"""A wish may wait for a busy watcher; the pictures must come meanwhile."""


def review_command(
    options: argparse.Namespace, settings: Settings, terminal: Terminal
) -> ExitStatus:
    """Serves the review. `options` has `port` (0 for any) and `no_browser`."""
    try:
        import waitress.server

        from watcher.review.reviewing import Reviewing
        from watcher.review.server import application
    except ModuleNotFoundError as error:
        if error.name not in ("bottle", "waitress"):
            raise
        terminal.warn(MISSING)
        return ExitStatus.FAILED
    journal = settings.paths.state / JOURNAL_FILE
    try:
        if journal.exists():
            Journal(journal).close()
    except NewerJournalError as error:
        terminal.error(escape_for_terminal(str(error)))
        return ExitStatus.FAILED
    except TRANSIENT_ERRORS as error:
        terminal.warn(
            escape_for_terminal(describe(error, settings))
        )  # It may pass; the page says so too.
    # Its log is for its developers: pictures that wait for a thread are no news.
    logging.getLogger("waitress").setLevel(logging.ERROR)
    token = secrets.token_urlsafe(32)

    def warn(line: str) -> None:
        terminal.warn(escape_for_terminal(line))

    reviewing = Reviewing(settings, model_in_use(settings, warn).recogniser, warn, Clock())
    ports: list[int] = []
    try:
        server = waitress.server.create_server(
            application(reviewing, settings, token, lambda: ports[0]),
            host="127.0.0.1",
            port=options.port,
            threads=_THREADS,
            ident=None,
            max_request_body_size=_MAX_BYTES,
        )
    except OSError as error:
        terminal.warn(f"the review cannot use port {options.port} ({error.strerror})")
        return ExitStatus.FAILED
    ports.append(int(server.effective_port))
    address = f"http://127.0.0.1:{ports[0]}/{token}/"
    terminal.say(
        f"reviewing {escape_for_terminal(str(settings.paths.outbox))} at {address}; Ctrl-C ends it"
    )
    if not options.no_browser:
        # A browser in this terminal lets go of the thread only when it is left.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    server.run()  # Until Ctrl-C.
    server.close()
    return ExitStatus.DONE
