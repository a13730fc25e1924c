"""A copy on another disk is whole, keeps what the file had, and permits nobody more than it."""

import os
import stat
import struct
import sys
import tempfile
from pathlib import Path

import pytest

from watcher.fs import no_replace
from watcher.fs.copying import ChangedError, place_copy
from watcher.fs.files import sha256_of
from watcher.fs.no_replace import Link

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone lets Python see these")
root_only = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root may give files away"
)

ACL = "system.posix_acl_access"


def copied(source: Path, link: Link = no_replace.hard_link) -> Path:
    destination = source.with_name("a.png")
    part = source.with_name(".part")
    place_copy(source, destination, part=part, sha256=sha256_of(source), link=link)
    assert source.exists()
    assert not part.exists()
    return destination


def test_a_copy_is_whole_keeps_its_date_and_leaves_nothing_behind(source: Path, link: Link) -> None:
    os.utime(source, (1000, 1000))
    source.with_name(".part").write_bytes(b"left by a crash")
    destination = copied(source, link)
    assert destination.read_bytes() == b"drawing"
    assert destination.stat().st_mtime == 1000


def test_a_copy_of_other_bytes_than_judged_is_not_published(
    tmp_path: Path, source: Path, link: Link
) -> None:
    with pytest.raises(ChangedError):
        place_copy(source, tmp_path / "a.png", part=tmp_path / ".part", sha256="0" * 64, link=link)
    assert list(tmp_path.iterdir()) == [source]


def test_a_copy_ends_when_told_to_stop(tmp_path: Path, source: Path) -> None:
    with pytest.raises(InterruptedError):
        place_copy(source, tmp_path / "a.png", part=tmp_path / ".part", should_stop=lambda: True)
    assert list(tmp_path.iterdir()) == [source]


@posix_only
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o666, 0o444, 0o400])
def test_a_copy_has_the_mode_of_its_original(source: Path, mode: int, umask: int) -> None:
    source.chmod(mode)
    before = os.umask(umask)
    try:
        assert stat.S_IMODE(copied(source).stat().st_mode) == mode
    finally:
        os.umask(before)


@root_only
def test_a_copy_has_the_owner_and_the_group_of_its_original(source: Path) -> None:
    os.chown(source, 1000, 1001)
    status = copied(source).stat()
    assert (status.st_uid, status.st_gid) == (1000, 1001)


@root_only
def test_a_copy_whose_group_cannot_be_kept_permits_that_group_nothing() -> None:
    """A drawing of a group that the watcher's user is not in."""
    groups = os.getgroups()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        source = Path(folder) / "claim"
        source.write_bytes(b"drawing")
        os.chown(source, 65534, 1001)
        source.chmod(0o664)
        os.setgroups([])
        os.setegid(65534)
        os.seteuid(65534)
        try:
            status = copied(source).stat()
        finally:
            os.seteuid(0)
            os.setegid(0)
            os.setgroups(groups)
    assert status.st_gid == 65534
    assert stat.S_IMODE(status.st_mode) == 0o644, "the group may do what everybody may"


@linux_only
def test_a_copy_has_the_extended_attributes_of_its_original(source: Path) -> None:
    try:
        os.setxattr(source, "user.tag", b"red")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    assert os.getxattr(copied(source), "user.tag") == b"red"


def acl(user: int) -> bytes:
    """An access control list that lets its owner write and the user with this number read."""
    none = 0xFFFFFFFF
    entries = ((1, 6, none), (2, 4, user), (4, 0, none), (16, 4, none), (32, 0, none))
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


@linux_only
def test_a_copy_has_the_access_control_list_of_its_original(source: Path) -> None:
    try:
        os.setxattr(source, ACL, acl(1234))
    except OSError:
        pytest.skip("this file system has no access control lists")
    destination = copied(source)
    assert os.getxattr(destination, ACL) == acl(1234)
    assert destination.stat().st_mode == source.stat().st_mode


@linux_only
def test_a_copy_inherits_no_access_from_its_folder(tmp_path: Path, source: Path) -> None:
    source.chmod(0o640)
    try:
        os.setxattr(tmp_path, "system.posix_acl_default", acl(1234))
    except OSError:
        pytest.skip("this file system has no access control lists")
    destination = copied(source)
    assert ACL not in os.listxattr(destination)
    assert stat.S_IMODE(destination.stat().st_mode) == 0o640
