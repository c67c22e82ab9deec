"""Reduced-cost fixing of sites, and the lists that are left.

With the bound L(u) and its sites S: a site outside S whose opening lifts the bound to the threshold stays closed; one
of S whose closing does so stays open. Source: Balas, Zemel, Operations Research 28, 1980; for the p-median: Beasley,
European Journal of Operational Research 21, 1985.
"""

import numpy as np
from numpy.typing import NDArray

from models.arrays import Floats
from models.compiled import compiled
from models.relaxation.lists import Ints, Lists, Smalls
from models.relaxation.subgradient import BEST, CLOSED, FREE, OPEN, Dual, Rules

ROUNDING = 1e-11


@compiled
def fix(rules: Rules, dual: Dual, threshold: float) -> int:
    """Decide sites in `rules.state` that no plan below `threshold` can have otherwise; return how many are free."""
    rho, chosen, state = dual.best_rho, dual.best_chosen, rules.state
    count = 0
    worst_in = -np.inf
    best_out = np.inf
    for j in range(rho.size):
        count += chosen[j]
        if state[j] == FREE:
            if chosen[j]:
                worst_in = max(worst_in, rho[j])
            else:
                best_out = min(best_out, rho[j])
    leaves = max(worst_in, 0.0) if count < rules.most else worst_in
    enters = min(best_out, 0.0) if count > rules.least else best_out
    gap = threshold - dual.mark[BEST]
    free = 0
    for j in range(rho.size):
        if state[j] == FREE:
            rise = enters - rho[j] if chosen[j] else rho[j] - leaves
            if rise > gap + ROUNDING * (abs(rho[j]) + abs(rise) + rules.fixed[j]):
                state[j] = OPEN if chosen[j] else CLOSED
            else:
                free += 1
    return free


@compiled
def settle(rules: Rules) -> int:
    """Decide the free sites where the numbers leave no choice; return how many are free, -1 if no choice is left."""
    opened = 0
    free = 0
    for j in range(rules.state.size):
        opened += rules.state[j] == OPEN
        free += rules.state[j] == FREE
    if opened > rules.most or opened + free < rules.least:
        return -1
    if opened == rules.most or opened + free == rules.least:
        decided = CLOSED if opened == rules.most else OPEN
        for j in range(rules.state.size):
            if rules.state[j] == FREE:
                rules.state[j] = decided
        return 0
    return free


@compiled
def _compact(start: Ints, other: Smalls, value: Floats, name: Smalls, size: int) -> tuple[Ints, Smalls, Floats]:
    """Return the client lists with the sites renamed, those of name -1 left out; `size` entries stay."""
    starts = np.empty_like(start)
    others = np.empty(size, dtype=np.int32)
    values = np.empty(size)
    at = 0
    for i in range(start.size - 1):
        starts[i] = at
        for k in range(start[i], start[i + 1]):
            j = name[other[k]]
            if j >= 0:
                others[at] = j
                values[at] = value[k]
                at += 1
    starts[start.size - 1] = at
    return starts, others[:at], values[:at]


def without(lists: Lists, keep: NDArray[np.intp]) -> Lists:
    """Return the lists with the sites `keep` only, renumbered in this order."""
    name = np.full(lists.near.size, -1, dtype=np.int32)
    name[keep] = np.arange(keep.size, dtype=np.int32)
    length = np.diff(lists.site_start)[keep]
    start, site, cost = _compact(lists.start, lists.site, lists.cost, name, int(length.sum()))
    site_start = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(length)])
    at = np.repeat(lists.site_start[keep] - site_start[:-1], length) + np.arange(site_start[-1])
    return lists._replace(
        start=start, site=site, cost=cost, site_start=site_start, client=lists.client[at],
        site_cost=lists.site_cost[at], near=lists.near[keep],
    )  # fmt: skip
