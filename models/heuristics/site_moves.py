"""Interchange of open sites for capacitated location, compiled: close, open, or one after the other.

A trial is an exact shipment, carried on from the one at hand (`transport`), so that it costs a few shortest paths.
Before that, the prices of the shipment at hand say the most that a move can save: they stay feasible for the dual of
the next transport problem. Moves are a site opened or closed, alone or followed by the closings or openings that
promise most (Kuehn, Hamburger, Management Science 9, 1963; pruned as by Sridharan, European Journal of Operational
Research 87, 1995).
"""

import numpy as np
from numba import njit

from models.arrays import Flags, Floats, Indices
from models.heuristics.transport import Shipment, close_site, copy_into, open_site, price_of, workspace
from models.relaxation.site_knapsacks import fill, gather

BETTER = 1e-10  # relative
FOLLOWERS = 3  # second halves of a swap that are tried exactly


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
def _without(sites: Indices, out: int) -> Indices:
    result = np.empty(sites.size - 1, dtype=np.int64)
    k = 0
    for j in sites:
        if j != out:
            result[k] = j
            k += 1
    return result


@njit(cache=True, nogil=True)
def _with(sites: Indices, into: int) -> Indices:
    result = np.empty(sites.size + 1, dtype=np.int64)
    result[: sites.size] = sites
    result[sites.size] = into
    return result


@njit(cache=True, nogil=True)
def wages_of(unit: Floats, demand: Floats, sites: Indices, price: Floats) -> Floats:
    """Return [client] what serving all of a client costs at the prices of room."""
    wage = np.empty(demand.size)
    for i in range(demand.size):
        least = np.inf
        for j in sites:
            least = min(least, unit[i, j] + price[j])
        wage[i] = least * demand[i] if demand[i] > 0.0 else least
    return wage


@njit(cache=True, nogil=True)
def _closing_gain(
    unit: Floats, demand: Floats, room: Floats, fixed: Floats, sites: Indices, out: int, ship: Shipment, wage: Floats
) -> float:
    """Return the most that closing `out` can save."""
    head, follows, who, price = ship[0], ship[1], ship[2], ship[5]
    gain = fixed[out] - price[out] * room[out]
    entry = head[out]
    while entry >= 0 and gain > 0.0:
        i = who[entry]
        second = np.inf
        for j in sites:
            if j != out:
                second = min(second, unit[i, j] + price[j])
        gain -= max(second * demand[i] - wage[i], 0.0)
        entry = follows[entry]
    return gain


@njit(cache=True, nogil=True)
def _largest(gains: Floats, count: int) -> Indices:
    order = np.argsort(-gains)
    return order[:count]


@njit(cache=True, nogil=True)
def try_sites(
    unit: Floats,
    by_site: Floats,
    demand: Floats,
    room: Floats,
    fixed: Floats,
    sites: Indices,
    ship: Shipment,
    spare: Shipment,
    third: Shipment,
    value: float,
    candidates: Indices,
    may_move: Flags,
    limits: tuple[int, int, float],
) -> tuple[float, Indices]:
    """Close each candidate that is open and open each that is closed, alone or with a second move, if that saves.

    `ship` becomes the best shipment. Only sites that `may_move` change. Returns the value and the open sites.
    """
    least, most, need = limits
    clients = demand.size
    work = workspace(room.size)
    items, gain, size = np.empty(clients, dtype=np.int64), np.empty(clients), np.empty(clients)
    is_open = np.zeros(room.size, dtype=np.bool_)
    is_open[sites] = True
    movable = np.flatnonzero(may_move)
    wage = wages_of(unit, demand, sites, ship[5])
    for candidate in candidates:
        was_open = is_open[candidate]
        # the most the first half can save, then the most any second half could add
        if was_open:
            first = _closing_gain(unit, demand, room, fixed, sites, candidate, ship, wage)
        else:
            count = gather(by_site[candidate], wage, demand, items, gain, size)
            first = fill(count, room[candidate], items, gain, size)[0] - fixed[candidate]
        extra = 0.0
        for j in movable:
            if was_open and not is_open[j]:
                extra = np.inf  # closing raises the wages: what an opening saves then is not bounded by them
                break
            if is_open[j] and not was_open:
                extra = max(extra, fixed[j] - ship[5][j] * room[j])
        if first + extra <= 0.0:
            continue
        have = room[sites].sum() + (-room[candidate] if was_open else room[candidate])
        copy_into(ship, spare)
        if was_open:
            if have < need:
                continue
            trial = _without(sites, candidate)
            if trial.size < 1 or not close_site(unit, demand, room, trial, trial.size, candidate, spare, work):
                continue
        else:
            trial = _with(sites, candidate)
            if not open_site(unit, demand, room, trial, trial.size, candidate, spare, work):
                continue
        best = value - BETTER * abs(value)
        after = total_of(unit, by_site, demand, fixed, trial, spare)
        second = -1
        is_better = after < best and least <= trial.size <= most
        if is_better:
            best = after
        now = wages_of(unit, demand, trial, spare[5])
        gains = np.full(movable.size, -np.inf)
        for k in range(movable.size):
            j = movable[k]
            if j == candidate:
                continue
            if was_open and not is_open[j]:
                count = gather(by_site[j], now, demand, items, gain, size)
                gains[k] = fill(count, room[j], items, gain, size)[0] - fixed[j]
            elif is_open[j] and not was_open and have - room[j] >= need:
                gains[k] = _closing_gain(unit, demand, room, fixed, trial, j, spare, now)
        pair = trial
        if least <= sites.size <= most:
            for k in _largest(gains, FOLLOWERS):
                if after - gains[k] >= best:
                    break
                j = movable[k]
                copy_into(spare, third)
                if was_open:
                    swapped = _with(trial, j)
                    if not open_site(unit, demand, room, swapped, swapped.size, j, third, work):
                        continue
                else:
                    swapped = _without(trial, j)
                    if not close_site(unit, demand, room, swapped, swapped.size, j, third, work):
                        continue
                found = total_of(unit, by_site, demand, fixed, swapped, third)
                if found < best:
                    best, second, pair, is_better = found, j, swapped, True
                    copy_into(third, ship)
        if not is_better:
            continue
        if second < 0:
            copy_into(spare, ship)
        value, sites = best, pair
        is_open[candidate] = not was_open
        if second >= 0:
            is_open[second] = was_open
        wage = wages_of(unit, demand, sites, ship[5])
    return value, sites
