"""The other good placements: plans with other sets of new sites (those open in the last period).

Each set that is known is forbidden by a rule, as `models.near_best` tells.
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import numpy as np

from models.arrays import Flags
from models.near_best import Questions, answered
from models.options import SolveOptions
from models.placement.answers import HubPlacementSolution
from models.placement.instance import Instance

Solve = Callable[[dict[str, Any], SolveOptions], HubPlacementSolution]


def near_best(
    instance: Instance, solve: Solve, count: int, within: float, options: SolveOptions
) -> tuple[HubPlacementSolution, ...]:
    """Return up to `count` plans with different new sites, none dearer than the best by more than `within` of it.

    `solve` answers the instance with other rules (fields of the instance by name). `stopped` says whether these are all
    there are; `bound` of each is that of the question in which those found before it are forbidden.
    """
    questions = Questions(
        solve=lambda forbidden, share: solve(rules_against(instance, forbidden), share),
        set_of=lambda solution: new_sites(instance, solution.option_open),
        scale=lambda solution: abs(solution.objective),
    )
    return answered(questions, count, within, options)


def new_sites(instance: Instance, option_open: Flags) -> Flags:
    """Return, per site, whether it is new and open in the last period."""
    last = _last(instance)
    opened = np.zeros(instance.standing.size, dtype=np.bool_)
    opened[instance.option_site[option_open & last]] = True
    return opened & ~instance.standing


def _last(instance: Instance) -> Flags:
    last: Flags = instance.terms.option_period == instance.terms.last_period
    return last


def rules_against(instance: Instance, forbidden: Sequence[Flags]) -> dict[str, Any]:
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
