"""Multi-commodity flow on a planar network of 2,000 links, 500 to 5,000 commodities, against the plain linear program.

    python tests/benchmarks/multicommodity_flow.py [--commodities 500 2000 5000] [--nodes N] [--limit SECONDS]

Nodes are random points, links both ways along the Delaunay triangulation at Euclidean cost. Every commodity has a
random origin and destination and 1 to 99 units. Capacities are a quarter above the mean load of five assignments to
perturbed cheapest paths, so that all can be served, but not each by its cheapest path. The peer is SciPy's HiGHS
(default method) on the program over origins and links (commodities of an origin put together: the strongest plain
form), ended at the limit. Time is that of the solve alone, compiling left out (one solve before).
"""

import argparse
import multiprocessing
import sys
import time

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
    start = time.perf_counter()
    result = linprog(
        np.tile(instance.unit_cost, origins.size),
        A_eq=block_diag([balance] * origins.size, format="csr"),
        b_eq=supply.ravel(),
        A_ub=hstack([csr_array(np.eye(links))] * origins.size, format="csr"),
        b_ub=instance.capacity,
        method="highs",
    )
    answers.put((time.perf_counter() - start, float(result.fun)))


def timed(peer, limit, instance):
    """Return seconds and value of the peer, (limit, None) if it does not end in time."""
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    process = context.Process(target=peer, args=(instance, answers))
    process.start()
    process.join(limit)
    if process.is_alive():
        process.kill()
        process.join()
        return limit, None
    return answers.get()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commodities", type=int, nargs="+", default=[500, 2000, 5000])
    parser.add_argument("--nodes", type=int, default=340)
    parser.add_argument("--limit", type=float, default=120.0)
    given = parser.parse_args()
    line("commodities", "links", "full links", "gap", "ours s", "HiGHS s", "ratio")
    for commodities in given.commodities:
        instance = network(given.nodes, commodities)
        solution = instance.solve(SolveOptions(time_limit_s=given.limit))
        faults = instance.check(solution)
        if solution.status is not Status.OPTIMAL or faults:
            sys.exit(f"not proved: {solution.status} {solution.stopped} {faults}")
        seconds, value = timed(highs, given.limit, instance)
        if value is not None and abs(value - solution.objective) > 2e-4 * value:
            sys.exit(f"HiGHS finds {value}, ours {solution.objective}")
        over = "> " if value is None else ""
        full = int((solution.load > 0.999 * instance.capacity).sum())
        ratio = f"{over}{seconds / solution.seconds:.1f} x"
        line(
            commodities,
            instance.tail.size,
            full,
            f"{solution.gap:.1e}",
            f"{solution.seconds:.2f}",
            f"{over}{seconds:.1f}",
            ratio,
        )


if __name__ == "__main__":
    main()
