"""Robust hub placement by eye: a hub that saves 3 a tonne, in scenarios of few tonnes and of many."""

from dataclasses import replace

import numpy as np
import pytest

from models import (
    HubPlacement,
    InstanceError,
    RobustHubPlacement,
    SolveOptions,
    Status,
    value_of_stochastic_solution,
)
from models.robust.search import RobustSearch
from models.stochastic_value import costs_of, mean_instance, wait_and_see

ENGINES = [SolveOptions(engine="mip", relative_gap=1e-9), SolveOptions(engine="benders", relative_gap=1e-9)]


def scenario(tonnes, room=30.0, **changes):
    """Direct 5 a tonne, through the hub 2; the hub costs 40."""
    usual = {
        "amount": [tonnes], "direct_cost": [5.0], "route_flow": [0], "route_site": [0], "route_cost": [2.0],
        "route_resource": [0], "option_site": [0], "option_cost": [40.0], "option_capacity": [[room]],
        "standing": [False],
    }  # fmt: skip
    return HubPlacement(**(usual | changes))


FEW_OR_MANY = (scenario(10.0), scenario(30.0))
"""Closed they cost 50 and 150, open 60 and 100."""
NONE_OR_MANY = (scenario(0.0, room=15.0), scenario(40.0, room=15.0))
"""Closed they cost 0 and 200, open 40 and 195; the mean, 20 tonnes, costs 100 closed and 95 open."""


@pytest.mark.parametrize("options", ENGINES, ids=lambda options: options.engine)
@pytest.mark.parametrize(
    ("asked", "objective", "is_open"),
    [
        ({}, 80.0, True),  # half of 60 and half of 100
        ({"probability": [0.9, 0.1]}, 60.0, False),  # 45 + 15; open 54 + 10
        ({"risk": "cvar", "level": 0.5}, 100.0, True),  # the worse half
        ({"risk": "cvar", "level": 0.0}, 80.0, True),
        ({"risk": "cvar", "level": 0.5, "probability": [0.9, 0.1]}, 68.0, True),  # (0.1 100 + 0.4 60) / 0.5
        ({"risk": "regret"}, 10.0, True),  # open: 10 in the first; closed: 50 in the second
        ({"risk": "regret", "probability": [1.0, 0.0]}, 10.0, True),  # probabilities do not count
    ],
)  # fmt: skip
def test_the_risk_is_the_one_worked_out_by_hand(options, asked, objective, is_open):
    model = RobustHubPlacement(instances=FEW_OR_MANY, **asked)
    found = model.solve(options)
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(objective)
    assert found.bound == pytest.approx(objective)
    assert found.option_open.tolist() == [is_open]
    assert found.cost == pytest.approx([60.0, 100.0] if is_open else [50.0, 150.0])
    assert model.check(found) == []


@pytest.mark.parametrize("options", ENGINES, ids=lambda options: options.engine)
def test_regrets_are_told_with_what_they_are_measured_from(options):
    found = RobustHubPlacement(instances=FEW_OR_MANY, risk="regret").solve(options)
    assert found.best == pytest.approx([50.0, 100.0])
    assert found.regret == pytest.approx([10.0, 0.0], abs=1e-6)
    assert found.regret_low == pytest.approx([10.0, 0.0], abs=1e-6)
    assert np.isnan(RobustHubPlacement(instances=FEW_OR_MANY).solve(options).regret).all()


def test_the_mean_of_all_hides_what_the_scenarios_need():
    found = value_of_stochastic_solution(RobustHubPlacement(instances=NONE_OR_MANY), ENGINES[0])
    assert found.stochastic.objective == pytest.approx(100.0)  # closed
    assert found.mean_value_open.tolist() == [True]
    assert (found.vss.low, found.vss.high) == pytest.approx((17.5, 17.5), abs=1e-5)  # (40 + 195) / 2 - 100
    assert (found.evpi.low, found.evpi.high) == pytest.approx((2.5, 2.5), abs=1e-5)  # 100 - (0 + 195) / 2


def test_a_mean_plan_that_cannot_carry_a_scenario_is_infinitely_worse():
    strict = tuple(replace(each, direct_cost=[np.inf], option_capacity=[[45.0]]) for each in NONE_OR_MANY)
    first = replace(strict[0], direct_cost=[5.0])
    mean = replace(first, amount=[1.0])
    found = value_of_stochastic_solution(RobustHubPlacement(instances=(first, strict[1])), ENGINES[0], mean=mean)
    assert found.mean_value_open.tolist() == [False]
    assert found.vss.low == np.inf
    assert found.stochastic.cost == pytest.approx([40.0, 120.0])


def test_the_mean_problem_has_the_mean_of_every_number():
    mean = mean_instance(RobustHubPlacement(instances=FEW_OR_MANY, probability=[0.25, 0.75]))
    assert mean.amount.tolist() == [25.0]
    other = replace(FEW_OR_MANY[1], route_flow=[0, 0], route_site=[0, 0], route_cost=[2, 3], route_resource=[0, 0])
    with pytest.raises(InstanceError, match=r"route_flow of instance 1 differs.*give the mean-value problem"):
        mean_instance(RobustHubPlacement(instances=(FEW_OR_MANY[0], other)))


def test_the_costs_of_given_openings_and_of_each_ones_best():
    model = RobustHubPlacement(instances=FEW_OR_MANY)
    assert costs_of(model, np.array([False])).high == pytest.approx([50.0, 150.0])
    assert wait_and_see(model).high == pytest.approx([50.0, 100.0])


@pytest.mark.parametrize("options", ENGINES, ids=lambda options: options.engine)
def test_what_one_scenario_cannot_carry_no_plan_can(options):
    stranded = replace(FEW_OR_MANY[1], direct_cost=[np.inf])  # 30 t and room for them, but no hub allowed
    closed = tuple(replace(each, max_new=0) for each in (FEW_OR_MANY[0], stranded))
    for risk in ("expected", "cvar", "regret"):
        found = RobustHubPlacement(instances=closed, probability=[1.0, 0.0], risk=risk).solve(options)
        assert found.status is Status.INFEASIBLE
        assert found.objective == found.gap == np.inf
    beyond = replace(FEW_OR_MANY[1], direct_cost=[np.inf], forced_closed=(0,))
    first = replace(FEW_OR_MANY[0], forced_closed=(0,))
    assert (
        "scenario 1: flow 0 has no direct way" in RobustHubPlacement(instances=(first, beyond)).solve(options).stopped
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"standing": [True]}, r"standing\[0\] of instance 1 is True, of instance 0 False"),
        ({"max_new": 1}, "max_new of instance 1 is 1, of instance 0 None"),
        ({"rule_row": [0], "rule_option": [0], "rule_weight": [1.0], "rule_high": [1.0]}, "rule_row of instance 1"),
        ({"option_site": [0, 0], "option_cost": [1, 2], "option_capacity": [[1], [2]]}, "option_site of instance 1"),
        ({"option_level": [2]}, r"option_level\[0\] of instance 1 is 2, of instance 0 0"),
    ],
)
def test_scenarios_that_do_not_share_their_openings_are_refused(changes, message):
    with pytest.raises(InstanceError, match=message):
        RobustHubPlacement(instances=(scenario(1.0), scenario(1.0, **changes)))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"instances": ()}, "expected at least one scenario"),
        ({"probability": [0.5, 0.6]}, "probability sums to 1.1; expected 1"),
        ({"probability": [1.0]}, "probability has shape"),
        ({"probability": [-0.5, 1.5]}, "0 or more"),
        ({"risk": "worst"}, "risk is 'worst'; expected one of expected, cvar, regret"),
        ({"level": 1.0}, "level is 1.0; expected 0 or more, and below 1"),
        ({"level": float("nan")}, "level is nan"),
    ],
)
def test_an_entry_without_meaning_is_named(asked, message):
    with pytest.raises(InstanceError, match=message):
        RobustHubPlacement(**({"instances": FEW_OR_MANY} | asked))


def test_a_solution_that_was_changed_is_found_out():
    model = RobustHubPlacement(instances=FEW_OR_MANY)
    found = model.solve()
    assert "is claimed" in model.check(replace(found, objective=70.0))[0]
    assert "and claims" in model.check(replace(found, cost=np.array([60.0, 90.0])))[0]
    assert "other options" in model.check(replace(found, option_open=np.array([False])))[0]
    assert "plans, expected 2" in model.check(replace(found, plans=found.plans[:1]))[0]
    assert "lies above the value" in model.check(replace(found, bound=90.0))[0]


@pytest.mark.parametrize(("tries", "status"), [(0, Status.NO_SOLUTION), (1, Status.FEASIBLE)])
def test_ctrl_c_gives_the_best_openings_so_far(monkeypatch, tries, status):
    asked = []
    usual = RobustSearch._try

    def interrupted(search, opened):
        if len(asked) >= tries:
            raise KeyboardInterrupt
        asked.append(opened)
        usual(search, opened)
        raise KeyboardInterrupt

    monkeypatch.setattr(RobustSearch, "_try", interrupted)
    model = RobustHubPlacement(instances=FEW_OR_MANY)
    found = model.solve(replace(ENGINES[1], relative_gap=0.0))
    assert found.status in {status, Status.OPTIMAL} if tries else found.status is status
    assert found.stopped == "interrupted"
    assert found.bound <= 80.0 + 1e-6
    assert not found.has_plan or model.check(found) == []


@pytest.mark.parametrize("options", ENGINES, ids=lambda options: options.engine)
@pytest.mark.parametrize("risk", ["expected", "cvar", "regret"])
def test_a_limit_that_has_passed_proves_nothing_wrong(options, risk):
    model = RobustHubPlacement(instances=FEW_OR_MANY, risk=risk)
    found = model.solve(replace(options, time_limit_s=1e-4))
    best = {"expected": 80.0, "cvar": 100.0, "regret": 10.0}[risk]
    assert found.bound <= best + 1e-6
    assert found.objective >= best - 1e-6
    assert found.status is not Status.INFEASIBLE
    assert not found.has_plan or model.check(found) == []


def test_what_knowing_more_is_worth_where_regret_counts():
    # closed 0 and 200, open 40 and 195; alone 0 and 195. Regret closed 0 and 5; the mean opens: 40 and 0
    found = value_of_stochastic_solution(RobustHubPlacement(instances=NONE_OR_MANY, risk="regret"), ENGINES[0])
    assert found.stochastic.objective == pytest.approx(5.0)
    assert (found.vss.low, found.vss.high) == pytest.approx((35.0, 35.0))
    assert (found.evpi.low, found.evpi.high) == pytest.approx((5.0, 5.0))


def test_nothing_is_known_of_what_knowing_more_is_worth_where_there_is_no_plan():
    stranded = tuple(scenario(tonnes, room=5.0, direct_cost=[np.inf]) for tonnes in (10.0, 20.0))
    found = value_of_stochastic_solution(RobustHubPlacement(instances=stranded), ENGINES[0])
    assert found.stochastic.status is Status.INFEASIBLE
    assert (found.vss.low, found.vss.high) == (0.0, np.inf)


@pytest.mark.parametrize(("risk", "rounds"), [("expected", 1), ("cvar", 1), ("cvar", 12), ("regret", 1)])
def test_four_scenarios_like_a_region_have_the_risk_of_the_program_however_long_the_first_rounds(
    region, monkeypatch, risk, rounds
):
    monkeypatch.setattr("models.robust.search.RELAXED_ROUNDS", rounds)
    one, rng = region(25, standing=2, new=4, room=0.4, seed=1), np.random.default_rng(1)
    each = tuple(replace(one, amount=one.amount * rng.uniform(0.2, 2.5, 25)) for _ in range(4))
    model = RobustHubPlacement(instances=each, risk=risk, level=0.5)
    textbook, search = (model.solve(SolveOptions(engine=name, relative_gap=1e-6)) for name in ("mip", "benders"))
    assert search.status is textbook.status is Status.OPTIMAL
    assert search.objective == pytest.approx(textbook.objective, abs=3e-6 * textbook.scale)
    assert search.bound <= textbook.objective + 1e-6 * textbook.scale
    assert model.check(search) == []


def test_no_scenario_overfills_a_room_beside_a_flow_far_too_large_for_it():
    # 6e9 t beside room for 20,000: a tonne of flow 0 saves 3 there, one of flow 1, of which 20,002 come, saves 4
    one = HubPlacement(
        amount=[6e9, 20_002.0],
        direct_cost=[5.0, 6.0],
        route_flow=[0, 1],
        route_site=[0, 0],
        route_cost=[2.0, 2.0],
        route_resource=[0, 0],
        option_site=[0],
        option_cost=[0.0],
        option_capacity=[[20_000.0]],
        standing=[False],
    )
    asked = RobustHubPlacement(instances=(one, replace(one, amount=[5e9, 19_000.0])))
    best = (6e9 * 5 + 20_002 * 6 - 20_000 * 4 + 5e9 * 5 + 19_000 * 6 - 19_000 * 4 - 1_000 * 3) / 2
    for engine in ("auto", "mip", "benders"):
        solution = asked.solve(SolveOptions(engine=engine))
        assert asked.check(solution, tol=1e-8) == []
        assert solution.objective == pytest.approx(best, rel=1e-12)


def test_costs_far_above_a_small_scenario_hide_no_plan():
    # the tonnes that must go need site 0; what little the other scenario costs is lost beside its risk
    few = HubPlacement(
        amount=[0.750075, 1.167783, 0.544709, 2.520081, 0.001],
        direct_cost=[51.0, 61.0, 36.0, np.inf, 68.0],
        route_flow=[0, 0, 1, 1, 2, 2, 3, 3, 4, 4],
        route_site=[0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
        route_cost=[17.0, 2.0, 11.0, 10.0, 30.0, 38.0, 28.0, 47.0, 35.0, 20.0],
        route_resource=[0] * 10,
        option_site=[0, 1],
        option_cost=[0.0, 0.0],
        option_capacity=[[5.61], [0.75]],
        standing=[False, False],
    )
    many = replace(
        few,
        amount=[325_707.67, 370.0, 370.0, 3_700.0, 520_463.83],
        direct_cost=[5.848, 70.176, 63.597, 3.655, 17.544],
        route_flow=[0, 1, 1, 2, 2, 3, 4, 4],
        route_site=[0, 0, 1, 0, 1, 1, 0, 1],
        route_cost=[19.006, 29.971, 29.971, 21.199, 47.515, 45.322, 19.737, 28.509],
        route_resource=[0] * 8,
        option_cost=[4.05705e9, 2.298995e10],
        option_capacity=[[921_300.0], [817_700.0]],
    )
    asked = RobustHubPlacement(instances=(few, many), risk="cvar", level=0.6)
    sent = 325_707.67 * 5.848 + 370 * (29.971 + 21.199) + 3_700 * 3.655 + 520_463.83 * 17.544
    for engine in ("auto", "mip", "benders"):
        solution = asked.solve(SolveOptions(engine=engine))
        assert solution.objective == pytest.approx(4.05705e9 + sent, rel=1e-9)
        assert solution.bound <= solution.objective
        assert asked.check(solution, tol=1e-8) == []


def test_of_two_sizes_of_a_site_the_room_of_the_open_one_is_kept():
    # site 1, which the second scenario needs, for 492,000 t or for 1.8e6 times as much, which is too dear
    far = HubPlacement(
        amount=[238.0, 1e13, 1_000_100.0, 1e13],
        direct_cost=[np.inf, 89.0, 78.0, 41.0],
        route_flow=[0, 0, 1, 1, 2, 3],
        route_site=[0, 1, 0, 1, 0, 1],
        route_cost=[35.0, 63.0, 11.0, 23.0, 36.0, 10.0],
        route_resource=[0] * 6,
        option_site=[0, 1, 1],
        option_cost=[2.7e14, 3.8e14, 7.9e14],
        option_capacity=[[2.38e5], [4.92e5], [8.73e11]],
        standing=[False, False],
    )
    near = replace(
        far,
        amount=[1e7, 1.0001, 2.964795, 1e7, 123_771.646926],
        direct_cost=[48.0, 44.0, 46.0, 4.0, np.inf],
        route_flow=[0, 0, 1, 1, 2, 2, 3, 3, 4],
        route_site=[0, 1, 0, 1, 0, 1, 0, 1, 1],
        route_cost=[43.0, 25.0, 39.0, 57.0, 49.0, 28.0, 37.0, 16.0, 54.0],
        route_resource=[0] * 9,
        option_cost=[2.1, 8.5, 7.0],
        option_capacity=[[0.941], [1e9], [1e9]],
    )
    asked = RobustHubPlacement(instances=(far, near), probability=[0.6, 0.4])
    costs = (
        3.8e14 + 238 * 63 + 1e13 * (89 + 41) + 1_000_100 * 78 - (492_000 - 238) * 66,
        8.5 + 1e7 * (25 + 4) + 1.0001 * 44 + 2.964795 * 28 + 123_771.646926 * 54,
    )
    for engine in ("auto", "mip", "benders"):
        solution = asked.solve(SolveOptions(engine=engine))
        assert solution.cost == pytest.approx(costs, rel=1e-12)
        assert asked.check(solution, tol=1e-8) == []


def test_no_regret_is_told_of_what_a_bound_gives_way_by():
    # nothing is sent, so the standing site is all that either pays for, beside a site of nine times its cost
    sites = {"standing": [True, False], "option_site": [0, 1, 1], "option_capacity": [[0.0]] * 3}
    idle = scenario(0.0, option_cost=[0.0] * 3, **sites)
    dear = scenario(0.0, option_cost=[1e6, 0.0, 9e6], **sites)
    asked = RobustHubPlacement(instances=(idle, dear), risk="regret")
    for options in ENGINES:
        solution = asked.solve(options)
        assert solution.status is Status.OPTIMAL
        assert solution.objective == 0


def test_a_room_for_tonnes_is_kept_beside_a_flow_of_billions():
    # site 1, which stands, holds all; beside it each flow gains by the 5 t at site 0, which it could fill alone
    one = HubPlacement(
        amount=[1e13, 1_340_482.0],
        direct_cost=[62.0, 59.0],
        route_flow=[0, 0, 1],
        route_site=[0, 1, 0],
        route_cost=[17.0, 23.0, 17.0],
        route_resource=[0, 0, 0],
        option_site=[0, 1],
        option_cost=[0.0, 0.0],
        option_capacity=[[5.0], [1e15]],
        standing=[False, True],
    )
    asked = RobustHubPlacement(instances=(one, one))
    for options in ENGINES:
        assert asked.check(asked.solve(options), tol=1e-8) == []
