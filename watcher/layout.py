"""Names on disk, each defined once: in the inbox, the outbox, the state and the models folder."""

DIGIT_FOLDERS = tuple("0123456789")
UNSURE_FOLDER = "unsure"
REJECTED_FOLDER = "rejected"

# The outbox's folders that hold drawings, in the order in which they are listed.
OUTBOX_FOLDERS = (*DIGIT_FOLDERS, UNSURE_FOLDER, REJECTED_FOLDER)

LOG_FILE = "log.csv"
LOG_PART_FILE = ".log.csv.part"

# Holds claimed files; in the inbox, and in the outbox for drawings that are judged again.
CLAIMS_FOLDER = ".watcher-claims"

JOURNAL_FILE = "journal.sqlite3"
LOCK_FILE = "lock"
HEARTBEAT_FILE = "heartbeat.json"
HEARTBEAT_LOCK_FILE = "heartbeat.lock"
MESSAGES_FILE = "watcher.log"
