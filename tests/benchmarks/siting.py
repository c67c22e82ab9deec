"""How long the default region takes in full, through `logistics`: one year, and three phases with land and budgets.

    python tests/benchmarks/siting.py             # both
    python tests/benchmarks/siting.py --case year # or phases

Each case runs in a process of its own, so that the memory measured is that case's and its solver's. Seconds are wall
time: of the solver alone (the figure asked for) and of the whole question, tables and routes included. The question is
the plan's own, the number of new hubs left to the solver; `hub_placement.py` beside this measures drawn instances.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

from logistics.goals import COST
from logistics.instance import pose
from logistics.measures import captive_sum
from logistics.routes import enumerate_routes
from logistics.scenario import northern_vietnam
from logistics.scenario_parts import Candidates, Phases
from logistics.timeline import build_timeline
from models import SolveOptions

ASKED = {"year": (1e-3, 30.0), "phases": (5e-3, 120.0)}
"""Gap and seconds, by case."""
BUDGET_VND = 2e12
LAND_HA = 200.0
CANDIDATES = 15
"""Sites made from the network beside the 48 of the tables: about 60 in all."""
EVERY_S = 0.2


def scenario_of(case):
    """Return the default region in 2030, or in three phases with a ceiling of land and a budget each."""
    whole = replace(northern_vietnam(), candidates=Candidates(count=CANDIDATES))
    if case == "year":
        return whole
    phases = Phases(years=(2030, 2040, 2050))
    return replace(whole, phases=phases, max_land_ha=LAND_HA, budget_vnd=(BUDGET_VND,) * 3)


def resident_gb():
    """Return the resident memory of this process and of all that it started, now (Linux)."""
    parents, pages = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it has ended meanwhile
            continue
        parents[int(stat.parent.name)], pages[int(stat.parent.name)] = int(fields[1]), int(fields[21])
    tree, grown = {os.getpid()}, True
    while grown:
        fresh = {pid for pid, parent in parents.items() if parent in tree} - tree
        tree, grown = tree | fresh, bool(fresh)
    return sum(pages.get(pid, 0) for pid in tree) * os.sysconf("SC_PAGE_SIZE") / 1e9


class Watch:
    """Looks at the memory of the process tree until it is told to stop."""

    def __init__(self):
        self.peak_gb, self._stop = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self):
        while not self._stop.wait(EVERY_S):
            self.peak_gb = max(self.peak_gb, resident_gb())

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()


def measure(case):
    """Solve one case and print its line."""
    gap, limit_s = ASKED[case]
    begun = time.perf_counter()
    with Watch() as watch:
        timeline = build_timeline(scenario_of(case))
        question = pose(timeline, tuple(enumerate_routes(one) for one in timeline.cases))
        instance = replace(question.instance(COST), max_new=timeline.scenario.max_new_hubs)
        print(size_of(timeline, instance))
        start = time.perf_counter()
        solution = instance.solve(SolveOptions(time_limit_s=limit_s, relative_gap=gap))
        seconds = time.perf_counter() - start
    # the solver's gap is of the freight that may move to a hub, the smaller sum; a plan states that of the whole
    captive = captive_sum(timeline, instance.direct_cost)
    whole = (solution.objective - solution.bound) / (solution.objective + captive)
    wrong = instance.check(solution) if solution.has_plan else ["no plan"]
    met = "met" if solution.gap <= gap and seconds <= limit_s and not wrong else "missed"
    print(
        f"{case:8} {seconds:6.1f} s of {time.perf_counter() - begun:6.1f} s  gap {solution.gap:8.1e}"
        f" (whole freight {whole:8.1e})  {watch.peak_gb:4.1f} GB  asked {gap:7.1e} in {limit_s:.0f} s  {met}"
        f"  {solution.stopped}  {wrong or ''}",
        flush=True,
    )


def size_of(timeline, instance):
    """Return how large the question is, in words."""
    case, first = timeline.last, timeline.first
    return (
        f"{len(case.region.generators)} parks and clusters, {len(case.region.provinces)} provinces,"
        f" {len(case.region.gateways)} gateways, {first.flows['commodity'].nunique()} commodities,"
        f" {len(case.sites)} sites, {instance.option_site.size:,} options, {instance.amount.size:,} flows,"
        f" {instance.route_flow.size:,} routes, {len(timeline.cases)} phases"
    )


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", choices=ASKED)
    given = parser.parse_args()
    if given.case:
        measure(given.case)
        return
    print(f"Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    for case in ASKED:
        subprocess.run([sys.executable, __file__, "--case", case], check=True)


if __name__ == "__main__":
    main()
