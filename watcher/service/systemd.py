"""Linux: a unit of systemd's user manager (systemd.service(5), systemd.syntax(7))."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from watcher.exit_status import ExitStatus
from watcher.service.description import NAME, RESTART_SECONDS, Plan, Service, Step

UNIT = f"{NAME}.service"

WATCHDOG_SECONDS = 300
"""A beat comes every 10 s, every 23 s at most while a trouble pauses it, and within a batch after each
picture or half second of them. The longest without one: a picture of 900 megapixels took 9 s, a damaged
journal made anew from a log of 300,000 rows 11 s (measured on 2 cores). Eight times that for a slow
machine and ten years of drawings; one that hangs loses nothing meanwhile. If even that is too short, the
next start has all the time it needs: the watchdog waits for the first turn of the loop."""

_OWNER = "X-Belongs-To="
"""systemd skips what begins with X-; JSON keeps it on one line, whatever it is."""

_PLAIN = re.compile(r"[\w/.+:=@,-]+", re.ASCII)


def unit(service: Service) -> bytes:
    """The unit's file."""
    words, folder = service.command, service.folder
    if not (_is_safe_program(words[0]) and _is_safe_folder(folder)):
        # systemd takes no quotes or backslashes in these two, however they are escaped; a shell does.
        words = ("/bin/sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", folder, *words)
        folder = "/"
    command = " ".join(quoted(word) for word in words)
    # With a colon in front nothing is put in for $NAME.
    prefix = ":" if "$" in command else ""
    lines = f"""\
[Unit]
Description=Digit watcher: files drawings of digits
{_OWNER}{json.dumps(service.belongs_to)}
# It never gives up: nobody looks after this machine.
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={prefix}{command}
WorkingDirectory={folder.replace("%", "%%")}
Restart=on-failure
RestartSec={RESTART_SECONDS}
# Wrong settings are wrong at the next start, too.
RestartPreventExitStatus={int(ExitStatus.WRONG_SETTINGS)}
# A start may have to make the journal of years anew.
TimeoutStartSec=infinity
WatchdogSec={WATCHDOG_SECONDS}

[Install]
WantedBy=default.target
"""
    return lines.encode("utf-8", "surrogateescape")


def quoted(word: str) -> str:
    """A word of ExecStart=: systemd unquotes it, then puts in what `%` names."""
    if _PLAIN.fullmatch(word):
        return word
    return '"' + "".join(_escaped(character) for character in word) + '"'


def owner(content: bytes) -> str:
    """What the service of this unit belongs to."""
    for line in content.decode("utf-8", "replace").splitlines():
        if line.startswith(_OWNER):
            try:
                return str(json.loads(line.removeprefix(_OWNER)))
            except ValueError:
                break
    return ""


def plan(service: Service, environment: Mapping[str, str], home: Path) -> Plan:
    """How the user's systemd is told of it."""
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    ask = ("systemctl", "--user")
    return Plan(
        file=config / "systemd" / "user" / UNIT,
        content=unit(service),
        owner=owner,
        register=(Step((*ask, "daemon-reload")), Step((*ask, "enable", UNIT))),
        start=(Step((*ask, "restart", UNIT)),),
        stop=(Step((*ask, "disable", "--now", UNIT)),),
        forget=(Step((*ask, "daemon-reload"), may_fail=True),),
        hints=(
            "it runs while you are logged in; from the machine's start on, whoever is logged in: "
            "loginctl enable-linger",
        ),
    )


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == "%":
        return "%%"
    if "\udc80" <= character <= "\udcff":  # A byte that is no UTF-8.
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character if character >= " " and character != "\x7f" else f"\\x{ord(character):02x}"


def _is_safe_program(path: str) -> bool:
    """Whether systemd takes it for a program's path (`string_is_safe` in its source)."""
    return path.isprintable() and not any(character in path for character in "\"'\\")


def _is_safe_folder(path: str) -> bool:
    """Whether it can stand in WorkingDirectory=, which knows no quotes."""
    return path.isprintable() and path == path.strip() and not path.endswith("\\")
