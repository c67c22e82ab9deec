"""Assign whole clients to open sites by annealing, compiled: moves of up to three, overload at a price that adapts.

A random client moves to one of its near sites, or changes places with one client there, or with two: where sites are
nearly full, one for one seldom fits. A move that costs x is made with probability exp(-x / temperature). Overload costs
a price per unit, which rises while plans are mostly infeasible and falls while they mostly are. The kernel runs in
slices, so that the caller keeps the clock.

Source: Kirkpatrick, Gelatt, Vecchi, Science 220, 1983; for this problem Osman, OR Spektrum 17, 1995.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats, Indices
from models.compiled import compiled
from models.heuristics.draws import Random, draw, seeded

PRICE, TEMPERATURE, COST, OVER, BEST = 0, 1, 2, 3, 4  # places in Annealing.mark
WINDOW = 20_000  # steps between two looks at the price
RARE, OFTEN = 0.05, 0.5  # part of the moves tried in a window with no overload after them
DEARER, CHEAPER, DEAREST = 1.1, 0.93, 1e6  # the last: of the price in the beginning of a slice
EQUAL = 1e-9  # relative: rounding
COOLING = 1_000  # steps at one temperature
CHANCES = 1 << 30
FROZEN = 25.0  # temperatures: what costs more is accepted less than once in so many chances
NOBODY = -1


class Annealing(NamedTuple):
    """Where an annealing stands; sites and clients are numbered from 0.

    `cost` [client, site], `near` [client, some sites], `demand` [client], `room` [site]; `at` [client] the site now;
    `load` and `number` of clients [site]; `member` [site, place] the clients of a site and `place` [client] where each
    stands there; `best_at` [client] the best feasible plan; `mark`: see the constants.
    """

    cost: Floats
    near: Indices
    demand: Floats
    room: Floats
    at: Indices
    load: Floats
    number: Indices
    member: Indices
    place: Indices
    best_at: Indices
    mark: Floats


def new_annealing(cost: Floats, near: Indices, demand: Floats, room: Floats, at: Indices) -> Annealing:
    """Return an annealing that begins with `at` [client]; set price and temperature in its `mark`."""
    clients, sites = cost.shape
    number = np.bincount(at, minlength=sites).astype(np.int64)
    member, place = np.zeros((sites, clients), dtype=np.int64), np.zeros(clients, dtype=np.int64)
    for j in range(sites):
        inside = np.flatnonzero(at == j)
        member[j, : inside.size] = inside
        place[inside] = np.arange(inside.size)
    load: Floats = np.bincount(at, weights=demand, minlength=sites).astype(np.float64)
    over = float(np.maximum(load - room, 0.0).sum())
    mark: Floats = np.array([0.0, 0.0, cost[np.arange(clients), at].sum(), over, np.inf])
    return Annealing(cost, near, demand, room, at.copy(), load, number, member, place, at.copy(), mark)


@compiled
def _over(load: float, room: float) -> float:
    return max(load - room, 0.0)


@compiled
def _accepts(extra: float, temperature: float, random: Random) -> bool:
    if extra <= 0.0 or extra > FROZEN * temperature:
        return extra <= 0.0
    return bool(draw(random, CHANCES) < CHANCES * np.exp(-extra / temperature))


@compiled
def _shift(work: Annealing, i: int, b: int) -> None:
    """Move client i to site b in the lists of members."""
    number, member, place = work.number, work.member, work.place
    a = work.at[i]
    work.at[i] = b
    number[a] -= 1
    last = member[a, number[a]]
    member[a, place[i]] = last
    place[last] = place[i]
    member[b, number[b]] = i
    place[i] = number[b]
    number[b] += 1


@compiled
def _keep(work: Annealing) -> None:
    """Keep the plan as the best, if it is feasible without the rounding of many small changes."""
    load = np.zeros(work.room.size)
    cost = 0.0
    for i in range(work.at.size):
        load[work.at[i]] += work.demand[i]
        cost += work.cost[i, work.at[i]]
    over = 0.0
    for j in range(load.size):
        over += _over(load[j], work.room[j])
    work.load[:] = load
    work.mark[COST], work.mark[OVER] = cost, over
    if over <= 0.0 and cost < work.mark[BEST]:
        work.mark[BEST] = cost
        work.best_at[:] = work.at


@compiled
def anneal(work: Annealing, steps: int, cooling: float, seed: int) -> None:  # noqa: C901, PLR0912  (a compiled loop)
    """Go on for `steps`; the temperature is multiplied by `cooling` every thousand."""
    random = seeded(seed)
    clients, nearest = work.near.shape
    # what every step reads: a call with the tuple would count references to all its arrays
    cost, near, demand, room, at, load, number, member = work[:8]
    mark = work.mark
    dust, dearest = EQUAL * demand.sum(), DEAREST * mark[PRICE]
    tried, feasible = 0, 0
    if mark[OVER] <= dust and mark[COST] < mark[BEST]:
        _keep(work)
    for step in range(steps):
        if step % COOLING == COOLING - 1:
            mark[TEMPERATURE] *= cooling
        if step % WINDOW == WINDOW - 1:
            if feasible < RARE * tried:
                mark[PRICE] = min(DEARER * mark[PRICE], dearest)
            elif feasible > OFTEN * tried:
                mark[PRICE] *= CHEAPER
            tried, feasible = 0, 0
        i = draw(random, clients)
        a, b = at[i], near[i, draw(random, nearest)]
        if a == b:
            continue
        d, extra, first, second = demand[i], cost[i, b] - cost[i, a], NOBODY, NOBODY
        others = draw(random, min(3, number[b] + 1))
        if others > 0:
            first = member[b, draw(random, number[b])]
            d -= demand[first]
            extra += cost[first, a] - cost[first, b]
        if others > 1:
            second = member[b, draw(random, number[b])]
            if second == first:
                continue
            d -= demand[second]
            extra += cost[second, a] - cost[second, b]
        tried += 1
        over = _over(load[a] - d, room[a]) + _over(load[b] + d, room[b])
        over -= _over(load[a], room[a]) + _over(load[b], room[b])
        if _accepts(extra + mark[PRICE] * over, mark[TEMPERATURE], random):
            load[a] -= d
            load[b] += d
            mark[COST] += extra
            mark[OVER] += over
            _shift(work, i, b)
            if first != NOBODY:
                _shift(work, first, a)
            if second != NOBODY:
                _shift(work, second, a)
        if mark[OVER] <= dust:
            feasible += 1
            if mark[COST] < mark[BEST] * (1.0 - EQUAL):
                _keep(work)
