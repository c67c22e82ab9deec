"""Facility location without capacities: OR-Library's cap131, cap132, capa, capc against plain SCIP and HiGHS.

    python tests/benchmarks/facility_location.py --data FOLDER/benchmarks [--peer OTHER_ENVIRONMENT/bin/python]

Time is that of the solve alone, from the arrays to the proved plan; compiling is left out (each instance is solved
once before). The peers are OR-Tools MathOpt's SCIP and HiGHS on the textbook program (x_ij <= y_j for every pair,
x continuous, y binary), one thread, `--limit` seconds; building their model is left out. Ratios are wall time by
wall time in the same run, on capc. "CPU" is our process's own time.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from models import FacilityLocation, SolveOptions, Status

PEER = Path(__file__).with_name("facility_location_peer.py")
NAMES = ("cap131", "cap132", "capa", "capc")
ASKED_S, ASKED_RATIO, ASKED_ON = 0.5, 50.0, "capc"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with cap/")
    parser.add_argument("--peer", type=Path, help="python of an environment with ortools")
    parser.add_argument("--limit", type=float, default=120.0)
    parser.add_argument("--repeats", type=int, default=3)
    return parser.parse_args()


def line(*cells):
    sys.stdout.write("| " + " | ".join(f"{cell:>14}" for cell in cells) + " |\n")
    sys.stdout.flush()


def read_cap(path):
    words = path.read_text().split()
    sites, clients = int(words[0]), int(words[1])
    numbers = np.array([0.0 if word == "capacity" else float(word) for word in words[2:]])
    fixed = numbers[: 2 * sites].reshape(sites, 2)[:, 1]
    return numbers[2 * sites :].reshape(clients, sites + 1)[:, 1:], fixed


def peer_answer(options, solver, cost, fixed):
    """Return {seconds, value, proved} of the peer."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "instance.npz")
        np.savez(source, cost=cost, fixed=fixed)
        command = [str(options.peer), str(PEER), solver, str(source), str(options.limit)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=options.limit + 120, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    options = arguments()
    with (options.data / "cap" / "optima.csv").open(encoding="utf-8") as file:
        optima = {row["instance"]: float(row["optimum"]) for row in csv.DictReader(file) if row["problem"] == "UFL"}
    exact = SolveOptions(relative_gap=1e-9)
    line("instance", "value", "proved", "CPU ms", "wall ms", "asked", "")
    for name in NAMES:
        cost, fixed = read_cap(options.data / "cap" / f"{name}.txt")
        instance = FacilityLocation(cost=cost, fixed_cost=fixed)
        instance.solve(exact)
        spent = []
        for _ in range(options.repeats):
            cpu = time.process_time()
            solution = instance.solve(exact)
            spent.append((solution.seconds, time.process_time() - cpu))
        wall, cpu = min(spent)
        right = (
            abs(solution.objective - optima[name]) < 1e-3
            and solution.status is Status.OPTIMAL
            and not instance.check(solution)
        )
        verdict = "met" if right and wall <= ASKED_S else "missed"
        line(name, f"{solution.objective:.4f}", right, f"{cpu * 1e3:.1f}", f"{wall * 1e3:.1f}", f"{ASKED_S} s", verdict)
        for solver in ("scip", "highs") if options.peer and name == ASKED_ON else ():
            answer = peer_answer(options, solver, cost, fixed)
            ratio = answer["seconds"] / wall
            text = f"{answer['seconds']:.2f} s" + ("" if answer["proved"] else " (limit)")
            line(
                f"  {solver}",
                text,
                f"{ratio:.1f} x",
                "",
                "",
                f"{ASKED_RATIO} x",
                ("missed", "met")[ratio >= ASKED_RATIO],
            )


if __name__ == "__main__":
    main()
