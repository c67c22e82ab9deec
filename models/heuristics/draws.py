"""Random numbers of the compiled searches: xorshift of Marsaglia, Journal of Statistical Software 8, 2003."""

import numpy as np
from numpy.typing import NDArray

from models.compiled import compiled

Random = NDArray[np.uint64]  # of one number: where the draws stand


@compiled
def seeded(seed: int) -> Random:
    """Return where draws begin that follow from `seed`."""
    random = np.empty(1, dtype=np.uint64)
    random[0] = np.uint64(2 * seed) + np.uint64(0x9E3779B97F4A7C15)
    return random


@compiled
def draw(random: Random, count: int) -> int:
    """Return a number from 0 to count - 1."""
    x = random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    random[0] = x
    return int((x >> np.uint64(11)) % np.uint64(count))
