"""The network simplex of min-cost flow, from flows drawn by hand."""

import numpy as np
import pytest

from models.flows.free_arcs import fill_free_cycles, walk_of
from models.flows.network_simplex import basis, pivot
from models.flows.relax import DONE, GOES_ON
from models.flows.residual import Arcs, carry_over, is_proved, residual
from models.flows.spanning_tree import ARC, DEPTH, IS_UP, PARENT, grow, growing_of


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


def arcs_of(*rows):
    return Arcs(*np.array(rows).T.copy())


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
        tail, head = random.integers(0, nodes, (2, count))
        arcs = Arcs(tail[tail != head], head[tail != head], *random.integers(2, 9, (2, int((tail != head).sum()))))
        before = random.integers(0, arcs.capacity + 1)
        after = filled(arcs, before, nodes, most)
        sent = np.zeros((2, nodes), dtype=np.int64)
        for flow, at in ((before, sent[0]), (after, sent[1])):
            np.add.at(at, arcs.tail, flow)
            np.subtract.at(at, arcs.head, flow)
        assert (sent[0] == sent[1]).all()
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
        tail, head = random.integers(0, nodes, (2, count))
        arcs = Arcs(tail[tail != head], head[tail != head], *random.integers(0, 4, (2, int((tail != head).sum()))))
        flow = filled(arcs, random.integers(0, arcs.capacity + 1), nodes)
        among = np.arange(flow.size)
        graph = residual(arcs, flow, among, nodes)
        tree, price = tree_of(graph, among, random.integers(-5, 5, nodes), int(random.integers(nodes)), most)
        held = tree[:nodes, ARC]
        assert set(np.flatnonzero((flow > 0) & (flow < arcs.capacity))) <= set(held)
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
