"""Covering: p-center on published instances and against spopt, maximal covering at size, set covering against HiGHS.

    python tests/benchmarks/covering.py --data FOLDER/benchmarks [--peer OTHER_ENVIRONMENT/bin/python]
        [--instances pmed1 pmed2] [--peers spopt-cbc spopt-highs] [--maximal 0.1,10 0.05,50] [--sets 200x1000,0.05]

Time is that of the solve alone; compiling is left out (small instances are solved before), reading and distances too,
on both sides. A peer has `--limit` seconds of wall time for an instance; ratios are its wall time by ours in the same
run: over those that it ended with our value, and then with those added on which it ended nothing within the limit,
counted at the limit, so that ours is at least so much faster. "CPU" is our process's own time: on a busy machine the
seconds asked for are compared with it.

Maximal covering: uniform random clients and sites in the unit square, weights 1 to 100, radius and p as named (as
Cordeau, Furini, Ljubic, European Journal of Operational Research 275, 2019 draw theirs). Set covering: random entries
of the density named, each client by two sites at least, costs 1 to 100 (as Balas, Ho, 1980), against plain HiGHS.
"""

import argparse
import csv
import sys
import time
from pathlib import Path

import numpy as np
from peer import peer_seconds
from scipy.sparse.csgraph import shortest_path
from scipy.spatial import cKDTree

from models import Coverage, MaxCover, PCenter, SetCover, SolveOptions, Status

PEER = Path(__file__).with_name("covering_peer.py")
ASKED_TOTAL_S, ASKED_RATIO, ASKED_MAXIMAL_S = 60.0, 100.0, 60.0
MAXIMAL = ("0.05,20", "0.05,50", "0.03,50", "0.1,10", "0.15,5", "0.1,20", "0.05,100")
SETS = ("200x1000,0.02", "200x1000,0.05", "300x3000,0.02")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with pcenter/, pmed/ and tsplib/")
    parser.add_argument("--peer", type=Path, help="python of an environment with spopt and highspy")
    parser.add_argument("--peers", nargs="*", default=["spopt-cbc", "spopt-highs"])
    parser.add_argument("--instances", nargs="*", help="names; by default all of pcenter/optima.csv")
    parser.add_argument("--peer-instances", nargs="*", help="those that the peers are given; by default all")
    parser.add_argument("--maximal", nargs="*", default=MAXIMAL, help="radius,p")
    parser.add_argument("--sets", nargs="*", default=SETS, help="clients x sites, density")
    parser.add_argument("--clients", type=int, default=100_000)
    parser.add_argument("--sites", type=int, default=1_000)
    parser.add_argument("--limit", type=float, default=120.0)
    return parser.parse_args()


def line(*cells):
    sys.stdout.write("| " + " | ".join(f"{cell:>13}" for cell in cells) + " |\n")
    sys.stdout.flush()


def verdict(good):
    return "met" if good else "missed"


def read(data, name):
    """Return (cost, p) of an instance of pcenter/optima.csv."""
    if " p=" in name:
        source, p = name.split(" p=")
        rows = (data / "tsplib" / f"{source}.tsp").read_text().split("NODE_COORD_SECTION")[1].splitlines()
        points = np.array([row.split()[1:3] for row in rows if len(row.split()) == 3], dtype=float)
        return np.linalg.norm(points[:, None] - points, axis=2), int(p)
    numbers = np.array((data / "pmed" / f"{name}.txt").read_text().split(), dtype=np.int64)
    n, edges, p = numbers[:3].tolist()
    length = np.zeros((n, n))
    for i, j, cost in (numbers[3 : 3 + 3 * edges].reshape(edges, 3) - [1, 1, 0]).tolist():
        length[i, j] = length[j, i] = cost
    return shortest_path(length, directed=False), p


def timed(instance, options):
    """Return CPU and wall seconds, and the solution."""
    wall, cpu = time.perf_counter(), time.process_time()
    solution = instance.solve(options)
    return time.process_time() - cpu, time.perf_counter() - wall, solution


def centers(options):
    with (options.data / "pcenter" / "optima.csv").open(encoding="utf-8") as file:
        optima = {row["instance"]: float(row["optimum"]) for row in csv.DictReader(file)}
    names = list(optima) if options.instances is None else options.instances
    exact = SolveOptions(relative_gap=0.0, time_limit_s=120)
    for name in ("pmed1", "pmed3", "pmed26", "pr264 p=40"):
        cost, p = read(options.data, name)
        PCenter(cost=cost, p=p).solve(exact)
    peers = options.peers if options.peer else []
    ratios, at_limit = {peer: [] for peer in peers}, {peer: [] for peer in peers}
    totals, proved = np.zeros(2), 0
    line("p-center", "p", "radius", "proved", "CPU ms", "wall ms", *peers)
    for name in names:
        cost, p = read(options.data, name)
        instance = PCenter(cost=cost, p=p)
        cpu, wall, solution = timed(instance, exact)
        totals += cpu, wall
        close = abs(solution.objective - optima[name]) <= (0.5 if " p=" in name else 0)
        right = close and solution.objective == solution.bound and not instance.check(solution)
        proved += right
        cells = []
        for peer in peers:
            asked = options.peer_instances is None or name in options.peer_instances
            begin = time.perf_counter()
            answer = peer_seconds(options.peer, PEER, peer, options.limit, cost=cost, p=p) if asked else None
            if answer is None and time.perf_counter() - begin >= options.limit:
                at_limit[peer].append(options.limit / wall)
                cells.append(f"> {options.limit:g} s")
                continue
            good = answer is not None and abs(answer[1] - solution.objective) < 1e-3 * solution.objective
            if good:
                ratios[peer].append(answer[0] / wall)
            cells.append(f"{answer[0]:.2f} s" if good else "-" if answer is None else f"wrong {answer[1]:g}")
        line(name, p, f"{solution.objective:g}", right, f"{cpu * 1e3:.1f}", f"{wall * 1e3:.1f}", *cells)
    line("figure", "ours", "asked", "")
    line("proved", f"{proved}/{len(names)}", len(names), verdict(proved == len(names)))
    line("total CPU s", f"{totals[0]:.2f}", ASKED_TOTAL_S, verdict(totals[0] <= ASKED_TOTAL_S))
    line("total wall s", f"{totals[1]:.2f}", ASKED_TOTAL_S, verdict(totals[1] <= ASKED_TOTAL_S))
    for peer in peers:
        for title, found in ((f"{peer} ({{}})", ratios[peer]), ("({}) at least", ratios[peer] + at_limit[peer])):
            ratio = float(np.exp(np.mean(np.log(found)))) if found else float("nan")
            line(title.format(len(found)), f"{ratio:.1f} x", f"{ASKED_RATIO:g} x", verdict(ratio >= ASKED_RATIO))


def disks(clients, sites, radius, seed=0):
    """Return the instance's entries and weights."""
    rng = np.random.default_rng(seed)
    points, centres = rng.random((clients, 2)), rng.random((sites, 2))
    weight = rng.integers(1, 101, clients).astype(float)
    near = cKDTree(centres).query_ball_point(points, radius)
    client = np.repeat(np.arange(clients), [len(one) for one in near])
    return Coverage(client=client, site=np.concatenate(near).astype(int), shape=(clients, sites)), weight


def maximal(options):
    coverage, weight = disks(500, 50, 0.15)
    MaxCover(covers=coverage, weight=weight, p=5).solve()
    line("max cover r,p", "entries", "covered %", "gap %", "CPU s", "wall s", "asked s", "")
    for name in options.maximal:
        radius, p = name.split(",")
        coverage, weight = disks(options.clients, options.sites, float(radius))
        instance = MaxCover(covers=coverage, weight=weight, p=int(p))
        cpu, wall, solution = timed(instance, SolveOptions(time_limit_s=ASKED_MAXIMAL_S))
        good = solution.status is Status.OPTIMAL and not instance.check(solution)
        covered = f"{100 * solution.objective / weight.sum():.1f}"
        gap = f"{100 * solution.gap:.4f}"
        line(name, coverage.client.size, covered, gap, f"{cpu:.1f}", f"{wall:.1f}", ASKED_MAXIMAL_S, verdict(good))


def sets(options):
    rng = np.random.default_rng(0)
    SetCover(covers=rng.random((30, 60)) < 0.2, cost=rng.integers(1, 9, 60), forced_open=range(30)).solve()
    line("set cover", "ours", "gap %", "wall s", "HiGHS", "gap %", "wall s", "ratio")
    for name in options.sets:
        size, density = name.split(",")
        clients, count = (int(number) for number in size.split("x"))
        covers = rng.random((clients, count)) < float(density)
        covers[np.repeat(np.arange(clients), 2), rng.integers(0, count, 2 * clients)] = True
        instance = SetCover(covers=covers, cost=rng.integers(1, 101, count))
        cells, walls = [name], []
        for engine in ("auto", "mip"):
            _, wall, solution = timed(instance, SolveOptions(time_limit_s=options.limit, engine=engine))
            cells += [f"{solution.objective:g}", f"{100 * solution.gap:.3f}", f"{wall:.2f}"]
            walls.append(wall)
        line(*cells, f"{walls[1] / walls[0]:.1f} x")


def main():
    options = arguments()
    if options.instances is None or options.instances:
        centers(options)
    if options.maximal:
        maximal(options)
    if options.sets:
        sets(options)


if __name__ == "__main__":
    main()
