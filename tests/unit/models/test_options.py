"""Options are checked when they are made."""

from dataclasses import FrozenInstanceError

import pytest

from models import InstanceError, SolveOptions


def test_the_defaults_are_a_minute_and_a_hundredth_of_a_percent():
    options = SolveOptions()
    assert (options.time_limit_s, options.relative_gap, options.seed, options.engine) == (60.0, 1e-4, 0, "auto")


@pytest.mark.parametrize("limit", [0, -1.0, float("nan"), float("inf")])
def test_a_limit_that_is_no_time_is_refused(limit):
    with pytest.raises(InstanceError, match="time_limit_s"):
        SolveOptions(time_limit_s=limit)


@pytest.mark.parametrize("gap", [-1e-9, float("nan")])
def test_a_gap_below_zero_is_refused(gap):
    with pytest.raises(InstanceError, match="relative_gap"):
        SolveOptions(relative_gap=gap)


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_a_seed_that_solvers_do_not_take_is_refused(seed):
    with pytest.raises(InstanceError, match="seed"):
        SolveOptions(seed=seed)


def test_an_unknown_engine_is_refused_and_the_known_ones_are_named():
    with pytest.raises(InstanceError, match="auto, mip, benders"):
        SolveOptions(engine="magic")


def test_options_do_not_change():
    with pytest.raises(FrozenInstanceError):
        SolveOptions().seed = 1
