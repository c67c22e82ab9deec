"""Cheapest routes through open hubs, compiled, and sets of hubs improved by adding, dropping, swapping."""

from typing import NamedTuple

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled

BETTER = 1e-12


class Legs(NamedTuple):
    """Costs: `flow` [i, j], `collect` [i, k], `transfer` [k, l], `distribute` [l, j], `fixed` [k]; `room` [k]."""

    flow: Floats
    collect: Floats
    transfer: Floats
    distribute: Floats
    fixed: Floats
    room: Floats


class Ends(NamedTuple):
    """First and last hub of each pair [i, j]; -1 where there is no way."""

    first: Indices
    last: Indices


@compiled
def shortest(legs: Legs, opened: Indices, ends: Ends) -> float:
    """Return the cost of the cheapest routes through the hubs `opened` (without fixed costs); fill their ends.

    Hub by hub: the best first hub for each (origin, last hub), then the best last hub for each pair. inf: no route.
    """
    n = legs.flow.shape[0]
    total = 0.0
    reach, by = np.empty(opened.size), np.empty(opened.size, np.int64)
    for i in range(n):
        for s in range(opened.size):
            reach[s], by[s] = np.inf, -1
            for k in opened:
                value = legs.collect[i, k] + legs.transfer[k, opened[s]]
                if value < reach[s]:
                    reach[s], by[s] = value, k
        for j in range(n):
            ends.first[i, j] = ends.last[i, j] = -1
            best = np.inf
            for s in range(opened.size):
                value = reach[s] + legs.distribute[opened[s], j]
                if value < best:
                    best = value
                    ends.first[i, j], ends.last[i, j] = by[s], opened[s]
            if legs.flow[i, j] > 0:
                total += legs.flow[i, j] * best
    return total


@compiled
def best_move(legs: Legs, chosen: Flags, value: float, turns: tuple[int, int, int]) -> tuple[float, int]:
    """Try moves (add, drop, swap) and keep the first that gains, in `chosen`.

    `turns`: the first move to try, how many, and whether only swaps are allowed. Return the value and the next move to
    try: 0 after a gain, -1 after the last.
    """
    hubs, n = chosen.size, legs.flow.shape[0]
    start, most, is_sized = turns
    end = min(start + most, (hubs + 1) * hubs)
    ends = Ends(np.empty((n, n), np.int64), np.empty((n, n), np.int64))
    trial = chosen.copy()
    for move in range(start, end):
        out, into = move // hubs - 1, move % hubs  # out -1: only add or drop `into`
        if out < 0 and not is_sized:
            trial[into] = not trial[into]
        elif out >= 0 and chosen[out] and not chosen[into]:
            trial[out], trial[into] = False, True
        else:
            continue
        opened = np.flatnonzero(trial)
        trial_value = shortest(legs, opened, ends) + legs.fixed[opened].sum()
        if trial_value < value - BETTER * abs(value):
            chosen[:] = trial
            return trial_value, 0
        trial[:] = chosen
    return value, (end if end < (hubs + 1) * hubs else -1)
