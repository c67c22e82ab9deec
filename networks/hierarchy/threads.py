"""How work is shared between threads; compiled loops let others run."""

from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

THREADS = 2
"""Enough for what waits on memory, and few enough to share a machine."""

Any = TypeVar("Any", bound=np.generic)


def shared_out(values: NDArray[Any], parts: int) -> list[NDArray[Any]]:
    """Return `values` in `parts` runs of about one length."""
    bounds = np.linspace(0, len(values), parts + 1).astype(np.int64).tolist()
    return [values[begin:end] for begin, end in pairwise(bounds)]
