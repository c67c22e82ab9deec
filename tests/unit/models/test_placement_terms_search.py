"""The search against the textbook program, on instances like a region's freight with all that may be asked for."""

import time
from dataclasses import replace

import numpy as np
import pytest

from models import InstanceError, RobustHubPlacement, SolveOptions, Status
from models.clock import Clock
from models.placement.assignment import best_assignment
from models.placement.benders import Found, Search
from models.placement.market import Market
from models.placement.offers import make_offers
from models.placement.one_site import assigned, clients_of, repair
from models.placement.prune import useful_options, useful_routes
from models.placement.transport import Effort, ship

EXACT = SolveOptions(relative_gap=1e-7, time_limit_s=60.0)
pytestmark = pytest.mark.usefixtures("fast")


def over_periods(instance, periods, growth=1.4):
    """Return the instance with freight that grows from period to period, and its options as levels in each."""
    flows, options, routes = instance.amount.size, instance.option_site.size, instance.route_flow.size
    level = np.concatenate([np.arange(np.sum(instance.option_site == site)) for site in range(instance.n_sites)])
    return replace(
        instance,
        amount=np.concatenate([instance.amount * growth**t for t in range(periods)]),
        direct_cost=np.tile(instance.direct_cost, periods),
        flow_period=np.repeat(np.arange(periods), flows),
        route_flow=np.concatenate([instance.route_flow + flows * t for t in range(periods)]),
        route_site=np.tile(instance.route_site, periods),
        route_cost=np.tile(instance.route_cost, periods),
        route_resource=np.tile(instance.route_resource, periods),
        option_site=np.tile(instance.option_site, periods),
        option_period=np.repeat(np.arange(periods), options),
        option_level=np.tile(level, periods),
        option_cost=np.tile(instance.option_cost, periods),
        option_capacity=np.tile(instance.option_capacity, (periods, 1)),
    ), routes


def with_budgets(instance, share):
    """Return the instance with `share` of what all sites' dearest options cost as the budget of each period."""
    period = instance.terms.option_period
    each = instance.option_cost[period == 0]
    return replace(
        instance, rule_row=period, rule_option=np.arange(period.size), rule_weight=instance.option_cost,
        rule_high=np.full(instance.terms.periods, share * each.sum()),
    )  # fmt: skip


def with_second_hubs(instance, rng):
    """Return the instance with a second site, at nine tenths of the cost, for half of the routes."""
    routes = instance.route_flow.size
    second = np.where(rng.random(routes) < 0.5, rng.integers(0, instance.n_sites, routes), -1)
    second[second == instance.route_site] = -1
    return replace(
        instance, route_second_site=second, route_second_resource=np.where(second < 0, -1, instance.route_resource),
        route_cost=instance.route_cost * np.where(second < 0, 1.0, 0.9),
    )  # fmt: skip


def with_measure(instance, rng, share):
    """Return the instance with at most `share` of what the direct ways emit in all periods together."""
    emitted = instance.direct_cost / 1000
    return replace(
        instance, direct_measure=emitted[:, None], measure_high=[share * float(instance.amount @ emitted)],
        route_measure=(instance.route_cost / 1000 * rng.uniform(0.4, 1.1, instance.route_cost.size))[:, None],
    )  # fmt: skip


def with_throughput(instance, share):
    """Return the instance whose new sites need `share` of their room."""
    new = ~instance.standing[instance.option_site]
    return replace(instance, option_min_throughput=np.where(new, share * instance.option_capacity.sum(axis=1), 0.0))


def grown(region, seed, asked):
    rng = np.random.default_rng(seed)
    instance = region(60, standing=2, new=4, room=0.3, seed=seed)
    if "periods" in asked:
        instance, _ = over_periods(instance, 2)
    if "second" in asked:
        instance = with_second_hubs(instance, rng)
    if "rules" in asked:
        instance = with_budgets(instance, 0.15)
    if "measure" in asked:
        instance = with_measure(instance, rng, 0.9)
    if "throughput" in asked:
        instance = with_throughput(instance, 0.6)
    if "clients" in asked:
        instance = replace(instance, flow_client=rng.integers(-1, 15, instance.amount.size))
    return instance


def market_of(instance):
    """Return what goes through the sites that stand, and all offers."""
    routes = useful_routes(instance)
    offers = make_offers(instance, routes, useful_options(instance, routes))
    return Market.of(offers, offers.standing), offers


CASES = [
    ("periods",), ("rules",), ("second",), ("measure",), ("throughput",),
    ("periods", "rules"), ("periods", "second"), ("periods", "measure"), ("periods", "throughput"),
    ("second", "measure", "throughput"), ("periods", "rules", "second", "measure", "throughput"),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("asked", CASES, ids="-".join)
def test_both_engines_find_the_same_value_whatever_is_asked_for(region, asked, seed):
    instance = grown(region, seed, asked)
    textbook = instance.solve(replace(EXACT, engine="mip"))
    benders = instance.solve(replace(EXACT, engine="benders"))
    assert benders.status is textbook.status
    if textbook.has_plan:
        assert benders.objective == pytest.approx(textbook.objective, rel=1e-6)
        assert benders.bound <= textbook.objective * (1 + 1e-7)
        assert instance.check(benders) == []


def test_the_curve_of_a_grown_instance_holds_the_best_of_each_number(region):
    instance = grown(region, 1, ("periods", "rules", "throughput"))
    textbook = instance.curve(range(3), replace(EXACT, engine="mip"))
    benders = instance.curve(range(3), replace(EXACT, engine="benders"))
    for count, (one, other) in enumerate(zip(textbook, benders, strict=True)):
        assert other.status is one.status
        assert other.objective == pytest.approx(one.objective, rel=1e-6)
        assert not other.has_plan or instance.with_new(count).check(other) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_it_is_asked_whether_a_choice_keeps_all_only_where_a_dearer_penalty_does_not_tell(region, seed, monkeypatch):
    """Asking takes far longer than shipping once more at a higher price of what is broken."""
    monkeypatch.setattr("models.placement.benders.PENALTY", 1.0)
    answers, ask = [], Search._is_cut_off
    monkeypatch.setattr(Search, "_is_cut_off", lambda *a: answers.append(ask(*a)) or answers[-1])
    free = region(60, standing=2, new=4, room=0.3, seed=seed)
    measured = with_measure(free, np.random.default_rng(seed), 1.0)
    of_measure = replace(
        free, direct_cost=measured.direct_measure[:, 0], route_cost=measured.route_measure[:, 0],
        option_cost=np.zeros_like(free.option_cost),
    )  # fmt: skip
    tight = replace(measured, measure_high=[1.01 * of_measure.solve(EXACT).objective])
    benders = tight.solve(replace(EXACT, engine="benders"))
    assert benders.objective == pytest.approx(tight.solve(replace(EXACT, engine="mip")).objective, rel=1e-6)
    assert tight.check(benders) == []
    assert all(answers)


@pytest.mark.parametrize("highest", [1e8, 2.0])
@pytest.mark.parametrize(("seed", "asked"), [(1, "measure"), (2, "throughput")])
def test_penalties_that_begin_low_are_raised_until_all_is_kept_or_the_program_answers(
    region, monkeypatch, seed, asked, highest
):
    instance = grown(region, seed, (asked,))
    textbook = instance.solve(replace(EXACT, engine="mip"))
    for name, value in (("PENALTY", 0.01), ("DEARER", 1.5), ("HIGHEST_PENALTY", highest)):
        monkeypatch.setattr(f"models.placement.benders.{name}", value)
    search = instance.solve(replace(EXACT, engine="benders"))
    assert (search.status, search.objective) == (textbook.status, pytest.approx(textbook.objective, rel=1e-6))
    assert instance.check(search) == []


@pytest.mark.parametrize("risk", ["expected", "regret"])
def test_scenarios_whose_penalties_end_too_low_are_answered_by_the_program(region, monkeypatch, risk):
    first = grown(region, 1, ("measure",))
    second = replace(first, amount=1.1 * first.amount, measure_high=1.1 * first.terms.measure_high)
    model = RobustHubPlacement(instances=(first, second), risk=risk)
    textbook = model.solve(replace(EXACT, engine="mip", relative_gap=1e-6))
    for name, value in (("PENALTY", 0.01), ("HIGHEST_PENALTY", 0.02)):
        monkeypatch.setattr(f"models.placement.benders.{name}", value)
    search = model.solve(replace(EXACT, engine="benders", relative_gap=1e-6))
    near = 3e-6 * max(search.scale, textbook.scale)
    assert search.status is textbook.status is Status.OPTIMAL
    assert search.objective == pytest.approx(textbook.objective, abs=near)
    assert model.check(search) == []


@pytest.mark.parametrize("amount", [0.0, 1.0])
def test_freight_that_no_standing_site_reaches_opens_one_though_it_be_nothing(region, amount):
    instance = region(40, standing=2, new=4, room=1.5)
    site, flow = instance.route_site, instance.route_flow
    alone = int(flow[site >= 2][0])  # by new sites only, and not directly
    kept = (flow != alone) | (site >= 2)
    must = replace(
        instance, amount=np.where(np.arange(40) == alone, amount, instance.amount),
        direct_cost=np.where(np.arange(40) == alone, np.inf, instance.direct_cost), route_flow=flow[kept],
        route_site=site[kept], route_cost=instance.route_cost[kept], route_resource=instance.route_resource[kept],
        option_cost=1e3 * instance.option_cost,
    )  # fmt: skip
    textbook, search = (must.solve(replace(EXACT, engine=engine)) for engine in ("mip", "benders"))
    assert (search.status, search.objective) == (Status.OPTIMAL, pytest.approx(textbook.objective, rel=1e-6))
    assert must.check(search) == []
    assert search.option_open[~must.standing[must.option_site]].any()
    assert must.with_new(0).solve(replace(EXACT, engine="benders")).status is Status.INFEASIBLE


def test_a_start_with_a_site_in_two_sizes_is_no_plan_and_is_passed_over(region):
    instance = region(60, seed=3)
    options = replace(EXACT, engine="benders")
    usual, started = instance.solve(options), instance.solve(options, start=np.ones(instance.option_site.size, bool))
    assert (started.status, started.objective) == (Status.OPTIMAL, pytest.approx(usual.objective, rel=1e-6))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("share", [1.0, 1.01])
def test_what_made_a_measure_small_helps_under_a_cap_on_it_and_changes_no_answer(region, seed, share):
    benders, mip = (replace(EXACT, engine=engine) for engine in ("benders", "mip"))
    free = region(60, standing=2, new=4, room=0.3, seed=seed)
    measured = with_measure(free, np.random.default_rng(seed), 1.0)
    of_measure = replace(
        free, direct_cost=measured.direct_measure[:, 0], route_cost=measured.route_measure[:, 0],
        option_cost=np.zeros_like(free.option_cost),
    )  # fmt: skip
    end = of_measure.solve(benders)
    tight = replace(measured, measure_high=[share * end.objective * (1 + 1e-9)])
    lessons = (*(one.as_cap() for one in end.lessons), *(one.capped() for one in free.solve(benders).lessons))
    known = tight.solve(benders, lessons=lessons, start=end.option_open)
    assert known.objective == pytest.approx(tight.solve(mip).objective, rel=1e-6)
    assert known.bound <= known.objective
    assert tight.check(known) == []
    again = tight.solve(benders, lessons=(*lessons, *known.lessons))
    assert again.objective == pytest.approx(known.objective, rel=1e-6)


def test_a_start_of_other_options_is_refused(region):
    with pytest.raises(InstanceError, match="start has 1 entries; expected one an option"):
        region(5).solve(start=[True])


@pytest.mark.parametrize("asked", [("clients",), ("periods", "clients", "rules")], ids="-".join)
def test_one_site_a_client_is_bounded_and_kept_where_the_search_cannot_prove_it(region, asked, monkeypatch):
    monkeypatch.setattr("models.placement.answers.TEXTBOOK_ROUTES", 0)
    instance = grown(region, 0, asked)
    textbook = instance.solve(replace(EXACT, engine="mip"))
    search = instance.solve(SolveOptions(engine="benders", time_limit_s=5.0))
    assert search.has_plan
    assert instance.check(search) == []
    assert search.bound <= textbook.objective * (1 + 1e-7)
    assert textbook.bound <= search.objective * (1 + 1e-7)
    assert search.objective <= textbook.objective * 1.02


def test_clients_without_a_program_of_their_own_stay_with_the_sites_that_prices_gave_them(
    region, kept_solver, monkeypatch
):
    market, offers = market_of(grown(region, 0, ("clients",)))
    effort = Effort(tolerance=0.0, clock=Clock(60.0))
    split = ship(market, None, effort, kept_solver)
    repaired = repair(market, offers, split, effort, kept_solver)
    better = assigned(market, offers, repaired, effort, kept_solver)
    monkeypatch.setattr("models.placement.assignment.LARGEST", 0)
    alone = assigned(market, offers, repaired, effort, kept_solver)
    assert (alone.saving, alone.bound) == (repaired.shipment.saving, repaired.shipment.bound)
    assert alone.saving <= better.saving <= better.bound * (1 + 1e-9) <= alone.bound * (1 + 1e-9)
    assert better.saving <= split.saving * (1 + 1e-9)  # which may split a client


def test_no_client_is_assigned_where_there_is_no_time_and_nothing_is_claimed(region, kept_solver):
    market, offers = market_of(grown(region, 0, ("clients",)))
    asked = market, offers, clients_of(offers)
    assert best_assignment(*asked, (0.0, 0.0), kept_solver) == (None, np.inf)
    cell, bound = best_assignment(*asked, (60.0, 1e-6), kept_solver)
    assert set(np.unique(cell)) <= {-1, *offers.site[offers.standing]}
    assert 0 < bound < market.choose(np.zeros(market.room.size)).bound


@pytest.mark.parametrize("asked", [("rules", "measure"), ("rules", "clients")], ids="-".join)
def test_the_time_limit_is_kept_with_a_true_gap(region, asked):
    rng = np.random.default_rng(0)
    instance, _ = over_periods(region(3000, standing=6, new=14, room=0.2), 3)
    instance = with_budgets(instance, 0.05)
    instance = with_measure(instance, rng, 0.95) if "measure" in asked else instance
    if "clients" in asked:
        instance = replace(instance, flow_client=np.tile(rng.integers(0, 60, 3000), 3))
    start = time.monotonic()
    point = instance.solve(SolveOptions(time_limit_s=3.0, relative_gap=0.0, engine="benders"))
    assert time.monotonic() - start < 3.0 * 1.1 + 1.0
    assert point.status in {Status.FEASIBLE, Status.NO_SOLUTION, Status.OPTIMAL}
    assert not point.has_plan or instance.check(point) == []
    assert point.bound <= point.objective


def test_a_number_of_sites_that_got_no_answer_has_the_time_that_the_later_ones_left_over(region, monkeypatch):
    instance = grown(region, 1, ("measure",))
    run, asked = Search.run, []

    def first_in_vain(search, least, most, goal):
        asked.append((least, most))
        if len(asked) == 1:
            return Found(plan=None, bound=np.inf, stopped="time limit")
        return run(search, least, most, goal)

    whole = instance.curve(range(2), replace(EXACT, engine="benders"))
    monkeypatch.setattr(Search, "run", first_in_vain)
    again = instance.curve(range(2), replace(EXACT, engine="benders"))
    assert asked == [(0, 0), (1, 1), (0, 0)]
    assert [one.status for one in again] == [one.status for one in whole]
    assert again[0].objective == pytest.approx(whole[0].objective, rel=1e-9)


@pytest.mark.parametrize("again_in_vain", [True, False])
def test_a_plan_that_was_not_proved_in_its_share_of_the_time_is_proved_in_what_is_left(
    region, monkeypatch, again_in_vain
):
    instance = grown(region, 1, ("measure",))
    run, asked = Search.run, []

    def first_without_proof(search, least, most, goal):
        asked.append((least, most))
        found = run(search, least, most, goal)
        if again_in_vain and len(asked) == 3:
            return Found(plan=None, bound=np.inf, stopped="time limit")
        return replace(found, bound=2 * found.bound + 1, stopped="time limit") if len(asked) == 1 else found

    whole = instance.curve(range(2), replace(EXACT, engine="benders"))
    monkeypatch.setattr(Search, "run", first_without_proof)
    again = instance.curve(range(2), replace(EXACT, engine="benders"))
    assert asked == [(0, 0), (1, 1), (0, 0)]
    assert again[0].status is (Status.FEASIBLE if again_in_vain else Status.OPTIMAL)
    assert again[0].objective == pytest.approx(whole[0].objective, rel=1e-9)
    assert again[1].status is whole[1].status
