"""The L-shaped method: a master over the openings, and every scenario's best shipment as a subproblem.

Each round the master (`master`) proposes the openings that all cuts so far like best, and bounds the risk of every
choice; each scenario (`scenario`) ships through them as well as can be, which is a plan, and learns a cut. With cuts of
linear programs over binary openings this is the integer L-shaped method whose optimality cuts need no branching: a
master is solved in whole numbers, and a choice is never proposed twice but at the end.

Sources: Van Slyke, Wets, SIAM Journal on Applied Mathematics 17, 1969; Laporte, Louveaux, Operations Research Letters
13, 1993; one cut a scenario and part: Birge, Louveaux, European Journal of Operational Research 34, 1988; learning
half way from the last point: Ben-Ameur, Neto, Networks 49, 2007.

Scenarios are asked in turn; once what is known of the costs shows that a choice does no better than the best so far,
the rest need not ship through it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats
from models.clock import Clock
from models.interruption import ctrl_c
from models.placement.benders import UNCLEAR
from models.placement.goal import Goal
from models.placement.plans import Plan
from models.robust.master import Proposal, RobustMaster
from models.robust.risk import Risk
from models.robust.scenario import Scenario
from models.solver import Solver
from models.stopping import GAP_REACHED, INTERRUPTED, ROUNDING, TIME_LIMIT

SUBTASK_SHARE = 0.1  # shipments and the master are solved to this part of the gap asked for
ROUGHLY = 0.3  # of the gap there is
RELAXED_ROUNDS = 12
RELAXED_SHARE = 0.3  # of the time
STALLED = 0.02  # of what is left between bound and value: a round that brings less is the last in parts
FIRST_GUESS = 1e-3  # relative: how rough the first proposals may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best plan of each scenario for the same openings, if any, and a bound on the risk of any openings."""

    opened: Flags | None
    plans: tuple[Plan, ...]
    bound: float
    stopped: str
    is_infeasible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of the scenarios.

    Parameters
    ----------
    low, high
        [scenario] what the best plan of each costs at least, and that of the best plan known: what regret is measured
        from, for a value and for a bound.
    new
        Least and largest number of new sites.
    """

    risk: Risk
    low: Floats
    high: Floats
    new: tuple[int, int]

    def scale(self, value: float) -> float:
        """Return what a gap is relative to: a regret, as a difference of costs, to the costs."""
        return float(np.abs(self.low).max()) if self.risk.kind == "regret" else abs(value)


class RobustSearch:
    """One search for openings that suit all scenarios."""

    def __init__(self, scenarios: Sequence[Scenario], question: Question, goal: Goal, solver: Solver) -> None:
        self._scenarios, self._question, self._goal, self._solver = scenarios, question, goal, solver
        self._master = RobustMaster.of(scenarios, question.risk, question.high, question.new, goal.seed)
        self._opened: Flags | None = None
        self._plans: tuple[Plan, ...] = ()
        self._value = np.inf
        self._bound = -np.inf
        self._last: Flags | None = None
        self._tried: dict[bytes, int] = {}

    def run(self) -> Found:
        """Return the best openings; after Ctrl-C what is known so far, or KeyboardInterrupt where there is no plan."""
        try:
            with ctrl_c():
                self._relax()
                while True:
                    proposal = self._propose()
                    if proposal.is_infeasible:
                        return self._found("infeasible", is_infeasible=True)
                    self._bound = max(self._bound, proposal.bound)
                    reason = self._reason_to_stop(proposal)
                    if reason or proposal.opened is None:
                        return self._found(reason or TIME_LIMIT)
                    self._try(proposal.opened)
        except KeyboardInterrupt:
            if self._opened is None:
                raise
            return self._found(INTERRUPTED)

    @property
    def _clock(self) -> Clock:
        return self._goal.clock

    @property
    def _enough(self) -> float:
        """Return the gap, in money, that is good enough."""
        value = self._value if np.isfinite(self._value) else self._bound
        scale = self._question.scale(value) if np.isfinite(value) else 0.0
        return self._goal.relative_gap * scale

    def _relax(self) -> None:
        """Learn where the master, its openings taken as fractions, wants cuts: cheap, and it moves little later."""
        inside: Floats | None = None
        first = None
        for _ in range(RELAXED_ROUNDS):
            proposal = self._master.relaxed(self._clock, self._solver)
            used = self._clock.seconds
            if proposal.part is None or used > RELAXED_SHARE * (used + self._clock.left_s):
                return
            gain, self._bound = proposal.bound - self._bound, max(self._bound, proposal.bound)
            first = proposal.bound if first is None else first
            if gain <= max(self._enough, STALLED * (self._bound - first)) and inside is not None:
                return
            inside = proposal.part if inside is None else (inside + proposal.part) / 2
            for scenario in self._scenarios:
                if self._clock.is_over:
                    return
                scenario.learn_at(inside, self._tolerance, self._clock)

    @property
    def _tolerance(self) -> float:
        """Return within how much of the best, in money, a scenario's shipment is good enough."""
        return SUBTASK_SHARE * max(self._enough, 0.0)

    def _propose(self) -> Proposal:
        if self._clock.is_over:
            return Proposal()
        around = self._value if np.isfinite(self._value) else self._bound
        slack = self._tolerance
        rough = ROUGHLY * (self._value - self._bound)
        if not np.isfinite(rough):
            rough = FIRST_GUESS * abs(around) if np.isfinite(around) else 0.0
        if rough > slack:  # far from the end a rough proposal does, if it is news
            proposal = self._master.propose(rough, around, self._clock, self._solver)
            if proposal.opened is None or proposal.opened.tobytes() not in self._tried:
                return proposal
        return self._master.propose(slack, around, self._clock, self._solver)

    def _reason_to_stop(self, proposal: Proposal) -> str:
        if self._opened is not None and self._value - self._bound <= self._enough:
            return GAP_REACHED
        if any(scenario.is_unclear for scenario in self._scenarios):
            return UNCLEAR
        if proposal.opened is None or self._tried.get(proposal.opened.tobytes(), 0) <= 1:
            return ""
        return TIME_LIMIT if self._clock.is_over else ROUNDING  # a master cut short may propose what is known

    def _try(self, opened: Flags) -> None:
        """Ship every scenario through `opened`, or as many as it takes to see that it is not the best."""
        key = opened.tobytes()
        times = self._tried[key] = self._tried.get(key, 0) + 1
        self._last = opened
        tolerance = self._tolerance if times == 1 else 0.0
        low = np.array([scenario.least_cost(opened) for scenario in self._scenarios])
        plans = []
        for at in np.argsort(low - self._question.high)[::-1].tolist() if times == 1 else range(len(self._scenarios)):
            plan = self._scenarios[at].carried(opened, tolerance, self._goal)
            if not plan.keeps or (self._clock.is_over and self._opened is not None):
                break
            plans.append((at, plan))
            low[at] = self._scenarios[at].least_cost(opened)
            if times == 1 and self._risk(low, self._question.high) > self._value - tolerance:
                break  # what is not asked lies above
        if len(plans) == len(self._scenarios):
            self._compare(opened, tuple(plan for _, plan in sorted(plans, key=lambda pair: pair[0])))
        kept = {each.tobytes() for each in (opened, self._opened) if each is not None}
        for scenario in self._scenarios:
            scenario.forget_all_but(kept)

    def _compare(self, opened: Flags, plans: tuple[Plan, ...]) -> None:
        cost = np.array([each.cost(plan) for each, plan in zip(self._scenarios, plans, strict=True)])
        value = self._risk(cost, self._question.low)
        if value < self._value:
            self._opened, self._plans, self._value = opened, plans, value

    def _risk(self, cost: Floats, against: Floats) -> float:
        return self._question.risk.value(cost, against)

    def _found(self, stopped: str, *, is_infeasible: bool = False) -> Found:
        if self._opened is None and not is_infeasible:
            self._be_hasty(self._scenarios[0].likely(*self._question.new) if self._last is None else self._last)
        elif self._opened is not None and stopped != INTERRUPTED and not self._clock.is_over:
            self._polish(self._opened)
        return Found(
            opened=self._opened, plans=self._plans, bound=self._bound, stopped=stopped, is_infeasible=is_infeasible
        )

    def _polish(self, opened: Flags) -> None:
        """Ship each scenario as well as can be: what is left of the gap should not be in who ships where."""
        better = tuple(scenario.carried(opened, 0.0, self._goal) for scenario in self._scenarios)
        self._plans = tuple(
            new if new.keeps and new.net >= old.net else old for new, old in zip(better, self._plans, strict=True)
        )

    def _be_hasty(self, opened: Flags) -> None:
        """Make a plan without any solver, for when the time is over before there is any."""
        plans = tuple(scenario.carried_hastily(opened) for scenario in self._scenarios)
        if all(plan.keeps for plan in plans) and self._scenarios[0].allows(opened, *self._question.new):
            self._compare(opened, plans)
