"""Random tiny instances of every model against brute force: how many answers are wrong.

`python tests/benchmarks/ten_thousand.py --model p_median --count 10000 --seed 1`; without `--model`, all of them.

The engines a model offers take turns. An answer is wrong if its status, value or bound is not that of trying every
choice, if its gap is not that of its value and bound, or if it fails its instance's own check. A wrong one is printed
as Python that makes it again. Unproved are good plans whose proof a MIP in floats does not end, where costs lie many
orders of magnitude apart. For imports from the checkout, run it with the checkout's root in PYTHONPATH.
"""

import argparse
import sys
import time
from collections import Counter
from itertools import cycle
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from oracles.contract import CONTRACTS, Contract, wrong
from oracles.lent import one_solver

from models import Status

LIMIT_S = 5.0
ROW = "{:26} {:>10} {:>9} {:>11} {:>9} {:>6} {:>8}  {}"


def compare(contract: Contract, count: int, chance: int) -> Counter:
    """Return how many instances were tried, had a plan, had none, and were answered wrong."""
    engines, seen = cycle(contract.gaps), Counter()

    def one(instance: object) -> None:
        engine, truth = next(engines), contract.truth(instance)
        solution = contract.solve(instance, engine, time_limit_s=LIMIT_S)
        faults = list(wrong(contract, instance, solution, truth))
        seen.update(["tried", "infeasible" if np.isinf(truth) else "feasible", *["wrong"][: len(faults)]])
        seen["unproved"] += solution.status is Status.FEASIBLE
        if solution.status is Status.FEASIBLE:
            print(f"{contract.name}, {engine}: {solution.stopped}, gap {solution.gap:.3g}", flush=True)
        if faults:
            print(f"{contract.name}, {engine}: {'; '.join(faults)}\n  {instance!r}", flush=True)

    every = settings(
        max_examples=count, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    seed(chance)(every(given(contract.drawn)(one)))()
    return seen


def main() -> int:
    """Compare every model that is asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [contract.name for contract in CONTRACTS]
    parser.add_argument("--model", choices=names, action="append")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(ROW.format("model", "instances", "feasible", "infeasible", "unproved", "wrong", "CPU s", ""), flush=True)
    lost = 0
    for contract in CONTRACTS:
        if contract.name not in (options.model or names):
            continue
        began = time.process_time()
        with one_solver():
            seen = compare(contract, options.count, options.seed)
        lost += seen["wrong"]
        counts = (seen[name] for name in ("tried", "feasible", "infeasible", "unproved", "wrong"))
        verdict = "missed" if seen["wrong"] else "met"
        print(ROW.format(contract.name, *counts, f"{time.process_time() - began:.0f}", verdict), flush=True)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
