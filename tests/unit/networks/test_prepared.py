"""Which engine answers, and the hierarchies kept in memory and on disk."""

import numpy as np
import pandas as pd
import pytest

from networks import NetworkError, assign, load, prepare, prepared, route, save, travel
from networks.hierarchy import rounds, store


def two_way(*links):
    return [*links, *((f"{name}~", end, start, *rest) for name, start, end, *rest in links)]


@pytest.fixture
def roads(make_network):
    """Return the square a - b - c, a - d - c with a toll on the way over d."""
    links = two_way(("ab", "a", "b", 10.0, 1.0), ("bc", "b", "c", 10.0, 1.0), ("ad", "a", "d", 20.0, 0.5))
    links = [*links, ("dc", "d", "c", 5.0, 0.5)]
    names = [name.removesuffix("~") for name, *_ in links]
    tolls = [name in {"ad", "dc"} for name in names]
    kinds = ["trunk" if name == "ad" else "primary" for name in names]
    return make_network(links, toll=tolls, highway=kinds)


@pytest.fixture
def count(monkeypatch):
    """Return a list that grows by True (order kept) or False (afresh) with each contraction; nothing is recent."""
    monkeypatch.setattr(prepared, "_BY_DIGEST", {})
    calls = []
    contract = rounds.contract

    def counted(graph, like=None):
        calls.append(like is not None)
        return contract(graph, like)

    monkeypatch.setattr(rounds, "contract", counted)
    return calls


def test_small_requests_are_answered_by_dijkstra(roads):
    assert travel(roads, ["a"], ["c"]).engine == "dijkstra"


def test_a_request_that_is_worth_it_builds_a_hierarchy(roads, monkeypatch):
    monkeypatch.setattr(prepared, "WORTH_A_QUERY", 0)
    assert travel(roads, ["a"], ["c"]).engine == "dijkstra"
    monkeypatch.setattr(prepared, "WORTH_BUILDING", 0)
    monkeypatch.setattr(prepared, "ORIGINS_WORTH_BUILDING", 2)
    assert travel(roads, ["a"], ["c"]).engine == "dijkstra"
    assert travel(roads, ["a", "b"], ["c"]).engine == "hierarchy"
    assert travel(roads, ["a"], ["c"]).engine == "hierarchy"  # it is at hand now


def test_an_unknown_engine_is_named(roads):
    with pytest.raises(NetworkError, match="found the engine 'bus', expected one of auto, dijkstra, hierarchy"):
        travel(roads, ["a"], ["c"], engine="bus")


@pytest.mark.parametrize("engine", ["dijkstra", "hierarchy"])
def test_toll_km_are_of_the_toll_roads_on_the_path_by_class(roads, engine):
    answer = travel(roads, ["a", "c"], ["c", "d"], toll_classes=True, accumulate=["toll"], engine=engine)
    assert answer.engine == engine
    assert answer.h.tolist() == [[1.0, 0.5], [0.0, 2.5]]
    assert answer.km.tolist() == [[25.0, 20.0], [0.0, 40.0]]
    assert answer.toll_km["primary"].tolist() == [[5.0, 0.0], [0.0, 0.0]]
    assert answer.toll_km["trunk"].tolist() == [[20.0, 20.0], [0.0, 20.0]]
    assert answer.sums["toll"].tolist() == [[2.0, 1.0], [0.0, 1.0]]


@pytest.mark.parametrize("engine", ["dijkstra", "hierarchy"])
def test_own_weights_and_closed_links_choose_the_path_but_km_and_h_stay_true(roads, engine):
    weights = roads.links["travel_h"].to_numpy().copy()
    weights[roads.links["link_id"] == "dc"] = np.inf
    answer = travel(roads, ["a"], ["c", "e"], weights=weights, engine=engine)
    assert (answer.km.tolist(), answer.h.tolist()) == ([[20.0, np.inf]], [[2.0, np.inf]])
    assert list(answer.unreachable()) == [("a", "e")]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones(3), r"found weights of shape \(3,\), expected one a link: \(7,\)"),
        (np.full(7, np.nan), "7 links have no weight, first ab"),
        (np.full(7, -1.0), "7 links have a negative weight, first ab"),
    ],
)
def test_weights_that_are_none_are_refused(roads, weights, message):
    with pytest.raises(NetworkError, match=message):
        travel(roads, ["a"], ["c"], weights=weights)


def test_tolls_by_class_want_a_column_of_tolls(chain):
    with pytest.raises(NetworkError, match="the links have no numbers 'toll'"):
        travel(chain, ["a"], ["c"], toll_classes=True)


def test_route_and_assign_use_the_hierarchy_when_told(roads):
    assert route(roads, "a", "c", engine="hierarchy").link_ids == ("ad", "dc")
    table = pd.DataFrame({"origin": ["a"], "destination": ["c"], "t_per_year": [3.0]})
    flows = assign(roads, table, engine="hierarchy").set_index("link_id")["t_per_year"]
    assert (flows["ad"], flows["dc"], flows.sum()) == (3.0, 3.0, 6.0)


def test_a_hierarchy_is_built_once_for_a_network_and_its_order_kept_for_other_weights(roads, count):
    travel(roads, ["a"], ["c"], engine="hierarchy")
    travel(roads, ["b"], ["c"], engine="hierarchy", accumulate=["toll"])
    assert count == [False]
    for factor in (2.0, 3.0, 3.0):
        weights = roads.links["length_km"].to_numpy() * factor
        assert travel(roads, ["a"], ["c"], weights=weights, engine="hierarchy").km.item() == 20.0
    assert count == [False, True, True]
    assert prepare(roads) is prepare(roads, by="h")


def test_a_loaded_network_reads_its_hierarchy_from_its_folder(roads, count, tmp_path):
    save(roads, tmp_path / "net")
    prepare(roads)
    assert len(list((tmp_path / "net").glob("hierarchy-*.npz"))) == 1
    prepared._BY_DIGEST.clear()
    again = load(tmp_path / "net")
    assert travel(again, ["a"], ["c"], engine="hierarchy").km.item() == 25.0
    assert count == [False]


def test_a_hierarchy_at_hand_is_saved_with_its_network(roads, count, tmp_path):
    prepare(roads)
    save(roads, tmp_path / "net")
    prepared._BY_DIGEST.clear()
    prepare(load(tmp_path / "net"))
    assert count == [False]


@pytest.mark.fault("F19")
def test_a_stale_hierarchy_is_never_used(roads, count, tmp_path, make_network):
    save(roads, tmp_path / "net")
    prepare(roads)
    other = make_network([("ab", "a", "b", 1.0, 1.0)])
    save(other, tmp_path / "net")
    assert travel(load(tmp_path / "net"), ["a"], ["b"], engine="hierarchy").km.item() == 1.0
    assert count == [False, False]


@pytest.mark.fault("F20")
@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda _: b"", lambda data: data[:900] + b"x" * 64 + data[964:]]
)
def test_a_damaged_file_is_built_again(roads, count, tmp_path, damage):
    save(roads, tmp_path / "net")
    prepare(roads)
    (file,) = (tmp_path / "net").glob("hierarchy-*.npz")
    file.write_bytes(damage(file.read_bytes()))
    prepared._BY_DIGEST.clear()
    assert travel(load(tmp_path / "net"), ["a"], ["c"], engine="hierarchy").km.item() == 25.0
    assert count == [False, False]


def test_few_files_are_kept_and_no_temporary_one(roads, tmp_path):
    hierarchy = prepare(roads)
    for number in range(store.KEPT + 3):
        store.write(hierarchy, tmp_path, f"{number:032d}")
    assert len(list(tmp_path.iterdir())) == store.KEPT


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(roads, tmp_path):
    store.write(prepare(roads), tmp_path / "absent", "0" * 32)
    assert not (tmp_path / "absent").exists()
