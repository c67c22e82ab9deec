"""Iterated local search: swap a site at random, repair around it by interchange, keep what is not worse, else undo.

A kick touches the clients near one place, and so do the repairs: its time does not grow with the instance.
Source: the large-step idea of Martin, Otto, Felten, Complex Systems 5, 1991; local optimisation of parts: Taillard,
Journal of Heuristics 9, 2003; Taillard, Voss, POPMUSIC, 2002.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import Floats
from models.compiled import compiled
from models.heuristics.draws import Random, draw, seeded
from models.heuristics.interchange import DUST, Open, best_move, move
from models.relaxation.lists import Ints, Lists, Smalls
from models.relaxation.subgradient import FREE, OPEN, Rules

LONGEST_LOG = 400


class Kicks(NamedTuple):
    """Scratch of the search: the queue of sites to look at, the log of moves (in, out), the random state; the record.

    `best` [site] the open sites of the best plan met, `record[0]` its value, `record[1]` see `kick`.
    """

    queue: Smalls
    queued: NDArray[np.int8]
    log: Smalls
    random: Random
    ends: Ints
    best: NDArray[np.int8]
    record: Floats


def new_kicks(sites: int, seed: int) -> Kicks:
    """Return scratch for a search whose draws follow from `seed`."""
    return Kicks(
        np.zeros(max(sites, 1), dtype=np.int32), np.zeros(sites, dtype=np.int8),
        np.zeros((LONGEST_LOG, 2), dtype=np.int32), seeded(seed),
        np.zeros(2, dtype=np.int64), np.zeros(sites, dtype=np.int8), np.array([np.inf, 0.0]),
    )  # fmt: skip


@compiled
def _push_around(lists: Lists, state: Kicks, site: int, width: int) -> None:
    i = lists.near[site]
    size = state.queue.size
    for k in range(lists.start[i], min(lists.start[i] + width, lists.start[i + 1])):
        j = lists.site[k]
        if not state.queued[j]:
            state.queued[j] = 1
            state.queue[state.ends[1] % size] = j
            state.ends[1] += 1


@compiled
def _random_swap(lists: Lists, rules: Rules, plan: Open, state: Kicks, width: int) -> tuple[int, int]:
    """Return a site to open and one to close (-1: none) near each other, within the rules."""
    i = draw(state.random, plan.first.size)
    out = plan.first[i]
    whole = lists.start[i + 1] - lists.start[i]
    length = min(width, whole)
    if whole > 0 and draw(state.random, 4) > 0:  # relocating a site mostly ends where it began: close one further away
        out = plan.first[lists.near[lists.site[lists.start[i] + draw(state.random, min(whole, 4 * width))]]]
    if out >= 0 and rules.state[out] == OPEN:
        out = -1
    a = -1
    for _ in range(4):
        j = lists.site[lists.start[i] + draw(state.random, length)] if length > 0 else -1
        if j >= 0 and not plan.flag[j] and rules.state[j] == FREE:
            a = j
            break
    kind = draw(state.random, 3)
    if kind == 0 and plan.number[0] < rules.most:
        out = -1
    elif kind == 1 and plan.number[0] > max(rules.least, 1):
        a = -1
    if (a < 0 and plan.number[0] <= max(rules.least, 1)) or (out < 0 and plan.number[0] >= rules.most):
        return -1, -1
    return a, out


@compiled
def kick(lists: Lists, rules: Rules, plan: Open, state: Kicks, width: int, times: int) -> int:
    """Kick `times` times, looking at the `width` sites around each move; return how often the record was broken.

    What a kick leads to stays if it is not worse than before, or no worse than the record by `record[1]` (relative).
    """
    better = 0
    if plan.value[0] < state.record[0]:
        state.record[0] = plan.value[0]
        state.best[:] = plan.flag
    for _ in range(times):
        before = plan.value[0]
        logged = 0
        for _ in range(1 + draw(state.random, 2)):
            a, r = _random_swap(lists, rules, plan, state, width)
            if a < 0 and r < 0:
                continue
            move(lists, rules, plan, a, r)
            state.log[logged, 0] = a
            state.log[logged, 1] = r
            logged += 1
            if a >= 0:
                _push_around(lists, state, a, width)
            if r >= 0:
                _push_around(lists, state, r, width)
        logged = _repair(lists, rules, plan, state, width, logged)
        dust = DUST * abs(before) + plan.value[1]
        if plan.value[0] < state.record[0] - dust:
            state.record[0] = plan.value[0]
            state.best[:] = plan.flag
            better += 1
        elif plan.value[0] > max(before + dust, state.record[0] * (1.0 + state.record[1])):
            for at in range(logged - 1, -1, -1):
                move(lists, rules, plan, state.log[at, 1], state.log[at, 0])
    return better


@compiled
def _repair(lists: Lists, rules: Rules, plan: Open, state: Kicks, width: int, logged: int) -> int:
    """Look at the queued sites until none is left; return the length of the log."""
    size = state.queue.size
    while state.ends[0] < state.ends[1]:
        a = state.queue[state.ends[0] % size]
        state.ends[0] += 1
        state.queued[a] = 0
        if logged >= LONGEST_LOG:
            continue
        into, out = best_move(lists, rules, plan, a)
        if into < 0 and out < 0:
            continue
        move(lists, rules, plan, into, out)
        state.log[logged, 0] = into
        state.log[logged, 1] = out
        logged += 1
        if into >= 0:
            _push_around(lists, state, into, width)
        if out >= 0:
            _push_around(lists, state, out, width)
    return logged
