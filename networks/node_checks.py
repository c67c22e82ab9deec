"""Doubts about how roads hang together: parts cut off, traps, dead ends, nodes that no link touches."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from networks.findings import WORST, Finding, Flags, Floats, Ints, Row, node_rows, records
from networks.nearest import strong_parts
from networks.network import ARRIVAL, Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of the roads within which each node reaches each.

    Parameters
    ----------
    part
        Number of the part of each node; -1 where no road touches it.
    nodes
        Number of nodes of each part.
    km
        Length of the links of each part, each direction counted.
    largest
        Number of the part with most nodes; -1 where there is no road.
    """

    part: Ints
    nodes: Ints
    km: Floats
    largest: int

    @property
    def count(self) -> int:
        """Return the number of nodes that roads touch."""
        return int(self.nodes.sum())


def road_parts(network: Network) -> Parts:
    """Return the parts of the roads."""
    road, (tail, head) = _roads(network), network.ends()
    touched = _touched(network)
    part = np.full(len(network.nodes), -1, dtype=np.int64)
    part[touched] = np.unique(strong_parts(len(part), tail[road], head[road])[touched], return_inverse=True)[1]
    nodes = np.bincount(part[touched])
    inside = road & (part[tail] == part[head])
    km = network.links["length_km"].to_numpy(dtype=np.float64)[inside]
    return Parts(
        part=part,
        nodes=nodes,
        km=np.bincount(part[tail[inside]], weights=km, minlength=len(nodes)).astype(np.float64),
        largest=int(nodes.argmax()) if len(nodes) else -1,
    )


def node_findings(network: Network, parts: Parts) -> Iterator[Finding]:
    """Look at the nodes.

    Parameters
    ----------
    network
        The network.
    parts
        Of its roads, from `road_parts`.
    """
    yield _cut_off(network, parts)
    yield from _traps(network, parts)
    yield _dead_ends(network, parts)
    unused = np.flatnonzero(_degree(network, network.links["mode"].notna().to_numpy()) == 0)
    yield Finding(
        name="unused_nodes",
        what="nodes touch no link",
        count=len(unused),
        of=len(network.nodes),
        rows=node_rows(network, unused),
        advice="They change nothing. Leave them out, or see whether links to them were lost.",
        is_doubt=False,
    )


def _roads(network: Network) -> Flags:
    """Return which links are roads; those to nodes where trips only begin or only end are none."""
    road = np.asarray(network.links["mode"] == "road", dtype=np.bool_)
    if ARRIVAL in network.nodes:
        begins = np.flatnonzero(network.nodes[ARRIVAL] != "")
        terminal = np.zeros(len(network.nodes), dtype=np.bool_)
        terminal[begins] = terminal[network.arrivals(network.nodes["node_id"].iloc[begins].to_list())] = True
        tail, head = network.ends()
        road = road & ~terminal[tail] & ~terminal[head]
    return road


def _degree(network: Network, links: Flags) -> Ints:
    """Return how many of the links begin or end at each node."""
    tail, head = network.ends()
    return np.bincount(np.concatenate([tail[links], head[links]]), minlength=len(network.nodes))


def _touched(network: Network) -> Flags:
    return np.asarray(_degree(network, _roads(network)) > 0, dtype=np.bool_)


def _cut_off(network: Network, parts: Parts) -> Finding:
    others = [number for number in np.lexsort((-parts.nodes, -parts.km)).tolist() if number != parts.largest]
    outside = int(parts.nodes.sum() - parts.nodes.max(initial=0))
    return Finding(
        name="cut_off",
        what=f"smaller parts of the roads, with {outside:,} nodes, are cut off from the largest",
        count=len(others),
        of=len(parts.nodes),
        rows=_part_rows(network, parts, others[:WORST]),
        advice=(
            "No place is put there. An island or a road cut at the edge of the extract may stay; else a link, or one "
            "direction of it, is missing or closed to the vehicle."
        ),
    )


def _part_rows(network: Network, parts: Parts, numbers: list[int]) -> tuple[Row, ...]:
    """Return the parts with one node of each, and whether any road at all joins them to the largest part."""
    road, (tail, head) = _roads(network), network.ends()
    island = _weak_parts(len(network.nodes), tail[road], head[road])
    first = np.array([int(np.argmax(parts.part == number)) for number in numbers], dtype=np.int64)
    main = island[np.argmax(parts.part == parts.largest)]
    return records(
        {name: network.nodes[name].iloc[first] for name in ("node_id", "lon", "lat")}
        | {"nodes": parts.nodes[numbers], "length_km": parts.km[numbers]}
        | {"joined": np.where(island[first] == main, "one way only", "not at all")}
    )


def _weak_parts(count: int, tail: Ints, head: Ints) -> Ints:
    """Return for each node the number of the part within which roads lead, whatever their direction."""
    return strong_parts(count, np.concatenate([tail, head]), np.concatenate([head, tail]))


def _traps(network: Network, parts: Parts) -> Iterator[Finding]:
    road, (tail, head) = _roads(network), network.ends()
    enters, leaves = (np.bincount(ends[road], minlength=len(network.nodes)) > 0 for ends in (head, tail))
    for name, what, flags in (
        ("sinks", "road nodes can be entered but not left", enters & ~leaves),
        ("sources", "road nodes can be left but not entered", leaves & ~enters),
    ):
        nodes = np.flatnonzero(flags)
        yield Finding(
            name=name,
            what=what,
            count=len(nodes),
            of=parts.count,
            rows=node_rows(network, nodes),
            advice=(
                "A one-way road ends or begins there: at the edge of the extract that is normal, elsewhere its "
                "direction or the road that goes on is wrong."
            ),
        )


def _places(network: Network) -> Ints:
    """Return the lowest row of the nodes at the same place: a junction taken apart for banned turns is one."""
    lon, lat = (network.nodes[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    first, place = np.unique(lon + 1j * lat, return_index=True, return_inverse=True)[1:]
    return np.asarray(first[place], dtype=np.int64)


def _dead_ends(network: Network, parts: Parts) -> Finding:
    road, place = _roads(network), _places(network)
    tail, head = (place[ends] for ends in network.ends())
    real = road & (tail != head)
    low, high = np.minimum(tail, head)[real], np.maximum(tail, head)[real]
    pairs, at = np.unique(low * len(network.nodes) + high, return_index=True)
    ends = np.concatenate([pairs // len(network.nodes), pairs % len(network.nodes)])
    km = network.links["length_km"].to_numpy(dtype=np.float64)[real][at]
    longest = np.zeros(len(network.nodes))
    np.maximum.at(longest, ends, np.concatenate([km, km]))
    dead = np.flatnonzero(np.bincount(ends, minlength=len(network.nodes)) == 1)
    return Finding(
        name="dead_ends",
        what="road nodes are dead ends",
        count=len(dead),
        of=parts.count,
        rows=node_rows(network, dead[np.argsort(-longest[dead], kind="stable")], road_km=longest),
        advice=(
            "Normal for streets, and where roads leave the extract; the longest are named: between main roads a dead "
            "end is a junction that was missed."
        ),
        is_doubt=False,
    )
