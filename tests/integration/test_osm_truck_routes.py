"""Named streets of Mannheim, Heidelberg and Hà Nội that a van drives and a truck of 40 t and 4 m goes around.

Each case is a street whose only sign is the one named; the shortest route of the van between two junctions uses it.
"""

from itertools import pairwise

import numpy as np
import osmium
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from networks import TRUCK_40FT, VAN, Vehicle, read_osm, route

TRUCK = Vehicle(
    name="truck_40t_4m",
    gross_t=40.0,
    payload_t=25.0,
    axle_load_t=11.5,
    height_m=4.0,
    width_m=2.55,
    length_m=16.5,
)
CAR = Vehicle(
    name="car", gross_t=1.8, payload_t=0.5, axle_load_t=1.0, height_m=1.5, width_m=1.8, length_m=4.5
)  # what the extract of Hà Nội was made for
GERMANY, HANOI = "mannheim_heidelberg_2016", "hanoi_drive_2025-05"
SIGNS = (
    (GERMANY, 5111843, "Lagerhausstraße", "hgv=no", "338564289", "380798015"),
    (GERMANY, 13972058, "Am Hilbertshof", "hgv=no", "1818579955", "132327211"),
    (GERMANY, 22949395, "Klingenteichstraße", "hgv=no", "410654176", "247269641"),
    (GERMANY, 24231889, "Hebelstraße", "maxweight=12", "814155275", "540316036"),
    (GERMANY, 26625168, "Kollerstraße", "maxweight=7.5", "290959360", "283028214"),
    (GERMANY, 24959235, "Bürgermeister-Müßig-Straße", "maxheight=3", "271220134", "271220140"),
    (GERMANY, 41544301, "Ilvesheimer Straße", "maxheight=3.8", "307414379", "252686284"),
    (HANOI, 28190348, "Đường Thanh Niên", "hgv=no", "104809346", "5686758628"),
    (HANOI, 11553953, "Phố Hàng Bún", "hgv=no", "5689588156", "5687053226"),
    (HANOI, 36727545, "Phố Thạch Cầu", "maxweight=5", "426895140", "12141489979"),
    (HANOI, 37371052, "Cầu Trắng - Giải Phóng", "maxweight=18", "4007675565", "444195916"),
    (HANOI, 35841479, "Đường Cầu Giấy", "maxheight=3.5", "5719519977", "11107112929"),
    (HANOI, 701339683, "Đường Trần Nhật Duật", "maxheight=3", "5698802143", "320410321"),
)


@pytest.fixture(scope="module")
def extract(shared_data):
    def path(name):
        return shared_data / "data" / "osm" / f"{name}.osm.pbf"

    return path


@pytest.fixture(scope="module")
def network(extract):
    """Return a function that reads an extract for a vehicle, each once."""
    known = {}

    def read(name, vehicle):
        if (name, vehicle.name) not in known:
            known[name, vehicle.name] = read_osm(extract(name), vehicle=vehicle)
        return known[name, vehicle.name]

    return read


@pytest.fixture(scope="module")
def streets(extract):
    """Return tags and steps between points of the ways in `SIGNS`, as the extracts have them."""
    found = {}
    for name in (GERMANY, HANOI):
        wanted = [way for where, way, *_ in SIGNS if where == name]
        stream = osmium.FileProcessor(str(extract(name))).with_locations()
        for way in stream.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)):
            if way.id in wanted:
                found[way.id] = dict(way.tags), steps([(node.lon, node.lat) for node in way.nodes])
    return found


def steps(points):
    """Return the steps of a line as pairs of points, to the metre, in either direction."""
    rounded = [(round(float(lon), 5), round(float(lat), 5)) for lon, lat in points]
    return {frozenset(step) for step in pairwise(rounded) if step[0] != step[1]}


@pytest.mark.parametrize("case", SIGNS, ids=lambda case: f"{case[2]} {case[3]}")
def test_a_truck_goes_around_a_street_that_its_sign_closes(network, streets, case):
    name, way, street, sign, origin, destination = case
    tags, along = streets[way]
    assert tags["name"] == street
    assert sign in {f"{key}={value}" for key, value in tags.items()}
    van, truck = (route(network(name, one), origin, destination, by="km") for one in (VAN, TRUCK))
    assert along & steps(van.geometry)
    assert not along & steps(truck.geometry)
    assert truck.km > 1.1 * van.km


def points_together(network):
    """Return how many points lie on links whose ends are in the largest part where each reaches each."""
    tail, head = network.ends()
    matrix = coo_array((np.ones(len(tail)), (tail, head)), shape=(len(network.nodes),) * 2)
    _, part = connected_components(matrix, directed=True, connection="strong")
    largest = np.bincount(part).argmax()
    inside = np.flatnonzero((part[tail] == largest) & (part[head] == largest))
    _, lon, lat = network.line_points(inside)
    return len(np.unique(np.stack([lon, lat]), axis=1).T)


# the network is simplified to junctions: a node's worth is an original point that its links still have in their
# lines; the file has 116,770 points on its roads
@pytest.mark.parametrize(
    ("vehicle", "least"),
    [
        (CAR, 110_000),
        (VAN, 106_000),  # 125 lanes are closed to its 3.5 t or 2.7 m
        (TRUCK_40FT, 101_000),  # and more to 48 t and 4.35 m
    ],
    ids=lambda part: getattr(part, "name", part),
)
def test_nearly_all_points_of_hanoi_are_strongly_connected(network, vehicle, least):
    assert least <= points_together(network(HANOI, vehicle)) <= 116_770


def test_names_of_hanoi_keep_their_letters(network):
    names = set(network(HANOI, VAN).links["name"])
    assert {"Đường Giải Phóng", "Phố Huế", "Đường Nguyễn Khoái", "Cầu Chương Dương", "Đường Trần Nhật Duật"} <= names
