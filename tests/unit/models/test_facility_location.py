"""Facility location on instances small enough to be solved by eye, and its degenerate cases."""

from dataclasses import replace

import numpy as np
import pytest

from models import FacilityLocation, InstanceError, SolveOptions, Status
from models.capacitated.problem import Problem
from models.relaxation.site_knapsacks import FREE

EXACT = SolveOptions(relative_gap=0.0)
COST, FIXED = [[1.0, 5.0], [4.0, 1.0]], [3.0, 2.0]


@pytest.fixture(params=["auto", "lagrangian", "radius", "mip"])
def options(request):
    # a solver in floats proves a gap, not equality
    return replace(EXACT, engine=request.param, relative_gap=1e-6 if request.param == "mip" else 0.0)


def test_both_sites_open_when_serving_from_one_costs_more(options):
    # both: 1 + 1 + 5 = 7; site 0 alone 5 + 3 = 8; site 1 alone 6 + 2 = 8
    solution = FacilityLocation(cost=COST, fixed_cost=FIXED).solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 7.0)
    assert solution.assignment.tolist() == [0, 1]
    assert solution.share.tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("rule", "value"),
    [({"max_open": 1}, 8.0), ({"min_open": 2}, 7.0), ({"forced_closed": (0,)}, 8.0), ({"forced_open": (0,)}, 7.0)],
)
def test_rules_on_sites_are_kept(rule, value, options):
    instance = FacilityLocation(cost=COST, fixed_cost=FIXED, **rule)
    solution = instance.solve(options)
    assert solution.objective == value
    assert instance.check(solution) == []


def test_room_splits_a_client_and_a_single_source_does_not():
    # demand 3 and 4, room 5 and 3: a quarter of client 1 goes to site 0: 1 + 0.25 * 4 + 0.75 + 5 = 7.75
    rooms = FacilityLocation(cost=COST, fixed_cost=FIXED, demand=[3, 4], capacity=[5, 3])
    solution = rooms.solve(EXACT)
    assert solution.objective == pytest.approx(7.75)
    assert rooms.check(solution) == []
    # alone, client 1 fits into site 0 only, and client 0 into what is left of site 1: 5 + 4 + 5 = 14
    whole = replace(rooms, single_source=True)
    assert whole.solve(EXACT).objective == pytest.approx(14.0)
    assert "client 1 is split between sites" in whole.check(solution)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"max_open": 0}, "no site may be open"),
        ({"min_open": 3}, "at least 3 sites must be open, and only 2 may be"),
        ({"min_open": 2, "max_open": 1}, "at least 2 and at most 1"),
        ({"forced_open": (0, 1), "max_open": 1}, "2 sites are forced open"),
        ({"cost": [[1, 5], [np.inf, np.inf]]}, "client 1 can be served by no site"),
        ({"cost": [[1, np.inf], [np.inf, 1]], "max_open": 1}, "no allowed choice of sites serves every client"),
        ({"capacity": [1, 0.5]}, "need 2, and the sites that may be open have room for 1.5"),
        ({"demand": [1, 2], "capacity": [1.5, 1.5], "single_source": True}, "no site has room for it alone"),
    ],
)
def test_what_clashes_is_infeasible_and_says_why(changes, reason):
    instance = FacilityLocation(**({"cost": COST, "fixed_cost": FIXED} | changes))
    solution = instance.solve(EXACT)
    assert solution.status is Status.INFEASIBLE
    assert reason in solution.stopped


def test_without_clients_only_what_must_open_does(options):
    solution = FacilityLocation(cost=np.zeros((0, 3)), fixed_cost=[5, 2, 3], min_open=2, forced_open=(0,)).solve(
        options
    )
    assert (solution.objective, solution.open.tolist()) == (7.0, [True, True, False])
    assert FacilityLocation(cost=np.zeros((0, 3)), fixed_cost=[5, 2, 3]).solve(options).objective == 0.0


def test_sites_that_cost_nothing_serve_for_nothing(options):
    solution = FacilityLocation(cost=np.zeros((4, 3)), fixed_cost=np.zeros(3)).solve(options)
    assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, 0.0, 0.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cost": [[1, np.nan], [1, 1]]}, r"cost\[0, 1\] is nan"),
        ({"fixed_cost": [1, np.inf]}, r"fixed_cost\[1\] is inf"),
        ({"fixed_cost": [1]}, "fixed_cost has shape"),
        ({"demand": [1, -1]}, r"demand\[1\] is -1"),
        ({"capacity": [1, np.nan]}, r"capacity\[1\] is nan"),
        ({"max_open": -1}, "max_open is -1"),
        ({"cost": [[1e308, 0], [1e308, 0]]}, "more than a float can hold"),
    ],
)
def test_an_entry_without_meaning_is_named(changes, words):
    with pytest.raises(InstanceError, match=words):
        FacilityLocation(**({"cost": COST, "fixed_cost": FIXED} | changes))


def test_check_names_every_requirement_a_plan_breaks():
    instance = FacilityLocation(cost=COST, fixed_cost=FIXED, demand=[3, 4], capacity=[5, 3], max_open=1)
    solution = instance.solve(replace(EXACT, engine="mip"))
    assert solution.status is Status.INFEASIBLE
    wrong = replace(
        solution,
        open=np.array([True, False]),
        assignment=np.array([0, 0]),
        share=np.array([[1.0, 0.0], [0.5, 0.25]]),
        objective=8.0,
        bound=8.0,
    )
    assert instance.check(wrong) == [
        "the shares of client 1 sum to 0.75, expected 1",
        "client 1 is served by site 1, which is not open",
        "the plan costs 6.25, and claims 8",
    ]


def test_a_single_client_runs_the_code_that_is_compiled_for_many():
    # its column of costs is in order already, and was passed on as the frozen array of the instance
    cost = np.ones((1, 3))
    cost.flags.writeable = False
    problem = Problem.of((cost, np.ones(3)), np.ones(1), np.ones(3), np.full(3, FREE), (0, 3), is_whole=False)
    assert problem.data.by_site.flags.writeable
