"""Interchange of open sites for capacitated location, compiled: close one, open one, or swap two.

Every trial is an exact shipment, carried on from the one at hand (`transport`), so that a move costs a few shortest
paths. The neighbourhoods are those of Kuehn, Hamburger, Management Science 9, 1963.
"""

import numpy as np
from numba import njit

from models.arrays import Floats, Indices
from models.heuristics.transport import Shipment, close_site, copy_into, open_site, price_of, workspace

NONE = -1
BETTER = 1e-10  # relative


@njit(cache=True, nogil=True)
def total_of(unit: Floats, by_site: Floats, demand: Floats, fixed: Floats, sites: Indices, ship: Shipment) -> float:
    """Return fixed costs and the shipment's, with clients of no demand at their cheapest open site."""
    total = price_of(unit, sites, sites.size, ship)
    for j in sites:
        total += fixed[j]
    for i in range(demand.size):
        if demand[i] <= 0.0:
            cheapest = np.inf
            for j in sites:
                cheapest = min(cheapest, by_site[j, i])
            total += cheapest
    return total


@njit(cache=True, nogil=True)
def _changed(sites: Indices, out: int, into: int) -> Indices:
    size = sites.size - (out >= 0) + (into >= 0)
    result = np.empty(size, dtype=np.int64)
    k = 0
    for j in sites:
        if j != out:
            result[k] = j
            k += 1
    if into >= 0:
        result[k] = into
    return result


@njit(cache=True, nogil=True)
def try_moves(
    unit: Floats,
    by_site: Floats,
    demand: Floats,
    room: Floats,
    fixed: Floats,
    sites: Indices,
    ship: Shipment,
    spare: Shipment,
    value: float,
    moves: Indices,
    limits: tuple[int, int, float],
) -> tuple[float, Indices]:
    """Make every one of `moves` [move, (site to close or -1, site to open or -1)] that saves; `ship` becomes the best.

    Returns the value and the open sites. Moves that the changes before made meaningless are passed over.
    """
    least, most, need = limits
    work = workspace(room.size)
    is_open = np.zeros(room.size, dtype=np.bool_)
    is_open[sites] = True
    have = room[sites].sum()
    for k in range(moves.shape[0]):
        out, into = moves[k, 0], moves[k, 1]
        count = sites.size - (out >= 0) + (into >= 0)
        if count < least or count > most or (out >= 0 and not is_open[out]) or (into >= 0 and is_open[into]):
            continue
        after = have
        if out >= 0:
            after -= room[out]
        if into >= 0:
            after += room[into]
        if after < need:
            continue
        copy_into(ship, spare)
        trial = sites
        if into >= 0:
            trial = _changed(trial, NONE, into)
            if not open_site(unit, demand, room, trial, trial.size, into, spare, work):
                continue
        if out >= 0:
            trial = _changed(trial, out, NONE)
            if not close_site(unit, demand, room, trial, trial.size, out, spare, work):
                continue
        found = total_of(unit, by_site, demand, fixed, trial, spare)
        if found < value - BETTER * abs(value):
            value, sites, have = found, trial, after
            copy_into(spare, ship)
            if out >= 0:
                is_open[out] = False
            if into >= 0:
                is_open[into] = True
    return value, sites
