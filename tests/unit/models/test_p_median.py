"""The p-median on instances small enough to be solved by eye, and its degenerate cases."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from models import InstanceError, PMedian, SolveOptions, Status
from models.location import search

EXACT = SolveOptions(relative_gap=0.0)
# four places on a line at 0, 1, 5, 6
LINE = np.abs(np.subtract.outer([0.0, 1.0, 5.0, 6.0], [0.0, 1.0, 5.0, 6.0]))


@pytest.fixture(params=["auto", "lagrangian", "radius", "mip"])
def options(request):
    # a solver in floats proves a gap, not equality
    return replace(EXACT, engine=request.param, relative_gap=1e-6 if request.param == "mip" else 0.0)


def test_one_of_each_pair_is_opened(options):
    solution = PMedian(cost=LINE, p=2).solve(options)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == 2.0
    assert solution.bound == pytest.approx(2.0)
    assert solution.open[:2].sum() == solution.open[2:].sum() == 1
    assert solution.open[solution.assignment].all()


def test_a_heavy_client_draws_the_site_to_itself(options):
    # site 0: 0 + 1 + 5 + 6 * 100; site 3: 6 + 5 + 1 = 12
    solution = PMedian(cost=LINE, weight=[1, 1, 1, 100], p=1).solve(options)
    assert solution.objective == 12.0
    assert solution.assignment.tolist() == [3, 3, 3, 3]


def test_forced_sites_are_open_and_closed(options):
    # 0 and 1 open: 4 + 5 = 9; 0 and 3 closed, so 1 and 2: 1 + 1 = 2
    assert PMedian(cost=LINE, p=2, forced_open=(0, 1)).solve(options).objective == 9.0
    solution = PMedian(cost=LINE, p=2, forced_closed=(0, 3)).solve(options)
    assert (solution.objective, solution.open.tolist()) == (2.0, [False, True, True, False])


def test_points_on_a_line_need_no_matrix(options):
    points = np.array([[0, 0], [1, 0], [5, 0], [6, 0]])
    instance = PMedian.from_points(points=points, weight=np.ones(4), p=2)
    solution = instance.solve(options)
    assert solution.objective == pytest.approx(2.0)
    assert instance.check(solution) == []


@pytest.mark.parametrize("count", [1, 3, 40])
def test_as_many_sites_as_points_cost_nothing(count, options):
    points = np.random.default_rng(count).random((count, 2))
    solution = PMedian.from_points(points=points, p=count).solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 0.0)


def test_points_that_coincide_cost_nothing(options):
    solution = PMedian.from_points(points=np.ones((30, 2)), p=2).solve(options)
    assert (solution.status, solution.objective, solution.open.sum()) == (Status.OPTIMAL, 0.0, 2)


def test_clients_of_weight_zero_cost_nothing(options):
    solution = PMedian(cost=LINE, weight=np.zeros(4), p=1).solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 0.0)


def test_an_impossible_pair_is_avoided_even_at_weight_zero(options):
    cost = LINE.copy()
    cost[0, 1:] = np.inf
    solution = PMedian(cost=cost, weight=[0, 1, 1, 1], p=1).solve(options)
    assert solution.objective == 1.0 + 5.0 + 6.0
    assert solution.assignment[0] == 0


@pytest.mark.parametrize("engine", ["auto", "lagrangian", "radius"])  # beyond what a MIP in floats can tell apart
def test_huge_and_tiny_weights_stand_side_by_side(engine):
    options = replace(EXACT, engine=engine)
    solution = PMedian(cost=LINE, weight=[1e12, 1e-6, 1e-6, 1e12], p=2).solve(options)
    assert solution.status is Status.OPTIMAL
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
    ],
)
def test_what_clashes_is_infeasible_and_says_why(changes, reason, options):
    solution = PMedian(**({"cost": LINE} | changes)).solve(options)
    assert solution.status is Status.INFEASIBLE
    assert reason in solution.stopped
    assert solution.bound == np.inf


@pytest.mark.parametrize("p", [0, 2])
def test_without_clients_p_sites_are_open_all_the_same(p, options):
    solution = PMedian(cost=np.zeros((0, 3)), p=p).solve(options)
    assert (solution.status, solution.objective, solution.open.sum()) == (Status.OPTIMAL, 0.0, p)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cost": [[0, np.nan]]}, r"cost\[0, 1\] is nan"),
        ({"cost": [[0, -1]]}, r"cost\[0, 1\] is -1"),
        ({"weight": [1, 1, -2, 1]}, r"weight\[2\] is -2"),
        ({"weight": [1, 1]}, "weight has shape"),
        ({"p": -1}, "p is -1"),
        ({"p": 1.5}, "p is 1.5"),
        ({"forced_open": (4,)}, r"forced_open\[0\] is 4"),
        ({"points": np.zeros((4, 2))}, "expected one of them"),
        ({"cost": None, "points": [[0, np.inf]]}, r"points\[0, 1\] is not finite"),
        ({"cost": None, "points": [[0, 0, 0]]}, "points has shape"),
        ({"weight": [1e308] * 4}, "more than a float can hold"),
    ],
)
def test_an_entry_without_meaning_is_named(changes, words):
    with pytest.raises(InstanceError, match=words):
        PMedian(**({"cost": LINE, "p": 1} | changes))


def test_an_instance_and_its_arrays_do_not_change():
    instance = PMedian(cost=LINE, p=1)
    with pytest.raises(FrozenInstanceError):
        instance.p = 2
    with pytest.raises(ValueError, match="read-only"):
        instance.cost[0, 0] = 1.0


def test_check_names_every_requirement_a_plan_breaks():
    instance = PMedian(cost=LINE, p=2, forced_open=(3,))
    good = instance.solve(EXACT)
    wrong = replace(good, open=np.array([True, False, False, False]), assignment=np.array([0, 0, 2, 7]))
    assert instance.check(wrong) == ["client 3 is assigned to 7, no site"]
    wrong = replace(wrong, assignment=np.array([0, 0, 2, 0]))
    assert instance.check(wrong) == [
        "1 sites are open, expected 2",
        "site 3 must be open, and is closed",
        "client 2 is served by site 2, which is not open",
        "the plan costs 7, and claims 2",
    ]


def test_a_short_limit_leaves_a_plan_with_its_true_gap():
    points = np.random.default_rng(0).random((4_000, 2))
    instance = PMedian.from_points(points=points, p=40)
    for limit_s in (1.5, 6.0, 24.0):  # a busy machine may not come to a bound within the first
        solution = instance.solve(SolveOptions(time_limit_s=limit_s))
        if solution.bound > 0:
            break
    assert solution.status is Status.FEASIBLE
    assert 0 < solution.bound < solution.objective
    assert instance.check(solution) == []


def test_an_interruption_leaves_the_best_plan_so_far(monkeypatch):
    from models.location import search  # noqa: PLC0415  (compiles)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(search, "ascend", interrupt)
    instance = PMedian(cost=LINE, p=2)
    solution = instance.solve(EXACT)
    assert (solution.status, solution.stopped) == (Status.FEASIBLE, "interrupted")
    assert instance.check(solution) == []


def test_a_large_instance_raises_its_bound_again_and_keeps_both_sides_of_the_optimum(monkeypatch):
    points = np.random.default_rng(7).random((240, 2)) * 1000
    instance = PMedian.from_points(points=points, p=9)
    best = instance.solve(SolveOptions(relative_gap=0.0))
    assert best.status is Status.OPTIMAL
    asked, climb = [], search._Work._climb
    monkeypatch.setattr(search, "LARGE", 100)
    monkeypatch.setattr(
        search._Work, "_climb", lambda work, dual, share: (asked.append(work.bound), climb(work, dual, share))
    )
    large = instance.solve(SolveOptions(relative_gap=0.0, time_limit_s=6.0))
    assert asked[0] == 0.0 < asked[-1] <= large.bound
    assert large.bound <= best.objective * (1 + 1e-9)
    assert best.objective <= large.objective * (1 + 1e-9)
    assert instance.check(large) == []
