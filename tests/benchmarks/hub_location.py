"""Hub location of the AP and CAB instances: proven and equal to the published values, against the plain program.

    python tests/benchmarks/hub_location.py --data FOLDER/hub [--peer OTHER_ENVIRONMENT/bin/python] [--only 50]

Ours: wall and processor seconds from the instance to the proven optimum (relative gap 1e-6), one process, one core.
Compiled functions have run once before on a tiny instance and are not counted. The peer is the textbook program in
flows (Ernst and Krishnamoorthy 1996, 1999; `hub_location_peer.py`) by HiGHS through highspy in its own environment,
one thread, 120 s; `--peer-nodes` bounds the size given to it. CAB: flow divided by its sum, factors 1, alpha, 1.
"""

import argparse
import csv
import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from models import HubLocation, SolveOptions, Status

ASKED_S = 60.0
PEER_LIMIT_S = 120
CENTS = 0.011  # published values are rounded to cents
LINE = "{:28}{:>12}{:>12}{:>8}{:>9}{:>8}{:>9}{:>9}"
FACTORS = {"collection": 3.0, "transfer": 0.75, "distribution": 2.0}
CAB = {
    (2, 0.2): 1000.91,
    (3, 0.2): 767.35,
    (4, 0.2): 629.63,
    (3, 0.6): 1033.56,
    (2, 1.0): 1359.19,
    (3, 1.0): 1256.63,
    (4, 1.0): 1211.23,
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the AP files, CAB.txt and optima.csv")
    parser.add_argument("--peer", help="python of an environment with highspy, numpy and scipy")
    parser.add_argument("--peer-nodes", type=int, default=25, help="largest instance that the peer is given")
    parser.add_argument("--only", default="", help="only instances whose name holds this")
    return parser.parse_args()


def numbers(path):
    return np.array(path.read_text().replace(";", "").split(), dtype=float)


def ap(folder, nodes):
    """Return flow and cost (thousandths of the distance)."""
    values = numbers(next(path for path in sorted(folder.glob(f"{nodes}.*"))))
    points = values[1 : 1 + 2 * nodes].reshape(nodes, 2)
    flow = values[1 + 2 * nodes : 1 + 2 * nodes + nodes * nodes].reshape(nodes, nodes)
    return {"flow": flow, "cost": np.linalg.norm(points[:, None] - points, axis=2) / 1000} | FACTORS


def instances(folder):
    """Yield name, published value, instance."""
    with (folder / "optima.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        kind, name = row["problem"].split()[0], row["instance"]
        size = int(name[2:4])
        arrays = ap(folder, size)
        if kind == "CSAHLP":
            arrays["fixed_cost"] = numbers(folder / f"Fcost{name[4]}.{size}")
            arrays["capacity"] = numbers(folder / f"Cap{name[5]}.{size}")
        else:
            arrays |= {"hubs": int(name[-1]), "allocation": "multiple" if kind[1] == "M" else "single"}
        yield f"{kind} {name}", float(row["optimum"]), HubLocation(**arrays)
    values = numbers(folder / "CAB.txt").reshape(25, 25, 4)
    flow = values[:, :, 2] / values[:, :, 2].sum()
    for (p, factor), value in CAB.items():
        instance = HubLocation(flow=flow, cost=values[:, :, 3], hubs=p, transfer=factor)
        yield f"USApHMP CAB25.{p} alpha {factor}", value, instance


def peer_seconds(python, instance):
    """Return the peer's seconds, its value and its gap."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "instance.npz")
        names = ("flow", "cost", "fixed_cost", "capacity", "collection", "transfer", "distribution", "allocation")
        arrays = {name: getattr(instance, name) for name in names}
        np.savez(source, hubs=-1 if instance.hubs is None else instance.hubs, **arrays)
        command = [python, str(Path(__file__).with_name("hub_location_peer.py")), str(source), str(PEER_LIMIT_S)]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    return answer["seconds"], answer["value"], answer["gap"]


def main():
    options = arguments()
    for allocation in ("single", "multiple"):  # compiles, or loads what is compiled
        tiny = np.ones((7, 7))
        HubLocation(flow=tiny, cost=tiny, hubs=2, allocation=allocation).solve()
    heads = ("instance", "published", "ours", "proven", "wall s", "cpu s", "peer s", "ratio")
    print(LINE.format(*heads), " asked 60 s")
    ratios = []
    for name, value, instance in instances(options.data):
        if options.only not in name:
            continue
        begin, cpu = time.perf_counter(), time.process_time()
        solution = instance.solve(SolveOptions(relative_gap=1e-6))
        wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
        proven = solution.status is Status.OPTIMAL and not instance.check(solution)
        is_met = proven and abs(solution.objective - value) <= CENTS and wall <= ASKED_S
        peer = ratio = ""
        if options.peer and len(instance.flow) <= options.peer_nodes:
            seconds, _, gap = peer_seconds(options.peer, instance)
            ratios.append(seconds / wall)
            sign = "" if gap <= 1e-4 else ">"
            peer, ratio = f"{sign}{seconds:.1f}", f"{sign}{seconds / wall:.0f} x"
        values = (f"{value:.2f}", f"{solution.objective:.2f}", str(proven), f"{wall:.2f}", f"{cpu:.2f}", peer, ratio)
        print(LINE.format(name, *values), " met" if is_met else " MISSED", flush=True)
    if ratios:
        mean = np.exp(np.log(ratios).mean())
        print(f"geometric mean of the ratios: {mean:.0f} x (at least: the peer is stopped at its limit)")


if __name__ == "__main__":
    main()
