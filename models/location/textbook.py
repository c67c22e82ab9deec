"""The plain mixed-integer program of facility location, for every case; the engines are compared with it.

The formula stands in `models.facility_location`. Columns: a share for each pair of finite cost, over the largest share
that a plan as cheap as a known one can have (`models.location.affordable`), then an opening for each tier of each site
(without tiers: for each site). So no column costs more than such a plan does, and a dear pair has a small factor in its
rows instead of a large one in the objective.

Source: Balinski, Management Science 12, 1965.
"""

from dataclasses import dataclass
from math import inf

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.clock import Clock
from models.location.affordable import affordable
from models.location.impossible import DUST
from models.location.instance import Instance, most_open, n_sites, tier_costs, tier_rooms, widest_rooms
from models.program import HALF, Matrix, Program
from models.scaling import believed, unit_of
from models.solver import Outcome, Solver
from models.status import Status

Block = tuple[Indices, Indices, Floats | float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Textbook:
    """The program of an instance over its useful pairs (client, site); costs divided by `unit`.

    `most` [pair]: the largest share; `may_open` [site, tier]; `forbidden`: sets of open sites [site], no plan's.
    """

    instance: Instance
    client: Indices
    site: Indices
    most: Floats
    may_open: Flags
    unit: float
    forbidden: tuple[Flags, ...] = ()

    @classmethod
    def of(cls, instance: Instance, value: float = inf, forbidden: tuple[Flags, ...] = ()) -> "Textbook":
        """Return the program of the plans of `instance` that cost `value` or less, and perhaps of others.

        Plans whose open sites are one of the sets `forbidden` are none of them.
        """
        allowed = affordable(instance, _useful(instance), value, is_whole=is_whole(instance))
        client, site = np.nonzero(allowed.share)
        most = allowed.share[client, site]
        pairs, openings = instance.cost[client, site] * most, tier_costs(instance)[allowed.opened]
        largest = max(float(pairs.max(initial=0.0)), float(openings.max(initial=0.0)))
        return cls(
            instance=instance,
            client=client,
            site=site,
            most=most,
            may_open=allowed.opened,
            unit=unit_of(largest),
            forbidden=forbidden,
        )

    @property
    def tiers(self) -> int:
        """Return the number of tiers."""
        return int(tier_costs(self.instance).shape[1])

    @property
    def openings(self) -> int:
        """Return the number of openings."""
        return self.tiers * n_sites(self.instance)

    def solve(self, relative_gap: float, seed: int, limit_s: float, solver: Solver) -> Outcome:
        """Return HiGHS's outcome, its objective in `unit`."""
        program, clock = self.program(), Clock(limit_s)
        outcome = solver.mip(program, relative_gap=relative_gap, seed=seed, limit_s=limit_s)
        if outcome.status is not Status.INFEASIBLE:
            return outcome
        # said by presolve, it has been wrong
        return solver.mip(program, relative_gap=relative_gap, seed=seed, limit_s=clock.left_s, presolve=False)

    def bound(self, outcome: Outcome, value: float) -> float:
        """Return what no plan of the program is cheaper than; `value`: of a known plan, inf: none is known."""
        terms = sum(self.instance.cost.shape) + self.most.size + self.may_open.size
        return max(believed(outcome.bound, terms, self.unit, value), 0.0)

    def opened(self, values: Floats) -> Indices:
        """Return the tier of each site [site], -1: closed."""
        built = values[self.client.size :].reshape(-1, self.tiers)
        return np.where(built.max(axis=1) > HALF, built.argmax(axis=1), -1)

    def shares(self, values: Floats) -> Floats:
        """Return the shares [client, site], those of closed sites and dust removed, each client's sum 1."""
        share = np.zeros(self.instance.cost.shape)
        served = values[: self.client.size] * self.most
        kept = np.where(served > DUST, served, 0.0)
        share[self.client, self.site] = np.where(self.opened(values)[self.site] >= 0, kept, 0.0)
        whole: Floats = share / np.maximum(share.sum(axis=1, keepdims=True), DUST)
        return whole

    def program(self) -> Program:
        """Return the program."""
        instance, pairs, openings = self.instance, self.client.size, self.openings
        clients = instance.cost.shape[0]
        columns, opening = np.arange(pairs), np.arange(openings)
        blocks: list[Block] = [
            (self.client, columns, self.most),
            (np.full(openings, clients + pairs), pairs + opening, 1.0),
            *self._links(clients),
        ]
        forced, may_open = self._flags(instance.forced_open), self.may_open.ravel()
        lower: list[Floats] = [np.ones(clients), np.full(pairs, -np.inf), np.array([float(instance.min_open)])]
        upper: list[Floats] = [np.ones(clients), np.zeros(pairs), np.array([float(most_open(instance))])]
        first = clients + pairs + 1
        for more, low, high in (self._rooms(), self._throughputs(), self._one_tier(forced), self._others()):
            blocks += [(row + first, column, value) for row, column, value in more]
            lower.append(low)
            upper.append(high)
            first += low.size
        least = forced if self.tiers == 1 else np.zeros(openings)
        return Program(
            cost=np.concatenate(
                [
                    instance.cost[self.client, self.site] * self.most,
                    np.where(may_open, tier_costs(instance).ravel(), 0.0),
                ]
            )
            / self.unit,
            lower=np.concatenate([np.zeros(pairs), least]),
            upper=np.concatenate([np.ones(pairs), may_open.astype(np.float64)]),
            matrix=Matrix.stack(*blocks),
            row_lower=np.concatenate(lower),
            row_upper=np.concatenate(upper),
            integer=np.concatenate([np.full(pairs, instance.single_source), np.ones(openings, dtype=np.bool_)]),
        )

    def _links(self, first: int) -> list[Block]:
        """Return x <= sum of y over the site's tiers, each as far as it has room for the client."""
        pairs, columns = self.client.size, np.arange(self.client.size)
        blocks: list[Block] = [(first + columns, columns, 1.0)]
        rooms, demand = tier_rooms(self.instance), self.instance.demand
        for tier in range(self.tiers):
            fits: Floats | float = 1.0
            if self.tiers > 1 and rooms is not None and demand is not None:
                need, room = demand[self.client], rooms[self.site, tier]
                part = np.minimum(room, need) / np.where(need > 0, need, 1.0)
                fits = np.where(need > 0, np.where(part > 1 - DUST, 1.0, part), 1.0)
                fits = np.floor(fits) if self.instance.single_source else np.minimum(fits / self.most, 1.0)
            blocks.append((first + columns, pairs + self.site * self.tiers + tier, -np.asarray(fits) * np.ones(pairs)))
        return blocks

    def _rooms(self) -> tuple[list[Block], Floats, Floats]:
        """Return sum of demand x <= sum of capacity y, over the largest capacity, where that is finite and above 0."""
        rooms, demand, sites = tier_rooms(self.instance), self.instance.demand, n_sites(self.instance)
        if rooms is None or demand is None:
            return [], np.zeros(0), np.zeros(0)
        limited = np.isfinite(rooms).any(axis=1) & (rooms.max(axis=1) > 0)
        rooms = np.where(np.isinf(rooms), np.maximum(float(demand.sum()), _widest(rooms))[:, None], rooms)
        scale = np.where(rooms.max(axis=1) > 0, rooms.max(axis=1), 1.0)
        at = np.flatnonzero(limited[self.site] & (demand[self.client] > 0))
        blocks: list[Block] = [(self.site[at], at, demand[self.client[at]] * self.most[at] / scale[self.site[at]])]
        for tier in range(self.tiers):
            built = np.flatnonzero(limited)
            column = self.client.size + built * self.tiers + tier
            blocks.append((built, column, -rooms[built, tier] / scale[built]))
        return blocks, np.full(sites, -np.inf), np.zeros(sites)

    def _throughputs(self) -> tuple[list[Block], Floats, Floats]:
        """Return sum of demand x >= least y, over the least."""
        least, demand, sites = self.instance.min_throughput, self.instance.demand, n_sites(self.instance)
        if least is None or demand is None:
            return [], np.zeros(0), np.zeros(0)
        wants = np.flatnonzero(least > 0)
        at = np.flatnonzero((least[self.site] > 0) & (demand[self.client] > 0))
        blocks: list[Block] = [(self.site[at], at, demand[self.client[at]] * self.most[at] / least[self.site[at]])]
        blocks += [(wants, self.client.size + wants * self.tiers + tier, -1.0) for tier in range(self.tiers)]
        return blocks, np.zeros(sites), np.full(sites, np.inf)

    def _one_tier(self, forced: Floats) -> tuple[list[Block], Floats, Floats]:
        """Return that a site has one tier at most, and one if it is forced open."""
        sites = n_sites(self.instance)
        if self.tiers == 1:
            return [], np.zeros(0), np.zeros(0)
        opening = np.arange(self.openings)
        return [(opening // self.tiers, self.client.size + opening, 1.0)], forced, np.ones(sites)

    def _others(self) -> tuple[list[Block], Floats, Floats]:
        """Return sum of y over a forbidden set, less the sum over all others, <= the number of its sites - 1."""
        count, opening = len(self.forbidden), np.arange(self.openings)
        if not count:
            return [], np.zeros(0), np.zeros(0)
        sets = np.array(self.forbidden, dtype=np.bool_).reshape(count, -1)
        weight = np.where(np.repeat(sets, self.tiers, axis=1), 1.0, -1.0)
        row, column = np.repeat(np.arange(count), self.openings), np.tile(self.client.size + opening, count)
        return [(row, column, weight.ravel())], np.full(count, -np.inf), sets.sum(axis=1) - 1.0

    def _flags(self, sites: tuple[int, ...]) -> Floats:
        flags = np.zeros(n_sites(self.instance))
        flags[list(sites)] = 1.0
        return flags


def _widest(rooms: Floats) -> Floats:
    """Return the largest finite capacity of each site."""
    return np.asarray(np.where(np.isfinite(rooms), rooms, 0.0).max(axis=1), dtype=np.float64)


def is_whole(instance: Instance) -> bool:
    """Return whether some best plan serves each client from one site."""
    return instance.single_source or (instance.capacity is None and instance.min_throughput is None)


def _useful(instance: Instance) -> Flags:
    """Return the pairs [client, site] that can carry anything."""
    useful = np.isfinite(instance.cost)
    useful[:, list(instance.forced_closed)] = False
    room = widest_rooms(instance)
    if room is None or instance.demand is None:
        return useful
    too_much = instance.demand[:, None] > room[None, :] * (1 + DUST)
    empty = (instance.demand[:, None] > 0) & (room[None, :] <= 0)
    kept: Flags = useful & ~(too_much if instance.single_source else empty)
    return kept
