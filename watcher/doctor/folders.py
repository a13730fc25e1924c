"""Check inbox, outbox and state: writable, and on disks that the watcher can rely on."""

import errno
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from watcher.config.settings import Paths, Settings
from watcher.doctor.findings import Finding, failed, fine, look
from watcher.layout import CLAIMS_FOLDER, OUTBOX_FOLDERS

# The folders in each that the watcher also writes to, once they exist.
_WITHIN = {"inbox": (CLAIMS_FOLDER,), "outbox": (*OUTBOX_FOLDERS, CLAIMS_FOLDER), "state": ()}


def nearest(folder: Path) -> Path:
    """Return `folder`, or its nearest parent that exists."""
    places = (place for place in (folder, *folder.parents) if os.path.lexists(place))
    return next(places, Path(folder.anchor))


def nearest_folder(folder: Path) -> Path:
    """Return `folder`, or the nearest path above it that is a folder."""
    place = nearest(folder)
    return place if place.is_dir() else place.parent


def private_name(folder: Path) -> Path:
    """Return a new name in `folder`: hidden, so that a watcher ignores it."""
    return folder / f".watcher-doctor-{secrets.token_hex(4)}"


def folder_can_be_used(key: str, settings: Settings) -> Finding:
    """Check that the folder of setting `key` exists or can be made, and takes files."""
    folder: Path = getattr(settings.paths, key)
    place = nearest(folder)
    elsewhere = f"set [paths] {key} to another folder"
    if not place.exists():
        return failed(
            f"{folder} does not exist, and {place} leads nowhere",
            f"bring {place} back, or {elsewhere}",
        )
    if not place.is_dir():
        what = "is not a folder" if place == folder else f"cannot be made: {place} is not a folder"
        return failed(f"{folder} {what}", f"move {place} away, or {elsewhere}")
    tried = [place]
    if place == folder:
        tried += [folder / name for name in _WITHIN[key] if os.path.lexists(folder / name)]
    for one in tried:
        if not one.is_dir():
            return failed(
                f"{one} is not a folder", "move it away: the watcher makes a folder there"
            )
        try:
            _write_to(one)
        except OSError as error:
            why = f"{one} cannot be written to ({error.strerror})"
            return failed(why, f"{_permitting(error, one)}, or {elsewhere}")
    if place != folder:
        return fine(f"{folder} does not exist yet; the watcher makes it")
    return fine(f"{folder} can be written to")


def _write_to(folder: Path) -> None:
    """Make a hidden file and remove it: `os.access` is not always right."""
    with os.scandir(folder):  # The folder must be listable, too.
        pass
    path = private_name(folder)
    # On Windows a virus scanner may hold the file for a moment: it deletes itself once it is closed.
    deletes_itself = getattr(os, "O_TEMPORARY", 0)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | deletes_itself, 0o600))
    if not deletes_itself:
        path.unlink()


def _permitting(error: OSError, folder: Path) -> str:
    if error.errno == errno.EROFS:
        return f"make the disk of {folder} writable: it is mounted read-only"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"free some space on the disk of {folder}"
    return f"allow the watcher's user to write in {folder}"


def on_one_file_system(paths: Paths) -> Finding:
    """Check whether a drawing gets from the inbox to the outbox by a rename, by trying it.

    Two mounts of one disk have the same device number, and yet refuse a rename.
    """
    if _can_move(nearest_folder(paths.inbox), nearest_folder(paths.outbox)):
        return fine("inbox and outbox are on one: a drawing is moved at once")
    return look(
        f"{paths.inbox} and {paths.outbox} are on two: each drawing is copied, which is slower",
        "where speed matters, put inbox and outbox on one disk",
    )


def _can_move(inbox: Path, outbox: Path) -> bool:
    """Move a hidden file from one folder to the other and remove it; raise OSError if neither works."""
    source, target = private_name(inbox), private_name(outbox)
    try:
        source.touch(exist_ok=False)
        os.rename(source, target)  # noqa: PTH104 - to match `inbox.claims`
    except OSError as error:
        if error.errno == errno.EXDEV:
            return False
        raise
    finally:
        for path in (source, target):
            with suppress(OSError):
                path.unlink(missing_ok=True)
    return True


def state_is_local(paths: Paths, network_type: Callable[[Path], str | None]) -> Finding:
    """Check that the journal is on a local disk."""
    kind = network_type(nearest(paths.state))
    if kind is None:
        return fine(f"{paths.state} is on a disk of this machine")
    return failed(
        f"{paths.state} is on a network file system ({kind}), where the journal is not safe",
        'set [paths] state to a folder on a disk of this machine, such as state = "watcher-state"',
    )


def events_are_reported(
    settings: Settings,
    network_type: Callable[[Path], str | None],
    gives_events: Callable[[Path, bool], bool],
) -> Finding:
    """Check that new drawings are reported at once; `gives_events` tries to watch a folder, with its
    subfolders where the second argument is true."""
    inbox, watch = settings.paths.inbox, settings.watch
    by_scanning = f"drawings are found only by scanning every {watch.rescan_seconds:g} s"
    kind = network_type(nearest(inbox))
    if kind is not None:
        return look(
            f"{inbox} is on a share ({kind}), which reports no files: {by_scanning}",
            "put the inbox on a disk of this machine, or set [watch] rescan_seconds lower",
        )
    if inbox.is_dir() and not gives_events(inbox, watch.subfolders == "walk"):
        return look(
            f"the system gives no events for {inbox}: {by_scanning}",
            "end programs that watch many files, or on Linux raise fs.inotify.max_user_watches and "
            "fs.inotify.max_user_instances (sysctl)",
        )
    return fine("new drawings are reported at once")
