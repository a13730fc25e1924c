"""The review's pages over HTTP: drawings are addressed by their id in the log, never by a path."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import bottle

from watcher.clock import Clock
from watcher.config.settings import Settings
from watcher.filing.errors import TRANSIENT_ERRORS, describe
from watcher.filing.reading import RecogniserProtocol
from watcher.fs.lock import AnotherWatcherError
from watcher.journal.database import NewerJournalError
from watcher.review.actor import Actor, Outcome
from watcher.review.catalogue import as_dict
from watcher.review.drawings import Drawings, NotThereError
from watcher.review.guard import Application, guard
from watcher.review.header import header
from watcher.review.plot import svg
from watcher.review.refiling import Refiler
from watcher.review.requests import WrongRequestError, read_act, read_filter, read_sort

_SCRIPTS = ("page.js", "api.js", "enlarged.js", "header.js", "keys.js", "selection.js", "tiles.js")
_PAGES = {"": "page.html", "page.css": "page.css"} | {name: name for name in _SCRIPTS}
_TYPES = {"html": "text/html; charset=utf-8", "css": "text/css", "js": "text/javascript"}


def application(
    settings: Settings,
    recogniser: Callable[[], RecogniserProtocol],
    warn: Callable[[str], None],
    clock: Clock,
    *,
    token: str,
    port: Callable[[], int],
) -> Application:
    """Return the review as a WSGI application, behind its guard."""
    drawings = Drawings(settings, recogniser, clock)
    actor = Actor(drawings, Refiler(settings, recogniser, warn, clock))
    return guard(_pages(drawings, actor, settings, clock), token, port)


def _pages(drawings: Drawings, actor: Actor, settings: Settings, clock: Clock) -> bottle.Bottle:
    app = bottle.Bottle()

    @app.get("/<name:re:|page[.]css|[a-z]+[.]js>")  # type: ignore[untyped-decorator]
    def page(name: str) -> bytes:
        if name not in _PAGES:
            raise _failure(404, "no such page")
        file = _PAGES[name]
        bottle.response.content_type = _TYPES[file.rpartition(".")[2]]
        bottle.response.set_header("Cache-Control", "no-store")
        return files("watcher.review").joinpath(file).read_bytes()

    @app.get("/drawings")  # type: ignore[untyped-decorator]
    def list_drawings() -> dict[str, Any]:
        with _answer_errors(settings):
            query = _query()
            wanted, sort = read_filter(query), read_sort(query)
            version = drawings.version()
            found = drawings.find(wanted, sort, actor.postponed, version)
        bottle.response.set_header("Cache-Control", "no-store")
        return {
            "version": version,
            "drawings": [as_dict(one) for one in found.drawings],
            "count": found.count,
            "counts": found.counts,
            "plot": svg(found.totals),
            "header": asdict(header(settings, clock, found.labelled)),
            "undo": actor.latest,
        }

    @app.get("/version")  # type: ignore[untyped-decorator]
    def version() -> dict[str, Any]:
        bottle.response.set_header("Cache-Control", "no-store")
        with _answer_errors(settings):
            return {"version": drawings.version()}

    @app.get("/drawings/<id_>")  # type: ignore[untyped-decorator]
    def details(id_: str) -> dict[str, Any]:
        bottle.response.set_header("Cache-Control", "no-store")
        with _answer_errors(settings):
            return asdict(drawings.details(id_))

    @app.get("/drawings/<id_>/<picture:re:drawing|seen>.png")  # type: ignore[untyped-decorator]
    def picture(id_: str, picture: str) -> bytes:
        with _answer_errors(settings):
            found = drawings.thumbnails(id_)
        content: bytes | None = getattr(found, picture) if found is not None else None
        if content is None:
            raise _failure(404, "no picture")
        bottle.response.content_type = "image/png"
        # The page asks for it with the version of its bytes.
        bottle.response.set_header("Cache-Control", "private, max-age=86400")
        return content

    @app.post("/acts")  # type: ignore[untyped-decorator]
    def act() -> dict[str, Any]:
        with _answer_errors(settings):
            return _answer(actor.act(*read_act(bottle.request)), actor)

    @app.post("/undo")  # type: ignore[untyped-decorator]
    def undo() -> dict[str, Any]:
        with _answer_errors(settings):
            return _answer(actor.undo(), actor)

    app.default_error_handler = _error_as_json
    return app


def _query() -> dict[str, str]:
    """Return the request's query; values that are not UTF-8 are empty."""
    query = bottle.request.query
    # `get` decodes each byte as a character: no name with an umlaut would match.
    return {key: query.getunicode(key, "") for key in query}


def _answer(outcome: Outcome, actor: Actor) -> dict[str, Any]:
    return {
        "drawings": [as_dict(one) for one in outcome.drawings],
        "message": outcome.message,
        "is_done": outcome.is_done,
        "waits": outcome.waits,
        "undo": actor.latest,
    }


@contextmanager
def _answer_errors(settings: Settings) -> Iterator[None]:
    """Answer errors in one line: 400 for the page's, 404 for a drawing's, 503 for what may pass."""
    try:
        yield
    except WrongRequestError as error:
        raise _failure(400, str(error)) from None
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


def _error_as_json(error: Any) -> str:
    bottle.response.content_type = "application/json"
    return json.dumps({"message": str(error.status_line)})
