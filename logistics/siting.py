"""The decision: a case becomes a `models.HubPlacement`, is solved for 0, 1, 2 ... new hubs, and the best is chosen.

Only the contestable part of small and medium shipments may move to a shared hub (`contestable_small`);
the rest goes direct whatever is decided, and its cost is added to value and bound alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from logistics.case import Case
from logistics.distances import Floats
from logistics.errors import InfeasibleError, NoPlanError
from logistics.routes import Routes
from logistics.sites import RESOURCES
from logistics.ways import way_rows
from models import HubPlacement, HubPlacementSolution, SolveOptions, Status

HAS_PLAN: Final = (Status.OPTIMAL, Status.FEASIBLE)
SHARE_DUST: Final = 1e-7
BOUND_DUST: Final = 1e-9
GAP_DUST: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """The best plan with exactly `new_hubs` new hubs; value, bound and gap are of the whole freight's cost."""

    new_hubs: int
    status: Status
    objective_vnd_per_year: float
    bound_vnd_per_year: float
    hub_ids: tuple[str, ...]
    solution: HubPlacementSolution

    @property
    def gap(self) -> float:
        """Return (value - bound) / value."""
        return relative_gap(self.objective_vnd_per_year, self.bound_vnd_per_year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The curve over the number of new hubs and the point chosen.

    `bound_vnd_per_year` bounds the question asked: exactly N new hubs, or at most `max_new_hubs`.
    """

    curve: tuple[CurvePoint, ...]
    chosen: CurvePoint
    cheapest: CurvePoint
    bound_vnd_per_year: float
    direct_vnd_per_year: float
    gap_asked: float
    seconds: float

    @property
    def gap(self) -> float:
        """Return the gap of the chosen plan to the bound of the question asked."""
        return relative_gap(self.chosen.objective_vnd_per_year, self.bound_vnd_per_year)

    @property
    def is_proved(self) -> bool:
        """Tell whether the gap asked for is reached for the question asked, not only for the number chosen."""
        return self.gap <= self.gap_asked + GAP_DUST


def relative_gap(value: float, bound: float) -> float:
    """Return (value - bound) / value, never below zero."""
    return max(value - bound, 0.0) / value if value > 0 else 0.0


def settled_bound(bound: float, value: float) -> float:
    """Return the bound, or the value where the bound passes it by no more than the dust of adding up."""
    return value if value < bound <= value * (1 + BOUND_DUST) else bound


def placement(case: Case, routes: Routes) -> HubPlacement:
    """Return the instance: flows with their contestable tonnes, routes, sites and ways of building them."""
    site_of = {hub_id: at for at, hub_id in enumerate(case.sites["hub_id"])}
    capacity = [[getattr(option, f"{resource}_t_per_year") for resource in RESOURCES] for option in case.options]
    return HubPlacement(
        amount=case.contestable_t,
        direct_cost=routes.direct_vnd_per_t,
        route_flow=routes.flow,
        route_site=routes.site,
        route_cost=routes.vnd_per_t,
        route_resource=routes.resource.astype(np.intp),
        option_site=np.array([site_of[option.hub_id] for option in case.options], dtype=np.intp),
        option_cost=np.array([option.fixed_vnd_per_year for option in case.options], dtype=float),
        option_capacity=np.array(capacity, dtype=float).reshape(-1, len(RESOURCES)),
        standing=case.sites["standing"].to_numpy(bool),
        forced_open=tuple(site_of[hub_id] for hub_id in case.scenario.forced_open),
    )


def captive_vnd(case: Case, routes: Routes) -> float:
    """Return the yearly direct cost of the tonnes that no plan may move to a hub."""
    captive_t = case.flows["t_per_year"].to_numpy(float) - case.contestable_t
    return float(captive_t @ routes.direct_vnd_per_t)


def decide(case: Case, routes: Routes, options: SolveOptions) -> Decision:
    """Solve for every number of new hubs on the curve and choose.

    Raises
    ------
    InfeasibleError
        If no plan keeps what the scenario asks for.
    NoPlanError
        If the limit passed before a plan was found.
    """
    instance = placement(case, routes)
    counts = curve_counts(case)
    solutions = instance.curve(counts, options)
    captive = captive_vnd(case, routes)
    points = tuple(_point(case, solution, count, captive) for count, solution in zip(counts, solutions, strict=True))
    direct = captive + float(instance.amount @ routes.direct_vnd_per_t)
    seconds = sum(solution.seconds for solution in solutions)
    return _choose(case, points, direct, (options.relative_gap, seconds))


def curve_counts(case: Case) -> range:
    """Return the numbers of new hubs to look at: to `curve_to` or one more than asked for, if there are candidates."""
    scenario = case.scenario
    asked = scenario.new_hubs if scenario.new_hubs is not None else scenario.max_new_hubs
    candidates = int((~case.sites["standing"]).sum())
    return range(min(max(scenario.curve_to, asked + 1), candidates) + 1)


def _point(case: Case, solution: HubPlacementSolution, count: int, captive: float) -> CurvePoint:
    opened = solution.option_open if solution.status in HAS_PLAN else np.zeros(len(case.options), dtype=bool)
    standing = set(case.sites["hub_id"][case.sites["standing"]])
    ids = tuple(case.options[at].hub_id for at in np.flatnonzero(opened) if case.options[at].hub_id not in standing)
    return CurvePoint(
        new_hubs=count, status=solution.status, objective_vnd_per_year=solution.objective + captive,
        bound_vnd_per_year=max(solution.bound, 0.0) + captive, hub_ids=ids, solution=solution,
    )  # fmt: skip


def _choose(case: Case, points: Sequence[CurvePoint], direct: float, effort: tuple[float, float]) -> Decision:
    """Choose the cheapest point of the question asked; `effort` is the gap asked for and the seconds taken."""
    scenario = case.scenario
    asked = (
        [point for point in points if point.new_hubs == scenario.new_hubs]
        if scenario.new_hubs is not None
        else [point for point in points if point.new_hubs <= scenario.max_new_hubs]
    )
    solved = [point for point in asked if point.status in HAS_PLAN]
    if not solved:
        _raise_without_plan(asked)
    every = [point for point in points if point.status in HAS_PLAN]
    possible = [point.bound_vnd_per_year for point in asked if point.status is not Status.INFEASIBLE]
    chosen = min(solved, key=lambda point: point.objective_vnd_per_year)
    return Decision(
        curve=tuple(every),
        chosen=chosen,
        cheapest=min(every, key=lambda point: point.objective_vnd_per_year),
        bound_vnd_per_year=min(*possible, chosen.objective_vnd_per_year),
        direct_vnd_per_year=direct,
        gap_asked=effort[0],
        seconds=effort[1],
    )


def _raise_without_plan(asked: Sequence[CurvePoint]) -> None:
    reasons = sorted({point.solution.stopped for point in asked})
    if all(point.status is Status.INFEASIBLE for point in asked):
        raise InfeasibleError(f"no plan keeps what the scenario asks for: {'; '.join(reasons)}")
    raise NoPlanError(f"no plan was found within the time limit ({'; '.join(reasons)}); give a longer --time-limit")


def chosen_ways(case: Case, routes: Routes, decision: Decision) -> pd.DataFrame:
    """Return the ways the chosen plan uses (see `ways.way_rows`): through hubs as decided, the rest direct."""
    share = _clean(decision.chosen.solution.share)
    used = np.flatnonzero(share > 0)
    through_t = share[used] * case.contestable_t[routes.flow[used]]
    total_t = case.flows["t_per_year"].to_numpy(float)
    rest_t = total_t - np.bincount(routes.flow[used], weights=through_t, minlength=total_t.size)
    every = np.arange(total_t.size)
    return way_rows(
        np.concatenate([routes.flow[used], every]),
        np.concatenate([routes.site[used], np.full(every.size, -1)]),
        np.concatenate([routes.mode[used].astype(np.intp), np.zeros(every.size, dtype=np.intp)]),
        np.concatenate([through_t, rest_t]),
    )


def _clean(share: Floats) -> Floats:
    """Return shares without the dust a solver leaves next to 0 and 1."""
    inside = np.where(share > 1 - SHARE_DUST, 1.0, np.clip(share, 0.0, 1.0))
    return np.where(inside < SHARE_DUST, 0.0, inside)
