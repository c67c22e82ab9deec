"""Robust hub placement: its value against trying every choice of openings, and laws of expected cost, CVaR, regret."""

import os
from contextlib import nullcontext
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import HubPlacement, RobustHubPlacement, SolveOptions, Status, value_of_stochastic_solution
from models.placement import answers as single_answers
from models.robust import answers
from models.solver import Solver

OPTIONS = SolveOptions(relative_gap=1e-8)
ENGINES = [replace(OPTIONS, engine="mip"), replace(OPTIONS, engine="benders")]
MANY = int(os.environ.get("ROBUST_PLACEMENT_EXAMPLES", "25"))  # thousands outside CI
RISKS = [("expected", 0.9), ("cvar", 0.0), ("cvar", 0.5), ("cvar", 0.8), ("regret", 0.9)]
FEATURES = ["periods", "second", "measures", "throughput", "clients"]


@pytest.fixture(scope="module", autouse=True)
def one_solver_process_for_all():
    """Starting a process for each of thousands of tiny solves would take minutes."""
    with pytest.MonkeyPatch.context() as patch, Solver() as solver:
        for module in (answers, single_answers):
            patch.setattr(module, "Solver", lambda: nullcontext(solver))
        yield


@st.composite
def scenarios(draw, *, features=()):
    """Return one to three tiny instances that share their openings, and probabilities."""
    sites, resources = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    periods = 2 if "periods" in features else 1

    def numbers(size, high, low=0, scale=1.0):
        return np.array(draw(st.lists(st.integers(low, max(high, low)), min_size=size, max_size=size)), float) * scale

    def whole(size, high, low=0):
        return numbers(size, high, low).astype(int)

    standing = np.array(draw(st.lists(st.sampled_from([False, False, True]), min_size=sites, max_size=sites)))
    most = 2 if sites * periods <= 3 else 1
    ways = [
        (site, period)
        for site in range(sites)
        for period in range(periods)
        for _ in range(draw(st.integers(1, most)))
    ]  # fmt: skip
    option_site, option_period = np.array(ways).T
    options = option_site.size
    money, mass = draw(st.sampled_from([1.0, 1e6])), draw(st.sampled_from([1.0, 1e4]))
    rules = draw(st.integers(0, 1))
    shared = {
        "option_site": option_site, "option_period": option_period, "standing": standing,
        "min_new": draw(st.sampled_from([0, 0, 0, 1])), "max_new": draw(st.sampled_from([None, None, 1, 2])),
        "rule_row": np.zeros(2 * rules, int), "rule_option": whole(2 * rules, options - 1),
        "rule_weight": numbers(2 * rules, 3, -1), "rule_high": numbers(rules, 3),
    }  # fmt: skip
    if "periods" in features:
        shared["option_level"] = whole(options, 1)
    instances = []
    for _ in range(draw(st.integers(1, 3))):
        flows, routes = draw(st.integers(1, 4)), draw(st.integers(0, 8))
        direct_cost = numbers(flows, 12, 4, money)
        if draw(st.integers(0, 3)) == 0:
            direct_cost[numbers(flows, 3) == 0] = np.inf
        route_flow, route_site = whole(routes, flows - 1), whole(routes, sites - 1)
        grown = {"flow_period": np.append(whole(flows - 1, periods - 1), periods - 1)}
        if "second" in features:
            second = whole(routes, sites - 1, -1)
            second[second == route_site] = -1
            grown["route_second_site"] = second
            grown["route_second_resource"] = np.where(second < 0, -1, whole(routes, resources - 1))
        if "measures" in features:
            grown |= {
                "route_measure": numbers(routes, 5, -1)[:, None], "direct_measure": numbers(flows, 5)[:, None],
                "option_measure": numbers(options, 4, -1, mass)[:, None], "measure_high": numbers(1, 60, 5, mass),
            }  # fmt: skip
        if "throughput" in features:
            grown["option_min_throughput"] = numbers(options, 4, scale=mass)
        if "clients" in features:
            grown["flow_client"] = whole(flows, 1, -1)
        instances.append(
            HubPlacement(
                amount=numbers(flows, 6, scale=mass), direct_cost=direct_cost, route_flow=route_flow,
                route_site=route_site, route_cost=numbers(routes, 8, scale=money),
                route_resource=whole(routes, resources - 1), option_cost=numbers(options, 20, scale=money * mass),
                option_capacity=numbers(options * resources, 12, 0, mass).reshape(-1, resources), **shared, **grown,
            )
        )  # fmt: skip
    weight = numbers(len(instances), 3)
    assume(weight.sum() > 0)
    return tuple(instances), weight / weight.sum()


def choices_of(instance):
    """Return every choice of at most one option a site and period, as flags [option]."""
    cells = instance.terms.option_period * instance.n_sites + instance.option_site
    ways = [[None, *np.flatnonzero(cells == cell).tolist()] for cell in np.unique(cells)]
    for choice in product(*ways):
        opened = np.zeros(instance.option_site.size, bool)
        opened[[option for option in choice if option is not None]] = True
        yield opened


def fixed(instance, opened):
    """Return the instance whose options are open as `opened` says, by a rule an option."""
    terms, every = instance.terms, np.arange(opened.size)
    return replace(
        instance,
        rule_row=np.concatenate([terms.rule_row, terms.rule_low.size + every]),
        rule_option=np.concatenate([terms.rule_option, every]),
        rule_weight=np.concatenate([terms.rule_weight, np.ones(opened.size)]),
        rule_low=np.concatenate([terms.rule_low, opened.astype(float)]),
        rule_high=np.concatenate([terms.rule_high, opened.astype(float)]),
    )


def costs_by_trying_every_choice(instances, cost_of):
    """Return the costs [choice, scenario] of the choices that every scenario allows."""
    rows = []
    for opened in choices_of(instances[0]):
        row = [cost_of(instance, opened) for instance in instances]
        if np.isfinite(row).all():
            rows.append(row)
    return np.array(rows).reshape(-1, len(instances))


def cost_by_program(instance, opened):
    return fixed(instance, opened).solve(ENGINES[0]).objective


def cost_by_transport(instance, opened):
    """Return the cost of one period's freight by a linear program of our own; inf if the openings are not allowed."""
    option = np.flatnonzero(opened)
    sites, terms = instance.option_site[option], instance.terms
    most = np.inf if instance.max_new is None else instance.max_new
    weight = np.bincount(terms.rule_option, terms.rule_weight, minlength=opened.size)
    if not (np.isin(np.flatnonzero(instance.standing), sites).all()
            and instance.min_new <= (~instance.standing[sites]).sum() <= most
            and all(weight[option].sum() <= high for high in terms.rule_high)):  # fmt: skip
        return np.inf
    flows, routes, resources = instance.amount.size, instance.route_flow.size, instance.option_capacity.shape[1]
    room = np.zeros((instance.n_sites, resources))
    room[sites] = instance.option_capacity[option]
    direct = np.isfinite(instance.direct_cost)
    amount = instance.amount[np.concatenate([instance.route_flow, np.arange(flows)])]
    cost = np.concatenate([instance.route_cost, np.where(direct, instance.direct_cost, 0.0)]) * amount
    scale, mass = max(cost.max(), 1e-9), max(instance.amount.max(), 1e-9)
    whole, load = np.zeros((flows, routes + flows)), np.zeros((room.size, routes + flows))
    whole[instance.route_flow, np.arange(routes)] = 1
    whole[np.arange(flows), routes + np.arange(flows)] = 1
    slot = instance.route_site * resources + instance.route_resource
    load[slot, np.arange(routes)] = instance.amount[instance.route_flow] / mass
    upper = np.concatenate([room.ravel()[slot] > 0, direct]).astype(float)
    result = linprog(
        cost / scale, A_ub=load, b_ub=room.ravel() / mass, A_eq=whole, b_eq=np.ones(flows),
        bounds=np.column_stack([np.zeros(upper.size), upper]),
    )  # fmt: skip
    return result.fun * scale + instance.option_cost[option].sum() if result.status == 0 else np.inf


def risk_by_hand(costs, best, probability, risk, level):
    """Return the least risk over the rows of `costs` by the formula, each eta tried."""
    if risk == "expected":
        return (costs @ probability).min()
    if risk == "regret":
        return (costs - best).max(axis=1).min()
    over = np.maximum(costs[:, None, :] - costs[:, :, None], 0.0) @ probability
    return (costs + over / (1 - level)).min(axis=1).min()


def agrees(instances, probability, cost_of):
    costs = costs_by_trying_every_choice(instances, cost_of)
    own = [
        min((cost_of(instance, opened) for opened in choices_of(instance)), default=np.inf) for instance in instances
    ]
    for risk, level in RISKS:
        model = RobustHubPlacement(instances=instances, probability=probability, risk=risk, level=level)
        for options in ENGINES:
            found = model.solve(options)
            if not len(costs):
                assert found.status is Status.INFEASIBLE, (risk, options.engine)
                continue
            best, size = risk_by_hand(costs, np.array(own), probability, risk, level), np.abs(costs).max()
            assert found.status is Status.OPTIMAL, (risk, options.engine, found.stopped)
            assert found.objective == pytest.approx(best, rel=1e-6, abs=2e-6 * size + 1e-6)
            assert found.bound <= best + 1e-6 * size + 1e-6
            assert model.check(found) == []
            assert model.price(found) == pytest.approx(found.objective, rel=1e-9, abs=1e-9 * size)
            own_costs = [cost_of(instance, found.option_open) for instance in instances]
            assert found.cost == pytest.approx(own_costs, rel=1e-6, abs=2e-6 * size + 1e-6)
            if risk == "regret":
                true = found.cost - own
                assert (found.regret_low <= true + 1e-6 * size + 1e-6).all()
                assert (true <= found.regret + 1e-6 * size + 1e-6).all()


@settings(deadline=None, max_examples=MANY)
@given(case=scenarios())
def test_the_least_risk_is_that_of_trying_every_choice(case):
    agrees(*case, cost_by_transport)


@settings(deadline=None, max_examples=MANY)
@given(data=st.data())
def test_all_that_a_placement_may_ask_for_may_be_asked_for_in_scenarios(data):
    features = data.draw(st.sets(st.sampled_from(FEATURES), min_size=1))
    agrees(*data.draw(scenarios(features=features)), cost_by_program)


@settings(deadline=None, max_examples=MANY)
@given(case=scenarios(), risk=st.sampled_from(RISKS))
def test_one_scenario_is_the_placement_itself(case, risk):
    (first, *_), _ = case
    alone = first.solve(OPTIONS)
    found = RobustHubPlacement(instances=(first,), risk=risk[0], level=risk[1]).solve(ENGINES[1])
    assert found.status is alone.status
    assume(alone.status is Status.OPTIMAL)
    wanted = 0.0 if risk[0] == "regret" else alone.objective
    assert found.objective == pytest.approx(wanted, rel=1e-7, abs=1e-6 * (alone.objective + 1))
    assert found.cost[0] == pytest.approx(alone.objective, rel=1e-7, abs=1e-6)


@settings(deadline=None, max_examples=MANY)
@given(case=scenarios(), engine=st.sampled_from(ENGINES))
def test_a_level_near_zero_gives_the_expected_cost_and_a_higher_one_no_less(case, engine):
    instances, probability = case

    def value(**asked):
        return RobustHubPlacement(instances=instances, probability=probability, **asked).solve(engine).objective

    mean = value()
    assume(np.isfinite(mean))
    assert value(risk="cvar", level=0.0) == pytest.approx(mean, rel=1e-6, abs=1e-6)
    assert value(risk="cvar", level=1e-7) == pytest.approx(mean, rel=1e-5, abs=1e-5)
    assert value(risk="cvar", level=0.6) >= mean * (1 - 1e-6) - 1e-6


@settings(deadline=None, max_examples=MANY)
@given(case=scenarios(), engine=st.sampled_from(ENGINES), risk=st.sampled_from(RISKS))
def test_splitting_a_scenario_into_more_of_the_same_kind_changes_nothing(case, engine, risk):
    instances, probability = case
    once = RobustHubPlacement(instances=instances, probability=probability, risk=risk[0], level=risk[1]).solve(engine)
    twice = RobustHubPlacement(
        instances=instances * 2, probability=np.tile(probability / 2, 2), risk=risk[0], level=risk[1]
    ).solve(engine)
    assert twice.status is once.status
    assume(once.has_plan)
    size = np.abs(once.cost).max()
    assert twice.objective == pytest.approx(once.objective, rel=1e-6, abs=1e-6 * size + 1e-6)


@settings(deadline=None, max_examples=MANY)
@given(case=scenarios(), risk=st.sampled_from(RISKS))
def test_the_stochastic_solution_and_knowing_more_are_worth_what_enumeration_says(case, risk):
    instances, probability = case
    model = RobustHubPlacement(instances=instances, probability=probability, risk=risk[0], level=risk[1])
    found = value_of_stochastic_solution(model, OPTIONS, mean=instances[-1])
    costs = costs_by_trying_every_choice(instances, cost_by_transport)
    assume(len(costs))
    own = np.array([min(cost_by_transport(each, opened) for opened in choices_of(each)) for each in instances])
    least = risk_by_hand(costs, own, probability, *risk)
    held = np.array([[cost_by_transport(each, found.mean_value_open) for each in instances]])
    vss = risk_by_hand(held, own, probability, *risk) - least if np.isfinite(held).all() else np.inf
    evpi = least - risk_by_hand(own[None], own, probability, *risk)
    give = 4e-6 * np.abs(costs).max() + 1e-5
    assert vss >= -give
    assert evpi >= -give
    assert found.vss.low - give <= vss <= found.vss.high + give
    assert found.evpi.low - give <= evpi <= found.evpi.high + give
    assert found.vss.high - found.vss.low <= give or np.isinf(vss)
    assert found.evpi.high - found.evpi.low <= give


@settings(deadline=None, max_examples=MANY)
@given(case=scenarios())
def test_expected_cost_is_a_placement_whose_periods_are_the_scenarios(case):
    instances, probability = case
    assume((probability > 0).all())
    tied = tied_periods(instances, probability).solve(ENGINES[0])
    found = RobustHubPlacement(instances=instances, probability=probability).solve(ENGINES[1])
    assert found.status is tied.status
    assume(found.has_plan)
    assert found.objective == pytest.approx(tied.objective, rel=1e-6, abs=1e-6)


def tied_periods(instances, probability):
    """Return one placement: scenario s is period s, its amounts and costs weighted, its openings those of period 0."""
    first, scenarios = instances[0], len(instances)
    options, flows = first.option_site.size, [each.amount.size for each in instances]
    starts = np.concatenate([[0], np.cumsum(flows)[:-1]])
    terms, every = first.terms, np.arange(options)
    ties = [(s * options + option, option) for s in range(1, scenarios) for option in range(options)]
    tie_row = np.repeat(np.arange(len(ties)), 2)
    rules = terms.rule_low.size
    return HubPlacement(
        amount=np.concatenate([each.amount * p for each, p in zip(instances, probability, strict=True)]),
        direct_cost=np.concatenate([each.direct_cost for each in instances]),
        flow_period=np.repeat(np.arange(scenarios), flows),
        route_flow=np.concatenate([each.route_flow + start for each, start in zip(instances, starts, strict=True)]),
        route_site=np.concatenate([each.route_site for each in instances]),
        route_cost=np.concatenate([each.route_cost for each in instances]),
        route_resource=np.concatenate([each.route_resource for each in instances]),
        option_site=np.tile(first.option_site, scenarios),
        option_period=np.repeat(np.arange(scenarios), options),
        option_cost=np.concatenate([each.option_cost * p for each, p in zip(instances, probability, strict=True)]),
        option_capacity=np.concatenate([e.option_capacity * p for e, p in zip(instances, probability, strict=True)]),
        standing=first.standing, min_new=first.min_new, max_new=first.max_new,
        rule_row=np.concatenate([terms.rule_row, rules + tie_row]),
        rule_option=np.concatenate([every[terms.rule_option], np.array(ties, int).reshape(-1)]),
        rule_weight=np.concatenate([terms.rule_weight, np.tile([1.0, -1.0], len(ties))]),
        rule_low=np.concatenate([terms.rule_low, np.zeros(len(ties))]),
        rule_high=np.concatenate([terms.rule_high, np.zeros(len(ties))]),
    )  # fmt: skip
