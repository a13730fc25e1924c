"""Network file systems are recognised by what is mounted."""

from pathlib import Path

import pytest

from watcher.fs.network import linux_mounts, mac_mounts, network_type_among


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("/home/a/outbox", None),
        ("/srv/share/outbox", "nfs4"),
        ("/srv/share/local/x", None),
        ("/mnt/my disk/x", "cifs"),
        ("/srv/shared", None),
    ],
)
def test_a_network_file_system_is_recognised(folder: str, expected: str | None) -> None:
    mounts = [
        "/dev/sda1 / ext4 rw 0 0",
        "server:/x /srv/share nfs4 rw 0 0",
        "/dev/sdb1 /srv/share/local xfs rw 0 0",
        "//server/x /mnt/my\\040disk cifs rw 0 0",
    ]
    assert network_type_among(linux_mounts(mounts), Path(folder)) == expected


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("/Users/a/outbox", None),
        ("/Volumes/my share/outbox", "smbfs"),
        ("/Volumes/nas/x", "nfs"),
        ("/Volumes/stick/x", None),
    ],
)
def test_a_network_file_system_is_recognised_on_macos(folder: str, expected: str | None) -> None:
    mounts = [
        "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)",
        "/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse, protect)",
        "map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)",
        "//a@server/my%20share on /Volumes/my share (smbfs, nodev, nosuid, mounted by a)",
        "server:/export on /Volumes/nas (nfs)",
        "/dev/disk4s1 on /Volumes/stick (msdos, local, nodev, nosuid, noowners)",
    ]
    assert network_type_among(mac_mounts(mounts), Path(folder)) == expected
