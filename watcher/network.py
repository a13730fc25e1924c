"""Whether a folder lies on a network file system, where SQLite's journal is not safe.

SQLite, "Write-Ahead Logging": all processes must be on the same machine; WAL does not work over a
network file system.
"""

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from watcher import disk

_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|smbfs|9p|afs|afpfs|ncpfs|coda|ceph|lustre|gfs2?|ocfs2|webdav|davfs\d?"
    r"|fuse\.(sshfs|glusterfs|rclone|davfs2?|s3fs|smbnetfs|gvfsd-fuse|curlftpfs|ceph)"
)


def network_type(folder: Path) -> str | None:
    """The name of the network file system that `folder` is on; None on a disk of this machine."""
    if sys.platform == "win32":
        return _windows_type(folder)
    if sys.platform == "linux":
        try:
            mounts = Path("/proc/self/mounts").read_text(errors="surrogateescape").splitlines()
        except OSError:
            return None
        return network_type_among(mounts, folder.resolve())
    return None


def network_type_among(mounts: Iterable[str], folder: Path) -> str | None:
    """As `network_type`, by the lines of /proc/self/mounts; the last of the longest match holds."""
    longest, found = -1, ""
    for line in mounts:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), fields[1]))
        if folder.is_relative_to(point) and len(point.parts) >= longest:
            longest, found = len(point.parts), fields[2]
    return found if _NETWORK.fullmatch(found) else None


if sys.platform == "win32":
    import ctypes

    _DRIVE_REMOTE = 4

    def _windows_type(folder: Path) -> str | None:
        drive = os.path.splitdrive(disk.plain(str(folder.resolve())))[0]
        if drive.startswith("\\\\"):
            return "network share"
        is_remote = ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == _DRIVE_REMOTE
        return "network drive" if is_remote else None
