"""Interchange of open sites for capacitated location, compiled: close, open, or one after the other.

A trial is an exact shipment, carried on from the one at hand (`transport`), so that it costs a few shortest paths.
Before that, the prices of the shipment at hand say the most that a move can save: they stay feasible for the dual of
the next transport problem. Moves are a site opened or closed, alone or followed by the closings or openings that
promise most (Kuehn, Hamburger, Management Science 9, 1963; pruned as by Sridharan, European Journal of Operational
Research 87, 1995).
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.heuristics.transport import Shipment, Work, close_site, copy_into, open_site, price_of, workspace
from models.relaxation.site_knapsacks import Data, fill, gather

BETTER = 1e-10  # relative
NONE = -1
FOLLOWERS = 3  # second halves of a swap that are tried exactly


class Scratch(NamedTuple):
    """Buffers of one knapsack [client], and what the first half of a swap was: whether a closing, and which site."""

    items: Indices
    gain: Floats
    size: Floats
    first: Indices


class Plan(NamedTuple):
    """The shipment at hand, what each client pays at its prices [client], and which sites are open [site]."""

    ship: Shipment
    wage: Floats
    is_open: Flags


@compiled
def total_of(data: Data, sites: Indices, ship: Shipment) -> float:
    """Return fixed costs and the shipment's, with clients of no demand at their cheapest open site."""
    by_site, demand, fixed = data.by_site, data.demand, data.fixed
    total = price_of(data, sites, ship)
    for j in sites:
        total += fixed[j]
    for i in range(demand.size):
        if demand[i] <= 0.0:
            cheapest = np.inf
            for j in sites:
                cheapest = min(cheapest, by_site[j, i])
            total += cheapest
    return total


@compiled
def _without(sites: Indices, out: int) -> Indices:
    result = np.empty(sites.size - 1, dtype=np.int64)
    k = 0
    for j in sites:
        if j != out:
            result[k] = j
            k += 1
    return result


@compiled
def _with(sites: Indices, into: int) -> Indices:
    result = np.empty(sites.size + 1, dtype=np.int64)
    result[: sites.size] = sites
    result[sites.size] = into
    return result


@compiled
def wages_of(data: Data, sites: Indices, price: Floats) -> Floats:
    """Return [client] what serving all of a client costs at the prices of room."""
    unit, demand = data.unit, data.demand
    wage = np.empty(demand.size)
    for i in range(demand.size):
        takes_room = demand[i] > 0.0
        least = np.inf
        for j in sites:
            least = min(least, unit[i, j] + price[j] if takes_room else unit[i, j])
        wage[i] = least * demand[i] if takes_room else least
    return wage


@compiled
def _closing_gain(data: Data, sites: Indices, out: int, ship: Shipment, wage: Floats) -> float:
    """Return the most that closing `out` can save."""
    unit, demand, head, follows, who, price = data.unit, data.demand, ship.head, ship.follows, ship.who, ship.price
    gain = data.fixed[out] - price[out] * data.room[out]
    entry = head[out]
    while entry >= 0 and gain > 0.0:
        i = who[entry]
        second = np.inf
        for j in sites:
            if j != out:
                second = min(second, unit[i, j] + price[j])
        gain -= max(second * demand[i] - wage[i], 0.0)
        entry = follows[entry]
    return float(gain)


@compiled
def _opening_gain(data: Data, into: int, wage: Floats, scratch: Scratch) -> float:
    """Return the most that opening `into` can save: its knapsack at the wages that clients pay now."""
    count = gather(data.by_site[into], wage, data.demand, scratch.items, scratch.gain, scratch.size)
    return float(fill(count, data.room[into], scratch.items, scratch.gain, scratch.size)[0] - data.fixed[into])


@compiled
def _first_half(
    data: Data,
    sites: Indices,
    candidate: int,
    is_closing: bool,  # noqa: FBT001  (compiled)
    ship: Shipment,
    work: Work,
) -> tuple[bool, Indices]:
    """Close or open the candidate in `ship`; returns whether that worked, and the open sites."""
    if not is_closing:
        after = _with(sites, candidate)
        return open_site(data, after, candidate, ship, work), after
    after = _without(sites, candidate)
    if after.size == 0 or data.room[after].sum() < data.need:
        return False, after
    return close_site(data, after, candidate, ship, work), after


@compiled
def _second_gains(
    data: Data, sites: Indices, movable: Indices, is_open: Flags, ship: Shipment, scratch: Scratch
) -> Floats:
    """Return [movable] the most that the other kind of move can save after the first half; -inf: not possible."""
    wage = wages_of(data, sites, ship.price)
    have = data.room[sites].sum()
    gains = np.full(movable.size, -np.inf)
    is_closing = scratch.first[0]
    for k in range(movable.size):
        j = movable[k]
        if j == scratch.first[1] or is_open[j] == is_closing:
            continue
        if is_closing:
            gains[k] = _opening_gain(data, j, wage, scratch)
        elif have - data.room[j] >= data.need:
            gains[k] = _closing_gain(data, sites, j, ship, wage)
    return gains


@compiled
def _may_save(data: Data, sites: Indices, candidate: int, movable: Indices, plan: Plan, scratch: Scratch) -> bool:
    """Return whether prices leave the candidate a chance, alone or with a second move."""
    if plan.is_open[candidate]:
        for j in movable:
            if not plan.is_open[j]:
                return True  # closing raises the wages: what an opening saves then is not bounded by them
        return _closing_gain(data, sites, candidate, plan.ship, plan.wage) > 0.0
    extra = 0.0
    for j in movable:
        if plan.is_open[j]:
            extra = max(extra, data.fixed[j] - plan.ship.price[j] * data.room[j])
    return _opening_gain(data, candidate, plan.wage, scratch) + extra > 0.0


@compiled
def try_sites(  # noqa: C901  (a compiled loop)
    data: Data,
    sites: Indices,
    ships: tuple[Shipment, Shipment, Shipment],
    value: float,
    candidates: Indices,
    movable: Indices,
) -> tuple[float, Indices]:
    """Close each candidate that is open and open each that is closed, alone or with a second move, if that saves.

    The first of `ships` is the shipment at hand and becomes the best, the others are scratch of the same size. Second
    moves are of `movable` sites. Returns the value and the open sites.
    """
    ship, half, full = ships
    clients = data.demand.size
    work = workspace(data.room.size)
    scratch = Scratch(
        np.empty(clients, dtype=np.int64), np.empty(clients), np.empty(clients), np.zeros(2, dtype=np.int64)
    )
    is_open = np.zeros(data.room.size, dtype=np.bool_)
    is_open[sites] = True
    plan = Plan(ship, wages_of(data, sites, ship.price), is_open)
    for candidate in candidates:
        is_closing = is_open[candidate]
        if not _may_save(data, sites, candidate, movable, plan, scratch):
            continue
        copy_into(ship, half)
        works, once = _first_half(data, sites, candidate, is_closing, half, work)
        if not works:
            continue
        best, second, after = value - BETTER * abs(value), NONE, total_of(data, once, half)
        chosen = sites
        if after < best and data.least <= once.size <= data.most:
            best, chosen = after, once
        scratch.first[0], scratch.first[1] = is_closing, candidate
        gains = _second_gains(data, once, movable, is_open, half, scratch)
        for k in np.argsort(-gains)[:FOLLOWERS]:
            if after - gains[k] >= best:
                break
            copy_into(half, full)
            works, twice = _first_half(data, once, movable[k], not is_closing, full, work)
            found = total_of(data, twice, full) if works else np.inf
            if found < best:
                best, second, chosen = found, movable[k], twice
                copy_into(full, ship)
        if not (best < value and (second >= 0 or chosen.size != sites.size)):
            continue
        if second < 0:
            copy_into(half, ship)
        value, sites = best, chosen
        is_open[candidate] = not is_closing
        if second >= 0:
            is_open[second] = is_closing
        plan.wage[:] = wages_of(data, sites, ship.price)
    return value, sites
