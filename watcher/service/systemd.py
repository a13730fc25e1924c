"""Linux: a unit of systemd's user manager (systemd.service(5), systemd.syntax(7))."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from watcher.exit_status import ExitStatus
from watcher.service.description import NAME, RESTART_SECONDS, Plan, Record, Service, Step

UNIT = f"{NAME}.service"

# A heartbeat comes every 10 s, at most every 23 s while an error pauses the loop, and within a batch after
# each picture or half second. The longest gaps: 9 s for a picture of 900 megapixels, 11 s for rebuilding a
# journal from a log of 300,000 rows (measured on 2 cores). Thirteen times the longest, for a slow machine
# and ten years of drawings; a watcher that hangs loses nothing meanwhile. If even that is too short, the
# next start has all the time it needs: the watchdog begins with the first turn of the loop.
WATCHDOG_SECONDS = 300

# systemd ignores keys that begin with X-; JSON keeps any value on one line.
_OWNER = "X-Belongs-To"

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')
_ESCAPE = re.compile(r"%%|\\x([0-9a-f]{2})|\\(.)")

_PLAIN = re.compile(r"[\w/.+:=@,-]+", re.ASCII)


def unit(service: Service) -> bytes:
    """Return the unit file."""
    words, folder = service.command, service.folder
    if not (_is_safe_program(words[0]) and _is_safe_folder(folder)):
        # systemd accepts no quotes or backslashes in these two, even escaped; a shell does.
        words = ("/bin/sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", folder, *words)
        folder = "/"
    command = " ".join(quote(word) for word in words)
    # A colon in front turns off the expansion of $NAME.
    prefix = ":" if "$" in command else ""
    lines = f"""\
[Unit]
Description=Digit watcher: files drawings of digits
{_OWNER}={json.dumps(service.belongs_to)}
# Restart forever: nobody attends this machine.
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={prefix}{command}
WorkingDirectory={folder.replace("%", "%%")}
Restart=on-failure
RestartSec={RESTART_SECONDS}
# Wrong settings stay wrong at the next start.
RestartPreventExitStatus={int(ExitStatus.WRONG_SETTINGS)}
# A start may have to rebuild a journal of years.
TimeoutStartSec=infinity
WatchdogSec={WATCHDOG_SECONDS}

[Install]
WantedBy=default.target
"""
    return lines.encode("utf-8", "surrogateescape")


def quote(word: str) -> str:
    """Quote a word of ExecStart=: systemd unquotes it, then expands `%`."""
    if _PLAIN.fullmatch(word):
        return word
    return '"' + "".join(_escape(character) for character in word) + '"'


def read(content: bytes) -> Record:
    """Return what a unit says."""
    text = content.decode("utf-8", "surrogateescape")
    values = dict(line.split("=", 1) for line in text.split("\n") if "=" in line)
    belongs_to = ""
    with suppress(ValueError):
        belongs_to = str(json.loads(values.get(_OWNER, "")))
    words = [
        _unquote(word) for word in _WORD.findall(values.get("ExecStart", "").removeprefix(":"))
    ]
    if words[:1] == ["/bin/sh"] and len(words) > 5:  # See `unit`.
        return Record(belongs_to, words[5], words[4])
    folder = values.get("WorkingDirectory", "").replace("%%", "%")
    return Record(belongs_to, "".join(words[:1]), folder)


def plan(service: Service, environment: Mapping[str, str], home: Path) -> Plan:
    """Return the plan for the user's systemd."""
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    systemctl = ("systemctl", "--user")
    return Plan(
        file=config / "systemd" / "user" / UNIT,
        content=unit(service),
        read=read,
        register=(Step((*systemctl, "daemon-reload")), Step((*systemctl, "enable", UNIT))),
        start=(Step((*systemctl, "restart", UNIT)),),
        stop=(Step((*systemctl, "disable", "--now", UNIT)),),
        forget=(Step((*systemctl, "daemon-reload"), may_fail=True),),
        pause=(Step((*systemctl, "stop", UNIT)),),
        resume=(Step((*systemctl, "start", UNIT)),),
        restart=(Step((*systemctl, "restart", UNIT)),),
        hints=(
            "it runs while you are logged in; to run it from the machine's start: "
            "loginctl enable-linger",
        ),
    )


def _unquote(word: str) -> str:
    """Return what `quote` made `word` of."""
    return _ESCAPE.sub(_unescape, word[1:-1] if word.startswith('"') else word)


def _unescape(match: re.Match[str]) -> str:
    code, character = match.groups()
    if code is None:
        return character or "%"
    number = int(code, 16)
    return chr(number if number < 0x80 else 0xDC00 + number)


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == "%":
        return "%%"
    if "\udc80" <= character <= "\udcff":  # a byte that is not UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character if character >= " " and character != "\x7f" else f"\\x{ord(character):02x}"


def _is_safe_program(path: str) -> bool:
    """Return whether systemd accepts it as a program's path (`string_is_safe` in its source)."""
    return path.isprintable() and not any(character in path for character in "\"'\\")


def _is_safe_folder(path: str) -> bool:
    """Return whether WorkingDirectory=, which has no quotes, accepts it."""
    return path.isprintable() and path == path.strip() and not path.endswith("\\")
