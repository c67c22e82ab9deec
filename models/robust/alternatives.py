"""The other good choices of openings for several scenarios: other sets of new sites, the least risk first.

The rules against sets that are known (`placement.alternatives`) go into every scenario, as they are rules on openings
alone. A regret is measured from each scenario's own best openings, of those that the caller's rules allow: what is
known of them from the first question, without these rules, is handed to all later ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.arrays import Flags
from models.clock import Clock
from models.near_best import LEAST_S, Questions, answered
from models.options import SolveOptions
from models.placement.alternatives import new_sites, rules_against
from models.robust import answers
from models.robust.solution import Asked, RobustHubPlacementSolution


@dataclass(slots=True)
class _Scenarios:
    """The scenarios, and what their own best openings cost, once it is known."""

    asked: Asked
    best: answers.Best | None = None

    def solve(self, forbidden: Sequence[Flags], options: SolveOptions) -> RobustHubPlacementSolution:
        """Return the openings of the least risk whose new sites are none of the sets `forbidden`."""
        clock = Clock(options.time_limit_s)
        rules = rules_against(self.asked.instances[0], forbidden)
        instances = tuple(replace(instance, **rules) for instance in self.asked.instances)
        left = replace(options, time_limit_s=max(clock.left_s, LEAST_S))
        solution = answers.solve(replace(self.asked, instances=instances), left, self.best)
        if solution.has_plan and self.best is None:
            self.best = solution.best_low, solution.best
        return solution


def near_best(asked: Asked, count: int, within: float, options: SolveOptions) -> tuple[RobustHubPlacementSolution, ...]:
    """Return up to `count` solutions with different new sites, no risk above the least by more than `within`.

    `within` is relative to `scale` of the best; `stopped` says whether these are all there are.
    """
    questions = Questions(
        solve=_Scenarios(asked).solve,
        set_of=lambda solution: new_sites(asked.instances[0], solution.option_open),
        scale=lambda solution: solution.scale,
    )
    return answered(questions, count, within, options)
