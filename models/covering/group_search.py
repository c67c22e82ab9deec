"""Maximal covering where sites overlap much: bounds by overlaps and by groups of clients, and plans by annealing.

Where groups of clients are not too hard (`group_bound`) sites are small against the whole, and rows on their overlaps
bound better than groups (`overlap_search`); groups come after that where there is time left. Annealing and kicks look
among the sites that the rows open most, or those worth most to the groups' bound.
"""

from dataclasses import dataclass
from math import inf

import numpy as np

from models.arrays import Floats
from models.clock import Clock
from models.covering.client_groups import groups_of, merged
from models.covering.credit_annealing import anneal, cooled, new_annealing
from models.covering.group_bound import MOST_NODES, TRIAL_NODES, GroupBound, first_prices, fits, settle
from models.covering.kernel_plans import found_among
from models.covering.lists import CLOSED, OPEN
from models.covering.max_node import Node, Part, whole
from models.covering.max_task import Search
from models.covering.overlap_search import by_overlaps, overlaps_of, rehearse_overlaps

OVERLAP_SHARE, RESUMED_SHARE = 0.5, 0.9  # of the time left
OPENED_TRIES = 3
HOT = 0.1  # of what a site earns: the first temperature of annealing
GROUP_SITES = 1.5  # open ones, on average
HELPFUL = 0.02  # part of the gap that groups close, or cuts are tried instead
MERGED_SCALE = 0.5


@dataclass(frozen=True, slots=True)
class Effort:
    """How plans are looked for: steps of annealing, sites for it and for kicks, by the open ones; parts of the time."""

    swaps: int
    sites: int
    kick_sites: int
    share: float
    kick_share: float


USUAL = Effort(swaps=30_000, sites=6, kick_sites=6, share=0.15, kick_share=0.15)
OPENED = Effort(swaps=500_000, sites=3, kick_sites=5, share=0.06, kick_share=0.2)  # where rows say which sites


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
    _overlap(search, root)
    if search.bound <= search.target or search.clock.is_over:
        return
    _anneal(search, USUAL, _spread(search, root, work.worth), search.options.seed)
    before = search.bound
    goes_on = _settled(search, work, root) and before - work.bound >= HELPFUL * (before - search.target)
    while goes_on:
        score = _spread(search, root, work.worth)
        _anneal(search, USUAL, score, search.options.seed + work.groups.start.size)
        lists, price = merged(root.credit, work.groups, work.best_price)
        if lists.start.size == work.groups.start.size:
            return
        work = GroupBound(lists, root.state, search.p, price, MERGED_SCALE)
        goes_on = _settled(search, work, root)


def rehearse_groups(search: Search) -> None:
    """Anneal, and take a step of the bound by groups."""
    credit, state = search.credit, search.state
    anneal(credit, new_annealing(credit, state, search.best, 0), 1.0, 1)
    rehearse_overlaps(search)
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


def _overlap(search: Search, root: Node) -> None:
    """Lower the bound by rows on overlaps, look for plans where these open sites, and go on with the better one."""
    work = overlaps_of(search, root)
    if work is None:
        return
    by_overlaps(search, root, work, Clock(OVERLAP_SHARE * search.clock.left_s))
    for seed in range(OPENED_TRIES):
        if search.bound > search.target and not search.clock.is_over:
            openings = work.openings(search.state.size)
            _anneal(search, OPENED, openings, search.options.seed + seed)
    by_overlaps(search, root, work, Clock(RESUMED_SHARE * search.clock.left_s))


def _spread(search: Search, root: Node, worth: Floats) -> Floats:
    """Return the worth of the root's sites as one of all sites."""
    score = np.zeros(search.state.size)
    score[root.site_of] = worth
    return score


def _anneal(search: Search, effort: Effort, score: Floats, seed: int) -> None:
    """Look for a better plan by annealing, then by kicks, among the sites of most `score`."""
    few = _among(search, effort.sites, score)
    cooling = Clock(effort.share * search.clock.left_s)
    work = new_annealing(few.credit, few.state, search.best[few.site_of], seed)
    cooled(few.credit, work, effort.swaps * search.p, HOT * search.value / max(search.p, 1), cooling)
    plan = search.offer(few.spread(work.best, search.state.size))
    more = _among(search, effort.kick_sites, np.where(plan == OPEN, inf, score))
    found_among(search, more, plan[more.site_of], seed, Clock(effort.kick_share * search.clock.left_s))


def _among(search: Search, sites: int, score: Floats) -> Part:
    """Return so many sites, by the open ones, of most `score`, and those of the best plan."""
    score = np.where(search.best == OPEN, inf, score)
    last = min(sites * search.p, score.size) - 1
    is_kept = score >= -np.partition(-score, last)[last]
    return whole(search.credit, search.state).merged(np.where(is_kept, search.state, CLOSED).astype(np.int8))
