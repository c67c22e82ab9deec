"""The contraction hierarchy on graphs drawn by hand, and where it gives up."""

import numpy as np
import pytest

from networks import NetworkError
from networks.hierarchy import rounds
from networks.hierarchy.matrix import arc_sums, between, weights_between
from networks.hierarchy.trips import links_between, loads
from networks.trees import Graph


def graph_of(nodes, *arcs):
    """Return the graph of arcs (tail, head, weight), which come sorted; the link of each is its position."""
    tail, head, weight = (np.array(part) for part in zip(*arcs, strict=True)) if arcs else (np.zeros(0, int),) * 3
    return Graph(
        starts=np.searchsorted(tail, np.arange(nodes + 1)),
        heads=head,
        weights=weight.astype(float),
        links=np.arange(len(tail)),
    )


def grid(side, weight=1.0):
    """Return the two-way square grid of equal links."""
    node = np.arange(side * side)
    row, column = np.divmod(node, side)
    steps = [(-side, row > 0), (-1, column > 0), (1, column < side - 1), (side, row < side - 1)]
    arcs = sorted((int(one), int(one + step)) for step, inside in steps for one in node[inside])
    return graph_of(side * side, *((tail, head, weight) for tail, head in arcs))


def test_one_node_is_at_nought_from_itself():
    assert weights_between(rounds.contract(graph_of(1)), np.array([0]), np.array([0])).tolist() == [[0.0]]


def test_nodes_without_links_are_out_of_reach():
    found = weights_between(rounds.contract(graph_of(2)), np.array([0, 1]), np.array([0, 1]))
    assert found.tolist() == [[0.0, np.inf], [np.inf, 0.0]]


def test_a_way_over_three_nodes_beats_a_dear_direct_link():
    hierarchy = rounds.contract(graph_of(3, (0, 1, 2.0), (0, 2, 9.0), (1, 2, 3.0)))
    found = between(hierarchy, arc_sums(hierarchy, np.array([[10.0], [50.0], [20.0]])), np.array([0]), np.array([2]))
    assert found.tolist() == [[[30.0]]]
    assert links_between(hierarchy, 0, 2).tolist() == [0, 2]
    assert links_between(hierarchy, 2, 0) is None
    assert links_between(hierarchy, 1, 1).tolist() == []


def test_places_may_be_asked_for_twice_and_in_any_order():
    hierarchy = rounds.contract(graph_of(3, (0, 1, 2.0), (1, 2, 3.0)))
    found = weights_between(hierarchy, np.array([1, 0, 1]), np.array([2, 2, 0, 1]))
    assert found.tolist() == [[3.0, 3.0, np.inf, 0.0], [5.0, 5.0, 0.0, 2.0], [3.0, 3.0, np.inf, 0.0]]


def test_no_places_give_an_empty_matrix():
    hierarchy = rounds.contract(graph_of(2, (0, 1, 1.0)))
    nothing = np.zeros(0, dtype=np.int64)
    assert weights_between(hierarchy, nothing, np.array([1])).shape == (0, 1)
    assert weights_between(hierarchy, np.array([1]), nothing).shape == (1, 0)


def test_freight_lands_on_the_links_of_the_way():
    hierarchy = rounds.contract(graph_of(3, (0, 1, 2.0), (0, 2, 9.0), (1, 2, 3.0)))
    trips = np.array([0, 1, 2]), np.array([2, 2, 0])
    on_links, found = loads(hierarchy, trips, np.array([4.0, 1.0, 7.0]), 3)
    assert on_links.tolist() == [4.0, 0.0, 5.0]
    assert found.tolist() == [True, True, False]


def test_a_grid_of_equal_links_is_as_far_as_rows_and_columns():
    side = 40
    hierarchy = rounds.contract(grid(side))
    node = np.arange(side * side)
    row, column = np.divmod(node, side)
    wanted = np.abs(row[:, None] - row) + np.abs(column[:, None] - column)
    assert (weights_between(hierarchy, node, node) == wanted).all()
    assert hierarchy.uncontracted == 0
    assert len(hierarchy.links) < 8 * len(node) * 2


def test_a_long_road_needs_about_as_many_shortcuts_as_links():
    nodes = 5000
    arcs = [(one, one + step, 1.0) for one in range(nodes) for step in (-1, 1) if 0 <= one + step < nodes]
    hierarchy = rounds.contract(graph_of(nodes, *arcs))
    assert weights_between(hierarchy, np.array([0]), np.array([nodes - 1])).item() == nodes - 1.0
    assert len(links_between(hierarchy, 0, nodes - 1)) == nodes - 1
    assert len(hierarchy.links) < 3 * len(arcs)


def test_a_star_is_contracted_from_its_points():
    points = 3000
    arcs = [(0, one, 1.0) for one in range(1, points)] + [(one, 0, 2.0) for one in range(1, points)]
    hierarchy = rounds.contract(graph_of(points, *arcs))
    assert weights_between(hierarchy, np.array([1]), np.array([2])).item() == 3.0
    assert len(hierarchy.links) == len(arcs)


def test_a_dense_graph_is_left_uncontracted_and_answered_all_the_same():
    nodes = 90
    rng = np.random.default_rng(5)
    weights = rng.random((nodes, nodes)) + 0.01
    arcs = [(a, b, weights[a, b]) for a in range(nodes) for b in range(nodes) if a != b]
    tail = [(nodes - 1, nodes, 0.5), (nodes, nodes + 1, 0.5)]
    hierarchy = rounds.contract(graph_of(nodes + 2, *arcs, *tail))
    assert hierarchy.uncontracted > 0
    best = weights.copy()
    np.fill_diagonal(best, 0.0)
    for over in range(nodes):
        best = np.minimum(best, best[:, over, None] + best[None, over])
    every = np.arange(nodes)
    np.testing.assert_allclose(weights_between(hierarchy, every, every), best, rtol=1e-12)
    sums = arc_sums(hierarchy, np.append(weights[~np.eye(nodes, dtype=bool)], [0.5, 0.5])[:, None])
    far = between(hierarchy, sums, every, np.array([nodes + 1]))[0, :, 0]
    np.testing.assert_allclose(far, best[:, nodes - 1] + 1.0, rtol=1e-12)
    with pytest.raises(NetworkError, match="too densely linked to be ranked"):
        links_between(hierarchy, 0, 1)


def test_an_order_is_of_its_nodes_only():
    hierarchy = rounds.contract(graph_of(2, (0, 1, 1.0)))
    with pytest.raises(NetworkError, match="the hierarchy has 2 nodes, the graph 3"):
        rounds.contract(graph_of(3, (0, 1, 1.0)), hierarchy)


def test_more_than_32_bits_number_is_refused():
    few = graph_of(2, (0, 1, 1.0))
    starts = np.broadcast_to(np.int64(0), (2**31 + 1,))  # no memory behind it
    with pytest.raises(NetworkError, match="more than a hierarchy can number"):
        rounds.contract(Graph(starts=starts, heads=few.heads, weights=few.weights, links=few.links))


def test_room_for_shortcuts_grows(monkeypatch):
    monkeypatch.setattr(rounds, "_FOUND", 1)
    hierarchy = rounds.contract(grid(12))
    assert weights_between(hierarchy, np.array([0]), np.array([143])).item() == 22.0


def test_a_witness_is_found_among_more_arcs_than_are_noted():
    """A hundred nodes point at the goal, and only the last of the ways there is short."""
    crowd = 100
    ways = [(one, crowd, 50.0) for one in range(2, crowd)]
    arcs = [(0, 1, 1.0), (0, crowd, 4.0), (1, crowd, 2.0), *ways, (crowd + 1, 0, 1.0), (crowd + 1, crowd, 9.0)]
    graph = graph_of(crowd + 2, *sorted(arcs))
    found = weights_between(rounds.contract(graph), np.array([0, 5, crowd + 1]), np.array([crowd]))
    assert found.ravel().tolist() == [3.0, 50.0, 4.0]


def test_notes_without_room_cost_arcs_only(monkeypatch):
    side, node = 12, np.arange(144)
    monkeypatch.setattr(rounds, "_NOTES", 3)
    row, column = np.divmod(node, side)
    wanted = np.abs(row[:, None] - row) + np.abs(column[:, None] - column)
    assert (weights_between(rounds.contract(grid(side)), node, node) == wanted).all()


def test_the_arrays_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        rounds.contract(graph_of(2, (0, 1, 1.0))).ranks[0] = 3


def test_the_same_graph_gives_the_same_hierarchy():
    first, second = (rounds.contract(grid(30)).arrays() for _ in range(2))
    assert all((first[name] == second[name]).all() for name in first)
