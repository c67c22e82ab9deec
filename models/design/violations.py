"""What a design costs and which requirements it breaks, from the instance's arrays alone: no solver."""

from math import isclose
from typing import Protocol

import numpy as np

from models.arrays import Flags
from models.commodities import violations as flows
from models.commodities.violations import lines
from models.design.instance import Instance, allowed, forced


class Plan(flows.Flows, Protocol):
    """What is looked at of a solution."""

    @property
    def objective(self) -> float:
        """The value it claims."""

    @property
    def bound(self) -> float:
        """The bound it claims."""

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
    spent, value = float(instance.fixed_cost[plan.open].sum()), price(instance, plan)
    wrong = []
    if spent > instance.budget * (1 + tol):
        wrong.append(f"building costs {spent:.9g}, the budget is {instance.budget:.9g}")
    if not isclose(value, plan.objective, rel_tol=tol, abs_tol=1e-300):
        wrong.append(f"the plan costs {value:.12g}, and claims {plan.objective:.12g}")
    if not plan.bound <= plan.objective + tol * abs(plan.objective):
        wrong.append(f"the bound {plan.bound:.12g} lies above the value {plan.objective:.12g}")
    return [
        *lines(used & ~plan.open, lambda a: f"link {a} is used and not built"),
        *lines(plan.open & ~allowed(instance), lambda a: f"link {a} must not be built, and is"),
        *lines(forced(instance) & ~plan.open, lambda a: f"link {a} must be built, and is not"),
        *wrong,
    ]
