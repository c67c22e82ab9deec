from dataclasses import replace

import pandas as pd
import pytest

from networks import (
    HANDLING,
    Handling,
    NetworkError,
    TableError,
    TooFarError,
    UnknownNodeError,
    by_gauge,
    combine,
    meet,
    of_modes,
    travel,
)

# one km of great circle east of b: 1 / (111.195 cos 21) degrees
KM_EAST = 1 / (111.19508 * 0.933580)


@pytest.fixture
def road(make_network):
    """Return the two-way road a - b - c, 20 km an hour; 10 km each."""
    links = [("ab", "a", "b", 10.0, 0.5), ("bc", "b", "c", 10.0, 0.5)]
    back = [(f"{name}~", end, start, km, h) for name, start, end, km, h in links]
    return make_network([*links, *back], highway="primary")


@pytest.fixture
def rail(make_network):
    """Return the two-way line x - y, 40 km and 1 h; x lies 1 km east of b."""
    places = {"x": (105.1 + KM_EAST, 21.0), "y": (105.5, 21.0)}
    links = [("xy", "x", "y", 40.0, 1.0), ("xy~", "y", "x", 40.0, 1.0)]
    return make_network(links, places, mode="rail", gauge_mm="1000")


def terminals(*rows):
    return pd.DataFrame(rows, columns=["terminal_id", "lon", "lat", "handling"])


YARD = ("ga", 105.1 + KM_EAST, 21.0, "lift_on_off")


def test_a_transfer_takes_its_handling_and_the_way_from_the_road(road, rail):
    same, table = meet(road, rail, terminals(YARD))
    assert same is road
    there, back = table.to_dict("records")
    assert (there["transfer_id"], there["origin_node_id"], there["destination_node_id"]) == ("transfer:ga:x", "b", "x")
    assert (back["transfer_id"], back["origin_node_id"], back["destination_node_id"]) == ("transfer:ga:x~", "x", "b")
    # 1 km x 1.3 at 24 km/h, then 36 h onto the train or 1.5 h off it
    assert there["length_km"] == back["length_km"] == pytest.approx(1.3, rel=1e-4)
    assert there["travel_h"] == pytest.approx(1.3 / 24 + 36, rel=1e-6)
    assert back["travel_h"] == pytest.approx(1.3 / 24 + 1.5, rel=1e-5)


def test_the_hours_of_handling_are_those_of_the_parameter_table_of_the_project(root):
    table = pd.read_csv(root / "logistics" / "data" / "parameters.csv").set_index("id")["value"].astype(str)
    rail, quay = HANDLING["lift_on_off"], HANDLING["quay"]
    assert (rail.onto_h, quay.onto_h) == (float(table["rail_wait"]), float(table["barge_wait"]))
    assert rail.off_h == quay.off_h == float(table["end_hours"])


def test_a_caller_may_bring_hours_of_his_own(road, rail):
    table = meet(road, rail, terminals((*YARD[:3], "crane")), handling={"crane": Handling(onto_h=2.0, off_h=1.0)})[1]
    assert table["travel_h"].tolist() == pytest.approx([1.3 / 24 + 2, 1.3 / 24 + 1], rel=1e-5)


@pytest.mark.parametrize("hours", [0.0, -1.0, float("nan"), float("inf")])
def test_handling_takes_a_finite_time(hours):
    with pytest.raises(ValueError, match="expected finite hours above 0"):
        Handling(onto_h=hours, off_h=1.0)


def test_each_gauge_of_a_yard_gets_its_transfers(road, rail):
    layers = by_gauge(replace(rail, links=rail.links.assign(gauge_mm="1000/1435")))
    table = meet(road, layers, terminals(YARD))[1]
    assert list(table["destination_node_id"][:2]) == ["x", "x:1435"]


def test_a_terminal_named_with_its_node_is_not_searched_for(road, rail):
    table = meet(road, rail, terminals(YARD).assign(node_id="y"), max_km=50.0)[1]
    assert table["destination_node_id"][0] == "y"
    with pytest.raises(UnknownNodeError, match="no node 'z'"):
        meet(road, rail, terminals(YARD).assign(node_id="z"))


def test_a_road_is_cut_where_a_terminal_joins_it_and_stays_as_long(road, rail):
    open_road = replace(road, links=road.links.assign(midway=True))
    cut, table = meet(open_road, rail, terminals(YARD))
    assert len(cut.links) == 6
    assert not cut.nodes["node_id"].str.startswith("place:").any()
    assert table["origin_node_id"][0] not in set(road.nodes["node_id"])
    assert travel(cut, ["a"], ["c"]).km.item() == pytest.approx(20.0)
    both = combine(cut, rail, transfers=table)
    # half the road away from b: the terminal lies on the road, 1 km of 10.38 beyond b
    assert travel(both, ["a"], ["y"]).km.item() == pytest.approx(10.0 + 1.0 * 10 / 10.381 + 40.0, rel=1e-3)
    assert travel(of_modes(both, ["road"]), ["a"], ["c"]).km.item() == pytest.approx(20.0)


def test_terminals_too_far_from_roads_or_rails_are_named(road, rail):
    with pytest.raises(TooFarError, match=r"1 of 1 points lie more than 0.5 km from the network: ga at"):
        meet(road, rail, terminals(YARD), max_km=0.5)
    lost = ("Bến", 105.0, 21.0, "quay")
    with pytest.raises(
        NetworkError, match=r"1 of 2 terminals lie more than 5 km from rails or water: Bến is 11.\d km away"
    ):
        meet(road, rail, terminals(YARD, lost))


def test_an_unknown_class_of_handling_is_named_with_the_nearest(road, rail):
    with pytest.raises(TableError, match=r"terminals:2:handling: found 'quai', expected a known id.*quay"):
        meet(road, rail, terminals((*YARD[:3], "quai")))
