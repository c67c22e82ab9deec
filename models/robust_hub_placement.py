"""Place hubs before it is known which scenario comes: one choice of openings, the freight of each scenario after.

Two stages. First y, which option of each site is open, the same for all scenarios s; then, once s is known, its freight
is sent as well as can be. With f_s(y) the least cost of the `HubPlacement` of scenario s when its openings are y,

    min  risk(f_1(y), ..., f_S(y))     over the openings y that (6) to (10) of `models.hub_placement` allow

    expected    sum_s p_s f_s(y)
    cvar        min_eta  eta + sum_s p_s max(f_s(y) - eta, 0) / (1 - level)     the mean of the worst 1 - level
    regret      max_s f_s(y) - f_s*,   f_s* = min_y f_s(y)                      probabilities do not count

y must carry the freight of every scenario, even of one with probability 0 (no recourse is bought for what cannot be
served). The expected cost is two-stage stochastic programming with recourse (Birge, Louveaux, Introduction to
Stochastic Programming, 2nd ed., 2011), cvar after Rockafellar, Uryasev (Journal of Risk 2, 2000), regret after Savage
(Journal of the American Statistical Association 46, 1951) and, for siting, Snyder (IIE Transactions 38, 2006).

The L-shaped method (Van Slyke, Wets, SIAM Journal on Applied Mathematics 17, 1969; with a binary first stage: Laporte,
Louveaux, Operations Research Letters 13, 1993) replaces each f_s by cuts, of which every shipment through any y makes
one: f_s(y) >= constant + slopes y. Those of `placement.cuts` hold for all y and are exact at their own, so the master
over y, a program of a few hundred binaries, needs few of them.

f_s* is known between a bound and a value. The objective of a regret is measured from the bounds (the regret is at most
that), its bound from the values (no y has a smaller one); the gap of a regret is relative to the costs, as the gap of
each f_s* is.

Engines: `"benders"` (`robust.search`), which splits scenarios as `placement.benders` splits periods; `"mip"`, the
extensive form (`robust.extensive`: every scenario's textbook program, their openings one) in HiGHS. `"auto"` takes the
extensive form up to 2,000 routes over all scenarios, and wherever flows have clients. All that a `HubPlacement` may ask
for may be asked for here; periods of an instance are years of one scenario.

Measured to a gap of 1e-4 (`tests/benchmarks/robust_placement.py`; two busy cores; wall and CPU seconds):

* 20 drawn scenarios of 600 flows and 20 sites (43,300 routes in all): expected cost 1.4 s (1.0), cvar 2.2 s (1.1),
  regret 8 s (4). The extensive form takes 50 s (30), 35 s (22), and leaves 0.2 % after 120 s.
* 50 of them (108,000 routes): 4.6 s (2.4), 9.4 s (4.1), 22 s (10). The extensive form proves none in 120 s and finds
  plans for the expected cost alone. One `HubPlacement` whose periods are the scenarios, tied by rules, gives the same
  expected cost in 5 to 6 times the time (2 to 3 times the CPU).
* 10 scenarios of northern Vietnam (14 million routes): 42 s (10), 35 s (10), 42 s (13), and 4 GB: some 0.3 GB a
  scenario, which is what ends first.
* `alternatives`: the five best of the 20 drawn scenarios take 11 to 14 s of CPU, whatever the risk.
* The gap of a regret is relative to the costs: where regrets are a thousandth of them, ask for 1e-6.
* `clashes` and `ways_out` read the extensive form, and are for some thousands of routes: three ways out for 10
  scenarios of 100 flows without a direct way (2,300 routes, too little room) take 3 s of CPU, a clash about one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import inf, isclose, nextafter
from typing import Self

import numpy as np

from models import arrays
from models.arrays import Floats
from models.errors import InstanceError
from models.hub_placement import HubPlacement
from models.infeasible import Prices, Relaxation, Repairable, RequiredProgram
from models.options import SolveOptions
from models.robust import answers, requirements
from models.robust.agreement import require_agreement
from models.robust.alternatives import near_best
from models.robust.risk import Kind, Risk
from models.robust.solution import Asked, RobustHubPlacementSolution

SUM_DUST = 1e-9
KINDS = ("expected", "cvar", "regret")


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustHubPlacement(Repairable):
    """An instance: the same sites and options in several scenarios of freight, costs and room.

    Parameters
    ----------
    instances
        One `HubPlacement` a scenario. Amounts, ways, costs, capacities and measures may differ; sites, options and
        what is asked of openings alone (`option_site`, `option_period`, `option_level`, `standing`, `forced_open`,
        `forced_closed`, `min_new`, `max_new`, rules, the number of periods) are the same in all.
    probability
        [scenario] how likely each is; they sum to 1. None: all as likely.
    risk
        What is made small: "expected" cost, "cvar" (mean cost of the worst 1 - `level`), or the largest "regret".
    level
        Of "cvar", from 0 (the expected cost) to below 1.

    Raises
    ------
    InstanceError
        If an entry has no meaning, or an instance differs where it may not; both are named.

    Notes
    -----
    What may give way (`ways_out`) and in which units: see `models.robust.requirements`. What is asked of openings gives
    way once for all scenarios, all else in the scenario that ends its name: `{"room": 2.0, ("carried", 7, 1): 9.0}`.

    Examples
    --------
    A hub that costs 40 and saves 3 a tonne; 10 t come or 30 t. In the first scenario it does not pay.

    >>> one, other = (
    ...     HubPlacement(
    ...         amount=[tonnes], direct_cost=[5], route_flow=[0], route_site=[0], route_cost=[2], route_resource=[0],
    ...         option_site=[0], option_cost=[40], option_capacity=[[30]], standing=[False])
    ...     for tonnes in (10, 30))
    >>> RobustHubPlacement(instances=(one, other)).solve().objective  # 0.5 (40 + 20) + 0.5 (40 + 60)
    80.0
    """

    instances: tuple[HubPlacement, ...]
    probability: Floats | None = None
    risk: Kind = "expected"
    level: float = 0.9
    measured: Risk = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "instances", _checked_instances(self.instances))
        if not arrays.is_one_of(self.risk, KINDS):
            raise InstanceError(f"risk is {self.risk!r}; expected one of {', '.join(KINDS)}")
        if not arrays.is_number(self.level, high=nextafter(1.0, 0.0)):
            raise InstanceError(f"level is {self.level!r}; expected 0 or more, and below 1")
        require_agreement(self.instances)
        probability = self._checked_probability()
        object.__setattr__(self, "probability", probability)
        object.__setattr__(self, "measured", Risk(kind=self.risk, probability=probability, level=float(self.level)))

    def _checked_probability(self) -> Floats:
        scenarios = len(self.instances)
        if self.probability is None:
            return arrays.frozen(np.full(scenarios, 1.0 / scenarios))
        probability = arrays.floats("probability", self.probability, (scenarios,))
        if not isclose(float(probability.sum()), 1.0, abs_tol=SUM_DUST):
            raise InstanceError(f"probability sums to {float(probability.sum()):.12g}; expected 1")
        return probability

    @property
    def n_scenarios(self) -> int:
        """Return the number of scenarios."""
        return len(self.instances)

    def solve(self, options: SolveOptions = SolveOptions()) -> RobustHubPlacementSolution:
        """Return the openings of the least risk, with the bound that says how far from it they can be.

        Where regret is asked for, up to half of the time goes to each scenario's own best. After Ctrl-C the best
        openings so far are returned, where there are any.

        Raises
        ------
        SolverError
            If the solver's process fails.
        """
        return answers.solve(self._asked, options)

    def alternatives(
        self, count: int = 10, *, within: float = 0.01, options: SolveOptions = SolveOptions()
    ) -> tuple[RobustHubPlacementSolution, ...]:
        """Return up to `count` solutions with different new sites (open in the last period), of nearly the least risk.

        Regret is measured from the same `best_low` in all: each scenario's own best openings, whatever new sites.

        Parameters
        ----------
        within
            How far the risk may lie above the least, relative to `scale` of the best solution: to the least risk, or,
            of a regret, to the largest of `best_low` (0.01: a regret that is higher by 1 % of that cost). inf: just
            the `count` best.
        options
            The time limit is for all together.

        Returns
        -------
        tuple of RobustHubPlacementSolution
            The least risk first; each is the best of its question to the gap asked for, and `bound` is that of the
            question, in which the sets found before it are forbidden. `stopped` says whether these are all that there
            are. Empty where there is no plan, or none was found before the time limit or Ctrl-C; `solve` says which,
            in `status` and `stopped`.

        Raises
        ------
        InstanceError
            If `count` or `within` has no meaning.
        SolverError
            If the solver's process fails.
        """
        return near_best(self._asked, arrays.wanted(count, within), within, options)

    @property
    def _asked(self) -> Asked:
        first = self.instances[0]
        most = first.n_sites if first.max_new is None else first.max_new
        return Asked(instances=self.instances, risk=self.measured, new=(first.min_new, most))

    def _requirements(self, prices: Prices | None) -> RequiredProgram:
        return requirements.program_of(self.instances, prices)

    def _eased(self, relaxations: Iterable[Relaxation]) -> Self:
        return replace(self, instances=requirements.eased(self.instances, relaxations))

    def price(self, solution: RobustHubPlacementSolution) -> float:
        """Return the risk of the plans' costs, regret measured from the solution's `best_low`. No solver is asked.

        inf where a scenario has no plan.
        """
        if len(solution.plans) != self.n_scenarios:
            return inf
        return self.measured.value(self._costs(solution), solution.best_low)

    def check(self, solution: RobustHubPlacementSolution, tol: float = 1e-6) -> list[str]:
        """Return every requirement that a scenario's plan breaks by more than `tol` (relative), in words.

        No solver is asked; an empty list means that the openings are the same in all, each plan is feasible, and
        costs and risk are what the solution says. That `best_low` bounds what it should is not seen from here.
        """
        if len(solution.plans) != self.n_scenarios:
            return [f"there are {len(solution.plans)} plans, expected {self.n_scenarios}"]
        lines = []
        for at, (instance, plan) in enumerate(zip(self.instances, solution.plans, strict=True)):
            if not np.array_equal(plan.option_open, solution.option_open):
                lines.append(f"scenario {at}: other options are open than option_open says")
            lines += [f"scenario {at}: {line}" for line in instance.check(plan, tol)]
        return [*lines, *self._values(solution, tol)]

    def _values(self, solution: RobustHubPlacementSolution, tol: float) -> list[str]:
        costs, lines = self._costs(solution), []
        wrong = np.flatnonzero(~np.isclose(costs, solution.cost, rtol=tol, atol=1e-12))
        lines += [f"scenario {at}: costs {costs[at]:.12g}, and claims {solution.cost[at]:.12g}" for at in wrong[:5]]
        value, give = self.price(solution), tol * max(solution.scale, float(np.abs(costs).max()))
        if not abs(value - solution.objective) <= give + 1e-12:
            lines.append(f"the risk is {value:.12g}, and {solution.objective:.12g} is claimed")
        if not solution.bound <= solution.objective + give:
            lines.append(f"the bound {solution.bound:.12g} lies above the value {solution.objective:.12g}")
        if self.risk == "regret" and (solution.best_low > solution.best * (1 + tol)).any():
            lines.append("best_low lies above best")
        return lines

    def _costs(self, solution: RobustHubPlacementSolution) -> Floats:
        priced = [instance.price(plan) for instance, plan in zip(self.instances, solution.plans, strict=True)]
        return np.array(priced)


def _checked_instances(instances: Iterable[HubPlacement]) -> tuple[HubPlacement, ...]:
    listed = arrays.plain(instances)
    if not isinstance(listed, Iterable):
        raise InstanceError(f"instances is a {type(listed).__name__}; expected a list of HubPlacement")
    given = tuple(listed)
    if not given:
        raise InstanceError("instances is empty; expected at least one scenario")
    for at, instance in enumerate(given):
        if not isinstance(instance, HubPlacement):
            raise InstanceError(f"instances[{at}] is a {type(instance).__name__}; expected a HubPlacement")
    return given
