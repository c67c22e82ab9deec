"""The best plan so far, and the ways of making a better one from a choice of sites.

Divisible clients: a choice is shipped exactly (`heuristics.transport`) and improved by interchange
(`heuristics.site_moves`). Whole clients: a choice is assigned by a dive and annealing (`assigning`); where that is soon
done, only if its shipment could be the best.
"""

from collections.abc import Iterator
from itertools import chain, repeat

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.capacitated.assigning import Effort, assigned, nearly_assigned
from models.capacitated.problem import Problem
from models.clock import Clock
from models.heuristics.site_moves import total_of, try_sites
from models.heuristics.transport import DONE, MORE, Shipment, copy_of, empty_shipment, relieve_some, serve_cheapest

BATCH, FEW_PAIRS = 10, 100_000  # sites between two looks at the clock, one where open sites and clients are more pairs
SLICE = 3e7  # reduced costs looked at by shipping between two looks at the clock
FILTER_PAIRS = 20_000  # of clients and sites: shipping takes as long as an assignment and refuses one choice in eight
BETTER = 1e-9  # relative
SHORT, LONG = Effort(turns=1, steps=5_000, noise=0.0), Effort(turns=2, steps=30_000, noise=0.0)
NEARLY = Effort(turns=4, steps=5_000, noise=0.0)  # for plans that exchanges go on from: a dive takes as long
NOISE = 0.2
WHOLE_DUST = 1e-6  # where every plan costs a whole number, a bound this far above one proves the next


class Plans:
    """Keeps the best plan of `problem`: `value` (inf: none), `sites`, and `ship` or for whole clients `at` [client].

    `wage` [client]: good multipliers, from which whole clients are assigned.
    """

    def __init__(self, problem: Problem, clock: Clock, seed: int = 0) -> None:
        self.problem = problem
        self.value = np.inf
        self.sites: Indices | None = None
        self.at: Indices | None = None
        self.ship: Shipment | None = None
        self._clock = clock
        self.seed = seed
        self._draw = np.random.default_rng(seed)
        self._tried: set[bytes] = set()
        self.wage: Floats = problem.first_wages

    def cutoff(self, relative_gap: float) -> float:
        """Return the bound at which a node cannot matter."""
        if not np.isfinite(self.value):
            return np.inf
        step = 1.0 - 10.0 * WHOLE_DUST if self.problem.has_whole_values else 0.0
        return self.value - max(relative_gap * abs(self.value), step)

    def offer(self, sites: Indices) -> float:
        """Plan with `sites`, keep the plan if it is the best; return its value (inf: none, or tried before)."""
        key = sites.tobytes()
        if key in self._tried:
            return np.inf
        self._tried.add(key)
        if self.problem.data.is_whole:
            at = self._assigned(sites, self.wage, SHORT) if self._is_promising(sites) else None
            return np.inf if at is None else self.cost(sites, at)
        ship = self.shipped(sites)
        return np.inf if ship is None else self.take(sites, ship)

    def take(self, sites: Indices, ship: Shipment) -> float:
        """Keep the divisible plan of a shipment if it is the best; return its value."""
        value = float(total_of(self.problem.data, sites, ship))
        self._keep(value, sites, ship)
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
        most = BATCH if sites.size * self.problem.n_clients < FEW_PAIRS else 1
        while idle < movable.size and not self._clock.is_over:
            batch = movable[first : first + most]
            before = value
            value, sites = try_sites(data, sites, ships, value, batch, movable)
            self._keep(value, sites, ship)
            idle = idle + batch.size if value >= before - BETTER * abs(before) else 0
            first = first + most if first + most < movable.size else 0

    def shipped(self, sites: Indices) -> Shipment | None:
        """Return the best divisible shipment through `sites`, None if there is none or the time is over."""
        problem = self.problem
        entries = problem.n_clients + 8 * problem.n_sites + 64
        while problem.allows(sites):
            ship = empty_shipment(problem.n_sites, entries)
            if serve_cheapest(problem.data, sites, ship) and self._relieved(sites, ship):
                return ship
            if ship.free[0] >= 0:  # entries were left: it is impossible, or the time is over
                return None
            entries *= 2
        return None

    def _relieved(self, sites: Indices, ship: Shipment) -> bool:
        done = np.zeros(2, dtype=np.int64)
        chains = max(1, int(SLICE / (sites.size * (sites.size + self.problem.n_clients))))
        found = MORE
        while found == MORE and not self._clock.is_over:
            found = relieve_some(self.problem.data, sites, ship, done, chains)
        return bool(found == DONE)

    def _is_promising(self, sites: Indices) -> bool:
        """Return whether whole clients at `sites` may be a better plan than the best, as far as is soon seen."""
        data = self.problem.data
        if data.by_site.size >= FILTER_PAIRS:
            return self.problem.allows(sites)
        ship = self.shipped(sites)
        return ship is not None and float(total_of(data, sites, ship)) < self.value

    def assign_well(self, sites: Indices, wage: Floats, dives: int, *, noise: bool = False) -> Indices | None:
        """Assign whole clients to `sites` after `dives`, each with some `noise`, the first only if told so.

        Returns the site [client] in the last plan found, None if there is none.
        """
        latest = None
        for turn in range(dives if self.problem.allows(sites) else 0):
            at = self._assigned(sites, wage, LONG._replace(noise=NOISE if turn or noise else 0.0))
            latest = latest if at is None else at
            if self._clock.is_over:
                break
        return latest

    def starts(self, sites: Indices, wage: Floats) -> Iterator[Indices]:
        """Yield without end the site [client] of whole clients at `sites`, some of which may be overfull.

        The plans are kept as others are, if no site is overfull. The caller keeps the clock. None: the problem does not
        allow `sites`.
        """
        noises = chain([0.0], repeat(NOISE)) if self.problem.allows(sites) else ()
        for noise in noises:
            effort = NEARLY._replace(noise=noise)
            for at, cost in nearly_assigned(self.problem, sites, wage, effort, self._clock, self._draw):
                if cost < np.inf:
                    self.keep_whole(sites, at)
                yield at

    def keep_whole(self, sites: Indices, at: Indices) -> None:
        """Keep a plan of whole clients if it is the best."""
        value = self.cost(sites, at)
        if value < self.value:
            self.value, self.sites, self.at = value, np.sort(sites), at.copy()

    def _assigned(self, sites: Indices, wage: Floats, effort: Effort) -> Indices | None:
        """Assign whole clients to `sites`; return the site [client], None: no plan was found."""
        at = assigned(self.problem, sites, wage, effort, self._clock, self._draw)
        if at is not None:
            self.keep_whole(sites, at)
        return at

    def cost(self, sites: Indices, at: Indices) -> float:
        """Return what a plan of whole clients costs with `sites` open, `at` [client]."""
        data = self.problem.data
        return float(data.by_site[at, np.arange(at.size)].sum() + data.fixed[sites].sum())

    def _keep(self, value: float, sites: Indices, ship: Shipment) -> None:
        if value < self.value and not self.problem.data.is_whole:
            self.value, self.sites, self.ship = value, np.sort(sites), copy_of(ship)


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
