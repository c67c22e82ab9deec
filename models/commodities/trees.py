"""Cheapest paths of many commodities at given link prices, compiled: Dijkstra from every origin, in slices.

Source: Dijkstra, Numerische Mathematik 1, 1959; binary heap with stale entries left in.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats, Integers
from models.compiled import compiled


class Links(NamedTuple):
    """Links in order of their tails: those of a node are `first[node]` to `first[node + 1]`; `number` [link]."""

    first: Integers
    tail: Integers
    head: Integers
    number: Integers


class Trees(NamedTuple):
    """What is asked: a tree from `origin` at cost row `row` [tree], to `destination` [member].

    The members of a tree are `begin[tree]` to `begin[tree + 1]`.
    """

    origin: Integers
    row: Integers
    begin: Integers
    destination: Integers


class Paths(NamedTuple):
    """What is found: `dist` [member], inf without a path; its links are `links[start[member]:start[member + 1]]`."""

    dist: Floats
    start: Integers
    links: Integers


@compiled
def grow(links: Links, cost: Floats, price: Floats, origin: int, dist: Floats, into: Integers) -> None:
    """Find the distances from `origin` [node] and the link `into` each node, -1: none."""
    first, _, head, number = links
    keys = np.empty(head.size + 1)
    nodes = np.empty(head.size + 1, dtype=np.int64)
    dist[:] = np.inf
    into[:] = -1
    dist[origin] = 0.0
    keys[0], nodes[0] = 0.0, origin
    size = 1
    while size > 0:
        key, node = keys[0], nodes[0]
        size -= 1
        last_key, last_node = keys[size], nodes[size]
        at = 0
        while True:
            child = 2 * at + 1
            if child >= size:
                break
            if child + 1 < size and keys[child + 1] < keys[child]:
                child += 1
            if keys[child] >= last_key:
                break
            keys[at], nodes[at] = keys[child], nodes[child]
            at = child
        keys[at], nodes[at] = last_key, last_node
        if key > dist[node]:
            continue
        for link in range(first[node], first[node + 1]):
            to = head[link]
            reached = key + cost[number[link]] + price[number[link]]
            if reached < dist[to]:
                dist[to] = reached
                into[to] = link
                at = size
                size += 1
                while at > 0 and keys[(at - 1) // 2] > reached:
                    above = (at - 1) // 2
                    keys[at], nodes[at] = keys[above], nodes[above]
                    at = above
                keys[at], nodes[at] = reached, to


@compiled
def find(links: Links, costs: tuple[Floats, Floats], trees: Trees, paths: Paths, tree: int, most: int) -> int:
    """Fill `paths` from `tree` on, up to `most` trees; return the next tree (the same one: no room for its links).

    `costs`: [row, link], and prices [link] on top.
    """
    rows, price = costs
    origin, row, begin, destination = trees
    dist, start, found = paths
    nodes = links.first.size - 1
    reach = np.empty(nodes)
    into = np.empty(nodes, dtype=np.int64)
    last = min(origin.size, tree + most)
    while tree < last:
        grow(links, rows[row[tree]], price, origin[tree], reach, into)
        for member in range(begin[tree], begin[tree + 1]):
            end = destination[member]
            dist[member] = reach[end]
            size = 0
            while end != origin[tree] and into[end] >= 0:
                size += 1
                end = links.tail[into[end]]
            if start[member] + size > found.size:
                return tree
            start[member + 1] = start[member] + size
            end = destination[member]
            for at in range(start[member + 1] - 1, start[member] - 1, -1):
                found[at] = links.number[into[end]]
                end = links.tail[into[end]]
        tree += 1
    return tree
