"""Studies of the default region: two workers against one, against plans made one by one, and the memory of a worker.

    python tests/benchmarks/study.py --scenarios 60 --plans 5

The figures of 1,000 scenarios are those of the scenarios run here, in proportion; starting the workers is in both.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

import logistics
from logistics.studies.designs import latin_hypercube
from logistics.studies.factors import Factor

FACTORS = (
    Factor(name="contestable_small", low=25.0, value=50.0, high=80.0),
    Factor(name="crf", low=0.105, value=0.125, high=0.157),
    Factor(name="diesel_price", low=15000.0, value=17842.59, high=28000.0),
    Factor(name="growth", low=5.0, value=8.0, high=12.0),
    Factor(name="network.toll_pct", low=50.0, value=100.0, high=150.0),
)
MANY, LARGEST, CROWD = 1000, 100_000, 200


class Memory:
    """Watches the largest resident memory among the worker processes."""

    def __init__(self):
        self.largest_gb = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _watch(self):
        while not self._over.wait(0.2):
            for child in psutil.Process(os.getpid()).children(recursive=True):
                try:
                    self.largest_gb = max(self.largest_gb, child.memory_info().rss / 1e9)
                except psutil.Error:
                    continue


def seconds_of_study(design, workers):
    with Memory() as memory:
        begun = time.perf_counter()
        found = logistics.study(logistics.northern_vietnam(), design, workers=workers)
        seconds = time.perf_counter() - begun
    states = {outcome.state for outcome in found.outcomes}
    return seconds, memory.largest_gb, states


def seconds_of_plans(count):
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        for number in range(count):
            command = [sys.executable, "-m", "logistics", "plan", "--out", str(Path(folder) / str(number))]
            subprocess.run(command, check=True, capture_output=True)
        return (time.perf_counter() - begun) / count


def line(figure, value, asked, met):
    print(f"{figure:70} {value:>12} {asked:>12}  {'met' if met else 'MISSED'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenarios", type=int, default=60)
    parser.add_argument("--plans", type=int, default=5)
    asked = parser.parse_args()
    design = latin_hypercube(FACTORS, asked.scenarios, seed=1)
    one, memory_one, states = seconds_of_study(design, 1)
    two, memory_two, _ = seconds_of_study(design, 2)
    plan = seconds_of_plans(asked.plans)
    print(f"{asked.scenarios} scenarios ({', '.join(sorted(states))}): {one:.1f} s by one worker, {two:.1f} s by two")
    print(f"one plan of its own: {plan:.2f} s ({asked.plans} runs)")
    each = two / asked.scenarios
    line("two workers against one", f"{one / two:.2f} x", "1.7 x", one / two >= 1.7)
    line(f"{MANY:,} scenarios by two workers against so many plans", f"{plan / each:.1f} x", "10 x", plan / each >= 10)
    largest = max(memory_one, memory_two)
    line("memory of a worker, its solver apart", f"{largest:.2f} GB", "1.5 GB", largest <= 1.5)
    hours = one / asked.scenarios * LARGEST / CROWD / 3600
    print(f"{LARGEST:,} scenarios by {CROWD} workers, at the pace of one worker alone: {hours:.2f} h")


if __name__ == "__main__":
    main()
