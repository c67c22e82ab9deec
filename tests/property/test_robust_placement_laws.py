"""Robust hub placement: its value against trying every choice of openings, and laws of expected cost, CVaR, regret."""

import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles.robust import (
    choices_of,
    cost_by_program,
    cost_by_transport,
    costs_by_trying_every_choice,
    risk_by_hand,
    scenarios,
    tied_periods,
)

from models import RobustHubPlacement, SolveOptions, Status, value_of_stochastic_solution

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

OPTIONS = SolveOptions(relative_gap=1e-8)
ENGINES = [replace(OPTIONS, engine="mip"), replace(OPTIONS, engine="benders")]
MANY = int(os.environ.get("ROBUST_PLACEMENT_EXAMPLES", "25"))  # thousands outside CI
RISKS = [("expected", 0.9), ("cvar", 0.0), ("cvar", 0.5), ("cvar", 0.8), ("regret", 0.9)]
FEATURES = ["periods", "second", "measures", "throughput", "clients"]


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
