"""Lagrangian bound on "each client is served once": subgradients with deflection.

With multipliers u [client], a site is worth  rho_j = f_j + sum_i min(0, c_ij - u_i), and

    L(u) = sum_i u_i + least sum of rho over a set S of sites that the rules allow

is a bound for every u. Source: Cornuejols, Fisher, Nemhauser, Management Science 23, 1977; deflection: Camerini,
Fratta, Maffioli, Mathematical Programming Study 3, 1975. Where client i's list ends early, u_i <= reach_i keeps the
terms beyond it at zero, so the bound is exact all the same.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import Floats
from models.compiled import compiled
from models.relaxation.lists import Lists

States = NDArray[np.int8]

FREE, OPEN, CLOSED = 0, 1, -1
DEFLECTION = 0.7
SHRINK = 0.7
PATIENCE = 12
SAFETY = 2.3e-16  # of the sum of all magnitudes, for each term: more than rounding can move such a sum
HOPELESS = 1e300

# places in Dual.mark
VALUE, BEST, SCALE, STALE, KEEP, SHRINKS, WAITS = 0, 1, 2, 3, 4, 5, 6
MARKS = 7


class Rules(NamedTuple):
    """Fixed costs [site], what is decided [site] (FREE, OPEN, CLOSED), and how many sites may be open."""

    fixed: Floats
    state: States
    least: int
    most: int


class Dual(NamedTuple):
    """Multipliers now and at the best bound [client], the deflected direction, and per site rho, choice, frequency.

    `rho`, `chosen` and `often` (a moving mean of `chosen`) are of the latest multipliers, `best_rho` and
    `best_chosen` belong to `best_u`. `mark`: see the constants above.
    """

    u: Floats
    best_u: Floats
    direction: Floats
    rho: Floats
    best_rho: Floats
    chosen: States
    best_chosen: States
    often: Floats
    mark: Floats


def new_dual(u: Floats, sites: int, scale: float) -> Dual:
    """Return the state of an ascent that begins at `u` with step scale `scale`."""
    mark = np.zeros(MARKS)
    mark[VALUE] = mark[BEST] = -HOPELESS
    mark[SCALE] = scale
    mark[KEEP], mark[SHRINKS], mark[WAITS] = DEFLECTION, SHRINK, PATIENCE
    return Dual(
        u.copy(), u.copy(), np.zeros(u.size), np.zeros(sites), np.zeros(sites), np.zeros(sites, dtype=np.int8),
        np.zeros(sites, dtype=np.int8), np.zeros(sites), mark,
    )  # fmt: skip


@compiled
def ascend(lists: Lists, rules: Rules, dual: Dual, target: float, rounds: int) -> int:
    """Take up to `rounds` steps towards `target`; return how many. Stops once the best bound reaches `target`."""
    clients = lists.reach.size
    served = np.zeros(clients, dtype=np.int32)
    mark = dual.mark
    for done in range(rounds):
        walked = _worth(lists, rules, dual)
        if not choose(rules, dual):
            mark[BEST] = HOPELESS
            return done
        value = _value(rules, dual)
        mark[VALUE] = value
        if value > mark[BEST] + 1e-7 * abs(value):
            mark[STALE] = 0
        else:
            mark[STALE] += 1
        if value > mark[BEST]:
            mark[BEST] = value
            dual.best_u[:] = dual.u
            dual.best_rho[:] = dual.rho
            dual.best_chosen[:] = dual.chosen
            if value >= target:
                return done
        if mark[STALE] >= mark[WAITS]:
            mark[STALE] = 0
            mark[SCALE] *= mark[SHRINKS]
            dual.u[:] = dual.best_u
            dual.direction[:] = 0.0
            continue
        _count(lists, dual, walked, served)
        if not _step(lists, dual, target, served):
            return done + 1
    return rounds


@compiled
def _worth(lists: Lists, rules: Rules, dual: Dual) -> int:
    rho, u = dual.rho, dual.u
    rho[:] = rules.fixed
    walked = 0
    for i in range(u.size):
        limit = u[i]
        k = lists.start[i]
        end = lists.start[i + 1]
        first = k
        while k < end:
            over = lists.cost[k] - limit
            if over >= 0.0:
                break
            rho[lists.site[k]] += over
            k += 1
        walked += k - first
    return walked


@compiled
def choose(rules: Rules, dual: Dual) -> bool:
    """Choose the sites of least worth that the rules allow; False if the rules allow no choice."""
    opened = 0
    free = 0
    negative = 0
    for j in range(dual.rho.size):
        dual.chosen[j] = rules.state[j] == OPEN
        opened += dual.chosen[j]
        if rules.state[j] == FREE:
            free += 1
            negative += dual.rho[j] < 0.0
    count = min(max(negative, rules.least - opened), rules.most - opened)
    if count < 0 or count > free:
        return False
    limit = 0.0 if count == negative else _limit(rules, dual, free, count)
    for j in range(dual.rho.size):
        if rules.state[j] == FREE and dual.rho[j] < limit:
            dual.chosen[j] = 1
            count -= 1
    for j in range(dual.rho.size):
        if count > 0 and rules.state[j] == FREE and dual.rho[j] == limit:
            dual.chosen[j] = 1
            count -= 1
        dual.often[j] += 0.1 * (dual.chosen[j] - dual.often[j])
    return True


@compiled
def _limit(rules: Rules, dual: Dual, free: int, count: int) -> float:
    """Return the `count`-th least worth of the free sites; -inf for none."""
    if count == 0:
        return -np.inf
    worth = np.empty(free)
    at = 0
    for j in range(dual.rho.size):
        if rules.state[j] == FREE:
            worth[at] = dual.rho[j]
            at += 1
    limit: float = np.partition(worth, count - 1)[count - 1]
    return limit


@compiled
def _value(rules: Rules, dual: Dual) -> float:
    total = 0.0
    size = 0.0
    for i in range(dual.u.size):
        total += dual.u[i]
        size += abs(dual.u[i])
    for j in range(dual.rho.size):
        if dual.chosen[j]:
            total += dual.rho[j]
            size += abs(dual.rho[j]) + 2.0 * rules.fixed[j]
    return total - SAFETY * (dual.u.size + dual.rho.size) * size


@compiled
def _count(lists: Lists, dual: Dual, walked: int, served: NDArray[np.int32]) -> None:
    """Count by how many chosen sites each client is served, by the shorter of two ways."""
    length = 0
    for j in range(dual.chosen.size):
        if dual.chosen[j]:
            length += lists.site_start[j + 1] - lists.site_start[j]
    if length < walked:
        _count_by_site(lists, dual, served)
    else:
        _count_by_client(lists, dual, served)


@compiled
def _count_by_site(lists: Lists, dual: Dual, served: NDArray[np.int32]) -> None:
    served[:] = 0
    for j in range(dual.chosen.size):
        if dual.chosen[j]:
            for k in range(lists.site_start[j], lists.site_start[j + 1]):
                i = lists.client[k]
                served[i] += lists.site_cost[k] < dual.u[i]


@compiled
def _count_by_client(lists: Lists, dual: Dual, served: NDArray[np.int32]) -> None:
    for i in range(dual.u.size):
        limit = dual.u[i]
        count = 0
        for k in range(lists.start[i], lists.start[i + 1]):
            if lists.cost[k] >= limit:
                break
            count += dual.chosen[lists.site[k]]
        served[i] = count


@compiled
def _step(lists: Lists, dual: Dual, target: float, served: NDArray[np.int32]) -> bool:
    """Move u along the deflected direction; False if every client is served exactly once."""
    direction, u, mark = dual.direction, dual.u, dual.mark
    norm = 0.0
    exact = True
    for i in range(u.size):
        g = 1.0 - served[i]
        if g != 0.0:
            exact = False
        direction[i] = mark[KEEP] * direction[i] + g
        norm += direction[i] * direction[i]
    if exact or norm <= 0.0:
        return False
    length = mark[SCALE] * (target - mark[VALUE]) / norm
    for i in range(u.size):
        moved = u[i] + length * direction[i]
        lowest = lists.cost[lists.start[i]] if lists.start[i + 1] > lists.start[i] else 0.0
        u[i] = min(max(moved, lowest), lists.reach[i])
    return True
