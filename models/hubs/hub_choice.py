"""The choice of hubs when each has a worth of its own, compiled: the cheapest p, all that pay, or a cover of the need.

Also what the choice costs more if a hub must be open, or closed: the base of reduced-cost fixing.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats, Indices
from models.compiled import compiled
from models.hubs.knapsack import continuous, whole

HUGE = 1e300
LOOSE = 1 + 1e-9  # room for the rounding of sums


class Choice(NamedTuple):
    """What is asked: `fate` [hub] (1 open, 0 closed, -1 free), how many (-1: any), rooms that add up to `need`."""

    fate: Indices
    wanted: int
    room: Floats
    need: float


class Chosen(NamedTuple):
    """What was chosen: `y` [hub], and the rise of the value if the hub must be open, or closed."""

    y: Indices
    if_open: Floats
    if_closed: Floats


@compiled
def blank(hubs: int) -> Chosen:
    """Return room for an answer."""
    return Chosen(np.zeros(hubs, np.int64), np.zeros(hubs), np.zeros(hubs))


@compiled
def choose(choice: Choice, worth: Floats, chosen: Chosen) -> float:
    """Fill `chosen` with the hubs of least total worth; return that, HUGE if there are none."""
    chosen.if_open[:] = 0.0
    chosen.if_closed[:] = 0.0
    value, opened, need, free = _settled(choice, worth, chosen)
    if value >= HUGE:
        return HUGE
    order = free[np.argsort(worth[free])]
    if choice.wanted >= 0:
        take = choice.wanted - opened
        if take < 0 or take > free.size:
            return HUGE
        return value + _cheapest(worth, order, take, chosen)
    if need > 0 and np.isfinite(choice.room).all():
        return value + _cover(worth, order, choice.room, need, chosen)
    if opened == 0 and free.size == 0:
        return HUGE
    return value + _paying(worth, order, opened == 0, chosen)


@compiled
def _settled(choice: Choice, worth: Floats, chosen: Chosen) -> tuple[float, int, float, Indices]:
    """Open what is certain; return its worth, count, the need left, and the hubs that are free."""
    value, opened, need, free = 0.0, 0, choice.need, 0
    place = np.empty(worth.size, np.int64)
    for k in range(worth.size):
        chosen.y[k] = 1 if choice.fate[k] == 1 else 0
        if choice.fate[k] == 1:
            value = HUGE if worth[k] >= HUGE or value >= HUGE else value + worth[k]
            opened += 1
            need -= choice.room[k] * LOOSE
            chosen.if_closed[k] = HUGE
        elif choice.fate[k] == 0 or worth[k] >= HUGE:
            chosen.if_open[k] = HUGE
        else:
            place[free] = k
            free += 1
    return value, opened, need, place[:free]


@compiled
def _cheapest(worth: Floats, order: Indices, take: int, chosen: Chosen) -> float:
    value = 0.0
    dearest = worth[order[take - 1]] if take > 0 else -HUGE
    spare = worth[order[take]] if take < order.size else HUGE
    for s in range(order.size):
        k = order[s]
        if s < take:
            chosen.y[k] = 1
            value += worth[k]
            chosen.if_closed[k] = spare - worth[k] if spare < HUGE else HUGE
        else:
            chosen.if_open[k] = worth[k] - dearest if take > 0 else HUGE
    return value


@compiled
def _paying(worth: Floats, order: Indices, needs_one: bool, chosen: Chosen) -> float:  # noqa: FBT001  (compiled)
    """Open all of negative worth; the cheapest at least, if `needs_one`."""
    take = 1 if needs_one else 0
    while take < order.size and worth[order[take]] < 0:
        take += 1
    is_alone = needs_one and take == 1
    value = 0.0
    for s in range(order.size):
        k = order[s]
        if s < take:
            chosen.y[k] = 1
            value += worth[k]
            after = 0.0
            if is_alone:
                after = worth[order[1]] if order.size > 1 else HUGE
            chosen.if_closed[k] = after - worth[k] if after < HUGE else HUGE
        else:  # beside it the lonely one need not stay
            chosen.if_open[k] = worth[k] - (max(worth[order[0]], 0.0) if is_alone else 0.0)
    return value


@compiled
def _cover(  # noqa: C901  (every hub as it is, open, closed)
    worth: Floats, order: Indices, room: Floats, need: float, chosen: Chosen
) -> float:
    """Open all free hubs, then leave out those that a knapsack of spare room finds dearest."""
    spare = -need
    for k in order:
        chosen.y[k] = 1
        spare += room[k] * LOOSE
    if spare < 0:
        return HUGE
    item = order[worth[order] > 0]
    ratio = np.empty(item.size)
    for s in range(item.size):
        ratio[s] = -worth[item[s]] / room[item[s]] if room[item[s]] > 0 else -HUGE
    item = item[np.argsort(ratio)]
    profit, heavy, taken = worth[item], room[item] * LOOSE, np.empty(item.size)
    saved = whole(profit, heavy, spare, taken)
    for k in order:  # a hub that pays for itself, to be closed
        size = room[k] * LOOSE
        if worth[k] <= 0:
            chosen.if_closed[k] = HUGE
            if size <= spare:
                chosen.if_closed[k] = max(0.0, saved - worth[k] - continuous(profit, heavy, spare - size, 0))
    for s in range(item.size):
        k, gain, size = item[s], profit[s], heavy[s]
        if taken[s] >= 1:
            chosen.y[k] = 0
        profit[s] = heavy[s] = 0.0
        chosen.if_open[k] = max(0.0, saved - continuous(profit, heavy, spare, 0))
        chosen.if_closed[k] = HUGE
        if size <= spare:
            chosen.if_closed[k] = max(0.0, saved - gain - continuous(profit, heavy, spare - size, 0))
        profit[s], heavy[s] = gain, size
    value = -saved
    for k in order:
        value += worth[k]
    return value
