"""Railways of OpenStreetMap -> the network of freight trains, one layer a gauge.

Lines: ``railway=rail`` and ``narrow_gauge``; those of tourists, tests and the military, and those for passengers only
(``railway:traffic_mode``), are left out, as is what is disused, planned or being built (another value of ``railway``).

Gauge: ``gauge`` in mm, several with ``;`` where tracks carry both. Tracks on which none can be read carry every gauge
of the tracks that they lead to, directly or over others without (a bridge that nobody tagged closes no line; no train
comes off its gauge by it); where none leads to a gauge, that of the caller. They are marked as imputed.

Speed: the smaller of `RAIL_KM_PER_H` of the line's usage and ``maxspeed``. Without a readable ``maxspeed`` it is
marked as imputed.

Sources: the OpenStreetMap wiki, pages "Tag:railway=rail", "Key:gauge", "Key:usage", "Key:service:railway". Speeds are
assumptions after the bundled table of northern Vietnam (main lines 40 to 60 km/h, branches 30, lines of ports and
works 15), between stops; the waiting of freight trains belongs to transfers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from networks.gauges import BETWEEN, by_gauge, gauge_gaps
from networks.network import Network
from networks.source_ways import SourceWay, read_ways
from networks.tag_values import read_count, read_speed_km_per_h, read_words
from networks.way_network import Line, account_of, network_of

RAIL = "rail"
METRE_MM = 1000
"""Gauge of most lines of Vietnam."""

RAIL_KM_PER_H: Mapping[str, float] = MappingProxyType({"main": 45.0, "branch": 30.0, "industrial": 15.0, "": 30.0})
"""Speed of a freight train by ``usage``; "": not said."""

YARD_KM_PER_H = 15.0
"""Speed on tracks of service (yards, sidings, spurs, crossovers)."""

_KINDS = frozenset({RAIL, "narrow_gauge"})
_NO_FREIGHT = frozenset({"tourism", "leisure", "test", "scientific", "military"})
_GAUGES_MM = range(300, 2200)
_SHOWN = 10


def read_rail(
    path: str | Path, *, default_gauge_mm: int = METRE_MM, gauges: Mapping[str, str] = MappingProxyType({})
) -> Network:
    """Read the railways of an OpenStreetMap file, or of a GeoJSON file with the tags of OpenStreetMap.

    Parameters
    ----------
    path
        ``.osm``, ``.osm.gz``, ``.osm.bz2``, ``.osm.pbf``, or ``.geojson`` (features without a tag railway are rails).
    default_gauge_mm
        Gauge where no tag says any and no track leads to one that does.
    gauges
        Corrections: way id -> what its tag gauge should say ("1000;1435").

    Returns
    -------
    Network
        Of mode "rail", one layer a gauge as `networks.gauges.by_gauge` says: trains pass from one to the other only
        by a transfer. Links both ways, with gauge_mm, gauge_imputed, speed_km_per_h, speed_imputed, usage, service,
        electrified, tracks (NaN unknown), name. The provenance warns of tracks that lack a gauge between two parts of
        it (`networks.gauges.gauge_gaps`). Which way trains prefer on double track, and which turns a switch
        allows, is not read.

    Raises
    ------
    MissingSourceError
        There is no such file.
    SourceError
        The file is not what it claims to be, or holds no railway.
    """
    path = Path(path)
    ways = [_corrected(way, gauges) for way in read_ways(path, "railway", RAIL)]
    reasons = [_left_out(way.tags) for way in ways]
    kept = [way for way, reason in zip(ways, reasons, strict=True) if not reason]
    lines = [_line(way, own) for way, own in zip(kept, _gauges_mm(kept, default_gauge_mm), strict=True)]
    unread = Counter(text for line in lines for text in _unread(line.way.tags))
    provenance = account_of(path, reasons, unread) | {"default_gauge_mm": str(default_gauge_mm)}
    rail = by_gauge(network_of(lines, RAIL, provenance))
    return replace(rail, provenance={**provenance, "warnings": _doubts(rail)})


def _corrected(way: SourceWay, gauges: Mapping[str, str]) -> SourceWay:
    return replace(way, tags={**way.tags, "gauge": gauges[way.way_id]}) if way.way_id in gauges else way


def _doubts(rail: Network) -> str:
    gaps = gauge_gaps(rail)
    if not gaps:
        return ""
    more = f" and {len(gaps) - _SHOWN} more" if len(gaps) > _SHOWN else ""
    return (
        f"{len(gaps)} tracks lack a gauge that goes on at both their ends (links {', '.join(gaps[:_SHOWN])}{more}): "
        "if a tag was forgotten there, hand it to `read_rail(..., gauges=)`"
    )


def _left_out(tags: Mapping[str, str]) -> str:
    """Return why a way carries no freight train, "" where it does."""
    if tags["railway"] not in _KINDS:
        return "no railway in use"
    if tags.get("usage") in _NO_FREIGHT or tags.get("railway:traffic_mode") == "passenger":
        return "no freight"
    return ""


def _unread(tags: Mapping[str, str]) -> Iterator[str]:
    if "gauge" in tags and not read_gauges_mm(tags["gauge"]):
        yield f"gauge={tags['gauge']}"
    if "maxspeed" in tags and read_speed_km_per_h(tags["maxspeed"]) is None:
        yield f"maxspeed={tags['maxspeed']}"


def _gauges_mm(ways: list[SourceWay], default_gauge_mm: int) -> list[tuple[int, ...]]:
    """Return the gauges of each way, those of ways without a readable one from the ways that they lead to."""
    gauges = [set(read_gauges_mm(way.tags.get("gauge", ""))) for way in ways]
    unknown = [row for row, own in enumerate(gauges) if not own]
    at = defaultdict(list)
    for row, way in enumerate(ways):
        for node in way.node_ids:
            at[node].append(row)
    beside = {row: {other for node in ways[row].node_ids for other in at[node]} for row in unknown}
    for group in _groups(unknown, beside):
        found = set().union(*(gauges[row] for row in group)) or {default_gauge_mm}
        for row in group & beside.keys():
            gauges[row] = found
    return [tuple(sorted(own)) for own in gauges]


def _groups(unknown: list[int], beside: Mapping[int, set[int]]) -> Iterator[set[int]]:
    """Yield the ways that hang together over ways of unknown gauge, with the known ones around them."""
    done: set[int] = set()
    for start in unknown:
        group: set[int] = set()
        fresh = set() if start in done else {start}
        while fresh:
            group |= fresh
            fresh = {other for row in fresh & beside.keys() for other in beside[row]} - group
        done |= group & beside.keys()
        if group:
            yield group


def _line(way: SourceWay, gauges: tuple[int, ...]) -> Line:
    tags = way.tags
    usage, service = tags.get("usage", ""), tags.get("service", "")
    own = YARD_KM_PER_H if service else RAIL_KM_PER_H.get(usage, RAIL_KM_PER_H[""])
    limit = read_speed_km_per_h(tags.get("maxspeed", ""))
    tracks = read_count(tags.get("tracks", ""))
    columns = {
        "gauge_mm": BETWEEN.join(map(str, gauges)),
        "gauge_imputed": not read_gauges_mm(tags.get("gauge", "")),
        "speed_imputed": limit is None,
        "usage": usage,
        "service": service,
        "electrified": tags.get("electrified", ""),
        "tracks": float("nan") if tracks is None else tracks,
        "name": tags.get("name", ""),
    }
    return Line(way=way, speed_km_per_h=own if limit is None else min(own, limit), columns=columns)


def read_gauges_mm(text: str) -> tuple[int, ...]:
    """Return the gauges in the value of a tag, rising; none where one of them is no gauge in mm."""
    words = read_words(text)
    gauges = {int(word) for word in words if word.isascii() and word.isdigit() and int(word) in _GAUGES_MM}
    return tuple(sorted(gauges)) if gauges and len(gauges) == len(set(words)) else ()
