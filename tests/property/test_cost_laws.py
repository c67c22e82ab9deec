"""Laws of money and carbon: dearer parts never make a way cheaper, a price on CO2 is linear, more matching saves."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logistics.costs import MODES, FlowClass, Pricing
from logistics.distances import Distances
from logistics.region import read_region
from logistics.tariffs import VEHICLES, Leg, Truck
from logistics.truck_costs import SHARED_PARTS, parts_of

LEDGER = read_region().ledger
NEAR, HUB, FAR = (np.array([at]) for at in range(3))
CHEAPER_WHEN_MORE = frozenset(
    {"tyre_life", "work_days", "truck_hours_per_day", "truck_life", "truck_residual", "fuel_load_spread"}
)
"""Parts that spread a cost over more km or hours; a wider spread of fuel makes the empty km cheaper."""
DEARER = sorted({part for vehicle in VEHICLES for part in parts_of(vehicle)} - CHEAPER_WHEN_MORE)

lengths = st.floats(1.0, 400.0)
kinds = st.builds(
    FlowClass,
    shipment=st.sampled_from(["full", "medium", "small"]),
    channel=st.sampled_from(["seaport", "border", "airport", "domestic"]),
    direction=st.sampled_from(["in", "out"]),
)


def pricing(near_km, far_km, ledger=LEDGER, **more):
    km = np.array([[0.0, near_km, near_km + far_km], [near_km, 0.0, far_km], [near_km + far_km, far_km, 0.0]])
    whole = Leg(length_km=km, travel_h=km / 45, toll_group5_vnd=km * 2000)
    beyond = np.full((3, 3), np.inf)
    beyond[1, 2] = beyond[2, 1] = far_km * 1.2
    distances = Distances(
        place_ids=("near", "hub", "far"), by_vehicle=dict.fromkeys(VEHICLES, whole), water_km=beyond, rail_km=beyond
    )
    return Pricing(ledger=ledger, distances=distances, matched_cap=np.ones(3), **more)


def ways(prices, kind):
    vot = np.array([900.0])
    through = [prices.through_hub(kind, (NEAR, HUB, FAR), vot, mode) for mode in MODES]
    return [prices.direct(kind, NEAR, FAR, vot), *through]


@given(st.sampled_from(DEARER), st.floats(1.0, 2.0), kinds, lengths, lengths)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_dearer_part_never_makes_a_way_cheaper(part, factor, kind, near_km, far_km):
    dearer = LEDGER.with_values({part: factor * LEDGER.entry(part).value})
    for before, after in zip(
        ways(pricing(near_km, far_km), kind), ways(pricing(near_km, far_km, dearer), kind), strict=True
    ):
        assert after.vnd_per_t.item() >= before.vnd_per_t.item() - 1e-6


@given(
    st.sampled_from(sorted(CHEAPER_WHEN_MORE - {"fuel_load_spread"})), st.floats(1.0, 2.0), st.sampled_from(VEHICLES)
)
@settings(deadline=None)
def test_a_truck_that_is_used_more_never_costs_more(part, factor, vehicle):
    used = LEDGER.with_values({part: factor * LEDGER.entry(part).value})
    before, after = Truck.from_ledger(LEDGER, vehicle), Truck.from_ledger(used, vehicle)
    assert after.loaded_vnd_per_km <= before.loaded_vnd_per_km
    assert after.use_vnd_per_h <= before.use_vnd_per_h


@given(st.floats(0.0, 5e6), kinds, lengths, lengths)
@settings(deadline=None)
def test_a_price_on_co2_costs_its_tonnes_and_changes_none(price, kind, near_km, far_km):
    free, priced = pricing(near_km, far_km), pricing(near_km, far_km, co2_price_vnd_per_t=price)
    for before, after in zip(ways(free, kind), ways(priced, kind), strict=True):
        assert after.co2_t.item() == before.co2_t.item()
        assert after.vnd_per_t.item() == pytest.approx(before.vnd_per_t.item() + price * before.co2_t.item(), rel=1e-9)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.sampled_from(VEHICLES), lengths)
@settings(deadline=None)
def test_more_matched_returns_never_cost_more_money_or_carbon(one, other, vehicle, km):
    leg = Leg(length_km=np.array([km]), travel_h=np.array([km / 45]), toll_group5_vnd=np.array([km * 2000]))
    less, more = (Truck.from_ledger(LEDGER, vehicle).trip(leg, part, 3.0) for part in sorted((one, other)))
    assert more.total_vnd.item() <= less.total_vnd.item() + 1e-6
    assert more.co2_kg.item() <= less.co2_kg.item() + 1e-9


@given(st.floats(0.0, 1.0), kinds, lengths, lengths)
@settings(deadline=None)
def test_cleaner_trucks_at_a_park_lower_carbon_and_leave_the_price(share, kind, near_km, far_km):
    plain = pricing(near_km, far_km)
    eco = replace(plain, truck_co2_share=np.array([share, 1.0, 1.0]))
    for before, after in zip(ways(plain, kind), ways(eco, kind), strict=True):
        assert after.co2_t.item() <= before.co2_t.item()
        assert after.vnd_per_t.item() == before.vnd_per_t.item()


def test_every_shared_part_is_a_row_of_the_ledger():
    assert set(SHARED_PARTS) <= set(LEDGER.entries)


@given(kinds, lengths, lengths, st.sampled_from(MODES))
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_ways_through_each_hub_cost_to_the_last_digit_what_each_costs_alone(kind, near_km, far_km, mode):
    prices, vot = pricing(near_km, far_km), np.array([900.0, 0.0, 50.0])
    near, hub, far = np.array([0, 1, 0]), np.array([1, 2]), np.array([2, 0, 2])
    every = prices.through_each_hub(kind, (near, hub, far), vot, mode)
    for flow, at in np.ndindex(3, 2):
        ends = near[flow, None], hub[at, None], far[flow, None]
        alone = prices.through_hub(kind, ends, vot[flow, None], mode)
        for name in ("vnd_per_t", "hours", "co2_t", "truck_km"):
            np.testing.assert_array_equal(getattr(every, name)[flow, at], getattr(alone, name).item())
