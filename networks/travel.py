"""Travel between many places: km, h and other sums along the best paths."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from networks.errors import NetworkError
from networks.network import ARRIVAL, Network
from networks.prepared import Engine, as_kept, chosen
from networks.snap import Snapped, join
from networks.trees import Floats, Graph, Ints, build_graph, grow, link_values

Places = Snapped | Sequence[str]

_PER_KM = "_per_km"
_TOLL = "toll km on "
"""Begins the name, among columns, of the km of toll roads of a class."""


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
    toll_km
        Length in km of the toll roads on the same paths by class of road (`highway`), where it was asked for.
    engine
        What found the paths: "dijkstra" or "hierarchy".
    """

    km: Floats
    h: Floats
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    sums: Mapping[str, Floats] = field(default_factory=dict)
    toll_km: Mapping[str, Floats] = field(default_factory=dict)
    engine: str = "dijkstra"

    def __post_init__(self) -> None:
        for values in (self.km, self.h, *self.sums.values(), *self.toll_km.values()):
            values.setflags(write=False)
        object.__setattr__(self, "sums", MappingProxyType(dict(self.sums)))
        object.__setattr__(self, "toll_km", MappingProxyType(dict(self.toll_km)))

    def unreachable(self) -> Iterator[tuple[str, str]]:
        """Yield each pair (origin, destination) that no path joins, in order."""
        for origin, lengths in zip(self.origins, self.km, strict=True):
            for column in np.flatnonzero(np.isinf(lengths)):
                yield origin, self.destinations[column]


def travel(  # noqa: PLR0913  (three places and measures, four options by name)
    network: Network,
    origins: Places,
    destinations: Places,
    *,
    by: str = "h",
    accumulate: Sequence[str] = (),
    toll_classes: bool = False,
    weights: Floats | None = None,
    engine: Engine = "auto",
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
    toll_classes
        Whether to add up the km of links whose `toll` is true, for each class in `highway`.
    weights
        Minimised instead of `by`, one a link (of the network with the places joined), at least 0; inf closes a
        link. A hierarchy of the same network is adapted, which is much faster than building one: for scenarios of
        speeds, tolls and closures. Sums are of the columns still.
    engine
        "dijkstra", "hierarchy", or "auto": as `networks.prepared` says. The paths are the same.

    Raises
    ------
    NetworkError
        A node, a column or the engine is unknown, or a weight is negative or not finite.
    """
    joined = with_places(network, origins, destinations)
    names = {name.removesuffix(_PER_KM): name for name in accumulate}
    tolls = {name.removeprefix(_TOLL): name for name in _toll_columns(joined)} if toll_classes else {}
    columns = ["km", "h", *names.values(), *tolls.values()]
    nodes = joined.positions(_node_ids(origins)), joined.arrivals(_node_ids(destinations))
    prepared = chosen(joined, len(nodes[0]), engine, by, weights)
    if prepared is None:
        values = [_values(joined, name) for name in columns]
        totals = _totals(build_graph(joined, by, weights), nodes, values)
    else:
        totals = prepared.between(nodes, columns, lambda name: _values(joined, name))
    for origin, destination in _at_home(joined, nodes[0], _node_ids(destinations)):
        for total in totals:
            total[origin, destination] = 0.0
    km, h, *others = totals
    return Travel(
        km=km,
        h=h,
        origins=_names(origins),
        destinations=_names(destinations),
        sums=dict(zip(names, others[: len(names)], strict=True)),
        toll_km=dict(zip(tolls, others[len(names) :], strict=True)),
        engine="dijkstra" if prepared is None else "hierarchy",
    )


def with_places(network: Network, *places: Places) -> Network:
    """Return `network` with the places of every `Snapped` that it does not yet hold.

    Raises
    ------
    NetworkError
        It holds places of the same names elsewhere.
    """
    snapped = [one for one in places if isinstance(one, Snapped)]
    known = set(network.nodes["node_id"]) if snapped else set()
    new = [one for one in snapped if not known.issuperset(one.node_ids)]
    for one in snapped:
        if one not in new:
            _check_held(network, one)
    if not new:
        return network
    joined = join(network, *new)
    as_kept(joined, network)
    return joined


def _check_held(network: Network, snapped: Snapped) -> None:
    """Refuse places that share their names with others which the network holds: distances would be theirs."""
    held = network.nodes.iloc[network.positions(snapped.node_ids)].reset_index(drop=True)
    moved = (held["lon"] != snapped.points["lon"]) | (held["lat"] != snapped.points["lat"])
    if moved.any():
        names = ", ".join(snapped.points["point_id"][moved].head(10))
        raise NetworkError(f"the network holds other places of the names {names}; give one of them another point_id")


def _names(places: Places) -> tuple[str, ...]:
    return tuple(places.ids if isinstance(places, Snapped) else places)


def _node_ids(places: Places) -> list[str]:
    return places.node_ids if isinstance(places, Snapped) else list(places)


def _at_home(network: Network, starts: Ints, destinations: list[str]) -> list[tuple[int, int]]:
    """Return the pairs from a node to itself where trips to it end at another one (`networks.network.ARRIVAL`)."""
    if ARRIVAL not in network.nodes:
        return []
    goals = network.positions(destinations)
    apart = np.flatnonzero(goals != network.arrivals(destinations))
    return [(int(row), int(column)) for column in apart for row in np.flatnonzero(starts == goals[column])]


def _toll_columns(network: Network) -> list[str]:
    """Return a name for each class of road that has a toll somewhere.

    Raises
    ------
    NetworkError
        The links do not say where tolls are.
    """
    tolled = link_values(network, "toll") > 0.0
    return [f"{_TOLL}{name}" for name in sorted(set(network.links["highway"][tolled]))]


def _values(network: Network, column: str) -> Floats:
    if column.startswith(_TOLL):
        of_class = (network.links["highway"] == column.removeprefix(_TOLL)).to_numpy(dtype=np.bool_)
        return np.where(of_class & (link_values(network, "toll") > 0.0), link_values(network, "km"), 0.0)
    values = link_values(network, column)
    return values * link_values(network, "km") if column.endswith(_PER_KM) else values


def _totals(graph: Graph, ends: tuple[Ints, Ints], values: Sequence[Floats]) -> list[Floats]:
    """Add up each of `values` (shape [links]) along the paths; returns arrays [origin, destination]."""
    starts, goals = ends
    totals = [np.empty((len(starts), len(goals))) for _ in values]

    def every_pair(rows: Ints) -> tuple[Ints, Ints]:
        return np.repeat(np.arange(len(rows)), len(goals)), np.tile(goals, len(rows))

    for forest in grow(graph, starts, every_pair):
        for total, of_link in zip(totals, values, strict=True):
            total[forest.rows] = forest.down(of_link).reshape(len(forest.rows), len(goals))
    return totals
