"""Truck and barge prices worked out by hand and held against the haulier's contracts."""

import numpy as np
import pytest

from logistics.tariffs import VEHICLES, Barge, Leg, Truck


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


def test_a_trip_burns_the_contract_norm_of_diesel(ledger):
    trip = Truck.from_ledger(ledger, "c40").trip(leg(100.0, 2.0, 0.0), matched=0.0, stops_h=0.0)
    assert trip.co2_kg.item() == pytest.approx(200 * 0.35 * 2.68)


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
