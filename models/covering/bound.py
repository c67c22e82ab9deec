"""Lagrangian bound of set covering: subgradients with deflection.

With multipliers u >= 0 [client] a site is worth its reduced cost  r_j = c_j - sum of u_i over what it covers, and

    L(u) = sum_i u_i + least sum of r_j over at most `most` sites

is a bound for every u; it reaches that of the linear relaxation. Opening j beside the least sites moves the bound by
r_j less what the last of them, or none, is worth; closing one of these by what the next is worth less r_j.

Source: Beasley, European Journal of Operational Research 31, 1987; Caprara, Fischetti, Toth, Operations Research 47,
1999; deflection: Camerini, Fratta, Maffioli, Mathematical Programming Study 3, 1975.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.lists import Cover

DEFLECTION = 0.7
SHRINK = 0.7
PATIENCE = 12
SAFETY = 2.3e-16  # of the sum of all magnitudes, for each term: more than rounding can move such a sum

# places in Dual.mark
BEST, SCALE, STALE = 0, 1, 2
LAST, NEXT = 3, 4  # worth of the last site chosen and of the next, none: 0; now, and from 5 on at the best bound
BEST_LAST, BEST_NEXT = 5, 6


class Dual(NamedTuple):
    """Multipliers now and at the best bound [client], the deflected direction, reduced costs [site], and marks."""

    u: Floats
    best_u: Floats
    direction: Floats
    reduced: Floats
    best_reduced: Floats
    mark: Floats


def new_dual(u: Floats, sites: int, scale: float) -> Dual:
    """Return the state of an ascent that begins at `u` with step scale `scale`."""
    mark = np.array([-np.inf, scale, 0.0, 0.0, 0.0, 0.0, 0.0])
    return Dual(u.copy(), u.copy(), np.zeros(u.size), np.zeros(sites), np.zeros(sites), mark)


dual_in_loops = compiled(new_dual)


@compiled
def first_multipliers(cover: Cover, cost: Floats) -> Floats:
    """Return for each client the least share of a site's cost, were it spread over all that the site covers."""
    u = np.full(cover.start.size - 1, np.inf)
    for j in range(cost.size):
        size = cover.site_start[j + 1] - cover.site_start[j]
        for k in range(cover.site_start[j], cover.site_start[j + 1]):
            u[cover.client[k]] = min(u[cover.client[k]], cost[j] / size)
    for i in range(u.size):
        if u[i] == np.inf:
            u[i] = 0.0
    return u


@compiled
def value(cover: Cover, cost: Floats, dual: Dual, most: int) -> float:
    """Fill the reduced costs of the multipliers and return the bound, less what rounding may have added."""
    total = 0.0
    for i in range(dual.u.size):
        total += dual.u[i]
    size = total
    negative = 0
    for j in range(cost.size):
        reduced = cost[j]
        for k in range(cover.site_start[j], cover.site_start[j + 1]):
            reduced -= dual.u[cover.client[k]]
        dual.reduced[j] = reduced
        negative += reduced < 0.0
    last = _limits(dual, most, negative)
    chosen = 0
    for j in range(cost.size):
        reduced = dual.reduced[j]
        if reduced < last:
            total += reduced
            chosen += 1
            size += 2.0 * cost[j] - reduced
    if negative > most:
        total += (most - chosen) * last
        size -= (most - chosen) * last * 2.0
    return total - SAFETY * (dual.u.size + cost.size) * size


@compiled
def _limits(dual: Dual, most: int, negative: int) -> float:
    """Fill the worth of the last site chosen and of the next; return the worth below which all are chosen."""
    dual.mark[LAST] = dual.mark[NEXT] = 0.0
    if negative < most:
        return 0.0
    if most <= 0:
        dual.mark[LAST] = -np.inf
        return -np.inf
    ranked = np.partition(dual.reduced, most - 1)
    dual.mark[LAST] = min(ranked[most - 1], 0.0)
    if negative > most:
        dual.mark[NEXT] = ranked[most:].min()
        last: float = dual.mark[LAST]
        return last
    return 0.0


@compiled
def ascend(cover: Cover, cost: Floats, dual: Dual, target: float, most: int, rounds: int) -> int:
    """Take up to `rounds` steps towards `target`; return how many. Stops once the best bound reaches `target`."""
    mark = dual.mark
    served = np.zeros(dual.u.size)
    for done in range(rounds):
        bound = value(cover, cost, dual, most)
        if bound > mark[BEST] + 1e-7 * abs(bound):
            mark[STALE] = 0.0
        else:
            mark[STALE] += 1.0
        if bound > mark[BEST]:
            mark[BEST] = bound
            mark[BEST_LAST] = mark[LAST]
            mark[BEST_NEXT] = mark[NEXT]
            dual.best_u[:] = dual.u
            dual.best_reduced[:] = dual.reduced
            if bound >= target:
                return done
        if mark[STALE] >= PATIENCE:
            mark[STALE] = 0.0
            mark[SCALE] *= SHRINK
            dual.u[:] = dual.best_u
            dual.direction[:] = 0.0
            continue
        _count(cover, dual, most, served)
        if not _step(dual, target - bound, served):
            return done + 1
    return rounds


@compiled
def _count(cover: Cover, dual: Dual, most: int, served: Floats) -> None:
    """Count by how many of the chosen sites each client is covered."""
    served[:] = 0.0
    left = most
    for equal in range(2):  # ties at the last place are chosen after the others, as many as there is room for
        for j in range(dual.reduced.size):
            reduced = dual.reduced[j]
            is_chosen = reduced < dual.mark[LAST] if equal == 0 else reduced == dual.mark[LAST] and reduced < 0.0
            if is_chosen and left > 0:
                left -= 1
                for k in range(cover.site_start[j], cover.site_start[j + 1]):
                    served[cover.client[k]] += 1.0


@compiled
def _step(dual: Dual, missing: float, served: Floats) -> bool:
    """Move u along the deflected direction; False if there is none."""
    norm = 0.0
    for i in range(dual.u.size):
        slope = 1.0 - served[i]
        if slope < 0.0 and dual.u[i] <= 0.0:
            slope = 0.0
        dual.direction[i] = DEFLECTION * dual.direction[i] + slope
        norm += dual.direction[i] * dual.direction[i]
    if norm <= 0.0:
        return False
    step = dual.mark[SCALE] * missing / norm
    for i in range(dual.u.size):
        dual.u[i] = max(dual.u[i] + step * dual.direction[i], 0.0)
    return True


@compiled
def opening_adds(dual: Dual, site: int) -> float:
    """Return by how much the best bound rises, at least, where the site is open."""
    added: float = max(dual.best_reduced[site] - dual.mark[BEST_LAST], 0.0)
    return added


@compiled
def closing_adds(dual: Dual, site: int) -> float:
    """Return by how much the best bound rises, at least, where the site is closed."""
    added: float = max(dual.mark[BEST_NEXT] - dual.best_reduced[site], 0.0)
    return added
