"""Whether a folder is a cloud's: its files may be placeholders, and its program moves them about."""

import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

from watcher.config.settings import Paths
from watcher.doctor.findings import Finding, fine, look
from watcher.doctor.folders import nearest
from watcher.fs import long_paths
from watcher.fs.placeholders import is_elsewhere

_VARIABLES = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")
"""Where OneDrive's program says that its folders are (Microsoft, OneDrive on Windows)."""

_NAMES = re.compile(
    r"(?P<cloud>OneDrive|Dropbox|Google ?Drive|iCloud ?Drive)(?: ?[-(].*)?"
    r"|(?P<google>My Drive)|(?P<apple>Mobile Documents|com~apple~CloudDocs)",
    re.IGNORECASE,
)
"""What the programs call their folders: `OneDrive - Firm`, `Dropbox (Personal)`, `GoogleDrive-a@b.c`."""

_KEPT_OR_NOT = 0x80000 | 0x100000
"""Windows: pinned or unpinned. Only a cloud's program marks files so."""

_LOOKS = 200
"""Entries of a folder that are looked at: a cloud marks all or most of them."""


def is_no_cloud_folder(paths: Paths, environment: Mapping[str, str]) -> Finding:
    """Whether none of the folders is a cloud's, by its path, the variables and the files in it."""
    signs = {
        folder: sign
        for folder in (paths.inbox, paths.outbox, paths.state)
        if (sign := cloud_of(folder, environment))
    }
    if not signs:
        return fine("no folder is a cloud's")
    folder, sign = next(iter(signs.items()))
    others = f" (and {len(signs) - 1} more folders)" if len(signs) > 1 else ""
    return look(
        f"{folder}{others} is a cloud's ({sign}): drawings that it keeps elsewhere are not filed, and "
        "it may copy the journal in the middle of a change",
        "move the folders out of the cloud, or have it keep them always on this device and set "
        "[paths] state to a folder outside",
    )


def cloud_of(folder: Path, environment: Mapping[str, str]) -> str:
    """What shows that `folder` is a cloud's; "" if nothing does."""
    place = Path(long_paths.plain(str(nearest(folder).resolve())))
    for variable in _VARIABLES:
        root = environment.get(variable)
        if root and place.is_relative_to(Path(root).resolve()):
            return f"in %{variable}%"
    for part in place.parts:
        named = _NAMES.fullmatch(part)
        if named:
            return "in Google Drive" if named["google"] else f"in {part}"
    return _marks(nearest(folder))


def _marks(folder: Path) -> str:
    if not folder.is_dir():
        return ""
    if _is_marked(folder.stat()):
        return "marked as such"
    with os.scandir(folder) as entries:
        for entry in islice(entries, _LOOKS):
            with suppress(FileNotFoundError):  # A watcher may have filed it meanwhile.
                if entry.name.endswith(".icloud") or _is_marked(entry.stat(follow_symlinks=False)):
                    return f"{entry.name} in it is a placeholder or marked by it"
    return ""


def _is_marked(status: os.stat_result) -> bool:
    if sys.platform == "win32":
        is_cloud = is_marked_by_a_cloud(status.st_file_attributes, status.st_reparse_tag)
        return is_cloud or is_elsewhere(status)
    return is_elsewhere(status)


def is_marked_by_a_cloud(attributes: int, tag: int) -> bool:
    """Whether a file's or folder's attributes and reparse tag on Windows are a cloud's: those from
    IO_REPARSE_TAG_CLOUD to CLOUD_F, which differ in one digit (Microsoft, "Reparse Point Tags")."""
    return bool(attributes & _KEPT_OR_NOT) or tag & 0xFFFF0FFF == 0x9000001A
