"""The plain mixed-integer program of facility location, for every case; the engines are compared with it.

The formula stands in `models.facility_location`. Columns: a share for each pair of finite cost, then an opening a site.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.location.impossible import DUST
from models.location.instance import Instance, most_open
from models.program import Matrix, Program
from models.solver import Outcome, Solver

HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Textbook:
    """The program of an instance over its useful pairs (client, site); costs divided by `unit`."""

    instance: Instance
    client: Indices
    site: Indices
    unit: float

    @classmethod
    def of(cls, instance: Instance) -> "Textbook":
        """Return the program of `instance`."""
        client, site = np.nonzero(_useful(instance))
        pairs = instance.cost[client, site]
        largest = max(float(pairs.max(initial=0.0)), float(instance.fixed_cost.max(initial=0.0)))
        return cls(instance=instance, client=client, site=site, unit=largest or 1.0)

    def solve(self, relative_gap: float, seed: int, limit_s: float, solver: Solver) -> Outcome:
        """Return HiGHS's outcome, its objective in `unit`."""
        return solver.mip(self.program(), relative_gap=relative_gap, seed=seed, limit_s=limit_s)

    def opened(self, values: Floats) -> Flags:
        """Return the sites opened [site]."""
        flags: Flags = values[self.client.size :] > HALF
        return flags

    def shares(self, values: Floats) -> Floats:
        """Return the shares [client, site], those of closed sites and dust removed, each client's sum 1."""
        share = np.zeros(self.instance.cost.shape)
        kept = np.where(values[: self.client.size] > DUST, values[: self.client.size], 0.0)
        share[self.client, self.site] = np.where(self.opened(values)[self.site], kept, 0.0)
        whole: Floats = share / np.maximum(share.sum(axis=1, keepdims=True), DUST)
        return whole

    def program(self) -> Program:
        """Return the program."""
        instance, pairs = self.instance, self.client.size
        clients, sites = instance.cost.shape
        columns = np.arange(pairs)
        blocks: list[tuple[Indices, Indices, Floats | float]] = [
            (self.client, columns, 1.0),
            (clients + columns, columns, 1.0),
            (clients + columns, pairs + self.site, -1.0),
            (np.full(sites, clients + pairs), pairs + np.arange(sites), 1.0),
        ]
        blocks += self._room(clients + pairs + 1)
        count = np.array([float(instance.min_open)]), np.array([float(most_open(instance))])
        served = np.ones(clients)
        below = np.full(pairs, -np.inf), np.zeros(pairs)
        room = np.full(sites, -np.inf), np.zeros(sites)
        return Program(
            cost=np.concatenate([instance.cost[self.client, self.site], instance.fixed_cost]) / self.unit,
            lower=np.concatenate([np.zeros(pairs), self._flags(instance.forced_open)]),
            upper=np.concatenate([np.ones(pairs), 1.0 - self._flags(instance.forced_closed)]),
            matrix=Matrix.stack(*blocks),
            row_lower=np.concatenate([served, below[0], count[0], room[0]]),
            row_upper=np.concatenate([served, below[1], count[1], room[1]]),
            integer=np.concatenate([np.full(pairs, instance.single_source), np.ones(sites, dtype=np.bool_)]),
        )

    def _room(self, first: int) -> list[tuple[Indices, Indices, Floats | float]]:
        """Return sum of demand / capacity x <= y of each site with a finite capacity above 0."""
        capacity, demand = self.instance.capacity, self.instance.demand
        if capacity is None or demand is None:
            return []
        limited = np.isfinite(capacity) & (capacity > 0)
        at = np.flatnonzero(limited[self.site] & (demand[self.client] > 0))
        sites = np.flatnonzero(limited)
        return [
            (first + self.site[at], at, demand[self.client[at]] / capacity[self.site[at]]),
            (first + sites, self.client.size + sites, -1.0),
        ]

    def _flags(self, sites: tuple[int, ...]) -> Floats:
        flags = np.zeros(self.instance.fixed_cost.size)
        flags[list(sites)] = 1.0
        return flags


def _useful(instance: Instance) -> Flags:
    """Return the pairs [client, site] that can carry anything."""
    useful = np.isfinite(instance.cost)
    useful[:, list(instance.forced_closed)] = False
    if instance.capacity is None or instance.demand is None:
        return useful
    too_much = instance.demand[:, None] > instance.capacity[None, :] * (1 + DUST)
    empty = (instance.demand[:, None] > 0) & (instance.capacity[None, :] <= 0)
    return useful & ~(too_much if instance.single_source else empty)
