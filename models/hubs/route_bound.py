"""Lagrangian bound of multiple allocation, compiled: every pair finds its cheapest hubs at prices for their use.

    min  sum_k f_k y_k + sum_ij w_ij sum_kl (a_ik + t_kl + b_lj) x_ijkl,    sum_kl x_ijkl = 1,    sum_k y_k = p
    (a)  sum_l x_ijkl + sum_{l != k} x_ijlk <= y_k                  multipliers per ijk, 0 or more
    (b)  sum_ij w_ij sum_l x_ijkl <= room_k y_k                     multipliers per k, 0 or more

The strong path formulation (Hamacher, Labbe, Nickel, Sonneborn, Discrete Applied Mathematics 145, 2004; its dual:
Canovas, Garcia, Marin, EJOR 179, 2007), solved by scaled, deflected subgradient steps. A pair's search over two hubs
is cut short by its last answer. Hubs are counted 0 .. K-1.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats, Indices
from models.compiled import compiled
from models.hubs import hub_choice
from models.hubs.allocation_bound import BEST, FADE, FORWARD, PATIENCE, ROUNDING, SCALE, SHRINK, SINCE, SMOOTH, note
from models.hubs.hub_choice import HUGE, LOOSE, Choice, choose
from models.hubs.routes import Ends, Legs


class Prices(NamedTuple):
    """Multipliers: `use` [i, j, k] of hub k by pair ij, `toll` [k] of its room."""

    use: Floats
    toll: Floats


class Memory(NamedTuple):
    """What lasts from step to step: the best prices, the direction, average y [k], hubs of pairs, numbers."""

    best: Prices
    way: Prices
    mean: Floats
    ends: Ends
    state: Floats


@compiled
def routes_value(legs: Legs, prices: Prices, ends: Ends) -> float:
    """Return the sum over pairs of their cheapest route at the prices; its hubs go to `ends`. HUGE: no route."""
    n, hubs = legs.collect.shape
    total = 0.0
    nearest, goal = np.empty(hubs), np.empty(hubs)
    for k in range(hubs):
        nearest[k] = legs.transfer[k].min()
    for i in range(n):
        for j in range(n):
            if legs.flow[i, j] > 0:
                value = _route(legs, prices, i, j, nearest, goal, ends)
                if value >= HUGE:
                    return HUGE
                total += value
    return total


@compiled
def _route(legs: Legs, prices: Prices, i: int, j: int, nearest: Floats, goal: Floats, ends: Ends) -> float:  # noqa: PLR0913, PLR0917  (compiled)
    amount, use, hubs = legs.flow[i, j], prices.use, goal.size
    least = np.inf
    for m in range(hubs):
        goal[m] = amount * legs.distribute[m, j] + use[i, j, m]
        least = min(least, goal[m])
    best, at_k, at_m = np.inf, -1, -1
    for s in range(-1, hubs):
        k = ends.first[i, j] if s < 0 else s
        if k < 0:
            continue
        base = amount * (legs.collect[i, k] + prices.toll[k]) + use[i, j, k]
        alone = base + amount * (legs.transfer[k, k] + legs.distribute[k, j])
        if alone < best:
            best, at_k, at_m = alone, k, k
        if base + least + amount * nearest[k] >= best:
            continue
        for m in range(hubs):
            value = base + amount * legs.transfer[k, m] + goal[m]
            if value < best and m != k:
                best, at_k, at_m = value, k, m
    ends.first[i, j], ends.last[i, j] = at_k, at_m
    return best if at_k >= 0 else HUGE


@compiled
def hubs_worth(legs: Legs, prices: Prices, worth: Floats) -> float:
    """Fill `worth` [k]: the fixed cost less what the prices pay for hub k; return the sum of magnitudes."""
    n = legs.flow.shape[0]
    for k in range(worth.size):
        worth[k] = legs.fixed[k] - (prices.toll[k] * legs.room[k] * LOOSE if prices.toll[k] > 0 else 0.0)
    for i in range(n):
        for j in range(n):
            if legs.flow[i, j] > 0:
                for k in range(worth.size):
                    worth[k] -= prices.use[i, j, k]
    return float(2 * legs.fixed.sum() + np.abs(worth).sum())


@compiled
def steps(
    legs: Legs, choice: Choice, prices: Prices, memory: Memory, goal: tuple[float, float], iterations: int
) -> tuple[int, Indices]:
    """Take some steps; return how many, and the last hubs chosen. `goal`: see `allocation_bound.steps`."""
    target, cutoff = goal
    state = memory.state
    hubs = legs.fixed.size
    worth, chosen = np.zeros(hubs), hub_choice.blank(hubs)
    scale = legs.flow * legs.flow.size / max(legs.flow.sum(), 1 / HUGE)
    for step in range(iterations):
        value = routes_value(legs, prices, memory.ends)
        size = value + hubs_worth(legs, prices, worth)
        choosing = choose(choice, worth, chosen)
        if value >= HUGE or choosing >= HUGE:
            state[BEST] = HUGE
            return step, chosen.y
        value += choosing - ROUNDING * size
        note(state, value, target)
        if value >= state[BEST]:
            memory.best.use[:], memory.best.toll[:] = prices.use, prices.toll
        if value >= cutoff:
            return step + 1, chosen.y
        if state[SINCE] >= PATIENCE:
            state[SINCE] = 0
            state[SCALE] *= SHRINK
            prices.use[:], prices.toll[:] = memory.best.use, memory.best.toll
            memory.way.use[:], memory.way.toll[:] = 0.0, 0.0
            continue
        memory.mean[:] = FADE * memory.mean + (1 - FADE) * chosen.y
        norm = _turn(legs, prices, chosen.y, memory, scale) + _turn_tolls(legs, prices, chosen.y, memory)
        if norm <= 0:
            state[SCALE] = 0.0
            return step + 1, chosen.y
        _move(legs, prices, memory.way, scale, state[SCALE] * max(target - value, FORWARD * abs(value)) / norm)
    return iterations, chosen.y


@compiled
def _turn(legs: Legs, prices: Prices, y: Indices, memory: Memory, scale: Floats) -> float:
    """Turn the direction of the use prices towards the subgradient; return its squared length where it can move."""
    n, norm, way = legs.flow.shape[0], 0.0, memory.way.use
    for i in range(n):
        for j in range(n):
            if legs.flow[i, j] > 0:
                for k in range(y.size):
                    used = memory.ends.first[i, j] == k or memory.ends.last[i, j] == k
                    slope = (1.0 if used else 0.0) - y[k]
                    way[i, j, k] = SMOOTH * way[i, j, k] + (1 - SMOOTH) * slope
                    if way[i, j, k] > 0 or prices.use[i, j, k] > 0:
                        norm += scale[i, j] * way[i, j, k] ** 2
    return norm


@compiled
def _turn_tolls(legs: Legs, prices: Prices, y: Indices, memory: Memory) -> float:
    """Turn the direction of the tolls, too, per unit of mean flow; return its squared length."""
    n, norm, way = legs.flow.shape[0], 0.0, memory.way.toll
    unit = max(legs.flow.sum(), 1 / HUGE) / max(n, 1)
    load = np.zeros(y.size)
    for i in range(n):
        for j in range(n):
            if legs.flow[i, j] > 0:
                load[memory.ends.first[i, j]] += legs.flow[i, j]
    for k in range(y.size):
        if np.isfinite(legs.room[k]):
            way[k] = SMOOTH * way[k] + (1 - SMOOTH) * (load[k] - y[k] * legs.room[k] * LOOSE) / unit
            if way[k] > 0 or prices.toll[k] > 0:
                norm += way[k] ** 2
    return norm


@compiled
def _move(legs: Legs, prices: Prices, way: Prices, scale: Floats, length: float) -> None:
    n = legs.flow.shape[0]
    unit = max(legs.flow.sum(), 1 / HUGE) / max(n, 1)
    for k in range(prices.toll.size):
        prices.toll[k] = max(0.0, prices.toll[k] + length * way.toll[k] / unit)
    for i in range(n):
        for j in range(n):
            if legs.flow[i, j] > 0:
                for k in range(prices.toll.size):
                    prices.use[i, j, k] = max(0.0, prices.use[i, j, k] + length * scale[i, j] * way.use[i, j, k])


@compiled
def fix(legs: Legs, choice: Choice, prices: Prices, cutoff: float) -> float:
    """Settle in `choice.fate` (in place) what costs at least `cutoff` otherwise; return the bound."""
    n, hubs = legs.collect.shape
    ends = Ends(np.full((n, n), -1), np.full((n, n), -1))
    worth, chosen = np.zeros(hubs), hub_choice.blank(hubs)
    value = routes_value(legs, prices, ends)
    size = value + hubs_worth(legs, prices, worth)
    choosing = choose(choice, worth, chosen)
    if value >= HUGE or choosing >= HUGE:
        return HUGE
    value += choosing - ROUNDING * size
    for k in range(hubs):
        if choice.fate[k] == -1 and value + chosen.if_closed[k] >= cutoff:
            choice.fate[k] = 1
        elif choice.fate[k] == -1 and value + chosen.if_open[k] >= cutoff:
            choice.fate[k] = 0
    return value
