"""Truck and barge prices worked out by hand and held against the haulier's contracts."""

import numpy as np
import pytest

from logistics.tariffs import VEHICLES, Barge, Leg, Rail, Truck


def leg(km, hours, toll):
    return Leg(length_km=np.array([km]), travel_h=np.array([hours]), toll_group5_vnd=np.array([toll]))


def test_a_trip_charges_every_item_once(ledger):
    trip = Truck.from_ledger(ledger, "c40").trip(leg(100.0, 2.0, 500_000.0), matched=0.25, stops_h=3.0)
    assert trip.distance_vnd.item() == pytest.approx(100 * (9600 + 0.75 * 7850))
    assert trip.hours_vnd.item() == pytest.approx((2 * 1.75 + 3) * 150_000)
    assert trip.dispatch_vnd.item() == 200_000
    assert trip.toll_vnd.item() == pytest.approx(500_000 * 1.75)
    assert trip.total_vnd.item() == pytest.approx(1_548_750 + 975_000 + 200_000 + 875_000)


def test_a_matched_return_costs_nothing_extra(ledger):
    truck = Truck.from_ledger(ledger, "t5")
    trip = truck.trip(leg(50.0, 1.0, 0.0), matched=1.0, stops_h=0.0)
    assert trip.total_vnd.item() == pytest.approx(50 * 4250 + 85_000 + 400_000)


def test_the_toll_follows_the_vehicle_group(ledger):
    tolls = [
        Truck.from_ledger(ledger, name).trip(leg(10.0, 0.2, 1000.0), 1.0, 0.0).toll_vnd.item() for name in VEHICLES
    ]
    assert tolls == [pytest.approx(value) for value in (1000, 750, 600, 450)]


def test_a_round_trip_burns_the_contract_norm_of_diesel_counted_well_to_wheel(ledger):
    trip = Truck.from_ledger(ledger, "c40").trip(leg(100.0, 2.0, 0.0), matched=0.0, stops_h=0.0)
    assert trip.co2_kg.item() == pytest.approx(200 * 0.35 * (2.68 + 0.57))


def test_a_loaded_km_burns_more_than_an_empty_one(ledger):
    trip = Truck.from_ledger(ledger, "t5").trip(leg(100.0, 2.0, 0.0), matched=1.0, stops_h=0.0)
    assert trip.co2_kg.item() == pytest.approx(100 * 0.15 * 1.14 * 3.25)


def test_per_tonne_divides_by_the_mean_load(ledger):
    trip = Truck.from_ledger(ledger, "t15").trip(leg(10.0, 0.3, 0.0), 0.0, 3.0)
    assert trip.per_t(10.0).total_vnd.item() == pytest.approx(trip.total_vnd.item() / 10)


@pytest.mark.parametrize(
    ("vehicle", "km", "contract_vnd"), [("c40", 115.0, 4_185_000), ("t10", 115.0, 3_150_000), ("t5", 115.0, 2_440_000)]
)
def test_a_round_trip_meets_the_contract_price(ledger, vehicle, km, contract_vnd):
    """The rows `trip_*`: contracts of 100 to 130 km always pay both ways; tolls of CT.04 or QL18 both ways."""
    truck = Truck.from_ledger(ledger, vehicle)
    price = truck.trip(leg(km, km / 50, km * 4000), matched=0.0, stops_h=2 * ledger["end_hours"]).total_vnd.item()
    assert price == pytest.approx(contract_vnd, rel=0.15)


def test_a_barge_costs_its_rate_and_both_ends(ledger):
    barge = Barge.from_ledger(ledger)
    assert barge.vnd_per_t(np.array([100.0])).item() == pytest.approx(100 * 420 + 50_000 + 15_000 + 29_000)
    assert barge.hours(np.array([80.0])).item() == pytest.approx(10 + 30)


def test_a_train_costs_its_rate_and_a_terminal_at_either_end(ledger):
    rail = Rail.from_ledger(ledger)
    assert rail.vnd_per_t(np.array([150.0])).item() == pytest.approx(150 * 700 + 2 * 60_000 + 120_000)
    assert rail.hours(np.array([150.0])).item() == pytest.approx(7.5 + 36)


def test_barge_and_rail_count_the_making_of_their_diesel_too(ledger):
    assert Barge.from_ledger(ledger).co2_t_per_tkm == pytest.approx(24e-6 * 3.25 / 2.68)
    assert Rail.from_ledger(ledger).co2_t_per_tkm == pytest.approx(25e-6 * 3.25 / 2.68)


def test_the_barge_s_rate_moves_with_diesel_by_the_litres_of_a_container(ledger):
    dearer = ledger.with_values({"diesel_price": 27_842.59})
    moved = Barge.from_ledger(dearer).rate_vnd_per_tkm - Barge.from_ledger(ledger).rate_vnd_per_tkm
    assert moved == pytest.approx(10_000 * 10 / (10.5 * 110))
