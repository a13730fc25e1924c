"""Find cloud folders: their files may be placeholders, and a sync program moves them."""

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

# Environment variables in which OneDrive names its folders (Microsoft, OneDrive on Windows).
_VARIABLES = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")

# What sync programs call their folders: `OneDrive - Firm`, `Dropbox (Personal)`, `GoogleDrive-a@b.c`.
_NAMES = re.compile(
    r"(?P<cloud>OneDrive|Dropbox|Google ?Drive|iCloud ?Drive)(?: ?[-(].*)?"
    r"|(?P<google>My Drive)|(?P<apple>Mobile Documents|com~apple~CloudDocs)",
    re.IGNORECASE,
)
# Windows: pinned or unpinned. Only sync programs mark files so.
_PINNED_OR_UNPINNED = 0x80000 | 0x100000

# Entries of a folder to examine: a sync program marks all or most of them.
_MAX_EXAMINED = 200


def is_no_cloud_folder(paths: Paths, environment: Mapping[str, str]) -> Finding:
    """Check that no folder is synchronised with a cloud, by its path, the environment and its files."""
    signs = {
        folder: sign
        for folder in (paths.inbox, paths.outbox, paths.state)
        if (sign := cloud_of(folder, environment))
    }
    if not signs:
        return fine("no folder is in a cloud")
    folder, sign = next(iter(signs.items()))
    others = f" (and {len(signs) - 1} more folders)" if len(signs) > 1 else ""
    return look(
        f"{folder}{others} is in a cloud ({sign}): drawings that it keeps elsewhere are not filed, and "
        "it may copy the journal in the middle of a change",
        "move the folders out of the cloud, or always keep them on this device and set "
        "[paths] state to a folder outside",
    )


def cloud_of(folder: Path, environment: Mapping[str, str]) -> str:
    """Return what shows that `folder` is in a cloud; "" if nothing does."""
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
        for entry in islice(entries, _MAX_EXAMINED):
            with suppress(FileNotFoundError):  # A watcher may have filed it meanwhile.
                if entry.name.endswith(".icloud") or _is_marked(entry.stat(follow_symlinks=False)):
                    return f"{entry.name} in it is a placeholder or marked by the cloud"
    return ""


def _is_marked(status: os.stat_result) -> bool:
    if sys.platform == "win32":
        is_cloud = is_marked_by_a_cloud(status.st_file_attributes, status.st_reparse_tag)
        return is_cloud or is_elsewhere(status)
    return is_elsewhere(status)


def is_marked_by_a_cloud(attributes: int, tag: int) -> bool:
    """Return whether Windows attributes or a reparse tag are a cloud's.

    The tags from IO_REPARSE_TAG_CLOUD to CLOUD_F differ in one digit (Microsoft, "Reparse Point Tags").
    """
    return bool(attributes & _PINNED_OR_UNPINNED) or tag & 0xFFFF0FFF == 0x9000001A
