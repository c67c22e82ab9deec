"""What a design costs and which requirements it breaks, from the instance's arrays alone: no solver."""

from typing import Protocol

import numpy as np

from models.arrays import Flags
from models.commodities import violations as flows
from models.design.instance import Instance, allowed, forced
from models.faults import Claim, lines, value


class Plan(Claim, flows.Flows, Protocol):
    """What is looked at of a solution."""

    @property
    def open(self) -> Flags:
        """Links built [link]."""


def price(instance: Instance, plan: Plan) -> float:
    """Return what building and moving cost."""
    return flows.price(instance, plan) + float(instance.fixed_cost[plan.open].sum())


def violations(instance: Instance, plan: Plan, tol: float) -> list[str]:
    """Return every broken requirement in words."""
    if plan.open.shape != instance.tail.shape:
        return [f"open has shape {plan.open.shape}, expected {instance.tail.shape}"]
    if len({plan.flow_commodity.shape, plan.flow_link.shape, plan.flow_amount.shape}) > 1:
        return ["the flow's entries differ in number"]
    return [*flows.flows(instance, plan, tol), *flows.rooms(instance, plan, tol), *_links(instance, plan, tol)]


def _links(instance: Instance, plan: Plan, tol: float) -> list[str]:
    used = np.zeros(instance.tail.size, dtype=np.bool_)
    used[plan.flow_link[plan.flow_amount > 0]] = True
    spent = float(instance.fixed_cost[plan.open].sum())
    dear = spent > instance.budget * (1 + tol)
    return [
        *lines(used & ~plan.open, lambda a: f"link {a} is used and not built"),
        *lines(plan.open & ~allowed(instance), lambda a: f"link {a} must not be built, and is"),
        *lines(forced(instance) & ~plan.open, lambda a: f"link {a} must be built, and is not"),
        *([f"building costs {spent:.9g}, the budget is {instance.budget:.9g}"] if dear else []),
        *value(price(instance, plan), plan, tol, dust=1e-300),
    ]
