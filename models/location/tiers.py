"""Capacity tiers and minimum throughput, by an easier instance first.

Each tier becomes a site of its own (a *clone*), and minimum throughput is left out, as is the opening of a forced site
that has several tiers. Every plan of the instance is one of the clones at the same cost, so a bound on the clones holds
for the instance, and clones that cannot be served prove that the instance cannot. A plan of the clones that opens one
tier a site at most and keeps what was left out is a plan of the instance: then it is as good as the bound says.

Source: Holmberg, European Journal of Operational Research 75, 1994 (staircase costs).
"""

from dataclasses import dataclass, field

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.location.instance import Instance, n_sites, tier_costs, tier_rooms

FITS = 1e-9  # relative


@dataclass(frozen=True, slots=True, kw_only=True)
class Clones:
    """The easier instance; see `models.FacilityLocation` for the arrays. `site`, `tier` [clone]: of which it is one."""

    cost: Floats
    fixed_cost: Floats
    demand: Floats | None
    capacity: Floats | None
    single_source: bool
    min_open: int
    max_open: int | None
    forced_open: tuple[int, ...]
    forced_closed: tuple[int, ...]
    site: Indices
    tier: Indices
    min_throughput: Floats | None = field(default=None)


def is_plain(instance: Instance) -> bool:
    """Return whether the engines take the instance as it is."""
    return instance.fixed_cost.ndim == 1 and instance.min_throughput is None


def clones_of(instance: Instance) -> Clones:
    """Return the easier instance; a tier that another of its site undercuts is left out."""
    fixed, rooms = tier_costs(instance), tier_rooms(instance)
    site, tier = np.nonzero(_useful_tiers(fixed, rooms))
    several = np.bincount(site, minlength=n_sites(instance)) > 1
    forced = [one for one in instance.forced_open if not several[one]]
    return Clones(
        cost=np.ascontiguousarray(instance.cost[:, site]),
        fixed_cost=fixed[site, tier],
        demand=instance.demand,
        capacity=None if rooms is None else rooms[site, tier],
        single_source=instance.single_source,
        min_open=instance.min_open,
        max_open=instance.max_open,
        forced_open=tuple(np.flatnonzero(np.isin(site, forced)).tolist()),
        forced_closed=tuple(np.flatnonzero(np.isin(site, list(instance.forced_closed))).tolist()),
        site=site,
        tier=tier,
    )


def part_of(instance: Instance, tier: Indices) -> Clones:
    """Return the instance in which only the open sites are left, each in its tier [site] (-1: closed) alone."""
    site = np.flatnonzero(tier >= 0)
    rooms, least = tier_rooms(instance), instance.min_throughput
    return Clones(
        cost=np.ascontiguousarray(instance.cost[:, site]),
        fixed_cost=tier_costs(instance)[site, tier[site]],
        demand=instance.demand,
        capacity=None if rooms is None else rooms[site, tier[site]],
        single_source=instance.single_source,
        min_open=instance.min_open,
        max_open=instance.max_open,
        forced_open=tuple(np.flatnonzero(np.isin(site, list(instance.forced_open))).tolist()),
        forced_closed=(),
        site=site,
        tier=tier[site],
        min_throughput=None if least is None else least[site],
    )


def among(instance: Instance, opened: Flags) -> Clones:
    """Return the instance in which only some sites are left, all of them open, each with all of its tiers."""
    site = np.flatnonzero(opened)
    least = instance.min_throughput
    return Clones(
        cost=np.ascontiguousarray(instance.cost[:, site]),
        fixed_cost=instance.fixed_cost[site],
        demand=instance.demand,
        capacity=None if instance.capacity is None else instance.capacity[site],
        single_source=instance.single_source,
        min_open=0,
        max_open=None,
        forced_open=tuple(range(site.size)),
        forced_closed=(),
        site=site,
        tier=np.zeros(site.size, dtype=np.intp),
        min_throughput=None if least is None else least[site],
    )


def restored(instance: Instance, opened: Flags, tier: Indices, share: Floats) -> tuple[Indices, Floats]:
    """Return tiers [site] and shares [client, site] of a plan `among` some sites."""
    tiers, shares = np.full(n_sites(instance), -1), np.zeros(instance.cost.shape)
    tiers[opened] = tier
    shares[:, opened] = share
    return tiers, shares


def whole_of(instance: Instance, clones: Clones, opened: Indices, share: Floats) -> tuple[Indices, Floats]:
    """Return tiers [site] and shares [client, site] of a plan of clones of which each site has one at most."""
    tier, shares = np.full(n_sites(instance), -1), np.zeros(instance.cost.shape)
    tier[clones.site[opened]] = clones.tier[opened]
    shares[:, clones.site] = share
    return tier, shares


def merged(instance: Instance, clones: Clones, opened: Indices, share: Floats) -> tuple[Indices, Floats]:
    """Return tiers [site] and shares [client, site] of a plan of the clones, each site in its cheapest tier with room.

    Where no tier has room for what the clones of a site serve, it gets the widest.
    """
    sites = n_sites(instance)
    joined = np.zeros(instance.cost.shape)
    np.add.at(joined.T, clones.site, share.T)
    fixed, rooms = tier_costs(instance), tier_rooms(instance)
    tier = np.full(sites, -1)
    load = np.zeros(sites) if instance.demand is None else np.einsum("ij,i->j", joined, instance.demand)
    largest = np.zeros(sites)
    if instance.demand is not None:
        largest = (instance.demand[:, None] * (joined > 0)).max(axis=0, initial=0.0)
    for one in np.unique(clones.site[opened]).tolist():
        room = np.full(fixed.shape[1], np.inf) if rooms is None else rooms[one]
        need = max(load[one], largest[one] if instance.single_source else 0.0)
        able = np.flatnonzero(room * (1 + FITS) >= need)
        tier[one] = able[np.argmin(fixed[one, able])] if able.size else np.argmax(room)
    return tier, joined


def _useful_tiers(fixed: Floats, rooms: Floats | None) -> np.ndarray:
    """Return the tiers [site, tier] of which no other is at least as wide and as cheap; of two equals the first."""
    sites, tiers = fixed.shape
    useful = np.ones((sites, tiers), dtype=np.bool_)
    room = np.full(fixed.shape, np.inf) if rooms is None else rooms
    for one in range(tiers):
        for other in range(tiers):
            if other == one:
                continue
            better = (room[:, other] >= room[:, one]) & (fixed[:, other] <= fixed[:, one])
            equal = (room[:, other] == room[:, one]) & (fixed[:, other] == fixed[:, one])
            useful[:, one] &= ~(better & (~equal | (other < one)))
    return useful
