"""The best multipliers of the capacitated bound: the volume algorithm (Barahona, Anbil, Mathematical Programming 87, 2000).

A subgradient method that moves from its best point along an average of the subgradients seen so far. The average
tends to what the linear relaxation does: its openings say which site is worth a branch.
"""

from typing import Any

import numpy as np
from numba import njit

from models.arrays import Flags, Floats, Indices
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN, _cheapest, add_served, choose, site_values

SAFETY = 1e-11  # relative to the terms added up: more than their rounding


@njit(cache=True, nogil=True)
def evaluate(
    by_site: Floats,
    demand: Floats,
    room: Floats,
    fixed: Floats,
    state: Indices,
    limits: Any,  # noqa: ANN401  (least, most, need, is_whole)
    wage: Floats,
    y: Flags,
    values: Floats,
) -> tuple[float, float]:
    """Return (bound less its rounding, toll); writes the sites' values and the choice."""
    least, most, need, is_whole = limits
    values[:] = site_values(by_site, demand, room, fixed, state, wage, is_whole)
    cheapest, toll = choose(values, room, state, least, most, need, y)
    if cheapest == np.inf:
        return np.inf, 0.0
    terms = np.abs(wage).sum() + toll * need
    for j in range(values.size):
        if y[j]:
            terms += abs(values[j]) + toll * room[j]
    return wage.sum() + cheapest - SAFETY * terms, toll


@njit(cache=True, nogil=True)
def climb(
    by_site: Floats,
    demand: Floats,
    room: Floats,
    fixed: Floats,
    state: Indices,
    limits: Any,  # noqa: ANN401
    wage: Floats,
    values: Floats,
    y: Flags,
    share: Floats,
    drift: Floats,
    control: Floats,
    upper: float,
    enough: float,
    rounds: int,
) -> float:
    """Improve `wage` for `rounds` evaluations, or until the bound is `enough`; returns the best bound.

    `wage`, `values`, `y` are those of the best bound; `share` [site] the averaged openings, `drift` [client] the
    averaged subgradient, `control` = (bound, toll, step scale, evaluations without gain): the state to carry on from.
    """
    sites, clients = by_site.shape
    best, toll, scale, idle = control[0], control[1], control[2], control[3]
    trial = wage.copy()
    trial_values, trial_y = np.zeros(sites), np.zeros(sites, dtype=np.bool_)
    served = np.empty(clients)
    is_first = best == -np.inf
    for _ in range(rounds):
        if not is_first:
            length = (drift * drift).sum()
            if length < 1e-14:
                break
            reach = min(upper, best + 0.05 * abs(best)) if upper < np.inf else best + 0.05 * abs(best)
            step = scale * max(reach - best, 1e-6 * abs(best)) / length
            for i in range(clients):
                trial[i] = wage[i] + step * drift[i]
        bound, new_toll = evaluate(by_site, demand, room, fixed, state, limits, trial, trial_y, trial_values)
        if bound == np.inf:
            control[0] = np.inf
            return np.inf
        served[:] = 0.0
        for j in range(sites):
            if trial_y[j]:
                add_served(j, by_site, demand, room, trial, limits[3], served)
        if is_first:
            for i in range(clients):
                drift[i] = 1.0 - served[i]
            for j in range(sites):
                share[j] = 1.0 if trial_y[j] else 0.0
            alpha = 1.0
        else:
            gg, gd, dd = 0.0, 0.0, 0.0
            for i in range(clients):
                g = 1.0 - served[i]
                gg += g * g
                gd += g * drift[i]
                dd += drift[i] * drift[i]
            spread = gg - 2.0 * gd + dd
            alpha = (dd - gd) / spread if spread > 0 else 1.0
            alpha = min(max(alpha, 0.01), 0.1)
            for i in range(clients):
                drift[i] += alpha * (1.0 - served[i] - drift[i])
            for j in range(sites):
                share[j] += alpha * ((1.0 if trial_y[j] else 0.0) - share[j])
            if bound > best:
                if gd >= 0.0:
                    scale = min(scale * 1.1, 2.0)
            else:
                idle += 1
                if idle >= 10:
                    scale *= 0.66
                    idle = 0
        if bound > best:
            idle = 0
            best, toll = bound, new_toll
            wage[:] = trial
            values[:] = trial_values
            y[:] = trial_y
            if best >= enough:
                break
        is_first = False
    control[0], control[1], control[2], control[3] = best, toll, scale, idle
    return best


@njit(cache=True, nogil=True)
def flips(values: Floats, room: Floats, state: Indices, limits: Any, bound: float, toll: float) -> Floats:  # noqa: ANN401
    """Return [site] the bound of a free site doing the opposite of the choice at `toll`."""
    least, most, need, _ = limits
    y = np.zeros(values.size, dtype=np.bool_)
    _cheapest(values, room, state, least, most, need, toll, y)
    count = y.sum()
    worst, following = -np.inf, np.inf
    for j in range(values.size):
        if state[j] == FREE:
            net = values[j] - toll * room[j]
            if y[j]:
                worst = max(worst, net)
            else:
                following = min(following, net)
    result = np.full(values.size, bound)
    for j in range(values.size):
        if state[j] == FREE:
            net = values[j] - toll * room[j]
            if y[j]:
                result[j] = bound - net + (following if count == least or following < 0.0 else 0.0)
            elif worst > -np.inf:
                result[j] = bound + net - (worst if count == most or worst > 0.0 else 0.0)
            else:
                result[j] = bound + net if count < most else np.inf
    return result
