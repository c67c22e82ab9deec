"""The network simplex of min-cost flow, from flows and trees written by hand and drawn at random."""

import numpy as np
import pytest

from models.flows.free_arcs import fill_free_cycles, walk_of
from models.flows.network_simplex import basis, pivot
from models.flows.relax import DONE, GOES_ON
from models.flows.residual import Arcs, carry_over, is_proved, residual
from models.flows.spanning_tree import ARC, DEPTH, IS_UP, PARENT, grow, growing_of, hang


def filled(arcs, flow, nodes, most=1000):
    """Return the flow after its free cycles are filled, `most` ways at a time."""
    flow = np.array(flow)
    among = np.arange(flow.size)
    graph = residual(arcs, flow, among, nodes)
    walk, how = walk_of(graph), GOES_ON
    while how != DONE:
        how, _ = fill_free_cycles(graph, walk, most)
    carry_over(graph, among, flow)
    return flow


def tree_of(graph, among, price, begin, most=1000):
    """Return a tree of the graph and its prices, grown `most` ways at a time."""
    growing, how = growing_of(graph, among, price, 1, begin), GOES_ON
    while how != DONE:
        how, _ = grow(growing, most)
    return growing.tree, growing.price


def all_can_go_up(arcs, flow, tree, price):
    """Assert that something can go up from every node of the tree, along arcs that cost nothing."""
    nodes = price.size
    for node in range(nodes):
        parent, arc = tree[node, PARENT], tree[node, ARC]
        assert tree[node, DEPTH] == tree[parent, DEPTH] + 1  # so all hang from the root, and none in a ring
        if arc == -1:
            assert parent == nodes
            continue
        is_up = tree[node, IS_UP] == 1
        assert (arcs.tail[arc], arcs.head[arc]) == ((node, parent) if is_up else (parent, node))
        assert (arcs.capacity[arc] - flow[arc] if is_up else flow[arc]) > 0
        assert arcs.cost[arc] + price[arcs.tail[arc]] - price[arcs.head[arc]] == 0


def arcs_of(*rows):
    return Arcs(*np.array(rows).T.copy())


def drawn_arcs(random, nodes, count, least, beyond):
    """Return arcs between drawn nodes, loops left out, with capacities and costs from `least` to below `beyond`."""
    tail, head = random.integers(0, nodes, (2, count))
    joins = tail != head
    return Arcs(tail[joins], head[joins], *random.integers(least, beyond, (2, int(joins.sum()))))


def shipped(arcs, flow, nodes):
    """Return what the flow takes away from each node."""
    taken = np.zeros(nodes, dtype=np.int64)
    np.add.at(taken, arcs.tail, flow)
    np.subtract.at(taken, arcs.head, flow)
    return taken


# a triangle, both ways round; a unit round it by arcs 0, 1, 2 costs 1 + 2 - 4 = -1
TRIANGLE = arcs_of((0, 1, 5, 1), (1, 2, 4, 2), (2, 0, 9, -4))


def test_a_free_cycle_carries_more_in_the_direction_that_pays_until_an_arc_is_full():
    # the rooms are 3, 2 and 8: two more go round
    assert filled(TRIANGLE, [2, 2, 1], 3).tolist() == [4, 4, 3]


def test_a_free_cycle_carries_less_where_that_pays():
    dear = TRIANGLE._replace(cost=np.array([1, 2, 4]))
    assert filled(dear, [2, 2, 1], 3).tolist() == [1, 1, 0]


@pytest.mark.parametrize("most", [0, 1, 1000])
def test_no_free_cycle_is_left_and_no_flow_gets_dearer(most):
    random = np.random.default_rng(4)
    for _ in range(50):
        nodes, count = int(random.integers(2, 9)), int(random.integers(1, 30))
        arcs = drawn_arcs(random, nodes, count, 2, 9)
        before = random.integers(0, arcs.capacity + 1)
        after = filled(arcs, before, nodes, most)
        assert (shipped(arcs, before, nodes) == shipped(arcs, after, nodes)).all()
        assert ((after >= 0) & (after <= arcs.capacity)).all()
        assert after @ arcs.cost <= before @ arcs.cost
        group = np.arange(nodes)  # a forest: each free arc joins two groups that nothing joined before
        for arc in np.flatnonzero((after > 0) & (after < arcs.capacity)):
            one, other = group[arcs.tail[arc]], group[arcs.head[arc]]
            assert one != other
            group[group == one] = other


def test_pivots_move_a_dear_flow_to_the_cheapest_with_prices_that_prove_it():
    # 2 units from 0 to 2 by the dear arc; the way by 1 costs 4 and has room for both
    arcs = arcs_of((0, 2, 3, 9), (0, 1, 2, 2), (1, 2, 5, 2), (2, 2, 7, -1))
    flow, among = np.array([2, 0, 0, 7]), np.arange(3)
    graph = residual(arcs, flow, among, 3)
    tree, price = tree_of(graph, among, np.zeros(3, dtype=np.int64), 2)
    assert sorted(tree[:3, ARC]) == [-1, 0, 2]  # from 0 by the free arc, from 1 by its own; none joins 2 to the root
    start = basis(arcs, flow, tree, price)
    assert pivot(start, 10, 1000)[0] == DONE
    assert start.flow[:-1].tolist() == [0, 2, 2, 7]  # the loop that pays stays full
    assert is_proved(arcs, start.flow[:-1], np.array([2, 0, -2]), start.price)
    assert not is_proved(arcs, flow, np.array([2, 0, -2]), start.price)
    assert not is_proved(arcs, start.flow[:-1], np.array([3, 0, -3]), start.price)


@pytest.mark.parametrize("most", [0, 1, 1000])
def test_a_tree_keeps_all_free_arcs_and_from_every_node_something_can_go_up(most):
    random = np.random.default_rng(6)
    for _ in range(100):
        nodes, count = int(random.integers(2, 12)), int(random.integers(1, 40))
        arcs = drawn_arcs(random, nodes, count, 0, 4)
        flow = filled(arcs, random.integers(0, arcs.capacity + 1), nodes)
        among = np.arange(flow.size)
        graph = residual(arcs, flow, among, nodes)
        tree, price = tree_of(graph, among, random.integers(-5, 5, nodes), int(random.integers(nodes)), most)
        held = tree[:nodes, ARC]
        assert set(np.flatnonzero((flow > 0) & (flow < arcs.capacity))) <= set(held)
        all_can_go_up(arcs, flow, tree, price)


def all_or_nothing(random):
    """Return a graph of arcs that carry one unit or none and cost one or nothing, a flow on it, and its nodes."""
    nodes, count = int(random.integers(2, 12)), int(random.integers(2, 60))
    arcs = drawn_arcs(random, nodes, count, 0, 2)
    return arcs, random.integers(0, arcs.capacity + 1), nodes


def assignment(random):
    """Return all pairs of two sides, most of them at the same cost, matched at random."""
    side = int(random.integers(2, 9))
    tail, head = np.divmod(np.arange(side * side), side)
    flow = np.zeros(side * side, dtype=np.int64)
    flow[np.arange(side) * side + random.permutation(side)] = 1
    cost = np.full_like(tail, 7) + (random.random(tail.size) < random.choice([0, 0.3]))
    return Arcs(tail, head + side, np.full_like(tail, random.choice([1, 9])), cost), flow, 2 * side


@pytest.mark.parametrize("drawn", [all_or_nothing, assignment])
def test_pivots_that_move_nothing_come_to_an_end_and_keep_a_way_up_from_every_node(drawn):
    random, still = np.random.default_rng(8), 0
    for _ in range(200):
        arcs, before, nodes = drawn(random)
        among, flow = np.arange(before.size), filled(arcs, before, nodes)
        graph, prices = residual(arcs, flow, among, nodes), random.integers(-2, 3, nodes)
        start = basis(arcs, flow, *tree_of(graph, among, prices, int(random.integers(nodes))))
        for _ in range(500):
            at = start.flow.copy()
            how, _ = pivot(start, 1, 0)  # one pivot
            all_can_go_up(arcs, start.flow, start.tree, start.price)
            if how == DONE:
                break
            still += int((start.flow == at).all())
        assert how == DONE
        assert is_proved(arcs, start.flow[:-1], shipped(arcs, before, nodes), start.price)
    assert still > 200, "pivots that move nothing are what this is about"


def test_a_pivot_that_moves_nothing_counts_its_way_round_the_cycle():
    # nothing goes along the path 0 -> 1 -> ... -> 99, so none of it can be sent by the cheap arc 0 -> 99 instead
    each = np.arange(99)
    arcs = Arcs(np.append(0, each), np.append(99, each + 1), np.ones(100, dtype=int), np.append(-1, np.zeros(99, int)))
    flow, tree = np.zeros(100, dtype=int), np.full((101, 8), -1, dtype=np.int32)
    tree[100, DEPTH] = 0
    for node in range(99, -1, -1):
        hang(tree, node, node + 1, node + 1 if node < 99 else -1, 1)
        tree[node, DEPTH] = 100 - node
    start = basis(arcs, flow, tree, np.zeros(100, dtype=int))
    # one arc looked at, 99 of the path, and node 0 below the arc that leaves
    assert pivot(start, 1, 0) == (GOES_ON, 101)
    assert not start.flow.any()
    assert pivot(start, 1, 1000)[0] == DONE
