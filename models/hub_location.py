"""Locate hubs: every flow goes from its origin to a hub, perhaps on to a second one, and to its destination.

    min   sum_k f_k y_k + sum_ij w_ij (chi c_ik + alpha c_kl + delta c_lj)         by first hub k and last hub l of ij

    single allocation      node i has one hub a(i), for all it sends and receives; a hub is its own: k = a(i), l = a(j)
    multiple allocation    every pair chooses its hubs; capacities may split it over several routes
    (1)   k and l are open; y_k in {0, 1};  sum_k y_k = p where `hubs` says so
    (2)   sum_i (what i sends through first hub k) <= capacity_k y_k        (Ernst and Krishnamoorthy 1999; CSAHLP)

w flow, c cost, chi, alpha, delta the factors of collection, transfer and distribution, f fixed cost. Flow of a node to
itself goes to its hub and back. Costs need no triangle inequality and no symmetry; inf forbids a link to what flows.

Engines: `"mip"` is the program of `hubs.textbook` for HiGHS. `"lagrangian"`, single allocation: the path formulation
with the pairs' traffic priced apart from the choice of nodes and hubs (`hubs.allocation_bound`), reduced-cost fixing
of hubs and of single allocations, a tree on both (`hubs.single`). Multiple allocation: prices for using a hub and for
its room (`hubs.route_bound`), a tree on the hubs (`hubs.multiple`). `"auto"` tries all plans up to 3 nodes
(`hubs.few`), and is `"lagrangian"` beyond.

The program is as exact as HiGHS: of 1,900 random instances of 6 to 9 nodes at a gap of 1e-9 it called one plan optimal
that was 5e-6 dearer than the best. Its tolerances are shares of the dearest term, and hide what is a billion times
smaller. So `"mip"` lets its bound give way where a term costs more than the plan, and goes on as `"lagrangian"` where
the gap asked for is not proved then, where "infeasible" is not said again without costs, and where amounts are more
than 1e6 apart. The search compares sums of doubles: with links priced 1e6 to 1e11 and flows 1e9 apart, 3,000 instances
of 2 to 5 nodes and each engine ended as enumeration in whole numbers says.

How far it goes, measured on one core of a busy machine, in seconds of processor time to a proven gap of 1e-6 (compiling
apart: some 20 s once after an installation, before the clock starts). Australia Post instances, `"lagrangian"`:

* Single allocation, 50 nodes: p = 2 to 5 and 8 in 0.6 to 1.9 s; fixed costs and capacities 0.5 to 1.4 s, both tight
  8 s. 100 nodes: p = 5 in 20 s, capacities loose 27 s; both tight end with a gap of 0.3 % after a minute.
* Multiple allocation, 50 nodes: p = 3 to 5 in 3 s, with capacities 10 s; 100 nodes, p = 5: a gap of 0.6 % after 52 s.
* `"mip"`: 10 nodes in 0.1 to 0.6 s, 20 nodes in half a minute, 25 in up to a minute or two.
* `alternatives`, the ten best sets of hubs: 25 nodes in 0.9 s at most; 50 nodes, p = 2 to 5, in 3 to 4 s (multiple
  allocation 8 to 12 s), fixed costs and capacities 5 to 19 s; both tight: the four sets within 1 % in 22 s, ten of them
  take more than a minute; 100 nodes, p = 5, in 31 s.

`clashes` and `ways_out` are for some tens of nodes: three ways out of too little room take 8 s for 20 nodes, single
allocation, and a second or two for 30, multiple; a clash in which every flow has a part takes longer than 30 s for 20.

Beyond some 100 nodes keep only the likely hubs (a fixed cost too high to pay, or capacity 0, strikes the others), or
ask for a wider gap. Memory: eight bytes times nodes x nodes x hubs, some five times over (200 nodes: 0.4 GB).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf
from typing import Self, get_args

import numpy as np

from models import arrays
from models.arrays import Floats
from models.errors import InstanceError
from models.hubs import answers, bars, requirements, violations
from models.hubs.alternatives import alternatives as several
from models.hubs.answers import HubLocationSolution
from models.hubs.instance import Allocation, costs_of
from models.infeasible import Prices, Relaxation, Repairable, RequiredProgram
from models.options import SolveOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class HubLocation(Repairable):
    """An instance: flows and costs between nodes, each of which may become a hub. Any consistent unit.

    Parameters
    ----------
    flow
        [origin, destination] amount to carry.
    cost
        [origin, destination] cost per unit of flow; inf where nothing may flow.
    hubs
        How many hubs open; None: as many as pay.
    fixed_cost
        [node] cost of a hub there; None: 0.
    capacity
        [node] how much flow the hub can collect as first hub, what its own node sends included; inf, None: any.
    collection, transfer, distribution
        Factors on the cost of the way to the first hub, between hubs, and from the last hub.
    allocation
        `"single"`: a node has one hub; `"multiple"`: every pair of nodes chooses its hubs.

    Raises
    ------
    InstanceError
        If an entry has no meaning; it is named.

    Notes
    -----
    What may give way (`ways_out`): ("served", origin, destination), by units of flow left unserved; ("capacity", node),
    by units of flow, also where it is 0; ("hubs", "fewer") and ("hubs", "more"), by hubs. After a way out a flow of
    which nothing is left to serve is 0.

    Examples
    --------
    Three nodes in a row, one unit from each end to the other; one hub, best anywhere between:

    >>> instance = HubLocation(flow=[[0, 0, 1], [0, 0, 0], [1, 0, 0]], cost=[[0, 1, 2], [1, 0, 1], [2, 1, 0]], hubs=1)
    >>> instance.solve().objective
    4.0
    """

    flow: Floats
    cost: Floats
    hubs: int | None = None
    fixed_cost: Floats = None  # type: ignore[assignment]  # None stands for zeros; always an array once made
    capacity: Floats = None  # type: ignore[assignment]  # None stands for inf; always an array once made
    collection: float = 1.0
    transfer: float = 0.75
    distribution: float = 1.0
    allocation: Allocation = "single"

    def __post_init__(self) -> None:
        flow = arrays.floats("flow", self.flow, (None, None))
        nodes = len(flow)
        given = {
            "flow": arrays.floats("flow", flow, (nodes, nodes)),
            "cost": arrays.floats("cost", self.cost, (nodes, nodes), may_be_inf=True),
            "fixed_cost": _floats_or("fixed_cost", self.fixed_cost, 0.0, nodes, may_be_inf=False),
            "capacity": _floats_or("capacity", self.capacity, inf, nodes, may_be_inf=True),
        }
        for name, values in given.items():
            object.__setattr__(self, name, values)
        for name in ("collection", "transfer", "distribution"):
            object.__setattr__(self, name, _factor(name, getattr(self, name)))
        if self.hubs is not None:
            object.__setattr__(self, "hubs", arrays.whole("hubs", self.hubs))
        if not arrays.is_one_of(self.allocation, get_args(Allocation)):
            raise InstanceError(f"allocation is {self.allocation!r}; expected 'single' or 'multiple'")
        _check_size(self)

    def solve(self, options: SolveOptions = SolveOptions()) -> HubLocationSolution:
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
    ) -> tuple[HubLocationSolution, ...]:
        """Return up to `count` plans with different open hubs, none dearer than the best by more than `within`.

        The cheapest comes first, each the best allocation of its hubs to the gap asked for; `within` is relative,
        `inf`: just the `count` best. `stopped` says whether these are all that there are, or what came first; `bound`
        is the bound on the best of all. A hub that no flow uses counts as open where it is paid for (multiple
        allocation): with fixed costs of 0 and any number of hubs, sets with such hubs are as good as those without.

        Returns
        -------
        tuple of HubLocationSolution
            Empty where there is no plan, or none was found before the time limit or Ctrl-C; `solve` says which, in
            `status` and `stopped`.

        Raises
        ------
        InstanceError
            If `count` or `within` has no meaning.
        SolverError
            If the solver's process fails.
        """
        return several(self, arrays.wanted(count, within), within, options)

    def _requirements(self, prices: Prices | None) -> RequiredProgram:
        return requirements.program_of(self, prices)

    def _eased(self, relaxations: Iterable[Relaxation]) -> Self:
        return replace(self, **requirements.eased(self, relaxations))

    def price(self, solution: HubLocationSolution) -> float:
        """Return what the plan costs: the three legs and the fixed costs. No solver is asked."""
        return violations.price(self, solution)

    def check(self, solution: HubLocationSolution, tol: float = 1e-6) -> list[str]:
        """Return every requirement that the plan breaks by more than `tol` (relative), in words.

        No solver is asked; an empty list means that the plan is feasible and priced as it says.
        """
        return violations.violations(self, solution, tol)


def _floats_or(name: str, values: Floats | None, otherwise: float, nodes: int, *, may_be_inf: bool) -> Floats:
    given = np.full(nodes, otherwise) if values is None else values
    return arrays.floats(name, given, (nodes,), may_be_inf=may_be_inf)


def _factor(name: str, value: float) -> float:
    if not arrays.is_number(value):
        raise InstanceError(f"{name} is {value!r}; expected a factor, 0 or more")
    return float(value)


def _check_size(instance: HubLocation) -> None:
    finite = instance.cost[np.isfinite(instance.cost)]
    factors = instance.collection + instance.transfer + instance.distribution
    with np.errstate(over="ignore"):
        total = np.float64(instance.flow.sum()) * float(finite.max(initial=0.0)) * factors + instance.fixed_cost.sum()
    arrays.check_total("flow x cost", float(total), arrays.LARGEST_TOTAL)
    if instance.allocation == "single" and np.isinf(instance.cost).any():
        _check_bars(instance)


def _check_bars(instance: HubLocation) -> None:
    if bars.tell_apart(costs_of(instance)):
        return
    flow = np.where(instance.flow > 0, instance.flow, inf)
    i, j = np.unravel_index(flow.argmin(), flow.shape)
    raise InstanceError(
        f"flow[{i}, {j}] is {flow[i, j]:.3g}: too little beside all flows and costs to keep it off forbidden links; "
        "expected 0, or more"
    )
