"""Which share of the lines and branches of each package the tests run through.

    python tests/benchmarks/covered.py [--part tests/unit --part tests/integration ...] [--folder FOLDER] [--at-once 2]

Needs the package `coverage`. Processes that the tests start count as well; parts run into the same folder add up, so
that they can be run on different days, and `--only-tell` prints the table of what a folder holds. Which lines are left:
`python -m coverage report --rcfile=FOLDER/settings --skip-covered --show-missing`. Tests marked slow are left out. One
test fails here and only here: on a full disk the measure itself cannot be written.

Loops that Numba compiles are run by machine code, which no measure sees: modules that hold them are counted apart, and
with `--without-compiler` the tests run them as plain Python, which only small tests bear.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASKED = {"logistics": 0.95, "models": 0.95, "networks": 0.90}
PARTS = ("tests/unit", "tests/property", "tests/integration", "tests/reliability")
COMPILED = re.compile(r"^@compiled", re.MULTILINE)

SETTINGS = """
[run]
branch = True
parallel = True
sigterm = True
patch = subprocess
    fork
    _exit
disable_warnings = no-data-collected, module-not-measured, module-not-imported, already-imported, trace-changed
data_file = {folder}/.coverage
source =
    {root}/logistics
    {root}/models
    {root}/networks
[report]
exclude_also =
    if TYPE_CHECKING:
    ^\\s*\\.\\.\\.$
"""


def run_part(part: str, settings: Path, *, compiles: bool, alone: bool) -> int:
    """Run the tests of a part and return what pytest ended with; not `alone`: what it says goes to a file."""
    more = {} if compiles else {"NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q", "-m", "not slow"]
    if not compiles:
        command += ["-W", "ignore::RuntimeWarning"]  # hashes are meant to overflow
    environment = os.environ | more | {"PYTHONPATH": str(ROOT)}
    command.append(part)
    if alone:
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    with (settings.parent / f"{part.replace('/', '-')}.txt").open("wb") as said:
        return subprocess.run(command, cwd=ROOT, env=environment, check=False, stdout=said, stderr=said).returncode


def sums(settings: Path, folder: Path) -> dict[tuple[str, bool], Counter]:
    """Return what there is and what is covered, by package and whether a module is compiled."""
    for task in (("combine", "--append", "-q"), ("json", "-q", "-o", str(folder / "covered.json"))):
        subprocess.run(
            [sys.executable, "-m", "coverage", task[0], f"--rcfile={settings}", *task[1:]],
            cwd=ROOT,
            check=task[0] == "json",
        )  # fmt: skip  (there may be nothing new to combine)
    found: dict[tuple[str, bool], Counter] = {}
    for name, told in json.loads((folder / "covered.json").read_text(encoding="utf-8"))["files"].items():
        path = (ROOT / name).resolve()
        key = path.relative_to(ROOT).parts[0], COMPILED.search(path.read_text(encoding="utf-8")) is not None
        names = ("covered_lines", "num_statements", "covered_branches", "num_branches")
        found.setdefault(key, Counter()).update({name: told["summary"][name] for name in names})
    return found


def told(found: dict[tuple[str, bool], Counter]) -> None:
    """Print the table."""
    print(f"{'package':10} {'modules':10} {'lines':>7} {'branches':>9} {'both':>7} {'asked':>6}")
    for (package, is_compiled), one in sorted(found.items()):
        lines, branches = one["covered_lines"] / one["num_statements"], one["covered_branches"] / one["num_branches"]
        both = (one["covered_lines"] + one["covered_branches"]) / (one["num_statements"] + one["num_branches"])
        verdict = "" if is_compiled else "met" if min(lines, branches) >= ASKED[package] else "missed"
        verdict = "met together" if verdict == "missed" and both >= ASKED[package] else verdict
        kind = "compiled" if is_compiled else "plain"
        print(f"{package:10} {kind:10} {lines:7.1%} {branches:9.1%} {both:7.1%} {ASKED[package]:6.0%} {verdict}")


def main() -> None:
    """Run the parts, then print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", action="append", help="a folder or file of tests; all four parts where none is named")
    how = "how many parts run beside each other; what each says goes to a file of the folder"
    parser.add_argument("--at-once", type=int, default=1, help=how)
    parser.add_argument("--folder", type=Path, help="where what was measured is kept and added to")
    parser.add_argument("--without-compiler", action="store_true")
    parser.add_argument("--only-tell", action="store_true", help="run nothing; tell what the folder holds")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background, and tests send it to children
    folder = (options.folder or Path(tempfile.mkdtemp())).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "settings"
    settings.write_text(SETTINGS.format(folder=folder, root=ROOT), encoding="utf-8")
    parts = [] if options.only_tell else options.part or PARTS
    with ThreadPoolExecutor(options.at_once) as pool:
        asked = {"compiles": not options.without_compiler, "alone": options.at_once == 1}
        codes = pool.map(lambda part: run_part(part, settings, **asked), parts)
        for part, code in zip(parts, codes, strict=True):
            print(f"{part}: pytest ended with {code}", flush=True)
    told(sums(settings, folder))


if __name__ == "__main__":
    main()
