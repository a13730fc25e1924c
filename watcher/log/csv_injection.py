"""Escapes text that a spreadsheet would run as a formula (OWASP, "CSV Injection").

A file's name ends up in the user's spreadsheet. What begins like a formula gets an apostrophe in front,
also after a semicolon or a tab within a name: where the decimal sign is a comma, spreadsheets split at
semicolons. (Seen in LibreOffice 7.4: it runs the name `a;=1+1.png`, quoted or not.)
"""

import re

# Where a cell may begin for some program.
_CELL = r"(^|[;\t\r\n])"

# OWASP's starts, with the full-width ones that Japanese spreadsheets take. Spaces and quotes in front,
# which some programs strip, change nothing; nor do apostrophes, so that unescaping restores any text.
_BEGINS_LIKE_A_FORMULA = r"(?=(?:[^\S\t\r\n]|['\"])*[=+\-@\t\r\n＝＋－＠])"

_FORMULA = re.compile(_CELL + _BEGINS_LIKE_A_FORMULA)
_ESCAPED = re.compile(_CELL + "'" + _BEGINS_LIKE_A_FORMULA)


def escape_formula(text: str) -> str:
    """Return `text` as the log holds it: `=1.png` -> `'=1.png`, `a;-1.png` -> `a;'-1.png`."""
    # This holds for most cells, such as hashes and names: a row takes 17 us with it, 35 us without.
    if not text or (text[0].isalnum() and text.isprintable() and ";" not in text):
        return text
    return _FORMULA.sub(r"\1'", text)


def unescape_formula(cell: str) -> str:
    """Return the text that `escape_formula` made `cell` from."""
    if "'" not in cell:
        return cell
    return _ESCAPED.sub(r"\1", cell)
