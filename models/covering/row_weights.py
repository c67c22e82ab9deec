"""Covers by local search with weights of rows: what stays uncovered grows heavier until a site comes for it.

Close the site that loses least weight, open the one that gains most for a client drawn among the uncovered, neither
one just moved, and let every uncovered client gain weight. Whenever all are covered the cover is kept and a site is
closed. Source: Gao, Weise, Li, RWLS, Parallel Problem Solving from Nature 2014 and European Journal of Operational
Research 246, 2015.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.lists import Cover, Ints, Smalls, States
from models.heuristics.draws import Random, draw, seeded

# places in Weights.number
OPENED, UNCOVERED, STEP, TABU = 0, 1, 2, 3
NEVER = -1


class Weights(NamedTuple):
    """The open sites and what is uncovered.

    `flag` [site], `listed` the open sites, `place` [site] where in it; `times` [client] open sites that cover it;
    `missed` the uncovered clients, `spot` [client] where in it; `weight` [client]; `score` [site] weight that opening
    gains or closing loses; `moved` [site] the step of its last move; `best` [site] the best cover, of cost `cost[1]`.
    """

    flag: States
    listed: Smalls
    place: Smalls
    times: Smalls
    missed: Smalls
    spot: Smalls
    weight: Floats
    score: Floats
    moved: Ints
    best: States
    cost: Floats
    number: Ints
    random: Random


def new_weights(cover: Cover, seed: int) -> Weights:
    """Return a search with no open site."""
    rows, sites = cover.start.size - 1, cover.site_start.size - 1
    score = np.diff(cover.site_start).astype(np.float64)
    missed, spot = np.arange(rows, dtype=np.int32), np.arange(rows, dtype=np.int32)
    number = np.zeros(4, dtype=np.int64)
    number[UNCOVERED] = rows
    number[TABU] = NEVER
    return Weights(
        np.zeros(sites, dtype=np.int8), np.zeros(sites, dtype=np.int32), np.zeros(sites, dtype=np.int32),
        np.zeros(rows, dtype=np.int32), missed, spot, np.ones(rows), score, np.full(sites, -1, dtype=np.int64),
        np.zeros(sites, dtype=np.int8), np.array([0.0, np.inf]), number, seeded(seed),
    )  # fmt: skip


@compiled
def put(cover: Cover, cost: Floats, state: Weights, site: int) -> None:
    """Open a site."""
    number = state.number
    state.flag[site] = 1
    state.place[site] = number[OPENED]
    state.listed[number[OPENED]] = site
    number[OPENED] += 1
    state.cost[0] += cost[site]
    state.moved[site] = number[STEP]
    for k in range(cover.site_start[site], cover.site_start[site + 1]):
        i = cover.client[k]
        state.times[i] += 1
        if state.times[i] == 1:
            last = state.missed[number[UNCOVERED] - 1]
            state.missed[state.spot[i]] = last
            state.spot[last] = state.spot[i]
            number[UNCOVERED] -= 1
            for entry in range(cover.start[i], cover.start[i + 1]):
                if cover.site[entry] != site:
                    state.score[cover.site[entry]] -= state.weight[i]
        elif state.times[i] == 2:  # noqa: PLR2004  (the other one is no longer alone)
            for entry in range(cover.start[i], cover.start[i + 1]):
                other = cover.site[entry]
                if state.flag[other] and other != site:
                    state.score[other] -= state.weight[i]
                    break
    state.score[site] = 0.0
    for k in range(cover.site_start[site], cover.site_start[site + 1]):
        if state.times[cover.client[k]] == 1:
            state.score[site] += state.weight[cover.client[k]]


@compiled
def take(cover: Cover, cost: Floats, state: Weights, site: int) -> None:
    """Close a site."""
    number = state.number
    state.flag[site] = 0
    number[OPENED] -= 1
    last = state.listed[number[OPENED]]
    state.listed[state.place[site]] = last
    state.place[last] = state.place[site]
    state.cost[0] -= cost[site]
    state.moved[site] = number[STEP]
    state.score[site] = 0.0
    for k in range(cover.site_start[site], cover.site_start[site + 1]):
        i = cover.client[k]
        state.times[i] -= 1
        if state.times[i] == 0:
            state.spot[i] = number[UNCOVERED]
            state.missed[number[UNCOVERED]] = i
            number[UNCOVERED] += 1
            for entry in range(cover.start[i], cover.start[i + 1]):
                state.score[cover.site[entry]] += state.weight[i]
        elif state.times[i] == 1:
            for entry in range(cover.start[i], cover.start[i + 1]):
                if state.flag[cover.site[entry]]:
                    state.score[cover.site[entry]] += state.weight[i]
                    break


@compiled
def fill(cover: Cover, cost: Floats, state: Weights) -> bool:
    """Open sites that cover most for their cost until all is covered; False if some client has no site."""
    while state.number[UNCOVERED] > 0:
        best = -1
        for j in range(cost.size):
            gains = not state.flag[j] and state.score[j] > 0.0
            if gains and (best < 0 or state.score[j] * cost[best] > state.score[best] * cost[j]):
                best = j
        if best < 0:
            return False
        put(cover, cost, state, best)
    return True


@compiled
def _worst_open(cost: Floats, state: Weights, spared: int) -> int:
    """Return the open site but `spared` that loses least weight for its cost, of equals the one longest unmoved."""
    best = -1
    for at in range(state.number[OPENED]):
        j = state.listed[at]
        if j == spared:
            continue
        if best < 0:
            best = j
            continue
        left, right = state.score[j] * cost[best], state.score[best] * cost[j]
        if left < right or (left == right and state.moved[j] < state.moved[best]):
            best = j
    return best


@compiled
def _best_for(cover: Cover, cost: Floats, state: Weights, row: int, room: float) -> int:
    """Return the site for a client that gains most for its cost, but for those just closed or not below `room`."""
    best = -1
    for k in range(cover.start[row], cover.start[row + 1]):
        j = cover.site[k]
        if state.moved[j] == state.number[STEP] or cost[j] >= room:
            continue
        if best < 0:
            best = j
            continue
        left, right = state.score[j] * cost[best], state.score[best] * cost[j]
        if left > right or (left == right and state.moved[j] < state.moved[best]):
            best = j
    return best


@compiled
def _keep(cover: Cover, cost: Floats, state: Weights, below: float) -> bool:
    """While all are covered keep the cover and close a site; return whether the cover kept is below `below`."""
    while state.number[UNCOVERED] == 0:
        if state.cost[0] < state.cost[1]:
            state.cost[1] = state.cost[0]
            state.best[:] = state.flag
        if state.cost[1] < below or state.number[OPENED] == 0:
            return True
        take(cover, cost, state, _worst_open(cost, state, NEVER))
    return False


@compiled
def search(cover: Cover, cost: Floats, state: Weights, below: float, steps: int) -> bool:
    """Look for covers that cost less than the best so far; stop at the first below `below`.

    Returns whether it stopped there; the best cover met is in `best`.
    """
    number = state.number
    for _ in range(steps):
        if _keep(cover, cost, state, below):
            return True
        number[STEP] += 1
        out = _worst_open(cost, state, number[TABU])
        if out >= 0:
            take(cover, cost, state, out)
        row = state.missed[draw(state.random, number[UNCOVERED])]
        into = _best_for(cover, cost, state, row, state.cost[1] - state.cost[0])
        if into >= 0:
            put(cover, cost, state, into)
            number[TABU] = into
        for at in range(number[UNCOVERED]):
            i = state.missed[at]
            state.weight[i] += 1.0
            for k in range(cover.start[i], cover.start[i + 1]):
                state.score[cover.site[k]] += 1.0
    return False
