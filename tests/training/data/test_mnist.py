"""A copy of MNIST-JPG as people have it is read, or one line names the file that is wrong."""

import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.support.pictures import framed, paint_digit
from tests.support.stub import Blind
from training.data.errors import DatasetError
from training.data.mnist import CLASS_COUNTS, check_mnist, find_mnist, read_labels, read_mnist
from watcher.recognition.ink_finder import shipped_finder

TRAINING = "MNIST - JPG - training"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small unpacked copy: two pictures of each digit."""
    for part in CLASS_COUNTS:
        monkeypatch.setitem(CLASS_COUNTS, part, (2,) * 10)
        for digit in range(10):
            for number in (9, 10):
                path = (
                    tmp_path / "mnist-jpg" / f"MNIST - JPG - {part}" / str(digit) / f"{number}.jpg"
                )
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(picture(digit))
    return tmp_path / "mnist-jpg"


def picture(digit: int) -> bytes:
    canvas = np.zeros((28, 28), np.uint8)
    canvas[6:22, 4 + digit : 8 + digit] = 255
    return cv2.imencode(".jpg", canvas)[1].tobytes()


def zipped(folder: Path) -> Path:
    path = folder.parent / "mine.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(folder.rglob("*.jpg")):
            archive.write(file, file.relative_to(folder).as_posix())
    return path


def refused(path: Path) -> str:
    with pytest.raises(DatasetError) as error:
        check_mnist(path)
        read_mnist(path, "training", shipped_finder())
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_zip_and_a_folder_are_read_alike_by_class_and_number(folder: Path) -> None:
    for path in (folder, zipped(folder)):
        check_mnist(path)
        digits = read_mnist(path, "training", shipped_finder())
        assert digits.labels.tolist() == [digit for digit in range(10) for _ in (9, 10)]
        assert digits.files[:2] == (f"{TRAINING}/0/9.jpg", f"{TRAINING}/0/10.jpg")
        assert digits.images.shape == (20, 28, 28)


def test_pictures_are_seen_as_the_finder_finds_their_ink(folder: Path) -> None:
    jpg = cv2.imencode(".jpg", framed(paint_digit(3)))[1].tobytes()
    (folder / TRAINING / "3" / "9.jpg").write_bytes(jpg)
    found, blank = (
        read_mnist(folder, "training", finder, [6]).images.any()
        for finder in (shipped_finder(), Blind())
    )
    assert found
    assert not blank


def test_pictures_that_are_not_asked_for_are_not_decoded(folder: Path) -> None:
    (folder / TRAINING / "3" / "9.jpg").write_bytes(b"cut")
    assert read_labels(folder, "training").tolist() == [n for n in range(10) for _ in (9, 10)]
    digits = read_mnist(folder, "training", shipped_finder(), [19, 0])
    assert digits.labels.tolist() == [9, 0]
    assert digits.files == (f"{TRAINING}/9/10.jpg", f"{TRAINING}/0/9.jpg")


def test_an_empty_data_folder_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="python -m training fetch"):
        find_mnist(tmp_path)


def test_a_cut_jpg_is_named(folder: Path) -> None:
    cut = folder / TRAINING / "3" / "9.jpg"
    cut.write_bytes(cut.read_bytes()[:200])
    assert str(Path(TRAINING, "3", "9.jpg")) in refused(folder)
    assert "9.jpg" in refused(zipped(folder))


@pytest.mark.parametrize("stray", [".ipynb_checkpoints", "thumbnails", "10", "\N{SUPERSCRIPT TWO}"])
def test_a_folder_that_is_no_digit_is_ignored(folder: Path, stray: str) -> None:
    (folder / TRAINING / stray).mkdir()
    (folder / TRAINING / stray / "12.jpg").write_bytes(picture(1))
    (folder / TRAINING / "7" / "._9.jpg").write_bytes(b"what macOS adds")
    (folder / TRAINING / "7" / "\N{SUPERSCRIPT TWO}.jpg").write_bytes(picture(1))
    check_mnist(folder)
    assert len(read_mnist(folder, "training", shipped_finder()).labels) == 20


def test_a_class_folder_named_by_word_says_which_digit_is_missing(folder: Path) -> None:
    (folder / TRAINING / "0").rename(folder / TRAINING / "zero")
    message = refused(folder)
    assert message.startswith(f"{folder}: training")
    assert "0 instead of 2 of digit 0;" in message


def test_an_incomplete_zip_says_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "mine.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{TRAINING}/7/12.jpg", b"")
    assert "1 instead of 6265 of digit 7" in refused(path)


def test_one_damaged_byte_in_a_zip_is_found_before_training(folder: Path) -> None:
    path = zipped(folder)
    data = bytearray(path.read_bytes())
    data[200] ^= 255
    path.write_bytes(data)
    with pytest.raises(DatasetError, match=r"mine\.zip: not a whole zip"):
        check_mnist(path)


@pytest.mark.parametrize("size", [0, 100, 2000])
def test_a_cut_zip_is_named(folder: Path, size: int) -> None:
    path = zipped(folder)
    path.write_bytes(path.read_bytes()[:size])
    assert refused(path).startswith(f"{path}: not a whole zip")


def test_a_file_of_another_kind_named_zip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.zip"
    path.write_text("<html>404</html>", encoding="utf-8")
    assert refused(path).startswith(f"{path}: not a whole zip")
