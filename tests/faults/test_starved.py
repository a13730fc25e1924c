"""What a watcher may lack: file descriptors, the right time, a model, a writable outbox, links."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.hostile import drawing as painted
from tests.faults.running import Running, wait_for_rows
from tests.faults.workplace import Workplace, environment
from tests.support.stub import drawing
from watcher.recognition.recogniser import CARD_FILE, MODEL_FILE, SHIPPED

pytestmark = pytest.mark.faults

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's prlimit and /proc")
needs_model = pytest.mark.skipif(
    not (SHIPPED / MODEL_FILE).exists(), reason=f"no model in {SHIPPED}"
)


@needs_linux
def test_out_of_file_descriptors_it_waits_for_some(workplace: Workplace) -> None:
    import resource

    watcher = Running(workplace)
    workplace.save("a.png", drawing(1))
    wait_for_rows(workplace, 1)
    pid = watcher.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, before[1]))
    workplace.save("b.png", drawing(2))
    said = watcher.wait_for("too many files are open")
    assert "nothing is lost" in said
    workplace.check_nothing_lost()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    watcher.end_with(2)


@needs_linux
def test_where_no_inotify_is_to_be_had_drawings_are_found_by_looking(
    workplace: Workplace,
) -> None:
    # A user namespace has limits of its own.
    none_left = "echo 0 > /proc/sys/user/max_inotify_instances"
    prefix = ["unshare", "--user", "--map-root-user", "sh", "-c", f'{none_left} && exec "$@"', "sh"]
    tried = [*prefix, "true"]
    if not shutil.which("unshare") or subprocess.run(tried, check=False).returncode:
        pytest.skip("no user namespace here with an inotify limit of its own")
    watcher = Running(workplace, workplace.start("watch", prefix=prefix))
    watcher.wait_for("watching")
    for number, name in enumerate(("a.png", "b.png"), 1):
        workplace.save(name, drawing(number))
        wait_for_rows(workplace, number)
    watcher.end_with(2)
    assert not any("nothing is lost" in line for line in watcher.lines), watcher.lines


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipe that could be filled beforehand")
def test_a_terminal_that_takes_no_lines_keeps_nothing_waiting(workplace: Workplace) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while os.write(writing, b"\n" * 512):  # PIPE_BUF of POSIX: all of it is taken or none.
            pass
    os.set_blocking(writing, True)
    watcher = subprocess.Popen(
        workplace.command("watch"), env=environment(), stdout=writing, stderr=writing
    )
    try:
        for number in range(3):
            workplace.save(f"{number}.png", drawing(number))
            wait_for_rows(workplace, number + 1)
        workplace.check_soon()
        watcher.terminate()
        assert watcher.wait(5) == 0
    finally:
        watcher.kill()
        watcher.wait()
        os.close(writing)
        os.close(reading)
    workplace.check()


def test_once_says_every_drawing_in_the_order_of_the_log(workplace: Workplace) -> None:
    for number in range(300):
        workplace.save(f"{number}.png", drawing(number % 10, str(number)))
    ended = workplace.run("once")
    said = [line.split(" -> ")[0] for line in ended.stdout.splitlines() if " -> " in line]
    assert said == [row["file"] for row in workplace.rows()]
    assert len(said) == 300


def test_a_clock_that_steps_back_changes_nothing_but_the_times(workplace: Workplace) -> None:
    workplace.options = ["clock"]
    (workplace.root / "offset").write_text("0")
    watcher = Running(workplace)
    for number, offset in enumerate((0, -86_400, 7_200, -864_000)):
        (workplace.root / "offset.new").write_text(str(offset))
        (workplace.root / "offset.new").replace(workplace.root / "offset")
        for name in ("a.png", "b.png"):
            workplace.save(name, drawing(number, name + str(number)))
        wait_for_rows(workplace, 2 * number + 2)
    watcher.end_with(8)
    times = [row["time"] for row in workplace.rows()]
    assert times != sorted(times)
    assert all(float(row["seconds"]) < 3600 for row in workplace.rows() if row["digit"] != "2")


@needs_model
@pytest.mark.faults(3)
def test_a_model_that_breaks_while_it_runs_leaves_the_last_good_one(workplace: Workplace) -> None:
    models = workplace.root / "models"
    for version, content in (("corrupt", b"no network"), ("empty", b"")):
        (models / version).mkdir(parents=True)
        shutil.copy(SHIPPED / CARD_FILE, models / version)
        (models / version / MODEL_FILE).write_bytes(content)
    watcher = Running(workplace, workplace.start_real())
    watcher.wait_for("watching")
    for number, version in enumerate(("corrupt", "missing", "empty"), 1):
        (models / "current").write_text(version)
        said = watcher.wait_for(str(models / version))
        assert "the last good one serves instead" in said
        workplace.save(f"{version}.png", painted(version))
        wait_for_rows(workplace, number)
    watcher.end_with(3)
    assert {row["digit"] for row in workplace.rows()} == {"7"}


@needs_model
def test_without_any_model_it_waits_for_one(workplace: Workplace, tmp_path: Path) -> None:
    package = tmp_path / "installed" / "watcher"
    shutil.copytree(SHIPPED.parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    model = package / "recognition" / MODEL_FILE
    model.rename(tmp_path / MODEL_FILE)
    watcher = Running(workplace, workplace.start_real(package.parent))
    said = watcher.wait_for("no model in")
    assert "nothing is lost" in said
    path = workplace.save("a.png", painted("a"))
    assert path.exists()
    shutil.copy(tmp_path / MODEL_FILE, model)
    watcher.end_with(1)


def test_an_outbox_that_takes_nothing_for_a_while(workplace: Workplace) -> None:
    watcher = Running(workplace)
    workplace.save("a.png", drawing(7))
    wait_for_rows(workplace, 1)
    folder = str(workplace.outbox / "7")
    if subprocess.run(["chattr", "+i", folder], check=False, capture_output=True).returncode:
        watcher.end()
        pytest.skip("no folder can be made immutable here")
    try:
        workplace.save("b.png", drawing(7, "b"))
        said = watcher.wait_for("nothing is lost")
        assert folder in said
        workplace.check_nothing_lost()
    finally:
        subprocess.run(["chattr", "-i", folder], check=True)
    watcher.end_with(2)


@pytest.fixture
def mounted() -> Iterator[list[Path]]:
    """Folders that the test mounts; taken off afterwards."""
    folders: list[Path] = []
    yield folders
    for folder in reversed(folders):
        subprocess.run(["umount", "-l", str(folder)], check=True)


def mount(mounted: list[Path], folder: Path, *words: str) -> None:
    command = ["mount", *words, str(folder)]
    if not shutil.which("mount") or subprocess.run(command, check=False).returncode:
        pytest.skip(f"cannot be mounted here: {' '.join(words)}")
    mounted.append(folder)


def test_a_read_only_outbox_is_a_mistake_in_the_settings(
    workplace: Workplace, mounted: list[Path]
) -> None:
    workplace.outbox.mkdir()
    path = workplace.save("a.png", drawing(1))
    mount(mounted, workplace.outbox, "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs")
    ended = subprocess.run(
        [sys.executable, "-m", "watcher", "once"],
        cwd=workplace.root,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert str(workplace.outbox) in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert path.exists()


def test_another_disk_below_the_inbox_is_left_alone(
    workplace: Workplace, mounted: list[Path]
) -> None:
    walk(workplace)
    (workplace.inbox / "ours").mkdir()
    (workplace.inbox / "stick").mkdir()
    mount(mounted, workplace.inbox / "stick", "-t", "tmpfs", "-o", "size=1m", "tmpfs")
    (workplace.inbox / "stick" / "b.png").write_bytes(drawing(2))
    workplace.save("ours/a.png", drawing(1))
    ended = workplace.run("once")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert list(workplace.filed()) == ["1/a.png"]
    assert (workplace.inbox / "stick" / "b.png").exists()


def test_a_mounted_file_stays_and_stops_nobody(workplace: Workplace, mounted: list[Path]) -> None:
    walk(workplace)
    elsewhere = workplace.root / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "b.png").write_bytes(drawing(2))
    (workplace.inbox / "folder").mkdir()
    (workplace.inbox / "file.png").touch()
    mount(mounted, workplace.inbox / "folder", "--bind", str(elsewhere))
    mount(mounted, workplace.inbox / "file.png", "--bind", str(elsewhere / "b.png"))
    workplace.save("a.png", drawing(1))
    ended = workplace.run("once")
    assert ended.returncode == 1
    first, second = ended.stderr.splitlines()
    assert first.startswith("file.png cannot be moved (")
    assert second.startswith("folder/b.png cannot be moved (")
    assert list(workplace.filed()) == ["1/a.png"]


def walk(workplace: Workplace) -> None:
    config = workplace.root / "config.toml"
    config.write_text(config.read_text() + 'subfolders = "walk"\n')


def fat_disk(kind: str, image: Path, folder: Path, mounted: list[Path]) -> None:
    """Mounts a new FAT or exFAT disk: by the kernel, or by exfat-fuse, which wants a device."""
    make = shutil.which(f"mkfs.{kind}")
    if make is None:
        pytest.skip(f"mkfs.{kind} is not installed; the refusal of links is injected elsewhere")
    with image.open("wb") as file:
        file.truncate(16 << 20)
    subprocess.run([make, str(image)], check=True, capture_output=True)
    folder.mkdir()
    by_fuse = shutil.which(f"mount.{kind}-fuse")
    losetup = ["losetup", "--find", "--show", str(image)]
    device = subprocess.run(losetup, check=True, capture_output=True, text=True).stdout.strip()
    command = [by_fuse] if by_fuse else ["mount", "-t", kind]
    is_mounted = subprocess.run([*command, device, str(folder)], check=False).returncode == 0
    # The device goes when it is unmounted.
    subprocess.run(["losetup", "--detach", device], check=True)
    if not is_mounted:
        pytest.skip(f"no driver for this kind of FAT here: {kind}")
    mounted.append(folder)


@pytest.mark.parametrize("kind", ["vfat", "exfat"])
def test_on_a_real_fat_disk_each_drawing_is_filed_once_and_none_replaced(
    tmp_path: Path, kind: str, mounted: list[Path]
) -> None:
    disk = tmp_path / "disk"
    fat_disk(kind, tmp_path / "image", disk, mounted)
    (disk / "a").touch()
    with pytest.raises(OSError, match="not permitted"):
        os.link(disk / "a", disk / "b")
    workplace = Workplace(disk / "work")
    for number in range(3):
        for name in ("a.png", "b.png"):
            workplace.save(name, drawing(1, name + str(number)))
        ended = workplace.run("once")
        assert ended.returncode == 0, ended.stderr
    workplace.check()
    assert len(workplace.filed()) == 6
