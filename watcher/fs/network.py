"""Detects network file systems, where SQLite's journal is not safe.

SQLite, "Write-Ahead Logging": all processes must be on the same machine; WAL does not work over a
network file system.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from watcher.fs import long_paths

if sys.platform == "win32":
    from watcher.fs import windows

_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|smbfs|9p|afs|afpfs|ncpfs|coda|ceph|lustre|gfs2?|ocfs2|webdav|davfs\d?"
    r"|fuse\.(sshfs|glusterfs|rclone|davfs2?|s3fs|smbnetfs|gvfsd-fuse|curlftpfs|ceph)"
)

# Where a file system is mounted, and its type.
Mount = tuple[Path, str]


def network_type(folder: Path) -> str | None:
    """Return the type of the network file system `folder` is on; None on a disk of this machine."""
    if sys.platform == "win32":
        return _windows_type(folder)
    try:
        if sys.platform == "linux":
            text = Path("/proc/self/mounts").read_text(errors="surrogateescape")
            mounts = linux_mounts(text.splitlines())
        else:
            mounts = mac_mounts(_mount_output().splitlines())
        return network_type_among(mounts, folder.resolve())
    except (OSError, subprocess.SubprocessError):
        return None


def network_type_among(mounts: Iterable[Mount], folder: Path) -> str | None:
    """Return the network file system type of `folder`, given all mounts.

    The longest matching mount point wins, and the last of equals.
    """
    longest, found = -1, ""
    for point, kind in mounts:
        if folder.is_relative_to(point) and len(point.parts) >= longest:
            longest, found = len(point.parts), kind
    return found if _NETWORK.fullmatch(found) else None


def linux_mounts(lines: Iterable[str]) -> Iterator[Mount]:
    """Parse the lines of /proc/self/mounts."""
    for line in lines:
        fields = line.split(" ")
        if len(fields) >= 3:
            point = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), fields[1])
            yield Path(point), fields[2]


def mac_mounts(lines: Iterable[str]) -> Iterator[Mount]:
    """Parse the lines that macOS' `mount` prints."""
    for line in lines:
        match = re.fullmatch(r".*? on (/.*) \((\w+)[,)].*", line)
        if match:
            yield Path(match[1]), match[2]


def _mount_output() -> str:
    command = ["/sbin/mount"]
    return subprocess.run(command, capture_output=True, check=True, text=True, timeout=5).stdout


if sys.platform == "win32":

    def _windows_type(folder: Path) -> str | None:
        drive = os.path.splitdrive(long_paths.plain(str(folder.resolve())))[0]
        if drive.startswith("\\\\"):
            return "network share"
        return "network drive" if windows.is_remote_drive(drive) else None
