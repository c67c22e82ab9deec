import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from networks import Network, SourceError, TableError, northern_vietnam, read_graphml, write
from networks.errors import MissingSourceError

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="n0" for="node" attr.name="lon" attr.type="double"/>
<key id="n1" for="node" attr.name="lat" attr.type="double"/>
<key id="e0" for="edge" attr.name="length_km" attr.type="double"/>
<key id="e1" for="edge" attr.name="travel_h" attr.type="double"/>
"""
BODY = """<graph edgedefault="directed">
<node id="a"><data key="n0">105</data><data key="n1">21</data></node>
<node id="b"><data key="n0">105.1</data><data key="n1">21</data></node>
<edge id="ab" source="a" target="b"><data key="e0">10</data><data key="e1">0.25</data></edge>
</graph></graphml>
"""


@pytest.fixture
def file(tmp_path):
    """Return a function: text -> a file of it."""

    def make(text):
        path = tmp_path / "net.graphml"
        path.write_text(text, encoding="utf-8")
        return path

    return make


def test_the_bundled_network_comes_back_to_the_last_digit(tmp_path):
    network = northern_vietnam()
    write(network, tmp_path / "net.graphml")
    back = read_graphml(tmp_path / "net.graphml")
    pd.testing.assert_frame_equal(back.nodes, network.nodes)
    pd.testing.assert_frame_equal(back.links[list(network.links.columns)], network.links)
    for name in ("starts", "lon", "lat"):
        assert getattr(back.shapes, name).tolist() == getattr(network.shapes, name).tolist()
    assert back.provenance == network.provenance
    assert "© OpenStreetMap contributors" in back.provenance["licence"]


def test_networkx_reads_what_is_written_as_its_own_graph(tmp_path, chain):
    links = chain.links.assign(name=['Đường <1> & "2"\r\n', "a\tb", "", "x"], lanes=[1.0, np.nan, 2.0, 3.0], toll=True)
    network = Network(nodes=chain.nodes, links=links, provenance=chain.provenance)
    write(network, tmp_path / "net.graphml")
    graph = nx.read_graphml(tmp_path / "net.graphml", force_multigraph=True)
    expected = network.to_networkx()
    assert isinstance(graph, nx.MultiDiGraph)
    assert set(graph.edges(keys=True)) == set(expected.edges(keys=True))
    assert graph.graph["source"] == "drawn by hand"
    for origin, destination, key, found in graph.edges(keys=True, data=True):
        for name, value in found.items():
            if name != "id":
                assert value == expected.edges[origin, destination, key][name]
        assert math.isclose(found["travel_h"], 0.25)
    assert {node: data["lon"] for node, data in graph.nodes(data=True)} == dict(expected.nodes(data="lon"))
    assert graph.edges["a", "b", "ab"]["name"] == 'Đường <1> & "2"\r\n'


def test_what_networkx_writes_is_read(tmp_path, chain):
    nx.write_graphml(chain.to_networkx(), tmp_path / "net.graphml")
    back = read_graphml(tmp_path / "net.graphml")
    pd.testing.assert_frame_equal(
        back.links[["link_id", "length_km", "travel_h"]], chain.links[["link_id", "length_km", "travel_h"]]
    )
    assert back.nodes["node_id"].tolist() == chain.nodes["node_id"].tolist()


def test_characters_that_xml_cannot_hold_are_replaced(tmp_path, chain):
    network = Network(nodes=chain.nodes, links=chain.links.assign(note="a\x00b\x1b\ufffe"))
    write(network, tmp_path / "net.graphml")
    assert set(read_graphml(tmp_path / "net.graphml").links["note"]) == {"a\ufffdb\ufffd\ufffd"}


def test_ids_that_xml_would_change_stay_as_they_are(tmp_path, make_network):
    network = make_network([('a"<b>&', "a", "b", 1.0, 1.0), ("đ ~", "b", "a", 1.0, 1.0)])
    write(network, tmp_path / "net.graphml")
    assert read_graphml(tmp_path / "net.graphml").links["link_id"].tolist() == ['a"<b>&', "đ ~"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ((">10<", ">-1<"), "edge 'ab' from 'a' to 'b': length_km: found -1, expected a number in km, at least 0"),
        ((">10<", ">nan<"), "edge 'ab' from 'a' to 'b': length_km: found nothing that is a number"),
        ((">10<", ">inf<"), "edge 'ab' from 'a' to 'b': length_km: found inf"),
        ((">0.25<", ">0<"), "edge 'ab' from 'a' to 'b': travel_h: found 0, expected a number in h, above 0"),
        ((">0.25<", ">-0.25<"), "travel_h: found -0.25"),
        ((">0.25<", "><"), "travel_h: found nothing that is a number"),
        (('<data key="e1">0.25</data>', ""), "edges have no attribute travel_h"),
        (('target="b"', 'target="c"'), "links:2:destination_node_id: found 'c'"),
        (('<node id="a">', '<node id="b">'), "nodes:3:node_id: 'b' is already in row 2"),
        (('<data key="n0">105</data>', '<data key="n0">x</data>'), "nodes:2:lon: found nan"),
        (('<data key="n0">105</data>', '<data key="n0">305</data>'), "nodes:2:lon: found 305"),
    ],
)
def test_an_edge_or_a_node_that_cannot_be_is_named(file, change, fault):
    with pytest.raises(TableError) as caught:
        read_graphml(file((HEAD + BODY).replace(*change)))
    assert fault in str(caught.value)


def test_an_edge_without_an_id_gets_one(file):
    assert read_graphml(file((HEAD + BODY).replace('id="ab" ', ""))).links["link_id"].tolist() == ["edge_1"]


def test_a_default_stands_where_an_edge_says_nothing(file):
    text = HEAD.replace('"travel_h" attr.type="double"/>', '"travel_h" attr.type="double"><default>0.5</default></key>')
    body = BODY.replace('<data key="e1">0.25</data>', "")
    again = '<edge id="ba" source="b" target="a"><data key="e0">1</data><data key="e1">1</data></edge></graph>'
    links = read_graphml(file(text + body.replace("</graph>", again))).links
    assert links["travel_h"].tolist() == [0.5, 1.0]


BOMB = '<!DOCTYPE graphml [<!ENTITY a "ha">{}]>'.format(
    "".join(
        f'<!ENTITY {name} "{"&" + before + ";" * 1}{("&" + before + ";") * 9}">'
        for before, name in zip("abcdefg", "bcdefgh", strict=True)
    )
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ((HEAD + BODY).replace("<graphml", BOMB + "<graphml").replace(">105<", ">&h;<"), "declares a document type"),
        (
            (HEAD + BODY)
            .replace("<graphml", '<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]><graphml')
            .replace(">105<", ">&x;<"),
            "declares a document type",
        ),
        ((HEAD + BODY).replace(">105<", ">&x;<"), "undefined entity"),
        ("", "no element found"),
        ("\x00\x01", "not well-formed"),
        (HEAD + BODY[:200], "unclosed token"),
        (HEAD + "</graphml>", "it holds no graph"),
        ("<html><body/></html>", "it holds no graph"),
        ((HEAD + BODY).replace('"directed"', '"undirected"'), "edgedefault 'undirected', expected 'directed'"),
        ((HEAD + BODY).replace('target="b"', 'target="b" directed="false"'), "has an edge that is not directed"),
        ((HEAD + BODY).replace("</graph>", '<graph edgedefault="directed"/></graph>'), "begins a second graph"),
        ((HEAD + BODY).replace("</graph>", "<hyperedge/></graph>"), "holds a hyperedge"),
        (
            HEAD + "".join(f'<key id="k{at}" for="edge" attr.name="{at}"/>' for at in range(300)) + BODY,
            "declares more than 256",
        ),
    ],
)
def test_what_is_no_graph_of_a_network_is_refused_in_one_sentence(file, text, message):
    with pytest.raises(SourceError, match="is no GraphML file of a network") as caught:
        read_graphml(file(text))
    assert message in str(caught.value)


@pytest.mark.parametrize("crs", ["EPSG:32648", "file:///etc/passwd", "nonsense"])
def test_a_graph_that_is_not_in_degrees_is_refused(file, crs):
    key = '<key id="g0" for="graph" attr.name="crs" attr.type="string"/>\n'
    body = BODY.replace('"directed">', f'"directed"><data key="g0">{crs}</data>')
    with pytest.raises(SourceError, match=r"has the crs .*, expected EPSG:4326"):
        read_graphml(file(HEAD + key + body))


def test_a_missing_flag_is_left_out(tmp_path, chain):
    flags = pd.array([True, None, False, None], dtype="boolean")
    write(Network(nodes=chain.nodes, links=chain.links.assign(lit=flags)), tmp_path / "net.graphml")
    edges = nx.read_graphml(tmp_path / "net.graphml", force_multigraph=True).edges(data=True)
    assert sorted(str(about.get("lit")) for *_, about in edges) == ["False", "None", "None", "True"]


def test_a_graph_without_nodes_or_edges_is_refused(file):
    with pytest.raises(TableError):
        read_graphml(file(HEAD + '<graph edgedefault="directed"/></graphml>'))


def test_a_file_that_is_too_large_is_refused_before_it_is_read(file, monkeypatch):
    monkeypatch.setattr("networks.exchange.graphml_reader.LARGEST_BYTES", 100)
    with pytest.raises(SourceError, match="larger than 100 bytes"):
        read_graphml(file(HEAD + BODY))


def test_a_file_that_is_not_there_is_a_missing_file(tmp_path):
    with pytest.raises(MissingSourceError):
        read_graphml(tmp_path / "nowhere.graphml")
