"""p-median: open exactly p sites so that the weighted cost from each client to its cheapest open site is least.

    min   sum_ij w_i c_ij x_ij

    (1)   sum_j x_ij = 1                  every client i is served
    (2)   x_ij <= y_j                     by open sites only; x >= 0, y binary
    (3)   x_ij = 0                        where c_ij is infinite
    (4)   sum_j y_j = p
    (5)   y_j = 1 for forced_open, y_j = 0 for forced_closed

Source: Hakimi, Operations Research 12, 1964; ReVelle, Swain, Geographical Analysis 2, 1970. Engines: see
`models.location.search`; points get lists of their nearest neighbours (`models.relaxation.points`) and no matrix.

Measured on one core of a busy AMD EPYC, compiling left out (the first call on a machine compiles for some 10 s and
keeps the result; that time counts against its limit):

* The 32 OR-Library instances at hand (100 to 900 sites), proved: 2 s of CPU in total; the hardest are those with few
  open sites (pmed39, p = 10 of 900: 0.5 s), where the relaxation leaves 1 %.
* Random points in a square, p = n / 100, 60 s: proved gaps of 0.05 % at 5,000, 0.12 % at 10,000, 0.26 % at 20,000
  (0.6 GB); rl5934 of TSPLIB 0.095 %, d15112 0.12 %. The gap is never closed at this size; what is left of it is mostly
  the relaxation's, and the plan's where few sites are open (another seed may find rl5934's 0.04 % dearer).
* A dense matrix needs about 50 bytes a pair: 3 GB at 8,000 x 8,000. Beyond, use points, or leave out pairs (inf).
* Costs that spread over more than 15 digits are compared as floats are: the bound says what is proved. The plain
  program (`engine="mip"`) is good to about 100 sites.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import inf
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from models import arrays, faults, median_plans
from models.arrays import Floats
from models.clock import Clock
from models.errors import InstanceError
from models.infeasible import COUNTS_OF_P, Prices, Relaxation, Repairable, RequiredProgram, moving_both
from models.interruption import ctrl_c
from models.location import impossible, requirements, violations
from models.median_plans import PMedianSolution
from models.options import SolveOptions
from models.status import Status

SMALLEST_COORDINATE = 1e-130  # points that differ do so by 1e-146 or more, and the square of that is still a float


@dataclass(frozen=True, slots=True, kw_only=True)
class PMedian(Repairable):
    """An instance: clients with weights, sites, and the number of sites to open. Any consistent unit.

    Parameters
    ----------
    cost
        [client, site] cost per unit of weight; inf where the site cannot serve the client. None with `points`.
    weight
        [client]; None: 1 each.
    p
        Number of sites to open.
    forced_open, forced_closed
        Sites that must be open or closed.
    points
        [client, 2] planar points, each client and site; the cost is the Euclidean distance. See `from_points`.

    Raises
    ------
    InstanceError
        If an entry has no meaning; it is named.

    Notes
    -----
    What may give way (`ways_out`): ("served", client), by units of weight left unserved (1 where it is 0; not with
    points); ("p", "fewer") and ("p", "more"), by sites; ("forced_open", site) and ("forced_closed", site), by 1. After
    a way out clients of whom nothing is left to serve are left out.

    Examples
    --------
    >>> solution = PMedian(cost=[[0, 2, 9], [2, 0, 7], [9, 7, 0]], weight=[1, 1, 1], p=2).solve()
    >>> solution.objective, int(solution.open[2])
    (2.0, 1)
    """

    cost: Floats | None = None
    weight: Floats | None = None
    p: int
    forced_open: tuple[int, ...] = field(default=())
    forced_closed: tuple[int, ...] = field(default=())
    points: Floats | None = None

    def __post_init__(self) -> None:
        if (self.cost is None) == (self.points is None):
            raise InstanceError("cost and points are both given or both missing; expected one of them")
        if self.cost is not None:
            self._put(cost=arrays.floats("cost", self.cost, (None, None), may_be_inf=True))
        if self.points is not None:
            self._put(points=_checked_points(self.points))
        clients = self.n_clients
        weight = np.ones(clients) if self.weight is None else self.weight
        self._put(weight=arrays.floats("weight", weight, (clients,)), p=arrays.whole("p", self.p))
        for name in ("forced_open", "forced_closed"):
            self._put(**{name: arrays.members(name, getattr(self, name), self.n_sites, "sites")})
        _check_total(self)

    @classmethod
    def from_points(cls, *, points: ArrayLike, weight: ArrayLike | None = None, p: int) -> Self:
        """Return the instance in which each of the planar `points` [client, 2] is a client and a site."""
        return cls(points=points, weight=weight, p=p)  # type: ignore[arg-type]  # checked and converted on the way in

    @property
    def n_clients(self) -> int:
        """Return the number of clients."""
        return _rows(self.cost if self.points is None else self.points)

    @property
    def n_sites(self) -> int:
        """Return the number of sites."""
        return self.n_clients if self.cost is None else self.cost.shape[1]

    def solve(self, options: SolveOptions = SolveOptions()) -> PMedianSolution:
        """Return the best plan, with the bound that says how far from best it can be.

        After Ctrl-C the best plan so far is returned, where there is one.

        Raises
        ------
        SolverError
            If the solver's process fails.
        """
        clock = Clock(options.time_limit_s)
        reason = self._reason()
        if reason:
            return replace(
                median_plans.without_plan(self, Status.INFEASIBLE, inf, f"infeasible: {reason}"), seconds=clock.seconds
            )
        try:
            with ctrl_c():
                return median_plans.solve(self, options)
        except KeyboardInterrupt:  # before there was a plan
            return replace(median_plans.interrupted(self), seconds=clock.seconds)

    def alternatives(
        self, count: int = 10, *, within: float = 0.01, options: SolveOptions = SolveOptions()
    ) -> tuple[PMedianSolution, ...]:
        """Return up to `count` plans with different open sites, none dearer than the best by more than `within`.

        The cheapest comes first; `within` is relative, `inf`: just the `count` best. `stopped` says whether these are
        all that there are, or what came first; `bound` is the bound on the best of all.

        Returns
        -------
        tuple of PMedianSolution
            Empty where there is no plan, or none was found before the time limit or Ctrl-C; `solve` says which, in
            `status` and `stopped`.

        Raises
        ------
        InstanceError
            If `count` or `within` has no meaning.
        SolverError
            If no search finds a plan and the solver's process, asked for one, fails.
        """
        from models.location.search import search_alternatives  # noqa: PLC0415  (compiles)

        number = arrays.wanted(count, within)
        if self._reason():
            return ()
        median_plans.rehearse(is_planar=self.points is not None)
        clock = Clock(options.time_limit_s)
        order, task = median_plans.task_of(self)
        ask = median_plans.by_program(self, order)
        plans, found, stopped = search_alternatives(task, number, within, options, ask)
        proof = found.bound, stopped
        solutions = (median_plans.with_plan(self, median_plans.in_order(order, plan), proof, options) for plan in plans)
        return tuple(replace(one, stopped=stopped, seconds=clock.seconds) for one in solutions)

    def price(self, solution: PMedianSolution) -> float:
        """Return what the assignment costs. No solver is asked."""
        if self.n_clients and solution.assignment.min() < 0:
            return inf
        return float(median_plans.serving(self, solution.assignment).sum())

    def check(self, solution: PMedianSolution, tol: float = 1e-6) -> list[str]:
        """Return every requirement (1)-(5) that the plan breaks by more than `tol` (relative), in words.

        No solver is asked; an empty list means that the plan is feasible and priced as it says.
        """
        wrong = violations.nowhere(solution, self.n_clients, self.n_sites)
        if wrong:
            return wrong
        return [
            *violations.sites(solution.open, (self.p, self.p), self.forced_open, self.forced_closed),
            *violations.unserved(solution, median_plans.serving(self, solution.assignment)),
            *faults.value(self.price(solution), solution, tol),
        ]

    def _requirements(self, prices: Prices | None) -> RequiredProgram:
        program, rules = median_plans.requirements_of(self, prices)
        return program, moving_both(rules, "served")

    def _eased(self, relaxations: Iterable[Relaxation]) -> Self:
        after = requirements.eased(median_plans.rules_only(self), relaxations, COUNTS_OF_P)
        changed = replace(
            self,
            p=self.p - after.fewer + after.more,
            forced_open=after.forced_open,
            forced_closed=after.forced_closed,
        )
        if self.cost is None or self.weight is None:
            return changed
        stays = after.stays
        return replace(changed, cost=self.cost[stays], weight=(self.weight * after.left)[stays])

    def _reason(self) -> str:
        allowed = np.ones(self.n_sites, dtype=np.bool_)
        allowed[list(self.forced_closed)] = False
        clash = impossible.counts(allowed, self.forced_open, self.p, self.p, self.forced_closed)
        if clash or not self.n_clients:
            return clash
        if self.p == 0:
            return "there are clients, and p is 0"
        return "" if self.cost is None else impossible.stranded(self.cost, allowed)

    def _put(self, **values: ArrayLike | tuple[int, ...] | int) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)


def _checked_points(points: ArrayLike) -> Floats:
    given = arrays.array_of("points", points)
    if given.ndim != 2 or given.shape[1] != 2 or given.dtype.kind not in "iuf":  # noqa: PLR2004  (planar)
        raise InstanceError(f"points has shape {given.shape} and holds {given.dtype}; expected numbers (any, 2)")
    array = given.astype(np.float64)
    wrong = np.argwhere(~np.isfinite(array))
    if wrong.size:
        raise InstanceError(f"points[{wrong[0, 0]}, {wrong[0, 1]}] is not finite; expected a finite number")
    tiny = np.argwhere((array != 0) & (np.abs(array) < SMALLEST_COORDINATE))
    if tiny.size:
        at = tuple(tiny[0].tolist())
        raise InstanceError(
            f"points[{at[0]}, {at[1]}] is {array[at]}; expected 0, or {SMALLEST_COORDINATE:g} or more on either side of"
            " it: use smaller units"
        )
    return arrays.frozen(array)


def _check_total(instance: PMedian) -> None:
    """Refuse costs whose sum is beyond floating point."""
    weight = median_plans.present(instance.weight)
    with np.errstate(over="ignore", invalid="ignore"):
        if instance.points is not None:
            span = np.ptp(instance.points, axis=0) if weight.size else np.zeros(2)
            total = weight.sum() * float(np.hypot(span[0], span[1]) ** 2)  # squares are formed on the way
        else:
            cost = median_plans.present(instance.cost)
            total = (np.where(np.isfinite(cost), cost, 0.0).max(axis=1, initial=0.0) * weight).sum()
    arrays.check_total("weight x cost", float(total))


def _rows(array: Floats | None) -> int:
    return 0 if array is None else array.shape[0]
