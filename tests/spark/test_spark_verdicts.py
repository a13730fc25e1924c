"""What a worker makes of bytes, without Spark: the same as the local watcher."""

import hashlib

import pytest

from tests.support.stub import Stub, drawing

pd = pytest.importorskip("pandas", reason='Spark needs more packages: pip install ".[spark]"')

from watcher.recognition import Limits  # noqa: E402 - skipped above where it cannot be imported
from watcher.spark.naming import claim_file  # noqa: E402
from watcher.spark.verdicts import COLUMNS, WorkerConfig, judge, verdicts  # noqa: E402

ID = "20261122T160900123-ab12cd34-00000"


def claims(*names: str) -> list[str]:
    return [claim_file(ID, name) for name in names]


def test_verdicts_are_what_the_recogniser_saw_in_order() -> None:
    contents = [drawing(7), b"no picture", None]
    config = WorkerConfig(False, Limits(max_bytes=1 << 20), None)
    found = verdicts(Stub(), claims("a.png", "b.png", "c.png"), contents, config)
    assert [one["status"] for one in found] == ["filed", "rejected", "rejected"]
    assert [one["digit"] for one in found] == [7, None, None]
    assert [one["reason"] for one in found] == ["", "not a picture", "larger than 1 MB"]
    assert [one["sha256"] for one in found] == [
        hashlib.sha256(contents[0] or b"").hexdigest(),
        hashlib.sha256(b"no picture").hexdigest(),
        "",
    ]


def test_the_threshold_of_the_settings_goes_before_the_models_own() -> None:
    config = WorkerConfig(False, Limits(), 0.95)
    (found,) = verdicts(Stub(), claims("a.png"), [drawing(7)], config)
    assert (found["status"], found["reason"]) == ("unsure", "confidence below 95.0%")


def test_frames_of_files_become_frames_of_verdicts_that_name_the_claim() -> None:
    file = claim_file(ID, "x[1].png")
    frame = pd.DataFrame(
        {"path": [f"file:/in/{file}"], "modified_ms": [5], "length": [2], "content": [b"no"]}
    )
    (judged,) = judge([frame], WorkerConfig(False, Limits(), None))
    assert list(judged.columns) == list(COLUMNS)
    row = judged.iloc[0]
    assert (row["file"], row["size"], row["modified_ms"], row["status"]) == (file, 2, 5, "rejected")
