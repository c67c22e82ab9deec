"""What a plan costs and which requirements it breaks, from the instance's arrays alone: no solver, no pruning."""

from collections.abc import Callable
from math import isclose
from typing import Protocol

import numpy as np

from models.arrays import Flags, Floats, dot
from models.placement.instance import Instance

SHOWN = 5


class Plan(Protocol):
    """What is looked at of a solution."""

    @property
    def objective(self) -> float:
        """The value it claims."""

    @property
    def bound(self) -> float:
        """The bound it claims."""

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
        *_value(instance, plan, tol),
    ]


def _shapes(instance: Instance, plan: Plan) -> list[str]:
    wanted = {
        "option_open": (plan.option_open, instance.option_site.size),
        "share": (plan.share, instance.route_flow.size),
        "direct_share": (plan.direct_share, instance.amount.size),
    }
    return [
        f"{name} has shape {array.shape}, expected ({size},)"
        for name, (array, size) in wanted.items()
        if array.shape != (size,)
    ]


def _shares(instance: Instance, plan: Plan, tol: float) -> list[str]:
    total = plan.direct_share + np.bincount(instance.route_flow, weights=plan.share, minlength=instance.amount.size)
    inside = (plan.share >= -tol) & (plan.share <= 1 + tol)
    no_direct = np.isinf(instance.direct_cost) & (plan.direct_share > tol)
    return [
        *_lines(~inside, lambda r: f"the share of route {r} is {plan.share[r]:g}, expected 0 to 1"),
        *_lines(~(plan.direct_share >= -tol), lambda f: f"the direct share of flow {f} is {plan.direct_share[f]:g}"),
        *_lines(~(abs(total - 1) <= tol), lambda f: f"the shares of flow {f} sum to {total[f]:.9g}, expected 1"),
        *_lines(no_direct, lambda f: f"flow {f} has no direct way, and {plan.direct_share[f]:g} of it goes directly"),
    ]


def _sites(instance: Instance, plan: Plan, new: tuple[float, float]) -> list[str]:
    built = np.bincount(instance.option_site[plan.option_open], minlength=instance.standing.size)
    closed = np.isin(np.arange(built.size), instance.forced_closed)
    forced = np.isin(np.arange(built.size), instance.forced_open)
    opened = int((built[~instance.standing] > 0).sum())
    lines = [
        *_lines(built > 1, lambda s: f"site {s} is built in {built[s]} ways at once"),
        *_lines(instance.standing & ~closed & (built == 0), lambda s: f"site {s} stands, and is not open"),
        *_lines(closed & (built > 0), lambda s: f"site {s} must be closed, and is open"),
        *_lines(forced & (built == 0), lambda s: f"site {s} must be open, and is closed"),
    ]
    if not new[0] <= opened <= new[1]:
        lines.append(f"{opened} new sites are open, expected {new[0]} to {new[1]}")
    return lines


def _openings(instance: Instance, plan: Plan, tol: float) -> list[str]:
    room = _room(instance, plan)
    used = plan.share > tol
    shut = used & (room[instance.route_site, instance.route_resource] <= 0)
    return _lines(
        shut,
        lambda r: (
            f"route {r} carries {plan.share[r]:g} of its flow by resource {instance.route_resource[r]}"
            f" of site {instance.route_site[r]}, which is not open"
        ),
    )


def _rooms(instance: Instance, plan: Plan, tol: float) -> list[str]:
    room = _room(instance, plan)
    resources = room.shape[1]
    slot = instance.route_site * resources + instance.route_resource
    carried = plan.share * instance.amount[instance.route_flow]
    load = np.bincount(slot, weights=carried, minlength=room.size).reshape(room.shape)
    over = (load > room * (1 + tol)) & (load - room > tol * tol * max(float(instance.amount.sum()), 1e-300))
    return _lines(
        over.ravel(),
        lambda at: (
            f"resource {at % resources} of site {at // resources} carries {load.flat[at]:.9g},"
            f" room is {room.flat[at]:.9g}"
        ),
    )


def _value(instance: Instance, plan: Plan, tol: float) -> list[str]:
    value = price(instance, plan.option_open, plan.share, plan.direct_share)
    lines = []
    if not isclose(value, plan.objective, rel_tol=tol, abs_tol=1e-12):
        lines.append(f"the plan costs {value:.12g}, and claims {plan.objective:.12g}")
    if not plan.bound <= plan.objective + tol * abs(plan.objective):
        lines.append(f"the bound {plan.bound:.12g} lies above the value {plan.objective:.12g}")
    return lines


def _room(instance: Instance, plan: Plan) -> Floats:
    room = np.zeros((instance.standing.size, instance.option_capacity.shape[1]))
    np.add.at(room, instance.option_site[plan.option_open], instance.option_capacity[plan.option_open])
    return room


def _lines(wrong: Flags, say: Callable[[int], str]) -> list[str]:
    at = np.flatnonzero(wrong).tolist()
    more = [f"... and {len(at) - SHOWN} more of the kind"] if len(at) > SHOWN else []
    return [say(index) for index in at[:SHOWN]] + more
