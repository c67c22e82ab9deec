"""Clashes and ways out of centers and covers: against what every set of open sites breaks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.covering import centers, covers, maximal
from oracles.kept_rules import broken_by, broken_by_each, can_keep, cheapest_ways, names_of

from models import SolveOptions, Status

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

ALL = 200
EXACT = SolveOptions(relative_gap=0.0)
calm = settings(deadline=None, max_examples=60)
few = settings(deadline=None, max_examples=25)
instances = st.one_of(centers(), covers(), maximal())
gaps = st.sampled_from([EXACT, SolveOptions(), SolveOptions(relative_gap=0.0, engine="mip")])


@calm
@given(instances)
def test_a_clash_cannot_be_kept_and_can_without_any_of_it(instance):
    every = broken_by_each(instance)
    found = instance.clashes(count=ALL)
    assert found.is_complete
    assert found.status is (Status.FEASIBLE if can_keep(every, names_of(instance)) else Status.INFEASIBLE)
    left = names_of(instance)
    for clash in found:
        names = set(clash.requirements)
        assert clash.is_irreducible
        assert names <= left
        assert not can_keep(every, names)
        assert all(can_keep(every, names - {name}) for name in names)
        left -= names
    assert can_keep(every, left)


def assert_ways_are_the_cheapest(instance, k, prices, options):
    every = broken_by_each(instance)
    ways = instance.ways_out(options, k=k, prices=prices)
    if {} in every:
        assert (ways.status, len(ways)) == (Status.FEASIBLE, 0)
        return
    expected = cheapest_ways(every, lambda name: 1.0 if prices is None else prices.get(name, prices.get(name[0])))
    assert ways.status is Status.INFEASIBLE
    assert ways.is_complete
    assert ways.left_out == ()
    assert [way.price for way in ways] == pytest.approx(sorted(expected.values())[:k])
    told = [frozenset(one.name for one in way.relaxations) for way in ways]
    assert len(set(told)) == len(told)
    for way, names in zip(ways, told, strict=True):
        assert way.price == pytest.approx(expected[names])
        assert way.price_bound <= way.price
        after = instance.relaxed(way)
        solution = after.solve(options)
        assert solution.has_plan
        assert after.check(solution) == []
        assert solution.objective == pytest.approx(way.objective, rel=1e-4)
        assert broken_by(after, np.flatnonzero(solution.open).tolist()) == {}


@few
@given(instances, st.integers(1, 5), gaps)
def test_ways_out_of_centers_and_covers_are_the_cheapest_of_all(instance, k, options):
    assert_ways_are_the_cheapest(instance, k, None, options)


prices_of_kinds = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(["p", "forced_open", "forced_closed"], st.sampled_from([0.0, 1.0, 2.5, 1e3]))
)


@few
@given(centers(), st.integers(1, 5), prices_of_kinds, st.sampled_from([None, 0.5, 1e-3, 3.0]), st.none() | st.just(7.0))
def test_the_caller_s_prices_of_a_center_are_kept(instance, k, prices, of_served, of_fewer):
    given_prices = prices | ({} if of_served is None else {"served": of_served})
    given_prices |= {} if of_fewer is None else {("p", "fewer"): of_fewer}
    assert_ways_are_the_cheapest(instance, k, given_prices, EXACT)
