"""Min-cost flow on a random network of 20,000 nodes and 200,000 arcs, against NetworkX and SciPy's HiGHS.

    python tests/benchmarks/min_cost_flow.py [--nodes N] [--arcs M] [--limit SECONDS] [--seed S]

A ring keeps the network connected (dear, wide); the other arcs have random ends, capacities 1 to 999 and costs 1 to
999; a twentieth of the nodes supply 1 to 299 units each, as many take them. Time is that of the solve alone, from the
arrays to the flow and the potentials that prove it; compiling is left out (one solve before).
The peers, NetworkX's network_simplex and scipy.optimize.linprog with HiGHS's simplex and interior point, get their
graph or matrix ready-made, run in a process of their own and are ended at the limit. The ratio to HiGHS is that to
each of its two methods. The last rows are other shapes: a grid, and one long chain.
"""

import argparse
import multiprocessing
import sys
import time

import networkx as nx
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from models import MinCostFlow, SolveOptions, Status

ASKED = {"networkx": 50.0, "highs": 2.0}


def line(*cells):
    sys.stdout.write("| " + " | ".join(f"{cell:>16}" for cell in cells) + " |\n")
    sys.stdout.flush()


def random_network(nodes, arcs, seed):
    random = np.random.default_rng(seed)
    tail, head = random.integers(0, nodes, arcs), random.integers(0, nodes, arcs)
    capacity, cost = random.integers(1, 1000, arcs), random.integers(1, 1000, arcs)
    ring = np.arange(nodes)
    tail[:nodes], head[:nodes], capacity[:nodes], cost[:nodes] = ring, (ring + 1) % nodes, 10**7, 5000
    supply = np.zeros(nodes, dtype=np.int64)
    ends = random.permutation(nodes)[: nodes // 10]
    half = ends.size // 2
    amounts = random.integers(1, 300, half)
    supply[ends[:half]], supply[ends[half : 2 * half]] = amounts, -random.permutation(amounts)
    return MinCostFlow(tail=tail, head=head, capacity=capacity, unit_cost=cost, supply=supply)


def grid(side, seed):
    random = np.random.default_rng(seed)
    at = np.arange(side * side).reshape(side, side)
    pairs = [(at[:, :-1], at[:, 1:]), (at[:, 1:], at[:, :-1]), (at[:-1], at[1:]), (at[1:], at[:-1])]
    tail, head = (np.concatenate([pair[end].ravel() for pair in pairs]) for end in (0, 1))
    supply = np.zeros(side * side, dtype=np.int64)
    np.add.at(supply, random.integers(0, side * side, side), 50)
    np.subtract.at(supply, random.integers(0, side * side, side), 50)
    cost, capacity = random.integers(1, 1000, tail.size), random.integers(50, 500, tail.size)
    return MinCostFlow(tail=tail, head=head, capacity=capacity + 50 * side, unit_cost=cost, supply=supply)


def chain(nodes):
    supply = np.zeros(nodes, dtype=np.int64)
    supply[0], supply[-1] = 1, -1
    each = np.arange(nodes - 1)
    full = np.full(nodes - 1, 1000)
    return MinCostFlow(tail=each, head=each + 1, capacity=full, unit_cost=full, supply=supply)


def networkx_peer(instance, answers):
    graph = nx.MultiDiGraph()
    graph.add_nodes_from((node, {"demand": -supply}) for node, supply in enumerate(instance.supply.tolist()))
    rows = zip(
        *(a.tolist() for a in (instance.tail, instance.head, instance.capacity, instance.unit_cost)), strict=True
    )
    graph.add_edges_from((tail, head, {"capacity": room, "weight": cost}) for tail, head, room, cost in rows)
    start = time.perf_counter()
    cost, _ = nx.network_simplex(graph)
    answers.put((time.perf_counter() - start, float(cost)))


def highs_peer(instance, answers, method):
    arcs, nodes = instance.tail.size, instance.supply.size
    each = np.arange(arcs)
    signs = np.concatenate([np.ones(arcs), -np.ones(arcs)])
    ends = np.concatenate([instance.tail, instance.head])
    matrix = csr_array((signs, (ends, np.concatenate([each, each]))), shape=(nodes, arcs))
    bounds = np.stack([np.zeros(arcs), instance.capacity], axis=1)
    start = time.perf_counter()
    result = linprog(instance.unit_cost, A_eq=matrix, b_eq=instance.supply, bounds=bounds, method=method)
    answers.put((time.perf_counter() - start, float(result.fun)))


def timed(peer, limit, *given):
    """Return seconds and value of the peer, (limit, None) if it does not end in time."""
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    process = context.Process(target=peer, args=(given[0], answers, *given[1:]))
    process.start()
    process.join(limit)
    if process.is_alive():
        process.kill()
        process.join()
        return limit, None
    return answers.get()


def ours(instance, options, repeats=3):
    instance.solve(options)
    solutions = [instance.solve(options) for _ in range(repeats)]
    best = min(solutions, key=lambda solution: solution.seconds)
    if best.status is not Status.OPTIMAL or instance.check(best):
        sys.exit(f"not proved: {best.status}, {best.stopped}, {instance.check(best)}")
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=20_000)
    parser.add_argument("--arcs", type=int, default=200_000)
    parser.add_argument("--limit", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    options = SolveOptions(time_limit_s=given.limit, relative_gap=0.0)
    instance = random_network(given.nodes, given.arcs, given.seed)
    best = ours(instance, options)
    line("peer", "ours s", "peer s", "ratio", "asked", "verdict")
    runs = {name: timed(highs_peer, given.limit, instance, name) for name in ("highs-ds", "highs-ipm")}
    runs["networkx"] = timed(networkx_peer, given.limit, instance)
    for name, (seconds, value) in runs.items():
        over = "" if value is not None else "> "
        if value is not None and abs(value - best.objective) > 1e-6 * abs(best.objective):
            sys.exit(f"{name} finds {value}, ours {best.objective}")
        asked = ASKED[name.partition("-")[0]]
        ratio = seconds / best.seconds
        verdict = "met" if ratio >= asked else "missed"
        line(name, f"{best.seconds:.3f}", f"{over}{seconds:.2f}", f"{over}{ratio:.1f} x", f"{asked:g} x", verdict)
    for name, other in {"grid 100 x 100": grid(100, given.seed), "chain of 5,000": chain(5000)}.items():
        seconds, _ = timed(highs_peer, given.limit, other, "highs-ds")
        mine = ours(other, options, 1).seconds
        line(f"{name}, ds", f"{mine:.3f}", f"{seconds:.2f}", f"{seconds / mine:.1f} x", "", "")


if __name__ == "__main__":
    main()
