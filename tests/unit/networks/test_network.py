import dataclasses

import numpy as np
import pandas as pd
import pytest

from networks import TableError, UnknownNodeError, from_tables
from networks.network import LINKS, NODES

NODE_TABLE = pd.DataFrame({"node_id": ["a", "b"], "lon": [105.0, 105.1], "lat": [21.0, 21.0]})
LINK_TABLE = pd.DataFrame(
    {
        "link_id": ["ab", "ab~"],
        "origin_node_id": ["a", "b"],
        "destination_node_id": ["b", "a"],
        "length_km": [11.0, 11.0],
        "travel_h": [0.2, 0.3],
        "lanes": [2, 2],
    }
)


def test_two_tables_make_a_network_that_keeps_further_columns():
    network = from_tables(NODE_TABLE.assign(name_vi=["Hà Nội", "Bắc Ninh"]), LINK_TABLE)
    assert network.links["lanes"].tolist() == [2, 2]
    assert network.nodes["name_vi"].tolist() == ["Hà Nội", "Bắc Ninh"]
    assert network.crs == "EPSG:4326"
    assert repr(network) == "Network(2 nodes, 2 directed links)"


def test_columns_that_are_not_given_get_their_plain_values():
    links = from_tables(NODE_TABLE, LINK_TABLE).links
    assert set(links["mode"]) == {"road"}
    assert set(links["highway"]) == {""}
    assert links["shape"].tolist() == [0, 0]
    assert not links["midway"].any()


def test_every_declared_number_has_a_unit_and_every_column_a_meaning():
    for column in NODES.columns + LINKS.columns:
        assert column.meaning
        assert column.unit or column.dtype not in {"number", "integer"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"length_km": [-1.0, 11.0]}, "links:2:length_km: found -1, expected a number in km, at least 0"),
        ({"length_km": [np.nan, 11.0]}, "links:2:length_km: found nan"),
        ({"length_km": [np.inf, 11.0]}, "links:2:length_km: found inf"),
        ({"travel_h": [0.2, 0.0]}, "links:3:travel_h: found 0, expected a number in h, above 0"),
        ({"link_id": ["ab", "ab"]}, "links:3:link_id: 'ab' is already in row 2"),
        ({"origin_node_id": ["a", "x"]}, "links:3:origin_node_id: found 'x', expected a known id"),
        ({"destination_node_id": ["b", ""]}, "links:3:destination_node_id: found nothing"),
    ],
)
def test_a_link_that_cannot_be_is_refused_with_its_row(change, fault):
    with pytest.raises(TableError) as caught:
        from_tables(NODE_TABLE, LINK_TABLE.assign(**change))
    assert fault in str(caught.value)


def test_faults_of_both_tables_come_together():
    nodes = NODE_TABLE.assign(lat=[21.0, 106.0])
    with pytest.raises(TableError) as caught:
        from_tables(nodes, LINK_TABLE.assign(travel_h=[0.1, -1.0]))
    assert [fault.split(": ")[0] for fault in caught.value.faults] == ["nodes:3:lat", "links:3:travel_h"]
    assert "swapped" in caught.value.faults[0]


def test_a_link_of_no_length_is_allowed_when_it_takes_time():
    assert from_tables(NODE_TABLE, LINK_TABLE.assign(length_km=0.0)).links["length_km"].tolist() == [0.0, 0.0]


def test_a_network_is_frozen():
    network = from_tables(NODE_TABLE, LINK_TABLE)
    with pytest.raises(dataclasses.FrozenInstanceError):
        network.crs = "EPSG:3857"
    with pytest.raises(TypeError):
        network.provenance["source"] = "elsewhere"


def test_changing_the_table_handed_over_does_not_change_the_network():
    links = LINK_TABLE.copy()
    network = from_tables(NODE_TABLE, links)
    links["length_km"] = 0.0
    assert network.links["length_km"].tolist() == [11.0, 11.0]


def test_unknown_nodes_are_all_named_with_the_nearest_spelling():
    network = from_tables(NODE_TABLE.replace("a", "ha_noi"), LINK_TABLE.replace("a", "ha_noi"))
    with pytest.raises(UnknownNodeError) as caught:
        network.positions(["b", "ha_noj", "?"])
    assert str(caught.value) == (
        "the network has no node '?' (none is spelt alike), 'ha_noj' (the nearest is 'ha_noi')"
    )


def test_networkx_gets_every_link_under_its_id():
    graph = from_tables(NODE_TABLE, LINK_TABLE).to_networkx()
    assert set(graph.edges(keys=True)) == {("a", "b", "ab"), ("b", "a", "ab~")}
    assert graph["a"]["b"]["ab"]["travel_h"] == 0.2
    assert graph.nodes["a"]["lon"] == 105.0
    assert graph.graph["crs"] == "EPSG:4326"


def test_the_geodataframe_draws_lines_where_they_are_known_and_straight_ones_elsewhere():
    lines = ["105 21;105.05 21.5;105.1 21", ""]
    frame = from_tables(NODE_TABLE, LINK_TABLE.assign(geometry=lines)).to_geodataframe()
    assert frame.crs == "EPSG:4326"
    assert list(frame.geometry[0].coords) == [(105.0, 21.0), (105.05, 21.5), (105.1, 21.0)]
    assert list(frame.geometry[1].coords) == [(105.1, 21.0), (105.0, 21.0)]


@pytest.mark.parametrize("text", ["105 21", "105;21", "a b;c d", "105 21 3;105 21 3", "105 nan;105 21"])
def test_a_geometry_that_is_no_line_is_named_with_its_row(text):
    with pytest.raises(TableError, match="links:3:geometry: found"):
        from_tables(NODE_TABLE, LINK_TABLE.assign(geometry=["", text]))


@pytest.mark.parametrize("text", ["587000 2325000;590000 2325000", "105.0 21.0;105.1 90.5"])
def test_a_line_that_is_not_in_degrees_is_named_with_its_row(text):
    with pytest.raises(TableError, match="links:3:geometry: found a line that leaves lon -180 to 180"):
        from_tables(NODE_TABLE, LINK_TABLE.assign(geometry=["", text]))


def test_a_provenance_is_made_texts():
    network = dataclasses.replace(from_tables(NODE_TABLE, LINK_TABLE), provenance={"year": 2026})
    assert network.provenance == {"year": "2026"}


def test_both_directions_of_a_road_share_one_line():
    lines = ["105 21;105.05 21.5;105.1 21", "105.1 21;105.05 21.5;105 21"]
    network = from_tables(NODE_TABLE, LINK_TABLE.assign(geometry=lines))
    assert network.links["shape"].tolist() == [1, -1]
    assert network.shapes.lon.tolist() == [105.0, 105.05, 105.1]
    assert network.lines([1])[0].tolist() == [[105.1, 21.0], [105.05, 21.5], [105.0, 21.0]]


def test_points_of_links_come_in_their_direction_with_both_ends():
    lines = ["", "105.1 21;105.05 21.5;105 21"]
    starts, lon, lat = from_tables(NODE_TABLE, LINK_TABLE.assign(geometry=lines)).line_points()
    assert starts.tolist() == [0, 2, 5]
    assert lon.tolist() == [105.0, 105.1, 105.1, 105.05, 105.0]
    assert lat.tolist() == [21.0, 21.0, 21.0, 21.5, 21.0]


def test_a_line_that_is_not_there_is_refused_with_its_row():
    with pytest.raises(TableError, match="links:3:shape: found -1, expected at most 0"):
        from_tables(NODE_TABLE, LINK_TABLE.assign(shape=[0, -1]))
