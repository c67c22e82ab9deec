import json

import numpy as np
import pandas as pd
import pytest

from networks import Network, SourceError, TableError, northern_vietnam, read_gmns, write
from networks.errors import MissingSourceError

NODE = "node_id,x_coord,y_coord\n1,105.0,21.0\n2,105.1,21.0\n"
LINK = "link_id,from_node_id,to_node_id,directed,length,free_speed,lanes\n7,1,2,1,10,50,2\n"
CONFIG = "dataset_name,short_length,long_length,speed,crs\ntown,m,km,km/h,EPSG:4326\n"


@pytest.fixture
def folder(tmp_path):
    """Return a function: texts of node.csv, link.csv, config.csv -> a folder with them."""

    def make(node=NODE, link=LINK, config=CONFIG):
        for name, text in (("node", node), ("link", link), ("config", config)):
            if text is not None:
                (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return tmp_path

    return make


def assert_same(back, network):
    """Check that two networks are equal, but for the order of further columns and the numbers of their lines.

    A line of two points that is drawn where it would be straight anyway comes back as straight.
    """
    pd.testing.assert_frame_equal(back.nodes, network.nodes)
    names = [name for name in network.links.columns if name != "shape"]
    pd.testing.assert_frame_equal(back.links[names], network.links[names])
    for mine, theirs in zip(back.lines(range(len(back.links))), network.lines(range(len(network.links))), strict=True):
        assert mine.tolist() == theirs.tolist()
    assert back.provenance == network.provenance


@pytest.mark.parametrize("transfers", [False, True])
def test_the_bundled_network_comes_back_to_the_last_digit(transfers, tmp_path):
    network = northern_vietnam(transfers=transfers)
    write(network, tmp_path / "gmns")
    back = read_gmns(tmp_path / "gmns")
    assert_same(back, network)
    assert "allowed_uses" not in back.links
    assert 0 < len(back.shapes) <= len(network.shapes)


def test_names_and_units_are_those_of_the_specification(tmp_path, make_network):
    network = make_network([("ab", "a", "b", 12.0, 0.25)], highway="trunk", name="Quốc lộ 1", lanes=2.0, toll=True)
    network = Network(
        nodes=network.nodes, links=network.links, provenance={"source": "x", "licence": "© OpenStreetMap contributors"}
    )
    write(network, tmp_path)
    link = pd.read_csv(tmp_path / "link.csv").iloc[0].to_dict()
    expected = {
        "link_id": "ab",
        "from_node_id": "a",
        "to_node_id": "b",
        "directed": 1,
        "length": 12,
        "facility_type": "trunk",
        "free_speed": 48,
        "lanes": 2,
        "allowed_uses": "truck",
        "is_toll": True,
        "name": "Quốc lộ 1",
        "geometry": "LINESTRING (105.0 21.0, 105.1 21.0)",
    }
    assert {name: link[name] for name in expected} == expected
    assert pd.read_csv(tmp_path / "node.csv").columns.tolist()[:3] == ["node_id", "x_coord", "y_coord"]
    config = pd.read_csv(tmp_path / "config.csv").iloc[0].to_dict()
    assert (config["long_length"], config["speed"], config["crs"]) == ("km", "km/h", "EPSG:4326")
    assert config["licence"] == "© OpenStreetMap contributors"
    assert set(pd.read_csv(tmp_path / "use_definition.csv")["use"]) == {"truck", "rail", "vessel"}


def test_types_of_further_columns_and_risky_texts_come_back(tmp_path, make_network):
    links = [("=ab", "a", "b", 1.0, 0.5), ("-7", "b", "c", 2.0, 0.5)]
    further = {
        "ref": ["0012", "'=x"],
        "count": [1, 2],
        "open": [True, False],
        "share": [0.1, np.nan],
        "note": ["", "+a"],
    }
    network = make_network(links, speed_km_per_h=[30.0, np.nan], **further)
    write(network, tmp_path)
    raw = pd.read_csv(tmp_path / "link.csv", dtype=str)
    assert raw["link_id"].tolist() == ["'=ab", "-7"]
    assert raw["ref"].tolist() == ["0012", "''=x"]
    assert_same(read_gmns(tmp_path), network)


def test_a_folder_of_another_program_is_read_in_its_units(folder):
    config = "dataset_name,long_length,speed,crs\nTempe,mile,mph,\n"
    link = (
        "link_id,from_node_id,to_node_id,directed,length,free_speed,geometry,toll,capacity,allowed_uses\n"
        '7,1,2,true,10,50,"LINESTRING(105.0 21.0,105.05 21.1, 105.1 21.0)",2.5,1800,auto\n8,1,2,0,1,20,,0,,rail\n'
    )
    network = read_gmns(folder(link=link, config=config))
    links = network.links.set_index("link_id")
    assert links["length_km"].tolist() == pytest.approx([16.09344, 1.609344, 1.609344])
    assert links["travel_h"].tolist() == pytest.approx([0.2, 0.05, 0.05])
    assert links.index.tolist() == ["7", "8", "8~"]
    assert links["origin_node_id"].tolist() == ["1", "1", "2"]
    assert links["toll"].tolist() == [True, False, False]
    assert links["toll_amount"].tolist() == [2.5, 0.0, 0.0]
    assert links["capacity"].tolist()[0] == 1800.0
    assert links["mode"].tolist() == ["road", "rail", "rail"]
    assert network.lines([0])[0].tolist() == [[105.0, 21.0], [105.05, 21.1], [105.1, 21.0]]
    assert network.links["shape"].tolist() == [1, 0, 0]
    assert network.provenance["source"] == "Tempe"


def test_a_link_open_both_ways_is_drawn_both_ways(folder):
    link = LINK.replace(
        "lanes\n7,1,2,1,10,50,2", 'geometry\n7,1,2,0,10,50,"LINESTRING (105 21, 105.05 21.1, 105.1 21)"'
    )
    network = read_gmns(folder(link=link))
    assert network.links["shape"].tolist() == [1, -1]


def test_ways_for_walking_or_bicycles_alone_are_no_roads(folder):
    head = "link_id,from_node_id,to_node_id,directed,length,free_speed,allowed_uses\n"
    uses = {"1": "auto", "2": "walk", "3": '"bike, walk"', "4": '"Bike;truck"', "5": ""}
    network = read_gmns(folder(link=head + "".join(f"{name},1,2,1,10,50,{use}\n" for name, use in uses.items())))
    assert network.links["link_id"].tolist() == ["1", "4", "5"]
    assert network.provenance["warnings"].startswith("2 links for bicycle or bike")


def test_the_line_of_a_long_road_comes_back(tmp_path, make_network):
    points = [f"{105.0 + 0.1 * at / 9000:.7f} {21.0 + 0.001 * (at % 2)}" for at in range(1, 9000)]
    line = ";".join(["105.0 21.0", *points, "105.1 21.0"])
    write(make_network([("ab", "a", "b", 900.0, 20.0)], geometry=[line]), tmp_path / "net")
    assert len(read_gmns(tmp_path / "net").lines([0])[0]) == 9001


def test_a_column_that_would_take_the_name_of_one_of_ours_is_named(tmp_path, chain):
    network = Network(nodes=chain.nodes, links=chain.links.assign(length=1.0))
    with pytest.raises(TableError, match="links:length: GMNS has this name for length_km"):
        write(network, tmp_path / "net")


def test_without_units_nothing_is_guessed(folder):
    with pytest.raises(MissingSourceError, match=r"there is no config\.csv, so the units"):
        read_gmns(folder(config=None))
    with pytest.raises(SourceError) as caught:
        read_gmns(folder(config="long_length,speed,crs\nfurlong,,EPSG:3405\n"))
    assert [line.partition("config.csv:2:")[2].split(",")[0] for line in str(caught.value).splitlines()] == [
        "long_length: found 'furlong'",
        "speed: found ''",
        "crs: found 'EPSG:3405'",
    ]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("7,1,2,1,10,", "7,1,2,1,-10,"), "link.csv:2:length: found -10"),
        (("7,1,2,1,10,", "7,1,2,1,,"), "link.csv:2:length: found nothing"),
        (("7,1,2,1,10,50", "7,1,2,1,10,0"), "links:2:travel_h: found inf"),
        (("7,1,2,1,10,50", "7,1,2,1,10,"), "links:2:travel_h: found nan"),
        (("7,1,2,1", "7,1,3,1"), "links:2:destination_node_id: found '3'"),
        (("7,1,2,1", "7,1,2,maybe"), "link.csv:2:directed: found 'maybe'"),
        (("lanes\n7,1,2,1,10,50,2", "geometry\n7,1,2,1,10,50,POINT (1 1)"), "links:2:geometry: found 'POINT (1 1)'"),
        (("lanes\n7,1,2,1,10,50,2", "lanes\n7,1,2,1,10,50"), "link.csv:2: found 6 fields, expected 7"),
        (("length,", "len,"), "link.csv:1:length: the column is missing"),
    ],
)
def test_a_fault_is_named_with_its_row(folder, change, fault):
    with pytest.raises(TableError) as caught:
        read_gmns(folder(link=LINK.replace(*change)))
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"resources": 1}', '{"resources": [{}]}', "[" * 100_000, '{"provenance": [1]}']
)
def test_a_data_package_that_says_nothing_sensible_is_refused_or_passed_over(folder, text):
    (folder() / "datapackage.json").write_text(text, encoding="utf-8")
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        with pytest.raises(SourceError, match="repair or remove it"):
            read_gmns(folder())
    else:
        assert len(read_gmns(folder()).links) == 1


def test_a_folder_that_is_not_there_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_gmns(tmp_path / "nowhere")
