"""New weights in the arcs of a hierarchy: small graphs by hand, larger ones against SciPy."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from networks.hierarchy import parting, reweigh, rounds
from networks.hierarchy.matrix import arc_sums, between, weights_between
from networks.hierarchy.trips import links_between
from networks.trees import Graph

SIDE = 24


def graph_of(nodes, *arcs):
    """Return the graph of arcs (tail, head, weight), which come sorted; the link of each is its position."""
    tail, head, weight = (np.array(part) for part in zip(*arcs, strict=True))
    starts = np.searchsorted(tail, np.arange(nodes + 1))
    return Graph(starts=starts, heads=head, weights=weight.astype(float), links=np.arange(len(tail)))


def town(rng, kinds):
    """Return a square of streets with weights of these kinds; inf closes a street."""
    node = np.arange(SIDE * SIDE)
    row, column = np.divmod(node, SIDE)
    steps = ((-SIDE, row > 0), (-1, column > 0), (1, column < SIDE - 1), (SIDE, row < SIDE - 1))
    tail = np.concatenate([node[inside] for _, inside in steps])
    head = np.concatenate([node[inside] + step for step, inside in steps])
    weights = rng.choice(kinds, len(tail))
    order = np.lexsort((head, tail))
    order = order[np.isfinite(weights[order])]
    starts = np.searchsorted(tail[order], np.arange(SIDE * SIDE + 1))
    return Graph(starts=starts, heads=head[order], weights=weights[order], links=order)


def scipy_of(graph):
    shape = (graph.nodes, graph.nodes)
    return dijkstra(
        csr_array((graph.weights, graph.heads.astype(np.int32), graph.starts.astype(np.int32)), shape=shape)
    )


def check(hierarchy, graph):
    """Compare weights with SciPy, and sums along the paths with weights; each adds up, and rounds, in its own order."""
    every = np.arange(graph.nodes)
    known = scipy_of(graph)
    np.testing.assert_allclose(weights_between(hierarchy, every, every), known, rtol=1e-14, atol=0.0)
    by_link = np.zeros(graph.links.max() + 1)
    by_link[graph.links] = graph.weights
    sums = arc_sums(hierarchy, by_link[:, None])
    np.testing.assert_allclose(between(hierarchy, sums, every, every)[0], known, rtol=1e-14, atol=0.0)


def test_a_closed_link_makes_way_for_a_shortcut_that_was_not_needed():
    """From 0 to 3 over 1 or 2; the way over 2 is the longer one until the other is closed, and then again."""
    ways = [(0, 1, 1.0), (0, 2, 2.0), (1, 3, 1.0), (2, 3, 2.0)]
    first = rounds.contract(graph_of(4, *ways))
    closed = reweigh.reweighed(graph_of(4, *(way for way in ways if way[1] != 1)), first)
    opened = reweigh.reweighed(graph_of(4, *ways), closed)
    found = [weights_between(one, np.array([0]), np.array([3])).item() for one in (first, closed, opened)]
    assert found == [2.0, 4.0, 2.0]
    assert links_between(closed, 0, 3).tolist() == [0, 2]


def test_a_link_that_was_not_there_is_taken():
    first = rounds.contract(graph_of(4, (0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0)))
    again = reweigh.reweighed(graph_of(4, (0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 0, 5.0)), first)
    assert weights_between(again, np.array([2]), np.array([1])).item() == 7.0


def test_no_links_are_left_when_all_are_closed():
    first = rounds.contract(graph_of(3, (0, 1, 1.0), (1, 2, 1.0)))
    nothing = np.zeros(0, dtype=np.int64)
    empty = Graph(starts=np.zeros(4, dtype=np.int64), heads=nothing, weights=np.zeros(0), links=nothing)
    again = reweigh.reweighed(empty, first)
    assert len(again.links) == 0
    assert weights_between(again, np.array([0, 1]), np.array([1])).ravel().tolist() == [np.inf, 0.0]


KINDS = {
    "ties": [1.0],
    "nought": [0.0, 1.0, 2.0],
    "closed": [1.0, 2.0, 3.0, np.inf],
    "far apart": [1e-6, 1.0, 1e6],
    "any": np.random.default_rng(8).uniform(0.1, 9.0, 5000),
}


@pytest.mark.parametrize("threads", ["one thread", "two threads"])
@pytest.mark.parametrize("kind", KINDS)
def test_new_weights_are_as_scipy_has_them(kind, threads, monkeypatch):
    if threads == "two threads":
        monkeypatch.setattr(reweigh, "ALONE", 0)
        monkeypatch.setattr(reweigh, "HEIGHTS", (3, 5, 9))
    monkeypatch.setattr(reweigh, "GROWTH", 9.0)
    rng = np.random.default_rng(4)
    hierarchy = rounds.contract(town(rng, [1.0, 1.0, 1.0, 2.0, np.inf]))
    for _ in range(2):
        graph = town(rng, KINDS[kind])
        hierarchy = reweigh.reweighed(graph, hierarchy)
        check(hierarchy, graph)


@pytest.mark.parametrize("noted", [0.0, 0.1])
def test_ways_for_whose_notes_there_is_no_room_are_weighed_all_the_same(noted, monkeypatch):
    monkeypatch.setattr(reweigh, "NOTED", noted)
    monkeypatch.setattr(reweigh, "GROWTH", 9.0)
    rng = np.random.default_rng(4)
    hierarchy = rounds.contract(town(rng, [1.0, 1.0, 1.0, 2.0, np.inf]))
    graph = town(rng, KINDS["any"])
    check(reweigh.reweighed(graph, hierarchy), graph)


def test_no_arc_joins_the_shares_of_two_threads():
    hierarchy = rounds.contract(town(np.random.default_rng(4), [1.0, 2.0]))
    sides = reweigh._table(hierarchy, len(hierarchy.links))
    nodes = hierarchy.nodes
    ends = (hierarchy.up_starts, hierarchy.up_ends), (hierarchy.down_starts, hierarchy.down_ends)
    for first, last in ((0, nodes - nodes // 3), (nodes - nodes // 3, nodes - nodes // 5)):
        starts, shared = parting.parted(*sides, (first, last), 2)
        assert starts[0] == 0
        assert sorted(shared.tolist()) == list(range(first, last))
        thread = np.full(nodes, -1)
        for one in range(2):
            share = shared[starts[one] : starts[one + 1]]
            assert len(share) > 0.25 * (last - first)  # else the tests above say nothing about ways that are put off
            assert (np.diff(share) > 0).all()
            thread[share] = one
        for offsets, high in ends:
            low = np.repeat(np.arange(nodes), np.diff(offsets))
            inside = (low >= first) & (high < last)
            assert (thread[low[inside]] == thread[high[inside]]).all()


def test_a_dense_graph_keeps_its_uncontracted_nodes(monkeypatch):
    nodes = 90
    rng = np.random.default_rng(5)
    pairs = [(a, b) for a in range(nodes) for b in range(nodes) if a != b]
    tail = [(nodes - 1, nodes), (nodes, nodes + 1)]
    first, second = (graph_of(nodes + 2, *((a, b, rng.uniform(0.1, 1.0)) for a, b in pairs + tail)) for _ in range(2))
    hierarchy = rounds.contract(first)
    assert hierarchy.uncontracted > 0
    for alone in (20_000, 0):
        monkeypatch.setattr(reweigh, "ALONE", alone)
        again = reweigh.reweighed(second, hierarchy)
        assert again.uncontracted == hierarchy.uncontracted
        check(again, second)


def test_where_the_arcs_are_too_many_they_are_found_afresh(monkeypatch):
    rng = np.random.default_rng(2)
    first, second = town(rng, [1.0, np.inf]), town(rng, KINDS["far apart"])
    hierarchy = rounds.contract(first)
    monkeypatch.setattr(reweigh, "GROWTH", 0.0)
    assert reweigh.reweighed(second, hierarchy) is None
    check(rounds.contract(second, hierarchy), second)


def test_weights_on_the_same_graph_need_no_more_arcs():
    graph = town(np.random.default_rng(7), KINDS["any"])
    hierarchy = rounds.contract(graph)
    again = reweigh.reweighed(graph, hierarchy)
    assert (again.ranks == hierarchy.ranks).all()
    assert len(again.links) < 1.02 * len(hierarchy.links)


def test_the_same_weights_give_the_same_arrays(monkeypatch):
    monkeypatch.setattr(reweigh, "ALONE", 0)
    graph = town(np.random.default_rng(7), KINDS["closed"])
    hierarchy = rounds.contract(graph)
    first, second = (reweigh.reweighed(graph, hierarchy).arrays() for _ in range(2))
    assert all((first[name] == second[name]).all() for name in first)
