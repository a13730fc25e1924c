"""No name of a file runs as a formula in a spreadsheet, and each can be read back from the log."""

import csv
import io
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pandas
import pytest
from hypothesis import example, given, settings

from watcher.filing.rebuild import rebuild
from watcher.fs.names import as_text
from watcher.inbox.claims import ClaimFolder
from watcher.journal.journal import Journal
from watcher.log.content import HEADER, to_csv
from watcher.log.csv_injection import escape_formula, unescape_formula
from watcher.types import Row

# OWASP, "CSV Injection".
STARTS = "=+-@\t\r\n＝＋－＠"

NASTY = st.text(
    st.sampled_from([*STARTS, *" \u00a0\u3000;,|'\"\\1a.", "\x00", "\udce9"]), max_size=12
)
PATIENT = settings(deadline=None)

TEXTS = NASTY | st.text(max_size=12)


def row(name: str) -> Row:
    """As the watcher logs a file of that name."""
    text = as_text(name)
    return Row(
        id="20261122T160900-0a1b2c3d-000",
        time="2026-11-22T16:09:00.123Z",
        file=text,
        status="filed",
        digit=7,
        confidence=0.5,
        filed_as=f"7/{text}",
        reason=text,
        width=28,
        sha256="0" * 64,
        model="m",
        seconds=0.5,
    )


def begins_like_a_formula(cell: str) -> bool:
    return cell.lstrip(' \u00a0\u3000"')[:1] in tuple(STARTS)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("sept.png", "sept.png"),
        ("a-1 = b.png", "a-1 = b.png"),
        ("=1+1.png", "'=1+1.png"),
        ("＝1+1.png", "'＝1+1.png"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("a;-1.png", "a;'-1.png"),
        ('a; "+1".png', 'a;\' "+1".png'),
        ("'=1.png", "''=1.png"),
        ("don't.png", "don't.png"),
    ],
)
def test_an_apostrophe_comes_before_what_begins_like_a_formula(name: str, cell: str) -> None:
    assert escape_formula(name) == cell
    assert unescape_formula(cell) == name


@PATIENT
@given(TEXTS)
@example("\t\t=;'=")
def test_every_text_can_be_read_back(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text


@PATIENT
@given(TEXTS)
def test_no_cell_begins_like_a_formula_whatever_it_is_split_at(name: str) -> None:
    lines = to_csv([row(name)]).decode()
    for delimiter in ",;\t":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            if delimiter == "," and quoting == csv.QUOTE_NONE:
                continue  # Nothing that opens CSV files takes no notice of its quotes.
            cells = csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter, quoting=quoting)
            for cell in (cell for fields in cells for cell in fields):
                assert not begins_like_a_formula(cell), (delimiter, cell)


@settings(PATIENT, max_examples=20)
@given(st.lists(TEXTS, min_size=1, max_size=40))
def test_a_log_gives_back_every_name_to_csv_pandas_and_a_rebuilt_journal(names: list[str]) -> None:
    rows = [row(name) for name in names]
    content = HEADER + to_csv(rows)
    by_csv = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    table = pandas.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    assert table.to_dict("records") == by_csv
    for found, whole in zip(by_csv, rows, strict=True):
        assert unescape_formula(found["file"]) == whole.file
        assert unescape_formula(found["filed_as"]) == whole.filed_as
    with tempfile.TemporaryDirectory() as folder:
        outbox = Path(folder)
        warnings: list[str] = []
        (outbox / "log.csv").write_bytes(content)
        journal = Journal(outbox / "journal.sqlite3")
        try:
            claims = ClaimFolder(outbox)
            assert rebuild(journal, outbox, claims, lambda: 0.0, warnings.append) == (len(rows), 0)
            assert not warnings
            assert list(journal.rows.after()) == rows
        finally:
            journal.close()
