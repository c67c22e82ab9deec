"""What a run was made from: every input with its SHA-256."""

import hashlib
from pathlib import Path

from logistics.case import Case


def input_hashes(case: Case) -> dict[str, str]:
    """Return the SHA-256 of each table, by table name, and of the network's source."""
    hashes = {f"{name}.csv": file_sha256(path) for name, path in sorted(case.region.files.items())}
    provenance = case.connected.network.provenance
    return hashes | {f"network {provenance.get('source', '')}".strip(): provenance.get("sha256", "")}


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
