"""The other good sets of open sites where capacities bind: against trying every set."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.capacitated import instances, value_of_choices

from models import FacilityLocation, SolveOptions
from models.stopping import ALL_FOUND, TIME_LIMIT

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

EXACT = SolveOptions(relative_gap=0.0)
calm = settings(deadline=None, max_examples=60)


def near_best_of_all(instance, count, within):
    """Return the values of the cheapest sets, by trying all."""
    values = sorted(value_of_choices(instance).values())
    limit = values[0] * (1 + within) + 1e-9 if values and within < np.inf else np.inf
    return [value for value in values if value <= limit][:count]


@calm
@given(instances(), st.integers(1, 20), st.sampled_from([0.0, 0.1, 0.5, np.inf]))
def test_alternatives_of_limited_sites_are_the_cheapest_of_all_sets(instance, count, within):
    found = instance.alternatives(count, within=within, options=EXACT)
    assert [one.objective for one in found] == pytest.approx(near_best_of_all(instance, count, within))
    assert len({one.open.tobytes() for one in found}) == len(found)
    assert all(instance.check(one) == [] and one.stopped == ALL_FOUND for one in found)
    assert all(instance.price(one) == pytest.approx(one.objective) for one in found)
    assert all(one.bound <= found[0].objective for one in found)


def spread_out(seed, sites=20, clients=40):
    rng = np.random.default_rng(seed)
    where, who = rng.random((sites, 2)), rng.random((clients, 2))
    demand = rng.integers(1, 9, clients)
    return FacilityLocation(
        cost=100 * demand[:, None] * np.linalg.norm(who[:, None] - where, axis=2),
        fixed_cost=rng.integers(150, 300, sites),
        demand=demand,
        capacity=np.full(sites, 40),
    )


def test_the_sets_of_a_larger_instance_are_those_that_forbidding_one_after_the_other_gives():
    instance = spread_out(1)
    best = instance.solve(EXACT)
    found = instance.alternatives(6, within=np.inf, options=EXACT)
    assert found[0].objective == pytest.approx(best.objective)
    # the second best differs from the best in some site: the best plan without each of its sites, or with each other
    flipped = [
        FacilityLocation(
            cost=instance.cost, fixed_cost=instance.fixed_cost, demand=instance.demand, capacity=instance.capacity,
            forced_open=() if best.open[site] else (site,), forced_closed=(site,) if best.open[site] else (),
        ).solve(EXACT).objective
        for site in range(best.open.size)
    ]  # fmt: skip
    assert found[1].objective == pytest.approx(min(flipped))
    assert len(found) == 6


def test_alternatives_of_limited_sites_cut_short_say_so():
    found = spread_out(2).alternatives(50, within=np.inf, options=SolveOptions(time_limit_s=1e-3))
    assert all(one.stopped == TIME_LIMIT for one in found)
