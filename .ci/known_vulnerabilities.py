"""Ask pip-audit about a list of exact versions; end with 1 if it knows a vulnerability.

Where the service cannot be reached, or knows no package (a mirror without that data), this says so and ends with 0.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def audited(requirements: Path) -> list[dict[str, Any]] | None:
    """Return pip-audit's account of each dependency; None where it gave none."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner=off", "-f", "json"]
    done = subprocess.run(
        [*command, "--timeout", "15", "-r", requirements], capture_output=True, text=True, check=False
    )
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print((done.stderr.strip().splitlines() or ["no answer"])[-1])
        return None
    return found


def main(requirements: Path) -> int:
    """Say what is known, and return the exit code."""
    lines = requirements.read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder) / "one.txt"
        probe.write_text(next(line for line in lines if line.startswith("ortools==")), encoding="utf-8")
        one = audited(probe)
    reached = bool(one) and not all("skip_reason" in found for found in one)
    found = audited(requirements) if reached else None
    if found is None:
        print("skipped: the data of pip-audit cannot be reached from here")
        return 0
    known = [(one["name"], one["version"], flaw["id"]) for one in found for flaw in one.get("vulns", ())]
    for name, version, flaw in known:
        print(f"{name} {version}: {flaw}")
    print(f"{len(found)} versions asked about, {len(known)} known vulnerabilities")
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
