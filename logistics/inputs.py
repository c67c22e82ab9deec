"""What a run was made from: every input with its SHA-256."""

import hashlib
from pathlib import Path

from logistics.case import Case
from logistics.scenario import Scenario


def input_hashes(case: Case) -> dict[str, str]:
    """Return the SHA-256 of each table, by table name, and of the network's source."""
    hashes = {f"{name}.csv": file_sha256(path) for name, path in sorted(case.region.files.items())}
    hashes |= {name: file_sha256(path) for name, path in own_files(case.scenario).items()}
    provenance = case.connected.network.provenance
    return hashes | {f"network {provenance.get('source', '')}".strip(): provenance.get("sha256", "")}


def own_files(scenario: Scenario) -> dict[str, Path]:
    """Return the matrix and the polygons that a scenario names."""
    exclude = None if scenario.candidates is None else scenario.candidates.exclude
    named = {"od_matrix": scenario.od_matrix, "candidates.exclude": exclude}
    return {name: path for name, path in named.items() if path is not None}


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
