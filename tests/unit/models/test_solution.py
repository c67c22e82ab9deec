"""Gap and clock."""

from math import inf, nan

import pytest

from models.clock import Clock
from models.solution import Solution, relative_gap
from models.status import Status


@pytest.mark.parametrize(
    ("objective", "bound", "gap"),
    [
        (200.0, 198.0, 0.01),
        (200.0, 200.0, 0.0),
        (200.0, 201.0, 0.0),
        (-100.0, -101.0, 0.01),
        (0.0, 0.0, 0.0),
        (0.0, -1.0, inf),
        (inf, 5.0, inf),
        (5.0, -inf, inf),
        (5.0, nan, inf),
    ],
)
def test_the_gap_is_relative_to_the_value(objective, bound, gap):
    assert relative_gap(objective, bound) == pytest.approx(gap)


def test_only_optimal_and_feasible_have_a_plan():
    plans = [
        status
        for status in Status
        if Solution(status=status, objective=1.0, bound=1.0, seconds=0.0, stopped="").has_plan
    ]
    assert plans == [Status.OPTIMAL, Status.FEASIBLE]


def test_a_clock_runs_out_and_never_shows_less_than_nothing():
    clock = Clock(0.0)
    assert clock.is_over
    assert clock.left_s == 0.0
    assert clock.seconds >= 0.0
    assert not Clock(inf).is_over
