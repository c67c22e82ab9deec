"""What the engines need to know of a `FacilityLocation` instance (see there for the meaning)."""

from typing import Protocol

import numpy as np

from models.arrays import Floats, Indices


class Instance(Protocol):
    """The arrays of a `FacilityLocation`."""

    @property
    def cost(self) -> Floats:
        """Cost of serving all of a client from a site [client, site], inf where it cannot."""

    @property
    def fixed_cost(self) -> Floats:
        """Cost of opening [site] or [site, tier]."""

    @property
    def demand(self) -> Floats | None:
        """Demand [client]; None: 1 each."""

    @property
    def capacity(self) -> Floats | None:
        """Capacity [site] or [site, tier]; None: no limit."""

    @property
    def min_throughput(self) -> Floats | None:
        """What an open site serves at least [site]; None: nothing."""

    @property
    def single_source(self) -> bool:
        """Whether a client is served by one site only."""

    @property
    def min_open(self) -> int:
        """Least number of open sites."""

    @property
    def max_open(self) -> int | None:
        """Largest number of open sites; None: any."""

    @property
    def forced_open(self) -> tuple[int, ...]:
        """Sites that must be open."""

    @property
    def forced_closed(self) -> tuple[int, ...]:
        """Sites that must be closed."""


def most_open(instance: Instance) -> int:
    """Return the largest number of sites that may be open."""
    sites = n_sites(instance)
    return sites if instance.max_open is None else min(instance.max_open, sites)


def n_sites(instance: Instance) -> int:
    """Return the number of sites."""
    return int(instance.cost.shape[1])


def tier_costs(instance: Instance) -> Floats:
    """Return the cost of opening [site, tier]; without tiers there is one."""
    return instance.fixed_cost.reshape(n_sites(instance), -1) if n_sites(instance) else np.zeros((0, 1))


def tier_rooms(instance: Instance) -> Floats | None:
    """Return the capacity [site, tier], inf: no limit; None: none has one."""
    if instance.capacity is None:
        return None
    return instance.capacity.reshape(tier_costs(instance).shape)


def widest_rooms(instance: Instance) -> Floats | None:
    """Return the largest capacity of each site [site]."""
    rooms = tier_rooms(instance)
    return None if rooms is None else np.asarray(rooms.max(axis=1), dtype=np.float64)


def opened_tiers(instance: Instance, tier: Indices) -> tuple[Indices, Indices]:
    """Return the open sites and their tiers, from the tiers [site] (-1: closed)."""
    sites = np.flatnonzero(tier >= 0)
    return sites, np.minimum(tier[sites], tier_costs(instance).shape[1] - 1)
