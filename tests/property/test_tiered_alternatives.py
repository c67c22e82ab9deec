"""The other good sets of open sites where there are tiers or least throughputs: against trying them all."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.tiers import instances, value_of_choices

from models import FacilityLocation, SolveOptions
from models.stopping import ALL_FOUND, TIME_LIMIT

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

EXACT = SolveOptions(relative_gap=0.0)
PLAIN = SolveOptions(relative_gap=0.0, engine="mip")
calm = settings(deadline=None, max_examples=60)


@calm
@given(instances(), st.integers(1, 8), st.sampled_from([0.0, 0.1, 0.5, np.inf]), st.sampled_from([EXACT, PLAIN]))
def test_alternatives_in_tiers_are_the_cheapest_of_all_sets_each_in_its_best_tiers(instance, count, within, options):
    values = value_of_choices(instance)
    ranked = sorted(values.values())
    limit = ranked[0] * (1 + within) + 1e-9 if ranked and within < np.inf else np.inf
    found = instance.alternatives(count, within=within, options=options)
    expected = [value for value in ranked if value <= limit][:count]
    assert [one.objective for one in found] == pytest.approx(expected, abs=1e-6)
    assert len({one.open.tobytes() for one in found}) == len(found)
    for one in found:
        assert one.objective == pytest.approx(values[tuple(np.flatnonzero(one.open).tolist())], abs=1e-6)
        assert instance.check(one) == []
        assert one.stopped == ALL_FOUND
        assert one.bound <= found[0].objective


@calm
@given(instances(), st.sampled_from([0.01, 0.2]))
def test_a_gap_leaves_out_no_set_within_the_limit(instance, gap):
    values = value_of_choices(instance)
    found = instance.alternatives(99, within=0.5, options=SolveOptions(relative_gap=gap))
    if not instance.single_source:
        within = sorted(value for value in values.values() if value <= min(values.values()) * 1.5 + 1e-9)
        assert [one.objective for one in found] == pytest.approx(within, abs=1e-6)
    elif found and found[0].stopped == ALL_FOUND:  # the plan of a set may be dearer than its best, by the gap
        limit = found[0].objective * 1.5 - 1e-9
        told = {tuple(np.flatnonzero(one.open).tolist()) for one in found}
        assert all(sites in told for sites, value in values.items() if value <= limit)


@pytest.mark.parametrize("gap", [0.5, 0.1, 0.0])
@pytest.mark.parametrize("count", [2, 3])
def test_a_set_above_the_limit_is_none_of_those_asked_for(gap, count):
    # {2} costs 7, {1, 2} 11.66, and {3} 15, which is more than twice 7
    instance = FacilityLocation(
        cost=[[np.inf, 8, 2, 8]], fixed_cost=[4, 4, 5, 7], demand=[60.0], min_throughput=[23.6, 6.63096388, 14.0, 23.5],
        capacity=[5.83, 33.9, 62.78850898, 63.87],
    )  # fmt: skip
    found = instance.alternatives(count, within=1.0, options=SolveOptions(relative_gap=gap, seed=2))
    assert [np.flatnonzero(one.open).tolist() for one in found] == [[2], [1, 2]]


def three_tiers(seed, sites=9, clients=20):
    rng = np.random.default_rng(seed)
    where, who = rng.random((sites, 2)), rng.random((clients, 2))
    demand = rng.integers(1, 9, clients)
    room = np.array([10.0, 20.0, 40.0]) + np.zeros((sites, 1))
    return FacilityLocation(
        cost=100 * demand[:, None] * np.linalg.norm(who[:, None] - where, axis=2),
        fixed_cost=rng.integers(150, 300, (sites, 1)) * np.sqrt(room / 10),
        demand=demand,
        capacity=room,
        min_throughput=np.full(sites, 6.0),
    )


def test_the_second_best_set_in_tiers_is_the_best_one_with_some_site_opened_or_closed():
    instance = three_tiers(1)
    best = instance.solve(EXACT)
    found = instance.alternatives(3, within=np.inf, options=EXACT)
    assert found[0].objective == pytest.approx(best.objective)
    flipped = [
        replace(instance, forced_closed=(site,)) if best.open[site] else replace(instance, forced_open=(site,))
        for site in range(best.open.size)
    ]
    assert found[1].objective == pytest.approx(min(one.solve(EXACT).objective for one in flipped))
    assert len(found) == 3


def test_alternatives_in_tiers_cut_short_say_so():
    found = three_tiers(2).alternatives(50, within=np.inf, options=SolveOptions(time_limit_s=1e-3))
    assert all(one.stopped == TIME_LIMIT for one in found)
