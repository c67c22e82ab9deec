import math

import pytest

from networks.tag_values import (
    read_count,
    read_duration_h,
    read_length_m,
    read_mass_t,
    read_speed_km_per_h,
    read_year,
    read_zone_km_per_h,
)


@pytest.mark.parametrize(
    ("value", "km_per_h"),
    [
        ("50", 50.0),
        (" 50 km/h", 50.0),
        ("60 mph", 96.56064),
        ("10 knots", 18.52),
        ("62,5", 62.5),
        ("walk", 7.0),
        ("none", math.inf),
        ("VN:urban", 50.0),
        ("VN:rural", 60.0),
        ("DE:zone:30", 30.0),
        ("DE:zone30", 30.0),
        ("60;80", 60.0),
        ("100|100|80", 80.0),
        ("2", 5.0),
        ("999999", 130.0),
    ],
)
def test_a_speed_limit_is_read_in_km_per_h_and_held_between_5_and_130(value, km_per_h):
    assert read_speed_km_per_h(value) == pytest.approx(km_per_h)


@pytest.mark.parametrize(
    "value", ["", "0", "-5", "signals", "variable", "fast", "60;fast", "1e3", "６０", "nan", "inf", "60 furlongs", ";"]
)
def test_a_speed_limit_that_makes_no_sense_is_not_read(value):
    assert read_speed_km_per_h(value) is None


def test_only_a_zone_counts_where_a_source_of_the_limit_is_named():
    assert read_zone_km_per_h("VN:urban") == 50.0
    assert read_zone_km_per_h("sign") is None
    assert read_zone_km_per_h("70") is None


@pytest.mark.parametrize(
    ("value", "tonnes"),
    [("7.5", 7.5), ("2,8 t", 2.8), ("3500 kg", 3.5), ("none", math.inf), ("40;10", 10.0), ("10 st", 9.0718474)],
)
def test_a_mass_is_read_in_tonnes(value, tonnes):
    assert read_mass_t(value) == pytest.approx(tonnes)


@pytest.mark.parametrize("value", ["", "0", "-3", "heavy", "3.5 parsecs", "nan"])
def test_a_mass_that_makes_no_sense_is_not_read(value):
    assert read_mass_t(value) is None


@pytest.mark.parametrize(
    ("value", "metres"),
    [
        ("4.5", 4.5),
        ("3,5", 3.5),
        ("3 m", 3.0),
        ("250 cm", 2.5),
        ("12'6\"", 3.81),
        ("14 ft", 4.2672),
        ("default", math.inf),
        ("below_default", math.inf),
    ],
)
def test_a_height_is_read_in_metres(value, metres):
    assert read_length_m(value) == pytest.approx(metres)


@pytest.mark.parametrize("value", ["", "low", "0", "4..5", "0'0\""])
def test_a_height_that_makes_no_sense_is_not_read(value):
    assert read_length_m(value) is None


@pytest.mark.parametrize(
    ("value", "hours"),
    [("1:45", 1.75), ("00:20", 1 / 3), ("01:30:36", 1.51), ("15", 0.25), ("PT1H30M", 1.5), ("P1DT6H", 30.0)],
)
def test_a_duration_is_read_in_hours(value, hours):
    assert read_duration_h(value) == pytest.approx(hours)


@pytest.mark.parametrize("value", ["", "0", "00:00", "soon", "P", "PT", "-5", "1:2:3:4"])
def test_a_duration_that_makes_no_sense_is_not_read(value):
    assert read_duration_h(value) is None


def test_lanes_are_counted_cautiously():
    assert read_count("4") == 4.0
    assert read_count("2;3") == 2.0
    assert read_count("0.5") == 1.0
    assert read_count("many") is None
    assert read_count("100") is None


def test_the_year_of_a_date_is_read():
    assert read_year("2027") == read_year("2027-06") == read_year("2027-06-30") == 2027
    assert read_year("mid 2027") is None
