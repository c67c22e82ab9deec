"""The bound of whole clients when the open sites are decided, compiled; and how often each site takes each client.

The generalised assignment problem. Every site is a whole knapsack at the wages (see `site_knapsacks`); the volume
algorithm raises the wages, and averages the knapsacks as well: `share[site, client]` tends to the linear relaxation
over packings, which says where most clients belong (Barahona, Anbil, Mathematical Programming 87, 2000).
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.relaxation.site_knapsacks import pack

SAFETY = 1e-11  # relative to the terms added up: more than their rounding
REACH = 0.005  # the target lies so far above the best bound, relative to all wages
LEAST_ALPHA, MOST_ALPHA = 0.01, 0.1
SHRINK, GROW, PATIENCE, WIDEST = 0.66, 1.1, 10, 2.0
FLAT = 1e-14


class Assigning(NamedTuple):
    """What is left to assign: `cost` [site, client] of the open sites, `demand` and `free` [client], `room` [site].

    `wage` [client] and `share` [site, client] are where the climb stands.
    """

    cost: Floats
    demand: Floats
    room: Floats
    free: Flags
    wage: Floats
    share: Floats


class _Buffers(NamedTuple):
    items: Indices
    gain: Floats
    size: Floats
    taken: Flags


@compiled
def climb_packings(work: Assigning, rounds: int, scale: float, enough: float) -> float:
    """Improve the wages of the free clients for `rounds` evaluations, or until the bound of serving them is `enough`.

    Returns the bound, less its rounding.
    """
    clients = work.free.size
    trial, drift, slope = work.wage.copy(), np.zeros(clients), np.zeros(clients)
    buffers = _Buffers(
        np.empty(clients, dtype=np.int64), np.empty(clients), np.empty(clients), np.empty(clients, dtype=np.bool_)
    )
    packing = np.zeros(work.cost.shape)
    best, idle, span = -np.inf, 0, 0.0
    for turn in range(rounds):
        if turn > 0:
            length = (drift * drift).sum()
            if length < FLAT:
                break
            trial[:] = work.wage + scale * REACH * span / length * drift
        bound = _packed(work, trial, packing, slope, buffers)
        if turn == 0:
            drift[:] = slope
            work.share[:] = packing
        else:
            spread = ((slope - drift) ** 2).sum()
            alpha = (drift * (drift - slope)).sum() / spread if spread > 0.0 else 1.0
            alpha = min(max(alpha, LEAST_ALPHA), MOST_ALPHA)
            agrees = (slope * drift).sum() >= 0.0
            drift += alpha * (slope - drift)
            work.share[:] += alpha * (packing - work.share)
            if bound > best and agrees:
                scale = min(scale * GROW, WIDEST)
            elif bound <= best:
                idle += 1
                if idle >= PATIENCE:
                    scale *= SHRINK
                    idle = 0
        if bound > best:
            best, idle = bound, 0
            work.wage[:] = trial
            span = np.abs(trial[work.free]).sum()
            if bound >= enough:
                break
    return best


@compiled
def _packed(work: Assigning, wage: Floats, packing: Floats, slope: Floats, buffers: _Buffers) -> float:
    """Solve every site's knapsack; return the bound, write the packing and the subgradient."""
    items, gain, size, taken = buffers
    packing[:] = 0.0
    bound, terms = 0.0, 0.0
    for i in range(wage.size):
        slope[i] = 1.0 if work.free[i] else 0.0
        bound += wage[i] if work.free[i] else 0.0
        terms += abs(wage[i]) if work.free[i] else 0.0
    for j in range(work.room.size):
        count = 0
        for i in range(wage.size):
            better = wage[i] - work.cost[j, i]
            if work.free[i] and better > 0.0 and work.demand[i] <= work.room[j]:
                items[count], gain[count], size[count] = i, better, work.demand[i]
                count += 1
        worth = pack(count, work.room[j], items, gain, size, taken)
        bound -= worth
        terms += worth
        for k in range(count):
            if taken[k]:
                packing[j, items[k]] = 1.0
                slope[items[k]] -= 1.0
    return bound - SAFETY * terms
