"""A network in a folder: Parquet tables of nodes, links and lines, and a manifest that vouches for them.

The tables are named by their content and stand beside those of an earlier network; the one step that puts the new
network in the place of the old is the renaming of the manifest. A process that is killed at any moment so leaves the
old network or the new one, never a mix, and the next `save` clears away what it left.

Each line is stored once for both directions of its road; `networks.exchange` writes links with their own lines for
other programs, as GeoParquet for one.
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from networks.errors import MissingSourceError, SourceError, TableError
from networks.network import LINKS, NODES, Ends, Network, built
from networks.parquet import arrow_table, frame_of, parquet_bytes, read_parquet
from networks.prepared import keep_in
from networks.shapes import Shapes
from networks.tables import TableContract
from networks.whole import whole_file

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = "networks.Network"
VERSION = 3
MANIFEST = "manifest.json"
_TABLES = ("nodes", "links", "shapes")
_OURS = re.compile(r"(nodes|links|shapes)-[0-9a-f]{16}\.parquet|\.((nodes|links|shapes)-.*|manifest\..*)\.tmp\..*")
_HASHED_FROM = 3
"""Before this version tables had plain names, which somebody else's files may have as well."""
_ROWS = {"origin_node_id": "origin_node_row", "destination_node_id": "destination_node_row"}
"""Links are stored with the rows of their ends in nodes, not their names: a third of the bytes, and no look-up."""
_LARGEST_MANIFEST = 64_000_000
_UNIQUE: Mapping[str, tuple[str, ...]] = {"nodes": ("node_id",), "links": ("link_id",), "shapes": ()}


def save(network: Network, path: str | Path) -> None:
    """Write a network to the folder `path`; an earlier network there is replaced once the new one is whole.

    Parameters
    ----------
    network
        What to write.
    path
        A folder; made if need be. One that holds anything but a network is refused. One process at a time may
        write to it; others may read meanwhile.

    Raises
    ------
    SourceError
        The folder holds other files, or is a file.
    TableError
        A further column holds something other than numbers, texts, flags or times.
    """
    folder = Path(path)
    _check_target(folder)
    tables = {"nodes": arrow_table(network.nodes, "nodes"), "links": _links(network), "shapes": _points(network.shapes)}
    about = {"format": FORMAT, "version": VERSION, "crs": network.crs, "provenance": dict(network.provenance)}
    folder.mkdir(parents=True, exist_ok=True)
    version = _version(folder)
    plain = [f"{name}.parquet" for name in _TABLES] if version is not None and version < _HASHED_FROM else []
    try:
        entries = {name: _write(tables.pop(name), name, folder) for name in _TABLES}
        with whole_file(folder / MANIFEST) as fresh:
            text = json.dumps(about | {"tables": entries}, ensure_ascii=False, indent=2)
            fresh.write_text(text + "\n", encoding="utf-8")
    finally:
        _clear(folder, plain if _version(folder) == VERSION else [])
    keep_in(network, folder)


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
    while True:
        text = _manifest_text(folder)
        manifest = _manifest(text, folder / MANIFEST)
        try:
            tables = {name: _table(folder, name, manifest["tables"][name]) for name in _TABLES}
        except MissingSourceError:
            if _manifest_text(folder) == text:
                raise
            continue  # another process has just put a new network here
        network = _network(tables, manifest, folder)
        keep_in(network, folder)
        return network


def holds_other_files(folder: Path) -> bool:
    """Tell whether a folder holds files and no network; what a broken `save` left does not count."""
    return _version(folder) is None and any(not _OURS.fullmatch(file.name) for file in folder.iterdir())


def _version(folder: Path) -> int | None:
    """Return the version of the network in a folder; None where there is none: other programs have manifests, too."""
    try:
        manifest = json.loads(_manifest_text(folder))
    except (ValueError, RecursionError):  # (a manifest that is missing is a ValueError as well)
        return None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return None
    return found if isinstance(found := manifest.get("version"), int) else 0


def _check_target(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise SourceError(f"{folder} is a file; expected a folder for the network")
    if folder.is_dir() and holds_other_files(folder):
        raise SourceError(f"{folder} holds other files and no network; name an empty or a new folder")


def _links(network: Network) -> "pa.Table":
    import pyarrow as pa  # noqa: PLC0415  (with its readers 0.1 s)

    clash = [row for row in _ROWS.values() if row in network.links]
    if clash:
        raise TableError([f"links:{name}: the name is kept for the ends of links; rename the column" for name in clash])
    ends = dict(zip(_ROWS, network.ends(), strict=True))
    frame = network.links.assign(**{name: rows.astype(np.int32) for name, rows in ends.items()})
    table = arrow_table(frame.rename(columns=_ROWS), "links")
    return table.replace_schema_metadata({b"pandas": _notes(pa.Schema.from_pandas(network.links))})


def _notes(schema: "pa.Schema") -> bytes:
    return bytes(schema.metadata[b"pandas"])


def _points(shapes: Shapes) -> "pa.Table":
    """Return one row a point with the number of its line."""
    import pyarrow as pa  # noqa: PLC0415

    line = np.repeat(np.arange(len(shapes), dtype=np.int32), np.diff(shapes.starts))
    return pa.table({"line": line, "lon": shapes.lon, "lat": shapes.lat})


def _write(table: "pa.Table", name: str, folder: Path) -> dict[str, object]:
    data = parquet_bytes(table, unlike=_UNIQUE[name])
    digest = hashlib.sha256(data).hexdigest()
    file = _file(folder, name, digest)
    with whole_file(file) as fresh:
        fresh.write_bytes(data)
    return {"file": file.name, "rows": table.num_rows, "bytes": len(data), "sha256": digest}


def _file(folder: Path, name: str, digest: str) -> Path:
    return folder / f"{name}-{digest[:16]}.parquet"


def _clear(folder: Path, plain: Collection[str]) -> None:
    """Remove tables that the manifest does not name: of a broken save, of an earlier network, or in `plain`."""
    manifest = folder / MANIFEST
    named = manifest.read_text(encoding="utf-8", errors="replace") if manifest.is_file() else ""
    for file in folder.iterdir():
        if (_OURS.fullmatch(file.name) or file.name in plain) and f'"{file.name}"' not in named:
            file.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()


def _manifest_text(folder: Path) -> str:
    file = folder / MANIFEST
    try:
        if file.stat().st_size > _LARGEST_MANIFEST:
            raise SourceError(f"{file} is too large for a manifest; build the network again")
        return file.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise MissingSourceError(f"{folder} holds no network: there is no {MANIFEST}") from None
    except (ValueError, OSError) as error:
        raise SourceError(f"{file} cannot be read: {error}") from error


def _manifest(text: str, file: Path) -> Mapping[str, Any]:
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{file} cannot be read: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise SourceError(f"{file} describes no network; expected the format {FORMAT!r}")
    _check_version(manifest.get("version"), file)
    tables, provenance = manifest.get("tables"), manifest.get("provenance")
    entries = [tables.get(name) for name in _TABLES] if isinstance(tables, dict) else [None]
    if not all(isinstance(entry, dict) and isinstance(entry.get("sha256"), str) for entry in entries):
        raise SourceError(f"{file}: found no tables with checksums; build the network again")
    if not isinstance(provenance, dict) or not all(isinstance(text, str) for text in provenance.values()):
        raise SourceError(f"{file}: found no provenance; build the network again")
    if not isinstance(manifest.get("crs"), str):
        raise SourceError(f"{file}: found no crs; build the network again")
    return manifest


def _check_version(found: object, file: Path) -> None:
    if type(found) is int and found > VERSION:
        raise SourceError(
            f"{file}: found version {found}, expected {VERSION}; it was written by a later release of this program: "
            "upgrade, or build the network again"
        )
    if type(found) is not int or found != VERSION:
        raise SourceError(f"{file}: found version {found!r}, expected {VERSION}; build the network again")


def _table(folder: Path, name: str, entry: Mapping[str, Any]) -> "pa.Table":
    file = _file(folder, name, re.sub("[^0-9a-f]", "_", entry["sha256"]))
    try:
        data = file.read_bytes() if file.is_file() else None
    except FileNotFoundError:
        data = None
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error}") from error
    if data is None:
        raise MissingSourceError(f"{file} is missing; build the network again")
    # what was checked is what is read: the file is not opened twice
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise SourceError(f"{file} is not the file that its manifest describes; build the network again")
    return read_parquet(data, file.name, unlike=_UNIQUE[name])


def _network(tables: "dict[str, pa.Table]", manifest: Mapping[str, Any], folder: Path) -> Network:
    try:
        shapes = _shapes(tables["shapes"])
        nodes = frame_of(tables["nodes"], "nodes")
        ends = _ends(tables["links"], len(nodes))
        links = frame_of(_named(tables["links"], tables["nodes"], ends), "links")
        for name, frame, contract in (("nodes", nodes, NODES), ("links", links, LINKS)):
            _check(frame, contract)
            _check_ids(tables[name][contract.key[0]], contract)
        _check_lines(links["shape"], shapes)
    except (SourceError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise SourceError(f"{folder}: its tables are no network: {error}; build the network again") from error
    provenance, crs = manifest["provenance"], manifest["crs"]
    return built(nodes=nodes, links=links, ends=ends, shapes=shapes, provenance=provenance, crs=crs)


def _shapes(table: "pa.Table") -> Shapes:
    columns = {"line": "int32", "lon": "double", "lat": "double"}
    if any(table[name].type != kind or table[name].null_count for name, kind in columns.items()):
        raise SourceError("shapes: found other columns than numbers of lines, lon and lat")
    line, lon, lat = (np.array(table[name]) for name in columns)
    begins = np.flatnonzero(np.diff(line, prepend=-1))
    starts = np.append(begins, len(line)).astype(np.int64)
    in_order = np.array_equal(line[begins], np.arange(len(begins))) and starts[0] == 0
    if not in_order or (np.diff(starts) < 2).any():  # noqa: PLR2004  (the ends of a line)
        raise SourceError("shapes:line: expected the lines in their order, with two points at least")
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise SourceError("shapes: expected finite lon and lat")
    return Shapes(starts=starts, lon=lon, lat=lat)


def _ends(links: "pa.Table", nodes: int) -> Ends:
    columns = [links[name] for name in _ROWS.values()]
    if any(column.type != "int32" or column.null_count for column in columns):
        raise SourceError("links: found ends that are no rows of nodes")
    tail, head = (np.array(column, dtype=np.int64) for column in columns)
    for rows in (tail, head):
        if (rows < 0).any() or (rows >= nodes).any():
            raise SourceError("links: found ends that are no rows of nodes")
    return tail, head


def _named(links: "pa.Table", nodes: "pa.Table", ends: Ends) -> "pa.Table":
    """Return the links with the names of their ends in place of the rows."""
    import pyarrow as pa  # noqa: PLC0415

    for (name, stored), rows in zip(_ROWS.items(), ends, strict=True):
        links = links.set_column(links.column_names.index(stored), name, nodes["node_id"].take(pa.array(rows)))
    return links


def _check(frame: pd.DataFrame, contract: TableContract) -> None:
    """Look through the declared columns in one sweep each: a checksum says nothing about who wrote a file."""
    kinds = {"text": "O", "number": "f", "integer": "i", "flag": "b"}
    if frame.empty:
        raise SourceError(f"{contract.name}: found no rows")
    for column in contract.columns:
        cells = frame[column.name]
        low, above = (bound if bound is not None else -np.inf for bound in (column.low, column.above))
        if cells.dtype.kind != kinds[column.dtype] or cells.hasnans:
            raise SourceError(f"{contract.name}:{column.name}: found {cells.dtype}, expected {column.expected()}")
        if column.dtype == "number" and not _inside(cells, low, column.high, above):
            raise SourceError(f"{contract.name}:{column.name}: expected {column.expected()}")


def _check_ids(ids: "pa.ChunkedArray", contract: TableContract) -> None:
    import pyarrow.compute as pc  # noqa: PLC0415

    if str(ids.type) not in {"string", "large_string"} or ids.null_count:
        raise SourceError(f"{contract.name}:{contract.key[0]}: found {ids.type}, expected a text")
    if pc.count_distinct(ids).as_py() != len(ids) or pc.any(pc.equal(ids, "")).as_py():
        raise SourceError(f"{contract.name}:{contract.key[0]}: found blank ids, or ids twice")


def _check_lines(codes: "pd.Series[int]", shapes: Shapes) -> None:
    lines = codes.to_numpy()
    if lines.max() > len(shapes) or lines.min() < -len(shapes):
        raise SourceError("links:shape: found lines that are not there")


def _inside(cells: "pd.Series[float]", low: float, high: float | None, above: float) -> bool:
    values = cells.to_numpy()
    top = np.inf if high is None else high
    return bool(np.isfinite(values).all() and values.min() >= low and values.max() <= top and values.min() > above)
