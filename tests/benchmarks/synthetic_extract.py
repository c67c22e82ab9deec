"""A made-up OpenStreetMap extract of any size: roads on a bent lattice, with the tags of a real city in their shares.

Run it to write one:

    python tests/benchmarks/synthetic_extract.py 1000000 FOLDER

writes FOLDER/synthetic_1000000.osm.pbf and .osm of the same content; the same seed gives the same content.
About 0.12 ways a node; ways of 5 to 40 nodes, which share the junctions of the lattice. Every 32nd line is an
arterial road, every 8th a secondary or tertiary one, the rest streets, service roads and paths; shares of classes,
names, ``oneway``, ``maxspeed`` and ``lanes`` as in the extract of Hà Nội (2025), counted and rounded.
"""

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import osmium
from osmium.osm.mutable import Node, Way

CENTRE = (105.8, 21.0)
SPACING_DEG = 0.0015
"""Between junctions: about 160 m."""
GAPS = 0.1
"""Share of the lattice's edges that are not built: it makes T-junctions and dead ends."""
NODES_A_JUNCTION = 5.6
LONGEST_EDGES = 6
FEWEST_NODES = 5

STREETS = (
    *("residential",) * 55,
    *("service",) * 17,
    *("unclassified",) * 7,
    *("living_street",) * 2,
    *("track",) * 6,
    *("footway",) * 8,
    *("path",) * 3,
    *("cycleway",) * 2,
)
ARTERIALS = ("trunk", "primary", "primary", "motorway")
COLLECTORS = ("secondary", "tertiary", "tertiary")
NAMES = ("Đường Giải Phóng", "Phố Huế", "Ngõ Quỳnh", "Đường Láng", "Phố Trần Duy Hưng", "Quốc lộ 1", "Cầu Giấy")
SPEEDS = ("30", "40", "50", "60", "80", "50", "VN:urban", "30 mph")
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """Points and ways of the extract, in flat arrays."""

    lon: np.ndarray
    lat: np.ndarray
    refs: np.ndarray
    starts: np.ndarray
    line: np.ndarray


def lattice(nodes: int, seed: int) -> Lattice:
    """Return about `nodes` points and the ways through them; point k has the id k + 1."""
    rng = np.random.default_rng(seed)
    side = max(3, math.isqrt(round(nodes / NODES_A_JUNCTION)))
    row, column = (part.ravel() for part in np.mgrid[:side, :side])
    lon, lat = (
        SPACING_DEG * (part - side / 2 + rng.uniform(-0.25, 0.25, len(part))) + middle
        for part, middle in zip((column, row), CENTRE, strict=True)
    )
    number = np.arange(side * side).reshape(side, side)
    tails = np.concatenate([number[:, :-1].ravel(), number.T[:, :-1].ravel()])
    heads = np.concatenate([number[:, 1:].ravel(), number.T[:, 1:].ravel()])
    line = np.repeat(np.arange(2 * side), side - 1)
    along = np.tile(np.arange(side - 1), 2 * side)
    built = rng.random(len(tails)) >= GAPS
    begins = (along % LONGEST_EDGES == 0) | ~np.roll(built, 1) | (rng.random(len(tails)) < 0.15)
    tails, heads, line, begins = (part[built] for part in (tails, heads, line, begins))
    way = np.cumsum(begins) - 1
    bends = _bends(rng, way)
    edge = np.repeat(np.arange(len(tails)), bends)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(bends) - bends, bends) + 1
    part = step / (bends[edge] + 1)
    shake = rng.uniform(-0.05, 0.05, (2, len(edge))) * SPACING_DEG
    bent = [
        where[tails[edge]] * (1 - part) + where[heads[edge]] * part + off
        for where, off in zip((lon, lat), shake, strict=True)
    ]
    refs, starts = _refs(tails, heads, bends, np.flatnonzero(begins), len(lon))
    return Lattice(
        lon=np.concatenate([lon, bent[0]]),
        lat=np.concatenate([lat, bent[1]]),
        refs=refs,
        starts=starts,
        line=line[np.flatnonzero(begins)],
    )


def _bends(rng: np.random.Generator, way: np.ndarray) -> np.ndarray:
    """Return how many points lie between the ends of each edge, so that no way has too few."""
    bends = rng.integers(0, 6, len(way))
    nodes = np.bincount(way, weights=bends + 1).astype(np.int64) + 1
    first = np.flatnonzero(np.diff(way, prepend=-1))
    bends[first] += np.maximum(FEWEST_NODES - nodes, 0)
    return bends


def _refs(
    tails: np.ndarray, heads: np.ndarray, bends: np.ndarray, first: np.ndarray, junctions: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of all ways in one array, and where each way starts in it."""
    begins = np.zeros(len(tails), dtype=np.int64)
    begins[first] = 1
    sizes = begins + bends + 1  # the tail of a way's first edge, its bends, its head
    ends = np.cumsum(sizes)
    refs = np.empty(ends[-1], dtype=np.int64)
    refs[ends - 1] = heads
    refs[(ends - sizes)[first]] = tails[first]
    within = np.ones(len(refs), dtype=bool)
    within[ends - 1] = False
    within[(ends - sizes)[first]] = False
    refs[within] = junctions + np.arange(bends.sum())
    return refs + 1, np.append((ends - sizes)[first], ends[-1])


def tags_of(line: int, rng: np.random.Generator) -> dict[str, str]:
    """Return the tags of a way on a line of the lattice."""
    kind, *dice = rng.integers(0, 100, 6).tolist()
    if line % 32 == 16:
        highway = ARTERIALS[line // 32 % len(ARTERIALS)]
    elif line % 8 == 4:
        highway = COLLECTORS[line // 8 % len(COLLECTORS)]
    else:
        highway = STREETS[kind]
    large = highway in {*ARTERIALS, *COLLECTORS}
    tags = {"highway": highway}
    if dice[0] < (95 if large else 40):
        tags["name"] = NAMES[dice[0] % len(NAMES)] + f" {line}"
    if highway == "motorway" or dice[1] < 24:
        tags["oneway"] = "no" if dice[1] < 3 else "yes"
    if dice[2] < (35 if large else 3):
        tags["maxspeed"] = SPEEDS[dice[3] % len(SPEEDS)]
    if dice[3] < (80 if large else 12):
        tags["lanes"] = str(1 + dice[4] % 4)
    if dice[4] < 2:
        tags |= {"hgv": "no"} if dice[3] < 50 else {"maxweight": "10"}
    if dice[2] < 60:
        tags["surface"] = "asphalt"
    return tags


def write_extract(path: Path, nodes: int, seed: int = 1) -> None:
    """Write the extract in the format that the ending of `path` says."""
    drawn = lattice(nodes, seed)
    header = osmium.io.Header()
    header.set("generator", "synthetic_extract")
    stamp = {"version": 1, "timestamp": WRITTEN, "changeset": 1, "user": "nobody", "uid": 1}
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for number, place in enumerate(zip(drawn.lon.tolist(), drawn.lat.tolist(), strict=True), start=1):
            tags = {"highway": "crossing"} if number % 97 == 0 else {}
            writer.add_node(Node(id=number, location=place, tags=tags, **stamp))
        for number, (refs, tags) in enumerate(_ways(drawn, seed), start=1):
            writer.add_way(Way(id=number, nodes=refs, tags=tags, **stamp))


def _ways(drawn: Lattice, seed: int) -> Iterator[tuple[list[int], dict[str, str]]]:
    rng = np.random.default_rng(seed)
    ends = zip(drawn.starts[:-1].tolist(), drawn.starts[1:].tolist(), drawn.line.tolist(), strict=True)
    for first, last, line in ends:
        yield drawn.refs[first:last].tolist(), tags_of(line, rng)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nodes", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", nargs="+", default=["osm.pbf", "osm"])
    asked = parser.parse_args()
    for ending in asked.formats:
        write_extract(asked.folder / f"synthetic_{asked.nodes}.{ending}", asked.nodes, asked.seed)
