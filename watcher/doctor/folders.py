"""Inbox, outbox and state: there, writable, and on disks that the watcher can rely on."""

import errno
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from watcher.config.settings import Paths, Settings
from watcher.doctor.findings import Finding, failed, fine, look
from watcher.layout import CLAIMS_FOLDER, OUTBOX_FOLDERS

_WITHIN = {"inbox": (CLAIMS_FOLDER,), "outbox": (*OUTBOX_FOLDERS, CLAIMS_FOLDER), "state": ()}
"""The folders in each that are written to as well, once they are there."""


def nearest(folder: Path) -> Path:
    """`folder`, or the nearest above it that there is."""
    places = (place for place in (folder, *folder.parents) if os.path.lexists(place))
    return next(places, Path(folder.anchor))


def private_name(folder: Path) -> Path:
    """A name in `folder` that nothing bears: hidden, so that a watcher leaves it alone."""
    return folder / f".watcher-doctor-{secrets.token_hex(4)}"


def folder_can_be_used(key: str, settings: Settings) -> Finding:
    """Whether the folder of setting `key` is there, or can be made, and takes files."""
    folder: Path = getattr(settings.paths, key)
    place = nearest(folder)
    elsewhere = f"set [paths] {key} to another folder"
    if not place.exists():
        return failed(
            f"{folder} is not there, nor is {place}", f"bring {place} back, or {elsewhere}"
        )
    if not place.is_dir():
        what = "is no folder" if place == folder else f"cannot be made: {place} is no folder"
        return failed(f"{folder} {what}", f"move {place} away, or {elsewhere}")
    tried = [place]
    if place == folder:
        tried += [folder / name for name in _WITHIN[key] if os.path.lexists(folder / name)]
    for one in tried:
        if not one.is_dir():
            return failed(f"{one} is no folder", "move it away: the watcher makes a folder of it")
        try:
            _write_to(one)
        except OSError as error:
            why = f"{one} cannot be written to ({error.strerror})"
            return failed(why, f"{_permitting(error, one)}, or {elsewhere}")
    if place != folder:
        return fine(f"{folder} is not there yet; the watcher makes it")
    return fine(f"{folder} can be written to")


def _write_to(folder: Path) -> None:
    """Makes a hidden file and removes it: what `os.access` says is not always so."""
    with os.scandir(folder):  # It must be listed, too.
        pass
    path = private_name(folder)
    # On Windows a virus scanner may hold it for a moment: there it goes by itself once it is closed.
    goes_by_itself = getattr(os, "O_TEMPORARY", 0)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | goes_by_itself, 0o600))
    if not goes_by_itself:
        path.unlink()


def _permitting(error: OSError, folder: Path) -> str:
    if error.errno == errno.EROFS:
        return f"make the disk of {folder} writable: it is mounted read-only"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"free some space on the disk of {folder}"
    return f"give the user that the watcher runs as the right to write in {folder}"


def on_one_file_system(paths: Paths) -> Finding:
    """Whether a drawing gets from the inbox to the outbox by a rename."""
    one, other = (nearest(folder).stat().st_dev for folder in (paths.inbox, paths.outbox))
    if one == other:
        return fine("inbox and outbox are on one: a drawing is moved at once")
    return look(
        f"{paths.inbox} and {paths.outbox} are on two: each drawing is copied, which is slower",
        "where speed matters, put inbox and outbox on one disk",
    )


def state_is_local(paths: Paths, network_type: Callable[[Path], str | None]) -> Finding:
    """Whether the journal can lie where it is to."""
    kind = network_type(nearest(paths.state))
    if kind is None:
        return fine(f"{paths.state} is on a disk of this machine")
    return failed(
        f"{paths.state} is on a network file system ({kind}), where the journal is not safe",
        'set [paths] state to a folder on a disk of this machine, such as state = "watcher-state"',
    )


def inbox_tells_of_files(
    settings: Settings,
    network_type: Callable[[Path], str | None],
    comes_with_events: Callable[[Path, bool], bool],
) -> Finding:
    """Whether new drawings are heard of at once; `comes_with_events` (folder, with its subfolders)
    tries to listen."""
    inbox, watch = settings.paths.inbox, settings.watch
    by_scanning = f"drawings are found by looking every {watch.rescan_seconds:g} s only"
    kind = network_type(nearest(inbox))
    if kind is not None:
        return look(
            f"{inbox} is on a share ({kind}), which tells of no files: {by_scanning}",
            "put the inbox on a disk of this machine, or set [watch] rescan_seconds lower",
        )
    if inbox.is_dir() and not comes_with_events(inbox, watch.subfolders == "walk"):
        return look(
            f"the system gives no events for {inbox}: {by_scanning}",
            "end programs that watch many files, or on Linux raise fs.inotify.max_user_watches and "
            "fs.inotify.max_user_instances (sysctl)",
        )
    return fine("new drawings are heard of at once")
