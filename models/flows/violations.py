"""What a flow costs and which requirements it breaks, from the instance's arrays alone: no solver."""

from typing import Protocol

import numpy as np

from models.arrays import Integers
from models.faults import Claim, lines, shapes
from models.flows.instance import Instance, exact_dot, room
from models.flows.textbook import net_supply

FLOAT = 1e-15  # what a float keeps of a whole number


class Plan(Claim, Protocol):
    """What is looked at of a solution."""

    @property
    def flow(self) -> Integers:
        """Flow [arc]."""

    @property
    def potential(self) -> Integers:
        """Prices [node]."""


def price(instance: Instance, flow: Integers) -> int:
    """Return the cost of the flow, exactly."""
    return exact_dot(instance.unit_cost, flow)


def bound_of(instance: Instance, potential: Integers) -> int:
    """Return the cost below which no flow can be, by weak duality from any prices [node]."""
    reduced = instance.unit_cost + potential[instance.tail] - potential[instance.head]
    return exact_dot(room(instance), np.minimum(reduced, 0)) - exact_dot(instance.supply, potential)


def violations(instance: Instance, plan: Plan, tol: float) -> list[str]:
    """Return every broken requirement in words."""
    wrong = shapes(plan, {"flow": instance.tail.shape, "potential": instance.supply.shape})
    if plan.flow.dtype.kind != "i":
        wrong.append(f"flow holds {plan.flow.dtype}, expected whole numbers")
    return wrong or [*_flows(instance, plan.flow), *_values(instance, plan, tol)]


def _flows(instance: Instance, flow: Integers) -> list[str]:
    net = net_supply(instance, flow)
    return [
        *lines(flow < 0, lambda arc: f"arc {arc} carries {flow[arc]}"),
        *lines(flow > instance.capacity, lambda arc: f"arc {arc} carries {flow[arc]} of {instance.capacity[arc]}"),
        *lines(net != instance.supply, lambda node: f"node {node} sends {net[node]}, supply {instance.supply[node]}"),
    ]


def _values(instance: Instance, plan: Plan, tol: float) -> list[str]:
    wrong = []
    value = price(instance, plan.flow)
    if abs(value - plan.objective) > tol * FLOAT / 1e-6 * abs(value):
        wrong.append(f"the flow costs {value}, and claims {plan.objective:.17g}")
    proved = bound_of(instance, plan.potential)
    if plan.bound > proved + tol * FLOAT / 1e-6 * abs(proved):
        wrong.append(f"the potentials prove {proved}, and the bound claims {plan.bound:.17g}")
    return wrong
