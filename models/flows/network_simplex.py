"""From a flow that is nearly cheapest to a cheapest one, compiled: pivots of the primal network simplex.

An arc of the wrong reduced cost enters a spanning tree. Of the arcs that stop the flow round its cycle, the last from
the cycle's join on leaves it (which keeps the tree strongly feasible, so that no pivot comes again). The worst arc of a
block enters; blocks are taken in turn.

Source: Ahuja, Magnanti, Orlin, Network Flows, 1993, section 11.5; block search as in Kiraly, Kovacs, Efficient
implementations of minimum-cost flow algorithms, 2012.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Integers
from models.compiled import compiled
from models.flows.relax import DONE, GOES_ON
from models.flows.residual import NONE, Arcs, Numbers, Ways
from models.flows.spanning_tree import ARC, DEPTH, IS_UP, PARENT, exchange, shift_below

TAIL, HEAD, UNIT_COST, SIDE = 0, 1, 2, 3  # what an arc's record holds
EMPTY, IN_TREE, FULL = 1, 0, -1  # sides: what the flow of the arc may do


class Basis(NamedTuple):
    """`arc` [arc, field] and `flow`, `capacity` [arc], `price` [node] of the `tree` [node, field], `at`: next block.

    `flow` and `capacity` hold one more: the arc NONE, which joins nodes to the root, carries nothing.
    """

    arc: Numbers
    flow: Numbers
    capacity: Numbers
    tree: Ways
    price: Integers
    at: Integers


def basis(arcs: Arcs, flow: Numbers, tree: Ways, price: Integers) -> Basis:
    """Return the basis of a tree that holds all arcs that are neither empty nor full."""
    side = np.where(flow > 0, FULL, EMPTY).astype(flow.dtype)
    side[arcs.tail == arcs.head] = IN_TREE  # loops never enter: their flow is known
    tied = tree[:, ARC]
    side[tied[tied != NONE]] = IN_TREE
    arc = np.stack([arcs.tail, arcs.head, arcs.cost, side], axis=1)
    nothing, most = np.zeros(1, dtype=flow.dtype), np.full(1, np.iinfo(flow.dtype).max, dtype=flow.dtype)
    flow, capacity = np.append(flow, nothing), np.append(arcs.capacity, most)
    return Basis(arc, flow, capacity, tree, price, np.zeros(1, dtype=np.int64))


@compiled
def pivot(basis: Basis, block: int, most: int) -> tuple[int, int]:
    """Carry on for at least `most` arcs and nodes; return how it ended, and how many were looked at."""
    arc, _, _, tree, price, _ = basis
    looked = 0
    while looked <= most:
        entering, seen = _worst_of_a_block(basis, block)
        looked += seen
        if entering == NONE:
            return DONE, looked
        tail, head, side = arc[entering, TAIL] + 0, arc[entering, HEAD] + 0, arc[entering, SIDE]  # of 64 bits
        begin, end = (tail, head) if side == EMPTY else (head, tail)
        amount, join, out, is_ahead = _narrowest(basis, entering, begin, end)
        _send(basis, entering, begin, end, join, amount)
        looked += tree[begin, DEPTH] + tree[end, DEPTH] - 2 * tree[join, DEPTH]  # round the cycle, if nothing moves too
        if out == NONE:
            arc[entering, SIDE] = -side
            continue
        leaving = tree[out, ARC]
        if leaving != NONE:
            arc[leaving, SIDE] = EMPTY if basis.flow[leaving] == 0 else FULL
        arc[entering, SIDE] = IN_TREE
        inner, outer = (end, begin) if is_ahead else (begin, end)
        reduced = arc[entering, UNIT_COST] + price[tail] - price[head]
        is_up = 1 if tail == inner else 0
        exchange(tree, inner, outer, out, entering, is_up)
        looked += shift_below(tree, price, inner, -reduced if is_up == 1 else reduced)
    return GOES_ON, looked


@compiled
def _worst_of_a_block(basis: Basis, block: int) -> tuple[int, int]:
    """Return the arc that breaks most what its side asks for, NONE without one, and how many were looked at."""
    arc, price, at = basis.arc, basis.price, basis.at
    arcs = arc.shape[0]
    worst, least, looked, begin = NONE, 0, 0, at[0]
    while looked < arcs:
        end = min(begin + block, arcs)
        for each in range(begin, end):
            reduced = arc[each, SIDE] * (arc[each, UNIT_COST] + price[arc[each, TAIL]] - price[arc[each, HEAD]])
            if reduced < least:
                worst, least = each, reduced
        looked += end - begin
        begin = end if end < arcs else 0
        if worst != NONE:
            break
    at[0] = begin
    return worst, looked


@compiled
def _narrowest(basis: Basis, entering: int, begin: int, end: int) -> tuple[int, int, int, bool]:
    """Return what can go round from `begin` by the arc to `end`, where its tree paths join, and what stops it first.

    That is the node below the arc that leaves (NONE: the entering arc itself), and whether it is on the path of `end`.
    """
    _, flow, capacity, tree, _, _ = basis
    amount, out, is_ahead = capacity[entering] + 0, NONE, False
    lower, upper = begin, end
    while lower != upper:
        if tree[lower, DEPTH] >= tree[upper, DEPTH]:
            arc = tree[lower, ARC]
            room = flow[arc] if tree[lower, IS_UP] == 1 else capacity[arc] - flow[arc]
            if room < amount:
                amount, out = room, lower
            lower = tree[lower, PARENT]
        else:
            upper = tree[upper, PARENT]
    upper = end
    while upper != lower:
        arc = tree[upper, ARC]
        room = capacity[arc] - flow[arc] if tree[upper, IS_UP] == 1 else flow[arc]
        if room <= amount:
            amount, out, is_ahead = room, upper, True
        upper = tree[upper, PARENT]
    return amount, lower, out, is_ahead


@compiled
def _send(basis: Basis, entering: int, begin: int, end: int, join: int, amount: int) -> None:
    """Send the amount round."""
    if amount == 0:
        return
    basis.flow[entering] += amount * basis.arc[entering, SIDE]
    _send_up(basis, begin, join, -amount)
    _send_up(basis, end, join, amount)


@compiled
def _send_up(basis: Basis, node: int, join: int, amount: int) -> None:
    flow, tree = basis.flow, basis.tree
    while node != join:
        flow[tree[node, ARC]] += amount if tree[node, IS_UP] == 1 else -amount
        node = tree[node, PARENT]
