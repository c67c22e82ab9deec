"""Assign whole clients to open sites by annealing, compiled: shifts and swaps, overload at a price that adapts.

A random client moves to one of its near sites, or changes places with a client there; a move that costs x is made
with probability exp(-x / temperature). Overload costs a price per unit, which rises while plans are mostly infeasible
and falls while they mostly are. The kernel runs in slices, so that the caller keeps the clock.

Source: Kirkpatrick, Gelatt, Vecchi, Science 220, 1983; for this problem Osman, OR Spektrum 17, 1995.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats, Indices
from models.compiled import compiled

PRICE, TEMPERATURE, COST, OVER, BEST = 0, 1, 2, 3, 4  # places in Annealing.mark
WINDOW = 20_000  # steps between two looks at the price
RARE, OFTEN = 0.05, 0.5  # part of a window with no overload
DEARER, CHEAPER = 1.1, 0.93
EQUAL = 1e-9  # relative: rounding
COOLING = 1_000  # steps at one temperature


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
def _accepts(extra: float, temperature: float) -> bool:
    return extra <= 0.0 or np.random.random() < np.exp(-extra / temperature)  # noqa: NPY002  (compiled)


@compiled
def _shift(work: Annealing, i: int, b: int) -> None:
    """Move client i to site b if that is accepted."""
    cost, demand, room, at, load, number, mark = (
        work.cost, work.demand, work.room, work.at, work.load, work.number, work.mark,
    )  # fmt: skip
    a, d = at[i], demand[i]
    extra = cost[i, b] - cost[i, a]
    over = _over(load[a] - d, room[a]) + _over(load[b] + d, room[b]) - _over(load[a], room[a]) - _over(load[b], room[b])
    if _accepts(extra + mark[PRICE] * over, mark[TEMPERATURE]):
        load[a] -= d
        load[b] += d
        mark[COST] += extra
        mark[OVER] += over
        at[i] = b
        number[a] -= 1
        last = work.member[a, number[a]]
        work.member[a, work.place[i]] = last
        work.place[last] = work.place[i]
        work.member[b, number[b]] = i
        work.place[i] = number[b]
        number[b] += 1


@compiled
def _swap(work: Annealing, i: int, k: int) -> None:
    """Let clients i and k change places if that is accepted."""
    cost, demand, room, at, load, mark = work.cost, work.demand, work.room, work.at, work.load, work.mark
    a, b, d = at[i], at[k], demand[i] - demand[k]
    extra = cost[i, b] + cost[k, a] - cost[i, a] - cost[k, b]
    over = _over(load[a] - d, room[a]) + _over(load[b] + d, room[b]) - _over(load[a], room[a]) - _over(load[b], room[b])
    if _accepts(extra + mark[PRICE] * over, mark[TEMPERATURE]):
        load[a] -= d
        load[b] += d
        mark[COST] += extra
        mark[OVER] += over
        at[i], at[k] = b, a
        place = work.place
        work.member[a, place[i]] = k
        work.member[b, place[k]] = i
        place[i], place[k] = place[k], place[i]


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
def anneal(work: Annealing, steps: int, cooling: float, seed: int) -> None:
    """Go on for `steps`; the temperature is multiplied by `cooling` every thousand."""
    np.random.seed(seed)  # noqa: NPY002  (compiled)
    clients, nearest = work.near.shape
    mark, number = work.mark, work.number
    dust = EQUAL * work.demand.sum()
    feasible = 0
    for step in range(steps):
        if step % COOLING == COOLING - 1:
            mark[TEMPERATURE] *= cooling
        i = np.random.randint(clients)  # noqa: NPY002  (compiled)
        b = work.near[i, np.random.randint(nearest)]  # noqa: NPY002  (compiled)
        if b == work.at[i]:
            continue
        if number[b] == 0 or np.random.random() < 0.5:  # noqa: NPY002, PLR2004  (compiled; half of the moves)
            _shift(work, i, b)
        else:
            _swap(work, i, work.member[b, np.random.randint(number[b])])  # noqa: NPY002  (compiled)
        if mark[OVER] <= dust:
            feasible += 1
            if mark[COST] < mark[BEST] * (1.0 - EQUAL):
                _keep(work)
        if step % WINDOW == WINDOW - 1:
            if feasible < RARE * WINDOW:
                mark[PRICE] *= DEARER
            elif feasible > OFTEN * WINDOW:
                mark[PRICE] *= CHEAPER
            feasible = 0
