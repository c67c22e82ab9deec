"""Laws of reading tags: whatever a mapper wrote, the answer is a road that can be driven, or a reason."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from networks import TRUCK_40FT, VAN
from networks.roads import TAG_KEYS, LeftOut, read_road
from networks.tag_values import (
    read_count,
    read_duration_h,
    read_length_m,
    read_mass_t,
    read_speed_km_per_h,
    read_year,
    read_zone_km_per_h,
)

READERS = (read_speed_km_per_h, read_zone_km_per_h, read_mass_t, read_length_m, read_duration_h, read_count, read_year)

odd = st.text(max_size=12) | st.from_regex(r"[-+0-9.,;:|'\" a-zA-Z/]{0,12}", fullmatch=True)
words = st.sampled_from(
    ["yes", "no", "-1", "reversible", "destination", "50", "3.5", "60;80", "none", "VN:urban", "walk"]
)
tag_sets = st.dictionaries(st.sampled_from(TAG_KEYS), odd | words, max_size=8)
classes = st.sampled_from(["motorway", "primary", "track", "construction", "footway", "service", ""])


@settings(max_examples=400)
@given(odd)
def test_a_value_is_understood_as_a_positive_number_or_not_at_all(value):
    for read in READERS:
        found = read(value)
        assert found is None or found > 0 or read is read_year


@settings(max_examples=400)
@given(tag_sets, classes, st.sampled_from([TRUCK_40FT, VAN]))
def test_every_set_of_tags_gives_a_road_that_can_be_driven_or_a_reason(tags, highway, vehicle):
    found = read_road({**tags, "highway": highway}, vehicle, year=2030)
    if isinstance(found, LeftOut):
        return
    lanes = [lane for lane in (found.forward, found.backward) if lane]
    assert lanes
    assert all(5.0 <= lane.speed_km_per_h <= 130.0 for lane in lanes)
    assert math.isnan(found.lanes) or 1.0 <= found.lanes <= 20.0


@settings(max_examples=200)
@given(tag_sets, st.sampled_from(["motorway", "primary", "tertiary"]))
def test_a_limit_makes_no_vehicle_faster_than_it_is(tags, highway):
    found = read_road({**tags, "highway": highway}, TRUCK_40FT)
    if not isinstance(found, LeftOut):
        own = TRUCK_40FT.speed_km_per_h[highway]
        assert all(lane.speed_km_per_h <= own for lane in (found.forward, found.backward) if lane)
