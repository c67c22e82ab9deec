"""The directed links around the nodes of a network in the making, found by the ids of their ways."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from networks.shapes import Ints


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

    def with_again(self, rows: Ints) -> "Links":
        """Return the links followed by those in `rows` once more."""
        again = {name: np.concatenate([getattr(self, name), getattr(self, name)[rows]]) for name in _OF_LINKS}
        return Links(**again, node_id=self.node_id, nodes=self.nodes)


_OF_LINKS = ("way_id", "tail", "head")


class Around:
    """The links that enter and leave each node."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self._into, self._from = np.argsort(links.head, kind="stable"), np.argsort(links.tail, kind="stable")
        self._heads, self._tails = links.head[self._into], links.tail[self._from]

    def row(self, node_id: int) -> int:
        """Return the row of a node, -1 where no link touches it."""
        known = self.links.node_id
        row = int(np.searchsorted(known, node_id))
        return row if row < len(known) and known[row] == node_id else -1

    def into(self, node: int, ways: Iterable[int] | None = None) -> list[int]:
        """Return the links that enter the node of a row, all or those of some ways."""
        return self._of(ways, self._slice(self._into, self._heads, node))

    def out_of(self, node: int, ways: Iterable[int] | None = None) -> list[int]:
        """Return the links that leave the node of a row, all or those of some ways."""
        return self._of(ways, self._slice(self._from, self._tails, node))

    def of_ways(self, ways: Iterable[int]) -> list[int]:
        """Return all links of some ways."""
        return [int(link) for link in np.flatnonzero(np.isin(self.links.way_id, list(ways)))]

    @staticmethod
    def _slice(order: Ints, keys: Ints, node: int) -> list[int]:
        begin, end = np.searchsorted(keys, [node, node + 1])
        return [int(link) for link in order[begin:end]]

    def _of(self, ways: Iterable[int] | None, links: list[int]) -> list[int]:
        if ways is None:
            return links
        wanted = set(ways)
        return [link for link in links if int(self.links.way_id[link]) in wanted]
