"""The review's pages over HTTP: drawings are addressed by their id in the log, never by a path."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import bottle

from watcher.config.settings import Settings
from watcher.filing.errors import TRANSIENT_ERRORS, describe
from watcher.fs.lock import AnotherWatcherError
from watcher.journal.database import NewerJournalError
from watcher.layout import OUTBOX_FOLDERS, REJECTED_FOLDER
from watcher.review.catalogue import STATUSES, Filter, least_certain_first, totals
from watcher.review.guard import Application, guarded
from watcher.review.plot import svg
from watcher.review.reviewing import NotThereError, Reviewing

MAX_SHOWN = 10_000
"""The least certain ones of what a filter admits; more can be had by a shorter period."""

_PAGES = {"": "page.html", "page.css": "page.css", "page.js": "page.js"}
_TYPES = {"html": "text/html; charset=utf-8", "css": "text/css", "js": "text/javascript"}

_WISHES = OUTBOX_FOLDERS
"""To rejected/ only an undo leads."""


def application(
    reviewing: Reviewing, settings: Settings, token: str, port: Callable[[], int]
) -> Application:
    """The review as a WSGI application, behind its guard."""
    app = bottle.Bottle()

    @app.get("/<name:re:|page[.]css|page[.]js>")  # type: ignore[untyped-decorator]
    def page(name: str) -> bytes:
        file = _PAGES[name]
        bottle.response.content_type = _TYPES[file.rpartition(".")[2]]
        bottle.response.set_header("Cache-Control", "no-store")
        return files("watcher.review").joinpath(file).read_bytes()

    @app.get("/drawings")  # type: ignore[untyped-decorator]
    def drawings() -> dict[str, Any]:
        wanted = _filter(bottle.request.query)
        with _troubles_told(settings):
            known = reviewing.drawings()
        period = [drawing for drawing in known if wanted.is_in_period(drawing)]
        admitted = least_certain_first(one for one in period if wanted.admits(one))
        bottle.response.set_header("Cache-Control", "no-store")
        return {
            "drawings": [asdict(one) for one in admitted[:MAX_SHOWN]],
            "count": len(admitted),
            "plot": svg(totals(period)),
        }

    @app.get("/drawings/<id_>/<picture:re:drawing|seen>.png")  # type: ignore[untyped-decorator]
    def picture(id_: str, picture: str) -> bytes:
        with _troubles_told(settings):
            made = reviewing.thumbnails(id_)
        content: bytes | None = getattr(made, picture) if made is not None else None
        if content is None:
            raise _failure(404, "no picture")
        bottle.response.content_type = "image/png"
        # The page asks for it with the version of its bytes.
        bottle.response.set_header("Cache-Control", "private, max-age=86400")
        return content

    @app.post("/drawings/<id_>")  # type: ignore[untyped-decorator]
    def refile(id_: str) -> dict[str, Any]:
        folder, digit, is_undo = _wish(bottle.request)
        with _troubles_told(settings):
            after = reviewing.refile(id_, folder, digit, is_undo)
        if after is None:
            bottle.response.status = 202
            return {"message": "the watcher is busy: it does this as soon as it can"}
        return {"drawing": asdict(after)}

    app.default_error_handler = _told
    return guarded(app, token, port)


def _filter(query: Any) -> Filter:
    values = {key: str(query.get(key, "")) for key in ("folder", "status", "first_day", "last_day")}
    if values["folder"] not in ("", *OUTBOX_FOLDERS) or values["status"] not in ("", *STATUSES):
        raise _failure(400, "no such folder or status")
    return Filter(**values)


def _wish(request: Any) -> tuple[str, int | None, bool]:
    """What is asked for in a request's JSON: the folder, the label (None for none), whether it undoes."""
    wish = request.json if request.content_type.startswith("application/json") else None
    if not isinstance(wish, dict) or wish.get("folder") not in _WISHES:
        raise _failure(400, "expected a folder")
    folder, is_undo = str(wish["folder"]), wish.get("is_undo") is True
    # An undo leads back to what was no person's word before.
    is_label = folder.isdigit() and not (is_undo and wish.get("is_label") is not True)
    if folder == REJECTED_FOLDER and not is_undo:
        raise _failure(400, "only an undo leads to rejected/")
    return folder, int(folder) if is_label else None, is_undo


@contextmanager
def _troubles_told(settings: Settings) -> Iterator[None]:
    """What goes wrong is answered in one line: 404 for a drawing, 503 for what may pass."""
    try:
        yield
    except NotThereError as error:
        raise _failure(404, str(error)) from None
    except (AnotherWatcherError, NewerJournalError) as error:
        raise _failure(503, str(error)) from None
    except TRANSIENT_ERRORS as error:
        raise _failure(503, describe(error, settings)) from None


def _failure(status: int, message: str) -> bottle.HTTPResponse:
    return bottle.HTTPResponse(
        json.dumps({"message": message}), status, {"Content-Type": "application/json"}
    )


def _told(error: Any) -> str:
    bottle.response.content_type = "application/json"
    return json.dumps({"message": str(error.status_line)})
