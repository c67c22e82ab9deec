"""The other good designs: plans with other sets of built links.

Each set that is known is forbidden by a row, as `models.near_best` tells. A bound on one question holds in all later
ones, which allow fewer sets; a known set with the cheapest link more is a plan to begin with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.arrays import Flags
from models.design import answers
from models.design.answers import NetworkDesignSolution
from models.design.instance import Instance, pairs_of
from models.design.known import Known, Routes
from models.near_best import Questions, answered
from models.options import SolveOptions

PART = 0.5  # of the time left for one question: many instances of hundreds of links are never proved


@dataclass(slots=True)
class _Designs:
    """The instance, and what is known of its designs: a bound on all whose set is not known, and flows."""

    instance: Instance
    bound: float = 0.0
    routes: list[Routes] = field(default_factory=list)

    def solve(self, forbidden: Sequence[Flags], options: SolveOptions) -> NetworkDesignSolution:
        """Return the best plan whose set is none of those `forbidden`."""
        known = Known(sets=tuple(forbidden), bound=self.bound, routes=tuple(self.routes))
        solution = answers.solve(self.instance, options, known)
        self.bound = max(self.bound, solution.bound)
        if solution.has_plan:
            moving = np.searchsorted(pairs_of(self.instance).number, solution.flow_commodity)
            self.routes.append((moving, solution.flow_link, solution.flow_amount))
        return solution


def near_best(
    instance: Instance, count: int, within: float, options: SolveOptions
) -> tuple[NetworkDesignSolution, ...]:
    """Return up to `count` plans with different built links, none dearer than the best by more than `within` of it.

    `stopped` says whether these are all there are; `bound` of each is that of the question in which those found before
    it are forbidden.
    """
    answers.rehearse()
    questions = Questions(
        solve=_Designs(instance).solve,
        set_of=lambda solution: solution.open,
        scale=lambda solution: solution.objective,
        part=PART,
    )
    return answered(questions, count, within, options)
