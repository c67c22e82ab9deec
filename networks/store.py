"""A network in a folder: Parquet tables of nodes, links and lines, and a manifest that vouches for them."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from networks.errors import MissingSourceError, SourceError
from networks.network import Network
from networks.shapes import Shapes

FORMAT = "networks.Network"
VERSION = 2
MANIFEST = "manifest.json"
_FILES = {"nodes": "nodes.parquet", "links": "links.parquet", "shapes": "shapes.parquet"}


def save(network: Network, path: str | Path) -> None:
    """Write a network to the folder `path`; an earlier network there is replaced once the new one is whole.

    Parameters
    ----------
    network
        What to write.
    path
        A folder; made if need be. One that holds anything but a network is refused.

    Raises
    ------
    SourceError
        The folder holds other files, or is a file.
    """
    folder = Path(path)
    _check_target(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _write(network, fresh)
        _replace(folder, fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def load(path: str | Path) -> Network:
    """Read a network that `save` wrote.

    Raises
    ------
    MissingSourceError
        The folder, its manifest or a table is not there.
    SourceError
        Another format or version, or a table that is not the one that was written.
    """
    folder = Path(path)
    manifest = _manifest(folder)
    tables = {name: _table(folder / _FILES[name], manifest["tables"][name]) for name in _FILES}
    return Network(
        nodes=tables["nodes"],
        links=tables["links"],
        provenance=manifest["provenance"],
        crs=manifest["crs"],
        shapes=_shapes(tables["shapes"]),
    )


def _check_target(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise SourceError(f"{folder} is a file; expected a folder for the network")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise SourceError(f"{folder} holds other files and no network; name an empty or a new folder")


def _write(network: Network, folder: Path) -> None:
    tables = {}
    frames = {"nodes": network.nodes, "links": network.links, "shapes": _points(network.shapes)}
    for name, frame in frames.items():
        file = folder / _FILES[name]
        frame.to_parquet(file, index=False, compression="zstd")
        tables[name] = {"file": file.name, "rows": len(frame), "sha256": _sha256(file)}
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "crs": network.crs,
        "tables": tables,
        "provenance": dict(network.provenance),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _points(shapes: Shapes) -> pd.DataFrame:
    """Return one row a point with the number of its line."""
    line = np.repeat(np.arange(len(shapes)), np.diff(shapes.starts))
    return pd.DataFrame({"line": line, "lon": shapes.lon, "lat": shapes.lat})


def _shapes(points: pd.DataFrame) -> Shapes:
    line = points["line"].to_numpy(dtype=np.int64)
    counts = np.bincount(line)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    lon, lat = (np.array(points[name], dtype=np.float64) for name in ("lon", "lat"))
    return Shapes(starts=starts, lon=lon, lat=lat)


def _replace(folder: Path, fresh: Path) -> None:
    """Move `fresh` to `folder`; the manifest goes last, so that a broken move is noticed by its checksums."""
    folder.mkdir(exist_ok=True)
    for name in (*_FILES.values(), MANIFEST):
        (fresh / name).replace(folder / name)
    fresh.rmdir()


def _manifest(folder: Path) -> Mapping[str, Any]:
    file = folder / MANIFEST
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise MissingSourceError(f"{folder} holds no network: there is no {MANIFEST}") from None
    except (ValueError, OSError) as error:
        raise SourceError(f"{file} cannot be read: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise SourceError(f"{file} describes no network; expected the format {FORMAT!r}")
    if manifest.get("version") != VERSION:
        found = manifest.get("version")
        raise SourceError(f"{file}: found version {found!r}, expected {VERSION}; build the network again")
    if not all(name in manifest.get("tables", {}) for name in _FILES) or "provenance" not in manifest:
        raise SourceError(f"{file}: found no tables or provenance; build the network again")
    return manifest


def _table(file: Path, entry: Mapping[str, Any]) -> pd.DataFrame:
    if not file.is_file():
        raise MissingSourceError(f"{file} is missing; build the network again")
    if _sha256(file) != entry.get("sha256"):
        raise SourceError(f"{file} is not the file that its manifest describes; build the network again")
    return pd.read_parquet(file)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
