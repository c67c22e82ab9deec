"""AequilibraE's equilibrium of an instance; run by `equilibrium.py` with the python that has it.

Arguments: instance (npz), answer (npz), algorithm, gap, threads, repeats.
"""

import os
import sys
import time

os.environ["AEQ_SHOW_PROGRESS"] = "FALSE"  # its progress bars take time

import numpy as np
import pandas as pd
from aequilibrae.matrix import AequilibraeMatrix
from aequilibrae.paths import Graph, TrafficAssignment, TrafficClass

LEAST = 1e-12
"""It refuses links of no time."""


def graph_of(data):
    """Return its graph; zones are the nodes 1 to `zones`."""
    links = pd.DataFrame(
        {
            "link_id": np.arange(1, len(data["tail"]) + 1),
            "a_node": data["tail"] + 1,
            "b_node": data["head"] + 1,
            "direction": 1,
            "capacity": data["capacity"],
            "t0": np.maximum(data["free"], LEAST),
            "alpha": data["alpha"],
            "beta": np.maximum(data["beta"], 1.0),  # it refuses 0, which stands only where alpha is 0
            "fixed": data["fixed"],
        }
    )
    graph = Graph()
    graph.network = links
    graph.prepare_graph(np.arange(1, int(data["zones"]) + 1))
    graph.set_graph("t0")
    graph.set_blocked_centroid_flows(bool(data["closed"]))
    graph.set_skimming([])
    return graph


def matrix_of(data):
    """Return its trip matrix."""
    zones = int(data["zones"])
    matrix = AequilibraeMatrix()
    matrix.create_empty(zones=zones, matrix_names=["trips"], memory_only=True)
    matrix.index = np.arange(1, zones + 1)
    dense = np.zeros((zones, zones))
    np.add.at(dense, (data["origin"], data["destination"]), data["volume"])
    np.fill_diagonal(dense, 0.0)
    matrix.matrices[:, :, 0] = dense
    matrix.computational_view(["trips"])
    return matrix


def prepared(data, algorithm, gap, threads):
    """Return an assignment that waits to be executed, and its class."""
    traffic = TrafficClass("car", graph_of(data), matrix_of(data))
    if data["fixed"].any():
        traffic.set_fixed_cost("fixed")
    job = TrafficAssignment()
    job.set_classes([traffic])
    job.set_vdf("BPR")
    job.set_vdf_parameters({"alpha": "alpha", "beta": "beta"})
    job.set_capacity_field("capacity")
    job.set_time_field("t0")
    job.set_cores(threads)
    job.set_algorithm(algorithm)
    job.max_iter = 5000
    job.rgap_target = gap
    return job


def main():
    """Solve, and write flow [links], seconds [repeats], iterations and its own gap."""
    source, target, algorithm, gap, threads, repeats = sys.argv[1:]
    data = np.load(source)
    seconds = []
    for _ in range(int(repeats)):
        job = prepared(data, algorithm, float(gap), int(threads))
        begin = time.perf_counter()
        job.execute(log_specification=False)
        seconds.append(time.perf_counter() - begin)
    report = job.report()
    flow = job.results()["PCE_AB"].reindex(np.arange(1, len(data["tail"]) + 1)).fillna(0.0).to_numpy()
    np.savez(target, flow=flow, seconds=seconds, iterations=len(report), gap=report["rgap"].iloc[-1])


if __name__ == "__main__":
    main()
