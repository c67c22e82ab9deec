"""What a multi-commodity flow costs, what it breaks and what its prices prove, from the instance alone: no solver."""

from math import inf, isclose, isfinite
from typing import Protocol

import numpy as np

from models.arrays import Floats, Indices
from models.commodities.instance import Instance, cost_rows, supplies
from models.faults import Claim, lines, shapes

ROUNDING = 1e-13


class Flows(Protocol):
    """What is looked at of a solution's flows."""

    @property
    def flow_commodity(self) -> Indices:
        """Commodity of each flow on a link [entry]."""

    @property
    def flow_link(self) -> Indices:
        """Its link [entry]."""

    @property
    def flow_amount(self) -> Floats:
        """Its amount [entry]."""

    @property
    def unserved(self) -> Floats:
        """Amount not served [commodity]."""


class Plan(Claim, Flows, Protocol):
    """What is looked at of a solution."""

    @property
    def link_price(self) -> Floats:
        """Prices of room [link]."""

    @property
    def potential(self) -> Floats:
        """Prices of nodes [commodity, node], where commodities have several origins."""


def price(instance: Instance, plan: Flows) -> float:
    """Return what the flow and what is not served cost; inf if a commodity passes where it may not."""
    rows = cost_rows(instance)
    row = plan.flow_commodity if len(rows) > 1 else np.zeros(plan.flow_commodity.size, dtype=np.intp)
    used, short = plan.flow_amount != 0, plan.unserved > 0
    moving = rows[row[used], plan.flow_link[used]] * plan.flow_amount[used]
    return float(moving.sum() + (plan.unserved[short] * instance.unserved_cost[short]).sum())


def bound_of(instance: Instance, plan: Plan) -> float:
    """Return what the plan's prices prove: no flow costs less; nor less than nothing, for no cost is below 0."""
    from models.commodities.pricing import Pricing  # noqa: PLC0415  (compiles; only who solves or checks should wait)

    if (plan.link_price < 0).any() or ((plan.link_price > 0) & np.isinf(instance.capacity)).any():
        return -inf
    if instance.supply is None:
        return max(Pricing.of(instance).at(plan.link_price).bound, 0.0)
    return max(bound_of_potentials(instance, plan.link_price, plan.potential), 0.0)


def bound_of_potentials(instance: Instance, link_price: Floats, potential: Floats) -> float:
    """Return the bound that prices of links and nodes prove by weak duality, where supply has several origins.

    sum_k [ sum_v b_kv pi_kv + d_k sum_a min(0, c_ka + w_a - pi_tail + pi_head) ] - sum_a w_a u_a, where a node's
    unserved rest may be bought at its cost (at the origins) or for nothing (at the destinations).
    """
    rows = np.broadcast_to(cost_rows(instance), (instance.amount.size, instance.tail.size))
    reduced = rows + link_price - potential[:, instance.tail] + potential[:, instance.head]
    total = supplies(instance) * instance.amount[:, None]
    worth = np.where(total > 0, np.minimum(potential, instance.unserved_cost[:, None]), potential)
    may = np.isfinite(instance.unserved_cost)[:, None] & (total < 0)
    # what a destination lacks costs nothing there: a price above 0 would be paid for nothing
    worth = np.where(may, np.maximum(worth, 0.0), worth)
    priced = link_price > 0
    terms = np.concatenate(
        [
            (worth * total).ravel(),
            (np.minimum(reduced, 0.0) * instance.amount[:, None]).ravel(),
            -link_price[priced] * instance.capacity[priced],
        ]
    )
    return float(terms.sum() - ROUNDING * np.abs(terms).sum())


def violations(instance: Instance, plan: Plan, tol: float) -> list[str]:
    """Return every broken requirement in words."""
    links, commodities = instance.tail.size, instance.amount.size
    wrong = shapes(plan, {"unserved": (commodities,), "link_price": (links,)})
    entries = {plan.flow_commodity.shape, plan.flow_link.shape, plan.flow_amount.shape}
    if len(entries) > 1:
        wrong.append(f"the flow's entries differ in number: {sorted(entries)}")
    if wrong:
        return wrong
    return [*flows(instance, plan, tol), *rooms(instance, plan, tol), *_values(instance, plan, tol)]


def flows(instance: Instance, plan: Flows, tol: float) -> list[str]:
    """Return where flows are negative, do not add up, or leave unserved what they should not, in words."""
    nodes, amount = instance.nodes, instance.amount
    net = np.zeros(amount.size * nodes)
    at = plan.flow_commodity * nodes
    np.add.at(net, at + instance.tail[plan.flow_link], plan.flow_amount)
    np.subtract.at(net, at + instance.head[plan.flow_link], plan.flow_amount)
    asked = supplies(instance) * amount[:, None]
    rest = asked.ravel() - net  # what stays at a node: between 0 and what it sends or takes
    dust = tol * np.repeat(amount, nodes)
    low, high = np.minimum(asked.ravel(), 0), np.maximum(asked.ravel(), 0)
    stays = np.where(asked > 0, rest.reshape(asked.shape), 0.0).sum(axis=1)
    claims = np.abs(stays - plan.unserved) > tol * amount
    must = np.isinf(instance.unserved_cost) & (plan.unserved > tol * amount)
    return [
        *lines(plan.flow_amount < 0, lambda e: f"flow entry {e} is {plan.flow_amount[e]:.9g}"),
        *lines(
            (rest < low - dust) | (rest > high + dust),
            lambda e: f"commodity {e // nodes} leaves {rest[e]:.9g} at node {e % nodes}, supply {asked.ravel()[e]:.9g}",
        ),
        *lines(claims, lambda k: f"commodity {k} leaves {stays[k]:.9g} unserved, and claims {plan.unserved[k]:.9g}"),
        *lines(must, lambda k: f"commodity {k} must be served, {plan.unserved[k]:.9g} is not"),
    ]


def rooms(instance: Instance, plan: Flows, tol: float) -> list[str]:
    """Return the links that carry too much, in words."""
    load = np.bincount(plan.flow_link, weights=plan.flow_amount, minlength=instance.tail.size)
    over = load > instance.capacity * (1 + tol)
    return lines(over, lambda a: f"link {a} carries {load[a]:.9g}, capacity is {instance.capacity[a]:.9g}")


def _values(instance: Instance, plan: Plan, tol: float) -> list[str]:
    wrong = []
    value, proved = price(instance, plan), bound_of(instance, plan)
    if not isclose(value, plan.objective, rel_tol=tol, abs_tol=1e-300):
        wrong.append(f"the flow costs {value:.12g}, and claims {plan.objective:.12g}")
    give = tol * max(abs(proved), abs(value)) * 1e-3 if isfinite(proved) else 0.0
    if not plan.bound <= proved + give:
        wrong.append(f"the prices prove {proved:.12g}, and the bound claims {plan.bound:.12g}")
    return wrong
