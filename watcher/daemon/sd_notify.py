"""systemd's notification protocol, sd_notify(3): messages to the service manager."""

import os
import socket
from contextlib import suppress


class ServiceManager:
    """Sends to the socket named by NOTIFY_SOCKET; does nothing without one."""

    def __init__(self, address: str | None = None) -> None:
        """Send to `address`, None for the environment's; a leading `@` marks Linux's abstract ones."""
        self._address = os.environ.get("NOTIFY_SOCKET", "") if address is None else address

    def notify(self, *assignments: str) -> None:
        """Send `READY=1`, `STATUS=watching`, `WATCHDOG=1` and the like in one message."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        # A manager that does not read must not block the watcher: the message is dropped.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto("\n".join(assignments).encode(errors="surrogateescape"), address)
