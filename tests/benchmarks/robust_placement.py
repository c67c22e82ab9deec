"""How far `RobustHubPlacement` goes, against its extensive form and against one placement whose periods are scenarios.

    python tests/benchmarks/robust_placement.py             # 20 and 50 drawn scenarios, three risks
    python tests/benchmarks/robust_placement.py --tied      # expected cost as periods tied together by rules, too
    python tests/benchmarks/robust_placement.py --region 20 # so many scenarios of the bundled region

The drawn scenarios have one set of sites and routes; all freight grows or shrinks together (lognormal, 30 %), each flow
by itself (50 %), and hub costs by up to 10 %. Seconds are of wall time and of this process and its solver (CPU), which
has no compiled loop to warm up. A peer may take `--limit` seconds; what it has not proved by then is a ratio of "at
least". For imports from the checkout, run it with the checkout's root in PYTHONPATH.
"""

import argparse
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from logistics.goals import COST
from logistics.scenario import northern_vietnam
from logistics.studies.designs import latin_hypercube
from logistics.studies.factors import ledger_factor
from logistics.studies.knobs import scenario_at
from logistics.studies.stages import Stages
from models import RobustHubPlacement, SolveOptions

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
from hub_placement import memory_gb, region
from oracles.robust import tied_periods

GAP = 1e-4
RISKS = ("expected", "cvar", "regret")


def drawn(scenarios, flows=600, sites=20, standing=3, seed=0):
    """Return scenarios of one drawn region."""
    usual = region(flows=flows, sites=sites, standing=standing, periods=1, seed=seed)
    rng = np.random.default_rng(seed)
    return tuple(
        replace(
            usual,
            amount=usual.amount * rng.lognormal(0, 0.3) * rng.lognormal(0, 0.5, usual.amount.size),
            route_cost=usual.route_cost * rng.uniform(0.9, 1.1),
        )
        for _ in range(scenarios)
    )


def of_bundled_region(scenarios, seed=0):
    """Return scenarios of the bundled region: how much freight may move, what hubs and handling cost."""
    stages, base = Stages(), northern_vietnam()
    ledger = stages.ledger(base)
    factors = [ledger_factor(ledger, row) for row in ("contestable_small", "capex_ha_xdock", "handling_crossdock")]
    design = latin_hypercube(factors, scenarios, seed=seed)
    questions = (stages.question(scenario_at(base, ledger, design.values(at))) for at in range(scenarios))
    return tuple(
        replace(question.instance(COST), min_new=0, max_new=question.timeline.scenario.max_new_hubs)
        for question in questions
    )


def cpu_s():
    """Return the CPU seconds of this process and of the solvers that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def show(name, model, engine, limit_s):
    """Solve, check, print a line, and return wall and CPU seconds, and whether the gap was reached."""
    start, used = time.perf_counter(), cpu_s()
    solution = model.solve(SolveOptions(time_limit_s=limit_s, relative_gap=GAP, engine=engine))
    wall, cpu = time.perf_counter() - start, cpu_s() - used
    wrong = model.check(solution) if solution.has_plan else ["no plan"]
    print(
        f"{name:34} {engine:8} {wall:7.1f} s {cpu:7.1f} s CPU  value {solution.objective:.6e}  gap {solution.gap:8.1e}"
        f"  {memory_gb():4.1f} GB  {solution.stopped}  {wrong or ''}",
        flush=True,
    )
    return wall, cpu, solution.gap <= GAP + 1e-9


def against(name, ours, peer):
    """Print the ratio of seconds."""
    least = "" if peer[2] else "at least "
    print(f"    {name}: {least}{peer[0] / ours[0]:.1f} times our wall, {least}{peer[1] / ours[1]:.1f} times our CPU")


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tied", action="store_true")
    parser.add_argument("--region", type=int, metavar="SCENARIOS")
    parser.add_argument("--scenarios", type=int, nargs="+", default=[20, 50])
    parser.add_argument("--limit", type=float, default=120.0, help="seconds for a peer")
    given = parser.parse_args()
    print(f"Python {sys.version.split()[0]}")
    if given.region:
        instances = of_bundled_region(given.region)
        print(
            f"{given.region} scenarios, {sum(each.route_flow.size for each in instances)} routes, {memory_gb():.1f} GB"
        )
        for risk in RISKS:
            show(f"region, {risk}", RobustHubPlacement(instances=instances, risk=risk), "benders", 900.0)
        return
    for scenarios in given.scenarios:
        instances = drawn(scenarios)
        print(f"{scenarios} scenarios, {sum(each.route_flow.size for each in instances)} routes")
        for risk in RISKS:
            model = RobustHubPlacement(instances=instances, risk=risk)
            ours = show(f"{scenarios} scenarios, {risk}", model, "benders", given.limit)
            against("extensive form", ours, show(f"{scenarios} scenarios, {risk}", model, "mip", given.limit))
            if given.tied and risk == "expected":
                tied = show(
                    f"{scenarios} tied periods",
                    tied_periods(instances, np.full(scenarios, 1 / scenarios)),
                    "benders",
                    given.limit,
                )
                against("tied periods", ours, tied)


if __name__ == "__main__":
    main()
