import numpy as np
import pytest

from networks import TRUCK_40FT, VAN, read_osm, travel
from networks.barriers import closed_nodes, is_closed

PLACES = {1: (10.0, 0.0), 2: (10.01, 0.0), 3: (10.02, 0.0), 4: (10.01, 0.01)}


@pytest.fixture
def read(tmp_path, osm_xml):
    def build(barrier, *more, vehicle=TRUCK_40FT):
        path = tmp_path / "gate.osm"
        ways = [(13, [1, 2, 3], {"highway": "primary"}), *more]
        path.write_text(osm_xml(ways, PLACES, node_tags={2: barrier}), encoding="utf-8")
        return read_osm(path, vehicle=vehicle)

    return build


def km(network, origin, destination):
    return travel(network, [origin], [destination], by="km").km[0, 0]


def test_a_bollard_cuts_the_road_and_both_stretches_keep_their_length(read):
    network = read({"barrier": "bollard"})
    assert km(network, "1", "3") == float("inf")
    assert network.links["length_km"].sum() == pytest.approx(4 * 0.01 * 111.320, rel=1e-4)
    assert set(network.nodes["node_id"]) == {"1", "2", "2.1", "3"}
    assert network.provenance["barriers_closed"] == "1"


def test_an_open_gate_is_driven_through(read):
    network = read({"barrier": "gate"})
    assert km(network, "1", "3") == pytest.approx(0.02 * 111.320, rel=1e-4)
    assert set(network.nodes["node_id"]) == {"1", "3"}


def test_a_barrier_at_a_crossing_closes_every_road_there(read):
    network = read({"barrier": "block"}, (24, [2, 4], {"highway": "primary"}))
    assert km(network, "1", "3") == km(network, "1", "4") == km(network, "3", "4") == float("inf")


def test_a_height_restrictor_stops_the_lorry_alone(read):
    tags = {"barrier": "height_restrictor", "maxheight": "2.8"}
    assert km(read(tags), "1", "3") == float("inf")
    assert km(read(tags, vehicle=VAN), "1", "3") < float("inf")


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "access": "no", "hgv": "yes"}, False),
        ({"barrier": "toll_booth"}, False),
        ({"barrier": "wall"}, True),
    ],
)
def test_what_a_barrier_means_to_a_lorry(tags, closed):
    assert is_closed(tags, TRUCK_40FT) is closed


@pytest.mark.parametrize(
    "kind",
    ["border_control", "cattle_grid", "entrance", "gate", "height_restrictor", "kerb", "lift_gate", "no", "sally_port",
     "speed_bump", "speed_hump", "swing_gate", "toll_booth", "yes"],
)  # fmt: skip
def test_what_is_there_to_be_driven_through_is_open_to_all(kind):
    assert not is_closed({"barrier": kind}, TRUCK_40FT)
    assert not is_closed({"barrier": kind}, VAN)


@pytest.mark.parametrize("kind", ["block", "bollard", "chain", "cycle_barrier", "debris", "jersey_barrier", "stile"])
def test_every_other_kind_closes_the_road(kind):
    assert is_closed({"barrier": kind}, VAN)


def test_a_gate_for_residents_stops_those_who_pass_through():
    assert is_closed({"barrier": "gate", "motor_vehicle": "destination"}, VAN)


def test_a_barrier_that_is_opened_by_name_still_has_its_height():
    tags = {"barrier": "bollard", "hgv": "yes", "maxheight": "4"}
    assert is_closed(tags, TRUCK_40FT)
    assert not is_closed(tags | {"maxheight": "4.5"}, TRUCK_40FT)


def test_the_nodes_that_are_closed_stand_in_the_order_of_their_ids():
    tags = {9: {"barrier": "block"}, 3: {"barrier": "gate"}, 5: {"barrier": "wall"}, 1: {"barrier": "chain"}}
    closed = closed_nodes(tags, TRUCK_40FT)
    assert closed.tolist() == [1, 5, 9]
    assert closed.dtype == np.int64
