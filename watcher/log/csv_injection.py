"""Cells of the log: text that no spreadsheet runs as a formula, and that text as it was.

Whoever names a file writes into the user's spreadsheet (OWASP, "CSV Injection"). What begins like a
formula gets an apostrophe in front, also where it follows a semicolon or a tab within a name: where the
decimal sign is a comma, spreadsheets split at semicolons. (Seen to run in LibreOffice 7.4: a name of
`a;=1+1.png`, quoted or not.)
"""

import re

_CELL = r"(^|[;\t\r\n])"
"""Where a cell may begin for some program."""

_BEGINS_LIKE_A_FORMULA = r"(?=(?:[^\S\t\r\n]|['\"])*[=+\-@\t\r\n＝＋－＠])"
"""OWASP's starts, the full-width ones that Japanese spreadsheets take included. What some program may
strip first, spaces and quotes, changes nothing; nor do apostrophes, so that `armed` gives back any text."""

_LOADED = re.compile(_CELL + _BEGINS_LIKE_A_FORMULA)
_DISARMED = re.compile(_CELL + "'" + _BEGINS_LIKE_A_FORMULA)


def escape_formula(text: str) -> str:
    """`text` as the log holds it: `=1.png` -> `'=1.png`, `a;-1.png` -> `a;'-1.png`."""
    if not text or text.isalnum():  # Most cells: a hash, a status.
        return text
    return _LOADED.sub(r"\1'", text)


def unescape_formula(cell: str) -> str:
    """The text that `disarmed` made `cell` of."""
    return _DISARMED.sub(r"\1", cell)
