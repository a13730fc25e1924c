"""One run of a stream: claim files beside it, end it on request, report the result."""

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
from watcher.daemon.wakeup import Wakeup, end_on_signals
from watcher.errors import UserError
from watcher.exit_status import ExitStatus
from watcher.layout import OUTBOX_FOLDERS
from watcher.recognition import ModelError, Recogniser
from watcher.recognition.ink_finder import FINDER_FILE
from watcher.recognition.recogniser import CARD_FILE, MODEL_FILE, SHIPPED
from watcher.spark.batches import Batches
from watcher.spark.claiming import ClaimCounts, Claimer
from watcher.spark.metrics import Progress
from watcher.spark.naming import Places, overlap
from watcher.spark.session import prepare_environment, session
from watcher.spark.storage import Storage, StorageError
from watcher.spark.stream import judge_claims, start
from watcher.spark.verdicts import WorkerConfig, judge_empty

# Threads that wait for renames; 2,000 took 0.8 s on one, 0.5 s on four (local files, 2 cores).
_THREADS = 8

# Most batches of claims that wait for the stream, so that its source never lists many.
_CLAIMED_BATCHES = 4

_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class StreamOptions:
    """The options of the command line."""

    inbox: str
    outbox: str
    checkpoint: str
    master: str | None
    once: bool
    max_files: int


def run(options: StreamOptions, settings: Settings, terminal: Terminal) -> ExitStatus:
    """Run a stream until a signal ends it or, with `once`, until the inbox has nothing ready."""
    prepare_environment(options.master)
    is_local = urlsplit(options.inbox).scheme in ("", "file")
    spark = session(options.master, is_local, options.max_files)
    wakeup = Wakeup()
    try:
        with end_on_signals(wakeup):
            one = Run(options, settings, spark, terminal, wakeup)
            return one.once() if options.once else one.watch()
    except (StorageError, ModelError) as error:
        raise UserError(f"{error}; nothing is lost, run this again afterwards") from error
    except StreamingQueryException as error:
        raise UserError(
            f"the stream ended ({_brief(error)}); nothing is lost, run this again"
        ) from error
    finally:
        # Spark would log what is cut short on purpose now.
        spark.sparkContext.setLogLevel("OFF")
        spark.stop()


class Run:
    """A run in a session: creates missing folders and finishes earlier intents.

    Raises ConfigError if folders overlap, StorageError, ModelError.
    """

    def __init__(
        self,
        options: StreamOptions,
        settings: Settings,
        spark: SparkSession,
        terminal: Terminal,
        wakeup: Wakeup,
    ) -> None:
        storage = Storage(spark)
        places = Places(*map(storage.qualify, (options.inbox, options.outbox, options.checkpoint)))
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
        self._most_claims = _CLAIMED_BATCHES * options.max_files
        self._terminal = terminal
        self._wakeup = wakeup
        self._stopping = Event()
        self._unreadable: set[str] = set()
        self._id: Future[str] = Future()
        config, recogniser = _worker_config(spark, settings, terminal)
        self._claimer = Claimer(storage, places, settings.watch.settle_seconds, threads)
        self._batches = Batches(
            storage,
            places,
            run=self._id.result,
            empty=partial(judge_empty, recogniser, config=config),
            threads=threads,
            stopping=self._stopping,
        )
        self._verdicts = judge_claims(spark, places, config, options.max_files)
        self._warn_of_others()
        if count := self._batches.resume():
            terminal.say(f"finished {count} earlier batches")
        spark.streams.addListener(Progress(terminal.say, self._claims))

    def watch(self) -> ExitStatus:
        """File drawings until a signal ends it."""
        query = self._start(self._settings.rescan_seconds)
        self._terminal.say(f"watching {self._places.inbox}; Ctrl-C ends it")
        while query.isActive and not self._wakeup.stop_requested:
            has_more = self._claim().claimed > 0
            self._wakeup.wait(_POLL_SECONDS if has_more else self._settings.rescan_seconds)
        self._end(query)
        return ExitStatus.DONE

    def once(self) -> ExitStatus:
        """File everything that is ready or becomes ready within `settle_seconds`."""
        end = time.monotonic() + self._settings.settle_seconds + 1
        while not self._wakeup.stop_requested:
            waiting = self._claim().waiting
            claims = self._claims()
            if claims:
                self._once()
                if self._claims() == claims and not self._claim().claimed:
                    raise StorageError(f"{claims} claims in {self._places.claims} are not taken")
            elif waiting and time.monotonic() < end:
                self._wakeup.wait(_POLL_SECONDS)
            elif waiting:
                self._terminal.warn(f"{waiting} files are still being written: they stay")
                return ExitStatus.DONE
            else:
                return ExitStatus.DONE
        self._terminal.warn("stopped early; the rest is still in the inbox")
        return ExitStatus.DONE

    def _once(self) -> None:
        """File the current claims, and claim more meanwhile."""
        query = self._start(None)
        while query.isActive and not self._wakeup.stop_requested:
            self._claim()
            self._wakeup.wait(_POLL_SECONDS)
        self._end(query)

    def _start(self, seconds: float | None) -> StreamingQuery:
        query = start(self._verdicts, self._batches, self._places, seconds)
        if not self._id.done():
            self._id.set_result(str(query.id)[:8])
        return query

    def _end(self, query: StreamingQuery) -> None:
        """End the stream after the current batch; raise the error if one ended it."""
        if self._wakeup.stop_requested:
            self._stopping.set()
            self._spark.sparkContext.setLogLevel("OFF")
        while query.isActive:
            if not query.status["isTriggerActive"]:
                query.stop()
            time.sleep(_POLL_SECONDS)
        error = query.exception()
        if error is not None and not self._stopping.is_set():
            raise error

    def _claim(self) -> ClaimCounts:
        room = self._most_claims - self._claims()
        passed = self._claimer.claim(room) if room > 0 else ClaimCounts(0, 0, ())
        for name in set(passed.unreadable) - self._unreadable:
            self._terminal.warn(f"{name} cannot be read (Permission denied): it stays in the inbox")
        self._unreadable.update(passed.unreadable)
        return passed

    def _claims(self) -> int:
        return self._storage.count(self._places.claims)

    def _warn_of_others(self) -> None:
        for stream in self._storage.folders(self._places.all_claims):
            folder = f"{self._places.all_claims}/{stream}"
            if stream != self._places.stream and (count := self._storage.count(folder)):
                self._terminal.warn(
                    f"{folder}: {count} drawings are claimed by a stream with another "
                    "checkpoint; if none runs, start one with that checkpoint to file them"
                )


def _worker_config(
    spark: SparkSession, settings: Settings, terminal: Terminal
) -> tuple[WorkerConfig, Recogniser]:
    """Have Spark send a published model to the workers, after loading it here."""
    model = model_in_use(settings, terminal.warn)
    recogniser = model.recogniser()
    is_carried = model.folder != SHIPPED
    if is_carried:
        # Versions published before there was an ink finder have none of their own.
        for name in (MODEL_FILE, FINDER_FILE, CARD_FILE):
            if (model.folder / name).is_file():
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
    """Return the first line of the innermost cause."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    causes = [line for line in lines if "Error: " in line or "Exception: " in line]
    return (causes or lines or [type(error).__name__])[-1][:300]
