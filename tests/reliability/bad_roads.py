"""Cases 51 to 66: road networks out of OpenStreetMap, GraphML and tables."""

import bz2
import gzip
import json

import osmium
import pandas as pd
import pytest
from reliability.bad_tables import links_of
from reliability.bench import Bench, Outcome, Row
from reliability.roads import ROAD, osm_text

from networks import from_tables, load, read_graphml, travel

LOL = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 10))
BOMB = f'<!DOCTYPE x [<!ENTITY a0 "lol">{LOL}]>'
XXE = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


def build(*more):
    """Return a maker of a network of these ways."""
    return lambda bench: built(bench, osm_text(*more))


def built(bench: Bench, content, name="roads.osm"):
    return ["network", "build", bench.file(name, content), "--out", "run"]


def pbf(bench: Bench) -> bytes:
    """Return a large enough PBF: 20,000 points in blocks of their own, then a road."""
    path = bench.folder / "whole.osm.pbf"
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf,pbf_compression=zlib"), overwrite=True) as writer:
        for number in range(1, 20_001):
            writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=(105.8 + number / 1e5, 21.0)))
        writer.add_way(osmium.osm.mutable.Way(id=1, version=1, nodes=[1, 2, 3], tags={"highway": "primary"}))
    content = path.read_bytes()
    path.unlink()
    return content


def blocks(content: bytes):
    """Return where each block of a PBF ends."""
    ends, at = [], 0
    while at < len(content):
        head = int.from_bytes(content[at : at + 4], "big")
        header = content[at + 4 : at + 4 + head]
        size, shift, where = 0, 0, header.rindex(b"\x18") + 1  # field 3, the size of the block
        while True:
            size |= (header[where] & 127) << shift
            if not header[where] & 128:
                break
            shift, where = shift + 7, where + 1
        at += 4 + head + size
        ends.append(at)
    return ends


def cut_inside(bench: Bench):
    content = pbf(bench)
    return built(bench, content[: len(content) * 3 // 4], "roads.osm.pbf")


def cut_between(bench: Bench):
    content = pbf(bench)
    return built(bench, content[: blocks(content)[-2]], "roads.osm.pbf")


def cut_beside_its_checksum(bench: Bench):
    bench.file("roads.osm.md5", "0" * 32 + "  roads.osm\n")
    return built(bench, osm_text(ROAD))


def flipped(bench: Bench):
    content = bytearray(pbf(bench))
    for at in range(len(content) // 2, len(content) // 2 + 40):
        content[at] ^= 0xFF
    return built(bench, bytes(content), "roads.osm.pbf")


def whole(bench: Bench):
    return built(bench, pbf(bench), "roads.osm.pbf")


def graphml(text, head=""):
    def make(bench: Bench):
        path = bench.file("net.graphml", f'<?xml version="1.0"?>{head}{text}')
        return lambda: read_graphml(path)

    return make


EDGE = (
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="x" for="node" attr.name="x" attr.type="double"/>'
    '<key id="y" for="node" attr.name="y" attr.type="double"/>{key}<graph edgedefault="directed">'
    '<node id="a"><data key="x">105.8</data><data key="y">21.0</data></node>'
    '<node id="b"><data key="x">105.9</data><data key="y">21.0</data></node>'
    '<edge source="a" target="b">{data}</edge></graph></graphml>'
)


def zero_length(_: Bench):
    """A link without length keeps its place: 10 km by way of it, and not a way around of 30 km."""
    nodes = pd.DataFrame({"node_id": ["a", "b", "c"], "lon": [105.8, 105.9, 105.9], "lat": [21.0] * 3})
    rows = [("ab", "a", "b", 10.0, 0.2), ("bc", "b", "c", 0.0, 1e-6), ("ac", "a", "c", 30.0, 0.6)]
    names = ["link_id", "origin_node_id", "destination_node_id", "length_km", "travel_h"]

    def call():
        network = from_tables(nodes, pd.DataFrame(rows, columns=names))
        assert travel(network, ["a"], ["c"], by="km").km[0, 0] == 10.0

    return call


SPEEDS = ("none", "VN:urban", "0", "-5", "60;80", "999999")


def speeds_are_possible(outcome: Outcome):
    speeds = load(outcome.folder / "run").links["speed_km_per_h"]
    assert speeds.between(5.0, 130.0).all()


def access(outcome: Outcome):
    """Return ways as they are open to a truck: one way against its line, roundabouts and motorways along theirs."""
    assert set(load(outcome.folder / "run").links["link_id"]) == {"1_1", "1_1~", "2_1~", "3_1", "4_1"}


ACCESS = {
    1: ([1, 2], {"highway": "primary"}),
    2: ([2, 3], {"highway": "primary", "oneway": "-1"}),
    3: ([2, 3], {"highway": "primary", "junction": "roundabout"}),
    4: ([3, 2], {"highway": "motorway"}),
    5: ([3, 4], {"highway": "primary", "access": "private"}),
    6: ([3, 4], {"highway": "primary", "hgv": "no"}),
    7: ([3, 4], {"highway": "primary", "oneway": "reversible"}),
}
U_BEND = {
    1: ([1, 2, 11, 12, 13, 14, 8, 9], {"highway": "primary"}),
}
BEND = {11: (105.94, 21.30), 12: (105.98, 21.30), 13: (106.02, 21.30), 14: (106.06, 21.30)}
TWICE = {
    1: ([1, 2, 3, 4, 5], {"highway": "primary"}), 2: ([2, 3, 4], {"highway": "primary"}),
    3: ([3, 3], {"highway": "primary"}), 4: ([2, 11, 4], {"highway": "primary"}),
}  # fmt: skip


def missing_bridge(bench: Bench):
    """Write a road that goes 57 km around where a bridge of 12 km would do, and places at both ends of it."""
    bench.file("roads.osm", osm_text(U_BEND, places=BEND))
    bench.file("places.csv", "id,lon,lat\na,105.94,21.10\nb,106.06,21.10\n")
    return ["network", "check", "roads.osm", "--places", "places.csv"]


def cheapest_of_parallels(outcome: Outcome):
    network = load(outcome.folder / "run")
    assert travel(network, ["1"], ["5"], by="km").km[0, 0] == pytest.approx(4 * 2.0785, rel=1e-3)
    assert network.links["link_id"].is_unique


LARGE, NEGATIVE = 2**53 + 1, -7


def odd_ids(bench: Bench):
    places = {LARGE: (106.2, 21.1), NEGATIVE: (106.22, 21.1)}
    return built(bench, osm_text({LARGE: ([5, LARGE, NEGATIVE], {"highway": "primary"}), 1: ROAD[1]}, places=places))


def ids_are_text(outcome: Outcome):
    network = load(outcome.folder / "run")
    assert {str(NEGATIVE), "1"} <= set(network.nodes["node_id"])
    assert any(name.startswith(str(LARGE)) for name in network.links["link_id"])
    assert json.loads(json.dumps(network.links["link_id"].to_list())) == network.links["link_id"].to_list()


ROWS = (
    Row(
        number=51,
        title="a download cut inside a block",
        make=cut_inside,
        words=("roads.osm.pbf: cannot be read to its end", "cut, damaged", "fetch it again"),
    ),
    Row(
        number=52,
        title="a download cut between two blocks",
        make=cut_between,
        words=("roads.osm.pbf: found 20,000 nodes and no way", "fetch it again"),
    ),
    Row(
        number=52,
        title="a download that is not what its checksum says",
        make=cut_beside_its_checksum,
        words=("roads.osm: its md5 is", "fetch it again"),
    ),
    Row(
        number=53,
        title="a download with flipped bits",
        make=flipped,
        words=("roads.osm.pbf: cannot be read to its end",),
    ),
    Row(
        number=54,
        title="an empty download",
        make=lambda bench: built(bench, b"", "roads.osm.pbf"),
        words=("roads.osm.pbf: is empty; fetch it again",),
    ),
    Row(
        number=54,
        title="a web page for a download",
        words=("is not an OSM PBF (it begins with '<html>",),
        make=lambda bench: built(bench, b"<html><body>429 Too Many Requests</body></html>", "roads.osm.pbf"),
    ),
    Row(
        number=55,
        title="a PBF that other readers refuse",
        make=whole,
        code=0,
        words=("run: 2 nodes, 2 directed links",),
    ),
    Row(
        number=56,
        title="an entity bomb in OSM XML",
        words=("roads.osm: cannot be read", "entities"),
        make=lambda bench: built(bench, osm_text(ROAD, head=BOMB).replace("primary", "&a9;")),
    ),
    Row(
        number=56,
        title="an entity bomb in GraphML",
        make=graphml("<graphml>&a9;</graphml>", BOMB),
        words=("net.graphml",),
    ),
    Row(
        number=56,
        title="a megabyte packed into a thousand bytes",
        make=lambda bench: built(bench, gzip.compress(b"<osm>" + b" " * 5_000_000), "roads.osm.gz"),
        words=("roads.osm.gz: its first", "bytes unpack into 4,000,000, expected at most 200 times"),
    ),
    Row(
        number=56,
        title="a megabyte packed into a hundred bytes",
        make=lambda bench: built(bench, bz2.compress(b"<osm>" + b" " * 5_000_000), "roads.osm.bz2"),
        words=("roads.osm.bz2: its first", "bytes unpack into 4,000,000"),
    ),
    Row(
        number=57,
        title="a foreign file in OSM XML",
        words=("roads.osm: cannot be read", "entities"),
        make=lambda bench: built(bench, osm_text(ROAD, head=XXE).replace("primary", "&x;")),
    ),
    Row(
        number=57,
        title="a foreign file in GraphML",
        make=graphml("<graphml>&x;</graphml>", XXE),
        words=("net.graphml",),
    ),
    Row(
        number=58,
        title="links without length and time",
        words=("net.graphml",),
        make=graphml(EDGE.format(key="", data="")),
    ),
    Row(
        number=58,
        title="a misspelt column of lengths",
        words=("links:1:length_km: the column is missing",),
        make=lambda _: (
            lambda: from_tables(
                pd.DataFrame({"node_id": ["a"], "lon": [1.0], "lat": [1.0]}),
                pd.DataFrame(
                    {
                        "link_id": ["x"],
                        "origin_node_id": ["a"],
                        "destination_node_id": ["a"],
                        "lenght": [1.0],
                        "travel_h": [1.0],
                    }
                ),
            )
        ),
    ),
    Row(
        number=59,
        title="a length that is nan",
        make=links_of(length_km=float("nan")),
        words=("links:2:length_km: found nan, expected a number in km",),
    ),
    Row(
        number=60,
        title="a negative time",
        make=links_of(travel_h=-1.0),
        words=("links:2:travel_h: found -1, expected a number in h, above 0",),
    ),
    Row(number=61, title="a link without length", make=zero_length, code=0),
    Row(
        number=61,
        title="a link without time",
        make=links_of(travel_h=0.0),
        words=("links:2:travel_h: found 0", "above 0"),
    ),
    Row(
        number=62,
        title="limits that are no speeds",
        code=0,
        then=speeds_are_possible,
        make=build(
            {at: ([at, at + 1], {"highway": "primary", "maxspeed": speed}) for at, speed in enumerate(SPEEDS, 1)}
        ),
        words=("maxspeed",),
    ),
    Row(number=63, title="who may go where", make=build(ACCESS), code=0, then=access),
    Row(
        number=64,
        title="a bridge is missing",
        make=missing_bridge,
        code=0,
        words=("pairs of places need more than 3 great circles", "A bridge, a ferry or a road"),
    ),
    Row(
        number=65,
        title="parallel roads, loops and roads twice",
        code=0,
        then=cheapest_of_parallels,
        make=lambda bench: built(bench, osm_text(TWICE, places={11: (105.94, 21.2)})),
    ),
    Row(number=66, title="ids of 64 bits and negative ones", make=odd_ids, code=0, then=ids_are_text),
)
