"""Chains of links through nodes where a road neither branches nor changes: which links become one.

A node goes when it joins exactly two links of a one-way road, or the two directions of exactly two roads, and the
links on both sides are of one kind. No chain begins and ends at the same node: rings are cut. Both directions of a
road are chained alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.shapes import Ints, runs

Flags = NDArray[np.bool_]

_TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """Links in chains; a link that is merged with none is a chain of its own.

    Parameters
    ----------
    links
        Rows of the links, chain by chain.
    starts
        Where each chain begins in `links`, shape [chains + 1].
    named
        The link of each chain that stands first in the table, both directions of a road taken as one; chains are
        in the order of these.
    partner
        The chain of the other direction, -1 where there is none.
    """

    links: Ints
    starts: Ints
    named: Ints
    partner: Ints

    @property
    def first(self) -> Ints:
        """Return the first link of each chain."""
        return self.links[self.starts[:-1]]

    @property
    def last(self) -> Ints:
        """Return the last link of each chain."""
        return self.links[self.starts[1:] - 1]

    def inner(self) -> Ints:
        """Return the links that another one of their chain follows."""
        follows = np.ones(len(self.links), dtype=np.bool_)
        follows[self.starts[1:] - 1] = False
        return self.links[follows]

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up `values` of the links along each chain."""
        if not len(self.links):
            return np.zeros(0)
        return np.asarray(np.add.reduceat(values[self.links], self.starts[:-1]), dtype=np.float64)


def chain_links(ends: tuple[Ints, Ints], reverse: Ints, kind: Ints, stays: Flags) -> Chains:
    """Find the chains.

    Parameters
    ----------
    ends
        Origin and destination node of each link.
    reverse
        Row of the other direction of each link, -1 where it is one-way.
    kind
        Links are merged only where this is equal.
    stays
        For each node, whether it must stay.
    """
    from networks.chain_links import follow  # noqa: PLC0415  (numba)

    tail, head = ends
    follower = _followers(tail, head, (reverse, kind), stays)
    links, starts = follow(follower)
    links, starts = _rings_cut(links, starts, follower, (tail, head))
    road = np.where(reverse < 0, np.arange(len(tail)), np.minimum(np.arange(len(tail)), reverse))
    chain = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    least = np.minimum.reduceat(road[links], starts[:-1]) if len(links) else links
    named = links[road[links] == least[chain]]
    order = np.lexsort((named, road[named]))
    sizes = np.diff(starts)[order]
    links = links[runs(starts[order], np.ones_like(order), sizes)]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    of_link = np.empty(len(tail), dtype=np.int64)
    of_link[links] = np.repeat(np.arange(len(order)), sizes)
    named = named[order]
    partner = np.where(reverse[named] < 0, -1, of_link[reverse[named]])
    return Chains(links=links, starts=starts, named=named, partner=partner)


def _followers(tail: Ints, head: Ints, roads: tuple[Ints, Ints], stays: Flags) -> Ints:
    """Return for each link the link that continues it through a node that may go, else -1."""
    reverse, kind = roads
    count = len(stays)
    into, out_of = np.bincount(head, minlength=count), np.bincount(tail, minlength=count)
    by_tail = np.argsort(tail, kind="stable").astype(np.int64)
    begins = np.concatenate([[0], np.cumsum(out_of)])[:-1]
    next_link: Ints = by_tail[np.minimum(begins[head], len(by_tail) - 1)]
    back = next_link == reverse
    next_link[back] = by_tail[np.minimum(begins[head[back]] + 1, len(by_tail) - 1)]
    one_way = (into[head] == 1) & (out_of[head] == 1) & (reverse < 0)
    two_way = (into[head] == _TWO) & (out_of[head] == _TWO) & (reverse >= 0) & (reverse[next_link] >= 0)
    fits = (one_way | two_way) & (kind == kind[next_link]) & (head[next_link] != tail) & (head != tail)
    fits &= ~stays[head]
    refused = np.zeros(count, dtype=np.bool_)
    refused[head[~fits]] = True  # both directions must agree about a node
    next_link[refused[head]] = -1
    return next_link


def _rings_cut(links: Ints, starts: Ints, follower: Ints, ends: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Cut chains that return to where they began at inner nodes, the same ones in both directions."""
    tail, head = ends
    if not len(links):
        return links, starts
    first, last = starts[:-1], starts[1:] - 1
    rings = np.flatnonzero((first < last) & (tail[links[first]] == head[links[last]]))
    links, extra = links.copy(), []
    for begin, end in zip(first[rings].tolist(), (last[rings] + 1).tolist(), strict=True):
        ring = links[begin:end]
        if follower[ring[-1]] < 0:  # out of a junction and back to it: one cut will do
            extra.append(begin + int(np.argmin(head[ring[:-1]])) + 1)
        else:
            one, other = sorted((np.argsort(head[ring])[:2] + 1).tolist())
            links[begin:end] = np.roll(ring, -one)
            extra.append(begin + other - one)
    return links, np.sort(np.concatenate([starts, np.array(extra, dtype=np.int64)]))


def joined_points(chains: Chains, chosen: Ints, points: tuple[Ints, Ints, Ints]) -> tuple[Ints, Ints]:
    """Return the points of chains: each link's own, the one it shares with the link before left out.

    Parameters
    ----------
    chosen
        The chains wanted.
    points
        Row of the first point of each link, the step from point to point (1 or -1), and their number.

    Returns
    -------
    tuple
        Where the points of each chain begin, shape [chosen + 1]; rows of the points.
    """
    sizes = np.diff(chains.starts)[chosen]
    links = chains.links[runs(chains.starts[chosen], np.ones_like(chosen), sizes)]
    begins = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    shared = np.ones(len(links), dtype=np.int64)
    shared[begins[:-1]] = 0
    first, step, counts = (values[links] for values in points)
    kept = counts - shared
    starts = np.concatenate([[0], np.cumsum(kept)])[begins].astype(np.int64)
    return starts, runs(first + step * shared, step, kept)


def lines_of(chains: Chains) -> tuple[Ints, Ints]:
    """Return the chains that draw the lines, and the code of each chain's line: two directions share one."""
    count = len(chains.named)
    own = (chains.partner < 0) | (chains.partner >= np.arange(count))
    drawn = np.flatnonzero(own)
    code = np.zeros(count, dtype=np.int64)
    code[drawn] = np.arange(1, len(drawn) + 1)
    code[~own] = -code[chains.partner[~own]]
    return drawn, code
