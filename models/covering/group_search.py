"""Maximal covering where sites overlap much: bounds by groups of clients, and better plans by annealing between them.

Groups bound better than the relaxation (`group_bound`), as long as they are not too hard. Annealing and kicks look
among the sites worth most to the bound.
"""

from math import inf

import numpy as np

from models.arrays import Floats
from models.clock import Clock
from models.covering.client_groups import groups_of, merged
from models.covering.credit_annealing import anneal, cooled, new_annealing
from models.covering.group_bound import MOST_NODES, TRIAL_NODES, GroupBound, first_prices, fits, settle
from models.covering.kernel_plans import found_among
from models.covering.lists import CLOSED, OPEN
from models.covering.max_node import Node, whole
from models.covering.max_task import Search

PLAN_SHARE = 0.15  # of the time left, for annealing and again for kicks
KERNEL = 6  # by the open sites: those among which annealing looks
SWAPS = 30_000  # by the open sites: steps of annealing
HOT = 0.1  # of what a site earns: the first temperature of annealing
GROUP_SITES = 1.5  # open ones, on average
HELPFUL = 0.02  # part of the gap that groups close, or cuts are tried instead
MERGED_SCALE = 0.5


def by_groups(search: Search, root: Node) -> None:
    """Lower the bound by groups of clients, as long as that helps, and look for better plans between."""
    if not fits(root.credit):
        return
    lists = groups_of(root.credit, max(int(search.p / GROUP_SITES), 2))
    work = GroupBound(lists, root.state, search.p, first_prices(lists, root.u), 1.0, TRIAL_NODES)
    work.step(search.target)
    if work.is_hard:
        return
    work.most = MOST_NODES
    _anneal(search, root, work.worth, search.options.seed)
    before = search.bound
    goes_on = _settled(search, work, root) and before - work.bound >= HELPFUL * (before - search.target)
    while goes_on:
        _anneal(search, root, work.worth, search.options.seed + work.groups.start.size)
        lists, price = merged(root.credit, work.groups, work.best_price)
        if lists.start.size == work.groups.start.size:
            return
        work = GroupBound(lists, root.state, search.p, price, MERGED_SCALE)
        goes_on = _settled(search, work, root)


def rehearse_groups(search: Search) -> None:
    """Anneal, and take a step of the bound by groups."""
    credit, state = search.credit, search.state
    anneal(credit, new_annealing(credit, state, search.best, 0), 1.0, 1)
    lists = groups_of(credit, 2)
    GroupBound(lists, state, search.p, first_prices(lists, credit.weight)).step(search.value)


def _settled(search: Search, work: GroupBound, root: Node) -> bool:
    """Lower the bound at these groups, decide sites by it, and return whether to go on."""
    settle(work, search.bound, search.target, search.clock)
    root.bound = min(root.bound, work.bound)
    if work.bound < inf:
        search.lower(work.bound)
        search.decide(root, (work.bound, work.last, work.next), work.worth)
    return not (work.is_hard or search.bound <= search.target or search.clock.is_over)


def _anneal(search: Search, root: Node, worth: Floats, seed: int) -> None:
    """Look for a better plan by annealing and kicks, among the sites worth most to the bound."""
    score = np.zeros(search.state.size)
    score[root.site_of] = worth
    score[search.best == OPEN] = inf
    last = min(KERNEL * search.p, score.size) - 1
    is_kept = score >= -np.partition(-score, last)[last]
    few = whole(search.credit, search.state).merged(np.where(is_kept, search.state, CLOSED).astype(np.int8))
    cooling = Clock(PLAN_SHARE * search.clock.left_s)
    work = new_annealing(few.credit, few.state, search.best[few.site_of], seed)
    cooled(few.credit, work, SWAPS * search.p, HOT * search.value / max(search.p, 1), cooling)
    found_among(search, few, work.best, seed, Clock(PLAN_SHARE * search.clock.left_s))
