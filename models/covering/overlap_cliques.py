"""Rows (2) on overlaps that openings break: sites near to each other of which too many are open in part.

They are looked for greedily, from each pair of sites that overlap.
"""

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.lists import Ints

MOST_SITES, MOST_TIMES = 12, 3  # of a row (2): its sites, and k
OPENED, BROKEN = 1e-3, 1e-3  # of a site, and of a row: less is left alone
PATIENCE = 0.25  # how far a row may fall back while it grows


@compiled
def broken(x: Floats, both: Floats, lost: Floats) -> tuple[Ints, Ints, Floats]:
    """Return the rows (2) found broken at openings `x`: k, sites [row, at] (-1: none), and by how much for its length.

    `both` [site, site]: weight that both cover; `lost`: y_ab, or 1 where none.
    """
    near = np.zeros(both.shape, dtype=np.int64)
    count = np.zeros(x.size, dtype=np.int64)
    for a in range(x.size):
        for b in range(x.size):
            if a != b and x[a] > OPENED and x[b] > OPENED and both[a, b] > 0.0:
                near[a, count[a]] = b
                count[a] += 1
    rows = int(count.sum()) // 2
    times, sites, by = np.zeros(rows, dtype=np.int64), np.full((rows, MOST_SITES), -1), np.zeros(rows)
    members, gain = np.zeros(MOST_SITES, dtype=np.int64), np.zeros(x.size)
    found = 0
    for a in range(x.size):
        for b in near[a, : count[a]]:
            if b < a:
                continue
            for k in range(1, MOST_TIMES + 1):
                size, over = _grown(x, both, lost, near, count, (a, b, k), members, gain)
                most = k * (k + 1) / 2.0
                length = np.sqrt(k * k * size + size * (size - 1) / 2.0)
                if over - most > max(BROKEN, by[found] * length):
                    times[found], by[found] = k, (over - most) / length
                    sites[found, :] = -1
                    sites[found, :size] = members[:size]
            found += times[found] > 0
    return times[:found], sites[:found], by[:found]


@compiled
def _grown(  # noqa: PLR0913, PLR0917  (two arrays to work in)
    x: Floats,
    both: Floats,
    lost: Floats,
    near: Ints,
    count: Ints,
    begun: tuple[int, int, int],
    members: Ints,
    gain: Floats,
) -> tuple[int, float]:
    """Fill the best row (2) met while sites near to one of a pair are added one by one; its size and left side."""
    a, b, k = begun
    members[0], members[1] = a, b
    size, best_size = 2, 2
    best = value = k * (x[a] + x[b]) - lost[a, b]
    for end in (a, b):
        for j in near[end, : count[end]]:
            gain[j] = k * x[j] - lost[a, j] - lost[b, j]
    gain[a] = gain[b] = -np.inf
    while size < MOST_SITES:
        chosen = _next(near[a, : count[a]], near[b, : count[b]], gain)
        if chosen < 0:
            break
        members[size] = chosen
        size += 1
        value += gain[chosen]
        if value > best:
            best, best_size = value, size
        for j in near[a, : count[a]]:
            gain[j] -= lost[chosen, j]
        for j in near[b, : count[b]]:
            if both[a, j] <= 0.0:  # the others have lost it already
                gain[j] -= lost[chosen, j]
        gain[chosen] = -np.inf
    return best_size, best


@compiled
def _next(near: Ints, others: Ints, gain: Floats) -> int:
    """Return the site that adds most to a row, -1 where each takes too much from it."""
    chosen = -1
    most = -PATIENCE
    for sites in (near, others):
        for j in sites:
            if gain[j] > most:
                chosen, most = j, gain[j]
    return chosen
