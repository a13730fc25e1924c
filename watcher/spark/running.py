"""One run of a stream: claims beside it, ends it when told to, says what came of it."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from threading import Event
from urllib.parse import urlsplit

from pyspark.errors import StreamingQueryException
from pyspark.sql import SparkSession
from pyspark.sql.streaming import StreamingQuery

from watcher.config.errors import ConfigError
from watcher.config.model import limits_of, model_in_use
from watcher.config.settings import Settings
from watcher.console.terminal import Terminal
from watcher.console.text import escape_for_terminal
from watcher.daemon.wakeup import Wakeup, ended_by_signals
from watcher.exit_status import ExitStatus
from watcher.layout import OUTBOX_FOLDERS
from watcher.recognition import ModelError, Recogniser
from watcher.recognition.recogniser import CARD_FILE, MODEL_FILE, SHIPPED
from watcher.spark.batches import Batches
from watcher.spark.claiming import Claimer, Pass
from watcher.spark.metrics import Progress
from watcher.spark.naming import Places, overlap
from watcher.spark.session import prepare_environment, session
from watcher.spark.storage import Storage, StorageError
from watcher.spark.stream import judged, started
from watcher.spark.verdicts import WorkerConfig, on_empty

_THREADS = 8
"""Wait for renames; 2,000 took 0.8 s on one, 0.5 s on four (local files, 2 cores)."""

_CLAIMED_BATCHES = 4
"""So many batches of claims at most wait for the stream, so that its source never lists many."""

_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    inbox: str
    outbox: str
    checkpoint: str
    master: str | None
    once: bool
    max_files: int


def run(wanted: Wanted, settings: Settings, terminal: Terminal) -> ExitStatus:
    """Runs a stream until it is told to end, or, with `once`, until the inbox has nothing ready."""
    prepare_environment(wanted.master)
    is_local = urlsplit(wanted.inbox).scheme in ("", "file")
    spark = session(wanted.master, is_local, wanted.max_files)
    wakeup = Wakeup()
    try:
        with ended_by_signals(wakeup):
            one = Run(wanted, settings, spark, terminal, wakeup)
            return one.once() if wanted.once else one.watch()
    except (StorageError, ModelError) as error:
        terminal.warn(escape_for_terminal(f"{error}; nothing is lost, run this again afterwards"))
        return ExitStatus.FAILED
    except StreamingQueryException as error:
        terminal.warn(
            escape_for_terminal(
                f"the stream ended ({_brief(error)}); nothing is lost, run this again"
            )
        )
        return ExitStatus.FAILED
    finally:
        spark.sparkContext.setLogLevel("OFF")  # What is cut short now is cut short on purpose.
        spark.stop()


class Run:
    """A run in a session: makes the folders that are missing, finishes what was intended before. Raises
    ConfigError where folders overlap, StorageError, ModelError."""

    def __init__(
        self,
        wanted: Wanted,
        settings: Settings,
        spark: SparkSession,
        terminal: Terminal,
        wakeup: Wakeup,
    ) -> None:
        storage = Storage(spark)
        places = Places(*map(storage.qualified, (wanted.inbox, wanted.outbox, wanted.checkpoint)))
        _refuse_overlap(places)
        for folder in (places.inbox, places.claims, places.log):
            storage.make_folder(folder)
        for name in OUTBOX_FOLDERS:
            storage.make_folder(f"{places.outbox}/{name}")
        threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="rename")
        self._spark = spark
        self._storage = storage
        self._places = places
        self._settings = settings.watch
        self._most_claims = _CLAIMED_BATCHES * wanted.max_files
        self._terminal = terminal
        self._wakeup = wakeup
        self._stopping = Event()
        self._unreadable: set[str] = set()
        self._id: Future[str] = Future()
        eyes, recogniser = _eyes(spark, settings, terminal)
        self._claimer = Claimer(storage, places, settings.watch.settle_seconds, threads)
        self._batches = Batches(
            storage,
            places,
            run=self._id.result,
            empty=partial(on_empty, recogniser, eyes=eyes),
            threads=threads,
            stopping=self._stopping,
        )
        self._verdicts = judged(spark, places, eyes, wanted.max_files)
        self._warn_of_others()
        if count := self._batches.resume():
            terminal.say(f"finished {count} batches of before")
        spark.streams.addListener(Progress(terminal.say, self._claims))

    def watch(self) -> ExitStatus:
        """Files what comes until told to end."""
        query = self._start(self._settings.rescan_seconds)
        self._terminal.say(escape_for_terminal(f"watching {self._places.inbox}; Ctrl-C ends it"))
        while query.isActive and not self._wakeup.stop_requested:
            has_more = self._claim().claimed > 0
            self._wakeup.wait(_LOOK_SECONDS if has_more else self._settings.rescan_seconds)
        self._end(query)
        return ExitStatus.DONE

    def once(self) -> ExitStatus:
        """Files all that is ready, and what becomes ready within `settle_seconds`."""
        end = time.monotonic() + self._settings.settle_seconds + 1
        while not self._wakeup.stop_requested:
            waiting = self._claim().waiting
            claims = self._claims()
            if claims:
                self._once()
                if self._claims() == claims and not self._claim().claimed:
                    raise StorageError(f"{claims} claims in {self._places.claims} are not taken")
            elif waiting and time.monotonic() < end:
                self._wakeup.wait(_LOOK_SECONDS)
            elif waiting:
                self._terminal.warn(f"{waiting} files are still being written: they stay")
                return ExitStatus.DONE
            else:
                return ExitStatus.DONE
        self._terminal.warn("stopped early; what is left lies in the inbox")
        return ExitStatus.DONE

    def _once(self) -> None:
        """Files the claims of now, and claims more meanwhile."""
        query = self._start(None)
        while query.isActive and not self._wakeup.stop_requested:
            self._claim()
            self._wakeup.wait(_LOOK_SECONDS)
        self._end(query)

    def _start(self, seconds: float | None) -> StreamingQuery:
        query = started(self._verdicts, self._batches, self._places, seconds)
        if not self._id.done():
            self._id.set_result(str(query.id)[:8])
        return query

    def _end(self, query: StreamingQuery) -> None:
        """Ends the stream after the batch that is under way; raises what ended it before."""
        if self._wakeup.stop_requested:
            self._stopping.set()
            self._spark.sparkContext.setLogLevel("OFF")
        while query.isActive:
            if not query.status["isTriggerActive"]:
                query.stop()
            time.sleep(_LOOK_SECONDS)
        error = query.exception()
        if error is not None and not self._stopping.is_set():
            raise error

    def _claim(self) -> Pass:
        room = self._most_claims - self._claims()
        passed = self._claimer.claim(room) if room > 0 else Pass(0, 0, ())
        for name in set(passed.unreadable) - self._unreadable:
            self._terminal.warn(
                escape_for_terminal(
                    f"{name} cannot be read (Permission denied): it stays in the inbox"
                )
            )
        self._unreadable.update(passed.unreadable)
        return passed

    def _claims(self) -> int:
        return self._storage.count(self._places.claims)

    def _warn_of_others(self) -> None:
        for stream in self._storage.folders(self._places.all_claims):
            folder = f"{self._places.all_claims}/{stream}"
            if stream != self._places.stream and (count := self._storage.count(folder)):
                self._terminal.warn(
                    escape_for_terminal(
                        f"{folder}: {count} drawings are claimed by a stream with another "
                        "checkpoint; if none runs, start one with that checkpoint to file them"
                    )
                )


def _eyes(
    spark: SparkSession, settings: Settings, terminal: Terminal
) -> tuple[WorkerConfig, Recogniser]:
    """Lets Spark carry a published model to the workers, after it was tried here."""
    model = model_in_use(settings, lambda line: terminal.warn(escape_for_terminal(line)))
    recogniser = model.recogniser()
    is_carried = model.folder != SHIPPED
    if is_carried:
        for name in (MODEL_FILE, CARD_FILE):
            spark.sparkContext.addFile((model.folder / name).as_uri())
    return WorkerConfig(
        is_carried, limits_of(settings), settings.decision.min_confidence
    ), recogniser


def _refuse_overlap(places: Places) -> None:
    for (one, first), (other, second) in combinations(
        (("inbox", places.inbox), ("outbox", places.outbox), ("checkpoint", places.checkpoint)), 2
    ):
        if overlap(first, second):
            raise ConfigError(
                f"--{one} and --{other}: expected separate folders, got {first} and {second}"
            )


def _brief(error: StreamingQueryException) -> str:
    """The innermost cause's first line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    causes = [line for line in lines if "Error: " in line or "Exception: " in line]
    return (causes or lines or [type(error).__name__])[-1][:300]
