"""Exact shipments and their prices, against the plain linear program."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import bmat, csr_matrix, identity

from models.clock import Clock
from models.placement import transport
from models.placement.cuts import make_cut
from models.placement.market import Market
from models.placement.offers import make_offers
from models.placement.prune import useful_options, useful_routes
from models.placement.transport import Effort, fit, ship, ship_without_solver


def offers_of(instance):
    routes = useful_routes(instance)
    return make_offers(instance, routes, useful_options(instance, routes))


def opened_by_chance(offers, rng):
    opened = offers.standing.copy()
    for site in offers.new_sites:
        if rng.random() < 0.5:
            opened[rng.choice(np.flatnonzero(offers.site == site))] = True
    return opened


def plain(market):
    """Return the best saving by the plain program."""
    offers = np.arange(market.slot.size)
    rows = np.concatenate([market.row, market.flow.size + market.slot])
    matrix = csr_matrix((np.ones(rows.size), (rows, np.tile(offers, 2))))
    limits = np.concatenate([market.amount, market.room])[: matrix.shape[0]]
    return -linprog(-market.saving, A_ub=matrix, b_ub=limits).fun


def plain_with_uses(market):
    """Return the best saving less what broken measures are charged, by the plain program."""
    offers, uses, slots = market.slot.size, market.scarce.uses, market.scarce.slots
    rows = np.concatenate([market.row, market.flow.size + market.slot])
    carried = csr_matrix(
        (np.ones(rows.size), (rows, np.tile(np.arange(offers), 2))), (market.flow.size + slots, offers)
    )
    matrix = bmat([[carried, None], [csr_matrix(market.use.T), -identity(uses)]])
    limits = np.concatenate([market.amount, market.room])
    return -linprog(np.append(-market.saving, market.scarce.highest[slots:]), A_ub=matrix, b_ub=limits).fun


def measured(region, flows, share, seed=0):
    """Return a market of the standing sites where at most `share` of what the direct ways emit may be emitted."""
    instance, rng = region(flows, seed=seed), np.random.default_rng(seed)
    emitted = instance.direct_cost / 1000
    offers = offers_of(replace(
        instance, direct_measure=emitted[:, None], measure_high=[share * float(instance.amount @ emitted)],
        route_measure=(instance.route_cost / 1000 * rng.uniform(0.4, 1.1, instance.route_cost.size))[:, None],
    ))  # fmt: skip
    return Market.of(offers, offers.standing)


def exactly():
    return Effort(tolerance=0.0, clock=Clock(inf))


@pytest.mark.parametrize("room", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_a_shipment_is_as_good_as_the_plain_program_and_its_prices_prove_it(region, kept_solver, room, seed):
    offers = offers_of(region(400, room=room, seed=seed))
    market = Market.of(offers, opened_by_chance(offers, np.random.default_rng(seed)))
    shipment = ship(market, None, exactly(), kept_solver)
    assert shipment.saving == pytest.approx(plain(market), rel=1e-7)
    assert shipment.bound == pytest.approx(shipment.saving, rel=1e-7)


def test_small_steps_and_a_small_sample_end_in_the_same_shipment(region, kept_solver, monkeypatch):
    offers = offers_of(region(400, seed=4))
    market = Market.of(offers, offers.standing)
    best = ship(market, None, exactly(), kept_solver).saving
    for name, value in (("MOVES", 60), ("FEW", 20), ("MANY", 50), ("NEAR", 0.01), ("STEPS", 500)):
        monkeypatch.setattr(transport, name, value)
    small = ship(market, None, exactly(), kept_solver)
    assert small.saving == pytest.approx(best, rel=1e-7)
    assert small.bound == pytest.approx(best, rel=1e-7)


def test_a_bad_first_guess_of_prices_does_no_harm(region, kept_solver):
    offers = offers_of(region(400, seed=5))
    market = Market.of(offers, offers.standing)
    best = ship(market, None, exactly(), kept_solver).saving
    for guess in (0.0, 3.0):
        prices = np.full(offers.slots, guess)
        assert ship(market, prices, exactly(), kept_solver).saving == pytest.approx(best, rel=1e-7)


def test_few_flows_leave_few_split_shipments(region, kept_solver):
    offers = offers_of(region(2000))
    market = Market.of(offers, offers.standing)
    shipment = ship(market, None, exactly(), kept_solver)
    parts = np.bincount(offers.flow[shipment.offer], minlength=offers.amount.size)
    assert (parts > 1).sum() <= (market.room > 0).sum()


def test_any_prices_bound_any_shipment(region):
    offers = offers_of(region(300, seed=1))
    market = Market.of(offers, offers.standing)
    best = plain(market)
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert market.choose(rng.random(offers.slots) * rng.choice([0.0, 0.5, 2.0])).bound >= best - 1e-9


def test_without_a_solver_a_shipment_still_fits_and_its_bound_holds(region):
    offers = offers_of(region(300, room=0.2))
    market = Market.of(offers, offers.standing)
    hasty = ship_without_solver(market, np.zeros(offers.slots))
    load = np.bincount(offers.slot[hasty.offer], weights=hasty.amount, minlength=offers.slots)
    assert (load <= market.room * (1 + 1e-9)).all()
    assert hasty.saving <= plain(market) <= hasty.bound + 1e-9


def test_what_saves_least_makes_room_first(region):
    offers = offers_of(region(100))
    market = Market.of(offers, offers.standing)
    slot = int(np.argmax(np.bincount(market.slot)))
    users = np.flatnonzero(market.slot == slot)[:3]
    shipped = np.zeros(market.slot.size)
    shipped[users] = market.room[slot] / 2
    kept = fit(market, shipped)[users]
    order = np.argsort(-market.saving[users])
    assert kept[order] == pytest.approx([market.room[slot] / 2, market.room[slot] / 2, 0.0])


def test_a_sample_stands_for_the_whole(region):
    market = Market.of(offers := offers_of(region(3000)), offers.standing)
    sample = market.sample(500)
    assert sample.flow.size <= 500
    assert sample.amount.sum() == pytest.approx(market.amount.sum(), rel=0.01)
    assert (np.diff(sample.row) >= 0).all()
    assert market.sample(10_000) is market


@pytest.mark.parametrize("seed", range(3))
def test_a_cut_is_exact_where_it_was_made_and_holds_everywhere(region, kept_solver, seed):
    rng = np.random.default_rng(seed)
    offers = offers_of(region(200, standing=3, new=4, seed=seed))
    opened = opened_by_chance(offers, rng)
    shipment = ship(Market.of(offers, opened), None, exactly(), kept_solver)
    cut = make_cut(offers, shipment.flow_prices(offers.amount.size))
    assert cut.at(opened) == pytest.approx(shipment.saving, rel=1e-7)
    for _ in range(10):
        other = opened_by_chance(offers, rng)
        assert cut.at(other) >= plain(Market.of(offers, other)) - 1e-7


def test_a_cut_of_any_worth_of_the_flows_holds(region):
    rng = np.random.default_rng(3)
    offers = offers_of(region(200, standing=3, new=4))
    best = plain(Market.of(offers, offers.standing))
    for _ in range(10):
        assert make_cut(offers, rng.random(offers.amount.size) * 2).at(offers.standing) >= best - 1e-9


@pytest.mark.parametrize("share", [0.8, 0.93, 2.0])
def test_the_price_of_a_measure_is_found_from_a_sample_too_and_is_exact(region, kept_solver, monkeypatch, share):
    market = measured(region, 400, share)
    best = plain_with_uses(market)
    for many in (10_000, 60):  # flows of a sample: all, and few
        monkeypatch.setattr(transport, "MANY", many)
        for guess in (None, np.zeros(market.room.size), np.full(market.room.size, 0.3)):
            shipment = ship(market, guess, exactly(), kept_solver)
            assert shipment.saving - shipment.charge == pytest.approx(best, rel=1e-6)
            assert shipment.bound == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize(("name", "value"), [("STEPS", 1), ("CORRECTIONS", 1), ("FURTHEST", 2.0)])
def test_a_search_for_prices_that_is_cut_short_ships_what_fits_below_its_bound(
    region, kept_solver, monkeypatch, name, value
):
    market = measured(region, 400, 0.8)
    best = plain_with_uses(market)
    monkeypatch.setattr(transport, "MANY", 60)
    monkeypatch.setattr(transport, name, value)
    shipment = ship(market, np.full(market.room.size, 0.3), exactly(), kept_solver)
    assert shipment.saving - shipment.charge <= best * (1 + 1e-9)
    assert best <= shipment.bound * (1 + 1e-9)
    position = np.searchsorted(market.offer, shipment.offer)
    load = np.bincount(market.slot[position], weights=shipment.amount, minlength=market.scarce.slots)
    assert (load <= market.room[: market.scarce.slots] * (1 + 1e-9)).all()
