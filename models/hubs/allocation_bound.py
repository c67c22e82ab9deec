"""Lagrangian bound of single allocation, compiled: the choice of nodes and hubs apart from the traffic of each pair.

    min  sum_k f_k y_k + sum_ik L_ik z_ik + sum_{i<j} sum_km (w_ij t_km + w_ji t_mk) x_ijkm
    (a)  sum_m x_ijkm = z_ik,   sum_k x_ijkm = z_jm      the pair sees what its nodes chose      multipliers per ijk
    (b)  sum_k z_ik = 1                                                                          multipliers per i
    (c)  z_ik <= y_k = z_kk,    sum_i O_i z_ik <= room_k y_k,    sum_k room_k y_k >= sum_i O_i,   sum_k y_k = p

The path formulation of Skorin-Kapov, Skorin-Kapov, O'Kelly (EJOR 94, 1996), with (a) relaxed as in Contreras, Diaz,
Fernandez (OR Spectrum 31, 2009), and (b), too: every pair takes its cheapest two hubs, every hub fills a knapsack with
the nodes that gain by it, one more knapsack (or the p cheapest) chooses the hubs. Subgradient steps are deflected,
and scaled by the traffic that the multiplier prices: unscaled, AP's 50 nodes with tight capacities end 1.7 % lower.

All arrays belong to the caller, so that one slice of steps can follow another.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats, Indices
from models.compiled import compiled
from models.hubs import allocation_parts, hub_choice
from models.hubs.allocation_parts import Allowed, Data, Prices, nodes_value, pairs_value
from models.hubs.hub_choice import HUGE, Choice, choose

ROUNDING = 1e-13
SMOOTH = 0.7  # how much of its way a step keeps
PATIENCE = 20  # steps without gain until they shrink
SHRINK = 0.7
GAIN = 1e-5  # of the gap: less is no gain
FADE = 0.95  # of the averages
FORWARD = 0.02  # of the value: a step never goes back
NODE_STEP = 10.0  # a node's multiplier moves so much faster than a pair's
BEST, SCALE, SINCE = 0, 1, 2  # places in `Memory.state`


class Memory(NamedTuple):
    """What lasts from step to step: the best prices, the direction, average z [i, k], hubs [i, j] of pairs, numbers."""

    best: Prices
    way: Prices
    mean: Floats
    guess: Indices
    state: Floats


@compiled
def steps(  # noqa: PLR0913, PLR0917  (compiled)
    data: Data,
    allowed: Allowed,
    choice: Choice,
    prices: Prices,
    memory: Memory,
    goal: tuple[float, float],
    iterations: int,
) -> tuple[int, Indices, Floats]:
    """Take some steps; return how many, the last hubs chosen, and the last reduced costs.

    `goal`: the value that steps aim at, and the bound that is enough.
    """
    target, cutoff = goal
    state = memory.state
    taken, chosen = allocation_parts.blank(*data.local.shape), hub_choice.blank(data.home.size)
    scale = _scales(data.flow)
    for step in range(iterations):
        value, size = pairs_value(data, prices, allowed, memory.guess)
        constant, magnitude = nodes_value(data, prices, allowed, taken)
        choosing = choose(choice, taken.worth, chosen)
        if choosing >= HUGE:
            state[BEST] = HUGE
            return step, chosen.y, taken.reduced
        value += constant + choosing - ROUNDING * (size + magnitude)
        note(state, value, target)
        if value >= state[BEST]:
            memory.best.pair[:], memory.best.node[:] = prices.pair, prices.node
        if value >= cutoff:
            return step + 1, chosen.y, taken.reduced
        if state[SINCE] >= PATIENCE:
            state[SINCE] = 0
            state[SCALE] *= SHRINK
            prices.pair[:], prices.node[:] = memory.best.pair, memory.best.node
            memory.way.pair[:], memory.way.node[:] = 0.0, 0.0
            continue
        norm = _turn(taken.z, chosen.y, allowed, memory, scale)
        if norm <= 0:
            state[SCALE] = 0.0
            return step + 1, chosen.y, taken.reduced
        _move(prices, allowed, memory.way, scale, state[SCALE] * max(target - value, FORWARD * abs(value)) / norm)
    return iterations, chosen.y, taken.reduced


@compiled
def note(state: Floats, value: float, target: float) -> None:
    """Keep the best value, and for how long there was no gain worth the name."""
    if value > state[BEST] + GAIN * abs(target - state[BEST]):
        state[SINCE] = 0
    elif value <= state[BEST]:
        state[SINCE] += 1
    state[BEST] = max(state[BEST], value)


@compiled
def _turn(z: Floats, y: Indices, allowed: Allowed, memory: Memory, scale: Prices) -> float:
    """Turn the direction towards the subgradient; return its squared length."""
    n, norm, way, keep = z.shape[0], 0.0, memory.way, 1 - SMOOTH
    for i in range(n):
        miss = 1.0
        for t in range(allowed.number[i]):
            k = allowed.labels[i, t]
            miss -= z[i, k] * y[k]
            memory.mean[i, k] = FADE * memory.mean[i, k] + (1 - FADE) * z[i, k] * y[k]
        way.node[i] = SMOOTH * way.node[i] + keep * miss
        norm += scale.node[i] * way.node[i] ** 2
        for j in range(n):
            if scale.pair[i, j] > 0:
                for t in range(allowed.number[i]):
                    k = allowed.labels[i, t]
                    slope = z[i, k] * y[k] - (1.0 if memory.guess[i, j] == k else 0.0)
                    way.pair[i, j, k] = SMOOTH * way.pair[i, j, k] + keep * slope
                    norm += scale.pair[i, j] * way.pair[i, j, k] ** 2
    return norm


@compiled
def _move(prices: Prices, allowed: Allowed, way: Prices, scale: Prices, length: float) -> None:
    n = prices.node.size
    for i in range(n):
        prices.node[i] += length * scale.node[i] * way.node[i]
        for j in range(n):
            if scale.pair[i, j] > 0:
                for t in range(allowed.number[i]):
                    k = allowed.labels[i, t]
                    prices.pair[i, j, k] += length * scale.pair[i, j] * way.pair[i, j, k]


@compiled
def _scales(flow: Floats) -> Prices:
    """Return the scale of the multipliers: a pair's own traffic, and a node's, relative to the mean."""
    n = flow.shape[0]
    pair = flow + flow.T
    node = np.zeros(n)
    for i in range(n):
        pair[i, i] = 0.0
        node[i] = pair[i].sum()
    pair *= n * max(n - 1, 1) / max(pair.sum(), 1 / HUGE)
    node *= NODE_STEP * n / max(node.sum(), 1 / HUGE)
    return Prices(pair, np.maximum(node, 1e-3))


@compiled
def fix(data: Data, allowed: Allowed, choice: Choice, prices: Prices, cutoff: float, extra: Floats) -> float:
    """Strike from `allowed.ok` and settle in `choice.fate` what costs at least `cutoff` otherwise; return the bound.

    `extra`: see `pairs_extra`. The pairs' part and the nodes' part are minimised apart, so that what each costs more
    with i at k adds up.
    """
    fate = choice.fate
    n, hubs = data.local.shape
    taken, chosen = allocation_parts.blank(n, hubs), hub_choice.blank(hubs)
    guess = np.empty((n, n), np.int64)
    for i in range(n):
        guess[i, :] = allowed.labels[i, 0]
    value, size = pairs_value(data, prices, allowed, guess)
    constant, magnitude = nodes_value(data, prices, allowed, taken)
    choosing = choose(choice, taken.worth, chosen)
    if choosing >= HUGE:
        return HUGE
    value += constant + choosing - ROUNDING * (size + magnitude)
    own = np.zeros(hubs)
    for k in range(hubs):
        own[k] = extra[data.home[k], :, k].sum()
        if fate[k] == -1 and value + chosen.if_closed[k] >= cutoff:
            fate[k] = 1
        elif fate[k] == -1 and value + chosen.if_open[k] + own[k] >= cutoff:
            fate[k] = 0
    for i in range(n):
        for t in range(allowed.number[i]):
            k = allowed.labels[i, t]
            rise = chosen.if_open[k] + own[k] + (taken.forced_in[i, k] - taken.worth[k])
            if i != data.home[k]:
                rise += extra[i, :, k].sum() - extra[i, data.home[k], k]
            if fate[k] == 0 or value + rise >= cutoff:
                allowed.ok[i, k] = False
    return value
