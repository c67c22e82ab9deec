"""The cheapest ways out of a min-cost flow, one after the other, in whole numbers.

What gives way is arcs with a price: from a node that sends to a place where supply is left, from there to a node that
takes, and beside an arc of limited room. The cheapest way out is a min-cost flow of the prices.

The next ones are other sets of requirements. Every set that contains none of those found lacks a member of each: so
each step asks that one member more of the way just found be kept, the cheapest flow first (Reiter's hitting sets).
Prices only rise on the way, so that a flow waits at the price of the one before it, and is asked for when its turn
comes. Members of a way are left out one after the other as long as the rest costs no more: it has none to spare, though
another set at the same price may have fewer.

Source: Reiter, Artificial Intelligence 32, 1987; Ahuja, Magnanti, Orlin, Network Flows, 1993.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count
from math import floor, isfinite, lcm
from typing import NamedTuple

import numpy as np

from models import arrays
from models.arrays import LARGEST_WHOLE_FLOAT, Integers
from models.clock import Clock
from models.errors import InstanceError, SolverError
from models.flows.clash import Cuts
from models.flows.engines import cheapest
from models.flows.instance import NO_FLOW, Instance, exact_dot, exact_sum
from models.flows.requirements import Asked
from models.flows.violations import bound_of
from models.infeasible import Elastic, Name, Relaxation, WayOut, WaysOut
from models.infeasible.repair import LEAST_S, MANY, NO_MORE, NO_WAY, NOT_NEEDED
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.solution import Solution
from models.solver import Solver
from models.status import Status
from models.stopping import ENOUGH, INTERRUPTED, TIME_LIMIT

LARGEST = 2**62  # of all amounts together
LARGEST_PATH = 2**57 // 16  # of what a path costs: beyond, cost scaling does not go
Members = frozenset[int]
Solve = Callable[[tuple[Relaxation, ...], SolveOptions], Solution]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What requirements may give way by [requirement], at which price a unit, in `unit`s of money."""

    names: Sequence[Name]
    most: Integers
    price: Integers
    unit: Fraction


def in_whole_numbers(instance: Instance, elastics: Sequence[Elastic | None]) -> Prices | None:
    """Return the prices in whole numbers; None where they are too far apart, or steps are no single units."""
    given = [elastic or Elastic(price=0.0, limit=0.0, step=1.0) for elastic in elastics]
    if any(elastic.step != 1 for elastic in given):
        return None
    exact = [Fraction(Decimal(repr(float(elastic.price)))) for elastic in given]
    parts = lcm(*(price.denominator for price in exact))
    whole = [int(price * parts) for price in exact]
    shared = int(np.gcd.reduce(np.array(whole, dtype=object), initial=0)) or 1
    if max(whole, default=0) // shared * (instance.supply.size + 2) >= LARGEST_PATH:
        return None
    asked = Asked.of(instance)
    limits = [floor(elastic.limit) if isfinite(elastic.limit) else None for elastic in given]
    units = asked.units(instance).tolist()
    most = [unit if limit is None else min(unit, limit) for unit, limit in zip(units, limits, strict=True)]
    return Prices(
        names=asked.names,
        most=np.array(most, dtype=np.int64),
        price=np.array([price // shared for price in whole], dtype=np.int64),
        unit=Fraction(shared, parts),
    )


def ways_out(instance: Instance, prices: Prices, k: int, options: SolveOptions, solve: Solve) -> WaysOut:
    """Return the `k` cheapest ways out, the cheapest first; none if the instance is feasible.

    After Ctrl-C or the time limit the ways found so far are returned.

    Raises
    ------
    InstanceError
        If `k` has no meaning, or amounts with all that may give way add up beyond 64 bits.
    SolverError
        If the solver's process fails.
    """
    k = arrays.whole("k", k, low=1)
    search = _Search(instance, prices, Clock(options.time_limit_s), _Plans(solve, options))
    try:
        with ctrl_c():
            stopped = search.run(k)
    except TimeoutError:
        stopped = TIME_LIMIT
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    return WaysOut(
        status=search.status,
        ways=tuple(search.ways),
        is_complete=stopped in {NOT_NEEDED, NO_MORE, NO_WAY, ENOUGH},
        seconds=search.clock.seconds,
        stopped=stopped,
    )


class _Priced(NamedTuple):
    """A min-cost flow of the prices, as the engines take it."""

    tail: Integers
    head: Integers
    capacity: Integers
    unit_cost: Integers
    supply: Integers


class _Plans(NamedTuple):
    """Solves the instance after some relaxations."""

    solve: Solve
    options: SolveOptions

    def after(self, relaxations: tuple[Relaxation, ...], limit_s: float) -> Solution:
        """Return its best plan."""
        return self.solve(relaxations, replace(self.options, time_limit_s=max(limit_s, LEAST_S)))


class _Node(NamedTuple):
    """What must be `kept`; the price of the cheapest flow then, at least, and what gives way in it, once asked for."""

    price: int
    is_open: bool
    order: int
    kept: Members
    amounts: dict[int, int]


class _Search:
    def __init__(self, instance: Instance, prices: Prices, clock: Clock, plans: _Plans) -> None:
        self.ways: list[WayOut] = []
        self.status = Status.NO_SOLUTION
        self.clock = clock
        self._instance = instance
        self._prices = prices
        self._plans = plans
        self._found: list[Members] = []
        self._network = _network(instance, prices)

    def run(self, k: int) -> str:
        """Find ways until there are `k` or no more; return which."""
        asked = Asked.of(self._instance)
        with Solver() as solver:
            cuts = Cuts(self._instance, asked, self.clock, solver)
            narrow = cuts.too_narrow(np.ones(len(self._prices.names), dtype=np.bool_))
        self.status = Status.FEASIBLE if narrow is None else Status.INFEASIBLE
        if narrow is None:
            return NOT_NEEDED
        order, seen = count(), {frozenset[int]()}
        heap = [_Node(price=0, is_open=True, order=next(order), kept=frozenset(), amounts={})]
        while heap and len(self.ways) < k:
            node = heappop(heap)
            if node.is_open:
                found = self._cheapest(self._allowed(node.kept))
                if found is not None:
                    heappush(heap, node._replace(price=found[0], is_open=False, order=next(order), amounts=found[1]))
                continue
            way = next((known for known in self._found if known <= node.amounts.keys()), None)
            if way is None:
                way = self._add(node, k)
            for member in sorted(way):
                kept = node.kept | {member}
                if kept not in seen:
                    seen.add(kept)
                    heappush(heap, _Node(price=node.price, is_open=True, order=next(order), kept=kept, amounts={}))
        if len(self.ways) == k:
            return ENOUGH
        return NO_MORE if self.ways else NO_WAY

    def _add(self, node: _Node, k: int) -> Members:
        """Add the way of a flow, less what it can do without; return who gives way in it."""
        amounts = self._paid_for(self._with_none_to_spare(node))
        price_bound = float(node.price * self._prices.unit)
        relaxations = []
        for member, amount in sorted(amounts.items()):
            price = float(int(self._prices.price[member]) * amount * self._prices.unit)
            relaxations.append(Relaxation(name=self._prices.names[member], amount=_told(amount), price=price))
        wanted = min(k - len(self.ways), MANY)
        part = 1.0 if wanted == 1 else 0.5 / wanted  # half of each share is for finding the next way
        plan = self._plans.after(tuple(relaxations), part * self.clock.left_s)
        price = sum(relaxation.price for relaxation in relaxations)
        way = WayOut(
            relaxations=tuple(relaxations),
            price=price,
            price_bound=min(price_bound, price),
            objective=plan.objective,
            bound=plan.bound,
            status=plan.status,
        )
        self.ways.append(way)
        self._found.append(frozenset(amounts))
        if plan.stopped == INTERRUPTED:
            raise KeyboardInterrupt
        return self._found[-1]

    def _with_none_to_spare(self, node: _Node) -> dict[int, int]:
        """Return what gives way at the same price, of which nothing can be left out; the smallest are tried first."""
        amounts = node.amounts
        for member in sorted(amounts, key=lambda one: (amounts[one], -one)):
            if member not in amounts:
                continue
            allowed = np.zeros_like(self._prices.most)
            others = [one for one in amounts if one != member]
            allowed[others] = self._prices.most[others]
            found = self._cheapest(allowed)
            if found is not None and found[0] <= node.price:
                amounts = found[1]
        return amounts

    def _paid_for(self, amounts: dict[int, int]) -> dict[int, int]:
        """Return amounts of which also those without a price are no larger than needed."""
        members = list(amounts)
        free = [member for member in members if self._prices.price[member] == 0]
        if not free:
            return amounts
        allowed = np.zeros_like(self._prices.most)
        allowed[members] = [amounts[member] for member in members]
        cost = np.zeros_like(self._prices.price)
        cost[free] = 1
        found = self._cheapest(allowed, cost)
        return amounts if found is None else found[1]

    def _allowed(self, kept: Members) -> Integers:
        most = self._prices.most.copy()
        most[list(kept)] = 0
        return most

    def _cheapest(self, allowed: Integers, cost: Integers | None = None) -> tuple[int, dict[int, int]] | None:
        """Return the least price and what gives way, each by what is `allowed`; None: that does not do.

        Raises
        ------
        TimeoutError
            If the clock comes first.
        SolverError
            If no solver can tell what is cheapest.
        """
        if self.clock.is_over:
            raise TimeoutError
        network, members = self._network, allowed.size
        base = network.capacity[:-members] if members else network.capacity
        costs = network.unit_cost if cost is None else np.concatenate([np.zeros_like(base), cost])
        asked = network._replace(capacity=np.concatenate([base, allowed]), unit_cost=costs)
        found = cheapest(asked, "auto", self.clock)
        if found.stopped == NO_FLOW:
            return None
        if found.stopped == INTERRUPTED:
            raise KeyboardInterrupt
        price = None if found.flow is None else exact_dot(asked.unit_cost, found.flow)
        if found.flow is None or price is None or price > bound_of(asked, found.potential):
            if found.stopped == TIME_LIMIT:
                raise TimeoutError
            raise SolverError(f"the cheapest way out is not proved: {found.stopped}")
        gives = found.flow[base.size :]
        return price, {member: int(gives[member]) for member in np.flatnonzero(gives).tolist()}


def _told(amount: int) -> float:
    """Return a number of units as a float where one can hold it."""
    return float(amount) if amount <= LARGEST_WHOLE_FLOAT else amount


def _network(instance: Instance, prices: Prices) -> _Priced:
    """Return the arcs that keep what is asked for, and behind them one for each requirement that gives way.

    The last node is where supply is left, and whence demand is met that nobody sends.
    """
    asked, elsewhere = Asked.of(instance), instance.supply.size
    moves = np.flatnonzero(instance.tail != instance.head)
    left = np.full(asked.senders.size, elsewhere), np.full(asked.takers.size, elsewhere)
    capacity = np.minimum(instance.capacity[moves], asked.most)
    if exact_sum(capacity) + exact_sum(prices.most) + asked.sent + asked.taken >= LARGEST:
        raise InstanceError(
            f"capacity and supply, with all that may give way, add up to 2**62 = {LARGEST:.3g} or more: use a larger "
            "unit"
        )
    ends = (
        (instance.tail[moves], asked.senders, left[1], instance.tail[asked.limited]),
        (instance.head[moves], left[0], asked.takers, instance.head[asked.limited]),
    )
    tail, head = (np.concatenate(parts).astype(np.int64) for parts in ends)
    return _Priced(
        tail=tail,
        head=head,
        capacity=np.concatenate([capacity, prices.most]),
        unit_cost=np.concatenate([np.zeros_like(capacity), prices.price]),
        supply=np.append(instance.supply, asked.taken - asked.sent),
    )
