"""The links of single trips, beside what `assign` puts on links."""

import numpy as np
import pandas as pd
import pytest

from networks import DisconnectedError, assign, northern_vietnam, paths


def test_each_trip_has_the_links_of_its_path(chain):
    found = paths(chain, ["c", "a", "b", "a"], ["a", "c", "b", "b"])
    names = chain.links["link_id"].to_numpy()
    by_trip = [sorted(names[found.link[found.trip == trip]]) for trip in range(4)]
    assert by_trip == [["ab~", "bc~"], ["ab", "bc"], [], ["ab"]]


def test_the_trips_over_a_link_are_found(chain):
    found = paths(chain, ["c", "a", "a"], ["a", "c", "b"])
    assert found.over(chain.link_positions(["ab"])).tolist() == [1, 2]
    assert found.over(chain.link_positions(["bc", "bc~"])).tolist() == [0, 1]
    assert found.over(np.zeros(0, dtype=np.intp)).tolist() == []


def test_no_trips_have_no_links(chain):
    assert paths(chain, [], []).load(np.zeros(0)).tolist() == [0.0] * len(chain.links)


def test_trips_without_a_path_are_named(make_network):
    network = make_network([("ab", "a", "b", 10.0, 1.0)])
    with pytest.raises(DisconnectedError, match="2 trips have no path: b -> a; b -> c"):
        paths(network, ["b", "a", "b"], ["a", "b", "c"])


def test_loads_are_those_of_assign():
    network = northern_vietnam(modes=("road",))
    random = np.random.default_rng(5)
    nodes = network.nodes["node_id"].to_numpy()
    trips = pd.DataFrame({"origin": random.choice(nodes[:200], 300), "destination": random.choice(nodes[:200], 300)})
    trips = trips.assign(t_per_year=random.uniform(1, 9, 300))
    found = paths(network, trips["origin"].tolist(), trips["destination"].tolist(), by="km")
    expected = assign(network, trips, by="km")["t_per_year"]
    assert found.load(trips["t_per_year"].to_numpy()) == pytest.approx(expected.to_numpy(), abs=1e-9)
