"""What the engines need to know of a `HubPlacement` instance (see there for the meaning)."""

from typing import Protocol

from models.arrays import Flags, Floats, Indices
from models.placement.terms import Terms


class Instance(Protocol):
    """The arrays of a `HubPlacement`."""

    @property
    def amount(self) -> Floats:
        """Amounts [flow]."""

    @property
    def direct_cost(self) -> Floats:
        """Cost per unit of the direct way [flow], inf where there is none."""

    @property
    def route_flow(self) -> Indices:
        """Flow [route]."""

    @property
    def route_site(self) -> Indices:
        """Site [route]."""

    @property
    def route_cost(self) -> Floats:
        """Cost per unit [route]."""

    @property
    def route_resource(self) -> Indices:
        """Resource of the site that the route uses [route]."""

    @property
    def option_site(self) -> Indices:
        """Site [option]."""

    @property
    def option_cost(self) -> Floats:
        """Fixed cost [option]."""

    @property
    def option_capacity(self) -> Floats:
        """Capacities [option, resource]."""

    @property
    def standing(self) -> Flags:
        """Whether the site exists already [site]."""

    @property
    def forced_open(self) -> tuple[int, ...]:
        """Sites that must be open."""

    @property
    def forced_closed(self) -> tuple[int, ...]:
        """Sites that must be closed."""

    @property
    def terms(self) -> Terms:
        """Periods, levels, rules, second hubs, measures, minimum throughput and clients."""
