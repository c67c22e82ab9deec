"""The other good placements: plans with other sets of new sites, the cheapest first.

After each plan a rule forbids its set S of new sites (those open in the last period),

    sum_{s in S} y_s - sum_{s not in S} y_s <= |S| - 1

and the best of what is left is the next (Balas, Jeroslow, SIAM Journal on Applied Mathematics 23, 1972, for the cut).
Each is proved to the gap asked for, so the order of plans that lie closer to each other than the gap may be wrong.
"""

from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.clock import Clock
from models.options import SolveOptions
from models.placement.answers import HubPlacementSolution
from models.placement.instance import Instance
from models.status import Status
from models.stopping import INTERRUPTED, TIME_LIMIT

ALL_FOUND = "these are all"
ENOUGH = "as many as asked for"
HAS_PLAN = (Status.OPTIMAL, Status.FEASIBLE)

Solve = Callable[[dict[str, Any], SolveOptions], HubPlacementSolution]


def near_best(
    instance: Instance, solve: Solve, count: int, within: float, options: SolveOptions
) -> tuple[HubPlacementSolution, ...]:
    """Return up to `count` plans with different new sites, none dearer than the best by more than `within` of it.

    `solve` answers the instance with other rules (fields of the instance by name). `stopped` says whether these are all
    there are; `bound` of each is that of the question in which those before it are forbidden.
    """
    clock = Clock(options.time_limit_s)
    found: list[HubPlacementSolution] = []
    forbidden: list[Flags] = []
    stopped = ENOUGH
    while len(found) < count:
        share = replace(options, time_limit_s=max(clock.left_s, 1e-3))
        solution = solve(_rules(instance, forbidden), share)
        if solution.status not in HAS_PLAN:
            stopped = ALL_FOUND if solution.status is Status.INFEASIBLE else _cut_short(solution)
            break
        highest = inf if not found else found[0].objective + within * abs(found[0].objective)
        if solution.objective > highest:
            stopped = (
                ALL_FOUND if solution.bound > highest or solution.status is Status.OPTIMAL else _cut_short(solution)
            )
            break
        found.append(solution)
        forbidden.append(new_sites(instance, solution))
        if clock.is_over or solution.stopped == INTERRUPTED:
            stopped = _cut_short(solution)
            break
    return tuple(replace(solution, stopped=f"{solution.stopped}; {stopped}") for solution in found)


def _cut_short(solution: HubPlacementSolution) -> str:
    return INTERRUPTED if solution.stopped == INTERRUPTED else TIME_LIMIT


def new_sites(instance: Instance, solution: HubPlacementSolution) -> Flags:
    """Return, per site, whether it is new and open in the last period."""
    last = _last(instance)
    opened = np.zeros(instance.standing.size, dtype=np.bool_)
    opened[instance.option_site[solution.option_open & last]] = True
    return opened & ~instance.standing


def _last(instance: Instance) -> Flags:
    last: Flags = instance.terms.option_period == instance.terms.last_period
    return last


def _rules(instance: Instance, forbidden: list[Flags]) -> dict[str, Floats | Indices]:
    """Return the instance's rules and one for each forbidden set of new sites; nothing where none is forbidden."""
    if not forbidden:
        return {}
    terms = instance.terms
    counted = np.flatnonzero(_last(instance) & ~instance.standing[instance.option_site])
    sites = instance.option_site[counted]
    first = terms.rule_low.size
    rows = np.repeat(np.arange(first, first + len(forbidden)), counted.size)
    weights = np.concatenate([np.where(each[sites], 1.0, -1.0) for each in forbidden])
    return {
        "rule_row": np.concatenate([terms.rule_row, rows]),
        "rule_option": np.concatenate([terms.rule_option, np.tile(counted, len(forbidden))]),
        "rule_weight": np.concatenate([terms.rule_weight, weights]),
        "rule_low": np.concatenate([terms.rule_low, np.full(len(forbidden), -inf)]),
        "rule_high": np.concatenate([terms.rule_high, [each.sum() - 1.0 for each in forbidden]]),
    }
