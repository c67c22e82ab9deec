"""Collected ways of OpenStreetMap -> a directed network of one vehicle, with an account of what was left out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from networks.boundary import inside
from networks.cells import shown
from networks.disorder import disordered_ways
from networks.errors import SourceError
from networks.geodesy import reverse_line
from networks.network import REVERSE, Network
from networks.parts import Parts, cut_at_junctions, segments_km
from networks.roads import Lane, Road
from networks.simplify import simplify
from networks.vehicle import LEAST_H
from networks.ways import Points, Ways

if TYPE_CHECKING:
    from shapely import MultiPolygon, Polygon

LICENCE = "© OpenStreetMap contributors, ODbL 1.0"
MOST_MISSING = 0.1
"""A source that lacks more than this share of the points of its roads is refused: it was cut or badly sorted."""

_FERRY_KM_PER_H = (1.0, 60.0)
_SHOWN = 10

Floats = NDArray[np.float64]


def build_network(
    ways: Ways,
    source: Mapping[str, str],
    *,
    boundary: "Polygon | MultiPolygon | None" = None,
) -> Network:
    """Return the network of the collected ways, simplified to junctions.

    Parameters
    ----------
    ways
        All of the source.
    source
        Where they come from; "source" is the name that messages use. Goes into the provenance.
    boundary
        Only stretches between points inside count.

    Returns
    -------
    Network
        Links have the columns of `networks.network.LINKS` and: ref, name, toll, lanes (as tagged, both directions
        together; NaN unknown), speed_km_per_h, speed_imputed, terrain ("unknown"). A link is named
        ``<way id>_<number along the way>``, the other direction ends in ``~``. Lengths are geodesic on WGS84.

    Raises
    ------
    SourceError
        No road is left, or too many points are missing.
    """
    name = source["source"]
    points = ways.points()
    known = np.isfinite(points.lon) & np.isfinite(points.lat)
    _check_known(known, name)
    usable = known if boundary is None else known & inside(boundary, points.lon, points.lat)
    parts = cut_at_junctions(points, usable)
    if not len(parts.way):
        raise SourceError(_nothing_left(ways, name, int(known.sum()), bounded=boundary is not None))
    links, doubled = _links(ways, parts, _whole_km(ways, points, known))
    network = simplify(Network(nodes=_nodes(parts), links=links))
    warnings = "; ".join([*_doubts_of_points(ways, points, known), *_doubts(ways, doubled)])
    return replace(network, provenance={**source, **_account(ways, network), "warnings": warnings})


def _check_known(known: NDArray[np.bool_], name: str) -> None:
    missing = 1.0 - known.mean() if len(known) else 0.0
    if missing > MOST_MISSING:
        raise SourceError(
            f"{name}: {missing:.0%} of the points of its roads are missing, expected less than {MOST_MISSING:.0%}; the "
            "file was cut, or its ways stand before its nodes: fetch it again, or sort it with `osmium sort`"
        )


def _nothing_left(ways: Ways, name: str, known: int, *, bounded: bool) -> str:
    if not ways.read:
        return f"{name}: holds no road at all; check that it is a road extract and complete"
    if not len(ways.way_id):
        reasons = "; ".join(f"{reason}: {count}" for reason, count in ways.left_out.most_common())
        return f"{name}: none of its {ways.read} ways is open to {ways.vehicle.name} ({reasons})"
    if bounded and known:
        return f"{name}: no road lies inside the boundary; check that both speak of the same area"
    return f"{name}: its {len(ways.way_id)} roads have no two points with coordinates; fetch the file again"


def _nodes(parts: Parts) -> pd.DataFrame:
    rows = np.concatenate([parts.first, parts.last])
    node_id, first = np.unique(parts.points.node_id[rows], return_index=True)
    at = rows[first]
    texts = pd.Series(node_id.astype("str").tolist(), dtype="str")
    return pd.DataFrame({"node_id": texts, "lon": parts.points.lon[at], "lat": parts.points.lat[at]})


def _links(ways: Ways, parts: Parts, whole_km: Mapping[int, float]) -> tuple[pd.DataFrame, int]:
    """Return one row per direction, sorted by way, and how many were there twice."""
    roads, rule = ways.roads()
    refs, names = ways.labels()
    row = parts.way
    of = rule[row]
    way_id = np.frombuffer(ways.way_id, dtype=np.int64)[row]
    number = _numbers(way_id)
    frame = pd.DataFrame(
        {
            "link_id": [f"{way}_{at}" for way, at in zip(way_id.tolist(), number.tolist(), strict=True)],
            "origin_node_id": parts.points.node_id[parts.first].astype("str"),
            "destination_node_id": parts.points.node_id[parts.last].astype("str"),
            "length_km": parts.length_km,
            "highway": np.array([road.highway for road in roads])[of],
            "ref": np.array(refs, dtype=object)[row],
            "name": np.array(names, dtype=object)[row],
            "toll": np.array([road.toll for road in roads])[of],
            "lanes": np.array([road.lanes for road in roads])[of],
            "mode": "road",
            "midway": np.array([road.midway for road in roads])[of],
            "terrain": "unknown",
            "geometry": _lines(parts),
        }
    )
    ferry_km_per_h = _ferry_km_per_h(roads, rule, whole_km)[row]
    sides = [
        _side(frame, [road.forward for road in roads], of, ferry_km_per_h),
        _turned(_side(frame, [road.backward for road in roads], of, ferry_km_per_h)),
    ]
    links = pd.concat(sides)
    both = links.index.to_numpy()
    links = links.iloc[np.lexsort((links["link_id"].str.endswith(REVERSE), number[both], way_id[both]))]
    twice = links.duplicated(["origin_node_id", "destination_node_id", "travel_h", "highway", "geometry"])
    return links[~twice].reset_index(drop=True), int(twice.sum())


def _side(frame: pd.DataFrame, lanes: list[Lane | None], of: NDArray[np.int64], ferry_km_per_h: Floats) -> pd.DataFrame:
    """Return the rows of `frame` that are open in one direction, with their speed and time."""
    speed = np.array([lane.speed_km_per_h if lane else np.nan for lane in lanes])[of]
    imputed = np.array([lane.speed_imputed if lane else False for lane in lanes])[of]
    timed = np.isfinite(speed) & np.isfinite(ferry_km_per_h)
    speed = np.where(timed, ferry_km_per_h, speed)
    side: pd.DataFrame = frame.assign(speed_km_per_h=speed, speed_imputed=imputed & ~timed)[np.isfinite(speed)]
    return side.assign(travel_h=np.maximum(side["length_km"] / side["speed_km_per_h"], LEAST_H))


def _turned(side: pd.DataFrame) -> pd.DataFrame:
    return side.assign(
        link_id=side["link_id"] + REVERSE,
        origin_node_id=side["destination_node_id"],
        destination_node_id=side["origin_node_id"],
        geometry=pd.Series([reverse_line(line) for line in side["geometry"]], index=side.index, dtype="str"),
    )


def _numbers(way_id: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 1, 2, ... along each way; parts of one way stand together."""
    begins = np.flatnonzero(np.diff(way_id, prepend=way_id[:1] - 1))
    return np.arange(len(way_id)) - np.repeat(begins, np.diff([*begins, len(way_id)])) + 1


def _lines(parts: Parts) -> list[str]:
    """Return 'lon lat;lon lat;...' of each part with 5 decimals (1 m)."""
    places = zip(parts.points.lon.tolist(), parts.points.lat.tolist(), strict=True)
    texts = [f"{lon:.5f} {lat:.5f}" for lon, lat in places]
    ends = zip(parts.first.tolist(), parts.last.tolist(), strict=True)
    return [";".join(texts[first : last + 1]) for first, last in ends]


def _whole_km(ways: Ways, points: Points, known: NDArray[np.bool_]) -> dict[int, float]:
    """Return the length of each ferry with a duration, whatever the boundary leaves of it."""
    roads, rule = ways.roads()
    timed = [row for row, number in enumerate(rule.tolist()) if roads[number].duration_h is not None]
    lengths = {}
    for row in timed:
        begin, end = np.searchsorted(points.way, [row, row + 1])
        there = known[begin:end]
        lengths[row] = float(segments_km(points.lon[begin:end][there], points.lat[begin:end][there]).sum())
    return lengths


def _ferry_km_per_h(roads: list[Road], rule: NDArray[np.int64], whole_km: Mapping[int, float]) -> Floats:
    """Return for each way its speed by its duration, NaN where there is none that can be believed."""
    speeds = np.full(len(rule), np.nan)
    for row, length_km in whole_km.items():
        speed = length_km / (roads[rule[row]].duration_h or np.inf)
        if _FERRY_KM_PER_H[0] <= speed <= _FERRY_KM_PER_H[1]:
            speeds[row] = speed
    return speeds


def _account(ways: Ways, network: Network) -> dict[str, str]:
    links = network.links
    imputed_km = float(links.loc[links["speed_imputed"], "length_km"].sum())
    return {
        "licence": LICENCE,
        "vehicle": ways.vehicle.name,
        "year": "" if ways.year is None else str(ways.year),
        "lengths": "geodesic on WGS84",
        "ways_read": str(ways.read),
        "ways_kept": str(len(set(ways.way_id))),
        "ways_left_out": "; ".join(f"{reason}: {count}" for reason, count in sorted(ways.left_out.items())),
        "nodes": str(len(network.nodes)),
        "links": str(len(links)),
        "length_km": f"{links['length_km'].sum():.1f}",
        "imputed_share_of_length": f"{imputed_km / max(float(links['length_km'].sum()), LEAST_H):.4f}",
    }


def _doubts_of_points(ways: Ways, points: Points, known: NDArray[np.bool_]) -> list[str]:
    cut = len(np.unique(points.way[~known]))
    odd = [ways.way_id[row] for row in disordered_ways(points)]
    named = ", ".join(map(str, odd[:_SHOWN])) + (", ..." if len(odd) > _SHOWN else "")
    lacking = f"{cut} roads lack nodes and were cut there"
    jumping = (
        f"{len(odd)} roads jump back over their whole length: their points seem to be in the wrong order, and "
        f"distances there are wrong (ways {named})"
    )
    return [sentence for holds, sentence in ((cut, lacking), (odd, jumping)) if holds]


def _doubts(ways: Ways, doubled: int) -> list[str]:
    common = ", ".join(f"{shown(text)} ({count})" for text, count in ways.unread.most_common(_SHOWN))
    more = f" and {len(ways.unread) - _SHOWN} more" if len(ways.unread) > _SHOWN else ""
    sentences = (
        (ways.oneway_lost, "no way has a tag of direction: it was lost, all roads but rings are two-way"),
        (ways.doubled, f"{ways.doubled} ways came twice and were read once"),
        (doubled, f"{doubled} links lay on others and were left out"),
        (ways.with_hours, f"{ways.with_hours} roads are closed at certain hours, which is not read"),
        (ways.unread, f"tags not understood were passed over: {common}{more}"),
        (True, "turn restrictions and barriers on nodes are not read"),
    )
    return [sentence for holds, sentence in sentences if holds]
