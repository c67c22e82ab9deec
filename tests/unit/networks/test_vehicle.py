import csv

import pandas as pd
import pytest

from networks import TRUCK_40FT, VEHICLES


def speeds(highway, **more):
    return TRUCK_40FT.speeds_km_per_h(pd.Series(highway), **more).tolist()


def test_a_loaded_truck_drives_as_the_parameter_table_says():
    roads = ["motorway", "trunk", "primary", "secondary", "connector"]
    assert speeds(roads) == [65.0, 45.0, 38.0, 30.0, 24.0]


def test_the_speeds_are_those_of_the_parameter_table_of_the_project(root):
    with (root / "logistics" / "data" / "parameters.csv").open(encoding="utf-8") as file:
        table = {row["id"]: float(row["value"]) for row in csv.DictReader(file) if row["group"] == "speed"}
    assert table["speed_mountain_primary"] == TRUCK_40FT.mountain_km_per_h
    assert table["speed_urban"] == TRUCK_40FT.speed_km_per_h["connector"]
    for highway in ("motorway", "trunk", "primary", "secondary"):
        assert table[f"speed_{highway}"] == TRUCK_40FT.speed_km_per_h[highway]


def test_mountains_slow_every_road_but_the_motorway():
    terrain = pd.Series(["mountain"] * 4)
    assert speeds(["motorway", "trunk", "primary", "secondary"], terrain=terrain) == [65.0, 30.0, 30.0, 30.0]


def test_the_lower_of_speed_and_limit_counts_and_no_limit_is_none():
    limits = pd.Series([50.0, 80.0, float("nan")])
    assert speeds(["motorway", "trunk", "trunk"], limit_km_per_h=limits) == [50.0, 45.0, 45.0]


def test_a_class_that_nobody_named_is_driven_slowly():
    assert speeds(["bridleway"]) == [TRUCK_40FT.other_km_per_h]


def test_time_is_length_over_speed_and_never_zero():
    hours = TRUCK_40FT.travel_h(pd.Series([130.0, 0.0]), pd.Series(["motorway", "motorway"]))
    assert hours[0] == 2.0
    assert hours[1] > 0.0


def test_asking_twice_gives_the_same_speeds():
    highway, terrain = pd.Series(["trunk"]), pd.Series(["mountain"])
    assert speeds(highway, terrain=terrain) == speeds(highway, terrain=terrain) == [30.0]
    assert speeds(highway) == [45.0]


@pytest.mark.parametrize("vehicle", VEHICLES.values(), ids=VEHICLES.keys())
def test_no_vehicle_is_beyond_the_limits_of_the_road_law(vehicle):
    assert vehicle.payload_t < vehicle.gross_t <= 48.0
    assert vehicle.height_m <= 4.35
    assert vehicle.width_m <= 2.5
    assert vehicle.length_m <= 20.0
    assert vehicle.axle_load_t <= 10.0
