"""Places by a station, and the railways between them."""

import numpy as np
import pandas as pd
import pytest

from logistics.rails import rails_between
from networks.regions import region_table


def stations(*names, railed=True, aside=0.0):
    nodes = region_table("rail_nodes").set_index("id").loc[list(names)]
    return pd.DataFrame(
        {"place_id": names, "lon": nodes["lon"].to_numpy(), "lat": nodes["lat"].to_numpy() + aside, "railed": railed}
    )


def rail_km(places, ledger, year):
    return rails_between(places, ledger, year).km


def test_hanoi_to_hai_phong_is_as_long_as_the_line(ledger):
    """Row x063 of expected.csv: 102 km, 101 to 104."""
    km = rail_km(stations("r_ha_noi", "r_hai_phong"), ledger, 2026)
    assert 101 <= km[0, 1] <= 104
    assert km[0, 1] == km[1, 0]
    assert np.isinf(km[0, 0])


def test_a_train_keeps_its_gauge(ledger):
    """Hạ Long lies on standard gauge, Lào Cai on metre gauge: no train runs between them."""
    km = rail_km(stations("r_ha_long", "r_lao_cai", "r_yen_vien"), ledger, 2026)
    assert np.isinf(km[0, 1])
    assert np.isfinite(km[0, 2])
    assert np.isfinite(km[1, 2])


def test_what_lies_between_a_place_and_its_station_is_added(ledger):
    straight = rail_km(stations("r_ha_noi", "r_hai_phong"), ledger, 2026)[0, 1]
    beside = rail_km(stations("r_ha_noi", "r_hai_phong", aside=0.009), ledger, 2026)[0, 1]  # a km north
    assert beside == pytest.approx(straight + 2.0, abs=0.05)


def test_a_place_far_from_a_station_or_not_on_rail_has_no_train(ledger):
    assert np.isinf(rail_km(stations("r_ha_noi", "r_hai_phong", aside=0.1), ledger, 2026)).all()
    assert rails_between(stations("r_ha_noi", "r_hai_phong", railed=False), ledger, 2026) is None
    assert rails_between(stations("r_ha_noi").drop(columns="railed"), ledger, 2026) is None


def test_the_new_line_is_there_from_its_year_on(ledger):
    before, after = (rail_km(stations("r_lao_cai", "r_hai_phong"), ledger, year)[0, 1] for year in (2026, 2030))
    assert after <= 391
    assert before >= after


def test_tonnes_go_between_the_stations_of_the_gauge_with_the_shorter_way(ledger):
    rails = rails_between(stations("r_yen_vien", "r_dong_dang", "r_lao_cai", "r_ha_long"), ledger, 2026)
    origins, destinations = np.array([0, 0, 3, 0]), np.array([1, 2, 0, 1])
    trips = rails.trips(origins, destinations, np.array([5.0, 7.0, 11.0, 2.0]))
    assert trips["t_per_year"].sum() == 25
    assert len(trips) == 3
    gauge = rails.network.nodes.set_index("node_id")["gauge_mm"]
    for _, trip in trips.iterrows():
        assert gauge[trip["origin"]] == gauge[trip["destination"]]
    to_ha_long = trips[trips["t_per_year"] == 11].iloc[0]
    assert gauge[to_ha_long["origin"]] == "1435"
