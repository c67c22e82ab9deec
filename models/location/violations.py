"""What a plan costs and which requirements it breaks, from the instance's arrays alone: no solver."""

from typing import Protocol

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.faults import Claim, lines, shapes, value
from models.location.instance import Instance, most_open, n_sites, opened_tiers, tier_costs, tier_rooms


class Assigned(Protocol):
    """What is looked at where each client has one site."""

    @property
    def open(self) -> Flags:
        """Sites opened [site]."""

    @property
    def assignment(self) -> Indices:
        """Site of each client [client]."""


class Plan(Claim, Protocol):
    """What is looked at of a solution."""

    @property
    def open(self) -> Flags:
        """Sites opened [site]."""

    @property
    def tier(self) -> Indices:
        """Tier of each open site [site], -1: closed."""

    @property
    def share(self) -> Floats:
        """Shares [client, site]."""

    @property
    def assignment(self) -> Indices:
        """Site that serves most of each client [client]."""


def price(instance: Instance, tier: Indices, share: Floats) -> float:
    """Return the cost of the plan; inf if a client uses a site that cannot serve it. `tier` [site], -1: closed."""
    used = share != 0
    return float((share[used] * instance.cost[used]).sum() + tier_costs(instance)[opened_tiers(instance, tier)].sum())


def chosen_tiers(instance: Instance, plan: Plan) -> Indices:
    """Return the tier of each site [site], -1: closed. Without tiers the open sites say it."""
    return plan.tier if instance.fixed_cost.ndim > 1 else np.where(plan.open, 0, -1)


def violations(instance: Instance, plan: Plan, tol: float) -> list[str]:
    """Return every broken requirement in words."""
    wrong_shape = _shapes(instance, plan)
    if wrong_shape:
        return wrong_shape
    return [
        *_shares(instance, plan, tol),
        *_assignments(plan, tol),
        *sites(plan.open, (instance.min_open, most_open(instance)), instance.forced_open, instance.forced_closed),
        *_tiers(instance, plan),
        *_rooms(instance, plan, tol),
        *_throughputs(instance, plan, tol),
        *value(price(instance, chosen_tiers(instance, plan), plan.share), plan, tol),
    ]


def sites(
    opened: Flags, number: tuple[int, int], forced_open: tuple[int, ...], forced_closed: tuple[int, ...]
) -> list[str]:
    """Return what is wrong with the open sites, in words."""
    count = int(opened.sum())
    wrong_count = [] if number[0] <= count <= number[1] else [f"{count} sites are open, expected {_span(number)}"]
    return [
        *wrong_count,
        *[f"site {site} must be open, and is closed" for site in forced_open if not opened[site]],
        *[f"site {site} must be closed, and is open" for site in forced_closed if opened[site]],
    ]


def nowhere(plan: Assigned, clients: int, sites: int) -> list[str]:
    """Return the arrays of the wrong shape, or else the clients assigned to no site at all, in words."""
    wrong = shapes(plan, {"open": (sites,), "assignment": (clients,)})
    if wrong:
        return wrong
    beside = (plan.assignment < 0) | (plan.assignment >= sites)
    return lines(beside, lambda i: f"client {i} is assigned to {plan.assignment[i]}, no site")


def unserved(plan: Assigned, paid: Floats) -> list[str]:
    """Return the clients whose site is closed or cannot serve them, in words; `paid` [client]: inf where it cannot."""
    at = plan.assignment
    return [
        *lines(~plan.open[at], lambda i: f"client {i} is served by site {at[i]}, which is not open"),
        *lines(np.isinf(paid), lambda i: f"client {i} cannot be served by site {at[i]}, and is"),
    ]


def _span(number: tuple[int, int]) -> str:
    return str(number[0]) if number[0] == number[1] else f"{number[0]} to {number[1]}"


def _shapes(instance: Instance, plan: Plan) -> list[str]:
    clients, sites = instance.cost.shape
    return shapes(plan, {"open": (sites,), "tier": (sites,), "assignment": (clients,), "share": instance.cost.shape})


def _shares(instance: Instance, plan: Plan, tol: float) -> list[str]:
    total = plan.share.sum(axis=1)
    closed = (plan.share > tol) & ~plan.open[None, :]
    out_of_reach = (plan.share > 0) & np.isinf(instance.cost)
    split: Flags = np.asarray(np.any(np.abs(plan.share - np.round(plan.share)) > tol, axis=1)) & instance.single_source
    columns = n_sites(instance)
    return [
        *lines(np.asarray(np.any(~(plan.share >= -tol), axis=1)), lambda i: f"client {i} has a share below 0"),
        *lines(~(abs(total - 1) <= tol), lambda i: f"the shares of client {i} sum to {total[i]:.9g}, expected 1"),
        *lines(split, lambda i: f"client {i} is split between sites"),
        *lines(
            closed.ravel(), lambda at: f"client {at // columns} is served by site {at % columns}, which is not open"
        ),
        *lines(
            out_of_reach.ravel(), lambda at: f"client {at // columns} cannot be served by site {at % columns}, and is"
        ),
    ]


def _assignments(plan: Plan, tol: float) -> list[str]:
    """Return the clients that are not assigned to the site that serves most of them, in words."""
    clients, sites = plan.share.shape
    at, beside = plan.assignment, (plan.assignment < 0) | (plan.assignment >= sites)
    of_site = plan.share[np.arange(clients), np.where(beside, 0, at)]
    less = ~beside & (of_site < plan.share.max(axis=1, initial=0.0) - tol)
    return [
        *lines(beside, lambda i: f"client {i} is assigned to {at[i]}, no site"),
        *lines(less, lambda i: f"client {i} is assigned to site {at[i]}, and another serves more of it"),
    ]


def _rooms(instance: Instance, plan: Plan, tol: float) -> list[str]:
    rooms = tier_rooms(instance)
    if rooms is None or instance.demand is None:
        return []
    room = rooms.max(axis=1) if rooms.size else np.zeros(n_sites(instance))  # of a closed site, too: it is said above
    opened = opened_tiers(instance, chosen_tiers(instance, plan))
    room[opened[0]] = rooms[opened]
    load = np.einsum("ij,i->j", plan.share, instance.demand)
    dust = tol * tol * max(float(instance.demand.sum()), 1e-300)
    over = (load > room * (1 + tol)) & (load - room > dust)
    return lines(over, lambda j: f"site {j} serves {load[j]:.9g}, room is {room[j]:.9g}")


def _tiers(instance: Instance, plan: Plan) -> list[str]:
    if instance.fixed_cost.ndim == 1:
        return []
    tiers = tier_costs(instance).shape[1]
    beyond = plan.tier >= tiers
    differs = plan.open != (plan.tier >= 0)
    return [
        *lines(beyond, lambda j: f"site {j} has tier {plan.tier[j]}, and there are {tiers}"),
        *lines(differs, lambda j: f"site {j} has tier {plan.tier[j]}, and is {'open' if plan.open[j] else 'closed'}"),
    ]


def _throughputs(instance: Instance, plan: Plan, tol: float) -> list[str]:
    least = instance.min_throughput
    if least is None or instance.demand is None:
        return []
    load = np.einsum("ij,i->j", plan.share, instance.demand)
    dust = tol * tol * max(float(instance.demand.sum()), 1e-300)
    short = plan.open & (load < least * (1 - tol)) & (least - load > dust)
    return lines(short, lambda j: f"site {j} serves {load[j]:.9g}, expected at least {least[j]:.9g} of an open site")
