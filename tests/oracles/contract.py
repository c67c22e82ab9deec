"""Every model with its engines: how tiny instances are drawn, what their value is, and what each answer must keep."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st
from oracles import capacitated, commodities, covering, design, flows, hub_location, location, placement, robust, tiers

from models import (
    FacilityLocation,
    HubLocation,
    HubPlacement,
    MaxCover,
    MinCostFlow,
    MultiCommodityFlow,
    NetworkDesign,
    PCenter,
    PMedian,
    RobustHubPlacement,
    SetCover,
    Solution,
    SolveOptions,
    Status,
)
from models.solution import relative_gap

EXACT, LOOSE = 0.0, 1e-6
RISKS = [("expected", 0.9), ("cvar", 0.0), ("cvar", 0.5), ("cvar", 0.8), ("regret", 0.9)]


@dataclass(frozen=True, kw_only=True)
class Contract:
    """A `model`: strategy and truth of its tiny instances, and the engines it offers.

    `gaps` are the engines with the gap each is asked for, `rel` and `dust` how near to the truth a value must be;
    `money` the fields that scale its value, `axes` the axes of its arrays by name, `ids` the fields that name
    positions on an axis. Where more is better, `sign` is -1.
    """

    name: str
    model: type
    drawn: st.SearchStrategy
    truth: Callable[[Any], float]
    gaps: Mapping[str, float]
    money: tuple[str, ...]
    axes: Mapping[str, tuple[str | None, ...]]
    ids: Mapping[str, str]
    rel: float = 3e-6
    dust: float = 1e-6
    sign: int = 1

    def solve(self, instance: Any, engine: str, **limits: float) -> Solution:
        """Solve with one engine; a solver in floats is asked for a gap, not for equality, unless `limits` say which."""
        return instance.solve(SolveOptions(engine=engine, **{"relative_gap": self.gaps[engine]} | limits))

    def scaled(self, instance: Any, factor: float) -> Any:
        """Return the instance with all money in another unit."""
        if isinstance(instance, RobustHubPlacement):
            return replace(instance, instances=tuple(self.scaled(each, factor) for each in instance.instances))
        return replace(instance, **{name: getattr(instance, name) * factor for name in self.money})

    def permuted(self, instance: Any, random: np.random.Generator) -> Any:
        """Return the instance with its clients, sites, nodes, links ... in another order and under other numbers."""
        if not isinstance(instance, RobustHubPlacement):
            return self._permuted(instance, random, {})
        order: dict[str, np.ndarray] = {}
        scenarios = []
        for each in instance.instances:
            order = {axis: places for axis, places in order.items() if axis not in OF_ONE_SCENARIO}
            scenarios.append(self._permuted(each, random, order))
        places = random.permutation(instance.n_scenarios)
        return replace(
            instance, instances=tuple(scenarios[at] for at in places), probability=instance.probability[places]
        )

    def _permuted(self, instance: Any, random: np.random.Generator, order: dict[str, np.ndarray]) -> Any:
        """Return the instance in another order; `order` [axis] is taken where it is known, and learns the rest."""
        arrays = {name: _plain(getattr(instance, name)) for name in {*self.axes, *self.ids}}
        arrays = {name: values for name, values in arrays.items() if values is not None}
        for name, dims in self.axes.items():
            for at, axis in _used(arrays, name, dims):
                if axis not in order:
                    order[axis] = random.permutation(arrays[name].shape[at])
        for name, dims in self.axes.items():
            for at, axis in _used(arrays, name, dims):
                arrays[name] = np.take(arrays[name], order[axis], axis=at)
        for name, axis in self.ids.items():
            if name in arrays and axis in order:
                values = np.asarray(arrays[name], dtype=int)
                place = np.argsort(order[axis])
                arrays[name] = np.where(values < 0, values, place[values]) if values.size else values
        tuples = {name: tuple(values.tolist()) for name, values in arrays.items() if name.startswith("forced")}
        return replace(instance, **arrays | tuples)


def _plain(value: Any) -> np.ndarray | None:
    if value is None or isinstance(value, np.ndarray):
        return value
    return covering.dense(value) if hasattr(value, "parts") else np.array(value, dtype=int)


def _used(arrays: Mapping, name: str, dims: tuple) -> list[tuple[int, str]]:
    """Return the axes of a field that are permuted; a cost for all commodities alike has the last of its axes only."""
    if name not in arrays:
        return []
    found = dims[-arrays[name].ndim :] if len(dims) > arrays[name].ndim else dims
    return [(at, axis) for at, axis in enumerate(found) if axis is not None]


def wrong(contract: Contract, instance: Any, solution: Solution, truth: float) -> Iterator[str]:
    """Yield what an answer says that is not so, seen from the true value of its instance.

    A plan that is called feasible need not be the best, but its bound must be one; nothing else will do for so small
    an instance.
    """
    if np.isinf(truth):
        if solution.status is not Status.INFEASIBLE or not solution.stopped.startswith("infeasible: "):
            yield f"{solution.status}, {solution.stopped!r}: there is no plan"
        return
    near = _near(contract, solution, truth)
    if solution.status is Status.FEASIBLE:
        yield from wrong_plan(contract, instance, solution, truth)
        return
    if solution.status is not Status.OPTIMAL:
        yield f"{solution.status}, {solution.stopped!r}: the best is {truth!r}"
        return
    yield from wrong_plan(contract, instance, solution, truth)
    if abs(solution.objective - truth) > near:
        yield f"value {solution.objective!r}: the best is {truth!r}"


def _near(contract: Contract, solution: Solution, truth: float) -> float:
    """Return how near to the truth a value must be; a regret is as exact as the costs that it lies between."""
    return contract.rel * (abs(truth) + getattr(solution, "scale", 0.0)) + contract.dust


def wrong_plan(contract: Contract, instance: Any, solution: Solution, truth: float) -> Iterator[str]:
    """Yield what is wrong with a plan whether or not it is the best one."""
    sign, near = contract.sign, _near(contract, solution, truth)
    if sign * solution.objective < sign * truth - near:
        yield f"value {solution.objective!r}: better than the best, {truth!r}"
    if sign * solution.bound > sign * truth + near:
        yield f"bound {solution.bound!r}: the best is {truth!r}"
    if sign * solution.bound > sign * solution.objective + near:
        yield f"bound {solution.bound!r} passes the value {solution.objective!r}"
    if found := instance.check(solution):
        yield f"does not pass its own check: {found}"
    if abs(instance.price(solution) - solution.objective) > near:
        yield f"value {solution.objective!r}, priced {instance.price(solution)!r}"
    gap = relative_gap(sign * solution.objective, sign * solution.bound)
    if not hasattr(solution, "scale") and abs(solution.gap - gap) > contract.rel:
        yield f"gap {solution.gap!r}, recomputed {gap!r}"


def wrong_within(contract: Contract, instance: Any, solution: Solution, truth: float, gap: float) -> Iterator[str]:
    """Yield what an answer within a gap says that is not so: the best plan is not asked for, but what is said of it.

    The value may miss the truth by the gap of itself. A regret, the difference of two costs, is known to a gap of what
    the dearest scenario costs at best: as large a part of a regret near 0 would be no room at all.
    """
    if np.isinf(truth):
        yield from wrong(contract, instance, solution, truth)
        return
    if solution.status is not Status.OPTIMAL:
        yield f"{solution.status}, {solution.stopped!r}: a plan within {gap:.0%} is soon found"
    if not solution.has_plan:
        return
    yield from wrong_plan(contract, instance, solution, truth)
    near, unit = _near(contract, solution, truth), abs(solution.objective)
    if _is_regret(instance):
        unit = _own_best(instance).max()
        if solution.scale > unit + near:
            yield f"gap told of {solution.scale!r}: the dearest scenario costs {unit!r} at best"
    if abs(solution.objective - truth) > gap * unit + near:
        yield f"value {solution.objective!r}: the best is {truth!r}, farther away than {gap:.0%} of {unit!r}"
    if solution.gap > gap + contract.rel:
        yield f"gap {solution.gap!r}: {gap:.0%} was asked for"


def arrays_of(value: Any) -> Iterator[np.ndarray]:
    """Yield every array in a dataclass and in what it holds."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from arrays_of(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from arrays_of(getattr(value, field.name))


def spoiled(instance: Any, solution: Solution) -> Iterator[tuple[str, Solution]]:
    """Yield a plan with one thing changed that it cannot do without, and what that is."""
    beyond = 1 + abs(solution.objective) + getattr(solution, "scale", 0.0) + np.max(getattr(solution, "cost", 0.0))
    yield "another value", replace(solution, objective=solution.objective + beyond)
    for name in CARRIED & {field.name for field in fields(solution)}:
        values = getattr(solution, name)
        for at in _carrying(instance, solution, name):
            less = values[at] - 1 if values.dtype.kind == "i" else values[at] / 2
            yield f"less {name}", replace(solution, **{name: _with(values, at, less)})
    if (opened := getattr(solution, "open", None)) is not None:
        yield from _spoiled_sites(solution, opened)
    if hasattr(solution, "option_open") and hasattr(solution, "share"):
        for route in np.flatnonzero(solution.share * instance.amount[instance.route_flow] > 0)[:1]:
            used = solution.option_open & (instance.option_site == instance.route_site[route])
            yield "a used hub closed", replace(solution, option_open=_frozen(solution.option_open & ~used))


def _carrying(instance: Any, solution: Solution, name: str) -> list:
    """Return a place of an array where something is carried that matters."""
    values = getattr(solution, name)
    if not values.size:
        return []
    weight = values.astype(float)
    if name in ("flow_amount", "unserved"):  # half of it must be more than a check's rounding of what a commodity sends
        sent = instance.amount[solution.flow_commodity] if name == "flow_amount" else instance.amount
        weight = np.where(weight > 4 * CHECKED_TO * sent, weight, 0.0)
    if name in ("share", "direct_share") and hasattr(instance, "route_flow"):
        flow = instance.route_flow if name == "share" else np.arange(instance.amount.size)
        weight = weight * instance.amount[flow]
    return [np.unravel_index(int(weight.argmax()), values.shape)] if weight.max() > 0 else []


def _spoiled_sites(solution: Solution, opened: np.ndarray) -> Iterator[tuple[str, Solution]]:
    """Yield a plan with a site closed that serves somebody, and with somebody sent to a closed one."""
    served = getattr(solution, "assignment", getattr(solution, "allocation", np.array([], dtype=int)))
    name = "assignment" if hasattr(solution, "assignment") else "allocation"
    used = np.unique(served[served >= 0])
    if used.size and used.max() < opened.size and served.ndim == 1:
        yield "a used site closed", replace(solution, open=_with(opened, int(used[0]), 0))
        for closed in np.flatnonzero(~opened)[:1]:
            at = int(np.flatnonzero(served >= 0)[0])
            yield "sent to a closed site", replace(solution, **{name: _with(served, at, int(closed))})


def _with(values: np.ndarray, at: Any, value: float) -> np.ndarray:
    other = values.copy()
    other[at] = value
    return _frozen(other)


def _frozen(values: np.ndarray) -> np.ndarray:
    values.setflags(write=False)
    return values


def _of_facilities(instance: Any) -> float:
    most = instance.cost.shape[1] if instance.max_open is None else instance.max_open
    forced = instance.forced_open, instance.forced_closed
    return location.cheapest(instance.cost, instance.fixed_cost, instance.min_open, most, *forced)


def _weighted(instance: Any) -> np.ndarray:
    finite = np.where(np.isinf(instance.cost), 0.0, instance.cost) * instance.weight[:, None]
    return np.where(np.isinf(instance.cost), np.inf, finite)


def _of_medians(instance: Any) -> float:
    cost, forced = _weighted(instance), (instance.forced_open, instance.forced_closed)
    return location.cheapest(cost, np.zeros(cost.shape[1]), instance.p, instance.p, *forced)


def _choices(instance: Any, sites: int, least: int, most: int) -> Iterator[list[int]]:
    return covering.choices(sites, least, most, instance.forced_open, instance.forced_closed)


def _of_centers(instance: Any) -> float:
    cost = _weighted(instance)
    allowed = _choices(instance, cost.shape[1], instance.p, instance.p)
    return min((cost[:, one].min(axis=1, initial=np.inf).max(initial=0.0) for one in allowed), default=np.inf)


def _of_covers(instance: Any) -> float:
    part = covering.dense(instance.covers)
    allowed = _choices(instance, part.shape[1], 0, part.shape[1])
    return min((instance.cost[one].sum() for one in allowed if part[:, one].any(axis=1).all()), default=np.inf)


def _of_maximal(instance: Any) -> float:
    part = covering.dense(instance.covers)
    allowed = _choices(instance, part.shape[1], instance.p, instance.p)
    return max((covering.earned(instance, part, one) for one in allowed), default=-np.inf)


@st.composite
def _robust(draw: Callable) -> RobustHubPlacement:
    instances, probability = draw(robust.scenarios())
    risk, level = draw(st.sampled_from(RISKS))
    return RobustHubPlacement(instances=instances, probability=probability, risk=risk, level=level)


def _of_robust(instance: RobustHubPlacement) -> float:
    costs = robust.costs_by_trying_every_choice(instance.instances, robust.cost_by_transport)
    if not len(costs):
        return np.inf
    return robust.risk_by_hand(costs, _own_best(instance), instance.probability, instance.risk, instance.level)


def _own_best(instance: RobustHubPlacement) -> np.ndarray:
    """Return what the best openings of each scenario cost it, by trying every choice."""
    costs = ((robust.cost_by_transport(each, one) for one in robust.choices_of(each)) for each in instance.instances)
    return np.array([min(found, default=np.inf) for found in costs])


def _is_regret(instance: Any) -> bool:
    return isinstance(instance, RobustHubPlacement) and instance.risk == "regret"


def _spread(instance: Any) -> bool:
    """Tell whether weights lie near enough together for a MIP in floats."""
    weight = instance.weight[instance.weight > 0]
    return weight.size == 0 or weight.max() / weight.min() < LARGEST_SPREAD


CARRIED = {"share", "direct_share", "flow", "flow_amount", "unserved", "covered"}
LARGEST_SPREAD = 1e6
CHECKED_TO = 1e-6  # of what a commodity sends: the tolerance of `check`
SITES = {"forced_open": "site", "forced_closed": "site"}
CLIENTS_AND_SITES = {
    "cost": ("client", "site"), "fixed_cost": ("site",), "demand": ("client",), "capacity": ("site",),
    "min_throughput": ("site",),
}  # fmt: skip
WEIGHTED = {"cost": ("client", "site"), "weight": ("client",)}
COVERED = {"covers": ("client", "site")}
LINKS = {"tail": ("link",), "head": ("link",), "capacity": ("link",), "unit_cost": ("commodity", "link"),
         "origin": ("commodity",), "destination": ("commodity",), "amount": ("commodity",)}  # fmt: skip
OWN_AND_MIP = {"auto": EXACT, "mip": LOOSE}
PLACED = {
    "amount": ("flow",), "direct_cost": ("flow",), "route_flow": ("route",), "route_site": ("route",),
    "route_cost": ("route",), "route_resource": ("route",), "option_site": ("option",), "option_cost": ("option",),
    "option_capacity": ("option", "resource"), "standing": ("site",),
}  # fmt: skip
PLACED_IDS = SITES | {
    "route_flow": "flow", "route_site": "site", "route_resource": "resource", "option_site": "site",
}  # fmt: skip
WITH_TERMS = PLACED | {  # periods and levels have an order of their own
    "flow_period": ("flow",), "flow_client": ("flow",), "route_second_site": ("route",),
    "route_second_resource": ("route",), "option_period": ("option",), "option_level": ("option",),
    "option_min_throughput": ("option",), "rule_row": ("entry",), "rule_option": ("entry",), "rule_weight": ("entry",),
    "rule_low": ("rule",), "rule_high": ("rule",), "route_measure": ("route", "measure"),
    "direct_measure": ("flow", "measure"), "option_measure": ("option", "measure"), "measure_low": ("measure",),
    "measure_high": ("measure",),
}  # fmt: skip
TERMS_IDS = PLACED_IDS | {
    "route_second_site": "site", "route_second_resource": "resource", "rule_row": "rule", "rule_option": "option",
}  # fmt: skip
OF_ONE_SCENARIO = {"flow", "route", "measure"}
BENDERS_AND_MIP = {"benders": 1e-8, "mip": 1e-8}
ROOM_OF_MANY = {"lagrangian": EXACT, "radius": EXACT, "auto": EXACT, "mip": LOOSE}

CONTRACTS = (
    Contract(
        name="hub_placement", model=HubPlacement,
        drawn=placement.plain_instances(), truth=placement.value_by_trying_every_choice,
        gaps=BENDERS_AND_MIP, money=("direct_cost", "route_cost", "option_cost"), axes=PLACED, ids=PLACED_IDS,
    ),
    Contract(
        name="hub_placement_with_terms", model=HubPlacement,
        drawn=placement.instances(), truth=placement.value_by_trying_every_choice,
        gaps=BENDERS_AND_MIP, money=("direct_cost", "route_cost", "option_cost"), axes=WITH_TERMS, ids=TERMS_IDS,
    ),
    Contract(
        name="robust_hub_placement", model=RobustHubPlacement,
        drawn=_robust(), truth=_of_robust, gaps=BENDERS_AND_MIP,
        money=("direct_cost", "route_cost", "option_cost"), axes=WITH_TERMS, ids=TERMS_IDS,
    ),
    Contract(
        name="facility_location", model=FacilityLocation,
        drawn=location.facilities(), truth=_of_facilities, gaps=ROOM_OF_MANY,
        money=("cost", "fixed_cost"), axes=CLIENTS_AND_SITES, ids=SITES, dust=1e-11,
    ),
    Contract(
        name="capacitated_location", model=FacilityLocation,
        drawn=capacitated.instances(), truth=capacitated.best_of_all, gaps=OWN_AND_MIP,
        money=("cost", "fixed_cost"), axes=CLIENTS_AND_SITES, ids=SITES,
    ),
    Contract(
        name="location_with_tiers", model=FacilityLocation,
        drawn=tiers.instances(), truth=tiers.best_of_all, gaps=OWN_AND_MIP,
        money=("cost", "fixed_cost"), axes=CLIENTS_AND_SITES, ids=SITES,
    ),
    Contract(
        name="p_median", model=PMedian,
        drawn=location.medians().filter(_spread), truth=_of_medians, gaps=ROOM_OF_MANY,
        money=("cost",), axes=WEIGHTED, ids=SITES, dust=1e-11,
    ),
    Contract(
        name="p_center", model=PCenter,
        drawn=covering.centers(), truth=_of_centers, gaps=OWN_AND_MIP, money=("cost",),
        axes=WEIGHTED, ids=SITES, dust=1e-11,
    ),
    Contract(
        name="set_cover", model=SetCover,
        drawn=covering.covers(), truth=_of_covers, gaps=OWN_AND_MIP, money=("cost",),
        axes=COVERED | {"cost": ("site",)}, ids=SITES,
    ),
    Contract(
        name="max_cover", model=MaxCover,
        drawn=covering.maximal(), truth=_of_maximal, gaps=OWN_AND_MIP,
        money=("weight", "backup_weight"), axes=COVERED | {"weight": ("client",), "backup_weight": ("client",)},
        ids=SITES, sign=-1,
    ),
    Contract(
        name="hub_location", model=HubLocation,
        drawn=hub_location.instances(), truth=hub_location.enumerated,
        gaps={"lagrangian": 1e-9, "mip": 1e-9}, money=("cost", "fixed_cost"),
        axes={"flow": ("node", "node"), "cost": ("node", "node"), "fixed_cost": ("node",), "capacity": ("node",)},
        ids={},
    ),
    Contract(
        name="min_cost_flow", model=MinCostFlow,
        drawn=flows.networks(), truth=flows.enumerated, gaps={"auto": EXACT, "mip": EXACT},
        money=("unit_cost",), axes={"tail": ("link",), "head": ("link",), "capacity": ("link",),
        "unit_cost": ("link",), "supply": ("node",)}, ids={"tail": "node", "head": "node"},
    ),
    Contract(
        name="multicommodity_flow", model=MultiCommodityFlow,
        drawn=commodities.instances(), truth=commodities.enumerated,
        gaps={"benders": 1e-7, "mip": 1e-7}, money=("unit_cost", "unserved_cost"),
        axes=LINKS | {"unserved_cost": ("commodity",)}, ids={},
    ),
    Contract(
        name="network_design", model=NetworkDesign,
        drawn=design.instances(), truth=design.enumerated,
        gaps={"lagrangian": 1e-6, "mip": 1e-6}, money=("unit_cost", "fixed_cost", "budget"),
        axes=LINKS | {"fixed_cost": ("link",)}, ids={"forced_open": "link", "forced_closed": "link"},
    ),
)  # fmt: skip
