"""Periods, levels, rules, second hubs, measures, least throughput and clients: against trying every choice.

The same for what is said of infeasible ones: what clashes, and the cheapest way out.
"""

import os
from dataclasses import replace
from itertools import chain, combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.placement import (
    FEATURES,
    histories_of,
    instances,
    value_by_trying_every_choice,
)
from scipy.optimize import linprog

from models import SolveOptions, Status
from models.placement import answers, prune

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

OPTIONS = SolveOptions(relative_gap=1e-8)
ENGINES = [replace(OPTIONS, engine="mip"), replace(OPTIONS, engine="benders")]
MANY = int(os.environ.get("HUB_PLACEMENT_EXAMPLES", "300"))  # thousands outside CI


def close_to(number):
    return pytest.approx(number, rel=1e-6, abs=1e-6)


def check_against(instance, best, options):
    solution = instance.solve(options)
    if np.isinf(best):
        assert solution.status is Status.INFEASIBLE, solution
        assert solution.stopped.startswith("infeasible: ")
        return
    assert solution.status is Status.OPTIMAL, solution
    assert instance.check(solution) == []
    assert instance.price(solution) == solution.objective
    assert solution.objective == close_to(best)
    assert solution.bound <= best * (1 + 1e-7) + 1e-6


@settings(deadline=None, max_examples=MANY)
@given(instance=instances())
def test_both_engines_equal_trying_every_choice_with_anything_asked_for(instance):
    best = value_by_trying_every_choice(instance)
    for options in ENGINES:
        check_against(instance, best, options)


@pytest.mark.parametrize("feature", FEATURES)
@settings(deadline=None, max_examples=max(MANY // 5, 40))
@given(data=st.data())
def test_both_engines_equal_trying_every_choice_with_one_thing_asked_for(feature, data):
    instance = data.draw(instances(features=[feature]))
    best = value_by_trying_every_choice(instance)
    for options in ENGINES:
        check_against(instance, best, options)


@settings(deadline=None, max_examples=max(MANY // 5, 40))
@given(instance=instances())
def test_pruning_changes_no_value_with_anything_asked_for(instance):
    pruned = instance.solve(ENGINES[0]).objective
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "useful_routes", prune.all_routes)
        patch.setattr(answers, "useful_options", lambda instance, _: prune.all_options(instance))
        whole = instance.solve(ENGINES[0]).objective
    assert pruned == close_to(whole)


@settings(deadline=None, max_examples=max(MANY // 5, 40))
@given(instance=instances(features=["periods", "rules", "measures"]), less=st.integers(0, 3))
def test_a_tighter_budget_or_band_is_never_cheaper(instance, less):
    looser = instance.solve(ENGINES[1]).objective
    tighter = replace(
        instance, rule_high=instance.rule_high - less, measure_low=instance.measure_low + less * instance.amount.max()
    )  # fmt: skip
    assert tighter.solve(ENGINES[1]).objective >= looser * (1 - 1e-7) - 1e-6


@settings(deadline=None, max_examples=max(MANY // 5, 40))
@given(instance=instances())
def test_twice_the_freight_in_twice_the_room_costs_twice_as_much(instance):
    twice = replace(
        instance,
        amount=instance.amount * 2,
        option_capacity=instance.option_capacity * 2,
        option_cost=instance.option_cost * 2,
        option_min_throughput=instance.terms.min_throughput * 2,
        measure_low=instance.terms.measure_low * 2,
        measure_high=instance.terms.measure_high * 2,
        option_measure=instance.terms.option_measure * 2,
    )
    assert twice.solve(ENGINES[1]).objective == close_to(instance.solve(ENGINES[1]).objective * 2)


@settings(deadline=None, max_examples=max(MANY // 5, 40))
@given(instance=instances(features=["periods", "throughput", "clients"]))
def test_what_is_no_longer_asked_for_is_never_dearer_to_miss(instance):
    free = replace(instance, option_min_throughput=None, flow_client=None)
    freer = replace(free, option_level=np.zeros(instance.option_site.size, dtype=int))
    values = [each.solve(ENGINES[1]).objective for each in (instance, free, freer)]
    for asked, relaxed in pairwise(values):
        assert relaxed <= asked * (1 + 1e-7) + 1e-6 or np.isinf(asked)


# What is infeasible: every requirement dropped, or given way to, in the instance's own fields.

STUCK = replace(OPTIONS, relative_gap=0.0)
PRICES = [
    {},
    {"carried": 3.0, "room": 2.0, "measure": 0.5, "min_throughput": 5.0},
    {"rule": 7.0, "max_new": 4.0, "min_new": 2.5, "forced_open": 6.0, "forced_closed": 3.5, "client": 8.0},
]


def subsets(items):
    return chain.from_iterable(combinations(items, count) for count in range(len(items) + 1))


def in_period(instance, period):
    return (period,) if instance.terms.periods > 1 else ()


def names_of(instance):
    """Return the name of everything that may give way."""
    terms = instance.terms
    places = [(site, in_period(instance, t)) for site in range(instance.n_sites) for t in range(terms.periods)]
    groups = {(int(c), in_period(instance, t)) for c, t in zip(terms.client, terms.flow_period.tolist(), strict=True)}
    return {
        *(("carried", int(flow)) for flow in np.flatnonzero(np.isinf(instance.direct_cost))),
        *(("room", s, r, *t) for s, t in places for r in range(instance.option_capacity.shape[1])),
        *(("min_throughput", site, *period) for site, period in places),
        *(("client", client, *period) for client, period in groups if client >= 0),
        ("min_new",), ("max_new",),
        *(("forced_open", site) for site in instance.forced_open),
        *(("forced_closed", site) for site in instance.forced_closed),
        *((kind, at, side) for kind in ("rule", "measure") for side in ("low", "high")
          for at in range(getattr(terms, f"{kind}_{side}").size)),
    }  # fmt: skip


def without(instance, names):
    """Return the instance in which nothing of `names` is asked for; standing sites are still open if not closed."""
    terms, plenty = instance.terms, instance.amount.sum() + 1.0
    direct, way, room = instance.direct_cost.copy(), terms.direct_measure.copy(), instance.option_capacity.copy()
    least, client, new = terms.min_throughput.copy(), terms.client.copy(), [instance.min_new, instance.max_new]
    forced = {"forced_open": set(instance.forced_open), "forced_closed": set(instance.forced_closed)}
    bounds = {f"{k}_{s}": getattr(terms, f"{k}_{s}").copy() for k in ("rule", "measure") for s in ("low", "high")}
    for kind, *index in names:
        at = index[-1] if index and terms.periods > 1 else 0
        here = (instance.option_site == (index or [-1])[0]) & (terms.option_period == at)
        if kind == "carried":
            direct[index[0]], way[index[0]] = 0.0, 0.0
        elif kind == "room":
            room[here & (room[:, index[1]] > 0), index[1]] = plenty
        elif kind == "min_throughput":
            least[here] = 0.0
        elif kind == "client":
            client[(client == index[0]) & (terms.flow_period == at)] = -1
        elif kind in forced:
            forced[kind].discard(index[0])
        elif kind in ("rule", "measure"):
            bounds[f"{kind}_{index[1]}"][index[0]] = np.inf if index[1] == "high" else -np.inf
        else:
            new = [0, new[1]] if kind == "min_new" else [new[0], None]
    return replace(
        instance, direct_cost=direct, direct_measure=way, option_capacity=room, option_min_throughput=least,
        flow_client=client, min_new=new[0], max_new=new[1], **bounds,
        **{kind: tuple(sites) for kind, sites in forced.items()},
    )  # fmt: skip


def can_be_kept(instance, kept):
    """Tell whether any plan keeps `kept`; a standing site that need not be closed may be, all the same."""
    dropped = names_of(instance) - set(kept)
    closed = [site for site in instance.forced_closed if instance.standing[site] and ("forced_closed", site) in dropped]
    rest = [dropped - {("forced_closed", site) for site in still} for still in subsets(closed)]
    return any(np.isfinite(value_by_trying_every_choice(without(instance, names))) for names in rest)


def least_price(instance, price):
    """Return the least price at which anything gives way, over all choices of options and of sites for clients."""
    terms, best = instance.terms, np.inf
    most = np.inf if instance.max_new is None else instance.max_new
    free = replace(instance, forced_open=(), forced_closed=())
    shut = [site in instance.forced_closed for site in range(instance.n_sites)]
    nowhere = (None,) * terms.periods
    ways = [{*histories_of(free, site), *([nowhere] if shut[site] else [])} for site in range(instance.n_sites)]
    for choice in product(*ways):
        opened = [option for history in choice for option in history if option is not None]
        new = sum(history[-1] is not None and not instance.standing[at] for at, history in enumerate(choice))
        sums = np.zeros(terms.rule_low.size)
        np.add.at(sums, terms.rule_row, terms.rule_weight * np.isin(terms.rule_option, opened))
        paid = price("min_new") * max(instance.min_new - new, 0) + price("max_new") * max(new - most, 0)
        paid += price("rule") * np.maximum([terms.rule_low - sums, sums - terms.rule_high], 0).sum()
        paid += price("forced_open") * sum(choice[site][-1] is None for site in instance.forced_open)
        paid += price("forced_closed") * sum(choice[site] != nowhere for site in instance.forced_closed)
        if paid < best:
            best = min(best, paid + price_of_carrying(instance, opened, price))
    return best


def price_of_carrying(instance, opened, price):
    terms, best = instance.terms, np.inf
    groups = sorted({(c, t) for c, t in zip(terms.client.tolist(), terms.flow_period.tolist(), strict=True) if c >= 0})
    for sites in product([None, *range(instance.n_sites)], repeat=len(groups)):
        allowed = np.ones(instance.route_flow.size, dtype=bool)
        for (client, period), site in zip(groups, sites, strict=True):
            of_group = ((terms.client == client) & (terms.flow_period == period))[instance.route_flow]
            allowed &= ~of_group | (site is None) | (instance.route_site == site)
        several = price("client") * sum(site is None for site in sites)
        if several < best:
            best = min(best, several + elastic_transport(instance, opened, allowed, price))
    return best


def elastic_transport(instance, opened, allowed, price):
    """Return the least price of what is left, beyond the room, short of throughput or beside a measure's bounds."""
    terms, flows, routes = instance.terms, instance.amount.size, instance.route_flow.size
    sites, resources = instance.n_sites, instance.option_capacity.shape[1]
    cells, direct, mass = terms.periods * sites, np.isfinite(instance.direct_cost), max(instance.amount.max(), 1e-9)
    room = np.zeros((cells, resources))
    cell_of = terms.option_period[opened] * sites + instance.option_site[opened]
    room[cell_of] = instance.option_capacity[opened]
    room = room.ravel()
    amount = instance.amount[np.concatenate([instance.route_flow, np.arange(flows)])] / mass
    carried, load, passes = (np.zeros((size, routes + flows)) for size in (flows, room.size, cells))
    carried[instance.route_flow, np.arange(routes)] = 1
    carried[np.arange(flows), routes + np.arange(flows)] = 1
    may, period = allowed.copy(), terms.flow_period[instance.route_flow]
    for site, resource in ((instance.route_site, instance.route_resource), (terms.second_site, terms.second_resource)):
        real = np.flatnonzero(site >= 0)
        cell = period[real] * sites + site[real]
        np.add.at(load, (cell * resources + resource[real], real), amount[real])
        np.add.at(passes, (cell, real), amount[real])
        may[real] &= room[cell * resources + resource[real]] > 0
    measure = np.vstack([terms.route_measure, terms.direct_measure]).T * amount
    low, high = np.isfinite(terms.measure_low), np.isfinite(terms.measure_high)
    own = terms.option_measure[opened].sum(axis=0)
    limits = np.concatenate([
        np.ones(flows), -np.ones(flows), room / mass, -terms.min_throughput[opened] / mass,
        (terms.measure_high - own)[high] / mass, (own - terms.measure_low)[low] / mass,
    ])  # fmt: skip
    rows = np.vstack([carried, -carried, load, -passes[cell_of], measure[high], -measure[low]])
    units = np.where(instance.amount > 0, instance.amount / mass, 1 / mass)
    prices = np.concatenate([
        np.full(flows, np.inf), np.where(direct, np.inf, price("carried") * units),
        np.full(room.size, price("room")), np.full(len(opened), price("min_throughput")),
        np.full(high.sum() + low.sum(), price("measure")),
    ])  # fmt: skip
    gives = np.isfinite(prices)
    result = linprog(
        np.concatenate([np.zeros(routes + flows), prices[gives]]),
        A_ub=np.hstack([rows, -np.eye(limits.size)[:, gives]]), b_ub=limits,
        bounds=[*zip(np.zeros(routes + flows), np.concatenate([may, direct]).astype(float), strict=True),
                *[(0, None)] * int(gives.sum())],
    )  # fmt: skip
    return result.fun * mass if result.status == 0 else np.inf


@settings(deadline=None, max_examples=max(MANY // 5, 40))
@given(instance=instances())
def test_what_clashes_cannot_be_kept_and_can_without_any_one_of_it(instance):
    found = instance.clashes(STUCK)
    feasible = np.isfinite(value_by_trying_every_choice(instance))
    assert (found.status, len(found) == 0) == ((Status.FEASIBLE, True) if feasible else (Status.INFEASIBLE, False))
    assert found.is_complete
    for one in found:
        assert not can_be_kept(instance, one.requirements)
        for name in one.requirements:
            assert can_be_kept(instance, set(one.requirements) - {name})
    named = [name for one in found for name in one.requirements]
    assert len(named) == len(set(named))
    if all(one.requirements for one in found) and not feasible:
        assert can_be_kept(instance, names_of(instance) - set(named))


@settings(deadline=None, max_examples=max(MANY // 5, 40))
@given(instance=instances(), prices=st.sampled_from(PRICES))
def test_the_cheapest_way_out_costs_what_trying_every_choice_costs_and_does_what_it_says(instance, prices):
    kinds = {name[0]: prices.get(name[0], 1.0) for name in [*names_of(instance), ("client",), ("rule",), ("measure",),
             ("carried",), ("forced_open",), ("forced_closed",)]}  # fmt: skip
    best = least_price(instance, kinds.__getitem__)
    ways = instance.ways_out(STUCK, k=3, prices=kinds)
    assert ways.is_complete
    if best < 1e-9:
        assert (ways.status, len(ways)) == (Status.FEASIBLE, 0)
        return
    assert ways.status is Status.INFEASIBLE
    if np.isinf(best):
        assert len(ways) == 0
        return
    assert ways.ways[0].price == close_to(best)
    for way in ways:
        after = instance.relaxed(way)
        solution = after.solve(STUCK)
        assert solution.has_plan, (way, solution.stopped)
        assert after.check(solution) == []
        assert way.objective == close_to(solution.objective)
