"""p-center: open exactly p sites so that the largest weighted cost from a client to its cheapest open site is least.

    min   z

    (1)   z >= sum_j w_i c_ij x_ij        the largest
    (2)   sum_j x_ij = 1                  every client i is served
    (3)   x_ij <= y_j                     by open sites only; x >= 0, y binary
    (4)   x_ij = 0                        where c_ij is infinite
    (5)   sum_j y_j = p
    (6)   y_j = 1 for forced_open, y_j = 0 for forced_closed

Source: Hakimi, Operations Research 12, 1964; Daskin, Network and Discrete Location, 1995. The program's relaxation is
weak; the engines of `models.covering.center` ask for covers instead.

Measured on one core of a busy AMD EPYC in seconds of CPU, compiling left out (the first call on a machine compiles for
some 15 s and keeps the result; that time counts against its limit):

* The 44 published instances at hand (OR-Library's pmed with 100 to 900 sites, TSPLIB's pr226, pr264, pr439), proved:
  2.3 s in total; the hardest, pr264 with p = 40, 0.9 s.
* Random points in a square: 3,000 with p = 5 in 2.5 s, 1,000 with p = 10 in 6 s. With tens of sites the relaxation
  leaves too much: a gap of 3 % at 1,000 with p = 50 after 6 s, of 10 % at 3,000 with p = 30 after 8 s.
* `alternatives`: most instances have many choices of the same radius, and the ten or hundred best of pmed1 to pmed40
  take 0.01 to 0.5 s. Where fewer share it the tree proves that there are no others, as long as the proof of a p-center.
* `clashes` and `ways_out` ask the program of the openings (`models.infeasible`): 10 s at 300 points, and 30 s
  for five ways out; at 900 a minute of wall time gives the first way, without its best plan.
* A dense matrix needs 16 bytes a pair, and as much again for a moment. The plain program (`engine="mip"`) is good to
  some 50 sites.
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
from models.covering import center_answers, requirements
from models.covering.center_answers import PCenterSolution
from models.errors import InstanceError
from models.infeasible import Prices, Relaxation, Repairable, RequiredProgram
from models.location import impossible, violations
from models.options import SolveOptions
from models.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class PCenter(Repairable):
    """An instance: clients, sites, and the number of sites to open. Any consistent unit.

    Parameters
    ----------
    cost
        [client, site] cost or distance; inf where the site cannot serve the client.
    p
        Number of sites to open.
    forced_open, forced_closed
        Sites that must be open or closed.
    weight
        [client] factor of the client's cost (the weighted center); None: 1 each.

    Raises
    ------
    InstanceError
        If an entry has no meaning; it is named.

    Notes
    -----
    What may give way (`ways_out`), by 1 a client or site: ("served", client), who is then left out; ("p", "fewer") and
    ("p", "more"); ("forced_open", site) and ("forced_closed", site).

    Examples
    --------
    >>> solution = PCenter(cost=[[0, 2, 9], [2, 0, 7], [9, 7, 0]], p=2).solve()
    >>> solution.objective, int(solution.open[2])
    (2.0, 1)
    """

    cost: Floats
    p: int
    forced_open: tuple[int, ...] = field(default=())
    forced_closed: tuple[int, ...] = field(default=())
    weight: Floats = field(default=None)  # type: ignore[arg-type]  # (an array from `__post_init__` on)

    def __post_init__(self) -> None:
        self._put(cost=arrays.floats("cost", self.cost, (None, None), may_be_inf=True))
        clients, sites = self.cost.shape
        given: ArrayLike | None = self.weight
        self._put(weight=arrays.floats("weight", np.ones(clients) if given is None else given, (clients,)))
        self._put(p=arrays.whole("p", self.p))
        for name in ("forced_open", "forced_closed"):
            self._put(**{name: arrays.members(name, getattr(self, name), sites, "sites")})
        if (np.isinf(center_answers.weighted(self)) & np.isfinite(self.cost)).any():
            raise InstanceError("weight times cost is more than a float can hold; use larger units")

    def solve(self, options: SolveOptions = SolveOptions()) -> PCenterSolution:
        """Return the best plan, with the bound that says how far from best it can be.

        After Ctrl-C the best plan so far is returned, where there is one.

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
            solution = center_answers.without_plan(self, Status.INFEASIBLE, inf, reason)
        elif options.engine == "mip":
            solution = center_answers.by_mip(self, options, clock)
        else:
            solution = center_answers.by_search(self, options, clock)
        return replace(solution, seconds=clock.seconds)

    def alternatives(
        self, count: int = 10, *, within: float = 0.01, options: SolveOptions = SolveOptions()
    ) -> tuple[PCenterSolution, ...]:
        """Return up to `count` plans with different open sites, none dearer than the best by more than `within`.

        The best comes first; `within` is relative, `inf`: just the `count` best. `stopped` says whether these are
        all that there are, or what came first; `bound` is the bound on the best of all.

        Returns
        -------
        tuple of PCenterSolution
            Empty where there is no plan, or none was found before the time limit or Ctrl-C; `solve` says which, in
            `status` and `stopped`.

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
        found = center_answers.near_best(self, number, within, options, clock)
        return tuple(replace(one, seconds=clock.seconds) for one in found)

    def price(self, solution: PCenterSolution) -> float:
        """Return the largest weighted cost of the assignment. No solver is asked."""
        if self.cost.shape[0] and solution.assignment.min() < 0:
            return inf
        return float(center_answers.serving(self, solution.assignment).max(initial=0.0))

    def check(self, solution: PCenterSolution, tol: float = 1e-6) -> list[str]:
        """Return every requirement (1)-(6) that the plan breaks by more than `tol` (relative), in words.

        No solver is asked; an empty list means that the plan is feasible and priced as it says.
        """
        wrong = violations.nowhere(solution, *self.cost.shape)
        if wrong:
            return wrong
        return [
            *violations.sites(solution.open, (self.p, self.p), self.forced_open, self.forced_closed),
            *violations.unserved(solution, center_answers.serving(self, solution.assignment)),
            *faults.value(self.price(solution), solution, tol),
        ]

    def _requirements(self, prices: Prices | None) -> RequiredProgram:
        reached = requirements.served(self.cost)
        return requirements.program_of(self, self.cost.shape[1], prices, reached=reached, p=self.p)

    def _rehearse(self) -> None:
        _rehearse()

    def _eased(self, relaxations: Iterable[Relaxation]) -> Self:
        after = requirements.eased(self, relaxations, self.cost.shape[0], self.p)
        return replace(
            self,
            cost=self.cost[after.stays],
            weight=self.weight[after.stays],
            p=after.p,
            forced_open=after.forced_open,
            forced_closed=after.forced_closed,
        )

    def _reason(self) -> str:
        clients, sites = self.cost.shape
        allowed = np.ones(sites, dtype=np.bool_)
        allowed[list(self.forced_closed)] = False
        clash = impossible.counts(allowed, self.forced_open, self.p, self.p, self.forced_closed)
        if clash or not clients:
            return clash
        return "there are clients, and p is 0" if self.p == 0 else impossible.stranded(self.cost, allowed)

    def _put(self, **values: ArrayLike | tuple[int, ...] | int) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)


@cache
def _rehearse() -> None:
    """Run the compiled functions once, before any clock: an installation compiles them at their first call."""
    drawn = np.random.default_rng(0).random((30, 20))  # large enough for the tree to branch
    center_answers.by_search(PCenter(cost=drawn, p=3), SolveOptions(relative_gap=0.0), Clock(inf))
