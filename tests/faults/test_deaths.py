"""A file that kills the process that reads it is set aside; the others are filed, each once."""

import pytest

from tests.faults.workplace import Workplace
from tests.support.stub import drawing

pytestmark = pytest.mark.slow

POISON = drawing(7, "KILL")
HANGING = drawing(7, "HANG")

# The second death may come in a batch; the third, alone, is the last.
DEATHS = 3


def starts_until_it_ends_well(workplace: Workplace) -> int:
    """Start the watcher as a service does, again after each death; return how often it died."""
    for deaths in range(10):
        ended = workplace.run("once")
        assert "Traceback" not in ended.stdout + ended.stderr
        if ended.returncode == 0:
            return deaths
    raise AssertionError(f"it dies again and again: {ended}")


@pytest.mark.parametrize(
    ("content", "option"), [(POISON, "mortal"), (HANGING, "impatient")], ids=["kills", "hangs"]
)
def test_a_file_that_ends_the_process_three_times_is_set_aside_and_the_others_are_filed(
    workplace: Workplace, content: bytes, option: str
) -> None:
    workplace.options = [option]
    for number in range(9):
        workplace.save(f"{number}.png", drawing(number, str(number)))
    workplace.save("bad.png", content)
    assert starts_until_it_ends_well(workplace) == DEATHS
    workplace.check()
    (bad,) = [row for row in workplace.rows() if row["file"] == "bad.png"]
    assert bad["filed_as"] == "rejected/bad.png"
    assert bad["reason"] == "the program ended 3 times while reading it"
    assert len([row for row in workplace.rows() if row["status"] == "filed"]) == 9


def test_each_of_several_such_files_is_set_aside(workplace: Workplace) -> None:
    workplace.options = ["mortal"]
    for number in range(4):
        workplace.save(f"bad {number}.png", drawing(7, f"KILL{number}"))
        workplace.save(f"{number}.png", drawing(number, str(number)))
    starts_until_it_ends_well(workplace)
    workplace.check()
    assert sorted(row["file"] for row in workplace.rows() if row["status"] == "rejected") == [
        f"bad {number}.png" for number in range(4)
    ]


def test_a_file_that_was_there_at_deaths_of_others_is_not_to_blame(workplace: Workplace) -> None:
    workplace.options = ["mortal"]
    workplace.save("bad.png", POISON)
    workplace.save("good.png", drawing(3))
    starts_until_it_ends_well(workplace)
    assert "3/good.png" in workplace.filed()
