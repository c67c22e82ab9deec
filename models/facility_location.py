"""Facility location: which sites to open, and which serves each client, at the least fixed and serving cost.

    min   sum_j f_j y_j + sum_ij c_ij x_ij                     c_ij: serving all of client i from site j

    (1)   sum_j x_ij = 1                                       every client i is served
    (2)   x_ij <= y_j                                          by open sites only; x >= 0, y binary
    (3)   x_ij = 0                                             where c_ij is infinite
    (4)   sum_i d_i x_ij <= s_j y_j                            capacity, where there is one
    (4a)  sum_i d_i x_ij >= m_j y_j                            minimum throughput, where there is one
    (4b)  y_j = sum_t y_jt <= 1                                one tier t, with f_jt for f_j and s_jt for s_j
    (5)   min_open <= sum_j y_j <= max_open
    (6)   y_j = 1 for forced_open, y_j = 0 for forced_closed
    (7)   x binary                                             single source; without (4) it is so by itself

Source: Balinski, Management Science 12, 1965 (uncapacitated); Cornuejols, Sridharan, Thizy, European Journal of
Operational Research 50, 1991 (capacitated); Holmberg, Ronnqvist, Yuan, same journal 113, 1999 (single source);
Correia, Captivo, Annals of Operations Research 122, 2003 (tiers); Guha, Meyerson, Munagala, FOCS 2000 (least loads).

Without capacities the engines of `models.location.search` apply. Measured on one core of a busy AMD EPYC, compiling
left out: OR-Library's cap131 and cap132 proved in 1 ms, capa and capc (1,000 x 100) in 0.02 and 0.08 s, where plain
HiGHS and SCIP need 28 s for capc. A dense matrix needs about 50 bytes a pair. Hard are hundreds of sites that are
nearly alike in cost and place; the gap says how far it came. With capacities see
`models.capacitated`, which says how far that goes.

Tiers and minimum throughput go through an easier instance first (`models.location.tiers`), and to the plain program
where its plan opens two tiers of a site or leaves a site with too little. Generated instances of three tiers, 20 s: 50
clients and 20 sites proved in 3 to 7 s, split or whole (HiGHS alone: 18 s, or not in 20); 100 and 50 end with gaps of
0 to 3 %, 300 and 100 with 0.6 to 2 %, where HiGHS alone finds no plan. Beyond, the gap says how far it came.
`alternatives` asks the program once a set, and once that there is no other: 1 to 2 s each for 30 clients and 12 sites
of three tiers, 7 to 9 s for 50 and 20 on a crowded machine; where it does not end in time, `stopped` says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from models import arrays
from models.arrays import Floats
from models.errors import InstanceError
from models.infeasible import Prices, Relaxation, Repairable, RequiredProgram, less, moving_both
from models.location import answers, requirements, tiered_near_best, tiers, violations
from models.location.answers import FacilityLocationSolution
from models.options import SolveOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityLocation(Repairable):
    """An instance: clients, sites and what serving and opening cost. Any consistent unit.

    Parameters
    ----------
    cost
        [client, site] cost of serving all of the client from the site; inf where it cannot.
    fixed_cost
        [site] cost of opening; or [site, tier], with `capacity` [site, tier]: a site is opened in one of its tiers.
    demand
        [client] what the client takes of a site's capacity; None: 1 each.
    capacity
        [site] or [site, tier] in units of demand, inf: no limit; None: no site has a limit.
    single_source
        Whether a client is served by one site only. Without capacities every client is, anyway.
    min_open, max_open
        Bounds on the number of open sites; max_open None: any number.
    forced_open, forced_closed
        Sites that must be open or closed.
    min_throughput
        [site] what an open site serves at least, in units of demand; None: nothing.

    Raises
    ------
    InstanceError
        If an entry has no meaning; it is named.

    Notes
    -----
    What may give way (`ways_out`) and in which units: see `models.location.requirements`. After a way out clients of
    whom nothing is left to serve are left out.

    Examples
    --------
    Serving both clients from site 0 costs 1 + 4 and 3 for opening; from both sites 1 + 1 and 3 + 2.

    >>> instance = FacilityLocation(cost=[[1, 5], [4, 1]], fixed_cost=[3, 2])
    >>> solution = instance.solve()
    >>> solution.objective, solution.assignment.tolist()
    (7.0, [0, 1])
    """

    cost: Floats
    fixed_cost: Floats
    demand: Floats | None = None
    capacity: Floats | None = None
    single_source: bool = False
    min_open: int = 0
    max_open: int | None = None
    forced_open: tuple[int, ...] = field(default=())
    forced_closed: tuple[int, ...] = field(default=())
    min_throughput: Floats | None = None

    def __post_init__(self) -> None:
        cost = arrays.floats("cost", self.cost, (None, None), may_be_inf=True)
        clients, sites = cost.shape
        shape = _opening_shape(self.fixed_cost, sites)
        self._put(cost=cost, fixed_cost=arrays.floats("fixed_cost", self.fixed_cost, shape))
        if len(shape) > 1 and self.capacity is None:
            raise InstanceError("fixed_cost has tiers, and capacity is None; expected capacity [site, tier]")
        if not (self.demand is None and self.capacity is None and self.min_throughput is None):
            demand = np.ones(clients) if self.demand is None else self.demand
            self._put(demand=arrays.floats("demand", demand, (clients,)))
        if self.capacity is not None:
            self._put(capacity=arrays.floats("capacity", self.capacity, self.fixed_cost.shape, may_be_inf=True))
        if self.min_throughput is not None:
            self._put(min_throughput=arrays.floats("min_throughput", self.min_throughput, (sites,)))
        for name in ("forced_open", "forced_closed"):
            self._put(**{name: arrays.members(name, getattr(self, name), sites, "sites")})
        self._put(
            single_source=arrays.flag("single_source", self.single_source),
            min_open=arrays.whole("min_open", self.min_open),
        )
        if self.max_open is not None:
            self._put(max_open=arrays.whole("max_open", self.max_open))
        _check_totals(self)

    def solve(self, options: SolveOptions = SolveOptions()) -> FacilityLocationSolution:
        """Return the best plan, with the bound that says how far from best it can be.

        After Ctrl-C the best plan so far is returned, where there is one.

        Raises
        ------
        SolverError
            If the solver's process fails.
        """
        return answers.solve(self, options)

    def alternatives(
        self, count: int = 10, *, within: float = 0.01, options: SolveOptions = SolveOptions()
    ) -> tuple[FacilityLocationSolution, ...]:
        """Return up to `count` plans with different open sites, none dearer than the best by more than `within`.

        The cheapest comes first; `within` is relative, `inf`: just the `count` best. `stopped` says whether these are
        all that there are, or what came first; `bound` is the bound on the best of all. With capacities each is the
        best plan of its sites, in its best tiers, of whole clients to the gap asked for. With tiers or least throughput
        the order is right to the gap asked for.

        Returns
        -------
        tuple of FacilityLocationSolution
            Empty where there is no plan, or none was found before the time limit or Ctrl-C; `solve` says which, in
            `status` and `stopped`.

        Raises
        ------
        InstanceError
            If `count` or `within` has no meaning.
        SolverError
            If no search finds a plan and the solver's process, asked for one, fails.
        """
        number = arrays.wanted(count, within)
        if tiers.is_plain(self):
            return answers.alternatives(self, number, within, options)
        return tiered_near_best.near_best(self, number, within, options)

    def price(self, solution: FacilityLocationSolution) -> float:
        """Return what the plan costs: opening and serving. No solver is asked."""
        return violations.price(self, violations.chosen_tiers(self, solution), solution.share)

    def check(self, solution: FacilityLocationSolution, tol: float = 1e-6) -> list[str]:
        """Return every requirement (1)-(7) that the plan breaks by more than `tol` (relative), in words.

        No solver is asked; an empty list means that the plan is feasible and priced as it says.
        """
        return violations.violations(self, solution, tol)

    def _requirements(self, prices: Prices | None) -> RequiredProgram:
        program, rules = requirements.program_of(self, prices)
        return program, moving_both(rules, "served")

    def _rehearse(self) -> None:
        if self.cost.size:
            answers.rehearse(self)

    def _eased(self, relaxations: Iterable[Relaxation]) -> Self:
        after = requirements.eased(self, relaxations)
        stays, left = after.stays, after.left[after.stays]
        room, least, most = self.capacity, self.min_throughput, self.max_open
        if room is not None:
            room = room + (after.room[:, None] if room.ndim > 1 else after.room)
        return replace(
            self,
            cost=self.cost[stays] * left[:, None],
            demand=None if self.demand is None else self.demand[stays] * left,
            capacity=room,
            min_throughput=None if least is None else less(least, after.throughput),
            single_source=after.single_source,
            min_open=self.min_open - after.fewer,
            max_open=None if most is None else most + after.more,
            forced_open=after.forced_open,
            forced_closed=after.forced_closed,
        )

    def _put(self, **values: ArrayLike | tuple[int, ...] | int | bool) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)


def _opening_shape(fixed_cost: ArrayLike, sites: int) -> tuple[int, ...]:
    """Return the shape that fixed costs must have: with tiers if there are any."""
    shape = arrays.array_of("fixed_cost", fixed_cost).shape
    if len(shape) != 2:  # noqa: PLR2004  (site, tier)
        return (sites,)
    if shape[1] == 0:
        raise InstanceError(f"fixed_cost has shape {shape}; expected at least one tier")
    return (sites, shape[1])


def _check_totals(instance: FacilityLocation) -> None:
    """Refuse costs and amounts whose sums are beyond floating point."""
    cost = instance.cost
    with np.errstate(over="ignore"):
        serving = np.where(np.isfinite(cost), cost, 0.0).max(axis=1, initial=0.0).sum()
        arrays.check_total("cost with fixed_cost", float(serving + instance.fixed_cost.sum()))
        for name in ("demand", "capacity", "min_throughput"):
            given = getattr(instance, name)
            if given is not None:
                arrays.check_total(name, float(given[np.isfinite(given)].sum()))
    if instance.capacity is not None and instance.demand is not None:
        arrays.check_rooms("capacity", instance.capacity, instance.demand)
