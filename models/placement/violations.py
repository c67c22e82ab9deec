"""What a plan costs and which requirements it breaks, from the instance's arrays alone: no solver, no pruning."""

from typing import Protocol

import numpy as np

from models.arrays import Flags, Floats, Indices, dot
from models.faults import Claim, lines, shapes, value
from models.placement.instance import Instance
from models.placement.prune import option_cells, route_slots, second_slots
from models.placement.terms import NONE


class Plan(Claim, Protocol):
    """What is looked at of a solution."""

    @property
    def option_open(self) -> Flags:
        """Options opened [option]."""

    @property
    def share(self) -> Floats:
        """Shares [route]."""

    @property
    def direct_share(self) -> Floats:
        """Direct shares [flow]."""


def price(instance: Instance, option_open: Flags, share: Floats, direct_share: Floats) -> float:
    """Return the cost of the plan; inf if anything goes directly where it cannot."""
    used = np.flatnonzero(direct_share > 0)
    loaded = used[instance.amount[used] > 0]
    direct = dot(instance.amount[loaded] * direct_share[loaded], instance.direct_cost[loaded])
    routes = np.flatnonzero(share)
    through = dot(instance.amount[instance.route_flow[routes]] * share[routes], instance.route_cost[routes])
    return direct + through + float(instance.option_cost[option_open].sum())


def violations(instance: Instance, plan: Plan, new: tuple[float, float], tol: float) -> list[str]:
    """Return every broken requirement in words; `new` are the bounds on the number of new sites."""
    wrong_shape = _shapes(instance, plan)
    if wrong_shape:
        return wrong_shape
    return [
        *_shares(instance, plan, tol),
        *_sites(instance, plan, new),
        *_openings(instance, plan, tol),
        *_rooms(instance, plan, tol),
        *_rules(instance, plan, tol),
        *_measures(instance, plan, tol),
        *_throughput(instance, plan, tol),
        *_clients(instance, plan, tol),
        *value(price(instance, plan.option_open, plan.share, plan.direct_share), plan, tol),
    ]


def _shapes(instance: Instance, plan: Plan) -> list[str]:
    sizes = {"option_open": instance.option_site, "share": instance.route_flow, "direct_share": instance.amount}
    return shapes(plan, {name: array.shape for name, array in sizes.items()})


def _shares(instance: Instance, plan: Plan, tol: float) -> list[str]:
    total = plan.direct_share + np.bincount(instance.route_flow, weights=plan.share, minlength=instance.amount.size)
    inside = (plan.share >= -tol) & (plan.share <= 1 + tol)
    no_direct = np.isinf(instance.direct_cost) & (plan.direct_share > tol)
    return [
        *lines(~inside, lambda r: f"the share of route {r} is {plan.share[r]:g}, expected 0 to 1"),
        *lines(~(plan.direct_share >= -tol), lambda f: f"the direct share of flow {f} is {plan.direct_share[f]:g}"),
        *lines(~(abs(total - 1) <= tol), lambda f: f"the shares of flow {f} sum to {total[f]:.9g}, expected 1"),
        *lines(no_direct, lambda f: f"flow {f} has no direct way, and {plan.direct_share[f]:g} of it goes directly"),
    ]


def _sites(instance: Instance, plan: Plan, new: tuple[float, float]) -> list[str]:
    terms, sites = instance.terms, instance.standing.size
    cells = option_cells(instance)[plan.option_open]
    built = np.bincount(cells, minlength=terms.periods * sites)
    site = np.arange(built.size) % max(sites, 1)
    closed = np.isin(site, instance.forced_closed)
    forced = np.isin(site, instance.forced_open) & (np.arange(built.size) >= terms.last_period * sites)
    opened = int((built[terms.last_period * sites :][~instance.standing] > 0).sum())

    def named(cell: int) -> str:
        return f"site {cell % sites}" + (f" in period {cell // sites}" if terms.periods > 1 else "")

    standing = instance.standing[site] if sites else np.empty(0, dtype=np.bool_)
    wrong = [
        *lines(built > 1, lambda s: f"{named(s)} is built in {built[s]} ways at once"),
        *lines(standing & ~closed & (built == 0), lambda s: f"{named(s)} stands, and is not open"),
        *lines(closed & (built > 0), lambda s: f"{named(s)} must be closed, and is open"),
        *lines(forced & (built == 0), lambda s: f"{named(s)} must be open, and is closed"),
        *_levels(instance, plan),
    ]
    if not new[0] <= opened <= new[1]:
        wrong.append(f"{opened} new sites are open, expected {new[0]} to {new[1]}")
    return wrong


def _levels(instance: Instance, plan: Plan) -> list[str]:
    """Return where a site's level falls, or an open site closes, from one period to the next."""
    terms, sites = instance.terms, instance.standing.size
    level = np.full(terms.periods * sites, NONE)
    np.maximum.at(level, option_cells(instance)[plan.option_open], terms.option_level[plan.option_open])
    at = level.reshape(terms.periods, sites)
    return [
        f"site {site} has level {at[period, site]} in period {period}, and {at[period + 1, site]} in the next"
        f" ({NONE}: closed); expected no fall"
        for period, site in np.argwhere(at[1:] < at[:-1]).tolist()
    ]


def rule_scale(instance: Instance, rule: int) -> float:
    """Return the size of a rule's numbers, beside which what it is broken by is looked at."""
    terms = instance.terms
    weights = np.abs(terms.rule_weight[terms.rule_row == rule])
    bounds = [abs(float(bound)) for bound in (terms.rule_low[rule], terms.rule_high[rule]) if np.isfinite(bound)]
    return max(float(weights.max(initial=0.0)), *bounds, 0.0)


def _rules(instance: Instance, plan: Plan, tol: float) -> list[str]:
    terms = instance.terms
    weight = np.where(plan.option_open[terms.rule_option], terms.rule_weight, 0.0)
    total = np.bincount(terms.rule_row, weights=weight, minlength=terms.rule_low.size)
    give = tol * np.array([rule_scale(instance, rule) for rule in range(total.size)])
    wrong = (total < terms.rule_low - give) | (total > terms.rule_high + give)
    return lines(
        wrong, lambda r: f"rule {r} sums to {total[r]:.9g}, expected {terms.rule_low[r]:g} to {terms.rule_high[r]:g}"
    )


def _measures(instance: Instance, plan: Plan, tol: float) -> list[str]:
    terms = instance.terms
    if not terms.measure_low.size:
        return []
    through = (plan.share * instance.amount[instance.route_flow])[:, None] * terms.route_measure
    direct = (plan.direct_share * instance.amount)[:, None] * terms.direct_measure
    opened = terms.option_measure[plan.option_open]
    total = through.sum(axis=0) + direct.sum(axis=0) + opened.sum(axis=0)
    ways = np.isfinite(instance.direct_cost) * instance.amount
    size = np.abs(through).sum(axis=0) + np.abs(ways[:, None] * terms.direct_measure).sum(axis=0)
    size = size + np.abs(opened).sum(axis=0)
    low, high = (np.where(np.isfinite(bound), bound, 0.0) for bound in (terms.measure_low, terms.measure_high))
    give = tol * np.maximum(size, np.maximum(np.abs(low), np.abs(high)))
    wrong = (total < terms.measure_low - give) | (total > terms.measure_high + give)
    return lines(
        wrong,
        lambda m: f"measure {m} is {total[m]:.9g}, expected {terms.measure_low[m]:g} to {terms.measure_high[m]:g}",
    )


def _throughput(instance: Instance, plan: Plan, tol: float) -> list[str]:
    least, resources = instance.terms.min_throughput, instance.option_capacity.shape[1]
    if not least.any():
        return []
    route, slot = _passes(instance)
    carried = (plan.share * instance.amount[instance.route_flow])[route]
    cells = option_cells(instance)
    size = max(int(cells.max(initial=0)) + 1, instance.terms.periods * instance.standing.size)
    load = np.bincount(slot // max(resources, 1), weights=carried, minlength=size)[cells]
    wrong = plan.option_open & (load < least * (1 - tol))
    return lines(
        wrong, lambda k: f"{load[k]:.9g} passes the site of option {k}, which is open and asks for {least[k]:g}"
    )


def _clients(instance: Instance, plan: Plan, tol: float) -> list[str]:
    terms = instance.terms
    if (terms.client == NONE).all():
        return []
    client = terms.client[instance.route_flow]
    used = np.flatnonzero((plan.share > tol) & (client != NONE))
    sites_of: dict[tuple[int, int], set[int]] = {}
    for route in used.tolist():
        group = int(client[route]), int(terms.flow_period[instance.route_flow[route]])
        sites_of.setdefault(group, set()).add(int(instance.route_site[route]))
    several = [(group, sorted(sites)) for group, sites in sites_of.items() if len(sites) > 1]
    return [
        f"client {client} uses the sites {sites} in period {period}; expected one"
        for (client, period), sites in several
    ]


def _passes(instance: Instance) -> tuple[Indices, Indices]:
    """Return (route, slot) of each slot that a route uses."""
    second = second_slots(instance)
    twice = np.flatnonzero(second != NONE)
    routes = np.concatenate([np.arange(second.size), twice])
    return routes, np.concatenate([route_slots(instance), second[twice]])


def _openings(instance: Instance, plan: Plan, tol: float) -> list[str]:
    room = _room(instance, plan)
    route, slot = _passes(instance)
    shut = (plan.share[route] > tol) & (room[slot] <= 0)
    sites, resources = instance.standing.size, instance.option_capacity.shape[1]
    return lines(
        shut,
        lambda at: (
            f"route {route[at]} carries {plan.share[route[at]]:g} of its flow by resource {slot[at] % resources}"
            f" of site {slot[at] // resources % sites}, which is not open"
        ),
    )


def _rooms(instance: Instance, plan: Plan, tol: float) -> list[str]:
    room = _room(instance, plan)
    route, slot = _passes(instance)
    carried = (plan.share * instance.amount[instance.route_flow])[route]
    load = np.bincount(slot, weights=carried, minlength=room.size)
    over = (load > room * (1 + tol)) & (load - room > tol * tol * max(float(instance.amount.sum()), 1e-300))
    sites, resources = instance.standing.size, instance.option_capacity.shape[1]
    return lines(
        over,
        lambda at: (
            f"resource {at % resources} of site {at // resources % sites} carries {load[at]:.9g},"
            f" room is {room[at]:.9g}"
        ),
    )


def _room(instance: Instance, plan: Plan) -> Floats:
    """Return the room [slot] of what is open."""
    room = np.zeros((instance.terms.periods * instance.standing.size, instance.option_capacity.shape[1]))
    np.add.at(room, option_cells(instance)[plan.option_open], instance.option_capacity[plan.option_open])
    return room.ravel()
