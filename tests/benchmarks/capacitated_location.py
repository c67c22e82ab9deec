"""Capacitated facility location against its published optima, and HiGHS on the plain program as the peer.

    python tests/benchmarks/capacitated_location.py [--part cap|capac|holmberg|tbed|large|peer ...] [--limit 60]

Values are read from `shared/benchmarks` beside the checkout. Compilation is warmed up first and not counted. Both
wall and CPU seconds are printed: on a busy machine the wall says little.
"""

import argparse
import csv
import time
from pathlib import Path

import numpy as np

from models import FacilityLocation, SolveOptions

DATA = Path(__file__).resolve().parents[3] / "shared" / "benchmarks"
WHOLE = {8, 9}  # of tbed1_300: the published value is the single-source optimum; the others' is the divisible one
GARBLED = {"cap41", "cap42", "cap43", "cap44", "cap51"}


def numbers(path):
    """Return the numbers of a file; some have the word capacity where a number belongs, some hold NULs."""
    text = path.read_text().replace("\x00", "").replace("capacity", "0")
    return np.array(text.split(), dtype=float)


def optima(folder):
    """Return {(instance, kind of problem): published value}."""
    with (DATA / folder / "optima.csv").open() as file:
        return {(row["instance"], row["problem"].split()[0]): float(row["optimum"]) for row in csv.DictReader(file)}


def cap(name):
    """Return an OR-Library instance, for example `cap41` or `capa@8000`."""
    base, _, capacity = name.partition("@")
    data = numbers(DATA / "cap" / f"{base}.txt")
    sites, clients = int(data[0]), int(data[1])
    head = data[2 : 2 + 2 * sites].reshape(sites, 2)
    rows = data[2 + 2 * sites :].reshape(clients, 1 + sites)
    demand = rows[:, 0]
    if name in GARBLED:  # digits of two demands are lost in these files; cap131 has the same clients
        demand = cap("cap131").demand
    room = np.full(sites, float(capacity)) if capacity else head[:, 0]
    return FacilityLocation(cost=rows[:, 1:], fixed_cost=head[:, 1], demand=demand, capacity=room)


def holmberg(number):
    """Return a single-source instance of Holmberg, Ronnqvist, Yuan."""
    data = numbers(DATA / "sscflp" / "holmberg" / f"p{number}")
    sites, clients = int(data[0]), int(data[1])
    head = data[2 : 2 + 2 * sites].reshape(sites, 2)
    demand = data[2 + 2 * sites :][:clients]
    cost = data[2 + 2 * sites + clients :][: sites * clients].reshape(sites, clients).T
    return FacilityLocation(cost=cost, fixed_cost=head[:, 1], demand=demand, capacity=head[:, 0], single_source=True)


def tbed(number, *, single_source, size=300):
    """Return an instance of Avella and Boccia's test bed: costs per unit, sites first."""
    data = numbers(DATA / "sscflp" / f"tbed1_{size}" / f"p{number}")
    sites, clients = int(data[0]), int(data[1])
    demand, capacity, fixed, cost = np.split(data[2:], np.cumsum([clients, sites, sites]))
    return FacilityLocation(
        cost=cost.reshape(sites, clients).T * demand[:, None],
        fixed_cost=fixed,
        demand=demand,
        capacity=capacity,
        single_source=single_source,
    )


def generated(clients, sites, ratio, seed):
    """Return a random instance.

    The generator of Cornuejols, Sridharan, Thizy, European Journal of Operational Research 50, 1991, as Avella,
    Boccia, Computational Optimization and Applications 43, 2009, use it: points in the unit square, 10 a unit of
    demand and distance, demands of 5 to 35, capacities of 10 to 160, fixed costs of U(0, 90) + U(100, 110) sqrt(s);
    then the capacities are scaled to `ratio` times the demand.
    """
    draw = np.random.default_rng(seed)
    client, site = draw.random((clients, 2)), draw.random((sites, 2))
    demand = draw.integers(5, 36, clients).astype(float)
    capacity = draw.uniform(10, 160, sites)
    fixed = draw.uniform(0, 90, sites) + draw.uniform(100, 110, sites) * np.sqrt(capacity)
    capacity *= ratio * demand.sum() / capacity.sum()
    distance = np.hypot(client[:, None, 0] - site[None, :, 0], client[:, None, 1] - site[None, :, 1])
    return FacilityLocation(cost=10 * distance * demand[:, None], fixed_cost=fixed, demand=demand, capacity=capacity)


def timed(instance, options):
    """Return (solution, wall seconds, CPU seconds of this process)."""
    wall, cpu = time.perf_counter(), time.process_time()
    solution = instance.solve(options)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if instance.check(solution):
        print("   BROKEN:", instance.check(solution)[:2])
    return solution, wall, cpu


def line(name, solution, published, wall, cpu):
    """Print one instance."""
    agrees = "" if published is None else f"{published:>16.3f} {abs(solution.objective - published) <= 5e-3!s:>6}"
    print(
        f"{name:<14}{solution.objective:>16.3f} {agrees} gap {solution.gap:>8.1e} {solution.status.name:<9}"
        f" wall {wall:7.2f} s  cpu {cpu:7.2f} s",
        flush=True,
    )


def family(title, jobs, options, asked):
    """Solve the jobs (name, instance, published) and print the sum and what was asked."""
    print(f"\n{title}")
    walls, cpus = [], []
    for name, instance, published in jobs:
        solution, wall, cpu = timed(instance, options)
        line(name, solution, published, wall, cpu)
        walls.append(wall)
        cpus.append(cpu)
    print(f"total wall {sum(walls):.2f} s, cpu {sum(cpus):.2f} s; largest wall {max(walls):.2f} s; asked: {asked}")


def peer():
    """Print ratios to HiGHS on the plain program (models/location/textbook.py), both in this run."""
    print("\nagainst HiGHS on the plain program, 120 s limit")
    for name in ("cap41", "cap91", "cap114", "cap131"):
        ours, wall, _ = timed(cap(name), SolveOptions(relative_gap=1e-7))
        theirs, slow, _ = timed(cap(name), SolveOptions(relative_gap=1e-7, engine="mip", time_limit_s=120))
        print(f"{name:<10} ours {wall:.3f} s, HiGHS {slow:.2f} s, ratio {slow / wall:.0f}; same value:",
              bool(np.isclose(ours.objective, theirs.objective, rtol=1e-7)))  # fmt: skip


def main():
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = ("cap", "capac", "holmberg", "tbed", "large", "peer")
    parser.add_argument("--part", nargs="*", choices=parts, default=parts)
    parser.add_argument("--limit", type=float, default=60.0)
    asked = parser.parse_args()
    exact = SolveOptions(relative_gap=1e-7, time_limit_s=asked.limit)
    for warm in (cap("cap41"), cap("cap113"), holmberg(30)):
        warm.solve(SolveOptions(time_limit_s=600))
    published = {name: value for (name, kind), value in optima("cap").items() if kind == "CFL"}
    single = {name: value for (name, _), value in optima("sscflp").items()}
    if "cap" in asked.part:
        small = [(name, cap(name), value) for name, value in published.items() if "@" not in name]
        family("CFL cap41 to cap132", small, exact, "proven, <= 10 s in total")
    if "capac" in asked.part:
        large = [(name, cap(name), value) for name, value in published.items() if "@" in name]
        family("CFL capa, capc", large, exact, "proven, <= 45 s in total")
    if "holmberg" in asked.part:
        jobs = [(f"p{k}", holmberg(k), single[f"holmberg/p{k}"]) for k in range(1, 56)]
        family("single source, Holmberg", jobs, exact, "proven, <= 5 s each")
    if "tbed" in asked.part:
        values = {k: single[f"tbed1_300/p{k}"] for k in range(1, 11)}
        jobs = [(f"p{k}", tbed(k, single_source=True), values[k] if k in WHOLE else None) for k in values]
        family("single source, tbed1_300", jobs, exact, "proven or gap <= 0.2 % in 60 s each")
        jobs = [(f"p{k}", tbed(k, single_source=False), None if k in WHOLE else values[k]) for k in values]
        family("tbed1_300 divisible", jobs, exact, "nothing")
    if "large" in asked.part:
        jobs = [(f"1000x1000 r{ratio}", generated(1000, 1000, ratio, 1), None) for ratio in (5, 10)]
        family("CFL generated", jobs, SolveOptions(time_limit_s=asked.limit), "gap <= 0.5 % in 60 s")
    if "peer" in asked.part:
        peer()


if __name__ == "__main__":
    main()
