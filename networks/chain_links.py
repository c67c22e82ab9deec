"""Links followed into chains, compiled: the loop behind `networks.chains`."""

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled

Ints = NDArray[np.int64]


@compiled
def follow(follower: Ints) -> tuple[Ints, Ints]:
    """Return every link once, in chains, and where each chain begins, shape [chains + 1].

    Parameters
    ----------
    follower
        Link that continues each link, -1 where none does; no link continues two. A ring begins at its first link.
    """
    count = len(follower)
    led = np.zeros(count, dtype=np.bool_)
    for link in range(count):
        if follower[link] >= 0:
            led[follower[link]] = True
    links, starts = np.empty(count, dtype=np.int64), np.empty(count + 1, dtype=np.int64)
    free = np.ones(count, dtype=np.bool_)
    filled = chains = 0
    for ringed in (False, True):
        for start in range(count):
            if led[start] != ringed or not free[start]:
                continue
            starts[chains] = filled
            chains += 1
            link = start
            while link >= 0 and free[link]:
                free[link] = False
                links[filled] = link
                filled += 1
                link = follower[link]
    starts[chains] = filled
    return links, starts[: chains + 1]
