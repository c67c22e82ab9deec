"""The search of a scenario's question against the program of the same, on thirty draws of the planner's options.

Each draw is a tiny region with a handful of options at random; the decomposition and the textbook program must come to
the same status and the same value. The draws are seeded, so that a disagreement can be met again.
"""

from dataclasses import replace

import numpy as np
import pytest

from logistics.goals import COST
from logistics.instance import pose
from logistics.routes import enumerate_routes
from logistics.scenario_parts import Band, Corridor, Objective, Phases, ProvinceLimit
from logistics.timeline import build_timeline
from models import SolveOptions
from models.placement import answers
from models.solver import Solver

DRAWS = 30
EXACT = SolveOptions(relative_gap=1e-8, time_limit_s=60)
NEW_SITES = ("gf_nam_son", "gf_tu_son", "gf_yen_my")
BILLION = 1e9
FLOWS = 60
BY_FLOW = ("amount", "direct_cost", "flow_period", "flow_client", "direct_measure")
BY_ROUTE = (
    "route_flow", "route_site", "route_cost", "route_resource", "route_second_site", "route_second_resource",
    "route_measure",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def one_solver_process_for_all():
    """Starting a process for each of sixty solves takes longer than they do."""
    with pytest.MonkeyPatch.context() as patch, Solver() as solver:

        class Lent:
            def __enter__(self):
                return solver

            def __exit__(self, *_):
                return None

        patch.setattr(answers, "Solver", Lent)
        yield


def phases(rng):
    last = int(rng.choice([2040, 2050]))
    return {"phases": Phases(years=(2030, last), discount_pct=float(rng.integers(0, 10)))}


def land(rng):
    return {"areas_ha": (5.0, 10.0), "max_land_ha": float(rng.choice([5.0, 10.0, 15.0, 25.0]))}


def site_land(rng):
    return {"max_site_ha": float(rng.choice([10.0, 20.0]))}


def budget(rng):
    return {"budget_vnd": float(rng.choice([20.0, 40.0, 80.0, 160.0])) * BILLION}


def province(rng):
    name = str(rng.choice(["Bắc Ninh", "Hưng Yên"]))
    return {"in_province": (ProvinceLimit(province=name, min=int(rng.integers(0, 2)), max=1),)}


def corridor(rng):
    hubs = tuple(sorted(rng.choice(NEW_SITES, 2, replace=False).tolist()))
    return {"corridors": (Corridor(name="drawn", hubs=hubs, min=int(rng.integers(0, 2)), max=1),)}


def throughput(rng):
    return {"min_throughput_t_per_year": float(rng.choice([5e3, 2e4, 1e5, 1e6]))}


def two_hubs(_):
    return {"two_hub_routes": True, "ledger": {"barge_asc": 0.0, "barge_handling": 5_000.0, "barge_tkm": 50.0}}


def rail(_):
    return {"rail": True, "ledger": {"rail_asc": 0.0, "rail_access": 10_000.0}}


def band(rng):
    hours, share = float(rng.choice([3.0, 6.0, 12.0])), float(rng.choice([10.0, 40.0, 60.0]))
    return {"service": (Band(commodity="*", share_pct=share, within_h=hours),)}


def carbon_cap(rng):
    """Return a cap as a part of what everything sent directly emits; `drawn` turns it into tonnes."""
    return {"objective": Objective(co2_cap_t_per_year=float(rng.choice([0.9, 0.95, 0.97, 0.99, 1.0])))}


def extension(_):
    return {"may_extend": ("*",)}


def closing(_):
    return {"may_close": ("icd_tien_son",), "ledger": {"hub_closing_ha": 0.0, "om_pct_yard": 100.0}}


def single(_):
    return {"single_sourcing": True}


def count(rng):
    return {"new_hubs": int(rng.integers(1, 3))}


def changes(rng):
    return {"max_changes": int(rng.integers(0, 4))}


OPTIONS = (
    phases, land, site_land, budget, province, corridor, throughput, two_hubs, rail, band, carbon_cap, extension,
    closing, single, count, changes,
)  # fmt: skip


def drawn(tiny, seed, direct_co2_t):
    """Return the region with two to five options; the first goes round them all."""
    rng = np.random.default_rng(seed)
    first = OPTIONS[seed % len(OPTIONS)]
    others = [option for option in OPTIONS if option is not first]
    chosen = [first, *(others[at] for at in rng.permutation(len(others))[: rng.integers(1, 5)])]
    fields = {}
    for option in chosen:
        ledger = fields.get("ledger", tiny.ledger)
        fields |= option(rng)
        fields["ledger"] = {**ledger, **fields.get("ledger", {})}
    if "objective" in fields:
        part = fields["objective"].co2_cap_t_per_year
        fields["objective"] = Objective(co2_cap_t_per_year=part * direct_co2_t)
    if "new_hubs" in fields:
        fields["max_changes"] = max(fields.get("max_changes", 3), fields["new_hubs"])
    return fields, ", ".join(option.__name__ for option in chosen)


def question_of(scenario):
    timeline = build_timeline(scenario)
    return pose(timeline, tuple(enumerate_routes(case) for case in timeline.cases))


@pytest.fixture(scope="module")
def direct_co2_t(tiny_scenario):
    """Carbon of a year in which everything goes directly."""
    question = question_of(replace(tiny_scenario, objective=Objective(co2_price_vnd_per_t=1.0)))
    return float(question.timeline.last.tonnes @ question.routes[0].direct.co2_t_per_t)


@pytest.mark.parametrize("seed", range(DRAWS))
def test_the_search_and_the_program_come_to_the_same_value(tiny_scenario, direct_co2_t, seed):
    fields, told = drawn(tiny_scenario, seed, direct_co2_t)
    scenario = replace(tiny_scenario, **fields)
    instance = reduced(asked_of(question_of(scenario)), np.random.default_rng(seed))
    search, program = (instance.solve(replace(EXACT, engine=engine)) for engine in ("benders", "mip"))
    assert search.status is program.status, told
    assert instance.check(search) == [] or not search.has_plan, told
    if program.has_plan:
        assert search.objective == pytest.approx(program.objective, rel=1e-6), told


def reduced(instance, rng):
    """Return the instance with some of its flows, made as heavy as all were, so that rooms and limits still bind."""
    every = instance.amount
    kept = np.sort(rng.choice(every.size, FLOWS, replace=False, p=every / every.sum()))
    position = np.full(every.size, -1)
    position[kept] = np.arange(FLOWS)
    routes = position[instance.route_flow] >= 0
    parts = {name: getattr(instance, name)[kept] for name in BY_FLOW if getattr(instance, name) is not None}
    parts |= {name: getattr(instance, name)[routes] for name in BY_ROUTE if getattr(instance, name) is not None}
    parts["amount"] = parts["amount"] * every.sum() / parts["amount"].sum()
    parts["route_flow"] = position[parts["route_flow"]]
    return replace(instance, **parts)


def asked_of(question):
    """Return the instance of the question as it is asked: exactly so many new hubs, or at most so many."""
    scenario = question.timeline.scenario
    least, most = (scenario.new_hubs,) * 2 if scenario.new_hubs is not None else (0, scenario.max_new_hubs)
    return replace(question.instance(COST), min_new=least, max_new=most)
