"""File names: which are free, which are valid on every system, and how they are shown as text."""

import unicodedata
from collections.abc import Callable

# What ext4, XFS, APFS and NTFS allow (NTFS counts UTF-16 units, never more than UTF-8 bytes).
MAX_NAME_BYTES = 255

# A longer "suffix" is part of a sentence with a dot, not a file type.
_MAX_SUFFIX_BYTES = 16

# Windows refuses them; `a:b` would even make a hidden stream (Microsoft, "Naming Files").
_FORBIDDEN = frozenset('<>:"/\\|?*')

# Devices on Windows, whatever follows the first dot (Microsoft, "Naming Files").
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{device}{n}" for device in ("com", "lpt") for n in "0123456789¹²³"]
)


def make_portable(name: str, max_bytes: int = MAX_NAME_BYTES) -> str:
    """Return `name` made valid on every system: no forbidden character, no device, not too long."""
    kept = name
    if not name.isprintable() or not _FORBIDDEN.isdisjoint(name):
        kept = "".join("_" if _is_invalid(character) else character for character in name)
    kept = kept.rstrip(" .") or "_"
    if kept.split(".", 1)[0].rstrip().casefold() in _RESERVED:
        kept = "_" + kept
    return add_number(kept, 1, max_bytes)


def add_number(name: str, number: int, max_bytes: int = MAX_NAME_BYTES) -> str:
    """Return `sept (2).png` for `sept.png` and 2, the name itself for 1; see `add_mark`."""
    return add_mark(name, f" ({number})" if number > 1 else "", max_bytes)


def add_mark(name: str, mark: str, max_bytes: int = MAX_NAME_BYTES) -> str:
    """Return `name` with `mark` after its stem; a name too long loses the end of its stem."""
    stem, suffix = _split(name)
    room = max_bytes - len((mark + suffix).encode("utf-8", "surrogateescape"))
    raw = stem.encode("utf-8", "surrogateescape")
    if len(raw) > room:
        stem = raw[: max(room, 1)].decode("utf-8", "ignore").rstrip(" .") or "_"
    return stem + mark + suffix


def fold_name(name: str) -> str:
    """Return a key that is equal for names that some file system treats as the same.

    They differ in case or in Unicode composition.
    """
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def first_free(name: str, is_taken: Callable[[str], bool], max_bytes: int = MAX_NAME_BYTES) -> str:
    """Return `name` if it is free, else with the first free number.

    Doubles the step, then halves it: the thousandth `untitled.png` takes 20 tests, not 1000.
    """
    if not is_taken(name):
        return name
    low, high = 1, 2
    while is_taken(add_number(name, high, max_bytes)):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if is_taken(add_number(name, middle, max_bytes)):
            low = middle
        else:
            high = middle
    return add_number(name, high, max_bytes)


def as_text(name: str) -> str:
    """Return `name` as valid text on one line; all else is backslash-escaped."""
    if name.isprintable():
        return name
    escaped = "".join(
        f"\\x{ord(character):02x}" if _is_control(character) else character for character in name
    )
    return escaped.encode("utf-8", "backslashreplace").decode("utf-8")


def _split(name: str) -> tuple[str, str]:
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix.encode("utf-8", "surrogateescape")) >= _MAX_SUFFIX_BYTES:
        return name, ""
    return stem, dot + suffix


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" or character in "\u2028\u2029"


def _is_invalid(character: str) -> bool:
    is_surrogate = "\ud800" <= character <= "\udfff"
    return is_surrogate or character in _FORBIDDEN or _is_control(character)
