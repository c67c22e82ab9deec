"""The requirements of a facility location instance, as rows that may give way; see `models.infeasible`.

    ("served", client)          units of demand left unserved (1 in all where it has none)
    ("capacity", site)          units of demand beyond the capacity of the site, in whichever tier it is opened
    ("min_throughput", site)    units of demand short of it
    ("min_open",) ("max_open",) sites fewer or more
    ("forced_open", site) ("forced_closed", site)    1: the site is left closed, or open
    ("single_source",)          1: every client may be split

Each gives way at 1 a unit where the caller names no price. Pairs of infinite cost are no requirement: who can be served
by no site that may be open is left unserved, or a site is opened that may not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.infeasible import (
    NOTHING_LEFT,
    UNIT,
    WHOLE,
    Name,
    Prices,
    Relaxation,
    RequiredProgram,
    RequiredRows,
    kept_forced,
    require_count,
    require_forced,
)
from models.location.instance import Instance, n_sites, tier_costs, tier_rooms
from models.program import Program

KINDS = (
    "served",
    "capacity",
    "min_throughput",
    "min_open",
    "max_open",
    "forced_open",
    "forced_closed",
    "single_source",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where the variables stand: shares of the pairs of finite cost, openings of the tiers, uses of the pairs."""

    client: Indices
    site: Indices
    tiers: int
    sites: int
    is_whole: bool

    @property
    def pairs(self) -> Indices:
        """Return the columns of the shares."""
        return np.arange(self.client.size)

    @property
    def openings(self) -> Indices:
        """Return the columns of the openings, site after site."""
        return self.client.size + np.arange(self.sites * self.tiers)

    @property
    def opening_site(self) -> Indices:
        """Return the site of each opening."""
        return np.repeat(np.arange(self.sites), self.tiers)

    @property
    def uses(self) -> Indices:
        """Return the columns that say whether a client uses a site at all; only for single source."""
        return self.client.size + self.sites * self.tiers + self.pairs[: self.client.size if self.is_whole else 0]


def program_of(
    instance: Instance,
    prices: Prices | None,
    kinds: tuple[str, ...] = KINDS,
    counts: tuple[Name, Name] = (("min_open",), ("max_open",)),
) -> RequiredProgram:
    """Return the program without a cost, and its requirements; `counts`: the names of those on the number of sites.

    Raises
    ------
    InstanceError
        If a price has no meaning.
    """
    client, site = np.nonzero(np.isfinite(instance.cost))
    sites, tiers = tier_costs(instance).shape
    columns = Columns(client=client, site=site, tiers=tiers, sites=sites, is_whole=instance.single_source and sites > 1)
    rows = RequiredRows(kinds)
    _serve(instance, columns, rows)
    _load(instance, columns, rows)
    require_count(rows, counts, (instance.min_open, instance.max_open), columns.openings)
    openings = columns.opening_site, columns.openings
    require_forced(rows, "forced_open", instance.forced_open, openings)
    require_forced(rows, "forced_closed", instance.forced_closed, openings)
    if columns.is_whole:
        _single(instance, columns, rows)
    total = client.size + sites * tiers + columns.uses.size
    integer = np.ones(total, dtype=np.bool_)
    integer[columns.pairs] = False
    program = Program(
        cost=np.zeros(total),
        lower=np.zeros(total),
        upper=np.ones(total),
        matrix=rows.matrix,
        row_lower=rows.lower,
        row_upper=rows.upper,
        integer=integer,
    )
    return program, rows.requirements(prices)


def demand_units(instance: Instance) -> Floats:
    """Return how many units of a client there are to serve: its demand, 1 where that is 0 or not given."""
    if instance.demand is None:
        return np.ones(instance.cost.shape[0])
    return np.where(instance.demand > 0, instance.demand, 1.0)


def _serve(instance: Instance, columns: Columns, rows: RequiredRows) -> None:
    clients = instance.cost.shape[0]
    served = rows.add(1.0, 1.0, clients, (columns.client, columns.pairs, 1.0))
    rows.require_each("served", range(clients), served, UNIT, side="lower", weight=1 / demand_units(instance))
    parts = [(columns.pairs, columns.pairs, 1.0)]
    first = columns.client.size + columns.site * columns.tiers
    parts += [(columns.pairs, first + tier, -1.0) for tier in range(columns.tiers)]
    rows.add(-inf, 0.0, columns.client.size, *parts)
    if columns.tiers > 1:
        rows.add(-inf, 1.0, columns.sites, (columns.opening_site, columns.openings, 1.0))


def _load(instance: Instance, columns: Columns, rows: RequiredRows) -> None:
    """Add capacity and minimum throughput, in parts of all demand."""
    demand, rooms, least = instance.demand, tier_rooms(instance), instance.min_throughput
    if demand is None:
        return
    total = float(demand.sum()) or 1.0
    load = columns.site, columns.pairs, demand[columns.client] / total
    if rooms is not None:
        room = np.where(np.isinf(rooms), max(total, _largest(rooms)), rooms).ravel() / total
        at = rows.add(-inf, 0.0, columns.sites, load, (columns.opening_site, columns.openings, -room))
        limited = np.flatnonzero(np.isfinite(rooms).any(axis=1))
        rows.require_each("capacity", limited.tolist(), at[limited], UNIT, weight=1 / total)
    if least is not None:
        wanted = least[columns.opening_site] / total
        at = rows.add(0.0, inf, columns.sites, load, (columns.opening_site, columns.openings, -wanted))
        wants = np.flatnonzero(least > 0)
        rows.require_each("min_throughput", wants.tolist(), at[wants], UNIT, weight=1 / total)


def _single(instance: Instance, columns: Columns, rows: RequiredRows) -> None:
    """Add share <= use, and one use a client."""
    rows.add(-inf, 0.0, columns.client.size, (columns.pairs, columns.pairs, 1.0), (columns.pairs, columns.uses, -1.0))
    clients = instance.cost.shape[0]
    once = rows.add(-inf, 1.0, clients, (columns.client, columns.uses, 1.0))
    rows.require(("single_source",), once, WHOLE, weight=columns.sites - 1.0)


def _largest(rooms: Floats) -> float:
    return float(np.where(np.isfinite(rooms), rooms, 0.0).max(initial=0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Eased:
    """What relaxations make of an instance; `left` [client]: the part of it still to serve."""

    left: Floats
    room: Floats
    throughput: Floats
    fewer: int
    more: int
    forced_open: tuple[int, ...]
    forced_closed: tuple[int, ...]
    single_source: bool

    @property
    def stays(self) -> Flags:
        """Return which clients are still there."""
        return np.asarray(self.left > NOTHING_LEFT)


def eased(
    instance: Instance,
    relaxations: Iterable[Relaxation],
    counts: tuple[Name, Name] = (("min_open",), ("max_open",)),
) -> Eased:
    """Return what the relaxations say, requirement by requirement."""
    left, single = np.ones(instance.cost.shape[0]), instance.single_source
    room, throughput = np.zeros(n_sites(instance)), np.zeros(n_sites(instance))
    number = dict.fromkeys(counts, 0)
    units, given = demand_units(instance), tuple(relaxations)
    for relaxation in given:
        name, amount = relaxation.name, relaxation.amount
        kind, index = name[0], int(name[1]) if len(name) > 1 and isinstance(name[1], int) else 0
        if kind == "served":
            left[index] = max(1.0 - amount / units[index], 0.0)
        elif kind == "capacity":
            room[index] = amount
        elif kind == "min_throughput":
            throughput[index] = amount
        elif kind == "single_source":
            single = False
        elif name in number:
            number[name] = round(amount)
    return Eased(
        left=left,
        room=room,
        throughput=throughput,
        fewer=number[counts[0]],
        more=number[counts[1]],
        forced_open=kept_forced("forced_open", instance.forced_open, given),
        forced_closed=kept_forced("forced_closed", instance.forced_closed, given),
        single_source=single,
    )
