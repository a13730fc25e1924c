"""The journal's tables, as the statements that migrate one format to the next."""

from watcher.types import COLUMNS

# The columns of `rows` that are the log's, for queries.
ROW = ", ".join(COLUMNS)

# Format 1: filing.
_FILING = (
    """CREATE TABLE claims (
        id TEXT PRIMARY KEY, name BLOB NOT NULL, path BLOB NOT NULL, ready_at REAL NOT NULL,
        destination TEXT, verdict TEXT
    ) WITHOUT ROWID""",
    f"""CREATE TABLE rows (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, {ROW}, folded TEXT NOT NULL
    )""",
    "CREATE INDEX rows_by_id ON rows (id)",
    "CREATE INDEX rows_by_place ON rows (folded)",
    """CREATE TABLE log (
        only INTEGER PRIMARY KEY CHECK (only = 1), rows INTEGER NOT NULL, length INTEGER NOT NULL,
        identity TEXT NOT NULL, mtime_ns INTEGER NOT NULL
    )""",
    "INSERT INTO log VALUES (1, 0, 0, '', 0)",
)

# Format 2: corrections.
_CORRECTING = (
    """CREATE TABLE whereabouts (
        id TEXT PRIMARY KEY, place BLOB NOT NULL, sha256 TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX whereabouts_by_sha256 ON whereabouts (sha256)",
    "CREATE INDEX whereabouts_by_place ON whereabouts (place)",
    """CREATE TABLE looks (
        place BLOB PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL, identity TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE requests (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, folder TEXT NOT NULL, digit INTEGER,
        is_undo INTEGER NOT NULL
    )""",
    # Without corrections each drawing had one row. The first survey fills `looks`.
    """INSERT OR REPLACE INTO whereabouts
        SELECT id, CAST(filed_as AS BLOB), sha256 FROM rows ORDER BY seq""",
)

# Format 3: messages.
_MESSAGES = (
    # Seconds since 1970; a text that is reported again raises `last` and `count`.
    """CREATE TABLE messages (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, level TEXT NOT NULL, text TEXT NOT NULL,
        first REAL NOT NULL, last REAL NOT NULL, count INTEGER NOT NULL
    )""",
)

# Format 4: claims that are recorded and wait to be cleared.
_CLEARING = (
    # The row is written; the claim's name remains to be removed.
    "ALTER TABLE claims ADD COLUMN is_recorded INTEGER NOT NULL DEFAULT 0",
)

# Format 5: how often the process died while it judged a claim.
_COUNTING_DEATHS = (
    # The run of the program that has the claim ('' if it judges nothing), how many runs ended while they
    # judged it, and whether it is judged by itself.
    "ALTER TABLE claims ADD COLUMN run TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE claims ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE claims ADD COLUMN is_alone INTEGER NOT NULL DEFAULT 0",
)

# Format 6: the dialect of the log.
_DIALECTS = (
    # As `log.dialect` writes it; '' is the standard one.
    "ALTER TABLE log ADD COLUMN dialect TEXT NOT NULL DEFAULT ''",
)

# The statements that turn format n into format n + 1, from format 0, an empty file.
STEPS = (_FILING, _CORRECTING, _MESSAGES, _CLEARING, _COUNTING_DEATHS, _DIALECTS)

VERSION = len(STEPS)
