"""Laws of reading OpenStreetMap files: whatever is in one, a network that obeys laws or an error of `networks`.

Small files are drawn with tags real and nasty, ways that lack nodes or repeat them, and turn restrictions; the
answers are compared with the same file read naively here: steps from node to node, way by way.
"""

import math
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks import TRUCK_40FT, VAN, NetworkError, read_osm
from networks.roads import TAG_KEYS, LeftOut, read_road

VEHICLES = (TRUCK_40FT, VAN)
TURN = "turn"
EARTH_KM = 6371.0

highways = st.sampled_from(
    ["primary", "residential", "tertiary", "service", "motorway", "motorway_link", "track", "footway", "construction"]
)
WORDS = (
    "yes no -1 yes;no reversible destination private customers 50 walk none 3.5 12'6\" VN:urban 1e9 0 -5 NaN 2027-06"
)
values = st.sampled_from([*WORDS.split(), "60 mph", "7,5 t", "roundabout", "PT1H", "02:00", "²", "٥٠"]) | st.text(
    max_size=6
)
keys = st.sampled_from(["name", "ref", *TAG_KEYS])
tag_sets = st.dictionaries(keys, values, max_size=4)
numbers = st.integers(1, 9)
restrictions = st.tuples(
    st.sampled_from(["no_left_turn", "no_u_turn", "no_straight_on", "only_right_turn", "only_straight_on", "nonsense"]),
    numbers,
    numbers,
    numbers,
)


@dataclass(frozen=True)
class Drawn:
    """A file as it is drawn."""

    places: dict
    ways: dict
    turns: list

    def xml(self) -> str:
        def tags(of):
            return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in of.items())

        nodes = [f'<node id="{at}" version="1" lon="{lon}" lat="{lat}"/>' for at, (lon, lat) in self.places.items()]
        ways = [
            f'<way id="{way}" version="1">{"".join(f"<nd ref={quoteattr(str(ref))}/>" for ref in refs)}{tags(of)}</way>'
            for way, (refs, of) in self.ways.items()
        ]
        turns = [
            f'<relation id="{number}" version="1"><member type="way" ref="{first}" role="from"/>'
            f'<member type="node" ref="{via}" role="via"/><member type="way" ref="{last}" role="to"/>'
            f"{tags({'type': 'restriction', 'restriction': kind})}</relation>"
            for number, (kind, first, via, last) in enumerate(self.turns, 1)
        ]
        return f'<osm version="0.6">{"".join([*nodes, *ways, *turns])}</osm>'

    def is_well_formed(self, turn) -> bool:
        """Return whether a restriction leads from the end of a way to the beginning of another one."""
        _, first, via, last = turn
        ends = [self.ways.get(way, ([], {}))[0] for way in (first, last)]
        return first != last and all(refs and via in {refs[0], refs[-1]} for refs in ends)

    def steps(self, vehicle) -> dict:
        """Return the ways that lead from one node to another and are open to `vehicle` in that direction."""
        found = defaultdict(set)
        for way, (refs, tags) in self.ways.items():
            road = read_road({key: value for key, value in tags.items() if key in TAG_KEYS}, vehicle)
            for one, other in pairwise(refs):
                if not isinstance(road, LeftOut) and one != other:
                    found[one, other] |= {way} if road.forward else set()
                    found[other, one] |= {way} if road.backward else set()
        return {step: ways for step, ways in found.items() if ways}


@st.composite
def files(draw, tags=tag_sets, most_missing=1):
    places = {at: (105.0 + at * 7 % 9 / 100, 21.0 + at * 4 % 9 / 100) for at in range(1, 10)}
    for at in draw(st.sets(numbers, max_size=most_missing)):
        del places[at]
    refs = st.lists(numbers, min_size=0, max_size=6)
    ways = draw(st.lists(st.tuples(refs, highways, tags), min_size=1, max_size=9))
    return Drawn(
        places=places,
        ways={way: (nodes, {"highway": highway, **more}) for way, (nodes, highway, more) in enumerate(ways, 1)},
        turns=draw(st.lists(restrictions, max_size=5)),
    )


@pytest.fixture(scope="module")
def read():
    """Return a function: a file as it is drawn -> its network, None where an error of `networks` comes out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.osm"

        def build(drawn, vehicle):
            path.write_text(drawn.xml(), encoding="utf-8", errors="replace")
            try:
                return read_osm(path, vehicle=vehicle)
            except NetworkError:
                return None

        yield build


def walks(network, drawn):
    """Return the original nodes along each link."""
    node_at = {(round(lon, 7), round(lat, 7)): at for at, (lon, lat) in drawn.places.items()}
    lines = network.lines(range(len(network.links)))
    return [[node_at[round(float(lon), 7), round(float(lat), 7)] for lon, lat in line] for line in lines]


def great_circle_km(one, other):
    (lon, lat), (east, north) = (map(math.radians, place) for place in (one, other))
    half = math.sin((north - lat) / 2) ** 2 + math.cos(lat) * math.cos(north) * math.sin((east - lon) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


@settings(max_examples=120, deadline=None)
@given(files(), st.sampled_from(VEHICLES))
def test_any_file_gives_a_network_of_positive_finite_links_or_an_error(read, drawn, vehicle):
    network = read(drawn, vehicle)
    if network is None:
        return
    links = network.links
    place = dict(
        zip(network.nodes["node_id"], zip(network.nodes["lon"], network.nodes["lat"], strict=True), strict=True)
    )
    assert links["link_id"].is_unique
    for link in links.itertuples():
        assert 0.0 < link.travel_h < 1e4
        straight = great_circle_km(place[link.origin_node_id], place[link.destination_node_id])
        assert 0.995 * straight - 1e-9 <= link.length_km < 1e4
        assert link.highway == TURN or link.length_km / link.travel_h <= 130.0 * (1 + 1e-9)


@settings(max_examples=120, deadline=None)
@given(files(), st.sampled_from(VEHICLES))
def test_no_link_leads_where_no_way_is_open_to_the_vehicle(read, drawn, vehicle):
    network = read(drawn, vehicle)
    if network is None:
        return
    steps = drawn.steps(vehicle)
    for walk, highway in zip(walks(network, drawn), network.links["highway"], strict=True):
        assert highway == TURN or all(step in steps for step in pairwise(walk))


plain = st.dictionaries(st.just("oneway"), st.sampled_from(["yes", "no", "-1"]), max_size=1)


@settings(max_examples=120, deadline=None)
@given(files(tags=plain, most_missing=0), st.sampled_from(VEHICLES))
def test_every_open_step_is_part_of_a_link_and_every_banned_turn_of_none(read, drawn, vehicle):
    network = read(drawn, vehicle)
    steps = drawn.steps(vehicle)
    if network is None:
        assert not steps
        return
    every = [
        walk for walk, highway in zip(walks(network, drawn), network.links["highway"], strict=True) if highway != TURN
    ]
    assert {step for walk in every for step in pairwise(walk)} == set(steps)
    triples = turns_of(network, drawn)
    for kind, first, via, last in filter(drawn.is_well_formed, drawn.turns):
        only_here = [step for step, ways in steps.items() if ways == {last} and step[0] == via]
        for before, at, after in triples:
            if at == via and steps[before, at] == {first}:
                leads = steps[at, after]
                assert not (kind.startswith("no_") and leads == {last})
                assert not (kind.startswith("only_") and only_here and last not in leads)


def turns_of(network, drawn):
    """Return each three nodes after each other that a path of the network can pass."""
    found, follows, begins = set(), defaultdict(set), defaultdict(list)
    links = list(zip(network.links.itertuples(), walks(network, drawn), strict=True))
    for link, walk in links:
        if link.highway == TURN:
            follows[link.origin_node_id].add(link.destination_node_id)
        else:
            begins[link.origin_node_id].append(walk)
            found |= set(zip(walk, walk[1:], walk[2:], strict=False))
    for link, walk in links:
        if link.highway != TURN:
            reached = {link.destination_node_id, *follows[link.destination_node_id]}
            found |= {(*walk[-2:], onward[1]) for onward in (walk for at in reached for walk in begins[at])}
    return found


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.sampled_from(["osm", "osm.gz", "osm.bz2", "osm.pbf"]))
def test_bytes_are_no_network_but_an_error(content, ending):
    heads = {
        "osm": b"<osm ",
        "osm.gz": b"\x1f\x8b\x08",
        "osm.bz2": b"BZh9",
        "osm.pbf": b"\x00\x00\x00\x0e\x0a\x09OSMHeader",
    }
    with tempfile.TemporaryDirectory() as folder:
        for head, part in product((b"", heads[ending]), (content,)):
            path = Path(folder) / f"bytes.{ending}"
            path.write_bytes(head + part)
            with pytest.raises(NetworkError):
                read_osm(path)
