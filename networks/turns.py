"""Turn restrictions of OpenStreetMap, honoured by the graph itself.

A junction with a banned turn is taken apart: links that enter it end at nodes of their own, links that leave it begin
at others, and links without length join those between which one may turn. So every path of the network, whoever
searches it, obeys; turning back at a later junction stays possible unless it is banned there. Links with the same bans
share a node. The junction's own node is where trips from it begin, and a copy of it is where trips to it end, so that
whoever begins or ends there may use every road.

``no_*`` bans the turn, ``only_*`` every other one; ``no_entry`` and ``no_exit`` have several members of one role. A
restriction does not hold for a vehicle that ``except`` names; ``restriction:hgv`` holds for lorries alone. Where what
lies in between is a way, not a node, the turn spans several junctions: not read, and counted. Source: the
OpenStreetMap wiki, page "Relation:restriction".
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from networks.access import is_heavy
from networks.shapes import Ints
from networks.tag_values import read_words
from networks.vehicle import Vehicle
from networks.ways import Restriction, Tags

_PREFIXES = ("no_", "only_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What the turns need to know of directed links.

    Parameters
    ----------
    way_id
        The way that each link is part of.
    tail, head
        Rows of its nodes.
    node_id
        Ids of the nodes, rising.
    nodes
        Number of nodes; those beyond `node_id` are copies that no restriction speaks of.
    """

    way_id: Ints
    tail: Ints
    head: Ints
    node_id: Ints
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A network whose junctions obey.

    Parameters
    ----------
    tail, head
        Rows of the nodes of the links as they were, then of the turn links.
    copy_of
        For each new node, behind the old ones, the row of the node that it is a copy of.
    arrival
        For each node at which trips may not end, the node where they do, shape [junctions, 2].
    banned
        Number of pairs of links between which turning is banned.
    """

    tail: Ints
    head: Ints
    copy_of: Ints
    arrival: Ints
    banned: int


def holds_for(tags: Tags, vehicle: Vehicle) -> str:
    """Return the kind of the restriction (``no_left_turn``) for `vehicle`, "" where it does not hold."""
    exempt = set(read_words(tags.get("except", "")))
    if exempt & ({"hgv"} if is_heavy(vehicle) else {"goods", "motorcar"}) or "motor_vehicle" in exempt:
        return ""
    kind = tags.get("restriction:hgv") if is_heavy(vehicle) else None
    kind = (kind or tags.get("restriction", "")).strip().lower()
    return kind if kind.startswith(_PREFIXES) else ""


def obey(links: Links, restrictions: Sequence[Restriction], vehicle: Vehicle) -> tuple[Turned, int]:
    """Take apart the junctions at which a turn is banned.

    Returns
    -------
    tuple
        The network; and how many restrictions that hold for the vehicle were not read: the way in between is a way, or
        a member is missing.
    """
    at = _Junctions(links)
    bans: dict[int, set[tuple[int, int]]] = defaultdict(set)
    unread = 0
    for restriction in restrictions:
        kind = holds_for(restriction.tags, vehicle)
        if kind:
            found = at.banned(restriction, only=kind.startswith("only_"))
            unread += found is None
            for node, pair in found or ():
                bans[node].add(pair)
    return _taken_apart(links, bans, at), unread


class _Junctions:
    """Finds the links around nodes by the ids of their ways."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._into, self._from = np.argsort(links.head, kind="stable"), np.argsort(links.tail, kind="stable")
        self._heads, self._tails = links.head[self._into], links.tail[self._from]

    def into(self, node: int) -> list[int]:
        """Return the links that enter the node of a row."""
        return self._slice(self._into, self._heads, node)

    def out_of(self, node: int) -> list[int]:
        """Return the links that leave the node of a row."""
        return self._slice(self._from, self._tails, node)

    @staticmethod
    def _slice(order: Ints, keys: Ints, node: int) -> list[int]:
        begin, end = np.searchsorted(keys, [node, node + 1])
        return [int(link) for link in order[begin:end]]

    def banned(self, restriction: Restriction, *, only: bool) -> list[tuple[int, tuple[int, int]]] | None:
        """Return the node and the pair of links of each banned turn; None where the restriction cannot be read."""
        roles: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for kind, member, role in restriction.members:
            roles[role].append((kind, member))
        nodes = [member for kind, member in roles["via"] if kind == "n"]
        if len(nodes) != 1 or len(roles["via"]) != 1 or not roles["from"] or not roles["to"]:
            return None
        node = int(np.searchsorted(self._links.node_id, nodes[0]))
        if node == len(self._links.node_id) or self._links.node_id[node] != nodes[0]:
            return []  # no road of this vehicle meets there
        coming = self._of_ways(self.into(node), roles["from"])
        leaving = self._of_ways(self.out_of(node), roles["to"])
        if only:
            # a way that this vehicle may not use cannot be the only one: nothing is banned then
            leaving = [link for link in self.out_of(node) if link not in leaving] if leaving else []
        return [(node, (link, other)) for link in coming for other in leaving]

    def _of_ways(self, links: list[int], members: list[tuple[str, int]]) -> list[int]:
        ways = {member for kind, member in members if kind == "w"}
        return [link for link in links if int(self._links.way_id[link]) in ways]


def _taken_apart(links: Links, bans: Mapping[int, set[tuple[int, int]]], at: _Junctions) -> Turned:
    tail, head = links.tail.copy(), links.head.copy()
    copies = _Copies(links.nodes)
    turns: list[tuple[int, int]] = []
    arrival: list[tuple[int, int]] = []
    for node, pairs in sorted(bans.items()):
        entries = {copies.add(node): group for group in _grouped(at.into(node), pairs)}
        exits = {copies.add(node): group for group in _grouped(at.out_of(node), {(o, i) for i, o in pairs})}
        arrival.append((node, copies.add(node)))
        turns.append(arrival[-1])
        for entry, group in entries.items():
            head[group] = entry
            turns.append((entry, arrival[-1][1]))
        for leaving, group in exits.items():
            tail[group] = leaving
            turns.append((node, leaving))
            turns += [(entry, leaving) for entry, coming in entries.items() if not pairs & set(product(coming, group))]
    more = np.array(turns, dtype=np.int64).reshape(-1, 2)
    return Turned(
        tail=np.concatenate([tail, more[:, 0]]),
        head=np.concatenate([head, more[:, 1]]),
        copy_of=np.array(copies.of, dtype=np.int64),
        arrival=np.array(arrival, dtype=np.int64).reshape(-1, 2),
        banned=sum(len(pairs) for pairs in bans.values()),
    )


class _Copies:
    """Numbers copies of nodes behind the nodes there are."""

    def __init__(self, nodes: int) -> None:
        self._nodes = nodes
        self.of: list[int] = []

    def add(self, node: int) -> int:
        """Return the row of a new copy of `node`."""
        self.of.append(node)
        return self._nodes + len(self.of) - 1


def _grouped(links: list[int], pairs: set[tuple[int, int]]) -> list[list[int]]:
    """Return the links of a junction in groups that are banned with the same others."""
    groups: dict[frozenset[int], list[int]] = defaultdict(list)
    for link in links:
        groups[frozenset(other for one, other in pairs if one == link)].append(link)
    return list(groups.values())
