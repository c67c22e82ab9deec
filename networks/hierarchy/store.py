"""A hierarchy in a file: npz without pickle, whole or not there, never one of another graph."""

import hashlib
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np

from networks.hierarchy.ranked import Hierarchy
from networks.trees import Graph
from networks.whole import whole_file

VERSION = 1
PATTERN = "hierarchy-*.npz"
KEPT = 4
"""Files kept in a folder; the oldest go first."""


def digest(graph: Graph) -> str:
    """Return a hash of topology and weights."""
    found = hashlib.blake2b(f"networks.Hierarchy {VERSION}".encode(), digest_size=16)
    for values in (graph.starts, graph.heads, graph.weights, graph.links):
        found.update(np.ascontiguousarray(values).data)
    return found.hexdigest()


def file_of(folder: Path, key: str) -> Path:
    """Return where the hierarchy of the graph with this digest lies in `folder`."""
    return folder / PATTERN.replace("*", key)


def write(hierarchy: Hierarchy, folder: Path, key: str) -> None:
    """Write `hierarchy` into `folder`, where that can be done: it is a saving of time, no more."""
    if not folder.is_dir():
        return
    with suppress(OSError):
        counts = np.array([VERSION, hierarchy.uncontracted])
        with whole_file(file_of(folder, key)) as fresh, fresh.open("wb") as stream:
            np.savez(stream, allow_pickle=False, counts=counts, key=np.array(key), **hierarchy.arrays())
        files = sorted(folder.glob(PATTERN), key=lambda file: file.stat().st_mtime)
        for file in files[:-KEPT]:
            file.unlink(missing_ok=True)


def read(folder: Path, key: str) -> Hierarchy | None:
    """Return the hierarchy of the graph with this digest; None where none can be read."""
    try:
        with file_of(folder, key).open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        version, uncontracted = found.pop("counts").tolist()
        if version != VERSION or str(found.pop("key")) != key:
            return None
        return Hierarchy(**found, uncontracted=uncontracted)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
