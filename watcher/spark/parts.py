"""Parts of the log: rows as Parquet, which also holds the intents, and as CSV."""

import io
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from watcher.log.content import HEADER, to_csv
from watcher.types import COLUMNS, Row

# The other columns are text, as in the log.
_TYPES = {
    "digit": pa.int8(),
    "second_digit": pa.int8(),
    "confidence": pa.float64(),
    "second_confidence": pa.float64(),
    "width": pa.int32(),
    "height": pa.int32(),
    "seconds": pa.float64(),
}

_SCHEMA = pa.schema([(column, _TYPES.get(column, pa.string())) for column in COLUMNS])


def as_parquet(rows: Sequence[Row]) -> bytes:
    """Return rows as Parquet, their text unescaped: no spreadsheet runs Parquet."""
    content = io.BytesIO()
    records = [dict(zip(COLUMNS, row.values(), strict=True)) for row in rows]
    pq.write_table(pa.Table.from_pylist(records, schema=_SCHEMA), content)
    return content.getvalue()


def from_parquet(content: bytes) -> list[Row]:
    """Return the rows that `as_parquet` was given."""
    table = pq.read_table(io.BytesIO(content))
    return [Row(**record) for record in table.to_pylist()]


def as_csv(rows: Sequence[Row]) -> bytes:
    """Return rows as CSV with a header, as the watcher writes `log.csv`."""
    return HEADER + to_csv(rows)
