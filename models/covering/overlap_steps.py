"""Steps towards the best multipliers of the rows on overlaps: the primal-dual hybrid gradient method with restarts.

Each step moves openings towards what they are worth and multipliers towards the rows that openings break, and is drawn
halfway back to where the last restart was (reflected Halpern iteration); a restart comes where the step's length has
become small against the first one's. Source: Applegate and others, Mathematical Programming 201, 2023 (PDLP); Lu, Yang,
"Restarted Halpern PDHG for linear programming", 2024; step sizes: Pock, Chambolle, ICCV 2011.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.lists import CLOSED, OPEN, States
from models.covering.overlap_bound import gains
from models.covering.overlap_rows import Rows

STEP = 0.99  # of the longest steps that converge
SUFFICIENT, NECESSARY, ARTIFICIAL = 0.2, 0.8, 0.36  # restarts of PDLP
BALANCE = 0.5
LEAST_WEIGHT, MOST_WEIGHT = 0.2, 1.5  # of dual steps against primal ones
HALVINGS = 60
CLOSE = 1e-10  # of a site

# places in Walk.mark: dual steps against primal ones, steps since the restart and in all, lengths of the first and last
WEIGHT, COUNT, DONE, FIRST, LAST = 0, 1, 2, 3, 4


class Walk(NamedTuple):
    """Where the method stands: variables and multipliers now, at the last restart, and after the step before.

    `lower`, `upper` [site]; `primal_step`, `dual_step`; `gain` [variable] and `over` [row], filled anew in each step.
    """

    primal: Floats
    dual: Floats
    primal_from: Floats
    dual_from: Floats
    primal_next: Floats
    dual_next: Floats
    lower: Floats
    upper: Floats
    primal_step: Floats
    dual_step: Floats
    gain: Floats
    over: Floats
    mark: Floats


def new_walk(rows: Rows, state: States, primal: Floats, dual: Floats, weight: float) -> Walk:
    """Return a walk that begins at variables and multipliers."""
    lower, upper = (state == OPEN).astype(np.float64), (state != CLOSED).astype(np.float64)
    steps = _steps(rows, primal.size, dual.size)
    mark = np.array([min(max(weight, LEAST_WEIGHT), MOST_WEIGHT), 0.0, 0.0, 0.0, 0.0])
    return Walk(
        primal.copy(), dual.copy(), primal.copy(), dual.copy(), primal.copy(), dual.copy(), lower, upper, *steps,
        np.zeros(primal.size), np.zeros(dual.size), mark,
    )  # fmt: skip


@compiled
def _steps(rows: Rows, variables: int, multipliers: int) -> tuple[Floats, Floats]:
    """Return how far each variable and each multiplier may move: 1 / sum of its coefficients."""
    start, site, weight, trees, cliques = rows.start, rows.site, rows.weight, rows.trees, rows.cliques
    primal, dual = np.zeros(variables), np.zeros(multipliers)
    pairs, cells = rows.sites, rows.sites + rows.pairs
    for i in range(weight.size):
        for t in range(trees.first[i], trees.first[i + 1]):
            edges = trees.start[t + 1] - trees.start[t]
            dual[t] = weight[i] * (1 + start[i + 1] - start[i] + edges)
            primal[cells + i] += weight[i]
            for k in range(start[i], start[i + 1]):
                primal[site[k]] += weight[i]
            for k in range(trees.start[t], trees.start[t + 1]):
                primal[pairs + trees.pair[k]] += weight[i]
    first = trees.first[weight.size]
    for q in range(cliques.times.size):
        own, scale = cliques.site_start[q + 1] - cliques.site_start[q], cliques.scale[q]
        dual[first + q] = scale * (cliques.times[q] * own + cliques.pair_start[q + 1] - cliques.pair_start[q])
        for k in range(cliques.site_start[q], cliques.site_start[q + 1]):
            primal[cliques.site[k]] += scale * cliques.times[q]
        for k in range(cliques.pair_start[q], cliques.pair_start[q + 1]):
            primal[pairs + cliques.pair[k]] += scale
    for at in range(variables):
        primal[at] = STEP / primal[at] if primal[at] > 0.0 else 0.0
    for at in range(multipliers):
        dual[at] = STEP / dual[at]
    return primal, dual


@compiled
def _overs(rows: Rows, primal: Floats, over: Floats) -> None:
    """Fill by how much the variables break each row, times its scale."""
    start, site, weight, cliques = rows.start, rows.site, rows.weight, rows.cliques
    first, tree_start, tree_pair = rows.trees.first, rows.trees.start, rows.trees.pair
    pairs, cells = rows.sites, rows.sites + rows.pairs
    for i in range(weight.size):
        missing = primal[cells + i]
        for k in range(start[i], start[i + 1]):
            missing -= primal[site[k]]
        for t in range(first[i], first[i + 1]):
            value = missing
            for k in range(tree_start[t], tree_start[t + 1]):
                value += primal[pairs + tree_pair[k]]
            over[t] = weight[i] * value
    trees = first[weight.size]
    site_start, clique_site, pair_start, pair = cliques.site_start, cliques.site, cliques.pair_start, cliques.pair
    for q in range(cliques.times.size):
        value = 0.0
        for k in range(site_start[q], site_start[q + 1]):
            value += primal[clique_site[k]]
        value = cliques.times[q] * value - cliques.most[q]
        for k in range(pair_start[q], pair_start[q + 1]):
            value -= primal[pairs + pair[k]]
        over[trees + q] = cliques.scale[q] * value


@compiled
def nearest(aim: Floats, step: Floats, bounds: tuple[Floats, Floats], p: float, found: Floats) -> None:
    """Fill the openings nearest to `aim`, in the measure 1 / `step`, that lie within bounds and add up to p."""
    lower, upper = bounds
    low = np.inf
    high = -np.inf
    for j in range(step.size):
        if step[j] > 0.0:
            low = min(low, (aim[j] - upper[j]) / step[j])
            high = max(high, (aim[j] - lower[j]) / step[j])
    middle = 0.0
    for _ in range(HALVINGS if low < high else 0):
        if not low < middle < high:
            middle = (low + high) / 2.0
        total = 0.0
        slope = 0.0
        for j in range(step.size):
            moved = aim[j] - step[j] * middle
            total += min(max(moved, lower[j]), upper[j])
            if lower[j] < moved < upper[j]:
                slope += step[j]
        if abs(total - p) < CLOSE:
            break
        if total > p:
            low = middle
        else:
            high = middle
        middle = middle + (total - p) / slope if slope > 0.0 else low
    for j in range(step.size):
        found[j] = min(max(aim[j] - step[j] * middle, lower[j]), upper[j])


@compiled
def _look(walk: Walk) -> bool:
    """Measure the step just made; return whether to begin anew from there."""
    mark = walk.mark
    moved = 0.0
    for at in range(walk.primal.size):
        if walk.primal_step[at] > 0.0:
            moved += mark[WEIGHT] * (walk.primal_next[at] - walk.primal[at]) ** 2 / walk.primal_step[at]
    for at in range(walk.dual.size):
        moved += (walk.dual_next[at] - walk.dual[at]) ** 2 / (mark[WEIGHT] * walk.dual_step[at])
    length = np.sqrt(moved)
    if mark[COUNT] == 0.0:
        mark[FIRST] = length
    mark[COUNT] += 1.0
    mark[DONE] += 1.0
    is_better = length <= SUFFICIENT * mark[FIRST]
    is_turning = length <= NECESSARY * mark[FIRST] and length > mark[LAST]
    is_long = mark[COUNT] >= ARTIFICIAL * mark[DONE]
    is_over: bool = mark[COUNT] > 1.0 and (is_better or is_turning or is_long)
    mark[LAST] = length
    return is_over


@compiled
def restart(walk: Walk) -> None:
    """Begin anew after the step just made; how far either side has moved says how long its steps should be."""
    primal, dual, mark = 0.0, 0.0, walk.mark
    for at in range(walk.primal.size):
        if walk.primal_step[at] > 0.0:
            primal += (walk.primal_next[at] - walk.primal_from[at]) ** 2 / walk.primal_step[at]
    for at in range(walk.dual.size):
        dual += (walk.dual_next[at] - walk.dual_from[at]) ** 2 / walk.dual_step[at]
    if primal > 0.0 and dual > 0.0:
        weight = np.exp(BALANCE * np.log(np.sqrt(dual / primal)) + (1.0 - BALANCE) * np.log(mark[WEIGHT]))
        mark[WEIGHT] = min(max(weight, LEAST_WEIGHT), MOST_WEIGHT)
    walk.primal[:] = walk.primal_next
    walk.dual[:] = walk.dual_next
    walk.primal_from[:] = walk.primal_next
    walk.dual_from[:] = walk.dual_next
    mark[COUNT] = 0.0


@compiled
def advance(rows: Rows, walk: Walk, p: int, steps: int) -> None:
    """Take so many steps; the variables and multipliers to use are `primal_next` and `dual_next`."""
    primal, dual, primal_next, dual_next = walk.primal, walk.dual, walk.primal_next, walk.dual_next
    aim = np.zeros(primal.size)
    sites = rows.sites
    for _ in range(steps):
        weight = walk.mark[WEIGHT]
        gains(rows, dual, walk.gain)
        for at in range(primal.size):
            aim[at] = primal[at] + walk.primal_step[at] / weight * walk.gain[at]
            primal_next[at] = min(max(aim[at], 0.0), 1.0)
        nearest(aim[:sites], walk.primal_step[:sites], (walk.lower, walk.upper), p, primal_next[:sites])
        for at in range(primal.size):
            aim[at] = 2.0 * primal_next[at] - primal[at]
        _overs(rows, aim, walk.over)
        for at in range(dual.size):
            dual_next[at] = max(dual[at] + weight * walk.dual_step[at] * walk.over[at], 0.0)
        if _look(walk):
            restart(walk)
            continue
        share = walk.mark[COUNT] / (walk.mark[COUNT] + 1.0)
        for at in range(primal.size):
            reflected = 2.0 * primal_next[at] - primal[at]
            primal[at] = share * reflected + (1.0 - share) * walk.primal_from[at]
        for at in range(dual.size):
            reflected = 2.0 * dual_next[at] - dual[at]
            dual[at] = share * reflected + (1.0 - share) * walk.dual_from[at]
