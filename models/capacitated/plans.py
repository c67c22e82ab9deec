"""The best plan so far, and the ways of making a better one from a choice of sites.

Divisible clients: a choice is shipped exactly (`heuristics.transport`) and improved by interchange
(`heuristics.site_moves`). Whole clients: the shipment, where it could be the best, begins a search for whole
assignments (`heuristics.whole_assignment`), and choices next to the best are tried in the order of their bound.
"""

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.capacitated.nodes import Node
from models.capacitated.problem import Problem
from models.clock import Clock
from models.heuristics.site_moves import total_of, try_sites
from models.heuristics.transport import Shipment, empty_shipment, ship_cold, workspace
from models.heuristics.whole_assignment import assign, largest_parts

BATCH = 10  # sites between two looks at the clock
BETTER = 1e-9  # relative
OVERLOAD_PRICES = 0.3, 3.0  # first price of overload, in the median cost of a unit from the cheapest site
ROUNDS = 40
STARTS = 30
TRIES = 150  # choices next to the best, before its assignment is disturbed again
SLIGHTLY = 0.05
NONE = -1
DISTURBED = 0.1  # part of the clients that a new start moves
WHOLE_DUST = 1e-6  # where every plan costs a whole number, a bound this far above one proves the next


class Plans:
    """Keeps the best plan of `problem`: `value` (inf: none), `sites` and, for whole clients, `at` [client]."""

    def __init__(self, problem: Problem, clock: Clock, seed: int = 0) -> None:
        self.problem = problem
        self.value = np.inf
        self.sites: Indices | None = None
        self.at: Indices | None = None
        self._clock = clock
        self._draw = np.random.default_rng(seed)
        self._tried: set[bytes] = set()
        self._unit = float(np.median(problem.data.unit.min(axis=1)))

    def cutoff(self, relative_gap: float) -> float:
        """Return the bound at which a node cannot matter."""
        if not np.isfinite(self.value):
            return np.inf
        step = 1.0 - 10.0 * WHOLE_DUST if self.problem.has_whole_values else 0.0
        return self.value - max(relative_gap * abs(self.value), step)

    def offer(self, sites: Indices) -> float:
        """Ship through `sites`, keep the plan if it is the best; return its value (inf: none, or tried before)."""
        key = sites.tobytes()
        if key in self._tried:
            return np.inf
        self._tried.add(key)
        ship = self.shipped(sites)
        if ship is None:
            return np.inf
        value = float(total_of(self.problem.data, sites, ship))
        if self.problem.data.is_whole:
            return self._assigned(sites, ship) if value < self.value else np.inf
        self._keep(value, sites)
        return value

    def improve(self, sites: Indices, movable: Indices) -> None:
        """Make moves of `movable` sites that save, from a divisible plan, until none does or the time is over."""
        ship = self.shipped(sites)
        if ship is None or not movable.size:
            return
        data = self.problem.data
        entries = ship.follows.size
        ships = ship, empty_shipment(self.problem.n_sites, entries), empty_shipment(self.problem.n_sites, entries)
        value = float(total_of(data, sites, ship))
        idle, first = 0, 0
        while idle < movable.size and not self._clock.is_over:
            batch = movable[first : first + BATCH]
            before = value
            value, sites = try_sites(data, sites, ships, value, batch, movable)
            self._keep(value, sites)
            idle = idle + batch.size if value >= before - BETTER * abs(before) else 0
            first = first + BATCH if first + BATCH < movable.size else 0

    def shipped(self, sites: Indices) -> Shipment | None:
        """Return the best divisible shipment through `sites`, None if there is none."""
        problem = self.problem
        if not problem.allows(sites):
            return None
        entries = problem.n_clients + 8 * problem.n_sites + 64
        while True:
            ship = empty_shipment(problem.n_sites, entries)
            if ship_cold(problem.data, sites, ship, workspace(problem.n_sites)):
                return ship
            if ship.free[0] >= 0:  # entries were left: it is impossible
                return None
            entries *= 2

    def assign_often(self, sites: Indices) -> None:
        """Assign whole clients to `sites` from many disturbed starts."""
        if not self.problem.allows(sites):
            return
        start = sites[np.argmin(self.problem.data.by_site[sites], axis=0)]
        for _ in range(STARTS):
            _, start = self._assign(sites, start, float(self._draw.uniform(0.1, 3.0)))
            start = start.copy()
            moved = self._draw.random(start.size) < DISTURBED
            start[moved] = self._draw.choice(sites, int(moved.sum()))
            if self._clock.is_over:
                return

    def improve_whole(self, node: Node, movable: Indices, limit_s: float) -> None:
        """Try choices next to the best for whole clients, in the order of their bound at the node's multipliers.

        Stops after `limit_s` seconds, or when neither another choice nor another assignment is better.
        """
        clock = Clock(min(limit_s, self._clock.left_s))
        while self.sites is not None and self.at is not None and not clock.is_over:
            before = self.value
            for sites in _neighbours(self.sites, movable, node.dual.values)[:TRIES]:
                if clock.left_s <= 0 or node.dual.wage.sum() + node.dual.values[sites].sum() >= self.value:
                    break
                if self.problem.allows(sites):
                    best = self.value
                    nearest = sites[np.argmin(self.problem.data.by_site[sites], axis=0)]
                    self._assign(sites, np.where(np.isin(self.at, sites), self.at, nearest), 1.0)
                    if self.value < best:
                        break
            if self.value >= before:
                self._disturb(clock)
            if self.value >= before:
                return

    def _disturb(self, clock: Clock) -> None:
        """Assign the clients of the best plan again from disturbed starts."""
        if self.sites is None or self.at is None:
            return
        for _ in range(STARTS):
            if clock.is_over:
                return
            start = self.at.copy()
            moved = self._draw.random(start.size) < SLIGHTLY
            start[moved] = self._draw.choice(self.sites, int(moved.sum()))
            self._assign(self.sites, start, float(np.exp(self._draw.uniform(-2.0, 2.0))))

    def keep_whole(self, sites: Indices, at: Indices) -> None:
        """Keep a plan of whole clients if it is the best."""
        data = self.problem.data
        value = float(data.by_site[at, np.arange(at.size)].sum() + data.fixed[sites].sum())
        if value < self.value:
            self.value, self.sites, self.at = value, np.sort(sites), at.copy()

    def _assigned(self, sites: Indices, ship: Shipment) -> float:
        """Make a shipment one of whole clients; return its value."""
        start = largest_parts(self.problem.data, sites, ship)
        return min(self._assign(sites, start, scale)[0] for scale in OVERLOAD_PRICES)

    def _assign(self, sites: Indices, start: Indices, scale: float) -> tuple[float, Indices]:
        data = self.problem.data
        serving, at = assign(data, sites, start, scale * self._unit, ROUNDS)
        if np.isfinite(serving):
            self.keep_whole(sites, at)
        return float(serving + data.fixed[sites].sum()), at

    def _keep(self, value: float, sites: Indices) -> None:
        if value < self.value and not self.problem.data.is_whole:
            self.value, self.sites = value, np.sort(sites)


def _neighbours(sites: Indices, movable: Indices, values: Floats) -> list[Indices]:
    """Return the choices one opening, closing or swap away, those of the least bound first."""
    outs, intos = np.intersect1d(sites, movable), np.setdiff1d(movable, sites)
    moves = [(-values[out], out, NONE) for out in outs]
    moves += [(values[into], NONE, into) for into in intos]
    moves += [(values[into] - values[out], out, into) for out in outs for into in intos]
    moves.sort()
    return [
        np.sort(np.append(sites[sites != out], [into] if into >= 0 else [])).astype(np.int64) for _, out, into in moves
    ]


def as_shares(problem: Problem, sites: Indices, ship: Shipment) -> Floats:
    """Return a shipment as shares [client, site]; clients of no demand at their cheapest open site."""
    data = problem.data
    share = np.zeros((problem.n_clients, problem.n_sites))
    for j in sites.tolist():
        entry = int(ship.head[j])
        while entry >= 0:
            i = ship.who[entry]
            share[i, j] = ship.carried[entry] / data.demand[i]
            entry = int(ship.follows[entry])
    loose: Flags = data.demand <= 0
    at = sites[np.argmin(data.by_site[sites], axis=0)]
    share[loose, at[loose]] = 1.0
    return np.asarray(share / share.sum(axis=1, keepdims=True), dtype=np.float64)
