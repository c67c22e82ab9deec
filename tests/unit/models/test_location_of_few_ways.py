"""Location where most pairs are impossible: only a few sets of sites serve all, and chance may find none of them."""

from itertools import combinations

import numpy as np
import pytest

from models import FacilityLocation, PMedian, SolveOptions, Status
from models.location import search
from models.location.alternatives import Alternatives
from models.location.search import Found

EXACT = SolveOptions(relative_gap=0.0)


def drawn(seed):
    rng = np.random.default_rng(seed)
    sites, p, clients = int(rng.integers(6, 14)), int(rng.integers(2, 5)), int(rng.integers(4, 9))
    cost = rng.integers(1, 50, (clients, sites)).astype(float)
    cost[rng.random((clients, sites)) < rng.uniform(0.6, 0.85)] = np.inf
    return cost, p


# 2, 3 and 2 sets of sites serve all clients, and the search finds none
CASES = [PMedian(cost=cost, weight=np.ones(len(cost)), p=p) for cost, p in map(drawn, (888, 2221, 2571))]
CASES += [FacilityLocation(cost=each.cost, fixed_cost=np.ones(each.cost.shape[1]), max_open=each.p) for each in CASES]


def values(instance):
    """Return what every set of sites that serves all costs, by trying all."""
    most = instance.p if isinstance(instance, PMedian) else instance.max_open
    fixed = 0.0 if isinstance(instance, PMedian) else 1.0
    sizes = [most] if isinstance(instance, PMedian) else range(1, most + 1)
    sets = [set_ for size in sizes for set_ in combinations(range(instance.cost.shape[1]), size)]
    costs = ((len(one) * fixed + instance.cost[:, one].min(axis=1).sum(), one) for one in sets)
    return sorted((cost, one) for cost, one in costs if np.isfinite(cost))


@pytest.mark.parametrize("instance", CASES)
def test_the_best_and_all_other_plans_are_found_though_chance_finds_none(instance):
    every = values(instance)
    solution = instance.solve(EXACT)
    assert (solution.objective, solution.bound) == pytest.approx((every[0][0], every[0][0]))
    found = instance.alternatives(50, within=np.inf, options=EXACT)
    assert [one.objective for one in found] == pytest.approx([cost for cost, _ in every])
    assert sorted(tuple(np.flatnonzero(one.open).tolist()) for one in found) == sorted(one for _, one in every)
    assert all(instance.check(one) == [] for one in found)


@pytest.mark.parametrize("instance", [CASES[0], CASES[3]])
def test_an_interruption_while_the_program_looks_for_the_first_plan_leaves_none(monkeypatch, instance):
    def interrupt(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr("models.location.answers.Textbook.solve", interrupt)
    assert instance.alternatives(5) == ()
    solution = instance.solve(EXACT)
    assert (solution.status, solution.stopped) == (Status.NO_SOLUTION, "interrupted")


@pytest.mark.parametrize("instance", [CASES[0], CASES[3]])
def test_an_interruption_before_any_plan_says_so(monkeypatch, instance):
    monkeypatch.setattr(search, "search", lambda *_: Found(None, np.inf, 7.0, "interrupted"))
    solution = instance.solve(EXACT)
    assert (solution.status, solution.bound, solution.stopped) == (Status.NO_SOLUTION, 7.0, "interrupted")
    assert instance.alternatives(5) == ()


def test_an_interruption_after_a_plan_leaves_that_one_alone(monkeypatch):
    instance, opened = CASES[0], np.isin(np.arange(CASES[0].cost.shape[1]), values(CASES[0])[-1][1])
    monkeypatch.setattr(search, "search", lambda *_: Found(opened, values(instance)[-1][0], 7.0, "interrupted"))
    (found,) = instance.alternatives(5, within=np.inf)
    assert (found.open.tolist(), found.bound, found.status) == (opened.tolist(), 7.0, Status.FEASIBLE)


def test_what_is_impossible_has_no_other_plans_either():
    nobody = np.full((2, 3), np.inf)
    assert PMedian(cost=nobody, weight=[1, 1], p=2).alternatives() == ()
    assert FacilityLocation(cost=nobody, fixed_cost=[1, 1, 1]).alternatives() == ()
    # each client by a site of its own, and one to open: only the program sees that
    apart = np.where(np.eye(3), 1.0, np.inf)
    assert PMedian(cost=apart, weight=[1, 1, 1], p=2).alternatives() == ()
    assert FacilityLocation(cost=apart, fixed_cost=[1, 1, 1], max_open=2).alternatives() == ()


@pytest.mark.parametrize("instance", [CASES[0], CASES[3]])
def test_ctrl_c_among_the_alternatives_leaves_those_found_and_says_so(instance, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Alternatives, "_children", interrupt)
    found = instance.alternatives(50, within=np.inf, options=EXACT)
    assert found
    assert {one.stopped for one in found} == {"interrupted"}
    assert all(instance.check(one) == [] for one in found)
