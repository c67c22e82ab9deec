"""Turn restrictions of OpenStreetMap, honoured by the graph itself.

A junction with a banned turn is taken apart: links that enter it end at nodes of their own, links that leave it begin
at others, and links without length join those between which one may turn. So every path of the network, whoever
searches it, obeys; turning back at a later junction stays possible unless it is banned there. Links with the same bans
share a node. The junction's own node is where trips from it begin, and a copy of it is where trips to it end, so that
whoever begins or ends there may use every road.

``no_*`` bans the turn, ``only_*`` every other one; ``no_entry`` and ``no_exit`` have several members of one role. A
restriction does not hold for a vehicle that ``except`` names; ``restriction:hgv`` holds for lorries alone. Where ways
lie in between, not a node, the turn spans several junctions (`networks.spans`). Source: the OpenStreetMap wiki, page
"Relation:restriction".
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from networks.access import is_heavy
from networks.junctions import Around, Links
from networks.shapes import Ints
from networks.spans import Ban, Span, bans_of, find_spans, united
from networks.tag_values import read_words
from networks.vehicle import Vehicle
from networks.ways import Restriction, Tags

_ONLY = "only_"
_TURNING_BACK = "no_u_turn"
_PREFIXES = ("no_", _ONLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A network whose junctions obey.

    Parameters
    ----------
    tail, head
        Rows of the nodes of the links as they were, of those in `again`, and of the turn links.
    again
        Rows of the links that are there once more, for those who come by a way from which a later turn is banned.
    copy_of
        For each new node, behind the old ones, the row of the node that it is a copy of.
    arrival
        For each node at which trips may not end, the node where they do, shape [junctions, 2].
    banned
        Number of pairs of links between which turning is banned, a ban over ways in between counted once.
    """

    tail: Ints
    head: Ints
    again: Ints
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
        The network; and how many restrictions that hold for the vehicle were not read: a member is missing, or they
        begin like another one over other ways.
    """
    around = Around(links)
    holding = [(restriction, holds_for(restriction.tags, vehicle)) for restriction in restrictions]
    found: list[Span] = []
    at_nodes: list[tuple[Restriction, str]] = []
    unread = 0
    for restriction, kind in holding:
        between = [who for who, _, role in restriction.members if role == "via"]
        if kind and between == ["n"]:
            at_nodes.append((restriction, kind))
        elif kind:
            spans = find_spans(around, restriction, only=kind.startswith(_ONLY)) if set(between) == {"w"} else []
            found += spans
            unread += not spans
    spans, clashing = united(found)
    return _obeying(links, at_nodes, spans), unread + clashing


def _obeying(links: Links, at_nodes: Sequence[tuple[Restriction, str]], spans: Sequence[Span]) -> Turned:
    again = np.array([link for span in spans for link in span.path], dtype=np.int64)
    around = Around(links.with_again(again))
    bans: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for restriction, kind in at_nodes:
        for node, pair in _banned(around, restriction, kind):
            bans[node].add(pair)
    count = sum(len(pairs) for pairs in bans.values()) + len(spans)
    begin = len(links.tail)
    for span in spans:
        for node, pair in bans_of(around, span, range(begin, begin + len(span.path))):
            bans[node].add(pair)
        begin += len(span.path)
    return replace(_taken_apart(around, bans), again=again, banned=count)


def _banned(around: Around, restriction: Restriction, kind: str) -> list[Ban]:
    """Return the turns that a restriction at a node bans."""
    members = restriction.members
    node = next(around.row(member) for _, member, role in members if role == "via")
    if node < 0:
        return []  # no road of this vehicle meets there
    coming, leaving = (
        links(node, [member for what, member, its in members if its == role and what == "w"])
        for links, role in ((around.into, "from"), (around.out_of, "to"))
    )
    if kind.startswith(_ONLY):
        # a way that this vehicle may not use cannot be the only one: nothing is banned then
        leaving = [link for link in around.out_of(node) if link not in leaving] if leaving else []
    pairs = [(link, other) for link in coming for other in leaving]
    if kind == _TURNING_BACK:
        pairs = [pair for pair in pairs if _turns_back(around, *pair)]
    return [(node, pair) for pair in pairs]


def _turns_back(around: Around, link: int, other: int) -> bool:
    """Tell whether `other` turns back: a way that runs through a junction may also just go on."""
    links = around.links
    return bool(links.way_id[link] != links.way_id[other] or links.tail[link] == links.head[other])


def _taken_apart(around: Around, bans: Mapping[int, set[tuple[int, int]]]) -> Turned:
    links = around.links
    tail, head = links.tail.copy(), links.head.copy()
    copies = _Copies(links.nodes)
    turns: list[tuple[int, int]] = []
    arrival: list[tuple[int, int]] = []
    for node, pairs in sorted(bans.items()):
        entries = {copies.add(node): group for group in _grouped(around.into(node), pairs)}
        exits = {copies.add(node): group for group in _grouped(around.out_of(node), {(o, i) for i, o in pairs})}
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
        again=np.zeros(0, dtype=np.int64),
        banned=0,
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
