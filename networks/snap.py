"""Places put on the network: each joined to the nearest point where a lorry can get on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from networks.errors import NetworkError, TooFarError
from networks.nearest import nearest_points
from networks.network import REVERSE, Network, built
from networks.points import POINTS
from networks.split import WHOLE, cut_node_id, other_directions, require_new, split_links
from networks.tables import check_frame, stack
from networks.vehicle import LEAST_H, URBAN_KM_PER_H

PLACE = "place:"
CONNECTOR = "connector:"
CIRCUITY = 1.3
"""Length of the last kilometres over their great circle: the factor of the project's access table."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapped:
    """Where places join a network.

    Parameters
    ----------
    points
        One row a place, in the order given: point_id, lon, lat (degrees); link_id with fraction (0 to 1 of
        its length) where it joins between the ends of a link, or node_id; on_lon, on_lat (degrees) of that
        point; connector_km and connector_h of the way there.
    network
        The network that the places were put on.
    """

    points: pd.DataFrame
    network: Network

    @property
    def ids(self) -> list[str]:
        """Return the names of the places."""
        return [str(name) for name in self.points["point_id"]]

    @property
    def node_ids(self) -> list[str]:
        """Return the nodes that the places are in the joined network."""
        return [PLACE + name for name in self.ids]


def snap(
    network: Network,
    points: pd.DataFrame,
    *,
    max_km: float = 5.0,
    circuity: float = CIRCUITY,
    speed_km_per_h: float = URBAN_KM_PER_H,
) -> Snapped:
    """Find the point of the road network nearest to each place.

    Where a place may join is written in `networks.nearest`: on links marked `midway`, else at nodes, and only
    where every road reaches every other.

    Parameters
    ----------
    network
        With roads.
    points
        Columns point_id, lon, lat (degrees, WGS84).
    max_km
        Largest great circle distance to the network.
    circuity
        Length of a connector over its great circle.
    speed_km_per_h
        Speed on connectors.

    Raises
    ------
    TableError
        The points break their contract: each fault is named.
    TooFarError
        Points lie beyond `max_km`: all are named with their distance.
    """
    _check_positive(max_km=max_km, circuity=circuity, speed_km_per_h=speed_km_per_h)
    places = check_frame(points, POINTS, "points")[list(POINTS.names)]
    found = nearest_points(network, places)
    _check_distance(found, max_km)
    connector_km = found.pop("distance_km") * circuity
    hours = np.maximum(connector_km / speed_km_per_h, LEAST_H)
    return Snapped(points=found.assign(connector_km=connector_km, connector_h=hours), network=network)


def join(network: Network, *snapped: Snapped) -> Network:
    """Add places to a network.

    Each place becomes the node ``place:<point_id>``, tied by the links ``connector:<point_id>`` and
    ``connector:<point_id>~`` to a node or to a new node within a link. That link becomes the parts
    ``<link_id>#1``, ``<link_id>#2``, ...; its other direction ``<link_id>#1~``, ... Column `whole_link_id`
    names the link that a part was cut from (connectors: "").

    Parameters
    ----------
    network
        The network that the places were snapped on.
    snapped
        One or several sets of places; a place may be in several of them at the same point.

    Raises
    ------
    NetworkError
        The places were snapped on another network, or two places share a name.
    """
    if any(one.network is not network for one in snapped):
        raise NetworkError("the places were snapped on another network; call snap(network, points) with this one")
    places = pd.concat([one.points for one in snapped]).drop_duplicates(ignore_index=True)
    twice = places["point_id"][places["point_id"].duplicated()]
    if len(twice):
        raise NetworkError(f"places of one name lie at different points: {', '.join(twice.iloc[:10])}")
    places = _on_one_direction(network, places)
    cuts = _cuts(places)
    return _tied(split_links(network, cuts), places, cuts)


def _tied(cut: Network, places: pd.DataFrame, cuts: Mapping[str, list[float]]) -> Network:
    """Return the network with the nodes of places and their connectors."""
    own = places[["point_id", "lon", "lat"]].rename(columns={"point_id": "node_id"})
    own["node_id"] = PLACE + own["node_id"]
    connectors = _connectors(places, cuts)
    twice = connectors["link_id"][connectors["link_id"].duplicated()]
    if len(twice):
        raise NetworkError(f"two places would share the connector {twice.iloc[0]}; end no name of a place in {REVERSE}")
    require_new(cut.nodes["node_id"], own["node_id"], PLACE)
    require_new(cut.links["link_id"], connectors["link_id"], CONNECTOR)
    begins = len(cut.nodes) + np.arange(len(own))
    joints = cut.positions(connectors["destination_node_id"].iloc[: len(own)])
    tail, head = cut.ends()
    return built(
        nodes=stack([cut.nodes, own]),
        links=stack([cut.links, connectors]),
        ends=(np.concatenate([tail, begins, joints]), np.concatenate([head, joints, begins])),
        shapes=cut.shapes,
        provenance=cut.provenance,
        crs=cut.crs,
    )


def _check_positive(**options: float) -> None:
    for name, value in options.items():
        if not (np.isfinite(value) and value > 0.0):
            raise ValueError(f"found {name}={value!r}, expected a finite number above 0")


def _check_distance(found: pd.DataFrame, max_km: float) -> None:
    far = found[found["distance_km"] > max_km]
    if len(far):
        names = [
            f"{place.point_id} at {place.lon:g}, {place.lat:g} is {place.distance_km:.1f} km away"
            for place in far.sort_values("distance_km", ascending=False).itertuples()
        ]
        raise TooFarError(
            f"{len(far)} of {len(found)} points lie more than {max_km:g} km from the network: "
            f"{'; '.join(names)}. Check their coordinates, or allow more with max_km"
        )


def _on_one_direction(network: Network, places: pd.DataFrame) -> pd.DataFrame:
    """Return the places with every road named by one of its directions.

    Where each direction has a line of its own, places join now the one, now the other. A road that were cut twice
    would let them meet at its ends only.
    """
    names = set(places["link_id"])
    both = sorted(name for name in names if name.endswith(REVERSE) and name.removesuffix(REVERSE) in names)
    if not both:
        return places
    other = other_directions(network, network.link_positions(both))
    back = places["link_id"].isin([name for name, row in zip(both, other, strict=True) if row >= 0])
    return places.assign(
        link_id=places["link_id"].where(~back, places["link_id"].str.removesuffix(REVERSE)),
        fraction=places["fraction"].where(~back, (1.0 - places["fraction"]).round(9)),
    )


def _cuts(places: pd.DataFrame) -> dict[str, list[float]]:
    """Return the fractions, rising, at which each link is cut."""
    cuts: dict[str, list[float]] = {}
    for link, fraction in sorted(set(zip(places["link_id"], places["fraction"], strict=True))):
        if link:
            cuts.setdefault(link, []).append(fraction)
    return cuts


def _connectors(places: pd.DataFrame, cuts: Mapping[str, list[float]]) -> pd.DataFrame:
    """Return the links between places and network, both ways."""
    names = {
        (link, fraction): cut_node_id(link, number)
        for link, fractions in cuts.items()
        for number, fraction in enumerate(fractions, start=1)
    }
    joints = [
        names[link, fraction] if link else node
        for link, fraction, node in zip(places["link_id"], places["fraction"], places["node_id"], strict=True)
    ]
    out = pd.DataFrame(
        {
            "link_id": CONNECTOR + places["point_id"],
            "origin_node_id": PLACE + places["point_id"],
            "destination_node_id": pd.Series(joints, dtype="str"),
            "length_km": places["connector_km"],
            "travel_h": places["connector_h"],
            "highway": "connector",
            "mode": "road",
            "shape": 0,
            WHOLE: "",
        }
    )
    back = out.rename(columns={"origin_node_id": "destination_node_id", "destination_node_id": "origin_node_id"})
    return pd.concat([out, back.assign(link_id=out["link_id"] + REVERSE)], ignore_index=True)
