"""Place hubs: which sites to build and how large, which freight to send through them and which directly.

The formulation (shares x continuous, openings y binary; f flows, r routes, s sites, t periods, k options, q resources,
c clients, m measures; a *cell* st is a site in a period, and a flow belongs to one period):

    min   sum_f amount_f (direct_f direct_cost_f + sum_{r of f} route_cost_r x_r) + sum_k option_cost_k y_k

    (1)   direct_f + sum_{r of f} x_r = 1                                    every flow is carried; x, direct >= 0
    (2)   direct_f = 0                                                       where direct_cost_f is infinite
    (3)   sum_{r of f at st by q} x_r <= sum_{k of st, capacity_kq > 0} y_k  strong: per flow, cell and resource
    (4)   sum_{r of f at st} x_r <= sum_{k of st} y_k                        per flow and cell
    (5)   sum_{r at st by q} amount x_r <= sum_{k of st} capacity_kq y_k     room of each cell's resources
    (6)   sum_{k of st} y_k <= 1                                             a site is built in one way at a time
    (7)   = 1 in (6) for standing sites, and for forced_open ones in the last period; forced_closed ones are closed
    (8)   min_new <= sum of y_k over the last period of sites that do not stand <= max_new
    (9)   sum_{k of st, level_k >= l} y_k >= sum_{k of s(t-1), level_k >= l} y_k   no level falls, no open site closes
    (10)  rule_low <= sum_k rule_weight y_k <= rule_high                     each rule: budgets, land, provinces ...
    (11)  measure_low_m <= sum_f amount_f (direct_f direct_measure_fm + sum_r x_r route_measure_rm)
                           + sum_k option_measure_km y_k <= measure_high_m
    (12)  sum_{r at st} amount x_r >= sum_{k of st} min_throughput_k y_k     freight that an open site needs
    (13)  sum_{r of f at s} x_r <= z_cts,  sum_s z_cts <= 1,  z binary       one first site a client c and period t

A route may pass two sites; it then stands in (3), (4), (5) and (12) of both, in (13) with its first.

A capacitated facility location problem with a way out (the direct way), modular capacities (Correia, Captivo,
Computers & Operations Research 30, 2003), and a count of facilities; over periods as Melo, Nickel, Saldanha da Gama
(Computers & Operations Research 33, 2006) do it. (5) and (6) would do for whole y; (3) and (4) make the relaxation
strong.

Engines: `"mip"` hands (1)-(13), pruned (`placement.prune`), to HiGHS; `"benders"` (`placement.benders`) keeps only y in
a program, and learns cuts from exact shipments. Both prove what they report. Measured on two cores of an AMD EPYC, all
seven points from 0 to 6 new sites, with the freight of northern Vietnam (five variants; up to 55,000 flows that can
use a hub, 1.5 million routes, 48 sites, 190 options):

* Benders: 3 to 6 s to a gap of 1e-4, 3 to 8 s to 1e-6 (15 to 30 cuts), process start included.
* The relaxation of the textbook program alone is not solved in 200 s; `"auto"` uses it up to 2,000 routes.
* Hard are many sites that are nearly alike, and room that is scarce everywhere: with all rooms and fixed costs cut to
  0.3, 1e-4 takes 80 s; with 60,000 flows between random points and 25 random sites to choose from, 0 to 4 new
  sites take 40 s, and 5 and 6 end with gaps of 0.1 % after 30 s each. The master program is the bottleneck there.

With (9) to (13), on drawn freight (`tests/benchmarks/hub_placement.py`; 60 sites, three sizes, a budget a period and a
limit on land; 55,000 flows in each of three periods, 2.5 million routes; two cores):

* Three periods: 0.45 % in 9 s; one period: 0.1 % in 3 s. 200,000 flows, 500 sites, 5.4 million routes in one period:
  0.5 % in 7 s and 1.7 GB. The plain program takes 1 to 6 times as long on 1,800 flows and 20 sites already.
* Three periods with a measure over all of them, or with least throughput: 0.45 % in 11 s; with second hubs on half of
  the routes 54 s, nearly all in the master. A measure that hardly any choice can keep is harder: 0.6 % in 60 s.
* Clients (13): the search bounds them by prices, finds plans, and ends with a true gap that it cannot close by
  itself: 0.9 % in 25 s where clients are places; 4 % in 120 s where a client's flows begin anywhere and its sites have
  little in common. Up to 2,000 routes the plain program proves the rest.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from math import inf
from typing import Self

import numpy as np

from models import arrays
from models.arrays import Flags, Floats, Indices
from models.errors import InstanceError
from models.infeasible import Prices, Relaxation, Repairable, RequiredProgram, moving_both
from models.options import SolveOptions
from models.placement import answers, requirements, violations
from models.placement.alternatives import near_best
from models.placement.answers import HubPlacementSolution
from models.placement.eased import eased
from models.placement.lessons import Lesson
from models.placement.prune import useful_routes
from models.placement.terms import Sizes, Terms, checked_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class HubPlacement(Repairable):
    """An instance: flows, routes through sites, and the ways of building each site. Any consistent unit.

    Parameters
    ----------
    amount
        [flow] amount to carry, for example t/year.
    direct_cost
        [flow] cost per unit of amount of the direct way; inf where there is none.
    route_flow, route_site, route_cost, route_resource
        [route] the flow, the site it passes, its cost per unit, and which of the site's resources (for example
        container yard 0, cross-dock 1) it occupies.
    option_site, option_cost
        [option] a way of building `option_site`, with a fixed cost.
    option_capacity
        [option, resource] amount that the site then has room for; 0: routes by this resource are not possible.
    standing
        [site] the site exists: exactly one of its options is open in each period, and it does not count as new. It
        is closed by an option without capacity, at the cost of closing and with the highest level.
    min_new, max_new
        Bounds on the number of new sites open in the last period; max_new None: no bound.
    forced_open, forced_closed
        Sites that must be open in the last period (a site that does not stand counts as new), or closed in all
        (standing ones, too).
    flow_period, option_period
        [flow], [option] the period, from 0 on, which a flow belongs to and an option is open in. None: all 0.
    option_level
        [option] whole number; from one period to the next the level of a site never falls, and an open site stays
        open. None: all 0.
    rule_row, rule_option, rule_weight
        [entry] one term `weight * y_option` of the sum of a rule; entries of the same rule and option add up.
    rule_low, rule_high
        [rule] bounds on the sum; -inf and inf: no bound.
    route_second_site, route_second_resource
        [route] the second site on the way and which of its resources the route occupies; -1 in both: none.
    route_measure, direct_measure, option_measure
        [route, measure], [flow, measure] what a unit of amount adds to a measure (CO2, share within a band,
        distance), and [option, measure] what an open option adds (its fixed cost, where the measure is a cost that
        must be held); of either sign.
    measure_low, measure_high
        [measure] bounds on the sum over all that is carried; -inf and inf: no bound.
    option_min_throughput
        [option] what must pass the site in this period if the option is open, all resources together. None: all 0.
    flow_client
        [flow] flows of the same client and period that use routes at all use the same `route_site`; their direct
        way stays open to them. -1: the flow is free.

    Attributes
    ----------
    terms
        The fields from `flow_period` on in full, with their defaults.

    Raises
    ------
    InstanceError
        If an entry has no meaning; it is named.

    Notes
    -----
    What may give way (`ways_out`) and in which units: see `models.placement.requirements`. After a way out a flow of
    which nothing is left goes directly, for nothing.

    Examples
    --------
    Two flows of 10 t; direct 5 a tonne, through site 0 only 2, room for 15 t at a fixed cost of 40:
    45 saved, 40 paid.

    >>> import numpy as np
    >>> instance = HubPlacement(
    ...     amount=[10, 10], direct_cost=[5, 5], route_flow=[0, 1], route_site=[0, 0], route_cost=[2, 2],
    ...     route_resource=[0, 0], option_site=[0], option_cost=[40], option_capacity=[[15]], standing=[False])
    >>> instance.solve().objective
    95.0
    """

    amount: Floats
    direct_cost: Floats
    route_flow: Indices
    route_site: Indices
    route_cost: Floats
    route_resource: Indices
    option_site: Indices
    option_cost: Floats
    option_capacity: Floats
    standing: Flags
    min_new: int = 0
    max_new: int | None = None
    forced_open: tuple[int, ...] = field(default=())
    forced_closed: tuple[int, ...] = field(default=())
    flow_period: Indices | None = None
    option_period: Indices | None = None
    option_level: Indices | None = None
    rule_row: Indices | None = None
    rule_option: Indices | None = None
    rule_weight: Floats | None = None
    rule_low: Floats | None = None
    rule_high: Floats | None = None
    route_second_site: Indices | None = None
    route_second_resource: Indices | None = None
    route_measure: Floats | None = None
    direct_measure: Floats | None = None
    option_measure: Floats | None = None
    measure_low: Floats | None = None
    measure_high: Floats | None = None
    option_min_throughput: Floats | None = None
    flow_client: Indices | None = None
    terms: Terms = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        checked: dict[str, Floats | Indices | Flags] = {**_checked_flows(self), **_checked_options(self)}
        sites, resources = checked["standing"].size, checked["option_capacity"].shape[1]
        checked |= _checked_routes(self, checked["amount"].size, sites, resources)
        terms, given = checked_terms(self, _sizes(checked), checked["route_site"].astype(np.intp, copy=False))
        for name, values in (checked | dict(given)).items():
            object.__setattr__(self, name, values)
        object.__setattr__(self, "terms", terms)
        for name in ("forced_open", "forced_closed"):
            object.__setattr__(self, name, arrays.members(name, getattr(self, name), sites, "sites"))
        object.__setattr__(self, "min_new", arrays.whole("min_new", self.min_new))
        if self.max_new is not None:
            object.__setattr__(self, "max_new", arrays.whole("max_new", self.max_new))
        _check_ways_to_build(self)
        _check_total(self)

    @property
    def n_sites(self) -> int:
        """Return the number of sites."""
        return self.standing.size

    def with_new(self, count: int) -> Self:
        """Return the instance that asks for exactly `count` new sites."""
        return replace(self, min_new=count, max_new=count)

    def solve(
        self,
        options: SolveOptions = SolveOptions(),
        *,
        lessons: tuple[Lesson, ...] = (),
        start: Flags | None = None,
    ) -> HubPlacementSolution:
        """Return the best plan, with the bound that says how far from best it can be.

        After Ctrl-C the best plan so far is returned, where there is one.

        Parameters
        ----------
        lessons
            Of the solution of another instance with the same sites: where amounts and costs differ little, the search
            takes fewer rounds. The answer is as good without.
        start
            [option] options to look at first, those of a plan of another question. The answer is as good without.

        Raises
        ------
        SolverError
            If the solver's process fails.
        """
        most = self.standing.size if self.max_new is None else self.max_new
        first = None if start is None else arrays.flags("start", start)
        if first is not None and first.size != self.option_site.size:
            raise InstanceError(f"start has {first.size} entries; expected one an option, {self.option_site.size}")
        (solution,) = answers.solve(
            self, [(self.min_new, most)], options, known=answers.Known(lessons=lessons, start=first)
        )
        return solution

    def curve(
        self,
        new_counts: Iterable[int] = range(7),
        options: SolveOptions = SolveOptions(),
        *,
        or_fewer: bool = False,
        progress: Callable[[HubPlacementSolution], None] | None = None,
    ) -> tuple[HubPlacementSolution, ...]:
        """Return the best plan with exactly n new sites for each n, one search for all (min_new, max_new are not used).

        `or_fewer`: with no more than n.

        The time limit is for all together; each solution's `seconds` are its own. `progress` is called with
        each solution as it comes.

        Raises
        ------
        InstanceError
            If a count is no whole number or below 0.
        SolverError
            If the solver's process fails.
        """
        is_most = arrays.flag("or_fewer", or_fewer)
        ranges = [(0 if is_most else n, n) for n in (arrays.whole("new_counts", count) for count in new_counts)]
        return answers.solve(self, ranges, options, progress)

    def alternatives(
        self, count: int = 10, *, within: float = 0.01, options: SolveOptions = SolveOptions()
    ) -> tuple[HubPlacementSolution, ...]:
        """Return up to `count` plans with different new sites, none dearer than the best by more than `within`.

        Parameters
        ----------
        within
            Relative to the best objective; inf: just the `count` best.
        options
            The time limit is for all together.

        Returns
        -------
        tuple of HubPlacementSolution
            The cheapest first; each is the best of its question to the gap asked for, and `bound` is that of the
            question, in which the sets found before it are forbidden. `stopped` says whether these are all that there
            are. Empty where there is no plan, or none was found before the time limit or Ctrl-C; `solve` says which, in
            `status` and `stopped`.

        Raises
        ------
        InstanceError
            If `count` or `within` has no meaning.
        SolverError
            If the solver's process fails.
        """
        number = arrays.wanted(count, within)
        return near_best(self, lambda rules, share: replace(self, **rules).solve(share), number, within, options)

    def _requirements(self, prices: Prices | None) -> RequiredProgram:
        routes = useful_routes(replace(self, forced_closed=()))
        program, rules = requirements.program_of(self, (self.min_new, self.max_new), routes, prices)
        return program, moving_both(rules, "carried")

    def _eased(self, relaxations: Iterable[Relaxation]) -> Self:
        return replace(self, **eased(self, (self.min_new, self.max_new), relaxations))

    def price(self, solution: HubPlacementSolution) -> float:
        """Return what the plan costs: direct ways, routes and fixed costs. No solver is asked."""
        return violations.price(self, solution.option_open, solution.share, solution.direct_share)

    def check(self, solution: HubPlacementSolution, tol: float = 1e-6) -> list[str]:
        """Return every requirement (1)-(13) that the plan breaks by more than `tol` (relative), in words.

        No solver is asked; an empty list means that the plan is feasible and priced as it says.
        """
        most = inf if self.max_new is None else self.max_new
        return violations.violations(self, solution, (self.min_new, most), tol)


def _checked_flows(instance: HubPlacement) -> dict[str, Floats]:
    amount = arrays.floats("amount", instance.amount, (None,))
    return {
        "amount": amount,
        "direct_cost": arrays.floats("direct_cost", instance.direct_cost, (amount.size,), may_be_inf=True),
    }


def _checked_options(instance: HubPlacement) -> dict[str, Floats | Indices | Flags]:
    standing = arrays.flags("standing", instance.standing)
    site = arrays.indices("option_site", instance.option_site, (None,), standing.size, "sites")
    return {
        "standing": standing,
        "option_site": site,
        "option_cost": arrays.floats("option_cost", instance.option_cost, (site.size,)),
        "option_capacity": arrays.floats("option_capacity", instance.option_capacity, (site.size, None)),
    }


def _checked_routes(instance: HubPlacement, flows: int, sites: int, resources: int) -> dict[str, Floats | Indices]:
    flow = arrays.indices("route_flow", instance.route_flow, (None,), flows, "flows")
    shape = (flow.size,)
    return {
        "route_flow": flow,
        "route_site": arrays.indices("route_site", instance.route_site, shape, sites, "sites"),
        "route_cost": arrays.floats("route_cost", instance.route_cost, shape),
        "route_resource": arrays.indices("route_resource", instance.route_resource, shape, resources, "resources"),
    }


def _sizes(checked: dict[str, Floats | Indices | Flags]) -> Sizes:
    return Sizes(
        flows=checked["amount"].size,
        options=checked["option_site"].size,
        routes=checked["route_flow"].size,
        sites=checked["standing"].size,
        resources=checked["option_capacity"].shape[1],
    )


def _check_total(instance: HubPlacement) -> None:
    """Refuse costs whose sum is beyond floating point."""
    direct = instance.direct_cost[np.isfinite(instance.direct_cost)]
    dearest = max(float(direct.max(initial=0.0)), float(instance.route_cost.max(initial=0.0)))
    with np.errstate(over="ignore"):
        total = float(instance.amount.sum() * dearest + instance.option_cost.sum())
    arrays.check_total("amount x cost with option_cost", total, arrays.LARGEST_TOTAL)


def _check_ways_to_build(instance: HubPlacement) -> None:
    sites, terms = instance.standing.size, instance.terms
    for site in np.flatnonzero(np.bincount(instance.option_site, minlength=sites) == 0)[:1]:
        raise InstanceError(f"site {site} has no option in option_site; every site needs at least one")
    cells = terms.option_period * sites + instance.option_site
    ways = np.bincount(cells, minlength=terms.periods * sites).reshape(terms.periods, sites)
    for period, site in np.argwhere(instance.standing & (ways == 0))[:1]:
        raise InstanceError(
            f"site {site} stands, and has no option in period {period}; a standing site needs at least one in each"
        )
