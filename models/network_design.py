"""Fixed-charge network design: which links to build, so that all commodities move at the least cost.

    min   sum_a f_a y_a + sum_ka c_ka x_ka                     f_a: building link a; c_ka: a unit of commodity k on it

    (1)   sum_{a out of v} x_ka - sum_{a into v} x_ka = d_k at the origin of k, -d_k at its destination, else 0
    (2)   sum_k x_ka <= u_a y_a                                links that are built carry up to their capacity
    (3)   x_ka <= d_k y_a                                      implied by (2) where y is whole; makes the bound strong
    (4)   y_a = 1 for forced_open, 0 for forced_closed;  sum_a f_a y_a <= budget;  y binary, x >= 0

Engines: `"mip"` is the program (1)-(4) for HiGHS (`design.textbook`); others, and `"auto"` for the large, are the
Lagrangian bound of knapsacks, slope scaling and links decided by their gain (`design.search`), and the program on what
is left. `"auto"` takes the program (1)-(4) up to 1,000 commodities x links, and the program without (3) up to 14,000
and 60 commodities. Capacities may be infinite: the uncapacitated problem.

Measured for that rule: 30 s of wall time on a crowded machine (3 to 6 s of CPU), two draws each, gap of the engine /
of the program without (3): 20 nodes, 230 links, 10 commodities proved by both (2.2 and 3.2 / 0.7 and 0.8 s of CPU); 20:
1.5 and 0 / 0 and 0 %; 40: 2.8 and 0.5 / 0.7 and 0.3 %; 60: 0.7 and 0.1 / 0.7 and 0 %; 80: 0.08 and 0 / 0.11 and 0 %;
30 nodes, 520 links, 20: 6.5 and 0 / 4.8 and 0 %; 40: 3.9 and 1.4 / 22 and 10 %; 60: 3.4 and 0.9 / 30 and
1.9 %.

How far the engine goes in 20 s of wall time on a loaded machine, two runs of one draw each of Gendron and Crainic's
generator with fixed costs that matter (tests/benchmarks/network_design.py; nodes, links, commodities; seconds are CPU,
of the second run): 20, 230, 40 at 0.6 %, then proven in 10 s; 20, 230, 200 at 0.09 %, then 0.15 % (9 s); 30, 520, 100
at 0.7 % both times (11 s); 30, 700, 400 proven (1e-5) both times (3 s). Plain HiGHS with the strong inequalities (3)
ends with 0.6 %, 0.4 %, 13 %, no plan; without them it proves the first in 6 s and ends the others at 0.7 %, 10 to 24 %,
25 % or no plan. The Lagrangian bound takes a second and is that of the linear relaxation with strong inequalities; the
gap left is that of the relaxation. Memory: some 40 bytes x commodities x links, and ten times that in the program.
`alternatives` proves the ten best of 20 nodes, 230 links, 10 commodities in 9 s of CPU, and of 40 commodities the first
four in 25 s; where not even the best is proved, it finds others that are good without telling which are missing.

Clashes and ways out go through the general program (`models.infeasible`): on a crowded machine, in wall time, 10 nodes,
40 links and 10 commodities, a clash of 7 requirements in 3 s, three ways in 25 s; 20, 100 and 20, a clash of 3 in 2 s,
no way in 25 s. Where fixed costs are a billion times apart a way out by a larger budget may be missing.

Source: Magnanti, Wong, Transportation Science 18, 1984; Gendron, Crainic, Frangioni, in: Telecommunications Network
Planning, 1999; Crainic, Frangioni, Gendron, Discrete Applied Mathematics 112, 2001.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf
from typing import Self

import numpy as np

from models import arrays
from models.arrays import Floats, Integers
from models.design import answers, requirements, violations
from models.design.alternatives import near_best
from models.design.answers import NetworkDesignSolution
from models.errors import InstanceError
from models.infeasible import Prices, Relaxation, Repairable, RequiredProgram, moving_both
from models.multicommodity_flow import MultiCommodityFlow
from models.options import SolveOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkDesign(Repairable):
    """An instance: links that may be built, what they cost and carry, and commodities. Any consistent unit.

    Parameters
    ----------
    tail, head
        [link] node where the link begins and ends.
    capacity
        [link] for all commodities together; inf: no limit.
    unit_cost
        [link] or [commodity, link] cost of moving one unit, 0 or more; inf where it may not pass.
    fixed_cost
        [link] cost of building.
    origin, destination, amount
        [commodity] how much goes from where to where; all of it must.
    forced_open, forced_closed
        Links that must be built, and that must not.
    budget
        Largest sum of fixed costs; inf: any.
    nodes
        Number of nodes; None: as many as the arrays name.

    Raises
    ------
    InstanceError
        If an entry has no meaning; it is named.

    Notes
    -----
    What may give way (`ways_out`) and in which units: see `models.design.requirements`. After a way out a commodity of
    which nothing is left to serve stays, with amount 0.

    Examples
    --------
    The direct link costs 5 to build and 1 to use; by node 2 it is 1 + 1 to build and 1 + 1 to use.

    >>> instance = NetworkDesign(
    ...     tail=[0, 0, 2], head=[1, 2, 1], capacity=[9, 9, 9], unit_cost=[1, 1, 1], fixed_cost=[5, 1, 1],
    ...     origin=[0], destination=[1], amount=[1],
    ... )
    >>> solution = instance.solve()
    >>> solution.objective, solution.open.tolist()
    (4.0, [False, True, True])
    """

    tail: Integers
    head: Integers
    capacity: Floats
    unit_cost: Floats
    fixed_cost: Floats
    origin: Integers
    destination: Integers
    amount: Floats
    forced_open: tuple[int, ...] = ()
    forced_closed: tuple[int, ...] = ()
    budget: float = inf
    nodes: int = None  # type: ignore[assignment]  # counted if None

    def __post_init__(self) -> None:
        names = ("tail", "head", "capacity", "unit_cost", "origin", "destination", "amount", "nodes")
        flows = MultiCommodityFlow(**{name: getattr(self, name) for name in names})
        for name in names:
            object.__setattr__(self, name, getattr(flows, name))
        links = self.tail.size
        object.__setattr__(self, "fixed_cost", arrays.floats("fixed_cost", self.fixed_cost, (links,)))
        for name in ("forced_open", "forced_closed"):
            object.__setattr__(self, name, arrays.members(name, getattr(self, name), links, "links"))
        if not arrays.is_number(self.budget, high=inf):
            raise InstanceError(f"budget is {self.budget!r}; expected 0 or more")
        with np.errstate(over="ignore"):
            total = float(self.fixed_cost.sum())
        arrays.check_total("fixed_cost", total, arrays.LARGEST_TOTAL)
        arrays.check_rooms("capacity", self.capacity, self.amount)

    @property
    def supply(self) -> None:
        """Return None: commodities are pairs of origin and destination."""
        return

    @property
    def unserved_cost(self) -> Floats:
        """Return inf [commodity]: all must be served."""
        return arrays.frozen(np.full(self.amount.size, inf))

    def solve(self, options: SolveOptions = SolveOptions()) -> NetworkDesignSolution:
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
    ) -> tuple[NetworkDesignSolution, ...]:
        """Return up to `count` plans with different built links, none dearer than the best by more than `within`.

        A set of links is one of them whether or not each link is used: with links that cost little or nothing to
        build, many are the best one with links that carry nothing. Forbid those (`forced_closed`) that are not meant.

        Parameters
        ----------
        within
            Relative to the best objective; inf: just the `count` best.
        options
            The time limit is for all together; a question that is not proved ends after half of what is left.

        Returns
        -------
        tuple of NetworkDesignSolution
            The cheapest first; each is the best of its question to the gap asked for (`status`), and `bound` is that of
            the question, in which the sets found before it are forbidden. `stopped` says whether these are all that
            there are. Empty where there is no plan, or none was found before the time limit or Ctrl-C; `solve` says
            which, in `status` and `stopped`.

        Raises
        ------
        InstanceError
            If `count` or `within` has no meaning.
        SolverError
            If the solver's process fails.
        """
        return near_best(self, arrays.wanted(count, within), within, options)

    def price(self, solution: NetworkDesignSolution) -> float:
        """Return what building and moving cost. No solver is asked."""
        return violations.price(self, solution)

    def check(self, solution: NetworkDesignSolution, tol: float = 1e-6) -> list[str]:
        """Return every requirement (1)-(4) that the plan breaks by more than `tol` (relative), in words.

        No solver is asked; an empty list means that the plan is feasible and priced as it says.
        """
        return violations.violations(self, solution, tol)

    def _requirements(self, prices: Prices | None) -> RequiredProgram:
        program, rules = requirements.program_of(self, prices)
        return program, moving_both(rules, "served")

    def _rehearse(self) -> None:
        answers.rehearse()

    def _eased(self, relaxations: Iterable[Relaxation]) -> Self:
        return replace(self, **requirements.eased(self, relaxations))
