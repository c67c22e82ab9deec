"""Tiny hub placements with anything that may be asked for, and their value by trying every choice of openings."""

from itertools import pairwise, product

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import HubPlacement

FEATURES = ["periods", "rules", "second", "measures", "throughput", "clients", "standing"]


@st.composite
def instances(draw, *, features=None):
    """Return tiny instances with whole numbers and any combination of what may be asked for."""
    chosen = draw(st.sets(st.sampled_from(FEATURES))) if features is None else set(features)
    periods = draw(st.integers(2, 3)) if "periods" in chosen else 1
    sites, resources = draw(st.integers(1, 3 if periods == 1 else 2)), draw(st.integers(1, 2))
    flows = draw(st.integers(1, 4))
    routes = draw(st.integers(0, 10))
    plentiful = draw(st.booleans())  # else most of what is drawn is infeasible

    def numbers(size, high, low=0, scale=1.0):
        return np.array(draw(st.lists(st.integers(low, max(high, low)), min_size=size, max_size=size)), float) * scale

    def whole(size, high, low=0):
        return numbers(size, high, low).astype(int)

    standing = np.array(draw(st.lists(st.booleans(), min_size=sites, max_size=sites)), dtype=bool)
    several = "standing" in chosen
    ways = [
        (site, period)
        for site in range(sites)
        for period in range(periods)
        for _ in range(
            draw(st.integers(1, 2 if several else 1)) if standing[site] else
            draw(st.integers(0 if period else 1, 2))
        )
    ]  # fmt: skip
    ways = draw(st.permutations(ways))
    option_site, option_period = (np.array([way[at] for way in ways], dtype=int) for at in (0, 1))
    options = option_site.size
    money, mass = draw(st.sampled_from([1.0, 1e6])), draw(st.sampled_from([1.0, 1e4]))
    direct_cost = numbers(flows, 12, scale=money)
    if not plentiful:
        direct_cost[numbers(flows, 3) == 0] = np.inf
    some_sites = st.lists(st.integers(0, sites - 1), max_size=1)
    route_flow, route_site = whole(routes, flows - 1), whole(routes, sites - 1)
    grown = {"flow_period": whole(flows, periods - 1), "option_period": option_period}
    if "periods" in chosen:
        grown["option_level"] = whole(options, 2)
    if "rules" in chosen:
        rules, entries = draw(st.integers(1, 2)), draw(st.integers(0, 5))
        low, high = numbers(rules, 3, -2), numbers(rules, 4)
        low[numbers(rules, 1) == 0], high[numbers(rules, 2) == 0] = -np.inf, np.inf
        grown |= {
            "rule_row": whole(entries, rules - 1), "rule_option": whole(entries, options - 1),
            "rule_weight": numbers(entries, 3, -3), "rule_low": low, "rule_high": high,
        }  # fmt: skip
    if "second" in chosen and sites > 1:
        second = whole(routes, sites - 1, -1)
        second[second == route_site] = -1
        grown |= {"route_second_site": second}
        grown |= {"route_second_resource": np.where(second < 0, -1, whole(routes, resources - 1))}
    if "measures" in chosen:
        measures = draw(st.integers(1, 2))
        low, high = numbers(measures, 40, scale=mass), numbers(measures, 60, scale=mass)
        low[numbers(measures, 2) > 0], high[numbers(measures, 2) == 0] = -np.inf, np.inf
        grown |= {
            "route_measure": numbers(routes * measures, 5, -1).reshape(routes, measures),
            "direct_measure": numbers(flows * measures, 5, -1).reshape(flows, measures),
            "option_measure": numbers(options * measures, 8, -2, scale=mass).reshape(options, measures),
            "measure_low": low, "measure_high": high,
        }  # fmt: skip
    if "throughput" in chosen:
        grown["option_min_throughput"] = numbers(options, 6, scale=mass)
    if "clients" in chosen:
        grown["flow_client"] = whole(flows, 1, 0 if plentiful else -1)
    return HubPlacement(
        amount=numbers(flows, 6, scale=mass),
        direct_cost=direct_cost,
        route_flow=route_flow,
        route_site=route_site,
        route_cost=numbers(routes, 5 if plentiful else 8, scale=money),
        route_resource=whole(routes, resources - 1),
        option_site=option_site,
        option_cost=numbers(options, 2 if plentiful else 8, scale=money * mass),
        option_capacity=numbers(options * resources, 8, 3 if plentiful else 0, mass).reshape(-1, resources),
        standing=standing,
        min_new=draw(st.sampled_from([0, 0, 0, 1])),
        max_new=draw(st.sampled_from([None, None, 0, 1, 2])),
        forced_open=tuple(draw(some_sites)) if draw(st.integers(0, 2)) == 0 else (),
        forced_closed=tuple(draw(some_sites)) if draw(st.integers(0, 2)) == 0 else (),
        **grown,
    )


def value_by_trying_every_choice(instance):
    """Return the best value over all choices of options, each with its transport program; inf if there is none."""
    most = instance.n_sites if instance.max_new is None else instance.max_new
    best = np.inf
    for choice in product(*(histories_of(instance, site) for site in range(instance.n_sites))):
        opened = [option for history in choice for option in history if option is not None]
        new = sum(history[-1] is not None and not instance.standing[at] for at, history in enumerate(choice))
        if instance.min_new <= new <= most and keeps_rules(instance, opened):
            fixed = instance.option_cost[opened].sum()
            if fixed < best:
                best = min(best, fixed + cost_of_carrying(instance, opened))
    return best


def histories_of(instance, site):
    """Return every allowed tuple of (option or None) over the periods."""
    terms = instance.terms
    if site in instance.forced_closed:
        return [] if site in instance.forced_open else [(None,) * terms.periods]
    ways = []
    for period in range(terms.periods):
        here = np.flatnonzero((instance.option_site == site) & (terms.option_period == period)).tolist()
        last = period == terms.last_period
        needed = instance.standing[site] or (last and site in instance.forced_open)
        ways.append(here if needed else [None, *here])

    def level(option):
        return -1 if option is None else terms.option_level[option]

    return [
        history for history in product(*ways)
        if all(level(after) >= level(before) for before, after in pairwise(history))
    ]  # fmt: skip


def keeps_rules(instance, opened):
    terms = instance.terms
    sums = np.zeros(terms.rule_low.size)
    for row, option, weight in zip(terms.rule_row, terms.rule_option, terms.rule_weight, strict=True):
        sums[row] += weight * (option in opened)
    return bool((sums >= terms.rule_low).all() and (sums <= terms.rule_high).all())


def cost_of_carrying(instance, opened):
    """Return the least cost over every choice of one site for each client and period."""
    terms = instance.terms
    groups = sorted({(c, t) for c, t in zip(terms.client.tolist(), terms.flow_period.tolist(), strict=True) if c >= 0})
    best = np.inf
    for sites in product(range(instance.n_sites), repeat=len(groups)):
        allowed = np.ones(instance.route_flow.size, dtype=bool)
        for (client, period), site in zip(groups, sites, strict=True):
            of_group = (terms.client == client)[instance.route_flow]
            of_group &= (terms.flow_period == period)[instance.route_flow]
            allowed &= ~of_group | (instance.route_site == site)
        best = min(best, transport_cost(instance, opened, allowed))
    return best


def transport_cost(instance, opened, allowed):
    terms, flows, routes = instance.terms, instance.amount.size, instance.route_flow.size
    if not flows:
        own, idle = terms.option_measure[opened].sum(axis=0), terms.min_throughput[opened]
        return (
            0.0 if (terms.measure_low <= own).all() and (own <= terms.measure_high).all() and not idle.any() else np.inf
        )
    sites, resources = instance.n_sites, instance.option_capacity.shape[1]
    room = np.zeros((terms.periods * sites, resources))
    cell_of = terms.option_period[opened] * sites + instance.option_site[opened]
    room[cell_of] = instance.option_capacity[opened]
    room = room.ravel()
    direct = np.isfinite(instance.direct_cost)
    amount = instance.amount[np.concatenate([instance.route_flow, np.arange(flows)])]
    cost = np.concatenate([instance.route_cost, np.where(direct, instance.direct_cost, 0.0)]) * amount
    scale, mass = max(cost.max(), 1e-9), max(instance.amount.max(), 1e-9)  # a solver's tolerances are absolute
    whole = np.zeros((flows, routes + flows))
    whole[instance.route_flow, np.arange(routes)] = 1
    whole[np.arange(flows), routes + np.arange(flows)] = 1
    load, passes = np.zeros((room.size, routes + flows)), np.zeros((terms.periods * sites, routes + flows))
    may = allowed.copy()
    period = terms.flow_period[instance.route_flow]
    for site, resource in ((instance.route_site, instance.route_resource), (terms.second_site, terms.second_resource)):
        real = np.flatnonzero(site >= 0)
        cell = period[real] * sites + site[real]
        slot = cell * resources + resource[real]
        np.add.at(load, (slot, real), amount[real] / mass)
        np.add.at(passes, (cell, real), amount[real] / mass)
        may[real] &= room[slot] > 0
    measure = np.vstack([terms.route_measure, terms.direct_measure]).T * (amount / mass)
    low, high = np.isfinite(terms.measure_low), np.isfinite(terms.measure_high)
    own = terms.option_measure[opened].sum(axis=0)
    result = linprog(
        cost / scale,
        A_ub=np.vstack([load, -passes[cell_of], measure[high], -measure[low]]),
        b_ub=np.concatenate([
            room / mass, -terms.min_throughput[opened] / mass,
            (terms.measure_high - own)[high] / mass, (own - terms.measure_low)[low] / mass,
        ]),
        A_eq=whole, b_eq=np.ones(flows),
        bounds=np.column_stack([np.zeros(routes + flows), np.concatenate([may, direct]).astype(float)]),
    )  # fmt: skip
    return result.fun * scale if result.status == 0 else np.inf


@st.composite
def plain_instances(draw, *, direct_only_finite=False):
    """Return tiny instances of one period that ask for nothing more; ties, zeros and exact fits abound."""
    flows, sites, resources = draw(st.integers(0, 4)), draw(st.integers(0, 4)), draw(st.integers(1, 2))
    routes = draw(st.integers(0, 12)) if flows and sites else 0

    def numbers(size, high, scale=1.0):
        return np.array(draw(st.lists(st.integers(0, max(high, 0)), min_size=size, max_size=size)), dtype=float) * scale

    standing = np.array(draw(st.lists(st.booleans(), min_size=sites, max_size=sites)), dtype=bool)
    ways = [1 if stands else draw(st.integers(1, 3)) for stands in standing]
    option_site = np.array(draw(st.permutations(np.repeat(np.arange(sites), ways).tolist())), dtype=int)
    money, mass = draw(st.sampled_from([1.0, 1e6])), draw(st.sampled_from([1.0, 1e4]))
    direct_cost = numbers(flows, 12, money)
    if not direct_only_finite:
        direct_cost[numbers(flows, 3) == 0] = np.inf
    some_sites = st.lists(st.integers(0, max(sites - 1, 0)), max_size=1 if sites else 0)
    return HubPlacement(
        amount=numbers(flows, 6, mass),
        direct_cost=direct_cost,
        route_flow=numbers(routes, flows - 1).astype(int),
        route_site=numbers(routes, sites - 1).astype(int),
        route_cost=numbers(routes, 8, money),
        route_resource=numbers(routes, resources - 1).astype(int),
        option_site=option_site,
        option_cost=numbers(option_site.size, 8, money * mass),
        option_capacity=numbers(option_site.size * resources, 8, mass).reshape(-1, resources),
        standing=standing,
        min_new=draw(st.sampled_from([0, 0, 0, 1, 2])),
        max_new=draw(st.sampled_from([None, 0, 1, 2, 3])),
        forced_open=tuple(draw(some_sites)),
        forced_closed=tuple(draw(some_sites)),
    )
