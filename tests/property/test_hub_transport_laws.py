"""Amounts shipped through hubs of limited room, against a linear program, and the bound that proves them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from models.hubs.transport import Task, shipped

calm = settings(deadline=None, max_examples=150)


@st.composite
def tasks(draw, *, digits=0):
    """Return tiny tasks in whole numbers, some entries up to so many digits longer."""
    pairs, places = draw(st.integers(1, 6)), draw(st.integers(1, 4))

    def numbers(low, high, size, spread):
        whole = draw(st.lists(st.integers(low, high), min_size=size, max_size=size))
        power = draw(st.lists(st.integers(0, spread), min_size=size, max_size=size))
        return np.array(whole, dtype=float) * 10.0 ** np.array(power)

    length = numbers(0, 9, pairs * places, digits).reshape(pairs, places)
    length[numbers(0, 5, pairs * places, 0).reshape(pairs, places) == 0] = np.inf
    room = numbers(0, 12, places, digits)
    room[numbers(0, 5, places, 0) == 0] = np.inf
    return Task(amount=numbers(1, 5, pairs, digits), length=length, room=room)


def by_program(task):
    """Return the least cost by a linear program; inf if there is no way."""
    pair, place = np.nonzero(np.isfinite(task.length))
    limited = np.isfinite(task.room)
    serve = (pair == np.arange(task.amount.size)[:, None]).astype(float)
    load = (place == np.arange(task.room.size)[:, None]).astype(float)
    if not serve.any(axis=1).all():
        return np.inf
    answer = linprog(
        task.length[pair, place],
        A_ub=load[limited] if limited.any() else None,
        b_ub=task.room[limited] if limited.any() else None,
        A_eq=serve,
        b_eq=task.amount,
    )
    return answer.fun if answer.status == 0 else np.inf


@calm
@given(tasks())
def test_no_shipment_is_cheaper(task):
    expected, carried = by_program(task), shipped(task, np.inf)
    if carried is None:
        assert np.isinf(expected)
    else:
        assert task.cost(carried) == pytest.approx(expected, rel=1e-7, abs=1e-9)
        assert task.waste(carried) <= 1e-12 * task.cost(carried)


@calm
@given(tasks(digits=9))
def test_lengths_and_amounts_a_billion_times_each_other_are_shipped_with_proof(task):
    carried = shipped(task, np.inf)
    if carried is not None:
        assert carried.sum(axis=1) == pytest.approx(task.amount, rel=1e-12)
        assert task.fits(carried)
        assert task.waste(carried) <= 1e-9 * task.cost(carried)


@calm
@given(tasks(), st.integers(0, 2**32 - 1))
def test_waste_is_never_told_less_than_it_is(task, seed):
    best = shipped(task, np.inf)
    if best is None:
        return
    rng = np.random.default_rng(seed)  # another shipment: the same amounts at random lengths
    random = np.where(np.isfinite(task.length), rng.random(task.length.shape), np.inf)
    other = shipped(Task(amount=task.amount, length=random, room=task.room), np.inf)
    assert other is not None
    assert task.waste(other) >= (task.cost(other) - task.cost(best)) * (1 - 1e-9) - 1e-9


def test_room_that_is_short_is_no_shipment_and_a_limit_is_kept():
    task = Task(amount=np.array([3.0, 2.0]), length=np.array([[1.0, np.inf], [1.0, 5.0]]), room=np.array([2.0, 9.0]))
    assert shipped(task, np.inf) is None
    roomy = Task(amount=task.amount, length=task.length, room=np.array([4.0, 9.0]))
    carried = shipped(roomy, np.inf)
    assert carried is not None
    assert carried.tolist() == [[3.0, 0.0], [1.0, 1.0]]
    assert roomy.fits(carried)
    assert not task.fits(carried)
    assert shipped(roomy, 0.0) is None


@st.composite
def filled(draw):
    """Return tasks of figures that are not round, whose rooms are what they hold in one of the ways to ship them."""
    pairs, places = draw(st.integers(1, 6)), draw(st.integers(2, 4))
    amount = np.array(draw(st.lists(st.integers(10**6, 10**9), min_size=pairs, max_size=pairs))) / 1e8
    place = draw(st.lists(st.integers(0, places - 1), min_size=pairs, max_size=pairs))
    length = np.array(draw(st.lists(st.integers(0, 9), min_size=pairs * places, max_size=pairs * places)), dtype=float)
    room = np.bincount(place, weights=amount, minlength=places)
    return Task(amount=amount, length=length.reshape(pairs, places), room=room)


@calm
@given(filled())
def test_room_that_is_just_large_enough_is_enough(task):
    carried = shipped(task, np.inf)
    assert carried is not None
    assert carried.sum(axis=1) == pytest.approx(task.amount, rel=1e-12)
    assert task.fits(carried)
    assert task.waste(carried) <= 1e-12 * task.amount.sum() * 9


def test_two_flows_fill_the_one_hub_that_has_room():
    # 4.37941377 + 7.97498418 = 12.35439795, of which a difference of doubles leaves a trace at a hub without room
    task = Task(
        amount=np.array([4.37941377, 7.97498418]),
        length=np.array([[10.0, 9.0], [7.0, 6.0]]),
        room=np.array([12.35439795, 0.0]),
    )
    carried = shipped(task, np.inf)
    assert carried is not None
    assert carried.tolist() == [[4.37941377, 0.0], [7.97498418, 0.0]]
