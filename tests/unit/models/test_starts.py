"""Plans that exchanges start from: how many come from each dive, and which of them are kept."""

from itertools import islice, pairwise
from math import inf

import numpy as np
import pytest
from oracles.whole_clients import on_a_line

from models.capacitated import assigning
from models.capacitated.assigning import Effort, assigned
from models.capacitated.plans import NEARLY, Plans
from models.clock import Clock
from models.relaxation.site_knapsacks import OPEN

SITES = np.arange(2)
CHEAPEST = 7.0


def roomy(room=3.0):
    return on_a_line([0.5, 4.5], [room, room], [1.0, 1.0], state=OPEN)


@pytest.fixture
def noises(monkeypatch):
    """Return the greatest noise of each dive that is made."""
    found, dived = [], assigning._dived

    def recorded(problem, sites, wage, noise, clock):
        found.append(float(noise.max()))
        return dived(problem, sites, wage, noise, clock)

    monkeypatch.setattr(assigning, "_dived", recorded)
    return found


def test_some_plans_come_from_each_dive_of_which_all_but_the_first_are_noisy(noises):
    plans = Plans(roomy(), Clock(inf))
    turns = NEARLY.turns
    dives = [len(noises) for _ in islice(plans.starts(SITES, plans.wage), 2 * turns + 1)]
    assert dives == [1] * turns + [2] * turns + [3]
    assert noises[0] == 0.0
    assert min(noises[1:]) > 0.0
    assert all(before != after for before, after in pairwise(noises)), "each dive draws its own"


def test_a_start_with_room_for_all_is_kept_as_the_best_plan():
    plans = Plans(roomy(), Clock(inf))
    at = next(plans.starts(SITES, plans.wage))
    assert plans.value == plans.cost(SITES, at) == CHEAPEST
    assert plans.at is not None
    assert plans.at.tolist() == at.tolist() == [0, 0, 0, 1, 1, 1]


def test_an_overfull_start_is_given_but_not_kept():
    plans = Plans(on_a_line([0.5, 2.5, 4.5], [2.5, 2.5, 1.5], [1.0, 1.0, 1.0], state=OPEN), Clock(inf))
    at = next(plans.starts(np.arange(3), plans.wage))
    assert (np.bincount(at, minlength=3) > plans.problem.data.room).any()
    assert plans.value == inf
    assert plans.at is None


def test_sites_without_room_for_all_have_no_starts(noises):
    plans = Plans(roomy(room=2.0), Clock(inf))
    assert next(plans.starts(SITES, plans.wage), None) is None
    assert noises == []


def test_of_all_annealings_from_one_dive_the_cheapest_plan_is_taken(monkeypatch, noises):
    problem, plans = roomy(6.0), iter([[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 1, 1]])

    def cooled(work, *_args):
        work.best_at[:] = next(plans)
        work.mark[assigning.BEST] = work.cost[np.arange(6), work.best_at].sum()

    monkeypatch.setattr(assigning, "_cool", cooled)
    effort, draw = Effort(turns=3, steps=1, noise=0.0), np.random.default_rng(0)
    at = assigned(problem, SITES, problem.first_wages, effort, Clock(inf), draw)
    assert at is not None
    assert at.tolist() == [0, 0, 0, 1, 1, 1]
    assert len(noises) == 1


@pytest.mark.parametrize(("limit_s", "expected"), [(0.0, 1), (inf, 5)])
def test_annealings_end_with_the_time_but_not_before_the_first(monkeypatch, limit_s, expected):
    problem, draw, done = roomy(), np.random.default_rng(0), []
    cool = assigning._cool
    monkeypatch.setattr(assigning, "_cool", lambda *args: done.append(cool(*args)))
    assert assigned(problem, SITES, problem.first_wages, Effort(5, 100, 0.0), Clock(limit_s), draw) is not None
    assert len(done) == expected
