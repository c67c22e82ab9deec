"""The time ends, or Ctrl-C comes, at any look at the clock: what is answered then is no lie.

The moment is counted in looks at the clock, not in seconds, so that each run stops at the same places.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from oracles.moments import CameThroughError, at_look

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
    SolveOptions,
    Status,
)

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

MOST = 16  # moments tried of a solve, evenly spread where it looks at the clock more often
NEAR = 3e-6


@dataclass(frozen=True, kw_only=True)
class Case:
    """An instance whose search takes many steps, and the engine."""

    name: str
    instance: Any
    engine: str = "auto"
    gap: float = 0.0

    def solve(self) -> Any:
        return self.instance.solve(SolveOptions(engine=self.engine, relative_gap=self.gap))


def by_chance(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).integers(1, 100, shape).astype(float)


def far(one: int, other: int) -> np.ndarray:
    """Return how far places in a square lie apart, in whole units."""
    draw = np.random.default_rng(7)
    here, there = draw.random((one, 2)), draw.random((other, 2))
    return np.round(100 * np.linalg.norm(here[:, None] - there[None], axis=2))


def located(clients: int, sites: int, **more: Any) -> FacilityLocation:
    draw = np.random.default_rng(7)
    demand = draw.integers(5, 36, clients)
    return FacilityLocation(
        cost=far(clients, sites) * demand[:, None] / 10,
        fixed_cost=draw.integers(300, 700, sites),
        demand=demand,
        capacity=draw.integers(60, 160, sites),
        **more,
    )


def placed(flows: int = 60, *, must: int = 0) -> HubPlacement:
    """Return freight between places in a plane, two hubs that stand and three that may be built in two sizes.

    `must` flows have no direct way; each is served by one of the new hubs only.
    """
    draw = np.random.default_rng(3)
    amount, (start, end), site = draw.integers(1, 50, flows) * 10.0, draw.random((2, flows, 2)), draw.random((5, 2))
    direct = np.round(1000 * (1 + np.linalg.norm(start - end, axis=1)))
    to, on = (np.linalg.norm(one[:, None] - site[None], axis=2) for one in (start, end))
    route = np.round(900 * to + 500 * on + 200)
    route[:must, :2] = np.inf
    direct[:must] = np.inf
    flow, at = np.nonzero(route < direct[:, None])
    size = amount.sum() / 10
    return HubPlacement(
        amount=amount, direct_cost=direct, route_flow=flow, route_site=at, route_cost=route[flow, at],
        route_resource=np.zeros(flow.size, dtype=int), option_site=[0, 1, 2, 2, 3, 3, 4, 4],
        option_cost=np.array([0.0, 0.0, *[300.0, 500.0] * 3]) * size / 2,
        option_capacity=np.array([[1.0], [1.0], *[[1.0], [2.0]] * 3]) * size,
        standing=np.arange(5) < 2,
    )  # fmt: skip


def robust(risk: str, must: int = 0) -> RobustHubPlacement:
    one = placed(30, must=must)
    more = HubPlacement(**{name: getattr(one, name) for name in (
        "direct_cost", "route_flow", "route_site", "route_cost", "route_resource", "option_site", "option_cost",
        "option_capacity", "standing")}, amount=one.amount * np.where(np.arange(30) % 2, 1.5, 0.5))  # fmt: skip
    return RobustHubPlacement(instances=(one, more), probability=[0.5, 0.5], risk=risk)


def links(many: int, **more: Any) -> dict[str, Any]:
    """Return a ring of 8 nodes with chords, and `many` commodities between them."""
    draw = np.random.default_rng(5)
    tail = np.tile(np.arange(8), 3)
    head = (tail + np.repeat([1, 7, 3], 8)) % 8
    start = draw.integers(0, 8, many)
    return {
        "tail": tail, "head": head, "unit_cost": draw.integers(1, 20, 24).astype(float),
        "capacity": draw.integers(10, 30, 24).astype(float), "origin": start,
        "destination": (start + draw.integers(1, 8, many)) % 8, "amount": draw.integers(1, 12, many).astype(float),
        **more,
    }  # fmt: skip


COVERED = (
    np.eye(30, 18, dtype=bool) | np.eye(30, 18, -18, dtype=bool) | (np.random.default_rng(1).random((30, 18)) < 0.15)
)
NODES = {"flow": np.random.default_rng(1).integers(1, 9, (10, 10)), "cost": far(10, 10), "transfer": 0.6}
COMMODITIES, BUILT = links(30, unserved_cost=np.full(30, 90.0)), links(8, fixed_cost=by_chance(24) * 3)
SHIPPED = MinCostFlow(
    tail=COMMODITIES["tail"], head=COMMODITIES["head"], capacity=np.full(24, 20), unit_cost=np.arange(24) % 7,
    supply=[30, 0, 0, -10, 0, -20, 5, -5],
)  # fmt: skip
CASES = (
    Case(name="median", instance=PMedian(cost=by_chance(40, 40), weight=np.ones(40), p=6)),
    Case(name="median by radius", instance=PMedian(cost=by_chance(14, 14), weight=np.ones(14), p=3), engine="radius"),
    Case(name="median by program", instance=PMedian(cost=far(12, 8), weight=np.ones(12), p=3), engine="mip"),
    Case(name="uncapacitated", instance=FacilityLocation(cost=by_chance(40, 30), fixed_cost=np.full(30, 60.0))),
    Case(name="capacitated", instance=located(20, 12)),
    Case(name="whole clients", instance=located(8, 5, single_source=True)),
    Case(name="least throughput", instance=located(20, 12, min_throughput=np.full(12, 60.0))),
    Case(name="center", instance=PCenter(cost=by_chance(40, 30), p=5)),
    Case(name="set cover", instance=SetCover(covers=COVERED)),
    Case(name="most covered", instance=MaxCover(covers=COVERED, weight=by_chance(30), p=5)),
    Case(name="one hub each", instance=HubLocation(**NODES, hubs=3), engine="lagrangian"),
    Case(
        name="many hubs each", instance=HubLocation(**NODES, hubs=3, allocation="multiple"), engine="lagrangian"
    ),
    Case(name="placement", instance=placed(), engine="benders", gap=1e-8),
    Case(name="placement of what must go by hub", instance=placed(30, must=4), engine="benders", gap=1e-8),
    Case(name="robust", instance=robust("expected"), engine="benders", gap=1e-8),
    Case(name="robust where some must go by hub", instance=robust("cvar", must=4), engine="benders", gap=1e-8),
    Case(name="least regret", instance=robust("regret"), engine="benders", gap=1e-8),
    Case(name="least regret by program", instance=robust("regret"), engine="mip", gap=1e-8),
    Case(name="commodities", instance=MultiCommodityFlow(**COMMODITIES), engine="benders", gap=1e-7),
    Case(name="design", instance=NetworkDesign(**BUILT), engine="lagrangian", gap=1e-6),
)  # fmt: skip

PROGRAMS = (
    Case(name="medians", instance=PMedian(cost=far(9, 6), weight=np.ones(9), p=3), engine="mip"),
    Case(name="capacitated", instance=located(8, 5), engine="mip"),
    Case(name="center", instance=PCenter(cost=far(9, 6), p=2), engine="mip"),
    Case(name="set cover", instance=SetCover(covers=COVERED), engine="mip"),
    Case(name="most covered", instance=MaxCover(covers=COVERED, weight=by_chance(30), p=3), engine="mip"),
    Case(name="one hub each", instance=HubLocation(**NODES, hubs=3), engine="mip", gap=1e-9),
    Case(name="flow", instance=SHIPPED),
    Case(name="flow by program", instance=SHIPPED, engine="mip"),
    Case(name="placement", instance=placed(30), engine="mip", gap=1e-8),
    Case(name="commodities", instance=MultiCommodityFlow(**COMMODITIES), engine="mip", gap=1e-7),
    Case(name="design", instance=NetworkDesign(**BUILT), engine="mip", gap=1e-6),
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def solved(request):
    """Return the case, its proved answer and the looks at the clock that finding it took."""
    case = request.param
    case.solve()  # what is compiled, and looks at the clock for that, is so before the looks are counted
    with at_look(np.inf) as moments:
        answer = case.solve()
    assert answer.status is Status.OPTIMAL
    assert moments.looks > 5
    return case, answer, moments.looks


def moments_of(first: int, last: int) -> list[int]:
    return sorted({int(at) for at in np.linspace(first, last, MOST)})


def wrong(case: Case, told: Any, best: Any) -> list[str]:
    """Return what an answer says that is not so."""
    sign = -1 if isinstance(case.instance, MaxCover) else 1
    near = NEAR * (abs(best.objective) + getattr(best, "scale", 0.0))  # a regret is as exact as the costs it is made of
    found = [] if sign * told.bound <= sign * best.objective + near else [f"bound {told.bound}"]
    if told.status is Status.OPTIMAL and abs(told.objective - best.objective) > near:
        found.append(f"called the best: {told.objective}")
    if told.has_plan and sign * told.objective < sign * best.objective - near:
        found.append(f"better than the best: {told.objective}")
    if told.has_plan and (faults := case.instance.check(told)):
        found.append(f"does not pass its check: {faults}")
    return found


def test_a_limit_that_ends_at_any_look_at_the_clock_is_told_and_nothing_false_is(solved):
    case, best, looks = solved
    for at in moments_of(1, looks):
        with at_look(at):
            told = case.solve()
        assert wrong(case, told, best) == [], f"at look {at} of {looks}"
        assert told.status in {Status.OPTIMAL, Status.FEASIBLE, Status.NO_SOLUTION}
        if told.status is not Status.OPTIMAL:
            assert told.stopped.startswith("time limit")


def test_ctrl_c_at_any_look_at_the_clock_gives_the_best_so_far(solved):
    case, best, looks = solved
    for at in moments_of(4, looks - 1):  # not before the search begins, nor after it has ended
        with at_look(at, "ctrl_c"):
            told = case.solve()
        assert wrong(case, told, best) == [], f"at look {at} of {looks}"
        assert told.status in {Status.OPTIMAL, Status.FEASIBLE, Status.NO_SOLUTION}
        if told.status is not Status.OPTIMAL:
            assert told.stopped == "interrupted"


@pytest.mark.parametrize("case", PROGRAMS, ids=lambda case: case.name)
def test_a_limit_that_ends_before_or_after_a_program_is_solved_is_told(case):
    case.solve()
    with at_look(np.inf) as moments:
        best = case.solve()
    assert best.gap <= case.gap + NEAR
    for at in range(1, moments.looks + 1):
        with at_look(at):
            told = case.solve()
        assert wrong(case, told, best) == [], f"at look {at} of {moments.looks}"
        assert told.status is not Status.INFEASIBLE
        assert told.stopped


SEVERAL = (
    PMedian(cost=by_chance(20, 12), weight=np.ones(20), p=4),
    FacilityLocation(cost=by_chance(20, 12), fixed_cost=np.full(12, 60.0)),
    FacilityLocation(cost=by_chance(20, 8), fixed_cost=np.full(8, 60.0), demand=np.ones(20), capacity=np.full(8, 6.0)),
    FacilityLocation(
        cost=by_chance(8, 3),
        fixed_cost=[[30.0, 60.0]] * 3,
        demand=np.ones(8),
        capacity=[[3.0, 6.0]] * 3,
        min_throughput=np.full(3, 2.0),
    ),
    PCenter(cost=by_chance(20, 12), p=4),
    MaxCover(covers=COVERED, weight=by_chance(30), p=3),
    SetCover(covers=COVERED),
    placed(30),
    robust("regret"),
    NetworkDesign(**BUILT),
)


@pytest.mark.parametrize("event", ["time", "ctrl_c"])
@pytest.mark.parametrize("instance", SEVERAL, ids=lambda one: type(one).__name__)
def test_alternatives_cut_short_are_different_plans_and_none_beats_the_best(instance, event):
    options = SolveOptions(relative_gap=0.0)
    best, sign = instance.solve(options), -1 if isinstance(instance, MaxCover) else 1
    with at_look(np.inf) as moments:
        instance.alternatives(6, within=np.inf, options=options)
    for at in moments_of(1, moments.looks):
        told = ()
        # between two searches Ctrl-C is Python's own
        with suppress(CameThroughError), at_look(at, event):
            told = instance.alternatives(6, within=np.inf, options=options)
        assert [fault for one in told for fault in instance.check(one)] == []
        assert all(sign * one.objective >= sign * best.objective - NEAR * best.objective for one in told)
        sites = {(one.option_open if hasattr(one, "option_open") else one.open).tobytes() for one in told}
        assert len(sites) == len(told) <= 6


TIGHT = FacilityLocation(  # six clients of 5 t, sites of 10 t; two sites are forced, one is allowed
    cost=far(6, 4), fixed_cost=np.full(4, 10.0), demand=np.full(6, 5.0), capacity=np.full(4, 10.0), max_open=1,
    forced_open=(0, 1),
)  # fmt: skip
ALL_ROOM = {("capacity", site) for site in range(4)}


def is_clash(names: set) -> bool:
    """Return whether one site is too few: for two that are forced, or for three clients, which fill more than one."""
    kinds = [name[0] for name in names]
    is_full = kinds.count("served") > 2 and names >= ALL_ROOM
    return ("max_open",) in names and (kinds.count("forced_open") > 1 or is_full)


@pytest.mark.parametrize("event", ["time", "ctrl_c"])
def test_clashes_cut_short_are_clashes_and_not_called_the_smallest(event):
    with at_look(np.inf) as moments:
        smallest = TIGHT.clashes()
    assert [len(one.requirements) for one in smallest.found] == [8]
    assert is_clash(set(smallest.found[0].requirements))
    for at in moments_of(2, moments.looks - 1):
        with at_look(at, event):
            told = TIGHT.clashes()
        assert (told.status is Status.INFEASIBLE) == bool(told.found)
        assert all(is_clash(set(one.requirements)) and not one.is_irreducible for one in told.found)
        assert not told.is_complete
        assert told.stopped == {"time": "time limit", "ctrl_c": "interrupted"}[event]


# three pairs of places without a way from pair to pair
PAIRS = np.kron(np.eye(3), np.ones((2, 2))) > 0
TOO_FEW = (
    (TIGHT, ("max_open",), 2.0),  # two sites more: three hold the 30 t
    (PCenter(cost=np.where(PAIRS, 1.0, np.inf), p=1), ("p", "more"), 2.0),
    (SetCover(covers=PAIRS[:, :5], forced_closed=(4,)), ("forced_closed", 4), 1.0),  # two clients else
    (MaxCover(covers=PAIRS, p=7), ("p", "fewer"), 1.0),
)


@pytest.mark.parametrize("event", ["time", "ctrl_c"])
@pytest.mark.parametrize(("instance", "first", "price"), TOO_FEW, ids=lambda one: type(one).__name__)
def test_ways_out_cut_short_are_the_first_of_them(instance, first, price, event):
    with at_look(np.inf) as moments:
        every = instance.ways_out()
    assert every.ways[0].relaxations[0].name == first
    assert every.ways[0].price == price
    for at in moments_of(2, moments.looks - 1):
        with at_look(at, event):
            told = instance.ways_out()
        assert [way.relaxations for way in told.ways] == [way.relaxations for way in every.ways[: len(told.ways)]]
        assert not told.is_complete or len(told.ways) == len(every.ways)
        assert told.is_complete or told.stopped == {"time": "time limit", "ctrl_c": "interrupted"}[event]


TIGHT_HUBS = (
    HubLocation(flow=[[0, 6, 1], [4, 0, 2], [3, 3, 0]], cost=far(3, 3), hubs=1, capacity=[9.0, 9.0, 9.0]),
    HubLocation(flow=[[0, 6], [4, 0]], cost=far(2, 2), hubs=1, capacity=[7.0, 7.0], allocation="multiple"),
    RobustHubPlacement(
        instances=[
            replace(placed(3), direct_cost=np.full(3, np.inf), max_new=0, option_cost=placed(3).option_cost * factor)
            for factor in (1.0, 2.0)
        ]
    ),
)


@pytest.mark.parametrize("event", ["time", "ctrl_c"])
@pytest.mark.parametrize("instance", TIGHT_HUBS, ids=["one hub each", "many hubs each", "scenarios"])
def test_ways_out_of_hubs_cut_short_are_the_first_of_them(instance, event):
    with at_look(np.inf) as moments:
        every = instance.ways_out(k=2)
    assert len(every.ways) == 2
    for at in moments_of(2, moments.looks - 1):
        with suppress(CameThroughError), at_look(at, event):
            told = instance.ways_out(k=2)
            assert [way.price for way in told.ways] == [way.price for way in every.ways[: len(told.ways)]]
            assert told.is_complete or told.stopped == {"time": "time limit", "ctrl_c": "interrupted"}[event]
