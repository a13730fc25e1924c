"""A review that is served in this process, and requests to it as any program can make them."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import waitress.server
import waitress.wasyncore

from tests.support.in_process import InProcessWatcher
from watcher.review.server import application

TOKEN = "the-token-of-the-test"


@dataclass(frozen=True)
class Served:
    port: int

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}/{TOKEN}/"

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: str | None = None
    ) -> tuple[int, bytes]:
        """The raw `path` is sent as it is; headers may replace Host."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_host=True)
            sent = {"Host": self.address, "Content-Length": str(len(body or "")), **(headers or {})}
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders((body or "").encode())
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def drawings(self, query: str = "") -> dict[str, Any]:
        status, content = self.ask("GET", f"/{TOKEN}/drawings?{query}")
        assert status == 200, content
        found: dict[str, Any] = json.loads(content)
        return found

    def act(self, *ids: str, choice: object) -> tuple[int, dict[str, Any]]:
        return self.post("acts", {"ids": ids, "choice": choice})

    def undo(self) -> tuple[int, dict[str, Any]]:
        return self.post("undo", {})

    def post(self, page: str, body: object) -> tuple[int, dict[str, Any]]:
        headers = {"Origin": f"http://{self.address}", "Content-Type": "application/json"}
        status, content = self.ask("POST", f"/{TOKEN}/{page}", headers, json.dumps(body))
        return status, json.loads(content)


@contextmanager
def served(watcher: InProcessWatcher) -> Iterator[Served]:
    ports: list[int] = []
    sockets: dict[int, Any] = {}
    server = waitress.server.create_server(
        application(
            watcher.settings,
            lambda: watcher.recogniser,
            watcher.warnings.append,
            watcher.clock.clock,
            token=TOKEN,
            port=lambda: ports[0],
        ),
        map=sockets,
        host="127.0.0.1",
        port=0,
    )
    ports.append(int(server.effective_port))
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            waitress.wasyncore.loop(0.05, map=sockets, count=1)
        server.task_dispatcher.shutdown()
        server.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield Served(ports[0])
    finally:
        ended.set()
        thread.join()
