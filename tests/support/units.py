"""How systemd reads a unit, by its documents: systemd.syntax(7), systemd.service(5), systemd.unit(5).

For the tests of what we write: no more of the language than a unit of ours may hold.
"""

import re

_SIMPLE = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "s": 32}
_ESCAPE = re.compile(rb"\\(?:x([0-9a-f]{2})|(.))", re.DOTALL)

# Names of folders that a unit must carry as they are: each means something else in its language.
NASTY_NAMES = [
    "a b",
    " both ends ",
    "größe 数字",
    "50%",
    "%h %n %%",
    "$HOME ${HOME} $$",
    'say "7"',
    "o'brien",
    "back\\slash\\",
    "\\x41\\n",
    "new\nline",
    "tab\there",
    "; true",
    "#comment",
    "[Install]",
    "no utf-8 \udcff",
    "\u3000wide\u2028",
]


def values(unit: bytes) -> dict[str, bytes]:
    """The assignments of a unit, by key; continued lines, which we never write, are refused."""
    found: dict[str, bytes] = {}
    for line in unit.split(b"\n"):
        stripped = line.strip(b" \t\r")
        if not stripped or stripped[:1] in b"[#;":
            continue
        assert not line.endswith(b"\\"), "this would continue on the next line"
        key, equals, value = stripped.partition(b"=")
        assert equals, stripped
        assert key.decode() not in found
        found[key.decode()] = value.strip(b" \t\r")
    return found


def command(value: bytes) -> list[bytes]:
    """The words that ExecStart= runs: prefixes, quotes, escapes, `%` and `$` all done."""
    prefixes = re.match(rb"[@:+!|-]*", value)
    assert prefixes is not None
    words = [specified(word) for word in _split(value[prefixes.end() :])]
    # What the program's own path may not hold, escaped or not (`string_is_safe`).
    assert re.fullmatch(rb"/[^\x00-\x1f\x7f\"'\\]*", words[0]), words[0]
    if b":" in prefixes[0]:
        return words
    assert not any(b"$" in word for word in words), "a variable would be put in"
    return words


def specified(text: bytes) -> bytes:
    """Specifiers put in: of ours only `%%` may be there."""
    assert not re.search(rb"(?<!%)(?:%%)*%(?!%)", text), text
    return text.replace(b"%%", b"%")


def _split(text: bytes) -> list[bytes]:
    words: list[bytes] = []
    word: bytes | None = None
    quote = b""
    at = 0
    while at < len(text):
        character = text[at : at + 1]
        if character == b"\\":
            escape = _ESCAPE.match(text, at)
            assert escape is not None, "an escape that systemd does not know"
            word = (word or b"") + _unescaped(escape)
            at = escape.end()
            continue
        at += 1
        if quote:
            if character == quote:
                quote = b""
                assert text[at : at + 1] in (b"", b" "), "nothing may follow a quote"
            else:
                word = (word or b"") + character
        elif character in b"\"'" and word is None:
            quote, word = character, b""
        elif character in b" \t\n\r":
            words += [] if word is None else [word]
            word = None
        else:
            word = (word or b"") + character
    assert not quote
    return words + ([] if word is None else [word])


def _unescaped(escape: re.Match[bytes]) -> bytes:
    if escape[1]:
        return bytes([int(escape[1], 16)])
    known = _SIMPLE.get(escape[2].decode(errors="replace"))
    assert known is not None or escape[2] in (b"\\", b'"', b"'"), escape[2]
    return escape[2] if known is None else bytes([known])
