import pytest

from networks import TRUCK_40FT, VAN, read_osm, travel
from networks.barriers import is_closed

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
