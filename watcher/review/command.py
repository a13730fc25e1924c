"""`review`: serve the review's page to this machine's browser until Ctrl-C."""

import argparse
import threading
from collections.abc import Callable

from watcher.config.folders import make_folders
from watcher.config.settings import LoadSettings, Settings
from watcher.console.terminal import Terminal
from watcher.errors import UserError
from watcher.exit_status import ExitStatus
from watcher.layout import JOURNAL_FILE

SUMMARY = "show the drawings in the browser and correct them there"
EXAMPLE = "review"
SHARED: tuple[str, ...] = ("config", "inbox", "outbox")

# The packages of the extra; the watcher works without them.
_PACKAGES = ("bottle", "waitress")

_MAX_PORT = 65535

# An act on all drawings that a page shows: 10,000 ids of some 25 bytes.
_MAX_REQUEST_BYTES = 1 << 20

# An act may wait for a busy watcher; pictures are served meanwhile.
_THREADS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", metavar="N", type=_parse_port, default=0, help="the port (default: any free one)"
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="only say the page's address, open no browser"
    )


def run(options: argparse.Namespace, load_settings: LoadSettings, terminal: Terminal) -> ExitStatus:
    """Serve the page until Ctrl-C."""
    settings = load_settings()
    try:
        import bottle  # noqa: F401
        from waitress.server import create_server
    except ModuleNotFoundError as error:
        if error.name not in _PACKAGES:
            raise
        raise UserError(
            'the review needs two more packages: python -m pip install ".[review]"'
        ) from None
    import logging
    import secrets

    from watcher.clock import Clock
    from watcher.config.model import model_in_use
    from watcher.review.server import application

    make_folders(settings)
    _check_journal(settings, terminal.warn)
    # Waitress logs for its developers: a picture that waits for a thread is no news to a user.
    logging.getLogger("waitress").setLevel(logging.ERROR)
    token = secrets.token_urlsafe(32)
    recogniser = model_in_use(settings, terminal.warn).recogniser
    ports: list[int] = []
    try:
        server = create_server(
            application(
                settings, recogniser, terminal.warn, Clock(), token=token, port=lambda: ports[0]
            ),
            host="127.0.0.1",
            port=options.port,
            threads=_THREADS,
            ident=None,
            max_request_body_size=_MAX_REQUEST_BYTES,
        )
    except OSError as error:
        raise UserError(f"the review cannot use port {options.port} ({error.strerror})") from error
    ports.append(int(server.effective_port))
    address = f"http://127.0.0.1:{ports[0]}/{token}/"
    terminal.say(f"reviewing {settings.paths.outbox} at {address}; Ctrl-C ends it")
    if not options.no_browser:
        _open_browser(address)
    server.run()
    server.close()
    return ExitStatus.DONE


def _check_journal(settings: Settings, warn: Callable[[str], None]) -> None:
    """Warn of a journal that cannot be opened now, which may pass; raise NewerJournalError."""
    from watcher.filing.errors import TRANSIENT_ERRORS, describe
    from watcher.journal.journal import Journal

    path = settings.paths.state / JOURNAL_FILE
    try:
        if path.exists():
            Journal(path).close()
    except TRANSIENT_ERRORS as error:
        warn(describe(error, settings))


def _open_browser(address: str) -> None:
    import webbrowser

    # A browser in this terminal returns only when its user leaves it.
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _parse_port(text: str) -> int:
    if not text.isdecimal() or int(text) > _MAX_PORT:
        raise argparse.ArgumentTypeError(f"{text}: expected a port from 0 to {_MAX_PORT}")
    return int(text)
