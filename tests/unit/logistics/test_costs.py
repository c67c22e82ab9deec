"""Direct ways and ways through a hub priced by hand."""

from dataclasses import replace

import numpy as np
import pytest

from logistics.costs import FlowClass, Pricing
from logistics.distances import Distances
from logistics.tariffs import VEHICLES, Leg
from logistics.way_cost import KINDS

NEAR, HUB, FAR = (np.array([at]) for at in range(3))


def pricing(ledger, cap=1.0, **more):
    km = np.array([[0.0, 10.0, 100.0], [10.0, 0.0, 95.0], [100.0, 95.0, 0.0]])
    water = np.full((3, 3), np.inf)
    water[1, 2] = water[2, 1] = 120.0
    rail = np.full((3, 3), np.inf)
    rail[1, 2] = rail[2, 1] = 150.0
    whole = Leg(length_km=km, travel_h=km / 50, toll_group5_vnd=km * 1000)
    by_vehicle = dict.fromkeys(VEHICLES, whole)
    distances = Distances(place_ids=("near", "hub", "far"), by_vehicle=by_vehicle, water_km=water, rail_km=rail)
    return Pricing(ledger=ledger, distances=distances, matched_cap=np.full(3, cap), **more)


def kind(shipment="small", channel="seaport", direction="out"):
    return FlowClass(shipment=shipment, channel=channel, direction=direction)


def trip(ledger, vehicle, km, matched, stops_h):
    empty = 1 - matched
    return (
        km * (ledger[f"veh_km_loaded_{vehicle}"] + empty * ledger[f"veh_km_empty_{vehicle}"])
        + (km / 50 * (1 + empty) + stops_h) * ledger[f"veh_hour_{vehicle}"]
        + ledger[f"veh_trip_{vehicle}"]
        + km * 1000 * (1 + empty) * ledger[f"toll_frac_{vehicle}"]
    )


def test_a_small_shipment_goes_direct_in_a_half_empty_5_t_truck(ledger):
    way = pricing(ledger).direct(kind(), NEAR, FAR, np.array([900.0]))
    assert way.vnd_per_t.item() == pytest.approx(trip(ledger, "t5", 100, 0.25, 3.0) / 2.4 + 2.0 * 900)


def test_a_small_shipment_through_a_hub_pays_feeder_handling_and_a_full_tractor(ledger):
    way = pricing(ledger).through_hub(kind(), (NEAR, HUB, FAR), np.array([900.0]), "truck")
    feeder = trip(ledger, "t5", 10, 0.35, 1.5 + 0.75 + (2 - 1) * 0.75) / 3.5
    line = trip(ledger, "c40", 95, 0.35, 0.75 + 1.5) / 14
    assert way.vnd_per_t.item() == pytest.approx(feeder + 35_000 + line + (0.2 + 1.9 + 8) * 900)


def test_a_domestic_shipment_beyond_a_hub_is_distributed_by_a_15_t_truck(ledger):
    way = pricing(ledger).through_hub(kind("medium", "domestic"), (NEAR, HUB, FAR), np.array([0.0]), "truck")
    feeder = trip(ledger, "t10", 10, 0.45, 1.5 + 0.75 + 1.5 * 0.75) / 8
    line = trip(ledger, "t15", 95, 0.5, 0.75 + 1.5 + 2 * 0.75) / 11.5
    assert way.vnd_per_t.item() == pytest.approx(feeder + 35_000 + line)


def test_a_full_container_keeps_its_load_through_a_yard(ledger):
    way = pricing(ledger).through_hub(kind("full"), (NEAR, HUB, FAR), np.array([0.0]), "truck")
    legs = trip(ledger, "c40", 10, 0.08, 2.25) / 16 + trip(ledger, "c40", 95, 0.35, 2.25) / 16
    assert way.vnd_per_t.item() == pytest.approx(legs + 22_000)


def test_a_barge_replaces_the_truck_beyond_the_hub(ledger):
    way = pricing(ledger).through_hub(kind("full"), (NEAR, HUB, FAR), np.array([100.0]), "barge")
    feeder = trip(ledger, "c40", 10, 0.08, 2.25) / 16
    sailing = 120 * 420 + 50_000 + 15_000 + 29_000
    assert way.vnd_per_t.item() == pytest.approx(feeder + sailing + (0.2 + 120 / 8 + 30) * 100)


def test_an_import_costs_what_the_same_export_costs_where_roads_are_two_way(ledger):
    prices = pricing(ledger)
    out, back = (prices.direct(kind(direction=way), NEAR, FAR, np.array([900.0])).vnd_per_t for way in ("out", "in"))
    assert out == pytest.approx(back)


def test_full_border_trucks_carry_21_tonnes_and_find_few_return_loads(ledger):
    way = pricing(ledger).direct(kind("full", "border"), NEAR, FAR, np.array([0.0]))
    assert way.vnd_per_t.item() == pytest.approx(trip(ledger, "c40", 100, 0.08, 3.0) / 21)
    through = pricing(ledger).through_hub(kind("full", "border"), (NEAR, HUB, FAR), np.array([0.0]), "truck")
    legs = trip(ledger, "c40", 10, 0.08, 2.25) / 21 + trip(ledger, "c40", 95, 0.3, 2.25) / 21
    assert through.vnd_per_t.item() == pytest.approx(legs + 22_000)


def test_returns_are_never_matched_beyond_the_balance_of_the_place(ledger):
    way = pricing(ledger, cap=0.1).direct(kind("medium"), NEAR, FAR, np.array([0.0]))
    assert way.vnd_per_t.item() == pytest.approx(trip(ledger, "t15", 100, 0.1, 3.0) / 10.5)


def test_the_kinds_of_cost_add_up_to_the_price(ledger):
    way = pricing(ledger).through_hub(kind(), (NEAR, HUB, FAR), np.array([900.0]), "truck")
    assert sum(way.vnd_by_kind[name].item() for name in KINDS) == pytest.approx(way.vnd_per_t.item())
    assert way.truck_km.item() == pytest.approx(105)


def test_a_hub_without_a_quay_offers_no_barge(ledger):
    way = pricing(ledger).through_hub(kind("full"), (HUB, NEAR, FAR), np.array([0.0]), "barge")
    assert np.isinf(way.vnd_per_t).all()


def test_a_train_replaces_the_truck_beyond_the_hub(ledger):
    way = pricing(ledger).through_hub(kind("full", "border"), (NEAR, HUB, FAR), np.array([100.0]), "rail")
    feeder = trip(ledger, "c40", 10, 0.08, 2.25) / 21
    train = 150 * 700 + 2 * 60_000 + 120_000
    assert way.vnd_per_t.item() == pytest.approx(feeder + train + (0.2 + 150 / 20 + 36) * 100)
    assert (way.rail_km.item(), way.water_km.item(), way.truck_km.item()) == (150, 0, 10)


def test_small_freight_passes_the_cross_dock_before_the_train(ledger):
    way = pricing(ledger).through_hub(kind("small"), (NEAR, HUB, FAR), np.array([0.0]), "rail")
    assert way.vnd_by_kind["handling"].item() == 35_000


def test_a_hub_without_a_station_offers_no_train_whatever_co2_costs(ledger):
    way = pricing(ledger, co2_price_vnd_per_t=1e5).through_hub(kind("full"), (HUB, NEAR, FAR), np.array([1.0]), "rail")
    assert np.isinf(way.vnd_per_t).all()


def test_distances_without_rails_offer_no_train(ledger):
    prices = pricing(ledger)
    bare = replace(prices, distances=replace(prices.distances, rail_km=None))
    assert np.isinf(bare.through_hub(kind("full"), (NEAR, HUB, FAR), np.array([1.0]), "rail").vnd_per_t).all()


@pytest.mark.parametrize("mode", ["direct", "truck", "barge", "rail"])
def test_a_price_on_co2_adds_that_price_for_every_tonne_of_it_and_nothing_else(ledger, mode):
    def way(prices):
        if mode == "direct":
            return prices.direct(kind("full"), NEAR, FAR, np.array([100.0]))
        return prices.through_hub(kind("full"), (NEAR, HUB, FAR), np.array([100.0]), mode)

    free, priced = way(pricing(ledger)), way(pricing(ledger, co2_price_vnd_per_t=250_000))
    assert priced.co2_t.item() == free.co2_t.item()
    assert priced.vnd_per_t.item() == pytest.approx(free.vnd_per_t.item() + 250_000 * free.co2_t.item(), rel=1e-12)
    assert free.vnd_by_kind["co2"].item() == 0


def test_co2_is_counted_by_mode_vehicle_and_load(ledger):
    """A full container: 100 km out loaded, 92 of 100 back empty; or 10 km, then 120 by barge or 150 by rail."""
    prices, litre_kg = pricing(ledger), 3.25

    def tractor(km):
        return km * 0.35 * (1.14 + 0.92 * 0.86) * litre_kg / 16 / 1000

    direct = prices.direct(kind("full"), NEAR, FAR, np.array([0.0])).co2_t.item()
    assert direct == pytest.approx(tractor(100))
    for mode, km, g_per_tkm in (("barge", 120, 24), ("rail", 150, 25)):
        way = prices.through_hub(kind("full"), (NEAR, HUB, FAR), np.array([0.0]), mode)
        beyond = km * g_per_tkm * 1e-6 * litre_kg / 2.68
        assert way.co2_t.item() == pytest.approx(tractor(10) + beyond + 2.5 / 1000)


def test_trucks_calling_at_an_eco_park_leave_less_co2_and_cost_the_same(ledger):
    plain, eco = pricing(ledger), pricing(ledger, truck_co2_share=np.array([0.9, 1.0, 1.0]))
    direct, cleaner = (prices.direct(kind(), NEAR, FAR, np.array([0.0])) for prices in (plain, eco))
    assert cleaner.co2_t.item() == pytest.approx(0.9 * direct.co2_t.item())
    assert cleaner.vnd_per_t.item() == direct.vnd_per_t.item()
    hub, cleaner_hub = (
        prices.through_hub(kind(), (NEAR, HUB, FAR), np.array([0.0]), "truck") for prices in (plain, eco)
    )
    feeder_t = 10 * 0.15 * (1.14 + 0.65 * 0.86) * 3.25 / 3.5 / 1000
    assert hub.co2_t.item() - cleaner_hub.co2_t.item() == pytest.approx(0.1 * feeder_t)


def apart(ledger, **more):
    """Near end, a hub 10 km off, a hub 80 km on (water 120, rail 150), the far end 20 km beyond it."""
    along = np.array([0.0, 10.0, 90.0, 110.0])
    km = np.abs(along[:, None] - along[None, :])
    water, rail = np.full((4, 4), np.inf), np.full((4, 4), np.inf)
    water[1, 2] = water[2, 1] = 120.0
    rail[1, 2] = rail[2, 1] = 150.0
    whole = Leg(length_km=km, travel_h=km / 50, toll_group5_vnd=km * 1000)
    by_vehicle = dict.fromkeys(VEHICLES, whole)
    distances = Distances(place_ids=tuple("abcd"), by_vehicle=by_vehicle, water_km=water, rail_km=rail)
    return Pricing(ledger=ledger, distances=distances, matched_cap=np.ones(4), **more)


FOUR = tuple(np.array([at]) for at in range(4))


def test_a_tractor_between_two_hubs_pays_a_feeder_and_a_cross_dock_at_either(ledger):
    way = apart(ledger).through_two_hubs(kind(channel="domestic"), FOUR, np.array([900.0]), "truck")
    feeders = (trip(ledger, "t5", 10, 0.35, 3.0) + trip(ledger, "t5", 20, 0.35, 3.0)) / 3.5
    trunk = trip(ledger, "c40", 80, 0.35, 2 * 0.75) / 14
    assert way.vnd_per_t.item() == pytest.approx(feeders + trunk + 2 * 35_000 + (0.2 + 1.6 + 0.4 + 2 * 8) * 900)


def test_a_barge_between_two_hubs_pays_two_river_ports_and_no_seaport(ledger):
    way = apart(ledger).through_two_hubs(kind("full", "domestic"), FOUR, np.array([100.0]), "barge")
    feeders = (trip(ledger, "c40", 10, 0.08, 2.25) + trip(ledger, "c40", 20, 0.08, 2.25)) / 16
    hours = 0.2 + 0.4 + 120 / 8 + 30 + ledger["dwell_icd"]  # the wait holds the dwell at the first hub
    assert way.vnd_per_t.item() == pytest.approx(feeders + 120 * 420 + 2 * 50_000 + 29_000 + hours * 100)
    assert (way.water_km.item(), way.rail_km.item(), way.truck_km.item()) == (120, 0, 30)


def test_a_train_between_two_hubs_carries_small_freight_over_two_cross_docks(ledger):
    way = apart(ledger).through_two_hubs(kind("small", "domestic"), FOUR, np.array([100.0]), "rail")
    feeders = (trip(ledger, "t5", 10, 0.35, 3.0) + trip(ledger, "t5", 20, 0.35, 3.0)) / 3.5
    train = 150 * 700 + 2 * 60_000 + 120_000 + 2 * 35_000
    assert way.vnd_per_t.item() == pytest.approx(feeders + train + (0.2 + 0.4 + 150 / 20 + 36 + 8) * 100)
    handled_t = 2 * ledger["co2_handling"] / 1000
    trucks_t = apart(ledger).through_two_hubs(kind("small", "domestic"), FOUR, np.zeros(1), "truck").co2_t.item()
    assert handled_t < way.co2_t.item() < trucks_t


@pytest.mark.parametrize("mode", ["barge", "rail"])
def test_hubs_that_no_barge_or_train_joins_offer_none_and_imports_mirror_exports(ledger, mode):
    prices, (near, first, second, far) = apart(ledger), FOUR
    no_way = prices.through_two_hubs(kind("full"), (first, near, second, far), np.array([1.0]), mode)
    assert np.isinf(no_way.vnd_per_t).all()
    out, back = (
        prices.through_two_hubs(kind("full", direction=way), FOUR, np.array([1.0]), mode).vnd_per_t
        for way in ("out", "in")
    )
    assert out == pytest.approx(back)
    assert prices.joined_by(np.arange(4), mode).tolist() == [False, True, True, False]
    bare = replace(prices, distances=replace(prices.distances, rail_km=None))
    assert not bare.joined_by(np.arange(4), "rail").any()
