"""Lagrangian bound of multiple allocation, compiled: every pair finds its cheapest hubs at prices for their use.

    min  sum_k f_k y_k + sum_ij w_ij sum_km (a_ik + t_km + b_mj) x_ijkm
    sum_km x_ijkm = 1,     sum_m x_ijkm + sum_{m != k} x_ijmk <= y_k      multipliers M_ijk >= 0,     sum_k y_k = p

The strong path formulation (Hamacher, Labbe, Nickel, Sonneborn, Discrete Applied Mathematics 145, 2004; its dual: Canovas,
Garcia, Marin, EJOR 179, 2007), solved by scaled, deflected subgradient steps. Each pair is a search over two hubs that
the last answer cuts short. Arrays as in `allocation_bound`: hubs 0 .. K-1; `fate` 1 open, -1 free.
"""

import numpy as np
from numba import njit

from models.arrays import Flags, Floats, Indices
from models.hubs.allocation_bound import BEST, GAIN, HUGE, PATIENCE, ROUNDING, SCALE, SHRINK, SINCE, SMOOTH, choose_hubs


@njit(cache=True, nogil=True)
def routes_value(
    data: tuple[Floats, Floats, Floats, Floats, Floats], prices: Floats, first: Indices, last: Indices
) -> float:
    """Return the sum over pairs of their cheapest route at the prices; its hubs go to `first` and `last` [i, j]."""
    flow, collect, transfer, distribute, _ = data
    n, hubs = collect.shape
    total = 0.0
    nearest = np.empty(hubs)
    for k in range(hubs):
        nearest[k] = transfer[k].min()
    goal = np.empty(hubs)
    for i in range(n):
        for j in range(n):
            amount = flow[i, j]
            if amount == 0:
                continue
            least = np.inf
            for m in range(hubs):
                goal[m] = amount * distribute[m, j] + prices[i, j, m]
                least = min(least, goal[m])
            best, at_k, at_m = np.inf, -1, -1
            for s in range(-1, hubs):
                k = first[i, j] if s < 0 else s
                if k < 0:
                    continue
                base = amount * collect[i, k] + prices[i, j, k]
                alone = base + amount * (transfer[k, k] + distribute[k, j])
                if alone < best:
                    best, at_k, at_m = alone, k, k
                if base + least + amount * nearest[k] >= best:
                    continue
                for m in range(hubs):
                    value = base + amount * transfer[k, m] + goal[m]
                    if value < best and m != k:
                        best, at_k, at_m = value, k, m
            if at_k < 0:
                return HUGE  # no route without a forbidden link
            first[i, j], last[i, j] = at_k, at_m
            total += best
    return float(total)


@njit(cache=True, nogil=True)
def steps(
    data: tuple[Floats, Floats, Floats, Floats, Floats],
    fate: Indices,
    wanted: int,
    prices: Floats,
    memory: tuple[Floats, Floats, Floats],
    ends: tuple[Indices, Indices],
    state: Floats,
    target: float,
    cutoff: float,
    iterations: int,
) -> tuple[int, Indices]:
    """Take some subgradient steps; return how many, and the last hubs chosen.

    `data`: flow, collect, transfer, distribute, fixed. `memory`: best prices, direction, average use [k].
    """
    flow, fixed = data[0], data[4]
    best_prices, way, mean = memory
    first, last = ends
    n, hubs = data[1].shape
    worth, y = np.zeros(hubs), np.zeros(hubs, np.int64)
    if_open, if_closed, room = np.zeros(hubs), np.zeros(hubs), np.full(hubs, np.inf)
    scale = flow * flow.size / max(flow.sum(), 1e-300)
    for step in range(iterations):
        value = routes_value(data, prices, first, last)
        worth[:] = fixed
        for i in range(n):
            for j in range(n):
                if flow[i, j] > 0:
                    for k in range(hubs):
                        worth[k] -= prices[i, j, k]
        chosen = choose_hubs(worth, fate, wanted, room, 0.0, y, if_open, if_closed)
        if value >= HUGE or chosen >= HUGE:
            state[BEST] = HUGE
            return step, y
        value += chosen - ROUNDING * (value + np.abs(fixed - worth).sum() + fixed.sum())
        if value > state[BEST]:
            if value > state[BEST] + GAIN * abs(target - state[BEST]):
                state[SINCE] = 0
            state[BEST] = value
            best_prices[:] = prices
        else:
            state[SINCE] += 1
        if value >= cutoff:
            return step + 1, y
        if state[SINCE] >= PATIENCE:
            state[SINCE] = 0
            state[SCALE] *= SHRINK
            prices[:], way[:] = best_prices, 0.0
            continue
        norm = 0.0
        mean[:] = 0.95 * mean + 0.05 * y
        for i in range(n):
            for j in range(n):
                if flow[i, j] > 0:
                    for k in range(hubs):
                        slope = (1.0 if first[i, j] == k or last[i, j] == k else 0.0) - y[k]
                        way[i, j, k] = SMOOTH * way[i, j, k] + (1 - SMOOTH) * slope
                        if way[i, j, k] > 0 or prices[i, j, k] > 0:
                            norm += scale[i, j] * way[i, j, k] ** 2
        if norm <= 0:
            state[SCALE] = 0.0
            return step + 1, y
        length = state[SCALE] * (target - value) / norm
        for i in range(n):
            for j in range(n):
                if flow[i, j] > 0:
                    for k in range(hubs):
                        move = length * scale[i, j] * way[i, j, k]
                        prices[i, j, k] = max(0.0, prices[i, j, k] + move)
    return iterations, y


@njit(cache=True, nogil=True)
def fix(
    data: tuple[Floats, Floats, Floats, Floats, Floats], fate: Indices, wanted: int, prices: Floats, cutoff: float
) -> float:
    """Settle in `fate` (in place) what costs at least `cutoff` otherwise; return the bound."""
    flow, fixed = data[0], data[4]
    n, hubs = data[1].shape
    first, last = np.full((n, n), -1), np.full((n, n), -1)
    y = np.zeros(hubs, np.int64)
    if_open, if_closed, room = np.zeros(hubs), np.zeros(hubs), np.full(hubs, np.inf)
    value = routes_value(data, prices, first, last)
    worth = fixed.copy()
    for i in range(n):
        for j in range(n):
            if flow[i, j] > 0:
                worth -= prices[i, j]
    chosen = choose_hubs(worth, fate, wanted, room, 0.0, y, if_open, if_closed)
    if value >= HUGE or chosen >= HUGE:
        return HUGE
    value += chosen - ROUNDING * (value + np.abs(fixed - worth).sum() + fixed.sum())
    for k in range(hubs):
        if fate[k] == -1:
            if value + if_closed[k] >= cutoff:
                fate[k] = 1
            elif value + if_open[k] >= cutoff:
                fate[k] = 0
    return float(value)


@njit(cache=True, nogil=True)
def shortest(
    data: tuple[Floats, Floats, Floats, Floats, Floats], opened: Indices, first: Indices, last: Indices
) -> float:
    """Return the cost of the cheapest routes through the hubs `opened` (without fixed costs); fill their ends.

    Hub by hub: the best first hub for each (origin, last hub), then the best last hub for each pair. inf: no route.
    """
    flow, collect, transfer, distribute, _ = data
    n = flow.shape[0]
    total = 0.0
    reach = np.empty(opened.size)
    by = np.empty(opened.size, np.int64)
    for i in range(n):
        for s in range(opened.size):
            m = opened[s]
            reach[s], by[s] = np.inf, -1
            for k in opened:
                value = collect[i, k] + transfer[k, m]
                if value < reach[s]:
                    reach[s], by[s] = value, k
        for j in range(n):
            first[i, j] = last[i, j] = -1
            best = np.inf
            for s in range(opened.size):
                value = reach[s] + distribute[opened[s], j]
                if value < best:
                    best = value
                    first[i, j], last[i, j] = by[s], opened[s]
            if flow[i, j] > 0:
                total += flow[i, j] * best
    return total


@njit(cache=True, nogil=True)
def best_move(
    data: tuple[Floats, Floats, Floats, Floats, Floats], chosen: Flags, value: float, sized: bool, start: int, most: int
) -> tuple[float, int]:
    """Try the moves `start`, ... (add, drop, swap; only swaps if `sized`); keep the first that gains.

    Return the value and the number of the next move to try (0 after a gain, -1 after the last).
    """
    hubs, n = chosen.size, data[0].shape[0]
    first, last = np.empty((n, n), np.int64), np.empty((n, n), np.int64)
    trial = chosen.copy()
    for move in range(start, min(start + most, (hubs + 1) * hubs)):
        out, into = move // hubs - 1, move % hubs  # out -1: only add or drop `into`
        if out < 0:
            if sized:
                continue
            trial[into] = not trial[into]
        else:
            if not chosen[out] or chosen[into]:
                continue
            trial[out], trial[into] = False, True
        opened = np.flatnonzero(trial)
        trial_value = shortest(data, opened, first, last) + data[4][opened].sum()
        if trial_value < value - 1e-12 * abs(value):
            chosen[:] = trial
            return trial_value, 0
        trial[:] = chosen
    return value, (start + most if start + most < (hubs + 1) * hubs else -1)
