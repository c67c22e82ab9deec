"""Fixed-charge network design: the gap after some seconds, against plain HiGHS in the same time.

    python tests/benchmarks/network_design.py [--limit SECONDS] [--seed S]

Instances as Gendron and Crainic's generator makes them (Crainic, Frangioni, Gendron 2001): arcs between random pairs
of nodes, none parallel; commodities between random pairs; costs, capacities and amounts uniform; then capacities
scaled to the ratio C = |A| sum d / sum u and fixed costs to F = |K| sum f / (sum d sum c). Capacities are drawn from
30 to 100 (so that C = 4 stays feasible), the others from 1 to 100. The original instances (C, C+, R) are not copied.

The peers are HiGHS through OR-Tools on the program with all strong inequalities x_ka <= d_k y_a (engine "mip") and
without any (weak), one thread. Compiling is left out (one small solve before). The limit is of wall time; processor
seconds, child processes included, stand beside it: on a busy machine they say how much work was done.
"""

import argparse
import resource
import sys
import time

import numpy as np

from models import NetworkDesign, SolveOptions
from models.design.instance import forced, pairs_of
from models.design.textbook import Textbook
from models.solution import relative_gap
from models.solver import Solver

# nodes, links, commodities, F, C
INSTANCES = ((20, 230, 40, 1.0, 4.0), (20, 230, 200, 1.0, 8.0), (30, 520, 100, 1.0, 4.0), (30, 700, 400, 1.0, 4.0))


def line(*cells):
    sys.stdout.write("| " + " | ".join(f"{cell:>18}" for cell in cells) + " |\n")
    sys.stdout.flush()


def generated(nodes, links, commodities, fixed_ratio, capacity_ratio, seed=1):
    random = np.random.default_rng(seed)
    every = np.array([(i, j) for i in range(nodes) for j in range(nodes) if i != j])
    ends = every[random.permutation(len(every))[:links]]
    pairs = every[random.choice(len(every), commodities)]
    cost, fixed = (random.integers(1, 101, links).astype(float) for _ in range(2))
    capacity, amount = random.integers(30, 101, links), random.integers(1, 101, commodities).astype(float)
    capacity = np.maximum(np.round(capacity * links * amount.sum() / (capacity_ratio * capacity.sum())), 1.0)
    fixed = np.maximum(np.round(fixed * fixed_ratio * amount.sum() * cost.sum() / (commodities * fixed.sum())), 1.0)
    return NetworkDesign(
        tail=ends[:, 0],
        head=ends[:, 1],
        capacity=capacity,
        unit_cost=cost,
        fixed_cost=fixed,
        origin=pairs[:, 0],
        destination=pairs[:, 1],
        amount=amount,
    )


def spent():
    """Return processor seconds of this process and of those that it started and that have ended."""
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def by_engine(instance, engine, limit):
    solution = instance.solve(SolveOptions(time_limit_s=limit, engine=engine))
    faults = instance.check(solution) if solution.has_plan else []
    if faults:
        sys.exit(f"{engine}: {faults}")
    return solution.objective, solution.bound


def weak(instance, limit):
    """Return value and bound of HiGHS without strong inequalities."""
    pairs = pairs_of(instance)
    none = np.zeros((pairs.amount.size, pairs.tail.size), dtype=np.bool_)
    links = np.ones(pairs.tail.size, dtype=np.bool_)
    textbook = Textbook.of(pairs, (instance.fixed_cost, forced(instance), np.inf), links, none)
    with Solver() as solver:
        outcome = textbook.solve(solver, 1e-4, 0, limit)
    return outcome.objective * textbook.unit, textbook.bound(outcome)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    generated(10, 60, 10, 1.0, 2.0).solve(SolveOptions(engine="lagrangian"))
    line("instance", "engine", "value", "bound", "gap %", "wall s", "CPU s")
    for shape in INSTANCES:
        instance = generated(*shape, seed=given.seed)
        runs = {
            "ours": lambda case: by_engine(case, "auto", given.limit),
            "HiGHS strong": lambda case: by_engine(case, "mip", given.limit),
            "HiGHS weak": lambda case: weak(case, given.limit),
        }
        for name, run in runs.items():
            wall, cpu = time.perf_counter(), spent()
            value, bound = run(instance)
            wall, cpu = time.perf_counter() - wall, spent() - cpu
            gap = f"{100 * relative_gap(value, bound):.3f}"
            figures = (f"{value:.1f}", f"{bound:.1f}", gap, f"{wall:.1f}", f"{cpu:.1f}")
            line("{},{},{} F{:g} C{:g}".format(*shape), name, *figures)


if __name__ == "__main__":
    main()
