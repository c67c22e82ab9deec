"""The other good plans, where each is an answer to the question in which those before it are forbidden.

A plan stands for a set (of open sites, of built links). After each plan its set S is forbidden, for example by

    sum_{s in S} y_s - sum_{s not in S} y_s <= |S| - 1

and the best of what is left is the next (Balas, Jeroslow, SIAM Journal on Applied Mathematics 23, 1972, for the cut).
Each is proved to the gap asked for, as far as the time allows (`status`). That these are all is said where nothing is
left, or where the bound of what is left lies above the limit. A plan above it whose bound lies below is asked for again
with a smaller gap; if that does not tell either, its set is forbidden and not shown, and in the end one may be missing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Generic, TypeVar

from models.arrays import Flags
from models.clock import Clock
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.solution import Solution
from models.status import Status
from models.stopping import ENOUGH, EXACT, INTERRUPTED, MAY_LACK, TIME_LIMIT

ALL_FOUND = "these are all"
LEAST_S = 1e-3  # of time for a question

Plan = TypeVar("Plan", bound=Solution)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions(Generic[Plan]):
    """How plans are asked for.

    Parameters
    ----------
    solve
        Answers the question in which sets are forbidden.
    set_of
        The set that a plan stands for.
    scale
        What `within` and the gap of a plan are relative to.
    part
        Of the time left for one question, where it is not the last.
    """

    solve: Callable[[Sequence[Flags], SolveOptions], Plan]
    set_of: Callable[[Plan], Flags]
    scale: Callable[[Plan], float]
    part: float = 1.0


@dataclass(slots=True)
class _Asking(Generic[Plan]):
    """What is found so far."""

    questions: Questions[Plan]
    count: int
    within: float
    options: SolveOptions
    clock: Clock
    found: list[Plan] = field(default_factory=list)

    @property
    def highest(self) -> float:
        """Return the value up to which a plan is wanted; a trace more, for the rounding of floats."""
        if not self.found or self.within == inf:
            return inf
        best = min(self.found, key=_value)
        return best.objective + (self.within + EXACT) * self.questions.scale(best)

    @property
    def wanted(self) -> list[Plan]:
        """Return the plans up to the limit, the cheapest first."""
        highest = self.highest
        return sorted((each for each in self.found if each.objective <= highest), key=_value)

    def ask(self) -> str:
        """Ask until it is clear that there are enough or no more, and return why it ended."""
        gap = self.options.relative_gap
        while len(self.wanted) < self.count:
            plan = self._next(gap)
            if not plan.has_plan:
                return self._all_or_not() if plan.status is Status.INFEASIBLE else _cut_short(plan)
            if plan.bound > self.highest:
                return self._all_or_not()
            sharper = self._gap_to_tell(plan)
            if plan.status is Status.OPTIMAL and 0 < sharper < gap and not self.clock.is_over:
                gap = sharper
                continue
            self.found.append(plan)
            if self.clock.is_over or plan.stopped == INTERRUPTED:
                return _cut_short(plan)
        return ENOUGH

    def _all_or_not(self) -> str:
        """Return whether these are all, where nothing is left to be asked for: sets not shown may belong to them."""
        is_sure = all(each.objective <= self.highest or each.bound > self.highest for each in self.found)
        return ALL_FOUND if is_sure else MAY_LACK

    def _gap_to_tell(self, plan: Plan) -> float:
        """Return the gap with which the bound of a plan above the limit lies above it, too."""
        scale = self.questions.scale(plan)
        return (plan.objective - self.highest) / scale / 2 if scale > 0 else 0.0

    def _next(self, gap: float) -> Plan:
        is_last = self.count - len(self.wanted) <= 1
        limit_s = self.clock.left_s * (1.0 if is_last else self.questions.part)
        forbidden = [self.questions.set_of(each) for each in self.found]
        share = replace(self.options, time_limit_s=max(limit_s, LEAST_S), relative_gap=gap)
        return self.questions.solve(forbidden, share)


def near_best(
    questions: Questions[Plan], count: int, within: float, options: SolveOptions
) -> tuple[tuple[Plan, ...], str]:
    """Return up to `count` plans of different sets, none dearer than the best by more than `within`; why it ended.

    The cheapest come first; `bound` of each is that of its question. After Ctrl-C those found so far are returned.
    """
    asking = _Asking(questions, count, within, options, Clock(options.time_limit_s))
    try:
        with ctrl_c():
            stopped = asking.ask()
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    return tuple(asking.wanted[:count]), stopped


def answered(questions: Questions[Plan], count: int, within: float, options: SolveOptions) -> tuple[Plan, ...]:
    """Return what `near_best` does, why it ended in the words of each plan."""
    found, stopped = near_best(questions, count, within, options)
    return tuple(replace(plan, stopped=f"{plan.stopped}; {stopped}") for plan in found)


def _value(plan: Solution) -> float:
    return plan.objective


def _cut_short(plan: Solution) -> str:
    return INTERRUPTED if plan.stopped == INTERRUPTED else TIME_LIMIT
