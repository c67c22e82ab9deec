"""Travel between many places: km, h and other sums along the best paths."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from networks.network import Network
from networks.snap import Snapped, join
from networks.trees import Floats, Ints, build_graph, grow, link_values

Places = Snapped | Sequence[str]

_PER_KM = "_per_km"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Travel:
    """What it takes to get from each origin to each destination.

    Parameters
    ----------
    km, h
        Length in km and time in h of the chosen path, float64 [origin, destination], read-only; inf where
        there is no path, 0 from a node to itself.
    origins, destinations
        Point ids (of `Snapped`) or node ids.
    sums
        Further columns added up along the same paths, each of shape [origin, destination].
    """

    km: Floats
    h: Floats
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    sums: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for values in (self.km, self.h, *self.sums.values()):
            values.setflags(write=False)
        object.__setattr__(self, "sums", MappingProxyType(dict(self.sums)))


def travel(
    network: Network,
    origins: Places,
    destinations: Places,
    *,
    by: str = "h",
    accumulate: Sequence[str] = (),
) -> Travel:
    """Measure the best paths from each origin to each destination.

    Parameters
    ----------
    network
        On which to travel. Where places were snapped on it, they are joined to it first; where it already
        holds them (it came from `join`), it is used as it is.
    origins, destinations
        `Snapped`, or node ids.
    by
        What the paths minimise: "h", "km", or a column of the links with numbers of at least 0.
    accumulate
        Columns of the links to add up along the same paths. A rate per km, ``<name>_per_km``, is multiplied by
        the length and comes back as ``<name>``; any other column is added once a link.

    Raises
    ------
    NetworkError
        A node or a column is unknown, or a weight is negative or not finite.
    """
    joined = with_places(network, origins, destinations)
    own = [link_values(joined, name) for name in ("km", "h")]
    sums = {name.removesuffix(_PER_KM): _values(joined, name) for name in accumulate}
    nodes = _nodes(joined, origins), _nodes(joined, destinations)
    km, h, *totals = _totals(joined, nodes, by, [*own, *sums.values()])
    return Travel(
        km=km,
        h=h,
        origins=_names(origins),
        destinations=_names(destinations),
        sums=dict(zip(sums, totals, strict=True)),
    )


def with_places(network: Network, *places: Places) -> Network:
    """Return `network` with the places of every `Snapped` that it does not yet hold."""
    known = set(network.nodes["node_id"])
    new = [one for one in places if isinstance(one, Snapped) and not known.issuperset(one.node_ids)]
    return join(network, *new) if new else network


def _names(places: Places) -> tuple[str, ...]:
    return tuple(places.ids if isinstance(places, Snapped) else places)


def _nodes(network: Network, places: Places) -> Ints:
    return network.positions(places.node_ids if isinstance(places, Snapped) else list(places))


def _values(network: Network, column: str) -> Floats:
    values = link_values(network, column)
    return values * link_values(network, "km") if column.endswith(_PER_KM) else values


def _totals(network: Network, ends: tuple[Ints, Ints], by: str, values: Sequence[Floats]) -> list[Floats]:
    """Add up each of `values` (shape [links]) along the paths; returns arrays [origin, destination]."""
    starts, goals = ends
    totals = [np.empty((len(starts), len(goals))) for _ in values]

    def every_pair(rows: Ints) -> tuple[Ints, Ints]:
        return np.repeat(np.arange(len(rows)), len(goals)), np.tile(goals, len(rows))

    for forest in grow(build_graph(network, by), starts, every_pair):
        for total, of_link in zip(totals, values, strict=True):
            total[forest.rows] = forest.down(of_link).reshape(len(forest.rows), len(goals))
    return totals
