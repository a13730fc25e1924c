"""Read the page's requests: filters, orders, acts; whatever else is refused."""

from collections.abc import Sequence
from typing import Any, TypeVar

from watcher.clock import local_day_bounds
from watcher.errors import UserError
from watcher.layout import OUTBOX_FOLDERS
from watcher.review.acts import CHOICES
from watcher.review.catalogue import Filter, Sort, Tab
from watcher.types import Status

_Member = TypeVar("_Member", Tab, Sort)


class WrongRequestError(UserError):
    """A request that the page does not make."""


def read_filter(query: Any) -> Filter:
    """Return what to show, from a request's query."""
    texts = {key: str(query.get(key, "")) for key in ("folder", "status", "name")}
    if texts["folder"] not in ("", *OUTBOX_FOLDERS) or texts["status"] not in ("", *Status):
        raise WrongRequestError("no such folder or status")
    first, last = (str(query.get(key, "")) for key in ("first_day", "last_day"))
    return Filter(
        tab=_member(Tab.ALL, query.get("tab")),
        since=local_day_bounds(first)[0] if first else "",
        before=local_day_bounds(last)[1] if last else "",
        **texts,
    )


def read_sort(query: Any) -> Sort:
    """Return the order, from a request's query."""
    return _member(Sort.LEAST_CERTAIN, query.get("sort"))


def read_act(request: Any) -> tuple[Sequence[str], str]:
    """Return the ids and the choice of an act, from a request's JSON."""
    act = request.json if request.content_type.startswith("application/json") else None
    if not isinstance(act, dict) or act.get("choice") not in CHOICES:
        raise WrongRequestError("expected a choice")
    ids = act.get("ids")
    if not isinstance(ids, list) or not ids or not all(isinstance(id_, str) for id_ in ids):
        raise WrongRequestError("expected ids of drawings")
    return list(dict.fromkeys(ids)), str(act["choice"])


def _member(default: _Member, text: object) -> _Member:
    """Return the member of `default`'s enum with this value; `default` for none."""
    try:
        return type(default)(str(text)) if text else default
    except ValueError:
        raise WrongRequestError(f"no such {type(default).__name__.lower()}") from None
