"""Single figures and words of run folders changed at random: how many the audit notices.

`python tests/benchmarks/audit_changes.py --count 500 --seed 1`
`python tests/benchmarks/audit_changes.py --run three --count 200`  # the one of three phases alone

Prints, a file a row: changes, noticed, of these by the seal alone (`logistics.run_seal`; the rest is derived anew from
the tables or hashed), and missed. A run of one year, one of three phases with every kind of rule and a matrix of its
own, one of goals in turn and one that has no plan are changed in turn.
"""

import argparse
import sys
import tempfile
from collections import Counter
from itertools import cycle, islice
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from spoiled_runs import Auditor, changes, runs

RUNS = ("one", "three", "goals", "clash")


def main() -> int:
    """Change, audit and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--run", choices=RUNS, action="append", help="change this run alone; may be given again")
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        every = runs(Path(folder))
        made = {name: every[name] for name in options.run or every}
        auditor = Auditor(made)
        drawn = {name: changes(run, random) for name, run in made.items()}
        tried, sealed, missed = Counter(), Counter(), Counter()
        for name in islice(cycle(made), options.count):
            change = next(drawn[name])
            findings = auditor.findings(name, change)
            tried[change.file] += 1
            sealed[change.file] += bool(findings) and all("SHA-256" in line for line in findings)
            missed[change.file] += not findings
            if not findings:
                print(f"missed: {name}: {change}")
    print(f"{'file':24} {'changes':>8} {'noticed':>8} {'by seal':>8} {'missed':>8}")
    for file, count in sorted(tried.items()):
        print(f"{file:24} {count:8} {count - missed[file]:8} {sealed[file]:8} {missed[file]:8}")
    total, lost = tried.total(), missed.total()
    print(f"{'all':24} {total:8} {total - lost:8} {sealed.total():8} {lost:8}  {'met' if not lost else 'missed'}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
