"""Places at a junction with a banned turn: they are left by every street of it and reached by every one.

1 --- 2 --- 3        coming from 1, turning at 2 towards 4 is banned
      |
      4
"""

import pandas as pd
import pytest

from networks import read_osm, route, snap, travel

XML = """<osm version="0.6">
<node id="1" version="1" lon="105.00" lat="21.00"/><node id="2" version="1" lon="105.01" lat="21.00"/>
<node id="3" version="1" lon="105.02" lat="21.00"/><node id="4" version="1" lon="105.01" lat="20.99"/>
<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
<way id="2" version="1"><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/></way>
<way id="3" version="1"><nd ref="2"/><nd ref="4"/><tag k="highway" v="primary"/></way>
<relation id="1" version="1"><member type="way" ref="1" role="from"/><member type="node" ref="2" role="via"/>
<member type="way" ref="3" role="to"/><tag k="type" v="restriction"/><tag k="restriction" v="no_right_turn"/></relation>
</osm>"""
EAST_KM, SOUTH_KM = 1.0397, 1.1072


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    path = tmp_path_factory.mktemp("turn") / "turn.osm"
    path.write_text(XML, encoding="utf-8")
    return read_osm(path)


def test_the_banned_turn_is_gone_around_by_turning_back_at_the_next_junction(network):
    assert route(network, "1", "4", by="km").km == pytest.approx(3 * EAST_KM + SOUTH_KM, rel=1e-4)
    assert route(network, "4", "1", by="km").km == pytest.approx(EAST_KM + SOUTH_KM, rel=1e-4)
    assert route(network, "3", "4", by="km").km == pytest.approx(EAST_KM + SOUTH_KM, rel=1e-4)


def test_a_junction_with_a_banned_turn_is_reached_from_every_side(network):
    found = travel(network, ["1", "3", "4"], ["2"], by="km").km[:, 0]
    assert found == pytest.approx([EAST_KM, EAST_KM, SOUTH_KM], rel=1e-4)


def test_a_junction_with_a_banned_turn_is_left_to_every_side(network):
    found = travel(network, ["2"], ["1", "3", "4"], by="km").km[0]
    assert found == pytest.approx([EAST_KM, EAST_KM, SOUTH_KM], rel=1e-4)


def test_a_route_ends_at_the_junction_itself(network):
    way = route(network, "1", "2", by="km")
    assert way.geometry.tolist()[-1] == [105.01, 21.0]


def test_a_place_at_a_junction_with_a_banned_turn_keeps_to_its_road(network):
    points = [("at", 105.01, 21.0), ("west", 105.0, 21.0), ("east", 105.02, 21.0), ("south", 105.01, 20.99)]
    places = snap(network, pd.DataFrame(points, columns=["point_id", "lon", "lat"]))
    km = travel(network, places, places, by="km").km
    west, east, south = km[0, 1:]  # the place lies on the road from the west, which may not turn south
    assert [west, east] == pytest.approx([EAST_KM, EAST_KM], abs=0.003)
    assert south == pytest.approx(2 * EAST_KM + SOUTH_KM, abs=0.003)
    assert km[1:, 0] == pytest.approx([EAST_KM, EAST_KM, SOUTH_KM], abs=0.003)
