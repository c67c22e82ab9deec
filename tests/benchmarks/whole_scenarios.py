"""Whole scenarios of the tiny region, drawn at random: how many end otherwise than in an audited plan or a clash.

`python tests/benchmarks/whole_scenarios.py --count 500 --seed 1`

A faulty one is printed with its file. For imports from the checkout, run it with the checkout's root in PYTHONPATH.
"""

import argparse
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from oracles.lent import one_solver
from tiny_region import matrix_file, tiny
from whole_scenarios import end_of, scenarios


def main() -> int:
    """Draw, plan and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seen = Counter()
    with tempfile.TemporaryDirectory() as place, one_solver():
        folder = Path(place)
        base = tiny(folder, od_matrix=matrix_file(folder))

        def one(scenario: object) -> None:
            try:
                seen[end_of(scenario, folder)] += 1
            except Exception:  # noqa: BLE001  (whatever it is, it is what is looked for)
                seen["fault"] += 1
                print(traceback.format_exc(limit=-4), (folder / "drawn.toml").read_text(encoding="utf-8"), flush=True)

        every = settings(
            max_examples=options.count, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        seed(options.seed)(every(given(scenarios(base))(one)))()
    print(f"scenarios {seen.total()}, plans {seen['plan']}, clashes {seen['clash']}, faults {seen['fault']}")
    return 1 if seen["fault"] else 0


if __name__ == "__main__":
    sys.exit(main())
