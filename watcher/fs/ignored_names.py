r"""Names that are never drawings, or not yet: the one list, for the inbox, the outbox and Spark.

A file whose name says that it is unfinished would otherwise be filed as soon as it has all its bytes, and the
program that writes it would fail to rename it. Files that systems keep in folders are not their user's
drawings: there is a thumbnail for each picture, and a recycle bin holds what was deleted.

What is ignored, in upper or lower case alike:

| names | made by |
|---|---|
| `.*` | hidden files; macOS's `._NAME`, Dropbox, rsync, GNOME's programs while they save |
| `~$*` | Microsoft Office's owner files |
| `*.tmp` `*.part` `*.partial` `*.crdownload` `*.download` | many programs, Firefox, Edge, Chrome, Safari |
| `*.opdownload` `*.fdmdownload` | Opera, Free Download Manager |
| `*.filepart` | WinSCP |
| `*.!sync` `*.bts` | Resilio Sync |
| `*.!ut` `*.!qb` `*.aria2` | uTorrent, qBittorrent, aria2 |
| `*.icloud` | a placeholder of iCloud |
| `*.pdnsave` | Paint.NET while it saves |
| `*.sb-XXXXXXXX-XXXXXX` | programs of macOS while they save on a share |
| `*.png.XXXXXX` (any picture's ending) | programs of GTK and Qt while they save |
| `*~` `*.bak` `#*#` | backup copies of KDE's and GNU's editors and Krita, of other programs, of Emacs |
| `Thumbs.db` `ehthumbs.db` `desktop.ini` `Icon\r` | Windows, macOS (the picture of a folder) |
| `@eaDir` `@tmp` `#recycle` `#snapshot` | Synology |
| `@Recycle` `@Recently-Snapshot` `@__thumb` | QNAP |
| `$RECYCLE.BIN` `RECYCLER` `System Volume Information` | Windows |
| `lost+found` `~snapshot` | Linux, NetApp |
| `Network Trash Folder` `Temporary Items` `TheVolumeSettingsFolder` `__MACOSX` | macOS |
"""

import re
from collections.abc import Callable, Iterable
from fnmatch import translate

_STARTS = (".", "~$")

_ENDS = (
    "~",
    ".!qb",
    ".!sync",
    ".!ut",
    ".aria2",
    ".bak",
    ".bts",
    ".crdownload",
    ".download",
    ".fdmdownload",
    ".filepart",
    ".icloud",
    ".opdownload",
    ".part",
    ".partial",
    ".pdnsave",
    ".tmp",
)

_NAMES = frozenset(
    [
        "$recycle.bin",
        "#recycle",
        "#snapshot",
        "@__thumb",
        "@eadir",
        "@recently-snapshot",
        "@recycle",
        "@tmp",
        "__macosx",
        "desktop.ini",
        "ehthumbs.db",
        "icon\r",
        "lost+found",
        "network trash folder",
        "recycler",
        "system volume information",
        "temporary items",
        "thevolumesettingsfolder",
        "thumbs.db",
        "~snapshot",
    ]
)

# The two kinds of random ends, and Emacs's unsaved changes. Six characters are what mkstemp makes.
_PATTERN = re.compile(
    r"\.sb-[0-9a-f]{8}-[0-9a-z]{6}$|\.(?:png|jpe?g|bmp|gif|webp)\.[0-9a-z]{6}$|^#.*#$", re.DOTALL
)


def is_ignored(name: str) -> bool:
    """Return whether a file or folder of this name is left alone, wherever it is."""
    lower = name.lower()
    return (
        lower.startswith(_STARTS)
        or lower.endswith(_ENDS)
        or lower in _NAMES
        or _PATTERN.search(lower) is not None
    )


def ignore_also(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return `is_ignored` with a user's glob patterns added, matched against whole names in any case."""
    globs = [translate(pattern.lower()) for pattern in patterns]
    if not globs:
        return is_ignored
    matches = re.compile("|".join(globs)).match
    return lambda name: is_ignored(name) or matches(name.lower()) is not None
