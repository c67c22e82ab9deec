"""Set covering: open sites at least cost so that every client is covered by one of them.

    min   sum_j f_j y_j

    (1)   sum_{j covers i} y_j >= 1       every client i is covered
    (2)   y_j = 1 for forced_open, y_j = 0 for forced_closed,  y binary

Source: Toregas, Swain, ReVelle, Bergman, Operations Research 19, 1971. Engines: see `models.covering.set_search`.

Measured on one core of a busy AMD EPYC, compiling left out: random covers as Balas and Ho draw them, costs 1 to 100, of
200 clients by 1,000 sites and 300 by 3,000 (2 to 5 % of the pairs) are proved in 0.1 to 0.6 s, where plain HiGHS needs
0.7 to 15 s. Dominance is not looked for above 4e9 pairs; what the tree leaves goes to HiGHS. `alternatives` finds and
proves the ten cheapest of these in 0.1 s (all within 1 %) to 2 s (without a limit), the 1,000 cheapest in under 1 s.
`clashes` and `ways_out` take 10 s of wall time each for 1,000 clients, nine of them out of reach, and 1,000 sites.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from math import inf
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from models import arrays, faults
from models.arrays import Floats
from models.clock import Clock
from models.covering import requirements, set_answers
from models.covering.coverage import Coverage, coverage_of
from models.covering.set_answers import SetCoverSolution
from models.errors import InstanceError
from models.infeasible import Prices, Relaxation, Repairable, RequiredProgram
from models.location import violations
from models.options import SolveOptions
from models.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCover(Repairable):
    """An instance: who covers whom, and what opening costs.

    Parameters
    ----------
    covers
        [client, site] whether the site covers the client; or a `Coverage` of entries where a matrix would be too large.
        Kept as a `Coverage`.
    cost
        [site] cost of opening; None: 1 each, so that the fewest sites are opened.
    forced_open, forced_closed
        Sites that must be open or closed.

    Raises
    ------
    InstanceError
        If an entry has no meaning; it is named.

    Notes
    -----
    What may give way (`ways_out`), by 1 a client or site: ("covered", client), who is then left out; ("forced_open",
    site) and ("forced_closed", site).

    Examples
    --------
    >>> covers = [[True, False, True], [True, True, False], [False, True, True]]
    >>> SetCover(covers=covers, cost=[1, 2, 4]).solve().objective
    3.0
    """

    covers: Coverage
    cost: Floats = field(default=None)  # type: ignore[arg-type]  # (an array from `__post_init__` on)
    forced_open: tuple[int, ...] = field(default=())
    forced_closed: tuple[int, ...] = field(default=())

    def __post_init__(self) -> None:
        self._put(covers=coverage_of(self.covers))
        partly = np.flatnonzero(self.covers.parts < 1)
        if partly.size:
            at = partly[0]
            where = f"covers[{self.covers.client[at]}, {self.covers.site[at]}]"
            raise InstanceError(f"{where} is {self.covers.parts[at]}; expected covered or not (parts: see MaxCover)")
        sites = self.covers.shape[1]
        given: ArrayLike | None = self.cost
        self._put(cost=arrays.floats("cost", np.ones(sites) if given is None else given, (sites,)))
        for name in ("forced_open", "forced_closed"):
            self._put(**{name: arrays.members(name, getattr(self, name), sites, "sites")})
        with np.errstate(over="ignore"):
            arrays.check_total("cost", float(self.cost.sum()))

    def solve(self, options: SolveOptions = SolveOptions()) -> SetCoverSolution:
        """Return the best plan, with the bound that says how far from best it can be.

        After Ctrl-C the best plan so far is returned.

        Raises
        ------
        SolverError
            If the solver's process fails.
        """
        if options.engine != "mip":
            _rehearse()
        clock = Clock(options.time_limit_s)
        reason = self._reason()
        if reason:
            solution = set_answers.without_plan(self, Status.INFEASIBLE, inf, reason)
        elif options.engine == "mip" and self.covers.client.size:
            solution = set_answers.by_mip(self, options, clock)
        else:
            solution = set_answers.by_search(self, options, clock)
        return replace(solution, seconds=clock.seconds)

    def alternatives(
        self, count: int = 10, *, within: float = 0.01, options: SolveOptions = SolveOptions()
    ) -> tuple[SetCoverSolution, ...]:
        """Return up to `count` plans with different open sites, none dearer than the best by more than `within`.

        The cheapest comes first; `within` is relative, `inf`: just the `count` best. A set with
        sites that nobody needs is one of them where it costs as little. `stopped` says whether these are
        all that there are, or what came first; `bound` is the bound on the best of all.

        Returns
        -------
        tuple of SetCoverSolution
            Empty where there is no plan, or Ctrl-C came before the first one; `solve` says which, in `status` and
            `stopped`. A time limit leaves one plan at least.

        Raises
        ------
        InstanceError
            If `count` or `within` has no meaning.
        SolverError
            If the solver's process fails.
        """
        number = arrays.wanted(count, within)
        if self._reason():
            return ()
        _rehearse()
        clock = Clock(options.time_limit_s)
        found = set_answers.near_best(self, number, within, options, clock)
        return tuple(replace(one, seconds=clock.seconds) for one in found)

    def price(self, solution: SetCoverSolution) -> float:
        """Return what the open sites cost. No solver is asked."""
        return float(self.cost[solution.open].sum())

    def check(self, solution: SetCoverSolution, tol: float = 1e-6) -> list[str]:
        """Return every requirement (1)-(2) that the plan breaks, in words; its value may be off by `tol` (relative).

        No solver is asked; an empty list means that the plan is feasible and priced as it says.
        """
        clients, sites = self.covers.shape
        wrong = faults.shapes(solution, {"open": (sites,), "assignment": (clients,)})
        if wrong:
            return wrong
        by_assigned = np.zeros(clients, dtype=np.bool_)
        at = solution.open[self.covers.site] & (solution.assignment[self.covers.client] == self.covers.site)
        by_assigned[self.covers.client[at]] = True
        return [
            *violations.sites(solution.open, (0, sites), self.forced_open, self.forced_closed),
            *faults.lines(
                ~by_assigned, lambda i: f"client {i} is not covered by an open site {solution.assignment[i]}"
            ),
            *faults.value(self.price(solution), solution, tol),
        ]

    def _requirements(self, prices: Prices | None) -> RequiredProgram:
        reached = requirements.covered(self.covers)
        return requirements.program_of(self, self.covers.shape[1], prices, reached=reached)

    def _rehearse(self) -> None:
        _rehearse()

    def _eased(self, relaxations: Iterable[Relaxation]) -> Self:
        after = requirements.eased(self, relaxations, self.covers.shape[0])
        return replace(
            self,
            covers=requirements.entries_of(self.covers, after.stays),
            forced_open=after.forced_open,
            forced_closed=after.forced_closed,
        )

    def _reason(self) -> str:
        both = sorted(set(self.forced_open) & set(self.forced_closed))
        if both:
            return f"site {both[0]} is forced open and forced closed"
        allowed = ~np.isin(self.covers.site, self.forced_closed)
        reached = np.bincount(self.covers.client[allowed], minlength=self.covers.shape[0]) > 0
        lost = np.flatnonzero(~reached)
        return f"client {lost[0]} can be covered by no site that may be open" if lost.size else ""

    def _put(self, **values: ArrayLike | tuple[int, ...] | int | Coverage) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)


@cache
def _rehearse() -> None:
    """Run the compiled functions once, before any clock: an installation compiles them at their first call."""
    ring = np.eye(7) + np.roll(np.eye(7), 1, axis=1)  # odd, so that no dominance solves it
    set_answers.by_search(SetCover(covers=coverage_of(ring > 0)), SolveOptions(), Clock(inf))
