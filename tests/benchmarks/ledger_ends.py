"""The low and the high end of every number of the ledger, one at a time, on the tiny region: plan and audit.

`python tests/benchmarks/ledger_ends.py`
`python tests/benchmarks/ledger_ends.py --rows fuel_ toll_   # the rows that begin so`
`python tests/benchmarks/ledger_ends.py --files --count 20   # twenty of them, saved and audited from their files`

Each end must give a plan that passes its audit, a clash or a message; a fault is printed. What is refused is printed
with its sentence. Rows that the plan of the tiny region does not read are left out: their ends change nothing here.
For imports from the checkout, run it with the checkout's root in PYTHONPATH.
"""

import argparse
import math
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from oracles.lent import one_solver
from tiny_region import tiny

from logistics.auditing import audit
from logistics.errors import InfeasibleError, LogisticsError
from logistics.ledger import Ledger
from logistics.planning import plan
from logistics.region import read_ledger
from logistics.scenario import Scenario
from models import SolveOptions

OPTIONS = SolveOptions(relative_gap=1e-3, time_limit_s=30)
PARKS = ("bn_tien_son", "bn_que_vo_1", "bn_yen_phong_1")
STEP = 25
"""A line so often."""


@dataclass(frozen=True)
class End:
    """One end of a row's range."""

    row: str
    side: str
    value: float

    def __str__(self):
        return f"{self.row} at its {self.side} end, {self.value:g}"


def ends(ledger: Ledger, begin: tuple[str, ...]) -> Iterator[End]:
    """Yield both ends of each row that has a range, but those that are its value."""
    for row in ledger.entries.values():
        for side in ("low", "high"):
            value = getattr(row, side)
            if row.id.startswith(begin) and not math.isnan(value) and value != row.value:
                yield End(row.id, side, value)


def end_of(scenario: Scenario, folder: Path | None) -> tuple[str, str]:
    """Return how a scenario ended, and what was said; with a folder the plan is audited from its files."""
    try:
        found = plan(scenario, OPTIONS)
    except InfeasibleError as error:
        return "clash", error.in_words("en")
    except LogisticsError as error:
        return "message", str(error)
    findings = found.audit() if folder is None else audit(found.save(folder / "run"))
    return "fault" if findings else "plan", "\n".join(findings)


def main() -> int:
    """Plan with every end and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="+", default=[""], help="only rows that begin so")
    parser.add_argument("--count", type=int, help="so many ends, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", action="store_true", help="save each plan and audit its files")
    options = parser.parse_args()
    seen, begun = Counter(), time.process_time()
    with tempfile.TemporaryDirectory() as place, one_solver():
        folder = Path(place)
        base = tiny(folder, parks=PARKS, rail=True, two_hub_routes=True, curve_to=0, year=2040)
        used = plan(base, OPTIONS).timeline.last.region.ledger.used
        every = [end for end in ends(read_ledger(), tuple(options.rows)) if end.row in used]
        order = np.random.default_rng(options.seed).permutation(len(every))[: options.count]
        for at, end in enumerate((every[place] for place in order), start=1):
            one = replace(base, ledger=dict(base.ledger) | {end.row: end.value})
            try:
                how, said = end_of(one, folder if options.files else None)
            except Exception:  # noqa: BLE001  (whatever it is, it is what is looked for)
                how, said = "fault", traceback.format_exc(limit=-4)
            seen[how] += 1
            if how != "plan":
                print(f"{how}: {end}: {said}", flush=True)
            if at % STEP == 0:
                print(f"{at} of {len(every)} ends: {dict(seen)}", flush=True)
    print(
        f"ends {seen.total()} of {len(every)}, of {len(used)} rows that are read: plans {seen['plan']}, clashes"
        f" {seen['clash']}, messages {seen['message']}, faults {seen['fault']};"
        f" {time.process_time() - begun:.0f} s of this process"
    )
    return 1 if seen["fault"] else 0


if __name__ == "__main__":
    sys.exit(main())
