import math
from dataclasses import replace

import pandas as pd
import pytest

from networks import BY_MODE, TRUCK_40FT, VAN, join, northern_vietnam, of_modes, snap, travel
from networks.regions import region_table


@pytest.fixture(scope="module")
def region():
    return northern_vietnam(transfers=True)


def test_terminals_stand_at_nodes_of_rail_or_water_and_no_truck_loads_at_a_confluence():
    terminals = region_table("terminals").set_index("node_id")["handling"]
    rail, water = (set(region_table(name)["id"]) for name in ("rail_nodes", "waterway_nodes"))
    assert set(terminals[terminals == "lift_on_off"].index) <= rail
    assert set(terminals[terminals == "quay"].index) <= water
    assert not any(name.startswith("w_ngb") for name in terminals.index)


def test_without_being_asked_nothing_joins_the_modes():
    network = northern_vietnam()
    assert "transfer" not in set(network.links["mode"])
    assert travel(network, ["yen_vien"], ["r_yen_vien"]).km.item() == math.inf


def test_a_container_goes_from_the_river_port_to_the_deep_sea_by_barge(region):
    # Quế Võ - Phả Lại - Kinh Môn - Nống - Hải Phòng - Đình Vũ - Lạch Huyện: 5.5 + 34 + 17 + 24 + 11 + 19 km at 10 km/h
    found = travel(region, ["w_que_vo"], ["w_lach_huyen"])
    assert found.km.item() == pytest.approx(110.5)
    assert found.h.item() == pytest.approx(11.05)


def test_road_and_river_join_at_the_quay(region):
    found = travel(region, ["cau_binh_than"], ["w_lach_huyen"], by="transfer_h", accumulate=BY_MODE)
    assert found.sums["transfers"].item() == 1.0
    assert found.sums["transfer_h"].item() == pytest.approx(30.0, abs=0.1)


def test_only_a_change_of_gauge_leads_from_the_metre_lines_to_ha_long(region):
    rails = of_modes(region, ["rail"])
    assert travel(rails, ["r_lao_cai"], ["r_kep"]).km.item() == pytest.approx(283.8 + 6.3 + 12 + 3.1 + 17.3 + 19.2)
    assert travel(rails, ["r_lao_cai"], ["r_ha_long"]).km.item() == math.inf
    assert travel(rails, ["r_yen_vien:1435"], ["r_ha_long"]).km.item() == pytest.approx(57.9 + 105.9)
    changed = travel(of_modes(region, ["rail", "transfer"]), ["r_lao_cai"], ["r_ha_long"], accumulate=BY_MODE)
    assert changed.sums["transfers"].item() == 1.0
    assert changed.h.item() > 36.0


def test_truck_only_is_the_region_as_it_is_without_transfers(region):
    places = pd.DataFrame(
        {
            "point_id": ["Bắc Ninh", "Hải Phòng", "Lào Cai"],
            "lon": [106.06, 106.69, 103.97],
            "lat": [21.18, 20.86, 22.48],
        }
    )
    plain = northern_vietnam(modes=["road"])
    own = snap(plain, places, max_km=10.0)
    alone = travel(plain, own, own)
    snapped = snap(region, places, max_km=10.0)
    joined = join(region, snapped)
    truck = travel(of_modes(joined, ["road"]), snapped, snapped)
    assert truck.h.tolist() == alone.h.tolist()
    assert truck.km.tolist() == alone.km.tolist()
    assert (travel(joined, snapped, snapped).h <= truck.h).all()


def test_rail_to_lao_cai_is_best_once_waiting_costs_nothing(region):
    # hours at terminals left out, 1 a road km, 0.3 a rail km
    rates = region.links["mode"].map({"road": 1.0, "rail": 0.3, "waterway": 1.0, "transfer": 1.0})
    weighed = replace(region, links=region.links.assign(weight=rates * region.links["length_km"]))
    found = travel(weighed, ["yen_vien"], ["lao_cai"], by="weight", accumulate=BY_MODE)
    assert found.sums["rail_km"].item() > 250.0


@pytest.mark.parametrize("year", [1950, 2005, 2020, 2030, 2050])
def test_every_year_has_its_transfers(year):
    network = northern_vietnam(year=year, transfers=True)
    assert (network.links["mode"] == "transfer").sum() > 50


def test_the_new_standard_gauge_line_to_hai_phong_is_there_from_2030():
    rails = of_modes(northern_vietnam(year=2030, transfers=True), ["rail"])
    assert travel(rails, ["r_lao_cai:1435"], ["r_hai_phong:1435"]).km.item() == pytest.approx(390.9)


def test_transfers_need_roads():
    with pytest.raises(ValueError, match="found transfers between rail, waterway, expected road among the modes"):
        northern_vietnam(modes=["rail", "waterway"], transfers=True)


def test_roads_alone_have_no_transfer():
    assert set(northern_vietnam(modes=["road"], transfers=True).links["mode"]) == {"road"}


def test_the_vehicle_changes_time_and_toll_group_of_the_roads():
    heavy, light = (northern_vietnam(modes=["road"], vehicle=vehicle) for vehicle in (TRUCK_40FT, VAN))
    # Chi Lăng - Hữu Lũng, motorway: 38.5 km at 65 and at 87 km/h
    hours = [network.links.set_index("link_id").loc["r002", "travel_h"] for network in (heavy, light)]
    assert hours == pytest.approx([38.5 / 65, 38.5 / 87])
    assert [network.provenance["toll_group"] for network in (heavy, light)] == ["5", "1"]
