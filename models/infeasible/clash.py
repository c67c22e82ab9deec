"""Irreducible clashes, by bisection of the requirements and a last look at each of them.

Every answer of the solver teaches: whatever contains a clash is infeasible, and a point keeps more requirements than
those it was asked for.
Sources: Junker, AAAI 2004 (QuickXplain); Chinneck, Dravnieks, ORSA Journal on Computing 3, 1991 (the last look).
"""

from collections.abc import Sequence

import numpy as np

from models import arrays
from models.clock import Clock
from models.infeasible.answers import Clash, Clashes
from models.infeasible.questions import STRICT, OutOfTimeError, Questions, kept_rows
from models.infeasible.requirements import Requirement, check_requirements, without
from models.options import SolveOptions
from models.program import Program
from models.solver import Solver
from models.status import Status
from models.stopping import ENOUGH, INTERRUPTED, TIME_LIMIT

Members = frozenset[int]
KEPT = "all requirements can be kept"
COMPLETE = "every other clash shares a requirement with one of these"
HARD = "the program has no plan, whichever requirements are dropped"


def clashes(
    program: Program,
    requirements: Sequence[Requirement],
    *,
    count: int = 10,
    options: SolveOptions = SolveOptions(),
) -> Clashes:
    """Return up to `count` irreducible clashes that share no requirement.

    Rows that belong to no requirement are always kept. Requirements first in order are the last to be blamed. After
    Ctrl-C or the time limit what was found is returned, the last clash perhaps reducible.

    Raises
    ------
    InstanceError
        If the requirements do not fit the program.
    SolverError
        If the solver's process fails.
    """
    check_requirements(program, requirements)
    count = arrays.whole("count", count, low=1)
    clock = Clock(options.time_limit_s)
    with Solver() as solver:
        search = _Search(program, requirements, Questions(solver, clock, options.relative_gap, options.seed))
        try:
            stopped = search.run(count)
        except OutOfTimeError:
            stopped = TIME_LIMIT
        except KeyboardInterrupt:
            stopped = INTERRUPTED
    found = search.found(with_rest=stopped in {TIME_LIMIT, INTERRUPTED})
    known = Status.FEASIBLE if stopped == KEPT else Status.NO_SOLUTION
    return Clashes(
        status=Status.INFEASIBLE if found else known,
        found=found,
        is_complete=stopped in {KEPT, COMPLETE, HARD},
        seconds=clock.seconds,
        stopped=stopped,
    )


class _Search:
    """Finds clashes; members are numbers of requirements."""

    def __init__(self, program: Program, requirements: Sequence[Requirement], questions: Questions) -> None:
        self._program = program
        self._requirements = requirements
        self._questions = questions
        self._feasible: list[Members] = []
        self._infeasible: list[Members] = []
        self._found: list[Members] = []
        self._rest: Members = frozenset(range(len(requirements)))

    def run(self, count: int) -> str:
        """Look for clashes until there are `count` or no more; return which."""
        while self._is_infeasible(self._rest):
            if not self._found and self._is_infeasible(frozenset()):
                self._found.append(frozenset())
                return HARD
            if len(self._found) == count:
                return ENOUGH
            self._found.append(self._reduced(sorted(self._rest)))
            self._rest -= self._found[-1]
        return COMPLETE if self._found else KEPT

    def found(self, *, with_rest: bool) -> tuple[Clash, ...]:
        """Return the clashes; `with_rest`: and what is known of the one that was being looked for."""
        known = [(members, True) for members in self._found]
        rest = [members for members in self._infeasible if members <= self._rest]
        if rest and with_rest:
            known.append((min(rest, key=len), False))
        return tuple(
            Clash(
                requirements=tuple(self._requirements[member].name for member in sorted(members)),
                is_irreducible=is_irreducible,
            )
            for members, is_irreducible in known
        )

    def _reduced(self, members: list[int]) -> Members:
        """Return a clash among `members`; none of it can be left out."""
        clash = frozenset(self._explained(frozenset(), members, is_new=False))
        if not self._is_infeasible(clash):  # within the solver's tolerances only: then one by one
            clash = frozenset(members)
        for member in sorted(clash, reverse=True):
            if self._is_infeasible(clash - {member}):
                clash -= {member}
        return clash

    def _explained(self, background: Members, members: list[int], *, is_new: bool) -> list[int]:
        """Return those of `members` that clash with `background`, as few as bisection finds."""
        if is_new and self._is_infeasible(background):
            return []
        if len(members) <= 1:
            return members
        half = len(members) // 2
        first, second = members[:half], members[half:]
        of_second = self._explained(background | set(first), second, is_new=True)
        of_first = self._explained(background | set(of_second), first, is_new=bool(of_second))
        return of_first + of_second

    def _is_infeasible(self, active: Members) -> bool:
        if any(known <= active for known in self._infeasible):
            return True
        if any(active <= known for known in self._feasible):
            return False
        dropped = [self._requirements[member] for member in range(len(self._requirements)) if member not in active]
        values = self._questions.feasible_point(without(self._program, dropped))
        if values is None:
            self._infeasible.append(active)
            return True
        self._feasible.append(active | self._kept_by(values))
        return False

    def _kept_by(self, values: np.ndarray) -> Members:
        low, high = kept_rows(self._program, values, STRICT)
        return frozenset(
            member
            for member, requirement in enumerate(self._requirements)
            if (low[requirement.rows] | ~requirement.lower_rows(self._program)).all()
            and (high[requirement.rows] | ~requirement.upper_rows(self._program)).all()
        )
