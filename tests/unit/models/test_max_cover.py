"""Maximal covering on instances small enough to be solved by eye, and its degenerate cases."""

from dataclasses import FrozenInstanceError, replace
from itertools import combinations

import numpy as np
import pytest

from models import Coverage, InstanceError, MaxCover, SolveOptions, Status

EXACT = SolveOptions(relative_gap=0.0)
# four clients in a row; site j covers clients j and j + 1
ROW = np.array([[True, False, False], [True, True, False], [False, True, True], [False, False, True]])


@pytest.fixture(params=["auto", "mip"])
def options(request):
    return replace(EXACT, engine=request.param, relative_gap=1e-6 if request.param == "mip" else 0.0)


def test_the_middle_is_heaviest_but_the_ends_cover_all(options):
    weight = [2, 3, 3, 2]
    one = MaxCover(covers=ROW, weight=weight, p=1).solve(options)
    assert (one.status, one.objective, one.open.tolist()) == (Status.OPTIMAL, 6.0, [False, True, False])
    two = MaxCover(covers=ROW, weight=weight, p=2).solve(options)
    assert (two.objective, two.open.tolist(), two.assignment.tolist()) == (10.0, [True, False, True], [0, 0, 2, 2])
    assert two.bound == pytest.approx(10.0)
    assert two.gap <= 1e-6


def test_the_best_part_counts_and_parts_do_not_add_up(options):
    # site 0: 0.5 of both clients, 1 and 2: all of one
    covers = [[0.5, 1.0, 0.0], [0.5, 0.0, 1.0]]
    assert MaxCover(covers=covers, weight=[4, 2], p=1).solve(options).objective == 4.0
    solution = MaxCover(covers=covers, weight=[4, 2], p=2, forced_open=(0,)).solve(options)
    assert solution.objective == 5.0
    assert solution.covered.tolist() == [1.0, 0.5]


def test_a_backup_draws_two_sites_together(options):
    # client 0 weighs 10, a second cover 6; client 1 weighs 5
    covers = [[1, 1, 0], [0, 0, 1]]
    alone = MaxCover(covers=covers, weight=[10, 5], p=2).solve(options)
    assert alone.objective == 15.0
    backed = MaxCover(covers=covers, weight=[10, 5], backup_weight=[6, 0], p=2).solve(options)
    assert (backed.objective, backed.open.tolist()) == (16.0, [True, True, False])
    assert backed.backup.tolist() == [1.0, 0.0]


def test_the_second_best_part_is_the_backup(options):
    covers = [[0.25, 0.5, 1.0]]
    solution = MaxCover(covers=covers, weight=[8], backup_weight=[4], p=2).solve(options)
    assert solution.objective == 8.0 + 2.0
    assert (solution.assignment[0], solution.covered[0], solution.backup[0]) == (2, 1.0, 0.5)


def test_entries_stand_for_the_matrix(options):
    client, site = np.nonzero(ROW)
    covers = Coverage(client=client, site=site, shape=(4, 3))
    assert MaxCover(covers=covers, weight=[2, 3, 3, 2], p=1).solve(options).objective == 6.0


def test_forced_sites_are_open_and_closed(options):
    weight = [2, 3, 3, 2]
    assert MaxCover(covers=ROW, weight=weight, p=1, forced_open=(0,)).solve(options).objective == 5.0
    assert MaxCover(covers=ROW, weight=weight, p=1, forced_closed=(1,)).solve(options).objective == 5.0


@pytest.mark.parametrize(("p", "covered"), [(0, 0.0), (3, 4.0)])
def test_no_site_covers_nobody_and_all_sites_all(p, covered, options):
    solution = MaxCover(covers=ROW, p=p).solve(options)
    assert (solution.status, solution.objective, solution.open.sum()) == (Status.OPTIMAL, covered, p)


@pytest.mark.parametrize("covers", [np.zeros((3, 2)), np.zeros((0, 2)), np.ones((5, 2))])
def test_nobody_to_cover_or_everybody_alike(covers, options):
    solution = MaxCover(covers=covers, p=1).solve(options)
    assert (solution.status, solution.objective, solution.open.sum()) == (Status.OPTIMAL, covers[:, 0].sum(), 1)


def test_clients_of_weight_zero_earn_nothing(options):
    solution = MaxCover(covers=ROW, weight=np.zeros(4), p=1).solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 0.0)


def test_huge_and_tiny_weights_stand_side_by_side():
    solution = MaxCover(covers=ROW, weight=[1e12, 1e-6, 1e-6, 1e12], p=2).solve(EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.open.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"p": 4}, "at least 4 sites must be open, and only 3 may be"),
        ({"p": 1, "forced_open": (0, 1)}, "2 sites are forced open, and at most 1"),
        ({"p": 1, "forced_open": (0,), "forced_closed": (0,)}, "site 0 is forced open and forced closed"),
    ],
)
def test_what_clashes_is_infeasible_and_says_why(changes, reason, options):
    solution = MaxCover(covers=ROW, **changes).solve(options)
    assert solution.status is Status.INFEASIBLE
    assert reason in solution.stopped
    assert not solution.has_plan


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"covers": [[0.5, 1.5]]}, r"covers\[0, 1\] is 1.5"),
        ({"covers": [[0.5, np.nan]]}, r"covers\[0, 1\] is nan"),
        ({"covers": [[-0.5, 0]]}, r"covers\[0, 0\] is -0.5"),
        ({"weight": [1, 1, -2, 1]}, r"weight\[2\] is -2"),
        ({"weight": [1, 1, np.inf, 1]}, r"weight\[2\] is inf"),
        ({"weight": [1e308] * 4}, "more than a float can hold"),
        ({"backup_weight": [0, 2, 0, 0]}, r"backup_weight\[1\] is 2.0; expected at most 1.0"),
        ({"p": -1}, "p is -1"),
    ],
)
def test_an_entry_without_meaning_is_named(changes, words):
    with pytest.raises(InstanceError, match=words):
        MaxCover(**({"covers": ROW, "p": 1} | changes))


def test_an_instance_does_not_change():
    instance = MaxCover(covers=ROW, p=1)
    with pytest.raises(FrozenInstanceError):
        instance.p = 2
    with pytest.raises(ValueError, match="read-only"):
        instance.covers.client[0] = 1


def test_check_names_every_requirement_a_plan_breaks():
    instance = MaxCover(covers=ROW, p=2, forced_open=(2,))
    good = instance.solve(EXACT)
    assert instance.check(good) == []
    wrong = replace(good, open=np.array([True, False, False]))
    assert instance.check(wrong) == [
        "1 sites are open, expected 2",
        "site 2 must be open, and is closed",
        "of client 2 the part 0 is covered, not 1",
        "of client 3 the part 0 is covered, not 1",
        "the plan covers 2, and claims 4",
    ]


@pytest.mark.parametrize("engine", ["auto", "mip"])
@pytest.mark.parametrize("gap", [0.0, 0.3])
def test_where_nothing_can_be_covered_that_is_proved_whatever_the_gap(engine, gap):
    only_closed = MaxCover(covers=[[0, 0, 1]], weight=[7], p=1, forced_closed=(1, 2))
    none_open = MaxCover(covers=[[1, 1]], weight=[7], p=0)
    for instance in (only_closed, none_open):
        solution = instance.solve(SolveOptions(engine=engine, relative_gap=gap))
        assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, 0.0, 0.0)


def disks(clients, sites, radius, seed):
    rng = np.random.default_rng(seed)
    points, centres = rng.random((clients, 2)), rng.random((sites, 2))
    return np.linalg.norm(points[:, None] - centres, axis=2) <= radius, rng.integers(1, 101, clients)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_larger_instance_agrees_with_the_plain_program(share):
    covers, weight = disks(150, 30, 0.2, 4)
    instance = MaxCover(covers=covers, weight=weight, backup_weight=share * weight, p=5)
    ours, plain = instance.solve(EXACT), instance.solve(replace(EXACT, engine="mip", relative_gap=1e-6))
    assert ours.status is Status.OPTIMAL
    assert ours.objective == pytest.approx(plain.objective)
    assert instance.check(ours) == []


@pytest.mark.parametrize("limit_s", [1e-3, 0.2])
def test_a_short_limit_leaves_a_plan_with_its_true_gap(limit_s):
    covers, weight = disks(2_000, 300, 0.1, 1)
    instance = MaxCover(covers=covers, weight=weight, p=25)
    solution = instance.solve(SolveOptions(time_limit_s=limit_s))
    assert solution.status is Status.FEASIBLE
    assert 0 < solution.objective < solution.bound <= weight.sum() * 1.00001
    assert instance.check(solution) == []


def test_with_no_time_for_the_program_nothing_is_claimed():
    covers, weight = disks(2_000, 300, 0.1, 1)
    instance = MaxCover(covers=covers, weight=weight, p=25)
    solution = instance.solve(SolveOptions(time_limit_s=1e-9, engine="mip"))
    assert solution.status in {Status.FEASIBLE, Status.NO_SOLUTION}
    assert not solution.has_plan or instance.check(solution) == []
    assert instance.solve(SolveOptions(time_limit_s=0.2)).objective <= solution.bound <= weight.sum()


def test_an_interruption_leaves_the_best_plan_so_far(monkeypatch):
    from models.covering import max_search  # noqa: PLC0415  (compiles)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(max_search, "descend", interrupt)
    instance = MaxCover(covers=ROW, p=1)
    solution = instance.solve(EXACT)
    assert (solution.status, solution.stopped) == (Status.FEASIBLE, "interrupted")
    assert instance.check(solution) == []


@pytest.mark.parametrize(("seed", "gap"), [(153, 0.1), (166, 0.02), (373, 0.1), (540, 0.05)])
def test_the_bound_at_a_wide_gap_is_one_for_every_plan_though_sites_were_decided(seed, gap):
    draw = np.random.default_rng(seed)
    sites, clients, p = int(draw.integers(6, 13)), int(draw.integers(10, 60)), int(draw.integers(2, 5))
    covers, weight = draw.random((clients, sites)) < draw.uniform(0.1, 0.35), draw.random(clients) * 10
    best = max(weight[covers[:, list(opened)].any(axis=1)].sum() for opened in combinations(range(sites), p))
    solution = MaxCover(covers=covers, weight=weight, p=p).solve(SolveOptions(relative_gap=gap))
    assert solution.objective <= best * (1 + 1e-9)
    assert best <= solution.bound * (1 + 1e-9)
    assert solution.gap <= gap * (1 + 1e-9)
