"""By what the costs of a program are divided before a solver sees them, and how far its bound can then be believed.

A solver in floats prunes, and calls reduced costs none, by tolerances that are absolute: what they amount to in the
caller's unit hangs on the scale. So the largest cost that is left becomes 2 to 4, by a power of two, which changes no
digit of any cost. Where that is far more than what a plan costs, all that a plan is made of is small in the program,
and its bound may be too good by a tolerance a row and column. Then what no plan as cheap as the one found can use is
left out, and the program is solved anew.
"""

from collections.abc import Callable
from dataclasses import replace
from math import frexp, inf, isfinite
from typing import TypeVar

from models.clock import Clock
from models.interruption import ctrl_c
from models.solution import Solution
from models.status import Status
from models.stopping import INTERRUPTED, ROUNDING, TIME_LIMIT, verdict

S = TypeVar("S", bound=Solution)

SOLVER_DUST = 1e-9  # of a program in `unit_of` its largest cost: HiGHS's tolerances, by which its bound may be too good
MUCH = 8.0  # times what a plan costs


def unit_of(largest: float) -> float:
    """Return the power of two in whose units the largest cost is 2 to 4; 1 where nothing costs anything.

    Examples
    --------
    >>> unit_of(48.0), unit_of(0.0)
    (16.0, 1.0)
    """
    if not (largest > 0 and isfinite(largest)):
        return 1.0
    return max(2.0 ** (frexp(largest)[1] - 2), 2.0**-1022)


def is_fine(unit: float, value: float) -> bool:
    """Return whether no cost of a program in `unit` is much more than the `value` of a plan."""
    return unit <= MUCH * unit_of(value)


def dust(terms: int, *, is_sure: bool) -> float:
    """Return by how much the bound of a program in its unit gives way; `terms`: its rows and columns with a cost.

    `is_sure`: no cost is much more than a plan's, see `is_fine`.
    """
    return SOLVER_DUST * (1.0 if is_sure else float(terms))


def believed(bound: float, terms: int, unit: float, value: float) -> float:
    """Return the `bound` of a program in `unit` in the caller's unit, less what its solver may not see.

    `terms`: see `dust`; `value`: of a known plan, inf: none is known.
    """
    return (bound - dust(terms, is_sure=is_fine(unit, value))) * unit


def end_of(status: Status) -> str:
    """Return why a solver's program ended that leaves a gap: it was solved, and the rest is rounding, or the time."""
    return ROUNDING if status is Status.OPTIMAL else TIME_LIMIT


def solved(
    program_of: Callable[[float], tuple[float, Callable[[], S]]], relative_gap: float, clock: Clock, value: float = inf
) -> S:
    """Return the answer of a program that is minimised, asked anew where its costs are large beside its plan's.

    `program_of`: gives the program of the plans of a value or less, as its unit and what solves it; the bound of that
    holds for those plans. `value`: of a plan known before.
    """
    unit, solve = program_of(value)
    best = solve()
    while best.has_plan and not clock.is_over and (best.stopped == ROUNDING or not is_fine(unit, best.objective)):
        finer, solve = program_of(min(best.objective, value))
        if finer >= unit:
            break
        unit = finer
        try:
            with ctrl_c():
                best = better(best, solve(), relative_gap)
        except KeyboardInterrupt:
            return replace(best, stopped=INTERRUPTED)
    return best


def better(known: S, other: S, relative_gap: float) -> S:
    """Return the cheaper of two solutions with the higher of their bounds."""
    if other.status is Status.INFEASIBLE:  # beside a plan: as far as a solver in floats can see
        return replace(known, stopped=ROUNDING) if known.has_plan else other
    best = other if other.objective < known.objective else known
    bound = min(max(known.bound, other.bound), best.objective)
    if not best.has_plan:
        return replace(best, bound=bound, stopped=other.stopped)
    status, stopped = verdict(best.objective, bound, relative_gap, other.stopped)
    return replace(best, bound=bound, status=status, stopped=stopped)
