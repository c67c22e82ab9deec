"""Many-to-many costs against SciPy and NetworkX, measured in one run.

    python tests/benchmarks/many_to_many.py [--nodes 300000] [--places 2000] [--scipy-origins 40] [--osm FILE]
    python tests/benchmarks/many_to_many.py --only-weights [--repeat 5]

Two networks: a synthetic one, drawn from a seed, and the trunk roads of northern Vietnam as `read_osm` gives them
(found beside the checkout; © OpenStreetMap contributors). SciPy's Dijkstra gets the same graph in compressed rows;
its time is that of some origins spread over the run, scaled to all of them, and so is NetworkX's from five. SciPy
gives one matrix, so the rows of the weights alone compare like with like; `travel` gives km and hours besides. What is
compiled on a first call is compiled on a small network before anything is measured, and its time is told. All times
are means, ours too; only new weights and rebuilding, which take turns, are each the least of their runs. With
`--scipy-origins` equal to `--places` nothing is scaled and every pair is compared.
"""

import argparse
import sys
import time
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from networks import from_tables, prepare, read_osm, travel
from networks.hierarchy.matrix import weights_between
from networks.hierarchy.rounds import contract
from networks.trees import build_graph

SPEEDS_KM_PER_H = np.array([22.0, 40.0, 60.0, 90.0])
REMOVED = np.array([0.32, 0.12, 0.04, 0.0])
SPACING_KM = 0.25
ROOT = Path(__file__).resolve().parents[2]
TRUNK = ROOT.parent / "shared" / "data" / "osm" / "northern_vietnam_trunk_2026-08.osm.pbf"


def streets(side, rng):
    """Return tail, head and class of the streets of a grid whose every 4th, 16th, 64th line is a better road."""
    numbers = np.arange(side * side).reshape(side, side)
    across = np.column_stack([numbers[:, :-1].ravel(), numbers[:, 1:].ravel()])
    along = np.column_stack([numbers[:-1].ravel(), numbers[1:].ravel()])
    line = np.concatenate([across[:, 0] // side, along[:, 0] % side])
    kind = sum((line % step == 0).astype(np.int64) for step in (4, 16, 64))
    ends = np.concatenate([across, along])
    kept = rng.random(len(ends)) >= REMOVED[kind]
    return ends[kept], kind[kept]


def synthetic(nodes, seed):
    """Return a network like roads: classes, missing streets, dead ends, one-way streets, an island; ids shuffled."""
    rng = np.random.default_rng(seed)
    side = round(nodes**0.5)
    ends, kind = streets(side, rng)
    edge = side - 12  # the last corner is an island
    inside = (ends // side >= edge).all(axis=1) & (ends % side >= edge).all(axis=1)
    outside = ((ends // side < edge) | (ends % side < edge)).all(axis=1)
    ends, kind = ends[inside | outside], kind[inside | outside]
    y, x = np.divmod(np.arange(side * side), side) + rng.uniform(-0.35, 0.35, (2, side * side))
    dx, dy = x[ends[:, 0]] - x[ends[:, 1]], y[ends[:, 0]] - y[ends[:, 1]]
    km = SPACING_KM * np.hypot(dx, dy) * rng.uniform(1.0, 1.25, len(ends)) + 0.005
    h = km / (SPEEDS_KM_PER_H[kind] * rng.uniform(0.8, 1.15, len(ends)))
    both = rng.random(len(ends)) >= 0.08 * (kind < 3)
    name = rng.permutation(side * side)
    tail = name[np.concatenate([ends[:, 0], ends[both, 1]])]
    head = name[np.concatenate([ends[:, 1], ends[both, 0]])]
    ids = np.arange(side * side).astype(str)
    order = np.argsort(name)
    points = pd.DataFrame({"node_id": ids, "lon": 104.0 + 0.0024 * x[order], "lat": 20.0 + 0.0022 * y[order]})
    links = pd.DataFrame(
        {
            "link_id": np.arange(len(tail)).astype(str),
            "origin_node_id": ids[tail],
            "destination_node_id": ids[head],
            "length_km": np.concatenate([km, km[both]]),
            "travel_h": np.concatenate([h, h[both]]),
        }
    )
    return from_tables(points, links)


def timed(task, times=1):
    """Return the mean time of a task, as the peers' times are means, and its answer."""
    begin = time.perf_counter()
    for _ in range(times):
        answer = task()
    return (time.perf_counter() - begin) / times, answer


class Peer:
    """SciPy's Dijkstra, on the true hours; some origins at a time, so that its time is that of the whole run."""

    def __init__(self, network, origins, destinations):
        tail, head = network.ends()
        hours = network.links["travel_h"].to_numpy()
        order = np.lexsort((hours, head, tail))
        order = order[np.diff(tail[order] * len(network.nodes) + head[order], prepend=-1) != 0]
        shape = (len(network.nodes), len(network.nodes))
        self.matrix = csr_array((hours[order], (tail[order], head[order])), shape=shape)
        self.origins, self.destinations = origins, destinations
        self.hours, self.seconds = [], []

    def run(self, count):
        """Search from the next `count` origins."""
        begin = len(self.hours)
        for origin in self.origins[begin : begin + count]:
            seconds, found = timed(lambda origin=origin: dijkstra(self.matrix, indices=origin))
            self.hours.append(found[self.destinations])
            self.seconds.append(seconds)

    def total(self):
        return float(np.mean(self.seconds)) * len(self.origins)


def weights_of(graph, origins, destinations):
    """Return what SciPy finds on a graph from the first 20 origins."""
    ends = graph.heads.astype(np.int32), graph.starts.astype(np.int32)
    matrix = csr_array((graph.weights, *ends), shape=(graph.nodes, graph.nodes))
    return dijkstra(matrix, indices=origins[:20])[:, destinations]


def networkx_total(network, origins):
    """Return the time of NetworkX for all origins, from five of them."""
    graph = nx.DiGraph()
    tail, head = network.ends()
    graph.add_nodes_from(range(len(network.nodes)))
    graph.add_weighted_edges_from(zip(tail.tolist(), head.tolist(), network.links["travel_h"].tolist(), strict=True))
    sources = origins[:5].tolist()
    seconds, _ = timed(lambda: [nx.single_source_dijkstra_path_length(graph, one) for one in sources])
    return seconds / len(sources) * len(origins)


def difference(found, peer):
    """Return the largest relative difference, inf where one reaches what the other does not."""
    known = np.array(peer.hours)
    mine = found[: len(known)]
    if (np.isfinite(known) != np.isfinite(mine)).any():
        return np.inf
    compared = np.isfinite(known) & (known > 0.0)
    return float((np.abs(mine[compared] / known[compared] - 1.0)).max(initial=0.0))


def line(figure, ours, peer, asked):
    """Print a row of the table."""
    ratio = peer / ours
    told = f"{ratio:>10,.1f} x {asked:>9,} x  {'met' if ratio >= asked else 'MISSED'}"
    sys.stdout.write(f"{figure:<58} {ours:>9.4f} s {peer:>11.3f} s {told}\n")


def both_times(task):
    """Return the time of a task, that of the processors, and its answer."""
    busy = time.process_time()
    seconds, answer = timed(task)
    return seconds, time.process_time() - busy, answer


def reweigh(network, hierarchy, options, asked):
    """Measure new weights, some links closed, against rebuilding, in turns; compare what both find with SciPy."""
    rng = np.random.default_rng(options.seed)
    places = rng.choice(len(network.nodes), (2, min(options.places, len(network.nodes) // 2)), replace=False)
    hours = network.links["travel_h"].to_numpy()
    new = hours * rng.uniform(0.7, 1.4, len(hours))
    new[rng.choice(len(new), len(new) // 200, replace=False)] = np.inf
    graph = build_graph(network, "h", new)
    fresh, again = [], []
    for _ in range(max(2, options.repeat)):
        again += [both_times(lambda: contract(graph, hierarchy)) for _ in range(2)]
        fresh.append(both_times(lambda: contract(graph)))
    spent = [[min(run[at] for run in runs) for runs in (again, fresh)] for at in range(2)]
    line("new weights, against rebuilding", *spent[0], asked)
    line("the same in processor time, of all threads", *spent[1], asked)
    swept = [[], []]
    for _ in range(max(2, options.repeat)):
        for times, one in zip(swept, (again[0][2], fresh[0][2]), strict=True):
            times.append(both_times(lambda one=one: weights_between(one, *places))[:2])
    told = [" / ".join(f"{1e3 * min(column):.1f}" for column in zip(*times, strict=True)) for times in swept]
    sys.stdout.write(f"costs take {told[0]} ms then (elapsed / processors), {told[1]} ms after rebuilding\n")
    assert np.allclose(weights_between(again[0][2], places[0][:20], places[1]), weights_of(graph, *places), rtol=1e-12)


def measure(name, network, options, asked):
    """Measure one network and print its rows."""
    if options.only_weights:
        sys.stdout.write(f"\n{name}: {network!r}\n")
        reweigh(network, prepare(network), options, asked[3])
        return
    rng = np.random.default_rng(options.seed)
    places = [rng.choice(len(network.nodes), min(options.places, len(network.nodes)), replace=False) for _ in range(2)]
    ids = [network.nodes["node_id"].iloc[rows].tolist() for rows in places]
    share = max(1, options.scipy_origins // 4)
    sys.stdout.write(f"\n{name}: {network!r}, {len(ids[0]):,} x {len(ids[1]):,}\n")
    peer = Peer(network, *places)
    peer.run(share)
    build_s, hierarchy = timed(lambda: prepare(network))
    peer.run(share)
    sums_s, _ = timed(lambda: travel(network, ids[0][:1], ids[1][:1], engine="hierarchy"))  # sums along arcs, once
    full_s, answer = timed(lambda: travel(network, *ids), options.repeat)
    peer.run(share)
    bare_s, _ = timed(lambda: weights_between(hierarchy, *places), options.repeat)
    peer.run(share)
    scipy_s = peer.total()
    line("weights, hierarchy cached, against SciPy", bare_s, scipy_s, asked[0])
    line("weights, with building, against SciPy", build_s + bare_s, scipy_s, asked[1])
    line("travel() with km and h, hierarchy cached, against SciPy", full_s, scipy_s, asked[0])
    line("travel() with building, against SciPy", build_s + sums_s + full_s, scipy_s, asked[1])
    line("travel(), hierarchy cached, against NetworkX", full_s, networkx_total(network, places[0]), asked[2])
    reweigh(network, hierarchy, options, asked[3])
    worst = difference(answer.h, peer)
    told = "met" if worst <= 1e-9 else "MISSED"
    pairs = len(peer.hours) * len(ids[1])
    sys.stdout.write(
        f"largest relative difference of hours from SciPy over {pairs:,} pairs: {worst:.1e} <= 1e-9 {told}\n"
    )
    spent = (
        f"{build_s:.2f} s building, {np.mean(peer.seconds) * 1e3:.1f} ms an origin in SciPy ({len(peer.hours)} origins)"
    )
    sys.stdout.write(f"{spent}, engine {answer.engine}, {len(hierarchy.links):,} arcs\n")
    assert answer.engine == "hierarchy"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=300_000)
    parser.add_argument("--places", type=int, default=2_000)
    parser.add_argument("--scipy-origins", type=int, default=40, help="of these the time of all is scaled")
    parser.add_argument("--repeat", type=int, default=5, help="runs of a cached request, and of contractions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--osm", type=Path, default=TRUNK)
    parser.add_argument("--only-weights", action="store_true", help="only new weights against rebuilding")
    options = parser.parse_args()
    small = synthetic(400, options.seed)
    compile_s, _ = timed(lambda: travel(small, small.nodes["node_id"], small.nodes["node_id"], engine="hierarchy"))
    again_s, _ = timed(lambda: contract(build_graph(small, "h"), prepare(small)))
    compile_s += again_s
    sys.stdout.write(f"first call, compiling or loading what was compiled: {compile_s:.1f} s (not counted below)\n")
    sys.stdout.write(f"{'figure':<58} {'ours':>11} {'peer':>13} {'ratio':>12} {'asked':>11}\n")
    if options.osm.is_file():
        measure("northern trunk roads", read_osm(options.osm), options, (40, 15, 1, 5))
    measure("synthetic", synthetic(options.nodes, options.seed), options, (400, 6, 5_000, 5))


if __name__ == "__main__":
    main()
