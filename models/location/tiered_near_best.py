"""The other good sets of open sites where there are tiers or least throughputs: one after the other, by the program.

After each set S a row of the plain program forbids it, over the openings of all tiers,

    sum_{j in S, t} y_jt - sum_{j not in S, t} y_jt <= |S| - 1

and the best of what is left is the next (Balas, Jeroslow, SIAM Journal on Applied Mathematics 23, 1972, for the cut).
Only plans within the limit are asked for: the given part above the least cost, or the k-th best value once there are k.
What the program cannot carry within it is left out (`location.affordable`). A set that is found is solved by itself,
for its best tiers: exactly where clients are divisible, whole ones to the gap asked for.

The search ends where the bound on all that is left exceeds the limit, or no plan is left. Where the gap asked for
leaves open on which side of the limit a set is, the next questions are asked without a gap.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf, isfinite

from models.arrays import Flags
from models.clock import Clock
from models.interruption import ctrl_c
from models.location.answers import FacilityLocationSolution, by_program, rehearse, solve, with_plan
from models.location.instance import Instance
from models.location.textbook import Textbook
from models.location.tiers import among, restored
from models.options import SolveOptions
from models.scaling import solved
from models.solver import Solver
from models.status import Status
from models.stopping import ALL_FOUND, INTERRUPTED, MAY_LACK, ROUNDING, TIME_LIMIT, is_proved

MARGIN, LEAST = 1e-9, 1e-300  # relative, and in all: the limit is safe against so much
LEAST_S = 1e-3


@dataclass(slots=True)
class _Search:
    """Collects sets of open sites: `count` at most, none dearer than the best by more than `within`.

    `rest`: no set that is not among the `plans` costs less.
    """

    instance: Instance
    count: int
    within: float
    options: SolveOptions
    clock: Clock
    plans: dict[bytes, FacilityLocationSolution] = field(default_factory=dict)
    rest: float = 0.0
    is_exact: bool = False

    @property
    def values(self) -> list[float]:
        """Return what the sets cost, the cheapest first."""
        return sorted(plan.objective for plan in self.plans.values())

    @property
    def highest(self) -> float:
        """Return what a set may cost at most, safe against rounding; inf: no limit."""
        values = self.values
        return _above(values[0] * (1 + self.within)) if values and self.within < inf else inf

    @property
    def cut(self) -> float:
        """Return the cost above which a set is of no use."""
        values = self.values
        last = _above(values[self.count - 1]) if len(values) >= self.count else inf
        return min(self.highest, last)

    @property
    def is_over(self) -> bool:
        """Return whether every set that is wanted is found."""
        within, gap = [value for value in self.values if value <= self.highest], self.options.relative_gap
        has_enough = len(within) >= self.count and is_proved(within[self.count - 1], self.rest, gap)
        return has_enough or self.rest >= self.highest

    def run(self) -> str:
        """Find the sets, and return why the search for them ended."""
        first = solve(self.instance, replace(self.options, time_limit_s=max(self.clock.left_s, LEAST_S)))
        if not first.has_plan:
            return first.stopped
        self.rest = first.bound
        self._keep(first)
        with Solver() as solver:
            while not self.is_over:
                if self.clock.is_over:
                    return TIME_LIMIT
                following = self._following(solver)
                if following.status is Status.INFEASIBLE:
                    self.rest = inf
                elif not following.has_plan:
                    return following.stopped
                elif following.open.tobytes() in self.plans:
                    return ROUNDING
                else:
                    self._take(following)
        return self._all_or_not()

    def _all_or_not(self) -> str:
        """Solve anew the sets of which the gap leaves open on which side of the limit they are; say if any is left."""
        while (plan := self._open_set()) is not None and not self.clock.is_over:
            gap = (plan.objective - self.highest) / plan.objective / 2
            best = self._best_of(plan.open, gap)
            if best.stopped == INTERRUPTED:
                raise KeyboardInterrupt
            if not best.has_plan or best.bound <= plan.bound:  # no solver tells
                break
            self.plans[plan.open.tobytes()] = min(best, replace(plan, bound=best.bound), key=lambda one: one.objective)
        return ALL_FOUND if self._open_set() is None else MAY_LACK

    def _open_set(self) -> FacilityLocationSolution | None:
        """Return a set above the limit that may have a plan within it."""
        return next((plan for plan in self.plans.values() if plan.bound <= self.highest < plan.objective), None)

    def found(self) -> list[FacilityLocationSolution]:
        """Return the sets within the limit, the cheapest first."""
        kept = sorted((plan.objective, key) for key, plan in self.plans.items() if plan.objective <= self.highest)
        return [self.plans[key] for _, key in kept[: self.count]]

    def _following(self, solver: Solver) -> FacilityLocationSolution:
        """Return the best plan within the limit that opens none of the sets found."""
        options = replace(self.options, relative_gap=0.0) if self.is_exact else self.options
        forbidden = tuple(plan.open for plan in self.plans.values())

        def program_of(value: float) -> tuple[float, Callable[[], FacilityLocationSolution]]:
            textbook = Textbook.of(self.instance, value, forbidden)
            return textbook.unit, lambda: by_program(textbook, options, self.clock, solver)

        return solved(program_of, options.relative_gap, self.clock, self.cut)

    def _take(self, following: FacilityLocationSolution) -> None:
        self.rest = max(self.rest, min(following.bound, self.cut))  # the bound is one on plans within the limit
        if self.is_over:
            return
        value = self._keep(following)
        self.is_exact |= following.status is Status.OPTIMAL and value > self.highest

    def _keep(self, plan: FacilityLocationSolution) -> float:
        """Keep the best plan of a set, of which `plan` is one; return its value."""
        key = plan.open.tobytes()
        self.plans[key] = plan
        if plan.stopped == INTERRUPTED:
            raise KeyboardInterrupt
        if is_proved(plan.objective, plan.bound, 0.0):  # the best of all that is left is that of its set
            return plan.objective
        best = self._best_of(plan.open, self.options.relative_gap if self.instance.single_source else 0.0)
        if best.has_plan:
            self.plans[key] = min(best, replace(plan, bound=max(plan.bound, best.bound)), key=lambda one: one.objective)
        if best.stopped == INTERRUPTED:
            raise KeyboardInterrupt
        return self.plans[key].objective

    def _best_of(self, opened: Flags, gap: float) -> FacilityLocationSolution:
        """Return the best plan that opens exactly these sites, and its bound; perhaps none in the time that is left."""
        limit_s = max(self.clock.left_s, LEAST_S)
        part = among(self.instance, opened)
        best = solve(part, replace(self.options, relative_gap=gap, time_limit_s=limit_s))
        if not best.has_plan:
            return best
        tier, share = restored(self.instance, opened, best.tier, best.share)
        return replace(with_plan(self.instance, tier, share, (best.bound, ""), self.options), stopped=best.stopped)


def near_best(
    instance: Instance, count: int, within: float, options: SolveOptions
) -> tuple[FacilityLocationSolution, ...]:
    """Return up to `count` plans with different open sites, none dearer than the best by more than `within`."""
    if options.engine != "mip" and instance.cost.size:
        rehearse(instance)  # before the clock
    search = _Search(instance, count, within, options, Clock(options.time_limit_s))
    try:
        with ctrl_c():
            stopped = search.run()
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    found = search.found()
    bound = min([search.rest, *(one.objective for one in found[:1])])
    told = (with_plan(instance, one.tier, one.share, (bound, stopped), options) for one in found)
    return tuple(replace(one, stopped=stopped, seconds=search.clock.seconds) for one in told)


def _above(value: float) -> float:
    return value + MARGIN * abs(value) + LEAST if isfinite(value) else inf
