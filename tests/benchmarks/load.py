"""How time and memory of the main job grow with the region: its parks and clusters 1, 2, 4 and 8 times over.

    python tests/benchmarks/load.py                  # 1 2 4 8
    python tests/benchmarks/load.py --times 93 --matrix 5    # 20,000 parks and clusters, five partners each

Each park and cluster is split into so many, a few kilometres apart, that share its land: the freight of the region
stays what it is and comes in more and smaller flows. With `--matrix` the freight is a matrix of one's own instead, in
which every park ships to so many gateways and provinces: generated freight has some 500 flows a park. Every size runs
in a process of its own; memory is that of the process and its solver together, seconds are wall time and, in brackets,
of the processors.
"""

import argparse
import csv
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from siting import Watch  # beside this file

import logistics
from logistics.region import bundled_file
from models import SolveOptions

SPREAD_DEGREES = 0.03
SPLIT = ("parks", "clusters")
PARTNERS = ("sea_dinh_vu", "sea_lach_huyen", "bg_huu_nghi", "air_noi_bai", "pl_ha_noi", "pl_hai_phong", "pl_nam_dinh")
COMMODITIES = ("electronics", "general", "parcels")
LIMIT_S, GAP = 300.0, 1e-3


def split(table, times, folder, seed=1):
    """Write a table of parks or clusters with every row split into `times`; return its file."""
    draw = np.random.default_rng(seed)
    with bundled_file(table).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    target = Path(folder) / f"{table}.csv"
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=rows[0])
        writer.writeheader()
        for row in rows:
            for part in range(times):
                writer.writerow(row | (part_of(row, part, times, draw) if times > 1 else {}))
    return target


def part_of(row, part, times, draw):
    """Return what is its own in one part of a split place."""
    angle, away = draw.uniform(0.0, 2.0 * math.pi), SPREAD_DEGREES * math.sqrt(draw.random())
    return {
        "id": f"{row['id']}_{part}",
        "lon": f"{float(row['lon']) + away * math.cos(angle):.5f}",
        "lat": f"{float(row['lat']) + away * math.sin(angle):.5f}",
        "area_ha": f"{float(row['area_ha']) / times:.6f}",
    }


def matrix_of(partners, parks, folder, seed=2):
    """Write a matrix in which every park ships to `partners` gateways and provinces; return its file."""
    draw = np.random.default_rng(seed)
    target = Path(folder) / "od.csv"
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["origin_id", "destination_id", "commodity", "t_per_year"])
        for park in parks:
            for at in draw.choice(len(PARTNERS), partners, replace=False):
                writer.writerow([park, PARTNERS[at], COMMODITIES[draw.integers(3)], round(draw.uniform(50, 5_000), 1)])
    return target


def ids_of(file):
    """Return the ids of a table."""
    with file.open(encoding="utf-8", newline="") as stream:
        return [row["id"] for row in csv.DictReader(stream)]


def cpu_s():
    """Return the processors' seconds of this process and of the children it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measure(times, partners):
    """Plan one size, save the run, and print its line."""
    with tempfile.TemporaryDirectory() as folder, Watch() as watch:
        tables = {table: split(table, times, folder) for table in SPLIT}
        scenario = replace(logistics.northern_vietnam(), tables=tables)
        if partners:
            parks = [park for file in tables.values() for park in ids_of(file)]
            scenario = replace(scenario, od_matrix=matrix_of(partners, parks, folder))
        begun, used = time.perf_counter(), cpu_s()
        plan = logistics.plan(scenario, options=SolveOptions(time_limit_s=LIMIT_S, relative_gap=GAP))
        planned, planned_cpu = time.perf_counter() - begun, cpu_s() - used
        begun, used = time.perf_counter(), cpu_s()
        plan.save(Path(folder) / "run")
        saved, saved_cpu = time.perf_counter() - begun, cpu_s() - used
        size_mb = sum(file.stat().st_size for file in Path(folder, "run").rglob("*") if file.is_file()) / 1e6
    faults = plan.audit()
    print(
        f"{times:4} x {len(plan.case.region.generators):8,} {len(plan.case.flows):12,}"
        f" {planned:8.1f} ({planned_cpu:6.1f}) {saved:8.1f} ({saved_cpu:6.1f}) {size_mb:8.1f}"
        f" {watch.peak_gb:7.2f}   {plan.summary()['status']} {plan.summary()['gap']:.1e}"
        f" {'audited' if not faults else faults[0]}",
        flush=True,
    )


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--matrix", type=int, default=0, metavar="PARTNERS")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        measure(given.one, given.matrix)
        return
    print(f"Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(
        "  size  parks, clusters    flows     plan s  (CPU)       files s  (CPU)   files MB  peak GB   answer",
        flush=True,
    )
    for times in given.times:
        subprocess.run([sys.executable, __file__, "--one", str(times), "--matrix", str(given.matrix)], check=True)


if __name__ == "__main__":
    main()
