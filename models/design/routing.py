"""The flow on a given design, and slopes: fixed costs spread over the flow, until the design repeats.

Source: Crainic, Gendron, Hernu, Journal of Heuristics 10, 2004 (slope scaling with Lagrangian information).
"""

from dataclasses import dataclass, field
from math import inf

import numpy as np

from models.arrays import Flags, Floats
from models.clock import Clock
from models.commodities.generation import Generation
from models.commodities.instance import summed
from models.commodities.pairs import Pairs
from models.design.known import NOTHING, Known, Routes
from models.solver import Solver
from models.stopping import INTERRUPTED

ROUGH, FINE = 3e-3, 1e-9
LEAST = (0.5, 0.25, 0.1, 0.05)  # parts of the average design
USED = 1e-9  # of a link's room: less flow is the solver's rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A design [link], its flow (commodity, link, amount) and its cost."""

    built: Flags
    routes: Routes
    value: float


@dataclass(slots=True)
class Designs:
    """Prices designs and keeps the best; `may` [link]: links that may be built, if only to make another set."""

    pairs: Pairs
    fixed_cost: Floats
    must: Flags
    may: Flags
    budget: float
    solver: Solver
    clock: Clock
    known: Known = NOTHING
    best: Plan | None = None
    tried: set[bytes] = field(default_factory=set)

    @property
    def value(self) -> float:
        """Return the best cost so far."""
        return inf if self.best is None else self.best.value

    @property
    def links(self) -> Flags:
        """Return the links [link] that a best plan may build: where no set is forbidden, those that carry something."""
        return self.may if self.known.sets else self.pairs.capacity > 0

    def flow(self, capacity: Floats, extra_cost: Floats | float, gap: float) -> Generation:
        """Return a flow at unit costs raised by `extra_cost` [link]."""
        search = Generation(pairs=self.pairs.on(capacity, extra_cost), solver=self.solver, clock=self.clock, gap=gap)
        search.run()
        if search.stopped == INTERRUPTED:
            raise KeyboardInterrupt
        return search

    def try_design(self, built: Flags, gap: float = ROUGH) -> None:
        """Route on `built`, drop what carries nothing (unless the rest is known), keep the plan if it is the best."""
        key = built.tobytes() + str(gap).encode()
        if key in self.tried:
            return
        self.tried.add(key)
        search = self.flow(np.where(built, self.pairs.capacity, 0.0), 0.0, gap)
        if search.share is not None:
            self.keep_routes(search.routes(), built)

    def keep_routes(self, routes: Routes, offered: Flags | None = None) -> None:
        """Keep a flow that serves all, at true costs, and the links it uses, if it is the best within the budget.

        Where these links are a known set: `offered`, the links that it could have used, or the cheapest link more.
        """
        commodity, link, amount = routes
        rows = self.pairs.unit_cost
        row = commodity if len(rows) > 1 else np.zeros_like(commodity)
        moving = float((rows[row, link] * amount).sum())
        built = self.must.copy()
        built[link] = True
        for each in self._sets(built, offered):
            fixed = float(self.fixed_cost[each].sum())
            if fixed <= self.budget * (1 + USED) and moving + fixed < self.value:
                self.best = Plan(built=each, routes=routes, value=moving + fixed)

    def _sets(self, built: Flags, offered: Flags | None) -> list[Flags]:
        """Return the sets that a flow on `built` may stand for."""
        if self.known.allows(built):
            return [built]
        sets = [self.known.cheapest(built, self.may, self.fixed_cost)]
        if offered is not None:
            sets.append(built | offered)
        return [each for each in sets if self.known.allows(each)]

    def slopes(self, likely: Floats, rounds: int) -> None:
        """Scale slopes from several first guesses of the design by `likely` [link] (0 to 1), for some rounds each."""
        room = self.pairs.capacity
        full = np.divide(self.fixed_cost, room, out=np.zeros(room.size), where=room > 0)
        self._scale(full * (2.0 - likely), rounds)
        for least in LEAST:
            # where a link is built half in the mean, its fixed cost is spread over half of its room
            self._scale(full / np.maximum(likely, least), rounds)
        for least in LEAST:
            if not self.clock.is_over:
                self.try_design((likely >= least) & (room > 0) | self.must)
        if self.best is not None:
            self._scale(self._spread(self.best.built, self._load(self.best.routes), full / min(LEAST)), rounds)

    def _scale(self, slope: Floats, rounds: int) -> None:
        room, dear = self.pairs.capacity, slope
        for _ in range(rounds):
            if self.clock.is_over:
                return
            search = self.flow(room, np.where(self.must, 0.0, slope), ROUGH)
            if search.share is None:
                return
            load = self._load(search.routes())
            built = (load > USED * room) | self.must
            known = len(self.tried)
            self.try_design(built)
            if len(self.tried) == known:
                return
            slope = self._spread(built, load, np.maximum(slope, dear))

    def _spread(self, built: Flags, load: Floats, otherwise: Floats) -> Floats:
        """Return fixed costs spread over the load of what is built [link]."""
        carries = built & (load > USED * self.pairs.capacity)
        return np.divide(self.fixed_cost, load, out=otherwise.copy(), where=carries)

    def _load(self, routes: Routes) -> Floats:
        return summed(routes[2], routes[1], self.fixed_cost.size)
