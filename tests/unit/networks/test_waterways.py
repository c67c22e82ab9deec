import math

import pytest

from networks import SourceError, read_waterways, travel
from networks.waterways import BARGE_KM_PER_H, LOCK_H

RIVER = {"waterway": "river", "boat": "yes"}
KM = 1.11319  # 0.01 degrees of longitude on the equator


@pytest.fixture
def read(write_osm):
    """Return a function: ways (id, node ids, tags) -> Network."""

    def build(*ways):
        return read_waterways(write_osm(*ways))

    return build


@pytest.mark.parametrize(
    ("tags", "is_open"),
    [
        ({"waterway": "river"}, False),
        ({"waterway": "canal"}, False),
        ({"waterway": "fairway"}, True),
        ({"waterway": "river", "boat": "yes"}, True),
        ({"waterway": "river", "motorboat": "permissive"}, True),
        ({"waterway": "canal", "ship": "designated"}, True),
        ({"waterway": "river", "CEMT": "IV"}, True),
        ({"waterway": "river", "CEMT": "0"}, False),
        ({"waterway": "river", "ship": "no", "boat": "yes"}, False),
        ({"waterway": "river", "motorboat": "no", "boat": "yes"}, False),
        ({"waterway": "river", "CEMT": "IV", "boat": "private"}, False),
        ({"waterway": "river", "boat": "perhaps"}, False),
        ({"waterway": "fairway", "boat": "no"}, False),
        ({"waterway": "stream", "boat": "yes"}, False),
        ({"waterway": "dock", "boat": "yes"}, False),
    ],
)
def test_a_way_carries_barges_where_somebody_says_so(read, tags, is_open):
    links = read((7, [1, 2], RIVER), (8, [2, 3], tags)).links
    assert ("waterway:8_1" in set(links["link_id"])) == is_open


def test_barges_go_both_ways_at_their_speed_or_the_lower_limit(read):
    network = read(
        (7, [1, 2], RIVER), (8, [2, 3], {**RIVER, "maxspeed": "4 knots"}), (9, [3, 4], {**RIVER, "oneway": "yes"})
    )
    links = network.links.set_index("link_id")
    assert links.loc["waterway:7_1", "travel_h"] == pytest.approx(KM / BARGE_KM_PER_H, rel=1e-5)
    assert links.loc["waterway:8_1~", "speed_km_per_h"] == pytest.approx(4 * 1.852)
    assert "waterway:9_1~" not in links.index
    assert travel(network, ["waterway:4"], ["waterway:1"]).h.item() == math.inf


def test_a_lock_takes_its_time_once_however_often_its_way_is_cut(read):
    network = read((7, [1, 2, 3, 4], {**RIVER, "lock": "yes"}), (8, [2, 6], RIVER))
    found = travel(network, ["waterway:1"], ["waterway:4"])
    assert found.h.item() == pytest.approx(3 * KM / BARGE_KM_PER_H + LOCK_H, rel=1e-5)


def test_the_class_tells_the_largest_barge(read):
    links = read((7, [1, 2], {**RIVER, "CEMT": "va", "name": "Sông Hồng"}), (8, [2, 3], {**RIVER, "CEMT": "X"})).links
    links = links.set_index("link_id")
    first = links.loc["waterway:7_1"]
    assert (first["waterway_class"], first["max_dwt_t"], first["name"]) == ("Va", 3000.0, "Sông Hồng")
    assert links.loc["waterway:8_1", "waterway_class"] == ""
    assert math.isnan(links.loc["waterway:8_1", "max_dwt_t"])


def test_what_is_not_understood_is_counted(read):
    network = read((7, [1, 2], {**RIVER, "CEMT": "X"}), (8, [2, 3], {"waterway": "stream"}))
    assert network.provenance["tags_not_understood"] == "CEMT=X (1)"
    assert network.provenance["ways_left_out"] == "no waterway of barges by its kind: 1"


def test_a_file_without_a_waterway_for_barges_is_refused(read):
    with pytest.raises(SourceError, match=r"no waterway of freight has .* \(not said to be navigable: 1\)"):
        read((7, [1, 2], {"waterway": "river"}))
