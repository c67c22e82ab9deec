"""Maximal covering: open exactly p sites so that the weight they cover is most; in part, and with a backup, too.

    max   sum_i w_i sum_j a_ij x_ij + sum_i b_i sum_j a_ij s_ij          0 <= a_ij <= 1, 0 <= b_i <= w_i

    (1)   sum_j x_ij <= 1                 the best open site of client i earns its weight, times the part it covers
    (2)   sum_j s_ij <= 1                 the second-best open site earns its backup weight, times the part it covers
    (3)   x_ij + s_ij <= y_j              open sites only, and not twice the same; x, s >= 0, y binary
    (4)   sum_j y_j = p
    (5)   y_j = 1 for forced_open, y_j = 0 for forced_closed

Source: Church, ReVelle, Papers of the Regional Science Association 32, 1974; backup: Hogan, ReVelle, Management Science
32, 1986 (BACOP2, with b_i = (1 - theta) / theta w_i in units of theta); parts: Berman, Krass, European Journal of
Operational Research 138, 2002 (generalised maximal cover). Because b_i <= w_i the best site is never better as second.

Measured on one core of a busy AMD EPYC in seconds of CPU, compiling left out: 100,000 clients and 1,000 sites, uniform
in the unit square, weights 1 to 100, proved within 1e-4: radius 0.03, 0.05, 0.1, 0.15 with p = 50, 50, 10, 5 (16 to
41 % of the weight) in 0.1, 0.6, 1.1, 3.3 s, from up to 6.2 million entries. Radius 0.03 with p = 150 (45 %) takes 7 s,
0.1 with p = 15 (48 %) 11 s, 0.15 with p = 9 (64 %) 17 s, 0.1 with p = 20 (64 %) 16 s and 18 s of the solver's process:
there Benders cuts solve the relaxation (0.04 % above the best plan), reduced costs leave 390 sites and 12,000 clients
that differ, and the MIP solver decides these (`covering.cut_search`). Where more is covered, or the sites are many for
that, sites overlap in the relaxation more than in any plan, and the gap says how far: radius 0.07, p = 40 (63 %) ends
at 0.11 % in a minute of wall time on a crowded machine. Radius 0.05, p = 100 (77 %): the relaxation lies 0.9 % above
the best plan known and decides no site; rows on overlaps (`covering.overlap_rows`) bring that to 0.29 % in 20 s of
CPU and 0.28 % in 30, where 64 and 48 groups of clients (`covering.group_bound`) came to 0.41 and 0.33 % in 16 and 56 s.
What is found in time is 0.02 to 0.07 % worse than the best plan: the gap is 0.30 % after 60 s of CPU, 0.33 % after 60 s
of wall time on a busy machine. The rows' own limit is 0.26 % above the best plan known.

`alternatives`: the ten best of 100,000 clients and 1,000 sites take 1 s of CPU at radius 0.03, p = 50 and 3 s at 0.05,
p = 20; at 0.1, p = 10 the tree does not end in a minute, and says so.
`ways_out` solves the eased instance once a way; five for 20,000 clients and 1,000 sites take 12 s of wall time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from math import inf, isclose
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from models import arrays, faults
from models.arrays import Floats
from models.clock import Clock
from models.covering import max_answers, requirements
from models.covering.coverage import Coverage, coverage_of
from models.covering.max_answers import MaxCoverSolution
from models.errors import InstanceError
from models.infeasible import Prices, Relaxation, Repairable, RequiredProgram, WaysOut
from models.location import impossible, violations
from models.options import SolveOptions
from models.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxCover(Repairable):
    """An instance: who covers whom, what clients weigh, and the number of sites to open.

    Parameters
    ----------
    covers
        [client, site] whether, or which part of 0 to 1, the site covers of the client; or a `Coverage` of entries
        where a matrix would be too large. Kept as a `Coverage`.
    weight
        [client]; None: 1 each.
    p
        Number of sites to open.
    backup_weight
        [client] what a second open site earns, at most `weight`; None: nothing.
    forced_open, forced_closed
        Sites that must be open or closed.

    Raises
    ------
    InstanceError
        If an entry has no meaning; it is named.

    Notes
    -----
    What may give way (`ways_out`), by 1 a site: ("p", "fewer") and ("p", "more"); ("forced_open", site) and
    ("forced_closed", site). Nothing else can clash: clients need not be covered.

    Examples
    --------
    >>> covers = [[True, False], [True, True], [False, True]]
    >>> solution = MaxCover(covers=covers, weight=[1, 2, 3], p=1).solve()
    >>> solution.objective, solution.open.tolist()
    (5.0, [False, True])
    """

    covers: Coverage
    weight: Floats = field(default=None)  # type: ignore[arg-type]  # (an array from `__post_init__` on)
    p: int
    backup_weight: Floats = field(default=None)  # type: ignore[arg-type]  # (the same)
    forced_open: tuple[int, ...] = field(default=())
    forced_closed: tuple[int, ...] = field(default=())

    def __post_init__(self) -> None:
        self._put(covers=coverage_of(self.covers), p=arrays.whole("p", self.p))
        clients, sites = self.covers.shape
        for name, usual in (("weight", np.ones(clients)), ("backup_weight", np.zeros(clients))):
            given: ArrayLike | None = getattr(self, name)
            self._put(**{name: arrays.floats(name, usual if given is None else given, (clients,))})
        for name in ("forced_open", "forced_closed"):
            self._put(**{name: arrays.members(name, getattr(self, name), sites, "sites")})
        over = np.flatnonzero(self.backup_weight > self.weight)
        if over.size:
            at = over[0]
            raise InstanceError(f"backup_weight[{at}] is {self.backup_weight[at]}; expected at most {self.weight[at]}")
        with np.errstate(over="ignore"):
            arrays.check_total("weight", 2 * float(self.weight.sum()))

    def solve(self, options: SolveOptions = SolveOptions()) -> MaxCoverSolution:
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
            solution = max_answers.without_plan(self, Status.INFEASIBLE, -inf, reason)
        elif options.engine == "mip" and self.p and self.covers.client.size:
            solution = max_answers.by_mip(self, options, clock)
        else:
            solution = max_answers.by_search(self, options, clock)
        return replace(solution, seconds=clock.seconds)

    def alternatives(
        self, count: int = 10, *, within: float = 0.01, options: SolveOptions = SolveOptions()
    ) -> tuple[MaxCoverSolution, ...]:
        """Return up to `count` plans with different open sites, none covering less than the best by more than `within`.

        The best comes first; `within` is relative, `inf`: just the `count` best. `stopped` says whether these are
        all that there are, or what came first; `bound` is the bound on the best of all.

        Returns
        -------
        tuple of MaxCoverSolution
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
        found = max_answers.near_best(self, number, within, options, clock)
        return tuple(replace(one, seconds=clock.seconds) for one in found)

    def ways_out(self, options: SolveOptions = SolveOptions(), *, k: int = 5, prices: Prices | None = None) -> WaysOut:
        """Return the `k` cheapest ways out, as `Repairable.ways_out` says; a plan that is not found is worth -inf."""
        return requirements.of_most(Repairable.ways_out(self, options, k=k, prices=prices))

    def price(self, solution: MaxCoverSolution) -> float:
        """Return the weight that the open sites cover. No solver is asked."""
        covered, _, backup = self.covers.best_parts(solution.open)
        return max_answers.earned(self, covered, backup)

    def check(self, solution: MaxCoverSolution, tol: float = 1e-6) -> list[str]:
        """Return every requirement (1)-(5) that the plan breaks by more than `tol` (relative), in words.

        No solver is asked; an empty list means that the plan is feasible and priced as it says.
        """
        clients, sites = self.covers.shape
        wanted = {"open": (sites,), **dict.fromkeys(("assignment", "covered", "backup"), (clients,))}
        wrong = faults.shapes(solution, wanted)
        if wrong:
            return wrong
        covered, _, backup = self.covers.best_parts(solution.open)
        return [
            *violations.sites(solution.open, (self.p, self.p), self.forced_open, self.forced_closed),
            *faults.lines(
                abs(solution.covered - covered) > tol,
                lambda i: f"of client {i} the part {covered[i]:.9g} is covered, not {solution.covered[i]:.9g}",
            ),
            *faults.lines(
                abs(solution.backup - backup) > tol,
                lambda i: f"of client {i} the part {backup[i]:.9g} is covered twice, not {solution.backup[i]:.9g}",
            ),
            *faults.lines(
                abs(self._parts_of(solution) - covered) > tol,
                lambda i: f"client {i} is assigned to {solution.assignment[i]}, no open site that covers most of it",
            ),
            *self._value(solution, tol),
        ]

    def _requirements(self, prices: Prices | None) -> RequiredProgram:
        return requirements.program_of(self, self.covers.shape[1], prices, p=self.p)

    def _rehearse(self) -> None:
        _rehearse()

    def _eased(self, relaxations: Iterable[Relaxation]) -> Self:
        after = requirements.eased(self, relaxations, p=self.p)
        return replace(self, p=after.p, forced_open=after.forced_open, forced_closed=after.forced_closed)

    def _parts_of(self, solution: MaxCoverSolution) -> Floats:
        """Return the part of each client that the open site covers to which it is assigned, 0 where that is none."""
        covers, parts = self.covers, np.zeros(self.covers.shape[0])
        own = solution.open[covers.site] & (solution.assignment[covers.client] == covers.site)
        parts[covers.client[own]] = covers.parts[own]
        return parts

    def _reason(self) -> str:
        allowed = np.ones(self.covers.shape[1], dtype=np.bool_)
        allowed[list(self.forced_closed)] = False
        return impossible.counts(allowed, self.forced_open, self.p, self.p, self.forced_closed)

    def _value(self, solution: MaxCoverSolution, tol: float) -> list[str]:
        price, value, bound = self.price(solution), solution.objective, solution.bound
        lines = []
        if not isclose(price, value, rel_tol=tol, abs_tol=1e-12):
            lines.append(f"the plan covers {price:.12g}, and claims {value:.12g}")
        if not bound >= value - tol * abs(value):
            lines.append(f"the bound {bound:.12g} lies below the value {value:.12g}")
        return lines

    def _put(self, **values: ArrayLike | tuple[int, ...] | int | Coverage) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)


@cache
def _rehearse() -> None:
    """Run the compiled functions once, before any clock: an installation compiles them at their first call."""
    ring = np.eye(7) + 0.5 * np.roll(np.eye(7), 1, axis=1)
    max_answers.by_search(MaxCover(covers=coverage_of(ring), weight=np.ones(7), p=3), SolveOptions(), Clock(inf))
    max_answers.rehearse(MaxCover(covers=coverage_of(ring > 0.0), weight=np.ones(7), p=3))
