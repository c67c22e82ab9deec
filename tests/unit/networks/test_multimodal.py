import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from networks import (
    BY_MODE,
    NetworkError,
    TableError,
    combine,
    from_tables,
    join,
    load,
    of_modes,
    save,
    snap,
    travel,
)

ROAD_NODES = {"a": (105.0, 21.0), "b": (105.1, 21.0), "c": (106.0, 21.0)}
RAIL_NODES = {"x": (105.11, 21.0), "y": (105.99, 21.0)}


def both_ways(*links):
    return [*links, *((f"{name}~", end, start, km, h) for name, start, end, km, h in links)]


@pytest.fixture
def road(make_network):
    """Return the road a - b (10 km, 0.2 h) - c (100 km, 2 h)."""
    links = both_ways(("ab", "a", "b", 10.0, 0.2), ("bc", "b", "c", 100.0, 2.0))
    return make_network(links, ROAD_NODES, highway="primary")


@pytest.fixture
def rail(make_network):
    """Return the line x - y (90 km, 3 h); x lies near b, y near c."""
    return make_network(both_ways(("xy", "x", "y", 90.0, 3.0)), RAIL_NODES, mode="rail", capacity_t_per_year=1e6)


def table(*rows):
    names = ["transfer_id", "origin_node_id", "destination_node_id", "handling", "travel_h", "length_km"]
    return pd.DataFrame(rows, columns=names)


TRANSFERS = table(
    ("on", "b", "x", "lift_on_off", 4.0, 1.0),
    ("off", "y", "c", "lift_on_off", 1.0, 0.0),
    ("on~", "x", "b", "lift_on_off", 1.0, 1.0),
    ("off~", "c", "y", "lift_on_off", 4.0, 0.0),
)


@pytest.fixture
def both(road, rail):
    return combine(road, rail, transfers=TRANSFERS)


def test_the_best_combination_changes_mode_where_that_is_best(both):
    # by road 110 km in 2.2 h; by rail 10 + 1 + 90 km in 0.2 + 4 + 3 + 1 h
    assert travel(both, ["a"], ["c"]).h.item() == pytest.approx(2.2)
    by_rail = travel(both, ["a"], ["c"], by="km")
    assert (by_rail.km.item(), by_rail.h.item()) == (101.0, pytest.approx(8.2))


def test_km_and_hours_by_mode_are_added_up_along_the_path(both):
    sums = travel(both, ["a"], ["c"], by="km", accumulate=BY_MODE).sums
    assert {name: total.item() for name, total in sums.items()} == pytest.approx(
        {
            "road_km": 10.0,
            "rail_km": 90.0,
            "waterway_km": 0.0,
            "road_h": 0.2,
            "rail_h": 3.0,
            "waterway_h": 0.0,
            "transfers": 2.0,
            "transfer_h": 5.0,
        }
    )


def test_truck_only_is_the_same_network_without_the_rest(both, road):
    truck = of_modes(both, ["road"])
    assert list(truck.nodes["node_id"]) == list(both.nodes["node_id"])
    assert set(truck.links["link_id"]) == set(road.links["link_id"])
    assert travel(truck, ["a"], ["c"], by="km").km.item() == 110.0
    assert travel(truck, ["a"], ["y"]).km.item() == math.inf


def test_without_transfers_nothing_joins_the_modes(road, rail):
    apart = combine(road, rail, transfers=TRANSFERS.iloc[:0])
    assert travel(apart, ["a"], ["y"]).km.item() == math.inf
    assert travel(apart, ["a"], ["c"], by="km").km.item() == 110.0


def test_a_generalised_weight_is_minimised_by_the_name_of_its_column(both):
    # 1 a road km, 0.2 a rail km, and w for each transfer: road 110, rail 10 + 18 + 2 w, even at w = 41
    def rail_km(w):
        rates = both.links["mode"].map({"road": 1.0, "rail": 0.2, "transfer": 0.0})
        weight = rates * both.links["length_km"] + w * both.links["transfers"]
        network = replace(both, links=both.links.assign(weight=weight))
        return travel(network, ["a"], ["c"], by="weight", accumulate=BY_MODE).sums["rail_km"].item()

    assert (rail_km(40.9), rail_km(41.1)) == (90.0, 0.0)


def test_places_join_roads_only_however_near_rails_and_transfers_lie(both):
    at_x = pd.DataFrame({"point_id": ["park", "far"], "lon": [105.11, 106.0], "lat": [21.0, 21.0]})
    snapped = snap(both, at_x)
    assert snapped.points["node_id"].tolist() == ["b", "c"]
    joined = join(both, snapped)
    best = travel(joined, snapped, snapped, by="km", accumulate=BY_MODE)
    truck = travel(of_modes(joined, ["road"]), snapped, snapped, by="km", accumulate=BY_MODE)
    gate_km = snapped.points["connector_km"].sum()
    assert (best.km[0, 1], truck.km[0, 1]) == (pytest.approx(91.0 + gate_km), pytest.approx(100.0 + gate_km))
    assert (best.sums["transfers"][0, 1], truck.sums["transfers"][0, 1]) == (2.0, 0.0)
    assert truck.sums["road_km"][0, 1] == pytest.approx(100.0)


def test_lines_stay_with_their_links(make_network):
    line = "105.0 21.0;105.05 21.1;105.1 21.0"
    road = make_network([("ab", "a", "b", 30.0, 1.0), ("ab~", "b", "a", 30.0, 1.0)], ROAD_NODES, geometry=[line, ""])
    rail = make_network(
        [("xy", "x", "y", 90.0, 3.0)], RAIL_NODES, mode="rail", geometry="105.11 21.0;105.5 21.5;105.99 21.0"
    )
    both = combine(road, rail, transfers=TRANSFERS.iloc[:1])
    middles = [points[1].tolist() for points in both.lines(range(4))]
    assert middles == [[105.05, 21.1], [105.0, 21.0], [105.5, 21.5], [105.11, 21.0]]


def test_a_combined_network_is_kept_and_read_again(both, tmp_path):
    save(both, tmp_path / "both")
    again = load(tmp_path / "both")
    pd.testing.assert_frame_equal(again.links, both.links)
    assert travel(again, ["a"], ["c"], by="km").km.item() == 101.0


def test_each_transfer_is_a_link_with_its_handling(both):
    own = both.links.set_index("link_id").loc["on"]
    assert (own["mode"], own["handling"], own["length_km"], own["travel_h"]) == ("transfer", "lift_on_off", 1.0, 4.0)
    assert not own["midway"]
    assert np.isnan(own["capacity_t_per_year"])
    assert both.links.set_index("link_id").loc["xy", "capacity_t_per_year"] == 1e6


def test_nodes_know_their_mode(both):
    assert dict(zip(both.nodes["node_id"], both.nodes["mode"], strict=True)) == {
        "a": "road",
        "b": "road",
        "c": "road",
        "x": "rail",
        "y": "rail",
    }


def test_where_each_mode_comes_from_is_written_on_the_whole(road, rail):
    signed = replace(rail, provenance={"source": "rails.osm", "licence": "ODbL", "gauges": "2"})
    provenance = combine(road, signed, transfers=TRANSFERS).provenance
    assert provenance["source"] == "drawn by hand; rails.osm"
    assert provenance["licence"] == "ODbL"
    assert (provenance["road_source"], provenance["rail_gauges"]) == ("drawn by hand", "2")


def test_networks_that_share_an_id_are_refused(road, rail, make_network):
    with pytest.raises(NetworkError, match="3 node ids are in two networks, first a, b, c"):
        combine(road, road, transfers=TRANSFERS)
    twin = make_network([("ab", "x", "y", 1.0, 1.0)], RAIL_NODES, mode="rail")
    with pytest.raises(NetworkError, match="1 link ids are in two networks, first ab"):
        combine(road, twin, transfers=TRANSFERS)
    with pytest.raises(NetworkError, match="expected one CRS"):
        combine(road, replace(rail, crs="EPSG:3857"), transfers=TRANSFERS)
    with pytest.raises(NetworkError, match="found no network"):
        combine(transfers=TRANSFERS)


def test_faults_of_transfers_are_named_at_once(road, rail):
    wrong = table(("on", "b", "z", "quay", 4.0, 1.0), ("off", "q", "x", "quay", 4.0, 1.0))
    with pytest.raises(TableError) as caught:
        combine(road, rail, transfers=wrong)
    assert [fault.split(": found")[0] for fault in caught.value.faults] == [
        "transfers:3:origin_node_id",
        "transfers:2:destination_node_id",
    ]
    with pytest.raises(TableError, match="transfers:2:travel_h"):
        combine(road, rail, transfers=table(("on", "b", "x", "quay", 0.0, 1.0)))


def test_modes_that_are_not_there_are_named(both):
    with pytest.raises(NetworkError, match="no link is of the modes air; the network has rail, road, transfer"):
        of_modes(both, ["air"])


def test_a_table_without_modes_is_all_road(chain):
    assert len(of_modes(from_tables(chain.nodes, chain.links.drop(columns="mode")), ["road"]).links) == 4
