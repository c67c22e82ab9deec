"""Min-cost flow of whole units: ship every supply to the demands over arcs of limited capacity, at the least cost.

    min   sum_a c_a x_a                                        c_a: cost of a unit on arc a, any sign

    (1)   sum_{a out of v} x_a - sum_{a into v} x_a = b_v      b_v: supply of node v, demand where negative
    (2)   0 <= x_a <= u_a,  whole

    bound  sum_a u_a min(0, c_a + pi_tail - pi_head) - sum_v b_v pi_v        for any prices pi of the nodes

Arcs may be parallel, loops, or of negative cost; `inf` is a capacity without limit. Everything is exact in whole
numbers, the proof included.

How far it goes, measured on one core: 20,000 nodes and 200,000 arcs in 0.2 to 0.3 s, 85 to 138 times as fast as
NetworkX's network simplex (25 to 30 s) and more than 180 times as fast as either method of SciPy's HiGHS; 50,000 nodes
and 500,000 arcs in 1.1 to 1.3 s; a grid of 100 x 100 in 0.05 s (HiGHS 1.6 s), one of 300 x 300 in 0.5 s, a road-like
network of 40,000 nodes with costs of up to eight digits in 0.4 s. The size of costs hardly matters: from one digit to
ten, the first takes 0.2 to 0.4 s. They are limited to 2**60 / nodes. What is too hard for cost scaling
(`scaling_search.EFFORT`, or costs beyond 2**54 / nodes) goes to OR-Tools' SimpleMinCostFlow, or to the linear program
(engine `"mip"`) where there are fewer than 1.5 arcs a node.

Clashes are cuts, and ways out are flows, in whole numbers (`flows.clash`, `flows.repair`). On a crowded machine, in
wall time: 5,000 arcs, a clash of 61 requirements in 1.8 s, five ways of 16 in 3 s; 20,000 arcs, five ways of 103 in a
minute, for each member is tried; 200,000 arcs, a clash in 8 s, the first way, of 129, in more than a minute. Steps
other than 1, and prices that no common unit of 2**53 / nodes parts holds, go to the general program
(`models.infeasible`).

Source: Ahuja, Magnanti, Orlin, Network Flows, 1993; cost scaling after Goldberg, Journal of Algorithms 22, 1997; then
the network simplex with block search after Kiraly, Kovacs, 2012.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from models import arrays
from models.arrays import Integers
from models.errors import InstanceError
from models.flows import answers, clash, requirements, violations
from models.flows.answers import MinCostFlowSolution
from models.flows.instance import exact_sum, room
from models.infeasible import Clashes, Prices, Relaxation, Repairable, RequiredProgram, WaysOut, moving_both
from models.options import SolveOptions

LARGEST = 2**62
LARGEST_PATH = 2**60  # a price may be twice a path's cost, and prices are subtracted


@dataclass(frozen=True, slots=True, kw_only=True)
class MinCostFlow(Repairable):
    """An instance: arcs, what they carry and cost, and the supply of the nodes. Whole numbers throughout.

    Parameters
    ----------
    tail, head
        [arc] node where the arc begins and ends.
    capacity
        [arc] units, 0 or more; inf: no limit (kept as 2**63 - 1).
    unit_cost
        [arc] cost of carrying one unit, any sign.
    supply
        [node] units sent, or taken where negative; they add up to 0, else the instance is infeasible.

    Raises
    ------
    InstanceError
        If an entry has no meaning, is not whole, or costs or amounts add up beyond 64 bits; it is named.

    Notes
    -----
    What may give way (`ways_out`) and in which units: see `models.flows.requirements`.

    Examples
    --------
    Two units from node 0 to node 2, one by the short arc and one round about:

    >>> instance = MinCostFlow(
    ...     tail=[0, 0, 1], head=[2, 1, 2], capacity=[1, 5, 5], unit_cost=[3, 2, 2], supply=[2, 0, -2]
    ... )
    >>> solution = instance.solve()
    >>> solution.objective, solution.flow.tolist()
    (7.0, [1, 1, 1])
    """

    tail: Integers
    head: Integers
    capacity: Integers
    unit_cost: Integers
    supply: Integers

    def __post_init__(self) -> None:
        supply = arrays.integers("supply", self.supply, (None,))
        tail = arrays.indices("tail", self.tail, (None,), supply.size, "nodes").astype(np.int64)
        arcs = (tail.size,)
        head = arrays.indices("head", self.head, arcs, supply.size, "nodes").astype(np.int64)
        capacity = arrays.integers("capacity", self.capacity, arcs, may_be_inf=True)
        unit_cost = arrays.integers("unit_cost", self.unit_cost, arcs)
        arrays.floats("capacity", capacity, arcs)  # none below 0
        given = {"tail": tail, "head": head, "capacity": capacity, "unit_cost": unit_cost, "supply": supply}
        for name, values in given.items():
            object.__setattr__(self, name, arrays.frozen(values))
        _check_costs(unit_cost, supply.size)
        _check_amounts(self)

    def solve(self, options: SolveOptions = SolveOptions()) -> MinCostFlowSolution:
        """Return a cheapest flow, with the prices that prove it.

        A time limit or Ctrl-C leaves a flow that is nearly cheapest and a bound that says how nearly, or NO_SOLUTION
        where the first phase had not ended.

        Raises
        ------
        SolverError
            If the solver's process fails.
        """
        return answers.solve(self, options)

    def clashes(self, options: SolveOptions = SolveOptions(), *, count: int = 10) -> Clashes:
        """Return up to `count` clashes, as `Repairable.clashes` says: each a cut that is too narrow."""
        return clash.clashes(self, arrays.whole("count", count, low=1), options)

    def ways_out(self, options: SolveOptions = SolveOptions(), *, k: int = 5, prices: Prices | None = None) -> WaysOut:
        """Return the `k` cheapest ways out, as `Repairable.ways_out` says; exact where all give way by single units."""
        from models.flows import repair  # noqa: PLC0415  (loads numba; only who solves should wait)

        self._rehearse()
        exact = repair.in_whole_numbers(self, requirements.Asked.of(self).elastics(prices))
        if exact is not None:
            return repair.ways_out(self, exact, k, options, lambda some, limit: self._eased(some).solve(limit))
        return Repairable.ways_out(self, options, k=k, prices=prices)

    def price(self, solution: MinCostFlowSolution) -> float:
        """Return what the flow costs. No solver is asked."""
        return float(violations.price(self, solution.flow))

    def check(self, solution: MinCostFlowSolution, tol: float = 1e-6) -> list[str]:
        """Return every requirement (1), (2) that the flow breaks, in words, and whether value and bound are as it says.

        No solver is asked; the bound is computed from the potentials. `tol` 1e-6 asks for the precision of a float.
        """
        return violations.violations(self, solution, tol)

    def _requirements(self, prices: Prices | None) -> RequiredProgram:
        program, rules = requirements.program_of(self, prices)
        return program, moving_both(moving_both(rules, "supplied"), "served")

    def _rehearse(self) -> None:
        answers.rehearse(self, SolveOptions())

    def _eased(self, relaxations: Iterable[Relaxation]) -> Self:
        return replace(self, **requirements.eased(self, relaxations))


def _check_costs(unit_cost: Integers, nodes: int) -> None:
    """Refuse costs that make paths or prices overflow."""
    wrong = np.abs(unit_cost.astype(np.float64)) * max(nodes, 1) >= LARGEST_PATH
    if wrong.any():
        arc = int(np.argmax(wrong))
        raise InstanceError(
            f"unit_cost[{arc}] is {unit_cost[arc]}; expected below {LARGEST_PATH // max(nodes, 1)} with {nodes} nodes, "
            "so that no path overflows: use a larger unit of cost"
        )


def _check_amounts(instance: MinCostFlow) -> None:
    """Refuse amounts whose sum overflows."""
    amounts = exact_sum(room(instance)) + sum(abs(value) for value in instance.supply.tolist())
    if amounts >= LARGEST:
        raise InstanceError(
            f"capacity and supply add up to {amounts:.3g}; expected below 2**62 = {LARGEST:.3g}: use a larger unit"
        )
