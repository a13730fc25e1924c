"""The recipes by which the networks are fitted, and the progress of a fit; needs no TensorFlow."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the network is fitted.

    AdamW (Loshchilov & Hutter 2019), with a linear warm-up over the share `warm_up` of the steps and a
    cosine decay to zero. An epoch has all of MNIST, another random `drawn_share` of the drawn pictures,
    and the user's own drawings `own_repeats` times. The first `lead_in` epochs have MNIST alone, not
    augmented, in a cycle of their own (Loshchilov & Hutter 2017) at `lead_in_rate`: the plainest digits
    are learned in a minute, the others from there (a curriculum, Bengio et al. 2009). Labels are not
    smoothed, because that makes confidence a worse guide to what can be filed (Xia et al. 2024; here,
    at 3 in 1,000 wrong, it filed 95.9% of the pen drawings that validate with 0.05, 96.3% without).
    Where the fit started from a fitted network, that network's weights make up `start_share` of the
    result's, the fitted ones the rest (Wortsman et al. 2022). If it `forgets_nothing`, everybody's pictures
    are fitted to what that network answers instead of to their labels (learning without forgetting, Li &
    Hoiem 2016).
    """

    epochs: int = 10
    lead_in: int = 1
    lead_in_rate: float = 3e-3
    drawn_share: float = 2 / 3
    batch: int = 128
    learning_rate: float = 2e-3
    weight_decay: float = 2e-2
    warm_up: float = 0.05
    own_repeats: int = 20
    seed: int = 1
    start_share: float = 0.0
    forgets_nothing: bool = False


# For `--quick`.
QUICK_RECIPE = Recipe(epochs=3)

# For going on from a fitted network with other examples: long enough to learn what is new in them. Of 13,050
# drawings that validate, at 2 in 1,000 wrong, the network before filed 11,045, the one after 11,290 and the
# mean of their weights 11,463 (November 2026).
FURTHER_RECIPE = Recipe(
    epochs=5, lead_in=0, drawn_share=1 / 2, learning_rate=1e-3, start_share=1 / 2
)

# For a refresh, which starts from a fitted network. Fitted to everybody's labels, it would file other
# letters than before, and the gate would refuse it.
REFRESH_RECIPE = Recipe(
    epochs=2, lead_in=0, drawn_share=1, learning_rate=2e-4, forgets_nothing=True
)


@dataclass(frozen=True, slots=True)
class Epoch:
    """Figures after one epoch; `validation`: share read right, 0 to 1, by source and for "all"."""

    number: int
    loss: float
    seconds: float
    validation: dict[str, float]


@dataclass(frozen=True, slots=True)
class FinderRecipe:
    """How the ink finder is fitted.

    AdamW (Loshchilov & Hutter 2019) in `cycles`, each a linear warm-up over the first `warm_up` of its
    steps and a cosine to zero (Loshchilov & Hutter 2017): from `learning_rate`, in later cycles from
    `restart` times that. Binary cross-entropy and Dice (Milletari et al. 2016) in equal parts, since most
    of a view is paper. Each cycle has `epochs` and `pictures` of its own, each seen in two views. The
    second cycle raised the overlap from 80.0 to 82.9%, the third to 84.1%; on looser views, where that was
    83.9%, the next three raised it to 84.8, 85.1 and 85.5% (November 2026).
    """

    pictures: int = 13_000
    validation_pictures: int = 500
    cycles: int = 6
    epochs: int = 6
    batch: int = 32
    learning_rate: float = 4e-3
    restart: float = 1 / 2
    weight_decay: float = 1e-2
    warm_up: float = 0.05
    seed: int = 1


FULL_FINDER = FinderRecipe()

# For `--quick`: too little to find ink well, enough to see that all of it works.
QUICK_FINDER = FinderRecipe(pictures=600, validation_pictures=100, cycles=1, epochs=1)


@dataclass(frozen=True, slots=True)
class FinderEpoch:
    """Figures after one epoch; `overlap`: mean intersection over union on the validation views, 0 to 1."""

    number: int
    loss: float
    seconds: float
    overlap: float


EpochT = TypeVar("EpochT", Epoch, FinderEpoch)


@dataclass(frozen=True, slots=True)
class Progress(Generic[EpochT]):
    """The progress of a fit: what its run's folder holds after every epoch.

    `checkpoint` is the file of the network with its optimizer's state (it ends in .keras), `history` the
    JSON file that records the recipe and every epoch done, each an `epoch`.
    """

    checkpoint: str
    history: str
    epoch: type[EpochT]

    def save(
        self, model: "keras.Model", recipe: Recipe | FinderRecipe, epochs: list[EpochT], run: Path
    ) -> None:
        """Write both files to `run`, each atomically.

        The history is replaced last, so a kill in between repeats one epoch.
        """
        checkpoint = run / f"partial-{self.checkpoint}"
        model.save(checkpoint)
        checkpoint.replace(run / self.checkpoint)
        record = {"recipe": asdict(recipe), "epochs": [asdict(epoch) for epoch in epochs]}
        history = run / f"{self.history}.part"
        history.write_text(json.dumps(record, indent=1), encoding="utf-8")
        history.replace(run / self.history)

    def read(self, run: Path, recipe: Recipe | FinderRecipe | None = None) -> list[EpochT]:
        """Return the epochs recorded in `run`; none where the recipe was another."""
        try:
            record = json.loads((run / self.history).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        if recipe is not None and record["recipe"] != asdict(recipe):
            return []
        return [self.epoch(**epoch) for epoch in record["epochs"]]

    def resumable(self, run: Path, recipe: Recipe | FinderRecipe) -> list[EpochT]:
        """Return the epochs after which a fit by `recipe` can continue from the checkpoint in `run`."""
        return self.read(run, recipe) if (run / self.checkpoint).exists() else []

    def forget(self, run: Path) -> None:
        """Delete the checkpoint: the next fit in `run` starts over."""
        (run / self.checkpoint).unlink(missing_ok=True)


READER_PROGRESS = Progress("checkpoint.keras", "history.json", Epoch)
FINDER_PROGRESS = Progress("finder-checkpoint.keras", "finder-history.json", FinderEpoch)

read_history = READER_PROGRESS.read
