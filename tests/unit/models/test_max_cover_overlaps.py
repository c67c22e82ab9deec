"""Maximal covering's bound by rows on overlaps of sites, against every plan of small instances."""

from itertools import combinations

import numpy as np
import pytest
from oracles.credits import (
    FREE,
    SITES,
    P,
    assert_searches_bound_the_best_plan,
    credit,
    leave_groups_and_overlaps,
    most,
    plans,
)

from models import MaxCover, SolveOptions, Status
from models.clock import Clock
from models.covering import group_search, max_search, overlap_search
from models.covering.credit import credit_of, worth
from models.covering.lists import states_of
from models.covering.max_node import Node, whole
from models.covering.overlap_bound import bound_at
from models.covering.overlap_cliques import broken
from models.covering.overlap_forests import forests
from models.covering.overlap_rows import Rows, shared
from models.covering.overlap_search import Overlaps, overlaps_of, rehearse_overlaps
from models.covering.overlap_steps import nearest


def two_rings():
    """Return two rings of three sites: each two of a ring share a client of weight 2, each has one of weight 1."""
    ring = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)
    asked = MaxCover(covers=np.kron(np.eye(2, dtype=bool), ring), p=3).covers
    entries = asked.start.astype(np.int64), asked.site.astype(np.int32), asked.parts.copy()
    return credit_of(entries, np.array([2.0, 2.0, 2.0, 1.0, 1.0, 1.0] * 2), np.zeros(12), 6)


def grown(lists, state, turns=6):
    work = Overlaps(whole(lists, state), P)
    for turn in range(turns):
        work.settle(100, Clock(20.0))
        work.extend(is_clean=turn % 2 == 1)
    return work


def breaks(rows: Rows, link, flag):
    """Return by how much a plan breaks each row: forests', then cliques', worked out from their formulas."""
    y = np.zeros(rows.pairs)
    for a, b in np.argwhere(link >= 0):
        y[link[a, b]] = flag[a] * flag[b]
    over = []
    for i in range(rows.weight.size):
        own = rows.site[rows.start[i] : rows.start[i + 1]]
        for t in range(rows.trees.first[i], rows.trees.first[i + 1]):
            edges = rows.trees.pair[rows.trees.start[t] : rows.trees.start[t + 1]]
            over.append(float(flag[own].any()) - flag[own].sum() + y[edges].sum())
    cliques = rows.cliques
    for q in range(cliques.times.size):
        own = cliques.site[cliques.site_start[q] : cliques.site_start[q + 1]]
        pairs = cliques.pair[cliques.pair_start[q] : cliques.pair_start[q + 1]]
        over.append(cliques.times[q] * flag[own].sum() - y[pairs].sum() - cliques.most[q])
    return np.array(over)


def test_every_plan_keeps_to_every_row_found():
    found = 0
    for seed in range(10):
        work = grown(credit(seed), FREE)
        found += len(work.cliques)
        for size in range(SITES + 1):
            for chosen in combinations(range(SITES), size):
                flag = np.zeros(SITES)
                flag[list(chosen)] = 1.0
                assert (breaks(work.rows, work._link, flag) <= 1e-12).all()
    assert found > 0


@pytest.mark.parametrize("forced", [((), ()), ((2,), (5,))])
def test_no_plan_earns_more_than_the_bound_by_overlaps_whatever_the_multipliers(forced):
    for seed in range(10):
        lists, state = credit(seed), states_of(SITES, *forced)
        work, best = grown(lists, state), most(lists, state)
        assert best <= work.best.value
        rng = np.random.default_rng(seed)
        rows = work.rows.trees.start.size - 1 + len(work.cliques)
        for scale in (0.1, 1.0, 3.0):
            assert bound_at(work.rows, scale * rng.random(rows), state, P).value >= best
            # below 0 counts as 0
            assert bound_at(work.rows, scale * (rng.random(rows) - 0.5), state, P).value >= best


def test_what_a_site_is_worth_to_the_bound_bounds_the_plans_with_and_without_it():
    for seed in range(10):
        lists = credit(seed)
        found = grown(lists, FREE).best
        for site in range(SITES):
            opened = max(worth(lists, flag) for flag in plans() if flag[site])
            closed = max(worth(lists, flag) for flag in plans() if not flag[site])
            assert opened <= found.value - max(found.last - found.worth[site], 0.0) + 1e-9
            assert closed <= found.value - max(found.worth[site] - found.next, 0.0) + 1e-9


def test_halves_of_three_sites_that_overlap_in_pairs_are_told_that_they_do():
    lists = two_rings()
    times, sites, by = broken(np.array([0.5, 0.5, 0.5, 0.0, 0.0, 0.0]), shared(lists), np.zeros((6, 6)))
    assert times.tolist() == [1, 1, 1]  # found once from each pair: 3 / 2 <= 1 is broken by a half
    assert [sorted(row[row >= 0]) for row in sites] == [[0, 1, 2]] * 3
    assert by == pytest.approx(0.5 / np.sqrt(6.0))


def test_the_forest_of_a_cell_is_the_heaviest_one():
    asked = MaxCover(covers=np.ones((1, 3), dtype=bool), p=2).covers
    entries = asked.start.astype(np.int64), asked.site.astype(np.int32), asked.parts.copy()
    lists = credit_of(entries, np.ones(1), np.zeros(1), 3)
    work = Overlaps(whole(lists, states_of(3, (), ())), 2)
    link = np.array([[-1, 0, 1], [0, -1, 2], [1, 2, -1]])
    primal = np.array([0.7, 0.7, 0.6, 0.4, 0.1, 0.3, 1.0])  # sites; their pairs; the cell
    trees, price = forests(work.rows._replace(pairs=3), link, primal, np.array([0.5]), (-1.0, 0.01))
    # the forest without edges is completed with the heaviest ones, so that none is broken by more
    assert trees.first.tolist() == [0, 1]
    assert sorted(trees.pair.tolist()) == [0, 2]
    assert price.tolist() == [0.5]


def test_rows_on_overlaps_bound_better_than_the_relaxation():
    # halves of all six sites cover the shared clients, 12, and half of the others, 3; but three halves of a ring have
    # pairs open for 1 / 2 at least, which loses 2 x 1 / 2 a ring, and 13 is what two sites and one cover
    work = Overlaps(whole(two_rings(), states_of(6, (), ())), 3)
    work.settle(400, Clock(20.0))
    assert work.best.value == pytest.approx(15.0, abs=1e-3)
    for _ in range(4):
        work.extend(is_clean=False)
        work.settle(400, Clock(20.0))
    assert work.best.value == pytest.approx(13.0, abs=1e-3)
    assert work.best.value >= 13.0


def test_the_nearest_openings_lie_within_bounds_and_add_up():
    rng = np.random.default_rng(2)
    for _ in range(50):
        aim, step, found = rng.normal(size=7), rng.random(7) + 0.1, np.zeros(7)
        lower, upper = np.array([1.0, 0, 0, 0, 0, 0, 0]), np.array([1.0, 0, 1, 1, 1, 1, 1])
        nearest(aim, step, (lower, upper), 3, found)
        assert found.sum() == pytest.approx(3.0)
        assert (found >= lower).all()
        assert (found <= upper).all()
        between = (found > 1e-9) & (found < 1.0 - 1e-9)
        price = (aim - found) / step  # the same for all that could move either way
        assert price[between] == pytest.approx(price[between].mean() if between.any() else 0.0)


def test_a_part_without_a_choice_of_sites_is_left_alone():
    lists = credit(0)
    work = max_search.Work(lists, FREE, P, SolveOptions(), Clock(20.0))
    node = Node(lists, states_of(SITES, (1, 2, 3), ()), np.arange(SITES), lists.weight, lists.weight, np.inf)
    assert overlaps_of(work, node) is None


@pytest.mark.parametrize("most", ["MOST_SITES", "MOST_ENTRIES"])
def test_a_part_whose_overlaps_take_too_much_room_or_time_is_left_alone(most, monkeypatch):
    lists = credit(0)
    work = max_search.Work(lists, FREE, P, SolveOptions(), Clock(20.0))
    node = Node(lists, FREE.copy(), np.arange(SITES), lists.weight, lists.weight, np.inf)
    assert overlaps_of(work, node) is not None
    monkeypatch.setattr(overlap_search, most, SITES - 1)
    assert overlaps_of(work, node) is None


def test_rehearsing_rows_on_overlaps_changes_no_search():
    lists = credit(0)
    work = max_search.Work(lists, FREE, P, SolveOptions(), Clock(20.0))
    before = work.bound, work.value
    rehearse_overlaps(work)
    assert (work.bound, work.value) == before


@pytest.mark.parametrize("forced", [((), ()), ((2,), (5,))])
def test_the_search_by_overlaps_alone_bounds_the_best_plan(monkeypatch, forced):
    leave_groups_and_overlaps(monkeypatch)
    monkeypatch.setattr(group_search, "_settled", lambda *_: False)
    monkeypatch.setattr(overlap_search, "QUIET", 3)
    assert_searches_bound_the_best_plan(forced)


def test_discs_of_which_most_clients_are_covered_are_proved():
    rng = np.random.default_rng(5)
    points, centres = rng.random((2000, 2)), rng.random((80, 2))
    covers = np.linalg.norm(points[:, None] - centres, axis=2) < 0.13
    instance = MaxCover(covers=covers, weight=rng.integers(1, 101, 2000), p=14)
    solution = instance.solve(SolveOptions(time_limit_s=120.0))
    assert solution.status is Status.OPTIMAL
    assert instance.check(solution) == []
