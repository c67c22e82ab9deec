"""What a plan costs and which requirements it breaks, from the instance's arrays alone: no solver."""

from math import inf
from typing import Protocol

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.faults import Claim, lines, shapes, value
from models.hubs.costs import times
from models.hubs.instance import Instance, costs_of


class Plan(Claim, Protocol):
    """What is looked at of a solution."""

    @property
    def open(self) -> Flags:
        """Hubs opened [node]."""

    @property
    def allocation(self) -> Indices:
        """Hub of each node [node], or first and last hub of each pair [origin, destination, 2]."""

    @property
    def routes(self) -> Indices:
        """Origin, destination, first and last hub [route, 4]."""

    @property
    def share(self) -> Floats:
        """Part of the pair's flow on each route [route]."""


def price(instance: Instance, plan: Plan) -> float:
    """Return the cost of the plan; inf if flow takes a forbidden link or a node that sends has no hub."""
    routes, share = single_routes(instance, plan.allocation) if _is_single(instance) else (plan.routes, plan.share)
    if (routes < 0).any():
        return inf
    costs = costs_of(instance)
    origin, destination, first, last = routes.T
    per_unit = costs.collect[origin, first] + costs.transfer[first, last] + costs.distribute[last, destination]
    carried = instance.flow[origin, destination] * share
    return float(times(carried, per_unit).sum() + instance.fixed_cost[plan.open].sum())


def single_routes(instance: Instance, at: Indices) -> tuple[Indices, Floats]:
    """Return the routes of all pairs with flow by the hub of each node, and their shares (1)."""
    origin, destination = np.nonzero(instance.flow)
    return np.column_stack([origin, destination, at[origin], at[destination]]), np.ones(origin.size)


def violations(instance: Instance, plan: Plan, tol: float) -> list[str]:
    """Return every broken requirement in words."""
    wrong_shape = _shapes(instance, plan)
    if wrong_shape:
        return wrong_shape
    use = _single(instance, plan) if _is_single(instance) else _multiple(instance, plan, tol)
    return [
        *_number(instance, plan),
        *use,
        *_rooms(instance, plan, tol),
        *value(price(instance, plan), plan, tol, dust=1e-300),
    ]


def _is_single(instance: Instance) -> bool:
    return instance.allocation == "single"


def _shapes(instance: Instance, plan: Plan) -> list[str]:
    nodes = len(instance.flow)
    wanted: dict[str, tuple[int, ...]] = {
        "open": (nodes,),
        "allocation": (nodes,) if _is_single(instance) else (nodes, nodes, 2),
    }
    wrong = shapes(plan, wanted)
    if plan.routes.shape != (plan.share.size, 4):
        wrong.append(f"routes has shape {plan.routes.shape}, expected ({plan.share.size}, 4)")
    entries = (plan.allocation.ravel(), plan.routes.ravel())
    if any(((part < -1) | (part >= nodes)).any() for part in entries):
        wrong.append(f"allocation or routes name a node that does not exist; there are {nodes}")
    return wrong


def _number(instance: Instance, plan: Plan) -> list[str]:
    count = int(plan.open.sum())
    wrong = instance.hubs is not None and count != instance.hubs
    return [f"{count} hubs are open, expected {instance.hubs}"] if wrong else []


def _single(instance: Instance, plan: Plan) -> list[str]:
    at, nodes = plan.allocation, np.arange(len(instance.flow))
    return [
        *lines(np.less(at, 0), lambda i: f"node {i} has no hub"),
        *lines((at >= 0) & ~plan.open[at], lambda i: f"node {i} is allocated to node {at[i]}, which is no hub"),
        *lines(plan.open & np.not_equal(at, nodes), lambda k: f"node {k} is a hub and is allocated to node {at[k]}"),
    ]


def _multiple(instance: Instance, plan: Plan, tol: float) -> list[str]:
    routes, nodes = plan.routes, len(instance.flow)
    if (routes < 0).any():
        return ["a route has no hub"]
    pair = routes[:, 0] * nodes + routes[:, 1]
    served = np.bincount(pair, weights=plan.share, minlength=nodes * nodes)
    shut = ~plan.open[routes[:, 2]] | ~plan.open[routes[:, 3]]
    most = plan.allocation.reshape(-1, 2)
    stray = np.asarray((most >= 0).all(axis=1) & ~plan.open[most].all(axis=1))
    return [
        *lines(plan.share < -tol, lambda r: f"route {r} has a share of {plan.share[r]:g}"),
        *lines(shut & (plan.share > tol), lambda r: f"route {r} passes {routes[r, 2:].tolist()}, not both hubs"),
        *lines(
            (instance.flow.ravel() > 0) & np.greater(np.abs(served - 1), tol),
            lambda at: f"shares of the flow from {at // nodes} to {at % nodes} add up to {served[at]:.9g}, expected 1",
        ),
        *lines(stray, lambda at: f"the flow from {at // nodes} to {at % nodes} is allocated to a node that is no hub"),
    ]


def _rooms(instance: Instance, plan: Plan, tol: float) -> list[str]:
    routes, share = single_routes(instance, plan.allocation) if _is_single(instance) else (plan.routes, plan.share)
    if (routes < 0).any():
        return []
    load = np.bincount(
        routes[:, 2], weights=instance.flow[routes[:, 0], routes[:, 1]] * share, minlength=len(instance.flow)
    )
    over = load > instance.capacity + tol * np.minimum(instance.capacity, instance.flow.sum())
    return lines(over, lambda k: f"hub {k} collects {load[k]:.9g}, capacity is {instance.capacity[k]:.9g}")
