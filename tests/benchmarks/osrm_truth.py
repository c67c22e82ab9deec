"""Our shortest distances against the routes of OSRM, on the extract of Malta, with a reason for each difference.

    python tests/benchmarks/osrm_truth.py --osrm PYTHON [--weight routability] [--pairs 20000] [--folder FOLDER]

PYTHON is an interpreter in whose environment OSRM is installed (``osrm-bindings``; no dependency of the project);
OSRM's data are built into FOLDER, by default a temporary one. Pairs of random nodes of the largest strongly
connected part of our network of a van, which has no limits of trucks; our path is the shortest (``by="km"``), theirs
the one of their profile for cars: by default their usual one, with ``--weight distance`` their shortest, which then
goes through private roads, and with ``--weight open_distance`` their shortest on roads that are open to all.

Asked: in at least 99.5 % of the pairs ours is at most 1 % longer than theirs. A pair whose end OSRM moved by more
than 5 m is another question and is set aside, counted. The others are explained by the ways that theirs uses and our
network lacks, and, the other way round, pairs where ours is more than 10 % shorter by the first stretch or turn of
our path that OSRM does not drive.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from networks import VAN, Network, read_osm, route, travel
from networks.roads import TAG_KEYS, LeftOut, read_road

ROOT = Path(__file__).resolve().parents[2]
MALTA = ROOT.parent / "shared" / "data" / "osm" / "malta_2016.osm.pbf"
LONGER, SHORTER, ASKED = 1.01, 0.9, 0.995
MOVED_M = 5.0
ROUNDING_KM = 0.002
"""Two stretches of the same road differ by so much: OSRM keeps decimetres and a sphere."""
BATCH = 250
WORST = 15
EXPLAINED = 1_000
"""So many pairs of each kind are explained, evenly drawn."""
TELLING = ("access", "motorcar", "motor_vehicle", "vehicle", "goods", "oneway", "service", "route", "junction", "area")


@dataclass
class Raw:
    """What the extract says itself: tags of ways, barriers, turn restrictions."""

    tags: dict[int, dict[str, str]] = field(default_factory=dict)
    refs: dict[int, list[int]] = field(default_factory=dict)
    barriers: dict[int, str] = field(default_factory=dict)
    places: dict[tuple[float, float], list[int]] = field(default_factory=dict)
    turns: dict[int, list[str]] = field(default_factory=dict)

    @cached_property
    def steps(self) -> dict[tuple[int, int], list[tuple[int, str]]]:
        """Return the ways of each step between two nodes, and their direction there."""
        found: dict[tuple[int, int], list[tuple[int, str]]] = {}
        for way, refs in self.refs.items():
            for one, other in pairwise(refs):
                found.setdefault((one, other), []).append((way, "forward"))
                found.setdefault((other, one), []).append((way, "backward"))
        return found

    def named(self, way: int) -> str:
        """Return a way with what it is called."""
        return f"way {way} {self.tags[way].get('name', '')}".strip()

    def telling(self, way: int) -> str:
        """Return the tags of a way that speak of access and direction."""
        tags = self.tags[way]
        said = [f"{key}={tags[key]}" for key in TELLING if key in tags]
        return " ".join([f"highway={tags['highway']}" if "highway" in tags else "", *said]).strip()


def read_raw(path: Path) -> Raw:
    """Read an extract once more, by its own words."""
    raw = Raw()
    for thing in osmium.FileProcessor(str(path)):
        if isinstance(thing, osmium.osm.Node):
            raw.places.setdefault(place(thing.location.lon, thing.location.lat), []).append(thing.id)
            if "barrier" in thing.tags:
                access = [f"{key}={thing.tags[key]}" for key in ("access", "motor_vehicle") if key in thing.tags]
                raw.barriers[thing.id] = " ".join([f"barrier={thing.tags['barrier']}", *access])
        elif isinstance(thing, osmium.osm.Way):
            if "highway" in thing.tags or "route" in thing.tags:
                raw.tags[thing.id] = dict(thing.tags)
                raw.refs[thing.id] = [node.ref for node in thing.nodes]
        elif isinstance(thing, osmium.osm.Relation) and "restriction" in thing.tags.get("type", ""):
            for member in thing.members:
                if member.role == "via" and member.type == "n":
                    raw.turns.setdefault(member.ref, []).append(thing.tags.get("restriction", "?"))
    return raw


def place(lon: float, lat: float) -> tuple[float, float]:
    """Return coordinates to the metre, as the key of a node."""
    return round(float(lon), 5), round(float(lat), 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """OSRM in its own process."""

    python: str
    folder: Path
    weight: str

    def routes(self, network: Network, pairs: Sequence[tuple[str, str]], *, nodes: bool = False) -> list[Any]:
        """Return OSRM's routes between nodes of ours."""
        at = network.nodes.set_index("node_id")[["lon", "lat"]]
        ends = np.hstack([at.loc[[pair[side] for pair in pairs]].to_numpy() for side in (0, 1)])
        asked = {"extract": str(MALTA), "folder": str(self.folder), "weight": self.weight}
        done = subprocess.run(
            [self.python, str(Path(__file__).with_name("osrm_peer.py"))],
            input=json.dumps({**asked, "pairs": ends.tolist(), "nodes": nodes}),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        )
        found: list[Any] = json.loads(done.stdout)["routes"]
        return found


def largest_part(network: Network) -> np.ndarray:
    """Return the ids of the nodes of the largest part where each reaches each.

    A junction that was taken apart (``ID.1``, ...: banned turns, barriers) is passed but is no end of a pair.
    """
    tail, head = network.ends()
    matrix = coo_array((np.ones(len(tail)), (tail, head)), shape=(len(network.nodes),) * 2)
    _, part = connected_components(matrix, directed=True, connection="strong")
    node = network.nodes["node_id"].str.partition(".")[0]
    whole = ~node.duplicated(keep=False).to_numpy()
    return network.nodes["node_id"].to_numpy(dtype=object)[whole & (part == np.bincount(part).argmax())]


def our_km(network: Network, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
    """Return our shortest distances, a batch of pairs at a time."""
    found = []
    for begin in range(0, len(pairs), BATCH):
        origins, destinations = zip(*pairs[begin : begin + BATCH], strict=True)
        found.append(np.diag(travel(network, origins, destinations, by="km").km))
    return np.concatenate(found)


def why_not_open(raw: Raw, way: int, direction: str) -> str:
    """Return why a way is not open to us in a direction, "" where it is."""
    road = read_road({key: value for key, value in raw.tags[way].items() if key in TAG_KEYS}, VAN)
    if isinstance(road, LeftOut):
        return f"{road}: {raw.telling(way)}"
    lane = road.forward if direction == "forward" else road.backward
    return "" if lane else f"against the direction: {raw.telling(way)}"


def why_longer(raw: Raw, nodes: Sequence[int]) -> tuple[str, str]:
    """Return the class of a reason why OSRM's path is not open to us, and the first way of it."""
    for step in pairwise(nodes):
        reasons = {way: why_not_open(raw, way, direction) for way, direction in raw.steps.get(step, [])}
        if reasons and all(reasons.values()):
            way = max(reasons, key=lambda one: "area=yes" not in raw.telling(one))
            return reasons[way], raw.named(way)
    barred = [node for node in nodes if node in raw.barriers]
    turns = [node for node in nodes if node in raw.turns]
    if barred:
        return f"all ways open; {raw.barriers[barred[0]]}", f"node {barred[0]}"
    if turns:
        return f"all ways open; {raw.turns[turns[0]][0]}", f"node {turns[0]}"
    return "all ways open to us", f"nodes {nodes[:2]} ... {nodes[-2:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """Our path of a pair: its nodes, and each link between them."""

    nodes: list[str]
    links: list[str]
    km: list[float]


def our_path(network: Network, pair: tuple[str, str]) -> Drive:
    """Return our shortest path."""
    ids = list(route(network, *pair, by="km").link_ids)
    rows = network.links.set_index("link_id").loc[ids]
    rows = rows[rows["length_km"] > 0.0]  # without the turns at junctions that were taken apart
    nodes = [pair[0], *rows["destination_node_id"]]
    return Drive(nodes=nodes, links=rows.index.tolist(), km=rows["length_km"].tolist())


def spans(path: Drive) -> tuple[list[tuple[str, str]], list[float]]:
    """Return the ends and the length of each link of a path, then of each two links after each other."""
    pairs = [*pairwise(path.nodes), *zip(path.nodes, path.nodes[2:], strict=False)]
    return pairs, [*path.km, *(one + other for one, other in pairwise(path.km))]


def why_shorter(network: Network, raw: Raw, path: Drive, theirs: Sequence[Any]) -> tuple[str, str]:
    """Return the class of a reason why OSRM does not take our path: its first link or turn that it goes around."""
    for at, (ours, found) in enumerate(zip(spans(path)[1], theirs, strict=True)):
        if found is None or found["km"] > 1.02 * ours + 0.01:
            if at < len(path.links):
                return why_not_along(network, raw, path.links[at])
            turn = at - len(path.links)
            node = path.nodes[turn + 1]
            said = raw.turns.get(int(node.partition(".")[0]))
            kind = f"turn: {said[0]}" if said else "turn without a restriction"
            return kind, f"node {node} between {path.links[turn]} and {path.links[turn + 1]}"
    for link, onward in pairwise(path.links):
        if link.removesuffix("~") == onward.removesuffix("~"):
            return "each link and turn is driven, but ours turns back on a street beside", link
    return "each link and turn is driven", path.links[0]


def all_why_shorter(network: Network, raw: Raw, pairs: Sequence[tuple[str, str]], peer: Peer) -> list[tuple[str, str]]:
    """Return the reason of each pair, asking OSRM once."""
    paths = [our_path(network, pair) for pair in pairs]
    asked = [spans(path)[0] for path in paths]
    found = iter(peer.routes(network, [pair for group in asked for pair in group]))
    return [
        why_shorter(network, raw, path, [next(found) for _ in group]) for path, group in zip(paths, asked, strict=True)
    ]


def why_not_along(network: Network, raw: Raw, link: str) -> tuple[str, str]:
    """Return why OSRM does not drive along a link of ours."""
    row = int(np.flatnonzero(network.links["link_id"] == link)[0])
    line = [raw.places.get(place(*point), []) for point in network.lines([row])[0]]
    for node in (node for nodes in line for node in nodes):
        if node in raw.barriers:
            return raw.barriers[node], f"link {link}, node {node}"
    way = int(link.split("_", maxsplit=1)[0])
    ways = {
        raw.steps[step][0][0]
        for here, there in pairwise(line)
        for step in ((one, other) for one in here for other in there)
        if step in raw.steps
    } | {way}
    said = sorted({raw.telling(one) for one in ways})
    return f"along: {' | '.join(said)}", ", ".join(raw.named(one) for one in sorted(ways))


def tell(title: str, reasons: list[tuple[tuple[str, str], tuple[str, str], float, float]]) -> None:
    """Print how often each class of reasons holds, with an example, and the worst pairs."""
    say(f"\n{title}")
    counts = Counter(kind for (kind, _), *_ in reasons)
    for kind, count in counts.most_common(40):
        places = Counter(where for (other, where), *_ in reasons if other == kind)
        where, most = places.most_common(1)[0]
        say(f"  {count:5}  {kind}   [{len(places)} places; {most} at {where}]")
    say("  the worst:")
    for (kind, where), pair, ours, theirs in sorted(reasons, key=lambda one: -abs(np.log(one[2] / one[3])))[:WORST]:
        say(f"  {pair[0]} -> {pair[1]}: ours {ours:.3f} km, theirs {theirs:.3f} km: {kind} ({where})")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def some(rows: np.ndarray) -> list[int]:
    """Return at most so many rows as are explained, evenly drawn."""
    return rows[np.linspace(0, len(rows) - 1, min(len(rows), EXPLAINED)).astype(int)].tolist() if len(rows) else []


def main() -> None:
    """Compare and explain."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--osrm", metavar="PYTHON", required=True)
    parser.add_argument("--weight", choices=["routability", "distance", "open_distance"], default="routability")
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    peer = Peer(python=asked.osrm, folder=asked.folder or Path(tempfile.mkdtemp(prefix="osrm_")), weight=asked.weight)
    network, raw = read_osm(MALTA, vehicle=VAN), read_raw(MALTA)
    nodes = largest_part(network)
    drawn = np.random.default_rng(asked.seed).integers(0, len(nodes), (asked.pairs, 2))
    pairs = [(nodes[one], nodes[other]) for one, other in drawn.tolist() if one != other]
    ours, found = our_km(network, pairs), peer.routes(network, pairs)
    theirs = np.array([one["km"] if one else np.inf for one in found])
    moved = np.array([one is not None and max(one["snapped_m"]) > MOVED_M for one in found])
    none = np.isinf(theirs)
    same = ~moved & ~none
    longer = same & (ours > LONGER * theirs + ROUNDING_KM)
    shorter = same & (ours < SHORTER * theirs - ROUNDING_KM)
    share = 1.0 - longer.sum() / same.sum()
    say(f"{len(pairs):,} pairs of {len(nodes):,} nodes; OSRM minimises {asked.weight}")
    say(
        f"set aside: {moved.sum()} with an end that OSRM moved by more than {MOVED_M:g} m, {none.sum()} without a route"
    )
    say(f"median of ours / theirs {np.median(ours[same] / theirs[same]):.5f}")
    verdict = "met" if share >= ASKED else "missed"
    say(f"ours at most 1 % longer: {share:.4%} of {same.sum():,} (asked {ASKED:.1%}): {verdict}")
    say(f"ours more than 10 % shorter: {shorter.sum() / same.sum():.4%}")
    rows = some(np.flatnonzero(longer))
    drives = peer.routes(network, [pairs[at] for at in rows], nodes=True) if rows else []
    why = [why_longer(raw, one["nodes"]) for one in drives]
    tell(
        f"ours longer, {len(rows)} of {longer.sum()} explained: OSRM's path uses",
        [(reason, pairs[at], ours[at], theirs[at]) for reason, at in zip(why, rows, strict=True)],
    )
    if asked.weight == "routability":
        return  # their quickest path is longer by its nature
    rows = some(np.flatnonzero(shorter))
    why = all_why_shorter(network, raw, [pairs[at] for at in rows], peer) if rows else []
    tell(
        f"ours shorter, {len(rows)} of {shorter.sum()} explained: OSRM goes around",
        [(reason, pairs[at], ours[at], theirs[at]) for reason, at in zip(why, rows, strict=True)],
    )


if __name__ == "__main__":
    main()
