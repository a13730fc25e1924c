"""Files on any file system that Hadoop supports, by its own interface; only metadata and the log pass."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from watcher.errors import TransientError

_DENIED = "org.apache.hadoop.security.AccessControlException"
_MISSING = ("java.io.FileNotFoundException", "java.nio.file.NoSuchFileException")


class StorageError(TransientError):
    """A file system refused an operation; the message is a line for the user."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as listed by its file system; `modified_ms` since 1970."""

    name: str
    size: int
    modified_ms: int


class Storage:
    """The file systems that a session's driver reaches; for several threads.

    Some rename over an existing file (the local one does): pass free names.
    """

    def __init__(self, session: SparkSession) -> None:
        self._hadoop: Any = session._jvm.org.apache.hadoop
        # Kept, because each lookup of a class is a call to Java.
        self._path: Any = self._hadoop.fs.Path
        self._new_array: Any = session.sparkContext._gateway.new_array
        self._settings: Any = session._jsc.hadoopConfiguration()
        self._systems: dict[str, Any] = {}

    def qualify(self, text: str) -> str:
        """Return a path or URI as a full URI; raises StorageError if no file system has its scheme."""
        with _naming_refusal(f"{text} cannot be used"):
            path = self._path(text)
            whole = path.getFileSystem(self._settings).makeQualified(path)
            return str(whole.toString()).rstrip("/")

    def make_folder(self, folder: str) -> None:
        with _naming_refusal(f"{folder} cannot be made"):
            self._system(folder).mkdirs(self._path(folder))

    def files(self, folder: str) -> Iterator[Listed]:
        """Yield the files of a folder, without those in its subfolders."""
        with _naming_refusal(f"{folder} cannot be listed"):
            found = self._system(folder).listStatusIterator(self._path(folder))
            while found.hasNext():
                status = found.next()
                if status.isFile():
                    yield _listed(status)

    def matching(self, pattern: str) -> list[Listed]:
        """Return the files whose URIs match a pattern with `*`."""
        with _naming_refusal(f"{pattern} cannot be listed"):
            return [_listed(one) for one in self._system(pattern).globStatus(self._path(pattern))]

    def folders(self, folder: str) -> list[str]:
        """Return the names of a folder's subfolders."""
        found = self._entries(folder)
        return [str(one.getPath().getName()) for one in found if one.isDirectory()]

    def count(self, folder: str) -> int:
        """Return how many entries a folder has."""
        return len(self._entries(folder))

    def look_at(self, file: str) -> Listed | None:
        """Return a file's current state; None if it is missing."""
        try:
            return _listed(self._system(file).getFileStatus(self._path(file)))
        except Py4JJavaError as error:
            if _kind(error) in _MISSING:
                return None
            raise StorageError(f"{file} cannot be looked at ({_message(error)})") from None

    def can_read(self, file: str) -> bool:
        """Return whether a file can be opened; False also if it is missing.

        Hadoop's `access` would start a program (`ls`) for each local file to read its permissions.
        """
        try:
            self._system(file).open(self._path(file)).close()
        except Py4JJavaError as error:
            if _kind(error) in (*_MISSING, _DENIED):
                return False
            raise StorageError(f"{file} cannot be opened ({_message(error)})") from None
        return True

    def rename(self, source: str, target: str) -> bool:
        """Rename a file within one file system; return False if it is missing."""
        try:
            done = bool(self._system(source).rename(self._path(source), self._path(target)))
        except Py4JJavaError as error:
            if _kind(error) not in _MISSING:
                raise StorageError(f"{source} cannot be renamed ({_message(error)})") from None
            done = False
        if not done and self.look_at(source) is not None:
            raise StorageError(f"{source} cannot be renamed to {target}")
        return done

    def read(self, file: str) -> bytes:
        """Return the content of a small file."""
        with (
            _naming_refusal(f"{file} cannot be read"),
            closing(self._system(file).open(self._path(file))) as stream,
        ):
            return bytes(self._hadoop.io.IOUtils.readFullyToByteArray(stream))

    def replace(self, folder: str, name: str, content: bytes) -> None:
        """Write a small file atomically, over one of that name."""
        part = self._path(f"{folder}/.{name.lstrip('.')}.tmp")
        target = self._path(f"{folder}/{name}")
        with _naming_refusal(f"{folder}/{name} cannot be written"):
            with closing(self._system(folder).create(part, True)) as stream:
                stream.write(content)
            self._context(folder).rename(part, target, self._overwriting())

    def _entries(self, folder: str) -> Any:
        with _naming_refusal(f"{folder} cannot be listed"):
            return self._system(folder).listStatus(self._path(folder))

    def _system(self, uri: str) -> Any:
        scheme = "/".join(uri.split("/", 3)[:3])
        if scheme not in self._systems:
            self._systems[scheme] = self._path(uri).getFileSystem(self._settings)
        return self._systems[scheme]

    def _context(self, uri: str) -> Any:
        return self._hadoop.fs.FileContext.getFileContext(self._path(uri).toUri(), self._settings)

    def _overwriting(self) -> Any:
        """Return the Java array that FileContext expects; FileSystem does not always rename over a file."""
        kind = getattr(self._hadoop.fs, "Options$Rename")
        options = self._new_array(kind, 1)
        options[0] = kind.OVERWRITE
        return options


@contextmanager
def _naming_refusal(what: str) -> Iterator[None]:
    """Raise StorageError for an error of Java in the block; `what` could not be done."""
    try:
        yield
    except Py4JJavaError as error:
        raise StorageError(f"{what} ({_message(error)})") from None


def _listed(status: Any) -> Listed:
    return Listed(
        str(status.getPath().getName()), int(status.getLen()), int(status.getModificationTime())
    )


def _kind(error: Py4JJavaError) -> str:
    return str(error.java_exception.getClass().getName())


def _message(error: Py4JJavaError) -> str:
    text = str(error.java_exception.getMessage() or _kind(error))
    return text.splitlines()[0] if text else _kind(error)
