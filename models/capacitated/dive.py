"""Dive: decide site after site as the averaged openings say, and ship through what is suggested on the way."""

import numpy as np

from models.arrays import Indices
from models.capacitated.nodes import HALF, Node
from models.capacitated.plans import Plans
from models.clock import Clock
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN
from models.relaxation.volume import new_dual

ROUNDS = 40
SCALE = 0.1
SURE = 0.48  # as far from a half as that is decided at once
PART = 5  # and at least a fifth of what is free


def dive(node: Node, plans: Plans, cutoff: float, clock: Clock) -> Indices | None:
    """Return the best choice of sites met on the way; `plans` keeps what is best of all."""
    problem = plans.problem
    best, best_sites = np.inf, None
    below = Node(node.bound, node.state.copy(), node.dual)
    while not below.is_decided and not clock.is_over:
        share = below.dual.share
        free = np.flatnonzero(below.state == FREE)
        lean = np.abs(share[free] - HALF)
        surest = free[np.argsort(-lean, kind="stable")[: max(1, free.size // PART)]]
        sure = np.union1d(surest, free[lean > SURE])
        below.state[sure] = np.where(share[sure] > HALF, OPEN, CLOSED)
        below.dual = new_dual(problem.n_sites, below.dual.wage, SCALE)
        below.bound = node.bound
        below.improve(problem, plans.value, cutoff, ROUNDS)
        if below.bound >= cutoff:
            break
        for sites in below.suggestions(problem):
            value = plans.offer(sites)
            if value < best:
                best, best_sites = value, sites
    return best_sites
