"""Maximal covering as lists of credit, small enough to try every plan, and searches cut down to one bound."""

from itertools import combinations

import numpy as np
import pytest

from models import MaxCover, SolveOptions
from models.clock import Clock
from models.covering import group_search, max_search
from models.covering.credit import Credit, credit_of, worth
from models.covering.lists import states_of

SITES, P = 9, 3
FREE = states_of(SITES, (), ())


def credit(seed, *, has_parts=False, has_backup=False):
    rng = np.random.default_rng(seed)
    covers = (rng.random((25, SITES)) < 0.4) * (rng.random((25, SITES)) if has_parts else 1.0)
    asked = MaxCover(covers=covers, weight=rng.integers(1, 9, 25), p=P).covers
    entries = asked.start.astype(np.int64), asked.site.astype(np.int32), asked.parts.copy()
    weight = rng.integers(1, 9, 25).astype(float)
    return credit_of(entries, weight, weight * rng.random(25) * has_backup, SITES)


def plans(state=FREE):
    """Yield every plan that keeps to the state."""
    for chosen in combinations(range(SITES), P):
        flag = np.zeros(SITES, dtype=np.int8)
        flag[list(chosen)] = 1
        if (flag[state == 1] == 1).all() and (flag[state == -1] == 0).all():
            yield flag


def most(lists: Credit, state=FREE):
    """Return the most that a plan earns, of all that keep to the state."""
    return max(worth(lists, flag) for flag in plans(state))


def leave_groups_and_overlaps(monkeypatch):
    """Take away what else would close the gap, and let plans be looked for briefly."""
    monkeypatch.setattr(max_search.Work, "_tree", lambda _work, _clock: None)
    monkeypatch.setattr(max_search, "by_cuts", lambda _work, _state: None)
    monkeypatch.setattr(max_search, "MOST_LOOKS", 1)
    monkeypatch.setattr(max_search, "LOOK", 1)
    brief = group_search.Effort(swaps=100, sites=6, kick_sites=6, share=0.1, kick_share=0.1)
    monkeypatch.setattr(group_search, "USUAL", brief)
    monkeypatch.setattr(group_search, "OPENED", brief)


def assert_searches_bound_the_best_plan(forced):
    for seed in range(6):
        lists, state = credit(seed), states_of(SITES, *forced)
        found = max_search.search(lists, state, P, SolveOptions(), Clock(20.0))
        best = most(lists, state)
        assert worth(lists, found.opened) == pytest.approx(best)
        assert found.bound >= best
        assert found.bound < 1.1 * best
