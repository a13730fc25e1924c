"""An inbox and an outbox with the whole filing between them, in this process."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.support.fake_clock import FakeClock
from tests.support.log_rows import logged_rows
from tests.support.stub import Stub
from watcher.config.folders import make_folders
from watcher.config.loading import load
from watcher.config.settings import LogDialect, LogSettings, Settings
from watcher.console.terminal import Terminal
from watcher.corrections.outbox_scan import Survey
from watcher.daemon.context import Context
from watcher.daemon.reporter import Reporter
from watcher.daemon.wakeup import Wakeup
from watcher.filing.judge import Judge
from watcher.filing.reading import RecogniserProtocol
from watcher.filing.recording import Notices
from watcher.filing.session import session
from watcher.filing.transaction import Filer
from watcher.fs import no_replace
from watcher.inbox.batches import batches
from watcher.inbox.scan import Inbox
from watcher.recognition.formats import is_complete
from watcher.types import Row


@dataclass
class InProcessWatcher:
    root: Path
    link: no_replace.Link = no_replace.hard_link
    recogniser: RecogniserProtocol = field(default_factory=Stub)
    clock: FakeClock = field(default_factory=FakeClock)
    warnings: list[str] = field(default_factory=list)
    max_bytes: int = 1 << 20
    outbox_folder: Path | None = None
    walk: bool = False
    log_settings: LogSettings = field(default_factory=lambda: LogSettings("standard", None))
    left: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = load(
            inbox=self.root / "inbox", outbox=self.outbox_folder or self.root / "outbox"
        )
        self.settings: Settings = replace(settings, log=self.log_settings)
        make_folders(self.settings)

    def write_log_in(self, dialect: LogDialect, locale: str | None = None) -> None:
        """Change the settings, as of the next session."""
        self.settings = replace(self.settings, log=LogSettings(dialect, locale))

    @property
    def inbox(self) -> Path:
        return self.settings.paths.inbox

    @property
    def outbox(self) -> Path:
        return self.settings.paths.outbox

    @property
    def log(self) -> Path:
        return self.outbox / "log.csv"

    @property
    def journal(self) -> Path:
        return self.settings.paths.state / "journal.sqlite3"

    def save(self, name: str, data: bytes) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def file(self) -> list[Row]:
        """A start of the watcher that files and notices all there is, and its end."""
        filed: list[Row] = []
        inbox = Inbox(
            self.inbox, is_complete, settle_seconds=0, walk=self.walk, clock=self.clock.clock
        )
        with self.session(filed.append) as filer:
            filer.recorder.log(())
            for _ in filer.file(batches(inbox.ready(), 64)):
                pass
            survey = self.survey(filer)
            survey.step(3600)
            assert not survey.waits()
        return filed

    @contextmanager
    def session(self, filed: Callable[[Row], None]) -> Iterator[Filer]:
        """A session that notifies `filed` of each row."""
        with session(
            self.settings,
            Judge(self.recogniser, None, self.max_bytes, self.clock.clock.now),
            Notices(filed, self.warnings.append, self._note_left),
            clock=self.clock.clock,
            should_stop=lambda: False,
            link=self.link,
        ) as filer:
            yield filer

    def _note_left(self, path: Path, fault: str) -> None:
        self.left[path.name] = fault

    def survey(self, filer: Filer, settle_seconds: float = 0) -> Survey:
        watch = replace(self.settings.watch, settle_seconds=settle_seconds)
        settings = replace(self.settings, watch=watch)
        clock = self.clock.clock
        reporter = Reporter(Terminal(), clock)
        work = Context(settings, lambda: self.recogniser, is_complete, reporter, Wakeup(), clock)
        return work.survey(filer)

    def rows(self) -> list[dict[str, str]]:
        return logged_rows(self.log)

    def filed(self) -> list[str]:
        return sorted(
            path.relative_to(self.outbox).as_posix()
            for folder in (*"0123456789", "unsure", "rejected")
            for path in (self.outbox / folder).glob("*")
        )

    def check(self) -> None:
        """Each file in the outbox has its one row with its hash, and the inbox is empty."""
        rows = {row["filed_as"]: row for row in self.rows()}
        assert len(rows) == len(self.rows())
        assert sorted(rows) == self.filed()
        for place, row in rows.items():
            assert hashlib.sha256((self.outbox / place).read_bytes()).hexdigest() == row["sha256"]
        assert [p.name for p in self.inbox.rglob("*") if p.is_file()] == ["lock"]
