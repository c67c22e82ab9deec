"""Allocate nodes to open hubs, improve by shifts and swaps, compiled; and improve the sets of hubs.

After the descents of Ernst and Krishnamoorthy (Location Science 4, 1996; Annals of Operations Research 86, 1999).
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.hubs.allocation_parts import Data
from models.hubs.hub_choice import HUGE, LOOSE

BETTER = 1e-10
ROUNDS = 10  # times the number of nodes: rounding cannot keep a descent going


class Plan(NamedTuple):
    """A plan in the making: `opened` [hub], `at` [node] its hub, `load` [hub], `bill` [i, k] what i would pay at k."""

    opened: Flags
    at: Indices
    load: Floats
    bill: Floats


@compiled
def total(data: Data, at: Indices) -> float:
    """Return the cost of an allocation without the fixed costs."""
    value = 0.0
    for i in range(at.size):
        value += data.local[i, at[i]]
        for j in range(at.size):
            if i != j:
                value += data.flow[i, j] * data.transfer[at[i], at[j]]
    return value


@compiled
def _allocate(data: Data, score: Floats, opened: Flags, order: Indices, at: Indices) -> bool:
    """Fill `at` [node], each in its turn to the open hub of least score with room; False if one finds none."""
    left = data.room * LOOSE
    at[:] = -1
    for k in range(opened.size):
        if opened[k]:
            at[data.home[k]] = k
            left[k] -= data.weight[data.home[k]]
            if left[k] < 0:
                return False
    for i in order:
        if at[i] < 0:
            best = HUGE
            for k in range(opened.size):
                if opened[k] and score[i, k] < best and data.weight[i] <= left[k]:
                    best = score[i, k]
                    at[i] = k
            if at[i] < 0:
                return False
            left[at[i]] -= data.weight[i]
    return True


@compiled
def _improve(data: Data, opened: Flags, at: Indices) -> None:
    """Shift nodes to other open hubs, swap nodes of two hubs, until nothing gains."""
    n, hubs = data.local.shape
    plan = Plan(opened, at, np.zeros(hubs), data.local.copy())
    for i in range(n):
        plan.load[at[i]] += data.weight[i]
        for k in range(hubs):
            if opened[k]:
                for j in range(n):
                    if j != i:
                        there, back = data.flow[i, j], data.flow[j, i]
                        plan.bill[i, k] += there * data.transfer[k, at[j]] + back * data.transfer[at[j], k]
    is_tight = np.isfinite(data.room).any()
    for _ in range(ROUNDS * n):
        if not (_shift(data, plan) or (is_tight and _swap(data, plan))):
            return


@compiled
def _shift(data: Data, plan: Plan) -> bool:
    has_moved = False
    for i in range(plan.at.size):
        now = plan.at[i]
        if data.home[now] == i:
            continue
        best, to = plan.bill[i, now] - BETTER * abs(plan.bill[i, now]), -1
        for k in range(plan.opened.size):
            fits = plan.load[k] + data.weight[i] <= data.room[k] * LOOSE
            if plan.opened[k] and k != now and plan.bill[i, k] < best and fits:
                best, to = plan.bill[i, k], k
        if to >= 0:
            _move(data, plan, i, to)
            has_moved = True
    return has_moved


@compiled
def _swap(data: Data, plan: Plan) -> bool:
    has_moved = False
    for i in range(plan.at.size):
        for j in range(i + 1, plan.at.size):
            a, b = plan.at[i], plan.at[j]
            if a == b or data.home[a] == i or data.home[b] == j:
                continue
            more = data.weight[j] - data.weight[i]
            if plan.load[a] + more > data.room[a] * LOOSE or plan.load[b] - more > data.room[b] * LOOSE:
                continue
            gain = plan.bill[i, b] - plan.bill[i, a] + plan.bill[j, a] - plan.bill[j, b]
            t = data.transfer  # both bills see the other node where it was
            gain += (data.flow[i, j] + data.flow[j, i]) * (t[a, b] + t[b, a] - t[a, a] - t[b, b])
            if gain < -BETTER * abs(plan.bill[i, a] + plan.bill[j, b]):
                _move(data, plan, i, b)
                _move(data, plan, j, a)
                has_moved = True
    return has_moved


@compiled
def _move(data: Data, plan: Plan, i: int, new: int) -> None:
    old = plan.at[i]
    for j in range(plan.at.size):
        if j != i and (data.flow[j, i] > 0 or data.flow[i, j] > 0):
            for k in range(plan.opened.size):
                if plan.opened[k]:
                    plan.bill[j, k] += data.flow[j, i] * (data.transfer[k, new] - data.transfer[k, old])
                    plan.bill[j, k] += data.flow[i, j] * (data.transfer[new, k] - data.transfer[old, k])
    plan.load[old] -= data.weight[i]
    plan.load[new] += data.weight[i]
    plan.at[i] = new


@compiled
def make(data: Data, score: Floats, opened: Flags, order: Indices, at: Indices) -> float:
    """Allocate by `score` into `at`, improve, and return the cost with fixed costs; HUGE if the nodes found no room."""
    if not _allocate(data, score, opened, order, at):
        return HUGE
    _improve(data, opened, at)
    return float(total(data, at) + data.fixed[opened].sum())


@compiled
def best_move(
    data: Data, opened: Flags, order: Indices, value: float, at: Indices, turns: tuple[int, int, int]
) -> tuple[float, int]:
    """Try moves (add, drop, swap) and keep the first that gains, in `opened` and `at`.

    `turns`: the first move to try, how many, and whether only swaps are allowed. Return the value and the next move to
    try: 0 after a gain, -1 after the last.
    """
    hubs = opened.size
    start, most, is_sized = turns
    end = min(start + most, (hubs + 1) * hubs)
    trial_at, trial = np.empty_like(at), opened.copy()
    for move in range(start, end):
        out, into = move // hubs - 1, move % hubs  # out -1: only add or drop `into`
        if out < 0 and not is_sized:
            trial[into] = not trial[into]
        elif out >= 0 and opened[out] and not opened[into]:
            trial[out], trial[into] = False, True
        else:
            continue
        trial_value = make(data, data.local, trial, order, trial_at) if trial.any() else HUGE
        if trial_value < value - BETTER * abs(value):
            opened[:], at[:] = trial, trial_at
            return trial_value, 0
        trial[:] = opened
    return value, (end if end < (hubs + 1) * hubs else -1)
