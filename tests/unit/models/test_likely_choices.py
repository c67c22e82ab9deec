"""Likely choices of sites for whole clients: by eye, and against every choice and every plan."""

from itertools import pairwise, product

import numpy as np
import pytest
from oracles.whole_clients import CLIENTS, SITES, on_a_line, small_problem

from models.capacitated import likely_choices
from models.capacitated.likely_choices import Choice, LikelyChoices, likeliest
from models.capacitated.nodes import Node
from models.capacitated.strengthening import Strengthening
from models.clock import Clock
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN
from models.relaxation.triples import no_triples


@pytest.fixture(autouse=True)
def time_to_compile(monkeypatch):
    """The first call compiles, within its own clock."""
    monkeypatch.setattr(likely_choices, "SHARE", 1.0)
    monkeypatch.setattr(likely_choices, "LOOK_SHARE", 1.0)


def choices_of(problem, limit_s=600.0):
    """Return choices of a problem whose packings are not known yet."""
    return LikelyChoices(problem.data, Strengthening(problem.n_sites, problem.n_clients), Clock(limit_s))


def best_of(choices, problem, node, value, useful=None):
    at = Choice(np.flatnonzero(node.state == OPEN), -np.inf, node.dual, no_triples(problem.n_clients))
    return choices.best(node, at, value, value if useful is None else useful)


def node_of(problem, share):
    node = Node.root(problem, 0.1)
    node.dual.share[:] = share
    return node


def cheapest_on(problem, sites):
    """Return what the cheapest plan on just these sites costs (inf: there is none)."""
    data, best = problem.data, np.inf
    for at in np.ndindex((len(sites),) * CLIENTS):
        served = sites[list(at)]
        if (np.bincount(served, weights=data.demand, minlength=SITES) <= data.room).all():
            best = min(best, data.by_site[served, np.arange(CLIENTS)].sum())
    return best + data.fixed[sites].sum()


def test_the_best_choice_is_found_though_another_one_is_likelier():
    problem = on_a_line([0.5, 4.5, 90.0], [3, 3, 3], [1.0, 1.0, 1.0])
    best = best_of(choices_of(problem), problem, node_of(problem, [0.9, 0.3, 0.8]), 500.0)
    assert best.sites.tolist() == [0, 1]
    assert best.bound <= 2.0 + 2 * (0.5 + 0.5 + 1.5) + 1e-9


def test_two_small_sites_give_way_to_a_large_one():
    problem = on_a_line([1.0, 4.0, 2.5], [3, 3, 6], [50.0, 50.0, 60.0])
    best = best_of(choices_of(problem), problem, node_of(problem, [0.7, 0.7, 0.3]), 120.0)
    assert best.sites.tolist() == [2]


def test_sites_that_are_decided_stay():
    problem = on_a_line([0.5, 4.5, 90.0], [3, 3, 3], [1.0, 1.0, 1.0])
    for site, decision, expected in ((2, OPEN, [0, 1, 2]), (1, CLOSED, [0, 2])):
        node = node_of(problem, [0.9, 0.6, 0.4])
        node.state[site] = decision
        assert best_of(choices_of(problem), problem, node, 500.0).sites.tolist() == expected


def test_a_site_whose_opening_is_sure_is_not_tried_the_other_way():
    problem = on_a_line([0.5, 4.5, 90.0], [3, 3, 3], [1.0, 1.0, 1.0])
    chosen = [np.flatnonzero(one).tolist() for one in likeliest(node_of(problem, [1.0, 0.6, 0.999]), problem.data)]
    assert chosen == [[0, 1, 2], [0, 2]]


def test_each_choice_is_returned_once_and_then_none():
    problem = on_a_line([0.5, 4.5, 4.4, 90.0], [3, 3, 3, 3], [1.0, 1.0, 1.0, 1.0], most=2)
    choices, node = choices_of(problem), node_of(problem, [0.9, 0.4, 0.4, 0.5])
    returned = [best_of(choices, problem, node, 30.0) for _ in range(4)]
    assert [None if one is None else one.sites.tolist() for one in returned] == [[0, 2], [0, 1], [1, 2], None]


def test_what_was_judged_is_kept_for_a_later_search_but_not_beyond_a_better_plan():
    problem = on_a_line([0.5, 4.5, 4.4, 90.0], [3, 3, 3, 3], [1.0, 1.0, 1.0, 1.0], most=2)
    choices, node = choices_of(problem), node_of(problem, [0.9, 0.4, 0.4, 0.5])
    assert best_of(choices, problem, node, 30.0).sites.tolist() == [0, 2]
    assert best_of(choices, problem, node, 6.0) is None
    assert best_of(choices, problem, node, 30.0) is None


def test_a_choice_that_is_not_useful_yet_is_returned_when_it_is():
    problem = on_a_line([0.5, 4.5, 90.0], [3, 3, 3], [1.0, 1.0, 1.0])
    choices, node = choices_of(problem), node_of(problem, [0.9, 0.6, 0.4])
    assert best_of(choices, problem, node, 500.0, useful=5.0) is None
    assert best_of(choices, problem, node, 500.0, useful=8.0).sites.tolist() == [0, 1]


def test_without_time_there_is_no_choice_and_it_is_judged_later(monkeypatch):
    problem = on_a_line([0.5, 4.5, 90.0], [3, 3, 3], [1.0, 1.0, 1.0])
    choices, node = choices_of(problem, 0.0), node_of(problem, [0.9, 0.6, 0.4])
    assert best_of(choices, problem, node, 500.0) is None
    monkeypatch.setattr(choices, "_clock", Clock(600.0))
    assert best_of(choices, problem, node, 500.0).sites.tolist() == [0, 1]


def test_a_search_ends_where_so_many_in_a_row_were_no_better_than_the_best(monkeypatch):
    monkeypatch.setattr(likely_choices, "PATIENCE", 1)
    problem = on_a_line([0.5, 4.5, 4.4, 90.0], [3, 3, 3, 3], [1.0, 1.0, 1.0, 1.0], most=2)
    choices, node = choices_of(problem), node_of(problem, [0.9, 0.4, 0.4, 0.5])
    assert best_of(choices, problem, node, 30.0) is None  # after the first and the last are judged, likeliest
    assert best_of(choices, problem, node, 30.0).sites.tolist() == [0, 2]


@pytest.mark.parametrize("seed", range(25))
def test_choices_come_in_the_order_of_their_odds_and_none_that_is_allowed_is_left_out(seed):
    draw = np.random.default_rng(seed)
    problem = small_problem(draw, least=seed % 3, most=2 + seed % 3)
    data, state = problem.data, problem.state
    node = node_of(problem, draw.uniform(0.02, 0.98, SITES))
    share, free = node.dual.share, np.flatnonzero(state == FREE)

    def log_odds(is_open):
        return float(np.log(np.where(is_open, share, 1.0 - share))[free].sum())

    allowed = set()
    for opened in product((False, True), repeat=free.size):
        is_open = state == OPEN
        is_open[free] = opened
        if data.room[is_open].sum() >= data.need and data.least <= is_open.sum() <= data.most:
            allowed.add(is_open.tobytes())
    found = list(likeliest(node, data))
    assert {one.tobytes() for one in found} == allowed
    assert len(found) == len(allowed)
    assert all(log_odds(one) >= log_odds(other) - 1e-9 for one, other in pairwise(found))


@pytest.mark.parametrize("seed", range(25))
def test_no_plan_on_a_choice_is_below_its_bound(seed):
    draw = np.random.default_rng(seed)
    problem = small_problem(draw, least=seed % 3, most=2 + seed % 3)
    node = node_of(problem, draw.random(SITES))
    choices = choices_of(problem)
    found = [one for one in (best_of(choices, problem, node, 1e4) for _ in range(5)) if one is not None]
    assert found or all(cheapest_on(problem, np.flatnonzero(one)) == np.inf for one in likeliest(node, problem.data))
    for choice in found:
        cheapest = cheapest_on(problem, choice.sites)
        assert choice.bound <= cheapest + 1e-6
        if cheapest < np.inf:
            near = choices.bounded(choice, 1.05 * cheapest)
            assert 0.6 * cheapest <= near.bound <= cheapest + 1e-6
