"""p-median: OR-Library's pmed against spopt and pbp-pmedian, and points in the plane against the gap asked for.

    python tests/benchmarks/p_median.py --data FOLDER/benchmarks [--peer OTHER_ENVIRONMENT/bin/python]
        [--instances pmed1 pmed2] [--peers spopt-cbc spopt-highs pbp] [--planes 5000 10000 20000 rl5934 d15112]

Time is that of the solve alone, from the cost matrix to the proved plan; reading and shortest paths are left out on
both sides, and so is compiling (a small instance and a middling one are solved before). A peer has `--limit` seconds
of wall time for an instance; ratios are wall time by wall time in the same run, over those that the peer finished
with the published optimum. "CPU" is our process's own time: on a busy machine the seconds asked for are compared
with it. Without --peer only our own figures are printed.
"""

import argparse
import csv
import sys
import time
from pathlib import Path

import numpy as np
from peer import peer_seconds
from scipy.sparse.csgraph import shortest_path

from models import PMedian, SolveOptions

PEER = Path(__file__).with_name("p_median_peer.py")
ASKED_TOTAL_S = 5.0
ASKED_RATIO = {"spopt-cbc": 500.0, "spopt-highs": 500.0, "pbp": 15.0}
ASKED_PERCENT = {"5000": 0.1, "10000": 0.2, "20000": 0.4, "rl5934": 0.1, "d15112": 0.4}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with pmed/ and tsplib/")
    parser.add_argument("--peer", type=Path, help="python of an environment with spopt, highspy and pbp-pmedian")
    parser.add_argument("--peers", nargs="*", default=list(ASKED_RATIO), choices=list(ASKED_RATIO))
    parser.add_argument("--instances", nargs="*", help="names; by default all of pmed/optima.csv")
    parser.add_argument("--planes", nargs="*", default=[], help="numbers of random points, or names in tsplib/")
    parser.add_argument("--limit", type=float, default=120.0)
    parser.add_argument("--repeats", type=int, default=3, help="of ours; the quickest counts, the peers run once")
    parser.add_argument("--plane-seconds", type=float, default=60.0)
    return parser.parse_args()


def line(*cells):
    sys.stdout.write("| " + " | ".join(f"{cell:>14}" for cell in cells) + " |\n")
    sys.stdout.flush()


def read_pmed(path):
    numbers = np.array(path.read_text().split(), dtype=np.int64)
    n, edges, p = numbers[:3].tolist()
    length = np.zeros((n, n))
    for i, j, cost in (numbers[3 : 3 + 3 * edges].reshape(edges, 3) - [1, 1, 0]).tolist():
        length[i, j] = length[j, i] = cost
    return shortest_path(length, directed=False), p


def read_points(data, name):
    if name.isdigit():
        return np.random.default_rng(0).random((int(name), 2)) * 1000
    rows = (data / "tsplib" / f"{name}.tsp").read_text().split("NODE_COORD_SECTION")[1].splitlines()
    return np.array([row.split()[1:3] for row in rows if len(row.split()) == 3], dtype=float)


def quickest(instance, solve_options, repeats):
    """Return [CPU, wall] seconds of the quickest of the repeats, and its solution."""
    runs = []
    for repeat in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        solution = instance.solve(solve_options)
        runs.append((time.perf_counter() - wall, time.process_time() - cpu, repeat))
    wall, cpu, _ = min(runs)
    return np.array([cpu, wall]), solution


def mean(ratios):
    return float(np.exp(np.mean(np.log(ratios)))) if ratios else float("nan")


def matrices(options):
    with (options.data / "pmed" / "optima.csv").open(encoding="utf-8") as file:
        optima = {row["instance"]: float(row["optimum"]) for row in csv.DictReader(file)}
    names = list(optima) if options.instances is None else options.instances
    exact = SolveOptions(relative_gap=0.0, time_limit_s=120)
    for name in [name for name in ("pmed1", "pmed2", "pmed34") if name in optima]:
        cost, p = read_pmed(options.data / "pmed" / f"{name}.txt")
        PMedian(cost=cost, p=p).solve(exact)
    peers = options.peers if options.peer else []
    ratios = {peer: [] for peer in peers}
    totals, proved = np.zeros(2), 0
    line("instance", "p", "value", "proved", "CPU ms", "wall ms", *peers)
    for name in names:
        cost, p = read_pmed(options.data / "pmed" / f"{name}.txt")
        instance = PMedian(cost=cost, p=p)
        spent, solution = quickest(instance, exact, options.repeats)
        totals += spent
        right = solution.objective == solution.bound == optima[name] and not instance.check(solution)
        proved += right
        cells = []
        for peer in peers:
            answer = peer_seconds(options.peer, PEER, peer, options.limit, cost=cost, p=p)
            good = answer is not None and abs(answer[1] - optima[name]) < 0.5
            if good:
                ratios[peer].append(answer[0] / spent[1])
            cells.append(f"{answer[0]:.2f} s" if good else "-" if answer is None else f"wrong {answer[1]:g}")
        line(name, p, f"{solution.objective:g}", right, *(f"{s * 1e3:.1f}" for s in spent), *cells)
    line("figure", "ours", "asked", "")
    line("proved", f"{proved}/{len(names)}", len(names), "met" if proved == len(names) else "missed")
    line("total CPU s", f"{totals[0]:.2f}", ASKED_TOTAL_S, "met" if totals[0] <= ASKED_TOTAL_S else "missed")
    line("total wall s", f"{totals[1]:.2f}", ASKED_TOTAL_S, "met" if totals[1] <= ASKED_TOTAL_S else "missed")
    for peer in peers:
        ratio = mean(ratios[peer])
        verdict = "met" if ratio >= ASKED_RATIO[peer] else "missed"
        line(f"{peer} ({len(ratios[peer])})", f"{ratio:.1f} x", f"{ASKED_RATIO[peer]:g} x", verdict)


def planes(options):
    for _ in range(3):  # compiling may take all of the first limit, and kicks come after it
        PMedian.from_points(points=read_points(options.data, "2500"), p=25).solve(SolveOptions(time_limit_s=3))
    line("points", "p", "value", "bound", "gap %", "asked", "CPU s", "wall s", "")
    for name in options.planes:
        points = read_points(options.data, name)
        instance = PMedian.from_points(points=points, p=len(points) // 100)
        cpu = time.process_time()
        solution = instance.solve(SolveOptions(time_limit_s=options.plane_seconds))
        asked = ASKED_PERCENT.get(name, float("nan"))
        figures = f"{solution.objective:.1f}", f"{solution.bound:.1f}", f"{100 * solution.gap:.3f}", asked
        seconds = f"{time.process_time() - cpu:.1f}", f"{solution.seconds:.1f}"
        verdict = "met" if 100 * solution.gap <= asked and not instance.check(solution) else "missed"
        line(name, instance.p, *figures, *seconds, verdict)


def main():
    options = arguments()
    if options.instances is None or options.instances:
        matrices(options)
    if options.planes:
        planes(options)
        try:
            import resource  # noqa: PLC0415  (not on Windows)
        except ImportError:
            return
        line("peak MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "asked 1024")


if __name__ == "__main__":
    main()
