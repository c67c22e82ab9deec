"""What the engines need to know of a `FacilityLocation` instance (see there for the meaning)."""

from typing import Protocol

from models.arrays import Floats


class Instance(Protocol):
    """The arrays of a `FacilityLocation`."""

    @property
    def cost(self) -> Floats:
        """Cost of serving all of a client from a site [client, site], inf where it cannot."""

    @property
    def fixed_cost(self) -> Floats:
        """Cost of opening [site]."""

    @property
    def demand(self) -> Floats | None:
        """Demand [client]; None: 1 each."""

    @property
    def capacity(self) -> Floats | None:
        """Capacity [site]; None: no limit."""

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
    sites = instance.fixed_cost.size
    return sites if instance.max_open is None else min(instance.max_open, sites)
