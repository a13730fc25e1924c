"""The optimizer of every fit: AdamW, with a warm-up and a cosine decay of the learning rate."""

from typing import Any

import keras

from training.network.recipe import FinderRecipe, Recipe


def adamw(
    recipe: Recipe | FinderRecipe, steps: int, rate: float, **options: Any
) -> keras.optimizers.AdamW:
    """Return AdamW with `recipe`'s warm-up and weight decay for `steps` batches at a peak of `rate`.

    Biases and BatchNormalization's scales do not decay. `options` are Keras' own, such as `clipnorm`.
    """
    warm_up = max(1, int(recipe.warm_up * steps))
    schedule = keras.optimizers.schedules.CosineDecay(
        rate / 20,
        decay_steps=max(1, steps - warm_up),
        warmup_target=rate,
        warmup_steps=warm_up,
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=recipe.weight_decay, **options)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer
