"""The two knapsacks and the choice of hubs against trying every subset."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.hubs import hub_choice, knapsack
from models.hubs.hub_choice import HUGE, Choice

calm = settings(deadline=None, max_examples=150)
numbers = st.integers(0, 9)


def by_ratio(items):
    return sorted(items, key=lambda item: -item[0] / item[1] if item[1] else -np.inf)


@calm
@given(st.lists(st.tuples(numbers, numbers), max_size=8), st.integers(0, 30))
def test_no_set_of_whole_items_is_worth_more(items, room):
    profit, weight = np.array(by_ratio(items), dtype=float).reshape(-1, 2).T.copy()
    taken = np.zeros(profit.size)
    value = knapsack.whole(profit, weight, float(room), taken)
    sets = [np.array(chosen, dtype=float) for chosen in product([0, 1], repeat=len(items))]
    best = max(chosen @ profit for chosen in sets if chosen @ weight <= room)
    assert value == pytest.approx(best)
    assert taken @ profit == pytest.approx(best)
    assert taken @ weight <= room
    assert knapsack.continuous(profit, weight, float(room), 0) >= best - 1e-9


@st.composite
def choices(draw):
    hubs = draw(st.integers(1, 6))
    worth = np.array(draw(st.lists(st.integers(-9, 9), min_size=hubs, max_size=hubs)), dtype=float)
    fate = np.array(draw(st.lists(st.sampled_from([-1, -1, -1, 0, 1]), min_size=hubs, max_size=hubs)))
    room = np.array(draw(st.lists(numbers, min_size=hubs, max_size=hubs)), dtype=float)
    if draw(st.booleans()):
        room[:] = np.inf
    need = float(draw(st.integers(0, 25))) if np.isfinite(room).all() else 0.0
    return worth, Choice(fate, draw(st.integers(-1, hubs)), room, need)


@calm
@given(choices())
def test_the_choice_is_the_best_and_its_alternatives_cost_no_less_than_said(given_choice):
    worth, choice = given_choice
    chosen = hub_choice.blank(worth.size)
    value = hub_choice.choose(choice, worth, chosen)
    allowed = []
    for picked in product([0, 1], repeat=worth.size):
        y = np.array(picked)
        fits = ((choice.fate == -1) | (choice.fate == y)).all()
        number = y.sum() == choice.wanted if choice.wanted >= 0 else y.any()
        covers = choice.wanted >= 0 or choice.need == 0 or choice.room @ y >= choice.need
        if fits and number and covers:
            allowed.append((float(worth @ y), y))
    if not allowed:
        assert value >= HUGE
        return
    best = min(total for total, _ in allowed)
    assert value == pytest.approx(best, abs=1e-6)
    assert worth @ chosen.y == pytest.approx(best, abs=1e-6)
    for k in range(worth.size):
        if_open = min((total for total, y in allowed if y[k]), default=np.inf)
        if_closed = min((total for total, y in allowed if not y[k]), default=np.inf)
        assert best + chosen.if_open[k] <= if_open + 1e-6 or if_open == np.inf
        assert best + chosen.if_closed[k] <= if_closed + 1e-6 or if_closed == np.inf
