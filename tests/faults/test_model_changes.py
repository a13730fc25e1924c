"""Models are published while drawings arrive: none is missed, each row names the model that read it."""

import json
import shutil
from collections import Counter

import pytest

from tests.faults.running import Running, wait_for_rows
from tests.faults.workplace import Workplace
from tests.support.pictures import paint_digit, png
from watcher.recognition.recogniser import CARD_FILE, CURRENT_FILE, MODEL_FILE, SHIPPED

RELOADS, DRAWINGS = 50, 2000

pytestmark = pytest.mark.skipif(
    not (SHIPPED / MODEL_FILE).exists(), reason="the shipped model is not there"
)


def publish(workplace: Workplace, number: int) -> str:
    """Publish as training does: the version whole, then `current` replaced."""
    models = workplace.root / "models"
    name = f"version-{number:02}"
    part = models / f".{name}.part"
    part.mkdir(parents=True)
    shutil.copy(SHIPPED / MODEL_FILE, part)
    card = json.loads((SHIPPED / CARD_FILE).read_text(encoding="utf-8"))
    (part / CARD_FILE).write_text(json.dumps({**card, "name": name}), encoding="utf-8")
    part.rename(models / name)
    (models / ".current.part").write_text(name + "\n")
    (models / ".current.part").replace(models / CURRENT_FILE)
    return name


@pytest.mark.slow
def test_fifty_models_are_published_while_two_thousand_drawings_arrive(
    workplace: Workplace, tried: Counter[str]
) -> None:
    pictures = [paint_digit(digit, width=64, height=64, pen=3) for digit in range(10)]
    publish(workplace, 0)
    watcher = Running(workplace, workplace.start_real())
    watcher.wait_for("watching")
    a_model = DRAWINGS // RELOADS
    for number in range(DRAWINGS):
        if number % a_model == 0:
            # So that each model has some of the stream to read; the stream itself does not wait.
            wait_for_rows(workplace, max(0, number - a_model // 2))
            publish(workplace, number // a_model + 1)
        picture = pictures[number % 10].copy()
        picture[0, 0] = number % 256, number // 256, 250  # No two drawings are alike.
        workplace.save(f"{number}.png", png(picture))
    watcher.end_with(DRAWINGS)
    models = [row["model"] for row in workplace.rows()]
    assert models == sorted(models), "a row names a model that was replaced before"
    assert models[-1] == f"version-{RELOADS:02}"
    assert len(set(models)) >= RELOADS - 5
    tried["model reloads"] += len(set(models))
