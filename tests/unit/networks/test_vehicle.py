import csv
from dataclasses import replace

import pandas as pd
import pytest

from networks import TRUCK_5T, TRUCK_15T, TRUCK_40FT, VAN, VEHICLES


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


def test_the_lighter_vehicle_is_nowhere_slower_and_on_main_roads_faster():
    for heavy, light in ((TRUCK_40FT, TRUCK_15T), (TRUCK_15T, TRUCK_5T), (TRUCK_5T, VAN)):
        assert light.gross_t < heavy.gross_t
        assert light.mountain_km_per_h > heavy.mountain_km_per_h
        for highway, speed in heavy.speed_km_per_h.items():
            assert light.speed_km_per_h[highway] >= speed
        for highway in ("motorway", "trunk", "primary", "secondary"):
            assert light.speed_km_per_h[highway] > heavy.speed_km_per_h[highway]


def test_a_van_drives_faster_as_its_limit_of_80_stands_to_60():
    # 45, 38, 30 x 80/60 = 60, 50.7, 40 km/h; a truck of 5 t 45 x 70/60 = 52.5, of 15 t half way: 45 x 65/60 = 48.75
    roads = pd.Series(["trunk", "primary", "secondary"])
    assert VAN.speeds_km_per_h(roads).tolist() == [60.0, 51.0, 40.0]
    assert (TRUCK_5T.speed_km_per_h["trunk"], TRUCK_15T.speed_km_per_h["trunk"]) == (52.0, 49.0)
    assert VAN.speeds_km_per_h(roads, pd.Series(["mountain"] * 3)).tolist() == [40.0, 40.0, 40.0]


@pytest.mark.parametrize("vehicle", VEHICLES.values(), ids=VEHICLES.keys())
def test_no_vehicle_is_faster_than_the_law_lets_it_be(vehicle):
    # outside built-up areas, undivided: tractor 60, truck above 3.5 t payload 70, below 80 km/h
    legal = 60.0 if vehicle.container_ft else 70.0 if vehicle.payload_t > 3.5 else 80.0
    slow = {name: speed for name, speed in vehicle.speed_km_per_h.items() if name != "motorway"}
    assert max(slow.values()) <= legal
    assert vehicle.speed_km_per_h["motorway"] <= 100.0


def test_toll_groups_follow_payload_and_container():
    assert [vehicle.toll_group for vehicle in (TRUCK_40FT, TRUCK_15T, TRUCK_5T, VAN)] == [5, 4, 3, 1]
    loads = (1.9, 2.0, 3.9, 4.0, 9.9, 10.0, 17.9, 18.0, 30.0)
    groups = [replace(TRUCK_40FT, container_ft=0, payload_t=load).toll_group for load in loads]
    assert groups == [1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert replace(TRUCK_40FT, container_ft=20).toll_group == 4
    assert replace(TRUCK_40FT, payload_t=9.0).toll_group == 5


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"gross_t": float("nan")}, "found gross_t=nan, expected a finite number above 0"),
        ({"height_m": float("inf")}, "found height_m=inf"),
        ({"length_m": 0.0}, "found length_m=0.0"),
        ({"axle_load_t": -1.0}, "found axle_load_t=-1.0"),
        ({"other_km_per_h": 0.0}, "found other_km_per_h=0.0"),
        ({"mountain_km_per_h": float("nan")}, "found mountain_km_per_h=nan"),
        ({"speed_km_per_h": {"trunk": 0.0}}, r"found speed_km_per_h\['trunk'\]=0.0"),
        ({"payload_t": 48.0}, "found payload_t=48.0, expected less than gross_t=48.0"),
        ({"container_ft": 30}, "found container_ft=30, expected 0, 20, 40 or 45"),
        ({"name": " "}, "found no name, expected one"),
    ],
)
def test_a_vehicle_that_cannot_be_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        replace(TRUCK_40FT, **wrong)


def test_all_faults_of_a_vehicle_are_named_at_once():
    with pytest.raises(ValueError, match=r"vehicle 'van': found gross_t=-1.0.*; found width_m=0.0"):
        replace(VAN, gross_t=-1.0, width_m=0.0)


def test_a_vehicle_keeps_its_speeds_though_the_caller_changes_his():
    own = {"trunk": 50.0}
    vehicle = replace(VAN, speed_km_per_h=own)
    own["trunk"] = 1.0
    assert vehicle.speed_km_per_h["trunk"] == 50.0
