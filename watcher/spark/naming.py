"""Names that nothing had before: of claims, of drawings in the outbox, of parts of the log. Pure."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from watcher.fs.names import MAX_NAME_BYTES, marked, portable

CLAIMS_FOLDER = ".watcher-claims"
LOG_FOLDER = "log"
BATCH_DIGITS = 9

_BETWEEN = "~"
"""Parts a claim's id from the user's name; an id has none."""

_PLAIN = frozenset(" ._-()")
"""Besides letters and digits. Spark takes `*?[]{}` in a name for a pattern, also where it found the name
itself: 50 claims called `x[y]` came as 2,500 rows (PySpark 4.3)."""

_EMPTY = "e"
"""Ends the id of a claim that was empty: Spark never hands over a file without bytes."""

EMPTY_CLAIMS = f"*{_EMPTY}{_BETWEEN}*"
"""The pattern of their files' names; a user's `~` is quoted."""

_MARK_DIGITS = 20
"""80 bits: a billion drawings of one name a day coincide with probability 4e-7."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything lies, as URIs without a slash at the end."""

    inbox: str
    outbox: str
    checkpoint: str

    @property
    def stream(self) -> str:
        """Tells streams on the same folders apart, as long as each keeps its checkpoint's place."""
        return hashlib.sha256(self.checkpoint.encode()).hexdigest()[:8]

    @property
    def all_claims(self) -> str:
        return f"{self.inbox}/{CLAIMS_FOLDER}"

    @property
    def claims(self) -> str:
        """This stream's own; no other stream touches them."""
        return f"{self.all_claims}/{self.stream}"

    @property
    def log(self) -> str:
        return f"{self.outbox}/{LOG_FOLDER}"


def overlap(one: str, other: str) -> bool:
    """Whether one of two URIs lies in the other, or is it."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def new_pass(now: float) -> str:
    """What the ids of files claimed together begin with: their time to the millisecond, then 32 random
    bits in case the clock steps back."""
    moment = datetime.fromtimestamp(now, UTC)
    return f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03}-{secrets.token_hex(4)}"


def claimed_at(id_: str) -> float:
    """When the file of this id was claimed, in seconds; what was claimed anew keeps its first time."""
    moment = datetime.strptime(id_[:18] + "000", "%Y%m%dT%H%M%S%f")
    return moment.replace(tzinfo=UTC).timestamp()


def claim_id(batch: str, number: int, is_empty: bool) -> str:
    """The id of the `number`th file of a pass."""
    return f"{batch}-{number:05}{_EMPTY if is_empty else ''}"


def claim_file(id_: str, name: str) -> str:
    """The name of a claim's file; a user's name that is too long for it is cut, its suffix kept."""
    room = MAX_NAME_BYTES
    while len(f"{id_}{_BETWEEN}{_quoted(name)}".encode()) > MAX_NAME_BYTES:
        room = min(room, len(name.encode())) - 1
        name = marked(name, "", room)
    return f"{id_}{_BETWEEN}{_quoted(name)}"


def of_claim(file: str) -> tuple[str, str]:
    """A claim's id and the user's name."""
    id_, _, quoted = file.partition(_BETWEEN)
    return id_, _unquoted(quoted)


def claimed_anew(file: str) -> str:
    """Another name for the same claim, which the source has not seen."""
    id_, name = of_claim(file)
    return claim_file(f"{id_}r", name)


def place(folder: str, name: str, id_: str, sha256: str) -> str:
    """Where a drawing goes in the outbox: its name is its own by its content and its claim.

    The content alone would be one name for two drawings that are alike.
    """
    mark = hashlib.sha256(f"{id_} {sha256}".encode()).hexdigest()[:_MARK_DIGITS]
    return f"{folder}/{marked(portable(name), f'-{mark}')}"


def part(stream: str, run: str, batch: int) -> str:
    """A part of the log, without its ending. Batches are numbered from 0 again in each new checkpoint,
    whose id `run` is."""
    return f"part-{stream}-{run}-{batch:0{BATCH_DIGITS}}"


def _quoted(name: str) -> str:
    return "".join(
        one if one.isalnum() or one in _PLAIN else "".join(f"%{byte:02X}" for byte in _bytes(one))
        for one in name
    )


def _unquoted(quoted: str) -> str:
    first, *others = quoted.split("%")
    raw = _bytes(first) + b"".join(bytes.fromhex(one[:2]) + _bytes(one[2:]) for one in others)
    return raw.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
