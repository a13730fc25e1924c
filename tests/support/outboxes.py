"""An outbox with its log, as the watcher and a person leave it."""

import csv
import hashlib
from pathlib import Path

from watcher.log.csv_injection import escape_formula
from watcher.types import COLUMNS


class Outbox:
    """Holds drawings and tells of them in its log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        with (folder / "log.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(COLUMNS)

    def holds(self, place: str, content: bytes) -> None:
        path = self.folder / place
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)

    def tells(
        self, id_: str, status: str, digit: str, place: str, content: bytes, *, reason: str = ""
    ) -> None:
        known = {"id": id_, "status": status, "digit": digit, "filed_as": place, "reason": reason}
        known["sha256"] = hashlib.sha256(content).hexdigest()
        with (self.folder / "log.csv").open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow([escape_formula(known.get(column, "")) for column in COLUMNS])

    def corrected(self, place: str, content: bytes) -> None:
        self.count += 1
        id_ = f"id-{self.count}"
        self.holds(place, content)
        self.tells(id_, "filed", "8", f"8/{Path(place).name}", content)
        self.tells(id_, "corrected", place[0], place, content)
