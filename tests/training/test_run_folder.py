"""What a training leaves in its folder for the next one."""

from pathlib import Path

import pytest

from training.run_folder import FINDER, finish, start_over
from watcher.recognition.ink_finder import FINDER_FILE


@pytest.mark.parametrize("is_over", [False, True])
def test_a_new_ink_finder_is_kept_until_its_model_is_published_or_refused(
    tmp_path: Path, is_over: bool
) -> None:
    finder = tmp_path / FINDER / FINDER_FILE
    finder.parent.mkdir()
    finder.write_bytes(b"fitted")
    if is_over:
        finish(tmp_path)
    start_over(tmp_path)
    assert finder.exists() is not is_over
    start_over(tmp_path)
    assert finder.exists() is not is_over
