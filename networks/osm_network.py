"""Ways that a vehicle may use -> its directed network, with an account of what was left out."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from networks.barriers import closed_nodes
from networks.boundary import inside
from networks.cells import shown
from networks.disorder import disordered_ways
from networks.errors import SourceError
from networks.junctions import Links
from networks.network import Network, with_provenance
from networks.osm_file import LICENCE, MOST_MISSING
from networks.osm_links import Directed, Junctions, assemble, directed, without_doubles
from networks.parts import Parts, cut_at_junctions, segments_km
from networks.shapes import Ints
from networks.turns import Turned, obey
from networks.vehicle import LEAST_H
from networks.ways import Ways

if TYPE_CHECKING:
    from shapely import MultiPolygon, Polygon

_FERRY_KM_PER_H = (1.0, 60.0)
_SHOWN = 10

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def build_network(
    ways: Ways,
    source: Mapping[str, str],
    *,
    boundary: "Polygon | MultiPolygon | None" = None,
    doubts: Collection[str] = (),
) -> Network:
    """Return the network of the ways, simplified to junctions.

    Parameters
    ----------
    ways
        All of the source that the vehicle may use.
    source
        Where they come from; "source" is the name that messages use. Goes into the provenance.
    boundary
        Only stretches between points inside count.
    doubts
        What is to be said of the boundary; goes into the warnings.

    Returns
    -------
    Network
        Links have the columns of `networks.network.LINKS` and: ref, name, toll, lanes (as tagged, both directions
        together; NaN unknown), speed_km_per_h, speed_imputed, terrain ("unknown"). A link is named
        ``<way id>_<number along the way>``, the other direction ends in ``~``. Lengths are geodesic on WGS84. A node
        is named by its id on OpenStreetMap; where turns are banned or a barrier stands it has copies ``<id>.1``, ...;
        links of class "turn", without length, join those between which one may turn (`networks.turns`).

    Raises
    ------
    SourceError
        No road is left, or too many points are missing.
    """
    name = source["source"]
    points = ways.points
    known = np.isfinite(points.lon) & np.isfinite(points.lat)
    _check_known(known, name)
    usable = known if boundary is None else known & inside(boundary, points.lon, points.lat)
    closed = closed_nodes(ways.barriers, ways.vehicle)
    closed = closed[np.isin(closed, points.node_id)]
    parts = cut_at_junctions(points, usable, np.isin(points.node_id, closed) if len(closed) else None)
    if not len(parts.way):
        raise SourceError(_nothing_left(ways, name, int(known.sum()), bounded=boundary is not None))
    nodes, ends = _nodes(parts, closed)
    every = directed(ways, parts, ends, _ferry_km_per_h(ways, _whole_km(ways, known)))
    links, doubled = without_doubles(every, ways, parts)
    turned, turns_unread = _turned(ways, parts, nodes, links)
    links = links.with_again(turned.again, ways.way_id[parts.way])
    junctions = Junctions(point=np.concatenate([nodes, nodes[turned.copy_of]]), turned=turned)
    network = assemble(ways, parts, links, junctions)
    doubts = [*doubts, *_doubts_of_points(ways, known), *_doubts(ways, doubled, turns_unread)]
    account = _account(ways, barriers=len(closed), turns=turned.banned) | _counted(network)
    return with_provenance(network, {**source, **account, "warnings": "; ".join(doubts)})


def _check_known(known: Flags, name: str) -> None:
    missing = 1.0 - known.mean() if len(known) else 0.0
    if missing > MOST_MISSING:
        raise SourceError(
            f"{name}: {missing:.0%} of the points of its roads are missing, expected less than {MOST_MISSING:.0%}; the "
            "file was cut, or its ways stand before its nodes: fetch it again, or sort it with `osmium sort`"
        )


def _nothing_left(ways: Ways, name: str, known: int, *, bounded: bool) -> str:
    if not ways.account.read:
        return f"{name}: holds no road at all; check that it is a road extract and complete"
    if not len(ways.way_id):
        reasons = "; ".join(f"{reason}: {count}" for reason, count in ways.account.left_out.most_common())
        return f"{name}: none of its {ways.account.read} ways is open to {ways.vehicle.name} ({reasons})"
    if bounded and known:
        return f"{name}: no road lies inside the boundary; check that both speak of the same area"
    return f"{name}: its {len(ways.way_id)} roads have no two points with coordinates; fetch the file again"


def _nodes(parts: Parts, closed: Ints) -> tuple[Ints, tuple[Ints, Ints]]:
    """Return a point of each node, and the rows of the ends of each part: a node of its own at a closed barrier."""
    rows = np.concatenate([parts.first, parts.last])
    _, first, node = np.unique(parts.points.node_id[rows], return_index=True, return_inverse=True)
    shut = np.flatnonzero(np.isin(parts.points.node_id[rows], closed))
    shut = shut[np.isin(np.arange(len(rows)), first, invert=True)[shut]]
    node[shut] = len(first) + np.arange(len(shut))
    ends = np.split(node.astype(np.int64), 2)
    return np.concatenate([rows[first], rows[shut]]), (ends[0], ends[1])


def _turned(ways: Ways, parts: Parts, nodes: Ints, links: Directed) -> tuple[Turned, int]:
    known = parts.points.node_id[nodes]
    junctions = known[: int(np.argmax(np.diff(known, append=known[-1] - 1) <= 0)) + 1]  # copies stand behind
    return obey(
        Links(
            way_id=ways.way_id[parts.way[links.part]],
            tail=links.tail,
            head=links.head,
            node_id=junctions,
            nodes=len(nodes),
        ),
        ways.restrictions,
        ways.vehicle,
    )


def _whole_km(ways: Ways, known: Flags) -> dict[int, float]:
    """Return the length of each ferry with a duration, whatever the boundary leaves of it."""
    points = ways.points
    timed = np.flatnonzero(np.array([road.duration_h is not None for road in ways.roads], dtype=np.bool_)[ways.road])
    lengths = {}
    for row in timed.tolist():
        begin, end = np.searchsorted(points.way, [row, row + 1])
        there = known[begin:end]
        lengths[row] = float(segments_km(points.lon[begin:end][there], points.lat[begin:end][there]).sum())
    return lengths


def _ferry_km_per_h(ways: Ways, whole_km: Mapping[int, float]) -> Floats:
    """Return for each way its speed by its duration, NaN where there is none that can be believed."""
    speeds = np.full(len(ways.road), np.nan)
    for row, length_km in whole_km.items():
        speed = length_km / (ways.roads[ways.road[row]].duration_h or np.inf)
        if _FERRY_KM_PER_H[0] <= speed <= _FERRY_KM_PER_H[1]:
            speeds[row] = speed
    return speeds


def _counted(network: Network) -> dict[str, str]:
    links = network.links
    imputed_km = float(links.loc[links["speed_imputed"], "length_km"].sum())
    return {
        "nodes": str(len(network.nodes)),
        "links": str(len(links)),
        "length_km": f"{links['length_km'].sum():.1f}",
        "imputed_share_of_length": f"{imputed_km / max(float(links['length_km'].sum()), LEAST_H):.4f}",
    }


def _account(ways: Ways, barriers: int, turns: int) -> dict[str, str]:
    left_out = sorted(ways.account.left_out.items())
    return {
        "licence": LICENCE,
        "vehicle": ways.vehicle.name,
        "toll_group": str(ways.vehicle.toll_group),
        "year": "" if ways.year is None else str(ways.year),
        "lengths": "geodesic on WGS84",
        "ways_read": str(ways.account.read),
        "ways_kept": str(ways.account.kept),
        "ways_left_out": "; ".join(f"{reason}: {count}" for reason, count in left_out),
        "barriers_closed": str(barriers),
        "turns_banned": str(turns),
    }


def _doubts_of_points(ways: Ways, known: Flags) -> list[str]:
    cut = len(np.unique(ways.points.way[~known]))
    odd = ways.way_id[disordered_ways(ways.points)].tolist()
    named = ", ".join(map(str, odd[:_SHOWN])) + (", ..." if len(odd) > _SHOWN else "")
    lacking = f"{cut} roads lack nodes and were cut there"
    jumping = (
        f"{len(odd)} roads jump back over their whole length: their points seem to be in the wrong order, and "
        f"distances there are wrong (ways {named})"
    )
    return [sentence for holds, sentence in ((cut, lacking), (odd, jumping)) if holds]


def _doubts(ways: Ways, doubled: int, turns_unread: int) -> list[str]:
    account = ways.account
    most = account.unread.most_common(_SHOWN)
    common = ", ".join(f"{shown(text.replace('; ', ';'))} ({count})" for text, count in most)  # "; " parts warnings
    more = f" and {len(account.unread) - _SHOWN} more" if len(account.unread) > _SHOWN else ""
    sentences = (
        (account.oneway_lost, "no way has a tag of direction: it was lost, all roads but rings are two-way"),
        (account.doubled, f"{account.doubled} ways came twice and were read once"),
        (doubled, f"{doubled} links lay on others and were left out"),
        (account.with_hours, f"{account.with_hours} roads are closed at certain hours, which is not read"),
        (turns_unread, f"{turns_unread} turn restrictions lack members or clash with others and are not read"),
        (account.unread, f"tags not understood were passed over: {common}{more}"),
    )
    return [sentence for holds, sentence in sentences if holds]
