"""Lagrangian bound of maximal covering: multipliers on "one best site, one second site".

With u_i >= 0 for the best and v_i >= 0 for the second site, w_i and b_i their weights, a_ij the part covered,

    r_j = sum_i max(0, w_i a_ij - u_i, b_i a_ij - v_i)
    U(u, v) = sum_i (u_i + v_i) + largest sum of r_j over p sites

no plan earns more than U. Source: Galvao, ReVelle, European Journal of Operational Research 88, 1996 (without backup);
deflection: Camerini, Fratta, Maffioli, Mathematical Programming Study 3, 1975.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.credit import Credit
from models.covering.lists import CLOSED, FREE, OPEN, States

DEFLECTION = 0.7
SHRINK = 0.7
PATIENCE = 12
SAFETY = 2.3e-16  # of the sum of all magnitudes, for each term: more than rounding can move such a sum

# places in Dual.mark: bound, step scale, steps without gain, worth of the last site chosen and of the next one
BEST, SCALE, STALE, LAST, NEXT = 0, 1, 2, 3, 4
BEST_LAST, BEST_NEXT = 5, 6


class Dual(NamedTuple):
    """Multipliers [client] of the best and the second site, now and at the best bound, directions, worth [site]."""

    u: Floats
    v: Floats
    best_u: Floats
    best_v: Floats
    turn_u: Floats
    turn_v: Floats
    worth: Floats
    best_worth: Floats
    chosen: States
    mark: Floats


def new_dual(u: Floats, v: Floats, sites: int, scale: float) -> Dual:
    """Return the state of a descent that begins at `u`, `v` with step scale `scale`."""
    mark = np.zeros(7)
    mark[BEST] = np.inf
    mark[SCALE] = scale
    return Dual(
        u.copy(), v.copy(), u.copy(), v.copy(), np.zeros(u.size), np.zeros(v.size), np.zeros(sites), np.zeros(sites),
        np.zeros(sites, dtype=np.int8), mark,
    )  # fmt: skip


@compiled
def value(credit: Credit, state: States, dual: Dual, p: int) -> float:
    """Fill worth and choice of the sites and return the bound, and what rounding may have taken from it."""
    total = 0.0
    for i in range(dual.u.size):
        total += dual.u[i] + dual.v[i]
    longest = 0
    for j in range(state.size):
        worth = 0.0
        if state[j] != CLOSED:
            for at in range(credit.site_start[j], credit.site_start[j + 1]):
                i = credit.client[at]
                best = credit.weight[i] * credit.site_part[at] - dual.u[i]
                second = credit.backup[i] * credit.site_part[at] - dual.v[i]
                worth += max(best, second, 0.0)
            longest = max(longest, credit.site_start[j + 1] - credit.site_start[j])
        dual.worth[j] = worth
    total += _choose(state, dual, p)
    return total * (1.0 + SAFETY * (dual.u.size + longest + p))


@compiled
def _choose(state: States, dual: Dual, p: int) -> float:
    """Choose the open sites and, up to p, the free ones worth most; return their worth."""
    total = 0.0
    room = p
    free = 0
    for j in range(state.size):
        dual.chosen[j] = state[j] == OPEN
        free += state[j] == FREE
        if state[j] == OPEN:
            room -= 1
            total += dual.worth[j]
    worth = np.empty(free)
    at = 0
    for j in range(state.size):
        if state[j] == FREE:
            worth[at] = dual.worth[j]
            at += 1
    worth = np.sort(worth)[::-1]
    room = max(min(room, free), 0)
    last = worth[room - 1] if room > 0 else np.inf
    dual.mark[LAST] = last
    dual.mark[NEXT] = worth[room] if room < free else 0.0
    for equal in range(2):
        for j in range(state.size):
            fits = dual.worth[j] == last if equal else dual.worth[j] > last
            if room > 0 and state[j] == FREE and fits:
                dual.chosen[j] = 1
                room -= 1
                total += dual.worth[j]
    return total


@compiled
def descend(credit: Credit, state: States, dual: Dual, p: int, target: float, rounds: int) -> int:
    """Take up to `rounds` steps towards `target`; return how many. Stops once the best bound is down at `target`."""
    mark = dual.mark
    for done in range(rounds):
        bound = value(credit, state, dual, p)
        mark[STALE] = 0.0 if bound < mark[BEST] * (1.0 - 1e-7) else mark[STALE] + 1.0
        if bound < mark[BEST]:
            mark[BEST] = bound
            mark[BEST_LAST] = mark[LAST]
            mark[BEST_NEXT] = mark[NEXT]
            dual.best_u[:] = dual.u
            dual.best_v[:] = dual.v
            dual.best_worth[:] = dual.worth
            if bound <= target:
                return done
        if mark[STALE] >= PATIENCE:
            mark[STALE] = 0.0
            mark[SCALE] *= SHRINK
            dual.u[:] = dual.best_u
            dual.v[:] = dual.best_v
            dual.turn_u[:] = 0.0
            dual.turn_v[:] = 0.0
        elif not _step(credit, dual, bound - target):
            return done + 1
    return rounds


@compiled
def _step(credit: Credit, dual: Dual, missing: float) -> bool:
    """Move along the deflected direction; False if every client has as many chosen sites as it uses."""
    slope_u = np.ones(dual.u.size)
    slope_v = (credit.backup > 0.0).astype(np.float64)
    _use(credit, dual, slope_u, slope_v)
    norm = _turned(dual.u, dual.turn_u, slope_u) + _turned(dual.v, dual.turn_v, slope_v)
    if norm <= 0.0:
        return False
    length = dual.mark[SCALE] * missing / norm
    for i in range(dual.u.size):
        dual.u[i] = min(max(dual.u[i] - length * dual.turn_u[i], 0.0), credit.weight[i])
        dual.v[i] = min(max(dual.v[i] - length * dual.turn_v[i], 0.0), credit.backup[i])
    return True


@compiled
def _use(credit: Credit, dual: Dual, slope_u: Floats, slope_v: Floats) -> None:
    """Take from the slopes what the chosen sites serve."""
    for j in range(dual.chosen.size):
        if dual.chosen[j]:
            for at in range(credit.site_start[j], credit.site_start[j + 1]):
                i = credit.client[at]
                best = credit.weight[i] * credit.site_part[at] - dual.u[i]
                second = credit.backup[i] * credit.site_part[at] - dual.v[i]
                if best > 0.0 and best >= second:
                    slope_u[i] -= 1.0
                elif second > 0.0:
                    slope_v[i] -= 1.0


@compiled
def _turned(u: Floats, turn: Floats, slope: Floats) -> float:
    """Deflect the direction by the slope and return its square length."""
    norm = 0.0
    for i in range(u.size):
        if slope[i] > 0.0 and u[i] <= 0.0:
            slope[i] = 0.0
        turn[i] = DEFLECTION * turn[i] + slope[i]
        norm += turn[i] * turn[i]
    return norm
