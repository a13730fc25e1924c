"""What the program that started us is told: systemd's notification protocol, sd_notify(3)."""

import os
import socket
from contextlib import suppress


class Supervisor:
    """Sends to the socket that NOTIFY_SOCKET names; silent where nobody listens."""

    def __init__(self, address: str | None = None) -> None:
        """`address` None: as the environment says; a leading `@` is an abstract address of Linux."""
        self._address = os.environ.get("NOTIFY_SOCKET", "") if address is None else address

    def tell(self, *assignments: str) -> None:
        """`READY=1`, `STATUS=watching`, `WATCHDOG=1`, ...: all in one message."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        # Who does not listen must not hold us up: that ping is lost, the next one comes.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto("\n".join(assignments).encode(errors="surrogateescape"), address)
