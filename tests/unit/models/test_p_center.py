"""The p-center on instances small enough to be solved by eye, and its degenerate cases."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from models import InstanceError, PCenter, SolveOptions, Status

EXACT = SolveOptions(relative_gap=0.0)
# four places on a line at 0, 1, 5, 6
LINE = np.abs(np.subtract.outer([0.0, 1.0, 5.0, 6.0], [0.0, 1.0, 5.0, 6.0]))


@pytest.fixture(params=["auto", "mip"])
def options(request):
    # a solver in floats proves a gap, not equality
    return replace(EXACT, engine=request.param, relative_gap=1e-6 if request.param == "mip" else 0.0)


def test_one_of_each_pair_is_opened(options):
    solution = PCenter(cost=LINE, p=2).solve(options)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == 1.0
    assert solution.bound == pytest.approx(1.0)
    assert solution.open[:2].sum() == solution.open[2:].sum() == 1
    assert solution.open[solution.assignment].all()


def test_one_site_stands_near_the_middle(options):
    # 1 or 5: 5 to the far end; 0 or 6: 6
    assert PCenter(cost=LINE, p=1).solve(options).objective == 5.0


def test_a_heavy_client_draws_the_site_to_itself(options):
    # site 3: 6, 5, 1, 0; site 2: 5, 4, 0, 10 * 1; site 1: 10 * 5
    solution = PCenter(cost=LINE, weight=[1, 1, 1, 10], p=1).solve(options)
    assert (solution.objective, solution.assignment.tolist()) == (6.0, [3, 3, 3, 3])


def test_forced_sites_are_open_and_closed(options):
    # 0 and 1 open: 5 to the place at 6; 1 and 2 closed leaves 0 and 3: 1
    assert PCenter(cost=LINE, p=2, forced_open=(0, 1)).solve(options).objective == 5.0
    solution = PCenter(cost=LINE, p=2, forced_closed=(1, 2)).solve(options)
    assert (solution.objective, solution.open.tolist()) == (1.0, [True, False, False, True])


@pytest.mark.parametrize("count", [1, 3, 40])
def test_as_many_sites_as_clients_cost_nothing(count, options):
    points = np.random.default_rng(count).random((count, 2))
    solution = PCenter(cost=np.linalg.norm(points[:, None] - points, axis=2), p=count).solve(options)
    assert (solution.status, solution.objective, solution.open.all()) == (Status.OPTIMAL, 0.0, True)


def test_places_that_coincide_cost_nothing_and_p_sites_are_open(options):
    solution = PCenter(cost=np.zeros((30, 30)), p=2).solve(options)
    assert (solution.status, solution.objective, solution.open.sum()) == (Status.OPTIMAL, 0.0, 2)


def test_equal_costs_everywhere_cost_that(options):
    solution = PCenter(cost=np.full((5, 4), 7.0), p=3).solve(options)
    assert (solution.status, solution.objective, solution.open.sum()) == (Status.OPTIMAL, 7.0, 3)


def test_clients_of_weight_zero_cost_nothing_but_must_be_reached(options):
    assert PCenter(cost=LINE, weight=np.zeros(4), p=1).solve(options).objective == 0.0
    cost = LINE.copy()
    cost[0, 1:] = np.inf
    solution = PCenter(cost=cost, weight=[0, 1, 1, 1], p=1).solve(options)
    assert (solution.objective, solution.assignment[0]) == (6.0, 0)


def test_huge_and_tiny_weights_stand_side_by_side():
    solution = PCenter(cost=LINE, weight=[1e12, 1e-6, 1e-6, 1e12], p=2).solve(EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == 1e-6
    assert solution.open.tolist() == [True, False, False, True]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"p": 0}, "p is 0"),
        ({"p": 5}, "at least 5 sites must be open, and only 4 may be"),
        ({"p": 1, "forced_open": (0, 1)}, "2 sites are forced open, and at most 1"),
        ({"p": 1, "forced_open": (0,), "forced_closed": (0,)}, "site 0 is forced open and forced closed"),
        ({"p": 1, "cost": np.where(np.arange(4)[:, None] == 2, np.inf, LINE)}, "client 2 can be served by no site"),
        ({"p": 1, "cost": np.where(np.eye(4) > 0, 0.0, np.inf)}, "no allowed choice of sites serves every client"),
        ({"p": 1, "cost": np.zeros((2, 0))}, "at least 1 sites must be open, and only 0 may be"),
    ],
)
def test_what_clashes_is_infeasible_and_says_why(changes, reason, options):
    solution = PCenter(**({"cost": LINE} | changes)).solve(options)
    assert solution.status is Status.INFEASIBLE
    assert reason in solution.stopped
    assert solution.bound == np.inf


@pytest.mark.parametrize("p", [0, 2])
def test_without_clients_p_sites_are_open_all_the_same(p, options):
    solution = PCenter(cost=np.zeros((0, 3)), p=p).solve(options)
    assert (solution.status, solution.objective, solution.open.sum()) == (Status.OPTIMAL, 0.0, p)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cost": [[0, np.nan]]}, r"cost\[0, 1\] is nan"),
        ({"cost": [[0, -1]]}, r"cost\[0, 1\] is -1"),
        ({"cost": [0, 1]}, "cost has shape"),
        ({"weight": [1, 1, -2, 1]}, r"weight\[2\] is -2"),
        ({"weight": [1, 1]}, "weight has shape"),
        ({"p": -1}, "p is -1"),
        ({"p": 1.5}, "p is 1.5"),
        ({"forced_open": (4,)}, r"forced_open\[0\] is 4"),
        ({"weight": [1e308] * 4}, "more than a float can hold"),
    ],
)
def test_an_entry_without_meaning_is_named(changes, words):
    with pytest.raises(InstanceError, match=words):
        PCenter(**({"cost": LINE, "p": 1} | changes))


def test_an_instance_and_its_arrays_do_not_change():
    instance = PCenter(cost=LINE, p=1)
    with pytest.raises(FrozenInstanceError):
        instance.p = 2
    with pytest.raises(ValueError, match="read-only"):
        instance.cost[0, 0] = 1.0


def test_check_names_every_requirement_a_plan_breaks():
    instance = PCenter(cost=LINE, p=2, forced_open=(3,))
    good = instance.solve(EXACT)
    wrong = replace(good, open=np.array([True, False, False, False]), assignment=np.array([0, 0, 2, 7]))
    assert instance.check(wrong) == ["client 3 is assigned to 7, no site"]
    wrong = replace(wrong, assignment=np.array([0, 0, 2, 0]))
    assert instance.check(wrong) == [
        "1 sites are open, expected 2",
        "site 3 must be open, and is closed",
        "client 2 is served by site 2, which is not open",
        "the plan costs 6, and claims 1",
    ]


def test_a_short_limit_leaves_a_plan_with_its_true_gap():
    points = np.random.default_rng(0).random((1_500, 2))
    instance = PCenter(cost=np.linalg.norm(points[:, None] - points, axis=2), p=30)
    solution = instance.solve(SolveOptions(time_limit_s=1e-3))
    assert solution.status is Status.FEASIBLE
    assert 0 <= solution.bound < solution.objective
    assert instance.check(solution) == []


def test_an_interruption_leaves_the_best_plan_so_far(monkeypatch):
    from models.covering import center  # noqa: PLC0415  (compiles)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(center, "within", interrupt)
    cost = np.random.default_rng(1).random((30, 30))
    instance = PCenter(cost=cost, p=3)
    solution = instance.solve(EXACT)
    assert (solution.status, solution.stopped) == (Status.FEASIBLE, "interrupted")
    assert instance.check(solution) == []
