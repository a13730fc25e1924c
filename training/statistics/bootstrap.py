"""An upper bound that allows for drawings by one writer resembling each other."""

import numpy as np
from numpy.typing import NDArray

# More do not change the third digit of the bound.
_RESAMPLES = 500


def upper_bounds(
    is_wrong: NDArray[np.bool_], writers: NDArray[np.str_], level: float
) -> NDArray[np.float64]:
    """Return for each n the upper bound of the share wrong among the first n drawings.

    The writers are resampled with replacement (cluster bootstrap, Davison & Hinkley 1997), always in the
    same way; a share is at or below its bound in `level` of the resamples.
    """
    names, writer = np.unique(writers, return_inverse=True)
    rng = np.random.default_rng(0)
    shares = np.empty((_RESAMPLES, len(writer)), np.float32)
    for row in shares:
        weight = np.bincount(rng.integers(len(names), size=len(names)), minlength=len(names))[
            writer
        ]
        drawings = np.cumsum(weight)
        row[:] = np.cumsum(weight * is_wrong) / np.maximum(drawings, 1)
    return np.quantile(shares, level, axis=0).astype(np.float64)
