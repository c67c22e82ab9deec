import numpy as np
import pandas as pd
import pytest

from networks import DisconnectedError, NetworkError, TableError, assign, travel, trees


def trips(*rows):
    return pd.DataFrame(rows, columns=["origin", "destination", "t_per_year"])


def loads(network, *rows, **options):
    answer = assign(network, trips(*rows), **options)
    assert answer["link_id"].tolist() == network.links["link_id"].tolist()
    return {link: tonnes for link, tonnes in zip(answer["link_id"], answer["t_per_year"], strict=True) if tonnes}


def test_trips_load_each_link_of_their_path(chain):
    assert loads(chain, ("a", "c", 5.0), ("b", "c", 2.0), ("c", "a", 1.0)) == {
        "ab": 5.0,
        "bc": 7.0,
        "bc~": 1.0,
        "ab~": 1.0,
    }


def test_the_same_pair_twice_adds_up(chain):
    assert loads(chain, ("a", "b", 5.0), ("a", "b", 2.0)) == {"ab": 7.0}


def test_a_trip_within_a_node_or_of_no_freight_loads_nothing(chain):
    assert loads(chain, ("a", "a", 5.0), ("a", "b", 0.0)) == {}


def test_freight_takes_the_link_that_travel_measured(make_network):
    network = make_network([("slow", "a", "b", 10.0, 1.0), ("fast", "a", "b", 12.0, 0.2)])
    assert loads(network, ("a", "b", 3.0)) == {"fast": 3.0}
    assert loads(network, ("a", "b", 3.0), by="km") == {"slow": 3.0}


def test_trips_without_a_path_are_all_named(make_network):
    network = make_network([("ab", "a", "b", 10.0, 1.0)])
    with pytest.raises(DisconnectedError, match="2 trips have no path: b -> a; b -> c"):
        assign(network, trips(("a", "b", 1.0), ("b", "c", 1.0), ("b", "a", 1.0)).iloc[[0, 2, 1]])


@pytest.mark.parametrize("tonnes", [-1.0, float("nan"), float("inf")])
def test_freight_that_is_no_amount_is_refused(chain, tonnes):
    with pytest.raises(TableError, match="trips:2:t_per_year"):
        assign(chain, trips(("a", "b", tonnes)))


def test_an_unknown_node_is_named(chain):
    with pytest.raises(NetworkError, match="'z'"):
        assign(chain, trips(("a", "z", 1.0)))


def test_a_method_that_is_not_there_is_said(chain):
    with pytest.raises(NetworkError, match="found the method 'msa', expected 'all_or_nothing' or 'equilibrium'"):
        assign(chain, trips(("a", "b", 1.0)), method="msa")


def test_tonne_kilometres_on_links_are_those_of_the_trips_in_any_grouping(monkeypatch, make_network):
    rng = np.random.default_rng(3)
    ends = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("a", "c"), ("d", "b")]
    links = [(f"{o}{d}{n}", *pair, *rng.random(2) + 0.1) for o, d in ends for n, pair in enumerate([(o, d), (d, o)])]
    network = make_network(links)
    table = trips(*[(o, d, rng.random()) for o in "abcd" for d in "abcd"])
    km = travel(network, list("abcd"), list("abcd")).km.ravel()
    for cells in (4_000_000, 5):
        monkeypatch.setattr(trees, "_CELLS", cells)
        flow = assign(network, table)["t_per_year"]
        assert (flow * network.links["length_km"]).sum() == pytest.approx((table["t_per_year"] * km).sum())
