"""Maximal covering among few sites: plans there, cuts that know them, and the sites left after a relaxation."""

from itertools import combinations

import numpy as np
import pytest

from models import MaxCover, SolveOptions, Status
from models.clock import Clock
from models.covering import cut_search, kernel_plans, max_search
from models.covering.cell_master import Master
from models.covering.client_groups import grouped
from models.covering.credit import credit_of, merged_without, worth
from models.covering.kernel_plans import kernel, kicked, opened
from models.covering.lists import CLOSED, FREE, OPEN, states_of
from models.covering.max_node import whole


def discs(seed, clients=60, sites=10, radius=0.3):
    rng = np.random.default_rng(seed)
    near = np.linalg.norm(rng.random((clients, 2))[:, None] - rng.random((sites, 2)), axis=2) < radius
    return near, rng.integers(1, 101, clients).astype(float)


def credit(near, weight):
    covers = MaxCover(covers=near, weight=weight, p=1).covers
    entries = covers.start.astype(np.int64), covers.site.astype(np.int32), covers.parts.copy()
    return credit_of(entries, weight, np.zeros(weight.size), near.shape[1])


def flag(chosen, sites):
    return np.isin(np.arange(sites), chosen).astype(np.int8)


def test_clients_told_apart_by_a_closed_site_are_one():
    lists = credit(np.array([[1, 1, 0], [1, 0, 0], [0, 0, 1]], dtype=bool), np.array([2.0, 3.0, 5.0]))
    few, site_of = merged_without(lists, np.array([FREE, CLOSED, FREE], dtype=np.int8))
    assert site_of.tolist() == [0, 2]
    assert sorted(few.weight.tolist()) == [5.0, 5.0]


def test_a_plan_of_a_part_of_a_part_stands_at_the_sites_of_the_instance():
    lists = credit(*discs(1))
    few = whole(lists, states_of(10, (4,), ())).merged(states_of(10, (4,), (0, 3, 9)))
    fewer = few.merged(np.where(np.isin(few.site_of, (5, 7)), CLOSED, few.state).astype(np.int8))
    assert fewer.site_of.tolist() == [1, 2, 4, 6, 8]
    assert fewer.state.tolist() == [FREE, FREE, OPEN, FREE, FREE]
    assert fewer.spread(np.array([0, 1, 1, 0, 1], dtype=np.int8), 10).tolist() == flag((2, 4, 8), 10).tolist()


def test_a_plan_offered_with_too_few_sites_comes_back_filled_and_stays_as_it_was():
    lists, given = credit(*discs(2)), flag((6,), 10)
    work = max_search.Work(lists, states_of(10, (), (0,)), 3, SolveOptions(), Clock(20.0))
    work.value = -1.0  # whatever it begins with
    assert work.offer(given).tolist() == flag((1, 2, 6), 10).tolist()
    assert given.tolist() == flag((6,), 10).tolist()
    assert work.best.tolist() == flag((1, 2, 6), 10).tolist()
    assert work.value == worth(lists, work.best)


def test_the_kernel_is_what_the_relaxation_opens_and_the_plan_its_largest():
    state = np.array([OPEN, FREE, CLOSED, FREE, FREE], dtype=np.int8)
    y = np.array([1.0, 0.4, 0.0, 0.6, 0.0])
    assert kernel(state, y, 2).tolist() == [OPEN, FREE, CLOSED, FREE, CLOSED]
    assert opened(state, y, 2).tolist() == [1, 0, 0, 1, 0]
    assert kernel(state, y, 4).tolist() == [OPEN, FREE, CLOSED, FREE, FREE]  # or there would be no plan


@pytest.mark.parametrize("seed", range(5))
def test_kicks_find_the_best_of_all_plans_of_few_sites(seed):
    lists, state = credit(*discs(seed)), states_of(10, (1,), (2,))
    allowed = [one for one in combinations(range(10), 4) if 1 in one and 2 not in one]
    kept = []
    found = kicked(
        lists, state, flag((0, 1, 3, 4), 10), seed, Clock(20.0), lambda plan: kept.append(worth(lists, plan))
    )
    values = [worth(lists, plan) for plan in found]
    assert values == sorted(values, reverse=True)
    assert kept == sorted(kept)
    assert kept[-1] == values[0]
    assert values[0] == max(worth(lists, flag(one, 10)) for one in allowed)
    assert all(plan[1] == OPEN and plan[2] != OPEN and plan.sum() == 4 for plan in found)


def test_ctrl_c_between_kicks_loses_no_plan(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(kernel_plans, "kick", interrupted)
    lists, state, first, kept = credit(*discs(0)), states_of(10, (), ()), flag((0, 1, 3, 4), 10), []
    with pytest.raises(KeyboardInterrupt):
        kicked(lists, state, first, 0, Clock(20.0), lambda plan: kept.append(plan.copy()))
    assert worth(lists, kept[-1]) > worth(lists, first)


def test_slopes_that_a_solver_would_drop_count_in_the_constant():
    weight = np.array([1.0, 1e-10, 1e-10, 1e-10])
    alone = credit_of((np.arange(5), np.arange(4, dtype=np.int32), np.ones(4)), weight, np.zeros(4), 4)
    master = Master(alone, 2, np.zeros(4, dtype=np.int64))
    none = np.zeros(4)
    master.separate(none, none, np.full(1, np.inf))
    assert [columns.tolist() for columns in master.columns] == [[0]]
    assert master.constant[0] * master.unit == pytest.approx(2e-10, rel=1e-6)  # the two that may be open
    for chosen in combinations(range(4), 2):
        y = flag(chosen, 4).astype(float)
        assert master.most(y)[0] * master.unit >= worth(alone, flag(chosen, 4)) * (1.0 - 1e-12)


def test_a_cut_at_a_plan_lets_it_earn_what_it_does():
    lists = credit(*discs(7))
    master = Master(lists, 3, grouped(lists, 4))
    everywhere = np.full(10, 0.3)
    master.separate(everywhere, everywhere, np.full(master.cells, np.inf))
    for chosen in ((0, 1, 2), (3, 6, 9)):
        y = flag(chosen, 10).astype(float)
        before = master.most(y).sum() * master.unit
        master.separate(y, y, master.most(y))
        assert before >= worth(lists, flag(chosen, 10)) - 1e-9
        assert master.most(y).sum() * master.unit == pytest.approx(worth(lists, flag(chosen, 10)))


@pytest.mark.parametrize("seed", [3, 9, 12])
def test_sites_left_after_the_relaxation_prove_what_the_plain_program_does(monkeypatch, seed):
    shrunk = []

    def noted(cuts, before=cut_search.Cuts._shrink):
        shrunk.append(cuts.part.state.size)
        return before(cuts)

    monkeypatch.setattr(cut_search.Cuts, "_shrink", noted)
    monkeypatch.setattr(max_search.Work, "_tree", lambda *_: None)
    monkeypatch.setattr(max_search, "by_groups", lambda *_: None)
    monkeypatch.setattr(max_search, "MOST_LOOKS", 1)
    monkeypatch.setattr(max_search, "LOOK", 1)
    near, weight = discs(seed, 300, 58, 0.2)
    asked = MaxCover(covers=near, weight=weight, p=8, forced_open=(3,), forced_closed=(5,))
    solution = asked.solve(SolveOptions(relative_gap=1e-4, time_limit_s=20))
    assert shrunk
    assert solution.status is Status.OPTIMAL
    assert asked.check(solution) == []
    best = asked.solve(SolveOptions(relative_gap=0.0, engine="mip")).objective
    assert best * (1 - 1e-4) <= solution.objective <= best * (1 + 1e-9)
    assert solution.bound >= best * (1 - 1e-9)
