"""Arcs in the order of a number each, by counting; compiled."""

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled


@compiled
def grouped(keys: NDArray[np.int32], groups: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return where each group of equal keys begins, shape [groups + 1], and the rows in that order."""
    starts = np.zeros(groups + 1, dtype=np.int64)
    for key in keys:
        starts[key + 1] += 1
    for group in range(groups):
        starts[group + 1] += starts[group]
    filled = starts[:-1].copy()
    order = np.empty(len(keys), dtype=np.int32)
    for row in range(len(keys)):
        order[filled[keys[row]]] = row
        filled[keys[row]] += 1
    return starts, order
