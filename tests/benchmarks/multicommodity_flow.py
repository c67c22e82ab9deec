"""Multi-commodity flow on planar networks of 560 and 2,000 links, against the plain linear program.

    python tests/benchmarks/multicommodity_flow.py [--sizes 100,200 340,500 ...: NODES,COMMODITIES] [--limit SECONDS]

Nodes are random points, links both ways along the Delaunay triangulation at Euclidean cost. Every commodity has a
random origin and destination and 1 to 99 units. Capacities are a quarter above the mean load of five assignments to
perturbed cheapest paths, so that all can be served, but not each by its cheapest path. The peer is SciPy's HiGHS
(default method) on the program over origins and links (commodities of an origin put together: the strongest plain
form), ended at the limit. Time is processor time of the solve alone, child processes included, so that a busy machine
does not blur it; wall time stands beside. Compiling is left out (one solve before). ">": ended at the limit.
"""

import argparse
import multiprocessing
import resource
import sys

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import block_diag, csr_array, hstack
from scipy.spatial import Delaunay

from models import MultiCommodityFlow, SolveOptions, Status


def line(*cells):
    sys.stdout.write("| " + " | ".join(f"{cell:>14}" for cell in cells) + " |\n")
    sys.stdout.flush()


def network(nodes, commodities, seed=1):
    random = np.random.default_rng(seed)
    points = random.random((nodes, 2)) * 100
    corners = Delaunay(points).simplices
    edges = np.unique(
        np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1), axis=0
    )
    tail, head = np.concatenate([edges, edges[:, ::-1]]).T
    cost = np.hypot(*(points[tail] - points[head]).T)
    origin = random.integers(0, nodes, commodities)
    given = {
        "tail": tail,
        "head": head,
        "unit_cost": cost,
        "origin": origin,
        "destination": (origin + random.integers(1, nodes, commodities)) % nodes,
        "amount": random.integers(1, 100, commodities).astype(float),
    }
    load = np.zeros(tail.size)
    for _ in range(5):
        perturbed = given | {"unit_cost": cost * random.uniform(0.6, 1.6, cost.size)}
        free = MultiCommodityFlow(**perturbed, capacity=np.full(cost.size, np.inf))
        load += free.solve(SolveOptions(engine="benders")).load / 5
    return MultiCommodityFlow(**given, capacity=np.maximum(np.ceil(1.25 * load), 10.0))


def highs(instance, answers):
    nodes, links = instance.nodes, instance.tail.size
    origins, at = np.unique(instance.origin, return_inverse=True)
    supply = np.zeros((origins.size, nodes))
    np.add.at(supply, (at, instance.origin), instance.amount)
    np.subtract.at(supply, (at, instance.destination), instance.amount)
    each = np.arange(links)
    ends = np.concatenate([instance.tail, instance.head])
    signs = np.concatenate([np.ones(links), -np.ones(links)])
    balance = csr_array((signs, (ends, np.concatenate([each, each]))), shape=(nodes, links))
    result = linprog(
        np.tile(instance.unit_cost, origins.size),
        A_eq=block_diag([balance] * origins.size, format="csr"),
        b_eq=supply.ravel(),
        A_ub=hstack([csr_array(np.eye(links))] * origins.size, format="csr"),
        b_ub=instance.capacity,
        method="highs",
    )
    answers.put(float(result.fun))


def spent():
    """Return processor seconds of this process and of those that it started and that have ended."""
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def timed(peer, limit, instance):
    """Return the value of the peer, None if it does not end in time."""
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    process = context.Process(target=peer, args=(instance, answers))
    process.start()
    process.join(limit)
    if process.is_alive():
        process.kill()
        process.join()
        return None
    return answers.get()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", default=["100,200", "340,500", "340,2000", "340,5000"])
    parser.add_argument("--limit", type=float, default=120.0)
    given = parser.parse_args()
    line("commodities", "links", "full links", "gap", "ours wall s", "ours CPU s", "HiGHS CPU s", "ratio (CPU)")
    for size in given.sizes:
        nodes, commodities = map(int, size.split(","))
        instance = network(nodes, commodities)
        before = spent()
        solution = instance.solve(SolveOptions(time_limit_s=given.limit))
        ours = spent() - before
        faults = instance.check(solution)
        if solution.status is not Status.OPTIMAL or faults:
            sys.exit(f"not proved: {solution.status} {solution.stopped} {faults}")
        before = spent()
        value = timed(highs, given.limit, instance)
        peer = spent() - before
        if value is not None and abs(value - solution.objective) > 2e-4 * value:
            sys.exit(f"HiGHS finds {value}, ours {solution.objective}")
        over = "> " if value is None else ""
        full = int((solution.load > 0.999 * instance.capacity).sum())
        figures = (f"{solution.seconds:.2f}", f"{ours:.2f}", f"{over}{peer:.1f}", f"{over}{peer / ours:.1f} x")
        line(commodities, instance.tail.size, full, f"{solution.gap:.1e}", *figures)


if __name__ == "__main__":
    main()
