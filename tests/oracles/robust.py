"""Tiny placements in scenarios, and the least risk by trying every choice of openings."""

from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from oracles.placement import keeps_rules, transport_cost

from models import HubPlacement, SolveOptions


@st.composite
def scenarios(draw, *, features=()):
    """Return one to three tiny instances that share their openings, and probabilities."""
    sites, resources = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    periods = 2 if "periods" in features else 1

    def numbers(size, high, low=0, scale=1.0):
        return np.array(draw(st.lists(st.integers(low, max(high, low)), min_size=size, max_size=size)), float) * scale

    def whole(size, high, low=0):
        return numbers(size, high, low).astype(int)

    standing = np.array(draw(st.lists(st.sampled_from([False, False, True]), min_size=sites, max_size=sites)))
    most = 2 if sites * periods <= 3 else 1
    ways = [
        (site, period)
        for site in range(sites)
        for period in range(periods)
        for _ in range(draw(st.integers(1, most)))
    ]  # fmt: skip
    option_site, option_period = np.array(ways).T
    options = option_site.size
    money, mass = draw(st.sampled_from([1.0, 1e6])), draw(st.sampled_from([1.0, 1e4]))
    rules = draw(st.integers(0, 1))
    shared = {
        "option_site": option_site, "option_period": option_period, "standing": standing,
        "min_new": draw(st.sampled_from([0, 0, 0, 1])), "max_new": draw(st.sampled_from([None, None, 1, 2])),
        "rule_row": np.zeros(2 * rules, int), "rule_option": whole(2 * rules, options - 1),
        "rule_weight": numbers(2 * rules, 3, -1), "rule_high": numbers(rules, 3),
    }  # fmt: skip
    if "periods" in features:
        shared["option_level"] = whole(options, 1)
    instances = []
    for _ in range(draw(st.integers(1, 3))):
        flows, routes = draw(st.integers(1, 4)), draw(st.integers(0, 8))
        direct_cost = numbers(flows, 12, 4, money)
        if draw(st.integers(0, 3)) == 0:
            direct_cost[numbers(flows, 3) == 0] = np.inf
        route_flow, route_site = whole(routes, flows - 1), whole(routes, sites - 1)
        grown = {"flow_period": np.append(whole(flows - 1, periods - 1), periods - 1)}
        if "second" in features:
            second = whole(routes, sites - 1, -1)
            second[second == route_site] = -1
            grown["route_second_site"] = second
            grown["route_second_resource"] = np.where(second < 0, -1, whole(routes, resources - 1))
        if "measures" in features:
            grown |= {
                "route_measure": numbers(routes, 5, -1)[:, None], "direct_measure": numbers(flows, 5)[:, None],
                "option_measure": numbers(options, 4, -1, mass)[:, None], "measure_high": numbers(1, 60, 5, mass),
            }  # fmt: skip
        if "throughput" in features:
            grown["option_min_throughput"] = numbers(options, 4, scale=mass)
        if "clients" in features:
            grown["flow_client"] = whole(flows, 1, -1)
        instances.append(
            HubPlacement(
                amount=numbers(flows, 6, scale=mass), direct_cost=direct_cost, route_flow=route_flow,
                route_site=route_site, route_cost=numbers(routes, 8, scale=money),
                route_resource=whole(routes, resources - 1), option_cost=numbers(options, 20, scale=money * mass),
                option_capacity=numbers(options * resources, 12, 0, mass).reshape(-1, resources), **shared, **grown,
            )
        )  # fmt: skip
    weight = numbers(len(instances), 3)
    assume(weight.sum() > 0)
    return tuple(instances), weight / weight.sum()


def choices_of(instance):
    """Return every choice of at most one option a site and period, as flags [option]."""
    cells = instance.terms.option_period * instance.n_sites + instance.option_site
    ways = [[None, *np.flatnonzero(cells == cell).tolist()] for cell in np.unique(cells)]
    for choice in product(*ways):
        opened = np.zeros(instance.option_site.size, bool)
        opened[[option for option in choice if option is not None]] = True
        yield opened


def costs_by_trying_every_choice(instances, cost_of):
    """Return the costs [choice, scenario] of the choices that every scenario allows."""
    rows = []
    for opened in choices_of(instances[0]):
        row = [cost_of(instance, opened) for instance in instances]
        if np.isfinite(row).all():
            rows.append(row)
    return np.array(rows).reshape(-1, len(instances))


def cost_by_transport(instance, opened):
    """Return the cost of one period's freight by a linear program of our own; inf if the openings are not allowed."""
    option = np.flatnonzero(opened)
    sites = instance.option_site[option]
    most = np.inf if instance.max_new is None else instance.max_new
    if not (
        np.isin(np.flatnonzero(instance.standing), sites).all()
        and instance.min_new <= (~instance.standing[sites]).sum() <= most
        and keeps_rules(instance, option)
    ):
        return np.inf
    return (
        transport_cost(instance, option, np.ones(instance.route_flow.size, bool)) + instance.option_cost[option].sum()
    )


def fixed(instance, opened):
    """Return the instance whose options are open as `opened` says, by a rule an option."""
    terms, every = instance.terms, np.arange(opened.size)
    return replace(
        instance,
        rule_row=np.concatenate([terms.rule_row, terms.rule_low.size + every]),
        rule_option=np.concatenate([terms.rule_option, every]),
        rule_weight=np.concatenate([terms.rule_weight, np.ones(opened.size)]),
        rule_low=np.concatenate([terms.rule_low, opened.astype(float)]),
        rule_high=np.concatenate([terms.rule_high, opened.astype(float)]),
    )


def cost_by_program(instance, opened):
    """Return the cost by the textbook program; inf if the openings are not allowed."""
    return fixed(instance, opened).solve(SolveOptions(relative_gap=1e-8, engine="mip")).objective


def risk_by_hand(costs, best, probability, risk, level):
    """Return the least risk over the rows of `costs` by the formula, each eta tried."""
    if risk == "expected":
        return (costs @ probability).min()
    if risk == "regret":
        return (costs - best).max(axis=1).min()
    over = np.maximum(costs[:, None, :] - costs[:, :, None], 0.0) @ probability
    return (costs + over / (1 - level)).min(axis=1).min()


def tied_periods(instances, probability):
    """Return one placement: scenario s is period s, its amounts and costs weighted, its openings those of period 0."""
    first, scenarios = instances[0], len(instances)
    options, flows = first.option_site.size, [each.amount.size for each in instances]
    starts = np.concatenate([[0], np.cumsum(flows)[:-1]])
    terms, every = first.terms, np.arange(options)
    ties = [(s * options + option, option) for s in range(1, scenarios) for option in range(options)]
    tie_row = np.repeat(np.arange(len(ties)), 2)
    rules = terms.rule_low.size
    return HubPlacement(
        amount=np.concatenate([each.amount * p for each, p in zip(instances, probability, strict=True)]),
        direct_cost=np.concatenate([each.direct_cost for each in instances]),
        flow_period=np.repeat(np.arange(scenarios), flows),
        route_flow=np.concatenate([each.route_flow + start for each, start in zip(instances, starts, strict=True)]),
        route_site=np.concatenate([each.route_site for each in instances]),
        route_cost=np.concatenate([each.route_cost for each in instances]),
        route_resource=np.concatenate([each.route_resource for each in instances]),
        option_site=np.tile(first.option_site, scenarios),
        option_period=np.repeat(np.arange(scenarios), options),
        option_cost=np.concatenate([each.option_cost * p for each, p in zip(instances, probability, strict=True)]),
        option_capacity=np.concatenate([e.option_capacity * p for e, p in zip(instances, probability, strict=True)]),
        standing=first.standing, min_new=first.min_new, max_new=first.max_new,
        rule_row=np.concatenate([terms.rule_row, rules + tie_row]),
        rule_option=np.concatenate([every[terms.rule_option], np.array(ties, int).reshape(-1)]),
        rule_weight=np.concatenate([terms.rule_weight, np.tile([1.0, -1.0], len(ties))]),
        rule_low=np.concatenate([terms.rule_low, np.zeros(len(ties))]),
        rule_high=np.concatenate([terms.rule_high, np.zeros(len(ties))]),
    )  # fmt: skip
