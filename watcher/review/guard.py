"""Admit requests only from our own page: with the token, from this machine, under our own address.

Any web page can send requests to this machine's loopback address, and can make its own name mean that
address (DNS rebinding). It does not know the token, and the headers Host and Origin give it away.
"""

import hmac
from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

_HEADERS = [
    (
        "Content-Security-Policy",
        "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
]

_METHODS = ("GET", "POST")


def guard(application: Application, token: str, port: Callable[[], int]) -> Application:
    """Return `application` for requests to `/<token>/...`, without the token; 4xx for all others."""

    def answer(environ: Environ, start: Start) -> Iterable[bytes]:
        def start_safely(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start(status, [*headers, *_HEADERS], *rest)

        refusal = _refusal(environ, token, f"127.0.0.1:{port()}")
        if refusal:
            start_safely(refusal, [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return []
        prefix = f"/{token}"
        inner = {**environ, "SCRIPT_NAME": prefix}
        inner["PATH_INFO"] = environ["PATH_INFO"].removeprefix(prefix)
        return application(inner, start_safely)

    return answer


def _refusal(environ: Environ, token: str, address: str) -> str:
    """Return the status with which a request is refused; "" if it is admitted."""
    if environ["REQUEST_METHOD"] not in _METHODS:
        return "405 Method Not Allowed"
    if environ.get("HTTP_HOST") != address:
        return "421 Misdirected Request"
    own = f"http://{address}"
    origin = environ.get("HTTP_ORIGIN", own)
    if origin != own or environ.get("HTTP_SEC_FETCH_SITE") in ("cross-site", "same-site"):
        return "403 Forbidden"
    if environ["REQUEST_METHOD"] == "POST" and "HTTP_ORIGIN" not in environ:
        return "403 Forbidden"
    given, _, _ = environ.get("PATH_INFO", "").removeprefix("/").partition("/")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()):
        return "403 Forbidden"
    return ""
