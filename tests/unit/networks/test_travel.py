import networkx as nx
import numpy as np
import pandas as pd
import pytest

from networks import NetworkError, UnknownNodeError, join, snap, travel, trees
from networks.network import from_tables


def two_way(*links):
    return [*links, *((f"{name}~", end, start, *rest) for name, start, end, *rest in links)]


def test_km_and_h_add_up_along_a_road(chain):
    answer = travel(chain, ["a", "b"], ["a", "b", "c"])
    assert answer.km.tolist() == [[0.0, 10.0, 20.0], [10.0, 0.0, 10.0]]
    assert answer.h.tolist() == [[0.0, 0.25, 0.5], [0.25, 0.0, 0.25]]
    assert (answer.origins, answer.destinations) == (("a", "b"), ("a", "b", "c"))


def test_a_one_way_street_is_not_driven_backwards(make_network):
    network = make_network([("ab", "a", "b", 10.0, 0.25)])
    answer = travel(network, ["a", "b"], ["a", "b"])
    assert answer.km.tolist() == [[0.0, 10.0], [np.inf, 0.0]]
    assert answer.h.tolist() == [[0.0, 0.25], [np.inf, 0.0]]


def test_the_fastest_path_may_be_the_longer_one(make_network):
    network = make_network([("ab", "a", "b", 10.0, 1.0), ("ad", "a", "d", 15.0, 0.2), ("db", "d", "b", 15.0, 0.2)])
    fastest, shortest = travel(network, ["a"], ["b"]), travel(network, ["a"], ["b"], by="km")
    assert (fastest.km.item(), fastest.h.item()) == (30.0, 0.4)
    assert (shortest.km.item(), shortest.h.item()) == (10.0, 1.0)


def test_of_parallel_links_the_cheaper_by_the_chosen_measure_is_taken(make_network):
    network = make_network(
        [("slow", "a", "b", 10.0, 1.0), ("fast", "a", "b", 12.0, 0.2), ("same", "a", "b", 12.0, 0.2)]
    )
    assert travel(network, ["a"], ["b"]).km.item() == 12.0
    assert travel(network, ["a"], ["b"], by="km").h.item() == 1.0


def test_a_self_loop_changes_nothing(make_network):
    network = make_network([("aa", "a", "a", 1.0, 0.01), ("ab", "a", "b", 10.0, 0.25)])
    assert travel(network, ["a"], ["a", "b"]).km.tolist() == [[0.0, 10.0]]


def test_a_link_of_no_length_is_not_lost(make_network):
    network = make_network([("ab", "a", "b", 0.0, 1e-9), ("bc", "b", "c", 5.0, 0.1)])
    answer = travel(network, ["a"], ["b", "c"], by="km")
    assert answer.km.tolist() == [[0.0, 5.0]]


def test_a_link_of_no_length_both_ways_does_not_go_in_circles(make_network):
    network = make_network(
        two_way(("ab", "a", "b", 0.0, 1e-9), ("bc", "b", "c", 0.0, 1e-9), ("ca", "c", "a", 0.0, 1e-9))
    )
    assert travel(network, ["a", "b"], ["a", "b", "c"], by="km").km.tolist() == [[0.0] * 3] * 2


def test_further_columns_are_summed_along_the_same_path(make_network):
    links = [("ab", "a", "b", 10.0, 1.0), ("ad", "a", "d", 15.0, 0.2), ("db", "d", "b", 5.0, 0.2)]
    network = make_network(links, toll_vnd_per_km=[0.0, 1000.0, 100.0], toll=[False, True, True])
    answer = travel(network, ["a"], ["b"], accumulate=["toll_vnd_per_km", "toll"])
    assert answer.sums["toll_vnd"].item() == 15.0 * 1000 + 5.0 * 100
    assert answer.sums["toll"].item() == 2.0
    assert travel(network, ["a"], ["b"], by="km", accumulate=["toll"]).sums["toll"].item() == 0.0


def test_unreachable_pairs_are_infinite_in_every_sum(make_network):
    network = make_network([("ab", "a", "b", 10.0, 1.0)], toll=[True])
    assert travel(network, ["b"], ["a"], accumulate=["toll"]).sums["toll"].item() == np.inf


def test_paths_may_minimise_any_column_of_numbers(make_network):
    network = make_network([("ab", "a", "b", 10.0, 1.0), ("ba", "a", "b", 90.0, 9.0)], cost=[5.0, 1.0])
    assert travel(network, ["a"], ["b"], by="cost").km.item() == 90.0


@pytest.mark.parametrize(
    ("cost", "message"),
    [
        ([1.0, np.nan], "1 links have no finite cost, first bc"),
        ([1.0, np.inf], "1 links have no finite cost, first bc"),
        ([-1.0, 1.0], "1 links have a negative cost, first ab"),
        (["1", "2"], "the links have no numbers 'cost', expected one of h, km, "),
    ],
)
def test_weights_that_are_no_good_are_refused(make_network, cost, message):
    network = make_network([("ab", "a", "b", 10.0, 1.0), ("bc", "b", "c", 10.0, 1.0)], cost=cost)
    with pytest.raises(NetworkError, match=message):
        travel(network, ["a"], ["b"], by="cost")


def test_a_column_that_is_not_there_is_not_counted_as_one_per_link(chain):
    with pytest.raises(NetworkError, match="the links have no numbers 'lenght_km'"):
        travel(chain, ["a"], ["b"], by="lenght_km")
    with pytest.raises(NetworkError, match="the links have no numbers 'toll'"):
        travel(chain, ["a"], ["b"], accumulate=["toll"])


def test_an_unknown_node_is_named(chain):
    with pytest.raises(UnknownNodeError, match="'z'"):
        travel(chain, ["a"], ["z"])


def test_the_answer_cannot_be_changed(chain):
    with pytest.raises(ValueError, match="read-only"):
        travel(chain, ["a"], ["b"]).km[0, 0] = 1.0


def test_origins_may_repeat_and_may_be_none(chain):
    assert travel(chain, ["a", "a"], ["c"]).km.tolist() == [[20.0], [20.0]]
    assert travel(chain, [], ["c"]).km.shape == (0, 1)
    assert travel(chain, ["a"], []).km.shape == (1, 0)


def test_snapped_places_travel_from_door_to_door_and_keep_their_names(chain):
    places = pd.DataFrame({"point_id": ["p", "q"], "lon": [105.0, 105.2], "lat": [21.01, 21.0]})
    snapped = snap(chain, places)
    answer = travel(chain, snapped, snapped)
    assert answer.origins == answer.destinations == ("p", "q")
    assert answer.km[0, 1] == pytest.approx(20.0 + snapped.points["connector_km"][0])
    assert answer.km[0, 0] == 0.0
    assert np.array_equal(answer.km, travel(join(chain, snapped), snapped, snapped).km)
    assert travel(chain, snapped, ["b"]).km[:, 0] == pytest.approx([10.0 + snapped.points["connector_km"][0], 10.0])


@pytest.fixture(scope="module")
def grid():
    """Return a grid of 20 x 20 nodes, a fifth of its links missing, lengths at random, and its graph."""
    rng = np.random.default_rng(1)
    numbers = np.arange(400).reshape(20, 20)
    pairs = np.vstack(
        [
            np.column_stack([numbers[:, :-1].ravel(), numbers[:, 1:].ravel()]),
            np.column_stack([numbers[:-1].ravel(), numbers[1:].ravel()]),
        ]
    )
    pairs = np.vstack([pairs, pairs[:, ::-1]])[rng.random(2 * len(pairs)) < 0.8]
    km = rng.random(len(pairs)) + 0.1
    ids = np.array([f"n{number}" for number in range(400)])
    links = pd.DataFrame(
        {
            "link_id": [f"l{number}" for number in range(len(pairs))],
            "origin_node_id": ids[pairs[:, 0]],
            "destination_node_id": ids[pairs[:, 1]],
            "length_km": km,
            "travel_h": km / (20 + 40 * rng.random(len(pairs))),
        }
    )
    nodes = pd.DataFrame(
        {"node_id": ids, "lon": 105 + np.arange(400) % 20 * 0.01, "lat": 21 + np.arange(400) // 20 * 0.01}
    )
    return from_tables(nodes, links)


@pytest.mark.parametrize("by", ["h", "km"])
def test_every_pair_of_a_grid_agrees_with_networkx(grid, by):
    weight = {"h": "travel_h", "km": "length_km"}[by]
    ids = grid.nodes["node_id"].tolist()
    expected = dict(nx.all_pairs_dijkstra_path_length(grid.to_networkx(), weight=weight))
    found = getattr(travel(grid, ids, ids, by=by), by)
    wanted = np.array([[expected[origin].get(goal, np.inf) for goal in ids] for origin in ids])
    assert np.allclose(found, wanted, rtol=1e-12)


def test_memory_is_bounded_by_taking_origins_in_groups(grid, monkeypatch):
    ids = grid.nodes["node_id"].tolist()
    whole = travel(grid, ids, ids[:7])
    monkeypatch.setattr(trees, "_CELLS", 1200)
    grouped = travel(grid, ids, ids[:7])
    assert np.array_equal(whole.km, grouped.km)
    assert np.array_equal(whole.h, grouped.h)


def test_km_of_the_fastest_path_is_its_own_and_not_the_shortest(grid):
    ids = grid.nodes["node_id"].tolist()
    fastest, shortest = travel(grid, ids, ids), travel(grid, ids, ids, by="km")
    reached = np.isfinite(fastest.km)
    assert (fastest.km[reached] >= shortest.km[reached] - 1e-9).all()
    assert (fastest.h[reached] <= shortest.h[reached] + 1e-9).all()
    assert (fastest.km[reached] > shortest.km[reached] + 1e-9).any()


def test_places_of_one_name_at_two_points_are_refused_instead_of_taken_for_each_other(chain):
    def snapped(network, lon):
        return snap(network, pd.DataFrame({"point_id": ["1"], "lon": [lon], "lat": [21.0]}))

    parks, shops = snapped(chain, 105.0), snapped(chain, 105.2)
    with pytest.raises(NetworkError, match="holds other places of the names 1"):
        travel(join(chain, parks), shops, shops)
