"""Two knapsacks, compiled: which nodes a hub takes into its room, and which hubs a plan can do without.

Branch and bound of Horowitz and Sahni (Journal of the ACM 21, 1974) on items sorted by profit per weight. Exact up to
a number of nodes; beyond it the continuous value is returned, a bound just as valid.
"""

import numpy as np

from models.arrays import Floats
from models.compiled import compiled

MOST_NODES = 5000
ROUNDING = 1e-12


@compiled
def continuous(profit: Floats, weight: Floats, room: float, first: int) -> float:
    """Return the most profit of items `first`, ... with the last one cut to fit."""
    value = 0.0
    for at in range(first, profit.size):
        if weight[at] > room:
            return float(value + profit[at] * room / weight[at])
        room -= weight[at]
        value += profit[at]
    return float(value)


@compiled
def whole(profit: Floats, weight: Floats, room: float, taken: Floats) -> float:
    """Return the most profit of whole items and fill `taken` [item]; the continuous value if that takes too long."""
    n = profit.size
    now = np.zeros(n, np.int8)
    best, value, at, left, nodes = -1.0, 0.0, 0, room, 0
    while nodes < MOST_NODES:
        nodes += 1
        while at < n and value + continuous(profit, weight, left, at) > best:
            while at < n and weight[at] <= left:
                now[at] = 1
                left -= weight[at]
                value += profit[at]
                at += 1
            at += 1  # the item that does not fit is left out
        if at >= n and value > best:
            best = value
            taken[:] = now
        at = min(at, n) - 1
        while at >= 0 and now[at] == 0:
            at -= 1
        if at < 0:
            return float(best + ROUNDING * abs(best))
        now[at] = 0
        value -= profit[at]
        left += weight[at]
        at += 1
    return _cut(profit, weight, room, taken)


@compiled
def _cut(profit: Floats, weight: Floats, room: float, taken: Floats) -> float:
    value = 0.0
    taken[:] = 0.0
    for at in range(profit.size):
        part = 1.0 if weight[at] <= room else room / weight[at]
        taken[at] = part
        value += part * profit[at]
        room -= part * weight[at]
        if part < 1.0:
            break
    return float(value)
