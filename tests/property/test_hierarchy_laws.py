"""Laws of the contraction hierarchy, on small directed graphs drawn at random, against SciPy."""

from unittest.mock import patch

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from networks import assign, from_tables, route, travel
from networks.hierarchy import reweigh, rounds
from networks.hierarchy.matrix import arc_sums, between, weights_between
from networks.hierarchy.trips import links_between, loads
from networks.trees import Graph, build_graph

calm = settings(deadline=None, max_examples=80)  # the first example also compiles

SIZE = 12
IDS = [f"n{number}" for number in range(SIZE)]
nodes = st.integers(0, SIZE - 1)
weights = st.one_of(st.just(0.0), st.sampled_from([1.0, 2.0, 3.0]), st.floats(1e-6, 50.0))
links = st.lists(st.tuples(nodes, nodes, weights, weights), min_size=1, max_size=60)


def network_of(drawn):
    table = pd.DataFrame(
        {
            "link_id": [f"l{number}" for number in range(len(drawn))],
            "origin_node_id": [IDS[tail] for tail, *_ in drawn],
            "destination_node_id": [IDS[head] for _, head, *_ in drawn],
            "length_km": [km for *_, km, _ in drawn],
            "travel_h": [
                max(h, 1e-4) for *_, h in drawn
            ],  # a tie is told by a part of each link that rounding must not eat
        }
    ).astype({"link_id": "str", "origin_node_id": "str", "destination_node_id": "str", "length_km": float})
    places = pd.DataFrame({"node_id": IDS, "lon": np.arange(SIZE) / 10.0, "lat": np.zeros(SIZE)})
    return from_tables(places, table.astype({"travel_h": float}))


def oracle(graph):
    shape = (graph.nodes, graph.nodes)
    ends = graph.heads.astype(np.int32), graph.starts.astype(np.int32)
    return dijkstra(csr_array((graph.weights, *ends), shape=shape))


EVERY = np.arange(SIZE)


def found_by(graph, like=None):
    return weights_between(rounds.contract(graph, like), EVERY, EVERY)


@calm
@given(links)
def test_a_hierarchy_finds_the_shortest_paths_of_scipy(drawn):
    network = network_of(drawn)
    graph = build_graph(network, "km")
    np.testing.assert_allclose(found_by(graph), oracle(graph), rtol=1e-12, atol=0.0)


@calm
@given(links)
def test_the_links_of_a_path_added_up_are_the_sums_of_the_matrix(drawn):
    network = network_of(drawn)
    values = network.links[["length_km", "travel_h"]].to_numpy()
    hierarchy = rounds.contract(build_graph(network, "h"))
    km, h = between(hierarchy, arc_sums(hierarchy, values), EVERY, EVERY)
    tail, head = network.ends()
    for origin in range(SIZE):
        for destination in range(SIZE):
            rows = links_between(hierarchy, origin, destination)
            if rows is None:
                assert np.isinf([km[origin, destination], h[origin, destination]]).all()
                continue
            stops = [origin, *head[rows]]
            assert stops[-1] == destination
            assert stops[:-1] == tail[rows].tolist()
            np.testing.assert_allclose(values[rows].sum(axis=0)[1], h[origin, destination], rtol=1e-12)
            if min((values[row, 1] for row in rows), default=1.0) > 1e-9:
                np.testing.assert_allclose(values[rows].sum(axis=0)[0], km[origin, destination], rtol=1e-9)


@calm
@given(links, st.lists(st.one_of(weights, st.just(np.inf)), min_size=60, max_size=60))
def test_new_weights_in_the_old_order_are_as_a_fresh_hierarchy(drawn, new):
    network = network_of(drawn)
    old = rounds.contract(build_graph(network, "km"))
    graph = build_graph(network, "km", np.array(new[: len(drawn)]))
    again = found_by(graph, old)
    np.testing.assert_allclose(again, found_by(graph), rtol=1e-12, atol=0.0)
    np.testing.assert_allclose(again, oracle(graph), rtol=1e-12, atol=0.0)


TOWN = 14
few = settings(deadline=None, max_examples=25)


def town(rng, kinds):
    """Return a square of streets, some closed; its weights are of these kinds, so that many ways are equally long."""
    node = np.arange(TOWN * TOWN)
    row, column = np.divmod(node, TOWN)
    steps = ((-TOWN, row > 0), (-1, column > 0), (1, column < TOWN - 1), (TOWN, row < TOWN - 1))
    tail = np.concatenate([node[inside] for _, inside in steps])
    head = np.concatenate([node[inside] + step for step, inside in steps])
    weights = rng.choice(kinds, len(tail))
    order = np.lexsort((head, tail))
    order = order[np.isfinite(weights[order])]
    starts = np.searchsorted(tail[order], np.arange(TOWN * TOWN + 1))
    return Graph(starts=starts, heads=head[order], weights=weights[order], links=order)


@few
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.sampled_from([0.0, 1e-300, 0.1, 0.3, 1.0, 2.0, 1e6, np.inf]), min_size=1, max_size=6),
)
def test_weights_changed_again_and_again_are_as_rebuilt_and_as_scipy(seed, kinds):
    rng = np.random.default_rng(seed)
    every = np.arange(TOWN * TOWN)
    hierarchy = rounds.contract(town(rng, [1.0, np.inf]))
    for alone, noted in ((reweigh.ALONE, 1.0), (0, 1.0), (0, 0.1)):
        graph = town(rng, kinds)
        with patch.multiple(reweigh, ALONE=alone, HEIGHTS=(3, 5, 9), NOTED=noted, GROWTH=2.0):
            hierarchy = rounds.contract(graph, hierarchy)
        again = weights_between(hierarchy, every, every)
        np.testing.assert_allclose(again, weights_between(rounds.contract(graph), every, every), rtol=1e-14, atol=0.0)
        np.testing.assert_allclose(again, oracle(graph), rtol=1e-14, atol=0.0)


@calm
@given(links)
def test_both_engines_choose_the_same_paths(drawn):
    network = network_of(drawn)
    slow = travel(network, IDS, IDS, engine="dijkstra")
    fast = travel(network, IDS, IDS, engine="hierarchy")
    assert (slow.engine, fast.engine) == ("dijkstra", "hierarchy")
    np.testing.assert_allclose(fast.h, slow.h, rtol=1e-12)
    np.testing.assert_allclose(fast.km, slow.km, rtol=1e-12)
    assert list(fast.unreachable()) == list(slow.unreachable())


@calm
@given(links)
def test_a_detour_is_never_shorter(drawn):
    km = travel(network_of(drawn), IDS, IDS, by="km", engine="hierarchy").km
    assert (km[:, None, :] <= (km[:, :, None] + km[None, :, :]) * (1.0 + 1e-9)).all()


@calm
@given(links, st.lists(st.floats(0.0, 1e6), min_size=SIZE * SIZE, max_size=SIZE * SIZE))
def test_tonne_kilometres_on_links_are_those_of_the_trips(drawn, tonnes):
    network = network_of(drawn)
    km = travel(network, IDS, IDS, engine="hierarchy").km.ravel()
    reached = np.isfinite(km)
    trips = pd.DataFrame(
        {
            "origin": np.repeat(IDS, SIZE)[reached],
            "destination": np.tile(IDS, SIZE)[reached],
            "t_per_year": np.array(tonnes)[reached],
        }
    )
    fast, slow = (assign(network, trips, engine=engine)["t_per_year"] for engine in ("hierarchy", "dijkstra"))
    np.testing.assert_allclose(fast, slow, rtol=1e-9, atol=1e-6)
    wanted = (trips["t_per_year"] * km[reached]).sum()
    np.testing.assert_allclose((fast * network.links["length_km"]).sum(), wanted, rtol=1e-9, atol=1e-6)


@calm
@given(links, nodes, nodes)
def test_a_route_is_the_same_by_both_engines(drawn, origin, destination):
    network = network_of(drawn)
    hierarchy = rounds.contract(build_graph(network, "h"))
    if links_between(hierarchy, origin, destination) is not None:
        ways = [route(network, IDS[origin], IDS[destination], engine=one) for one in ("hierarchy", "dijkstra")]
        assert ways[0].link_ids == ways[1].link_ids


@calm
@given(links)
def test_loads_of_pairs_without_a_path_are_told(drawn):
    network = network_of(drawn)
    graph = build_graph(network, "km")
    every = np.repeat(np.arange(SIZE), SIZE), np.tile(np.arange(SIZE), SIZE)
    found = loads(rounds.contract(graph), every, np.ones(SIZE * SIZE), len(drawn))[1]
    assert (found == np.isfinite(oracle(graph)).ravel()).all()
