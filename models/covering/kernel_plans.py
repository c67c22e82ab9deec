"""Plans of maximal covering among few sites, such as those that the relaxation opens, by interchange and kicks.

Clients told apart only by the sites left out are one: a kick costs a tenth and less of one among all sites.
Source: Angelelli, Mansini, Speranza, Computers & Operations Research 37, 2010 (kernel search, there by a MIP solver).
"""

from collections.abc import Callable

import numpy as np

from models.arrays import Floats
from models.clock import Clock
from models.covering.credit import Credit
from models.covering.credit_moves import become, improve, kick, new_plan
from models.covering.fewest import in_slices
from models.covering.lists import CLOSED, FREE, OPEN, States
from models.covering.max_node import Part
from models.covering.max_task import Search

QUIET, LEAST_QUIET = 10, 200  # kicks without a better plan: by the open sites, and at least
KEPT = 20
OPENED, DUST = 1e-6, 1e-9  # of a site, and of the value: less is rounding


def kernel(state: States, y: Floats, p: int) -> States:
    """Return what is decided of the sites with those closed that the openings `y` do not need for p."""
    is_needed = (y > OPENED) | (opened(state, y, p) == OPEN)
    return np.where(is_needed, state, CLOSED).astype(np.int8)


def opened(state: States, y: Floats, p: int) -> States:
    """Return the plan of the p largest openings."""
    rank = np.argsort(-np.where(state == OPEN, 2.0, np.where(state == CLOSED, -1.0, y)), kind="stable")
    plan = np.zeros(state.size, dtype=np.int8)
    plan[rank[:p]] = OPEN
    return plan


def found_among(search: Search, few: Part, first: States, seed: int, clock: Clock) -> list[States]:
    """Return the best plans met among few sites from `first` on; the best one comes first, made better for the search.

    The plans are of all sites; the search is told each that is the best so far.
    """
    sites = search.state.size
    met = kicked(few.credit, few.state, first, seed, clock, lambda flag: search.offer(few.spread(flag, sites)))
    plans = [few.spread(flag, sites) for flag in met]
    search.better(plans[0])
    return plans


def kicked(
    credit: Credit, state: States, first: States, seed: int, clock: Clock, keep: Callable[[States], object]
) -> list[States]:
    """Return the best plans met from `first` on, the best one first; `keep` is told each that is the best so far."""
    plan = new_plan(credit, state.size, seed)
    become(credit, plan, first)
    met: dict[bytes, float] = {}
    best, quiet, most_quiet = 0.0, 0, max(QUIET * int(first.sum()), LEAST_QUIET)
    is_movable = ((state == FREE) & (first == OPEN)).any() and ((state == FREE) & (first != OPEN)).any()
    while True:
        in_slices(lambda size: not improve(credit, plan, state, size), 10**6, 1, clock)
        met[plan.flag.tobytes()] = float(plan.value[0])
        quiet += 1
        if plan.value[0] > best * (1.0 + DUST):
            best, quiet = float(plan.value[0]), 0
            keep(plan.flag)
        if quiet >= most_quiet or clock.is_over or not is_movable:
            break
        kick(credit, plan, state, 2 + quiet % 3)
    ranked = sorted(met, key=lambda flag: -met[flag])[:KEPT]
    return [np.frombuffer(flag, dtype=np.int8).copy() for flag in ranked]
