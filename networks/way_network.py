"""Ways of rails and rivers -> directed links between the points where ways meet, plainly and exactly.

These networks are small (all railways of Vietnam: 3,400 ways), so nothing is compiled or merged. Long ways are cut
now and then, so that a quay or a yard finds a node near it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from networks.errors import SourceError
from networks.geodesy import Floats
from networks.network import REVERSE, Network
from networks.osm_file import LICENCE, MOST_MISSING, sha256
from networks.parts import segments_km
from networks.shapes import shapes_of_points
from networks.source_ways import SourceWay
from networks.vehicle import LEAST_H

CUT_KM = 2.0
"""A link ends at the first point of its way after so many km, if not at a junction before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A way that carries traffic.

    Parameters
    ----------
    way
        As read.
    speed_km_per_h
        Of the traffic.
    extra_h
        Time besides, over the whole way (locks).
    forward, backward
        Whether it may be used as drawn and the other way.
    columns
        Of its links.
    """

    way: SourceWay
    speed_km_per_h: float
    extra_h: float = 0.0
    forward: bool = True
    backward: bool = True
    columns: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Points `first` to `last` of a line, the `number`-th (1, 2, ...) of its way."""

    line: Line
    number: int
    first: int
    last: int
    length_km: float
    whole_km: float


def account_of(path: Path, reasons: Sequence[str], unread: Counter[str]) -> dict[str, str]:
    """Return the provenance of a file of ways.

    Parameters
    ----------
    path
        The file.
    reasons
        Why each way was left out, "" where it was kept.
    unread
        How often each ``key=value`` was not understood.
    """
    left_out = Counter(filter(None, reasons))
    return {
        "source": path.name,
        "sha256": sha256(path),
        "licence": LICENCE,
        "lengths": "geodesic on WGS84",
        "ways_read": str(len(reasons)),
        "ways_kept": str(len(reasons) - left_out.total()),
        "ways_left_out": "; ".join(f"{reason}: {count}" for reason, count in sorted(left_out.items())),
        "tags_not_understood": ", ".join(f"{text} ({count})" for text, count in unread.most_common(10)),
    }


def network_of(lines: Sequence[Line], mode: str, provenance: Mapping[str, str]) -> Network:
    """Return the network of one mode.

    Parameters
    ----------
    lines
        Ways with traffic.
    mode
        "rail" or "waterway": stands before the ids of nodes and links, so that a level crossing, one node of road
        and rail on OpenStreetMap, joins nothing.
    provenance
        "source" is the name that messages use.

    Returns
    -------
    Network
        Links ``<mode>:<way id>_<number>`` and, back, the same with ``~``; nodes ``<mode>:<node id>``. Lengths are
        geodesic on WGS84. Two ways meet where they share a node, whatever the angle: trains turn in yards.

    Raises
    ------
    SourceError
        No line has two points with coordinates, or too many points are missing.
    """
    _check_points(lines, provenance["source"])
    parts = list(_parts(lines))
    if not parts:
        reasons = f" ({provenance['ways_left_out']})" if provenance.get("ways_left_out") else ""
        raise SourceError(
            f"{provenance['source']}: no {mode} of freight has two points with coordinates{reasons}; check that it is "
            "the right extract and complete"
        )
    return Network(
        nodes=_nodes(parts, mode),
        links=_links(parts, mode),
        provenance=provenance,
        shapes=shapes_of_points([part.line.way.points[part.first : part.last + 1] for part in parts]),
    )


def _check_points(lines: Sequence[Line], source: str) -> None:
    points = np.concatenate([np.zeros((0, 2)), *(line.way.points for line in lines)])
    missing = 1.0 - float(np.isfinite(points).all(axis=1).mean()) if len(points) else 0.0
    if missing > MOST_MISSING:
        raise SourceError(
            f"{source}: {missing:.0%} of the points of its ways are missing, expected less than {MOST_MISSING:.0%}; "
            "the file was cut, or its ways stand before its nodes: fetch it again, or sort it with `osmium sort`"
        )


def _parts(lines: Sequence[Line]) -> Iterator[_Part]:
    visits = Counter(node for line in lines for node in _without_repeats(line.way.node_ids))
    for line in lines:
        way = line.way
        steps = segments_km(way.points[:, 0], way.points[:, 1]) if len(way.points) > 1 else np.zeros(0)
        whole_km = float(np.nansum(steps))
        for number, (first, last) in enumerate(_cuts(way.node_ids, steps, visits), start=1):
            length_km = float(steps[first:last].sum())
            yield _Part(line=line, number=number, first=first, last=last, length_km=length_km, whole_km=whole_km)


def _without_repeats(node_ids: Sequence[str]) -> Iterator[str]:
    """Yield the nodes of a way; one that is repeated at once comes once."""
    return (node for at, node in enumerate(node_ids) if at == 0 or node != node_ids[at - 1])


def _cuts(node_ids: Sequence[str], steps: Floats, visits: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last point of each part: cut at junctions, after `CUT_KM`, and where a point is missing."""
    first = 0
    run_km = 0.0
    for last in range(1, len(node_ids)):
        if not np.isfinite(steps[last - 1]):
            yield from _without_ring(node_ids, first, last - 1)
            first, run_km = last, 0.0
            continue
        run_km += float(steps[last - 1])
        ends = last == len(node_ids) - 1
        if ends or visits[node_ids[last]] > 1 or run_km >= CUT_KM:
            yield from _without_ring(node_ids, first, last)
            first, run_km = last, 0.0


def _without_ring(node_ids: Sequence[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield a part, in two where it ends at the node where it began; none where it never left it."""
    if node_ids[first] != node_ids[last]:
        yield first, last
        return
    elsewhere = [row for row in range(first, last) if node_ids[row] != node_ids[first]]
    if elsewhere:
        middle = elsewhere[(len(elsewhere) - 1) // 2]
        yield first, middle
        yield middle, last


def _nodes(parts: Sequence[_Part], mode: str) -> pd.DataFrame:
    at = {part.line.way.node_ids[row]: part.line.way.points[row] for part in parts for row in (part.first, part.last)}
    points = np.array(list(at.values()))
    ids = pd.Series([f"{mode}:{node}" for node in at], dtype="str")
    return pd.DataFrame({"node_id": ids, "lon": points[:, 0], "lat": points[:, 1], "mode": mode})


def _links(parts: Sequence[_Part], mode: str) -> pd.DataFrame:
    rows = [row for code, part in enumerate(parts, start=1) for row in _directions(part, code, mode)]
    return pd.DataFrame(rows).assign(mode=mode, highway="", midway=False)


def _directions(part: _Part, code: int, mode: str) -> Iterator[dict[str, object]]:
    line = part.line
    share = part.length_km / part.whole_km if part.whole_km else 0.0
    travel_h = part.length_km / line.speed_km_per_h + line.extra_h * share
    ends = [f"{mode}:{line.way.node_ids[row]}" for row in (part.first, part.last)]
    for is_open, back in ((line.forward, ""), (line.backward, REVERSE)):
        if is_open:
            yield {
                "link_id": f"{mode}:{line.way.way_id}_{part.number}{back}",
                "origin_node_id": ends[1] if back else ends[0],
                "destination_node_id": ends[0] if back else ends[1],
                "length_km": part.length_km,
                "travel_h": max(travel_h, LEAST_H),
                "shape": -code if back else code,
                "speed_km_per_h": line.speed_km_per_h,
                **line.columns,
            }
