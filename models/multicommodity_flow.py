"""Multi-commodity flow: commodities share the capacity of links, and all together move at the least cost.

    min   sum_ka c_ka x_ka + sum_k g_k z_k                     c_ka: a unit of commodity k on link a; g_k: not served

    (1)   sum_{a out of v} x_ka - sum_{a into v} x_ka = b_kv   less what stays unserved there (z_k in all)
    (2)   sum_k x_ka <= u_a                                    the links' capacity
    (3)   x, z >= 0;  z_k = 0 where g_k is infinite

    bound  sum_k d_k min(dist_k(c + w), g_k) - sum_a w_a u_a   for any prices w >= 0 of the links' room

b_kv is d_k at the origin and -d_k at the destination, or any supply of the nodes. Engines: `"mip"` is the program
above (`commodities.textbook`), for small instances and for commodities with several origins or destinations; all
others, and `"auto"` for the large, generate paths (`commodities.generation`).

How far it goes, in CPU seconds (tests/benchmarks/multicommodity_flow.py; the machine was loaded, wall time up to twice
that): a planar network of 340 nodes and 2,000 links, 700 of them full, to a proven gap of 1e-4: 500 commodities in 1.8
s, 2,000 in 3 s, 5,000 in 8 s, where SciPy's HiGHS on the program over origins and links was ended after 22 to 30 s with
each; with 560 links and 200 commodities 0.2 s against 0.9 s. What makes it slow is not the number of commodities but of
full links: where nearly all 2,000 are full, 500 commodities took half a minute in an earlier run; ask for a wider gap
there. Several origins of one commodity are solved by the program only: some 100,000 commodities x links.

Clashes and ways out go through the general program (`models.infeasible`), for some thousands of origins x links: on a
crowded machine, in wall time, 20 nodes, 100 links and 50 commodities, a clash of 24 requirements in 11 s, five ways in
11 s; 50, 300 and 200, within 25 s, one clash and one way.

Source: Ford, Fulkerson, Management Science 5, 1958; Tomlin, Operations Research 14, 1966; Ahuja, Magnanti, Orlin,
Network Flows, 1993, chapter 17.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from models import arrays
from models.arrays import Floats, Integers
from models.commodities import answers, requirements, violations
from models.commodities.answers import MultiCommodityFlowSolution
from models.commodities.instance import cost_rows
from models.errors import InstanceError
from models.infeasible import Prices, Relaxation, Repairable, RequiredProgram, moving_both
from models.options import SolveOptions

DEAREST = 1e18  # how many times what moving costs may not serving cost: beyond, the solver's floats hold one of the two
WIDEST = 1e29  # how many times as large as the room of a link an amount may be: the solver takes numbers below 1e30


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiCommodityFlow(Repairable):
    """An instance: links, what they carry and cost, and commodities. Any consistent unit.

    Parameters
    ----------
    tail, head
        [link] node where the link begins and ends.
    capacity
        [link] for all commodities together; inf: no limit.
    unit_cost
        [link] or [commodity, link] cost of moving one unit, 0 or more; inf where it may not pass.
    origin, destination, amount
        [commodity] how much goes from where to where.
    supply
        [commodity, node] instead of these: what a node sends of the commodity, or takes where negative.
    unserved_cost
        [commodity], or one for all: cost of a unit that is not served; inf: it must be; None: all must be.
    nodes
        Number of nodes; None: as many as the arrays name.

    Raises
    ------
    InstanceError
        If an entry has no meaning; it is named.

    Notes
    -----
    What may give way (`ways_out`) and in which units: see `models.commodities.requirements`. After a way out a
    commodity of which nothing is left to serve stays, with amount 0.

    Examples
    --------
    Two commodities from node 0 to node 1; the direct link carries one of them, the other goes by node 2.

    >>> instance = MultiCommodityFlow(
    ...     tail=[0, 0, 2], head=[1, 2, 1], capacity=[1, 5, 5], unit_cost=[1, 1, 1],
    ...     origin=[0, 0], destination=[1, 1], amount=[1, 1],
    ... )
    >>> instance.solve().objective
    3.0
    """

    tail: Integers
    head: Integers
    capacity: Floats
    unit_cost: Floats
    origin: Integers = ()  # type: ignore[assignment]  # always an array once made
    destination: Integers = ()  # type: ignore[assignment]  # the same
    amount: Floats = ()  # type: ignore[assignment]  # the same
    supply: Floats | None = None
    unserved_cost: Floats = None  # type: ignore[assignment]  # None stands for inf; always an array once made
    nodes: int = None  # type: ignore[assignment]  # counted if None

    def __post_init__(self) -> None:
        nodes = _count_nodes(self)
        tail = arrays.indices("tail", self.tail, (None,), nodes, "nodes").astype(np.int64)
        links = (tail.size,)
        self._put(
            nodes=nodes,
            tail=tail,
            head=arrays.indices("head", self.head, links, nodes, "nodes").astype(np.int64),
            capacity=arrays.floats("capacity", self.capacity, links, may_be_inf=True),
        )
        if self.supply is None:
            self._put_pairs()
        else:
            self._put_supply()
        commodities = self.amount.size
        shape = links if arrays.array_of("unit_cost", self.unit_cost).ndim < 2 else (commodities, *links)  # noqa: PLR2004  (rows and columns)
        given: ArrayLike | None = self.unserved_cost
        unserved = arrays.array_of("unserved_cost", inf if given is None else given)
        if unserved.shape in ((), (1,)):
            unserved = np.full(commodities, unserved)
        self._put(
            unit_cost=arrays.floats("unit_cost", self.unit_cost, shape, may_be_inf=True),
            unserved_cost=arrays.floats("unserved_cost", unserved, (commodities,), may_be_inf=True),
        )
        _check_total(self)
        _check_unserved(self)
        arrays.check_rooms("capacity", self.capacity, self.amount, WIDEST)

    def solve(self, options: SolveOptions = SolveOptions()) -> MultiCommodityFlowSolution:
        """Return the cheapest plan, with the bound that says how far from cheapest it can be.

        After Ctrl-C the best plan so far is returned, where there is one.

        Raises
        ------
        SolverError
            If the solver's process fails.
        """
        return answers.solve(self, options)

    def price(self, solution: MultiCommodityFlowSolution) -> float:
        """Return what the flow and what is not served cost. No solver is asked."""
        return violations.price(self, solution)

    def check(self, solution: MultiCommodityFlowSolution, tol: float = 1e-6) -> list[str]:
        """Return every requirement (1)-(3) that the plan breaks by more than `tol` (relative), in words.

        No solver is asked; the bound is computed anew from the plan's prices.
        """
        return violations.violations(self, solution, tol)

    def _requirements(self, prices: Prices | None) -> RequiredProgram:
        program, rules = requirements.program_of(self, prices)
        return program, moving_both(rules, "served")

    def _rehearse(self) -> None:
        answers.rehearse()

    def _eased(self, relaxations: Iterable[Relaxation]) -> Self:
        return replace(self, **requirements.eased(self, relaxations))

    def _put_pairs(self) -> None:
        amount = arrays.floats("amount", self.amount, (None,))
        for name in ("origin", "destination"):
            ends = arrays.indices(name, getattr(self, name), amount.shape, self.nodes, "nodes")
            self._put(**{name: arrays.frozen(ends.astype(np.int64))})
        self._put(amount=amount)

    def _put_supply(self) -> None:
        if any(arrays.array_of(name, getattr(self, name)).size for name in ("origin", "destination", "amount")):
            raise InstanceError("supply is given beside origin, destination and amount; expected one or the other")
        supply = arrays.floats("supply", self.supply, (None, self.nodes), may_be_negative=True)  # type: ignore[arg-type]  # not None here
        none = arrays.frozen(np.empty(0, dtype=np.int64))
        amount = arrays.frozen(np.maximum(supply, 0.0).sum(axis=1))
        self._put(supply=supply, amount=amount, origin=none, destination=none)

    def _put(self, **values: ArrayLike) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, arrays.frozen(value) if isinstance(value, np.ndarray) else value)


def _count_nodes(instance: MultiCommodityFlow) -> int:
    given: int | None = instance.nodes
    if given is not None:
        return arrays.whole("nodes", given, high=arrays.UNLIMITED)
    if instance.supply is not None:
        shape = arrays.array_of("supply", instance.supply).shape
        return shape[-1] if shape else 0
    ends = [arrays.array_of(name, getattr(instance, name)) for name in ("tail", "head", "origin", "destination")]
    return max((int(a.max()) + 1 for a in ends if a.size and a.dtype.kind in "iu"), default=0)


def _check_total(instance: MultiCommodityFlow) -> None:
    """Refuse costs whose sum is beyond floating point."""
    finite = instance.unit_cost[np.isfinite(instance.unit_cost)].max(initial=0.0)
    unserved = instance.unserved_cost[np.isfinite(instance.unserved_cost)].max(initial=0.0)
    with np.errstate(over="ignore"):
        total = np.float64(instance.amount.sum()) * (finite * max(instance.nodes, 1) + unserved)
    arrays.check_total("amount x cost", total, arrays.LARGEST_TOTAL)


def _check_unserved(instance: MultiCommodityFlow) -> None:
    """Refuse costs of not serving beside which those of moving are lost."""
    rows = np.atleast_2d(cost_rows(instance))
    dearest = np.where(np.isfinite(rows), rows, 0.0).max(axis=1, initial=0.0)
    moving = float((instance.amount * dearest).max(initial=0.0))
    paid = np.where(np.isfinite(instance.unserved_cost), instance.unserved_cost, 0.0) * instance.amount
    for commodity in np.flatnonzero(paid > DEAREST * moving)[:1].tolist() if moving > 0 else ():
        most = DEAREST * moving / instance.amount[commodity]
        raise InstanceError(
            f"unserved_cost[{commodity}] is {instance.unserved_cost[commodity]:g}; expected at most {most:.3g}, beside "
            "which moving still counts, or inf: it must be served"
        )
