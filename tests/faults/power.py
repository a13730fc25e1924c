"""A machine whose power can be cut: its disks are images, mounted by way of loop devices.

What its kernel has not written to an image yet is lost with the power, as on a real disk, and the file
system's own journal decides what survives: this is ext4, XFS or Btrfs at work, not a model of them.

Simulated: every moment between two system calls, with nothing more on the disk than what was synced
(`cut`), or with the names of all files and no more of their bytes (`cut(keep_names=True)`: ext4 and XFS
write their metadata in order, every few seconds, and bytes up to 30 s later; to Btrfs it makes little
difference). Not simulated: a power cut in the midst of a call; a disk that loses or reorders what it
acknowledged, or tears a sector; a file system without a journal (FAT), whose metadata may be lost in any
order; NTFS (no driver here), which also writes its metadata in order.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

# Of an image, in bytes; the least that each can be made with, about. Images are sparse.
SIZES = {"ext4": 24 << 20, "xfs": 300 << 20, "btrfs": 110 << 20}


@dataclass(frozen=True)
class Cut:
    """What was on the disks when the power went, and what the user had been told by then."""

    images: tuple[Path, ...]
    said: str


class Disk:
    """One file system, mounted at `folder`; skips the test where that cannot be."""

    def __init__(self, kind: str, image: Path, folder: Path) -> None:
        self.image, self.folder = image, folder
        self._is_mounted = False
        self._written = 0
        make = shutil.which(f"mkfs.{kind}")
        if make is None:
            pytest.skip(f"mkfs.{kind} is not installed")
        with image.open("wb") as file:
            file.truncate(SIZES[kind])
        subprocess.run([make, "-q", str(image)], check=True, capture_output=True)
        folder.mkdir()
        try:
            self.plug_in(image)
        except (FileNotFoundError, subprocess.CalledProcessError):
            pytest.skip(f"cannot be mounted here: {image.name}")

    def plug_in(self, image: Path) -> None:
        """Mount an image of this disk, which its file system may first have to repair."""
        command = ["mount", "-o", "loop", str(image), str(self.folder)]
        subprocess.run(command, check=True, capture_output=True)
        self._is_mounted = True

    def unplug(self) -> None:
        if self._is_mounted:
            subprocess.run(["umount", str(self.folder)], check=True)
            self._is_mounted = False

    def was_written(self) -> bool:
        """Whether anything reached the image since this was asked last."""
        before, self._written = self._written, self.image.stat().st_mtime_ns
        return self._written != before

    def write_names(self) -> None:
        """Has the file system write its metadata so far, but no other file's bytes."""
        neighbour = os.open(self.folder / "neighbour", os.O_WRONLY | os.O_CREAT, 0o644)
        os.write(neighbour, b"x")
        os.fsync(neighbour)
        os.close(neighbour)

    def sync(self) -> None:
        subprocess.run(["sync", "-f", str(self.folder)], check=True)


class Machine:
    """Disks of one kind, called by the names of the folders in `root` that they are mounted at."""

    def __init__(self, kind: str, root: Path, *names: str) -> None:
        self._root = root
        self.disks: list[Disk] = []
        self.cuts: list[Cut] = []
        for name in names:
            self.disks.append(Disk(kind, root / f"{name}.{kind}", root / name))

    def sync(self) -> None:
        for disk in self.disks:
            disk.sync()

    def cut(self, said: str, *, keep_names: bool = False) -> None:
        """Keeps what the disks would hold if the power went now, unless that was the last cut, too."""
        if keep_names:
            for disk in self.disks:
                disk.write_names()
        written = [disk for disk in self.disks if disk.was_written()]
        if not written:
            return
        images = []
        for disk in self.disks:
            images.append(self._root / f"{disk.image.name}.{len(self.cuts)}")
            copy = ["cp", "--sparse=always", str(disk.image), str(images[-1])]
            subprocess.run(copy, check=True)
        self.cuts.append(Cut(tuple(images), said))

    def start_after(self, cut: Cut) -> None:
        """The power is back: mounts what the disks held then, at the same folders."""
        self.unplug()
        for disk, image in zip(self.disks, cut.images, strict=True):
            disk.plug_in(image)

    def unplug(self) -> None:
        for disk in self.disks:
            disk.unplug()
