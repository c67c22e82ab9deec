"""Equilibrium of published problems to a relative gap, against AequilibraE in its own environment.

    python tests/benchmarks/equilibrium.py --data FOLDER/tntp --peer OTHER_ENVIRONMENT/bin/python

Time is that of the solve alone: ours from the instance (links in any order) to the flows, the peer's `execute()`
on a graph that is built already. Compiling is left out: ours has solved a small problem before; the peer comes
compiled. Both on the same number of threads; of the repeats, in turn, the quickest of each counts. Both answers
are judged by the same gap, worked out by SciPy at the answer's own costs: (cost of all trips - cost of all on
their cheapest paths) / cost of all trips. "Lost" are trips that the answer's flows do not carry on at some node
(where it is not 0, the gap of that answer means little). Without --peer only our own figures are printed.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from networks.equilibrium import Options, read_flow, read_tntp, solve

WEIGHTS = {"SiouxFalls": {}, "Barcelona": {}, "ChicagoSketch": {"distance_weight": 0.04, "toll_weight": 0.02}}
OURS, PEERS = ("gp", "bfw", "cfw"), ("bfw", "cfw")
ASKED_RATIO, ASKED_PERCENT = 3.0, 1.0
PEER = Path(__file__).with_name("equilibrium_peer.py")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of *_net.tntp, *_trips.tntp, *_flow.tntp")
    parser.add_argument("--peer", type=Path, help="python of an environment with aequilibrae")
    parser.add_argument("--problems", nargs="+", default=["Barcelona", "ChicagoSketch"], choices=list(WEIGHTS))
    parser.add_argument("--gap", type=float, default=1e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    return parser.parse_args()


def ours(instance, algorithm, options):
    begin = time.perf_counter()
    answer = solve(
        instance, Options(algorithm=algorithm, gap=options.gap, threads=options.threads, max_iterations=5000)
    )
    return time.perf_counter() - begin, answer


def peers(instance, algorithm, options):
    """Return seconds, flow, iterations of the peer."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "instance.npz"), Path(folder, "answer.npz")
        names = ("free", "capacity", "alpha", "beta", "fixed")
        arrays = {name: getattr(instance.delay, name) for name in names}
        arrays |= {name: getattr(instance, name) for name in ("tail", "head", "origin", "destination", "volume")}
        zones = int(max(instance.origin.max(), instance.destination.max())) + 1
        np.savez(source, zones=zones, closed=len(instance.closed) > 0, **arrays)
        words = [algorithm, options.gap, options.threads, 1]
        command = [str(options.peer), str(PEER), str(source), str(target), *map(str, words)]
        subprocess.run(command, check=True, capture_output=True)
        answer = np.load(target)
        return float(answer["seconds"].min()), answer["flow"], int(answer["iterations"])


def line(*cells):
    sys.stdout.write("| " + " | ".join(f"{cell:>16}" for cell in cells) + " |\n")


def compare(name, data, options):
    files = [data / f"{name}_{kind}.tntp" for kind in ("net", "trips", "flow")]
    instance = read_tntp(*files[:2], **WEIGHTS[name])
    published, _ = read_flow(files[2], instance)
    quickest = {"ours": [], "peer": []}
    for algorithm in OURS:
        runs = {"ours": [], "peer": []}
        for _ in range(options.repeats):
            seconds, answer = ours(instance, algorithm, options)
            runs["ours"].append((seconds, answer.flow, answer.iterations))
            if options.peer and algorithm in PEERS:
                runs["peer"].append(peers(instance, algorithm, options))
        for side, found in runs.items():
            if not found:
                continue
            seconds, flow, iterations = min(found, key=lambda run: run[0])
            off = 100.0 * np.abs(flow - published).sum() / published.sum()
            gap = f"{instance.relative_gap(flow):.2e}"
            lost = np.abs(instance.balance(flow)).sum() / 2.0
            line(name, f"{side} {algorithm}", f"{seconds:.3f}", iterations, gap, f"{off:.3f}", f"{lost:.3f}")
            quickest[side].append((seconds, off))
    return {side: min(found) for side, found in quickest.items() if found}


def verdict(met):
    return "met" if met else "missed"


def main():
    options = arguments()
    warm = [options.data / f"SiouxFalls_{kind}.tntp" for kind in ("net", "trips")]
    for algorithm in OURS:
        ours(read_tntp(*warm), algorithm, argparse.Namespace(gap=0.1, threads=options.threads))
    line("problem", "who, algorithm", "seconds", "iterations", "true gap", "L1 off, %", "lost")
    best = {name: compare(name, options.data, options) for name in options.problems}
    sys.stdout.write("\n")
    line("figure", "ours", "peer", "ratio", "asked", "")
    missed = False
    for name, sides in best.items():
        seconds, off = sides["ours"]
        if "peer" in sides:
            ratio = sides["peer"][0] / seconds
            missed |= ratio < ASKED_RATIO
            cells = (f"{seconds:.3f} s", f"{sides['peer'][0]:.3f} s", f"{ratio:.1f} x", f">= {ASKED_RATIO:g} x")
            line(name, *cells, verdict(ratio >= ASKED_RATIO))
        missed |= off > ASKED_PERCENT
        line(f"{name} L1", f"{off:.3f} %", "", "", f"<= {ASKED_PERCENT:g} %", verdict(off <= ASKED_PERCENT))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
