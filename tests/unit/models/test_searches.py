"""Searches for plans of whole clients: how often one is repeated, with plans that are given."""

from types import SimpleNamespace

import pytest

from models.capacitated.searches import TIMES, Searches
from models.clock import Clock

BOUND, GAP = 100.0, 0.1


def plans_of(value):
    plans = SimpleNamespace(value=value)
    plans.cutoff = lambda relative_gap: (1.0 - relative_gap) * plans.value
    return plans


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([200.0], 1),
        ([198.0], 1),
        ([150.0, 149.0], 2),
        ([150.0, 130.0, 129.9], 3),
        ([180.0, 160.0, 150.0, 140.0, 130.0], TIMES),
        ([194.0, 193.9], 2),
        ([150.0, 109.0], 2),
    ],
)
def test_the_sites_of_the_best_plan_are_assigned_again_while_plans_become_much_better(values, expected):
    plans, turns = plans_of(200.0), iter(values)

    def assigned_again(_):
        plans.value = next(turns)

    rows = SimpleNamespace(assigned_again=assigned_again)
    searches = Searches(plans, rows, met=None, solver=None, clock=Clock(600.0))
    searches.assign_again_and_again(SimpleNamespace(bound=BOUND), GAP)
    assert len(values) - len(list(turns)) == expected


def test_assigning_again_ends_with_the_time():
    plans, called = plans_of(200.0), []

    def assigned_again(_):
        called.append(1)
        plans.value -= 30.0

    searches = Searches(plans, SimpleNamespace(assigned_again=assigned_again), None, None, Clock(0.0))
    searches.assign_again_and_again(SimpleNamespace(bound=BOUND), GAP)
    assert len(called) == 1
