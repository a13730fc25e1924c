"""Unique names of claims, of drawings in the outbox, and of parts of the log. Pure."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from watcher.fs.names import MAX_NAME_BYTES, add_mark, make_portable
from watcher.layout import CLAIMS_FOLDER

LOG_FOLDER = "log"
BATCH_DIGITS = 9

# Separates a claim's id, which never contains it, from the user's name.
_SEPARATOR = "~"

# Allowed besides letters and digits. Spark treats `*?[]{}` in a name as a pattern, even in a name that it
# found itself: 50 claims called `x[y]` came as 2,500 rows (PySpark 4.3).
_PLAIN = frozenset(" ._-()")

# Ends the id of an empty file's claim: Spark never hands over a file without bytes.
_EMPTY = "e"

# Matches the names of those claims; a user's `~` is quoted.
EMPTY_CLAIMS = f"*{_EMPTY}{_SEPARATOR}*"

# 80 bits: a billion drawings of one name a day collide with probability 4e-7.
_MARK_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of a stream, as URIs without a trailing slash."""

    inbox: str
    outbox: str
    checkpoint: str

    @property
    def stream(self) -> str:
        """The id of this stream among those on the same folders; it depends on the checkpoint's path."""
        return hashlib.sha256(self.checkpoint.encode()).hexdigest()[:8]

    @property
    def all_claims(self) -> str:
        return f"{self.inbox}/{CLAIMS_FOLDER}"

    @property
    def claims(self) -> str:
        """The folder of this stream's claims; no other stream touches it."""
        return f"{self.all_claims}/{self.stream}"

    @property
    def log(self) -> str:
        return f"{self.outbox}/{LOG_FOLDER}"


def overlap(one: str, other: str) -> bool:
    """Return whether one URI contains, or is, the other."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def new_id_prefix(now: float) -> str:
    """Return how the ids of files claimed together begin: the time to the millisecond, then 32 random bits
    in case the clock goes back."""
    moment = datetime.fromtimestamp(now, UTC)
    return f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03}-{secrets.token_hex(4)}"


def claimed_at(id_: str) -> float:
    """Return when the file with this id was first claimed, in seconds."""
    moment = datetime.strptime(id_[:18] + "000", "%Y%m%dT%H%M%S%f")
    return moment.replace(tzinfo=UTC).timestamp()


def claim_id(batch: str, number: int, is_empty: bool) -> str:
    """Return the id of the `number`th file claimed together."""
    return f"{batch}-{number:05}{_EMPTY if is_empty else ''}"


def claim_file(id_: str, name: str) -> str:
    """Return the name of a claim's file; a user's name that is too long is cut before its suffix."""
    room = MAX_NAME_BYTES
    while len(f"{id_}{_SEPARATOR}{_quote(name)}".encode()) > MAX_NAME_BYTES:
        room = min(room, len(name.encode())) - 1
        name = add_mark(name, "", room)
    return f"{id_}{_SEPARATOR}{_quote(name)}"


def parse_claim(file: str) -> tuple[str, str]:
    """Return a claim's id and the user's name."""
    id_, _, quoted = file.partition(_SEPARATOR)
    return id_, _unquote(quoted)


def reclaimed_name(file: str) -> str:
    """Return another name for the same claim, which the source has not seen."""
    id_, name = parse_claim(file)
    return claim_file(f"{id_}r", name)


def place(folder: str, name: str, id_: str, sha256: str) -> str:
    """Return a drawing's place in the outbox, unique by its content and its claim.

    The content alone would give two equal drawings one name.
    """
    mark = hashlib.sha256(f"{id_} {sha256}".encode()).hexdigest()[:_MARK_DIGITS]
    return f"{folder}/{add_mark(make_portable(name), f'-{mark}')}"


def part(stream: str, run: str, batch: int) -> str:
    """Return the name of a part of the log, without suffix. `run` is the checkpoint's id: in each new
    checkpoint batches are numbered from 0 again."""
    return f"part-{stream}-{run}-{batch:0{BATCH_DIGITS}}"


def _quote(name: str) -> str:
    return "".join(
        one if one.isalnum() or one in _PLAIN else "".join(f"%{byte:02X}" for byte in _bytes(one))
        for one in name
    )


def _unquote(quoted: str) -> str:
    first, *others = quoted.split("%")
    raw = _bytes(first) + b"".join(bytes.fromhex(one[:2]) + _bytes(one[2:]) for one in others)
    return raw.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
