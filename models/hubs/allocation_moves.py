"""Allocate nodes to a set of open hubs and improve by shifts and swaps, compiled; the sets by adding, dropping, swapping.

After the descent of Ernst and Krishnamoorthy (Location Science 4, 1996; Annals of Operations Research 86, 1999).
"""

import numpy as np
from numba import njit

from models.arrays import Flags, Floats, Indices

HUGE = 1e300
LOOSE = 1 + 1e-9
BETTER = 1e-10


@njit(cache=True, nogil=True)
def total(flow: Floats, transfer: Floats, local: Floats, at: Indices) -> float:
    """Return the cost of an allocation without the fixed costs."""
    value = 0.0
    for i in range(at.size):
        value += local[i, at[i]]
        for j in range(at.size):
            if i != j:
                value += flow[i, j] * transfer[at[i], at[j]]
    return value


@njit(cache=True, nogil=True)
def allocate(
    score: Floats, opened: Flags, home: Indices, weight: Floats, room: Floats, order: Indices, at: Indices
) -> bool:
    """Fill `at` [node], each in its turn to the open hub of least score with room; False if one finds none."""
    left = room * LOOSE
    at[:] = -1
    for k in range(home.size):
        if opened[k]:
            at[home[k]] = k
            left[k] -= weight[home[k]]
            if left[k] < 0:
                return False
    for i in order:
        if at[i] >= 0:
            continue
        best = HUGE
        for k in range(home.size):
            if opened[k] and score[i, k] < best and weight[i] <= left[k]:
                best = score[i, k]
                at[i] = k
        if at[i] < 0:
            return False
        left[at[i]] -= weight[i]
    return True


@njit(cache=True, nogil=True)
def improve(data: tuple[Floats, Floats, Floats, Floats, Indices, Floats, Floats], opened: Flags, at: Indices) -> None:
    """Shift nodes to other open hubs, swap nodes of two hubs, until nothing gains."""
    flow, transfer, local, _, home, weight, room = data
    n, hubs = local.shape
    load = np.zeros(hubs)
    for i in range(n):
        load[at[i]] += weight[i]
    bill = np.empty((n, hubs))  # what node i would pay at k, all others staying
    for i in range(n):
        for k in range(hubs):
            bill[i, k] = local[i, k]
            if opened[k]:
                for j in range(n):
                    if j != i:
                        bill[i, k] += flow[i, j] * transfer[k, at[j]] + flow[j, i] * transfer[at[j], k]
    tight = np.isfinite(room).any()
    moving, rounds = True, 0
    while moving and rounds < 10 * n:
        moving = False
        rounds += 1
        for i in range(n):
            if home[at[i]] == i:
                continue
            now = at[i]
            best, to = bill[i, now] - BETTER * abs(bill[i, now]), -1
            for k in range(hubs):
                if opened[k] and k != now and bill[i, k] < best and load[k] + weight[i] <= room[k] * LOOSE:
                    best, to = bill[i, k], k
            if to >= 0:
                _move(flow, transfer, opened, bill, i, now, to)
                load[now] -= weight[i]
                load[to] += weight[i]
                at[i] = to
                moving = True
        if moving or not tight:
            continue
        for i in range(n):
            for j in range(i + 1, n):
                a, b = at[i], at[j]
                if a == b or home[a] == i or home[b] == j:
                    continue
                if (
                    load[a] - weight[i] + weight[j] > room[a] * LOOSE
                    or load[b] - weight[j] + weight[i] > room[b] * LOOSE
                ):
                    continue
                # both bills see the other where it was
                there, back = flow[i, j], flow[j, i]
                gain = bill[i, b] - bill[i, a] + bill[j, a] - bill[j, b]
                gain += there * (transfer[b, a] + transfer[a, b] - transfer[b, b] - transfer[a, a])
                gain += back * (transfer[a, b] + transfer[b, a] - transfer[b, b] - transfer[a, a])
                if gain < -BETTER * abs(bill[i, a] + bill[j, b]):
                    _move(flow, transfer, opened, bill, i, a, b)
                    _move(flow, transfer, opened, bill, j, b, a)
                    load[a] += weight[j] - weight[i]
                    load[b] += weight[i] - weight[j]
                    at[i], at[j] = b, a
                    moving = True


@njit(cache=True, nogil=True)
def _move(flow: Floats, transfer: Floats, opened: Flags, bill: Floats, i: int, old: int, new: int) -> None:
    for j in range(flow.shape[0]):
        if j != i and (flow[j, i] > 0 or flow[i, j] > 0):
            for k in range(opened.size):
                if opened[k]:
                    bill[j, k] += flow[j, i] * (transfer[k, new] - transfer[k, old])
                    bill[j, k] += flow[i, j] * (transfer[new, k] - transfer[old, k])


@njit(cache=True, nogil=True)
def plan(
    data: tuple[Floats, Floats, Floats, Floats, Indices, Floats, Floats],
    score: Floats,
    opened: Flags,
    order: Indices,
    at: Indices,
) -> float:
    """Allocate by `score`, improve, and return the cost with fixed costs; HUGE if the nodes found no room."""
    flow, transfer, local, fixed, home, weight, room = data
    if not allocate(score, opened, home, weight, room, order, at):
        return HUGE
    improve(data, opened, at)
    return float(total(flow, transfer, local, at) + fixed[opened].sum())


@njit(cache=True, nogil=True)
def best_move(
    data: tuple[Floats, Floats, Floats, Floats, Indices, Floats, Floats],
    opened: Flags,
    order: Indices,
    value: float,
    at: Indices,
    sized: bool,
    start: int,
    most: int,
) -> tuple[float, int]:
    """Try the moves `start`, ... (add, drop, swap; only swaps if `sized`); keep the first that gains.

    Return the value and the number of the next move to try (0 after a gain, -1 after the last).
    """
    hubs = opened.size
    trial_at = np.empty_like(at)
    trial = opened.copy()
    for move in range(start, min(start + most, (hubs + 1) * hubs)):
        out, into = move // hubs - 1, move % hubs  # out -1: only add or drop `into`
        if out < 0:
            if sized:
                continue
            trial[into] = not trial[into]
        else:
            if not opened[out] or opened[into]:
                continue
            trial[out], trial[into] = False, True
        if trial.any():
            trial_value = plan(data, data[2], trial, order, trial_at)
            if trial_value < value - BETTER * abs(value):
                opened[:], at[:] = trial, trial_at
                return trial_value, 0
        trial[:] = opened
    return value, (start + most if start + most < (hubs + 1) * hubs else -1)
