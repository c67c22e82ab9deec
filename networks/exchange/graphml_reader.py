"""GraphML, read line by line and with distrust: no entities, no negative weights, no edge without its weight.

NetworkX's shortest paths take a misspelt weight for 1 and a negative one for a short cut, without a word.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

import numpy as np
import pandas as pd

from networks.cells import shown
from networks.errors import MissingSourceError, SourceError, TableError
from networks.exchange.lines_as_text import read_wkt
from networks.network import GEOMETRY, LINKS, Network

LARGEST_BYTES = 4_000_000_000
MOST_KEYS = 256
"""A key is a column, and a column takes memory for every row: more of them than this is no network."""
_STRUCTURE = ("node_id", "link_id", "origin_node_id", "destination_node_id", "shape")
_NUMBERS = {"int", "long", "float", "double"}
_WGS84 = "EPSG:4326"


@dataclass(frozen=True, slots=True)
class _Key:
    domain: str
    name: str
    kind: str


@dataclass(slots=True)
class _Rows:
    """Nodes or edges: their ids and ends, and what is said of each attribute, by row."""

    ids: list[tuple[str, ...]] = field(default_factory=list)
    cells: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    kinds: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Graph:
    """What a parser has found so far; its methods are called by expat."""

    parser: Any
    keys: dict[str, _Key] = field(default_factory=dict)
    defaults: dict[_Key, str] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    rows: dict[str, _Rows] = field(default_factory=lambda: {"node": _Rows(), "edge": _Rows()})
    graphs: int = 0
    owner: str = ""
    key: _Key | None = None
    text: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        self.text.clear()
        if name in {"node", "edge", "graph"}:
            self.owner = name
            getattr(self, f"_start_{name}")(attributes)
        elif name == "key":
            self._start_key(attributes)
        elif name == "data":
            self.key = self.keys.get(attributes.get("key", ""))
        elif name in {"hyperedge", "port"}:
            self.fail(f"holds a {name}, which no road is")

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name == "data" and self.key is not None:
            self._keep(self.key, "".join(self.text))
        elif name == "default" and self.key is not None:
            self.defaults[self.key] = "".join(self.text)
        elif name in {"node", "edge"}:
            self.owner = "graph"
        if name in {"data", "key"}:
            self.key = None

    def fail(self, trouble: str) -> None:
        raise SourceError(f"line {self.parser.CurrentLineNumber} {trouble}")

    def _start_graph(self, attributes: dict[str, str]) -> None:
        self.graphs += 1
        if self.graphs > 1:
            self.fail("begins a second graph, expected one")
        if attributes.get("edgedefault") != "directed":
            found = shown(attributes.get("edgedefault", ""))
            self.fail(f"has edgedefault {found}, expected 'directed'; give each direction an edge of its own")

    def _start_node(self, attributes: dict[str, str]) -> None:
        self.rows["node"].ids.append((attributes.get("id", ""),))

    def _start_edge(self, attributes: dict[str, str]) -> None:
        if attributes.get("directed", "true") not in {"true", "1"}:
            self.fail("has an edge that is not directed; give each direction an edge of its own")
        ends = attributes.get("source", ""), attributes.get("target", "")
        self.rows["edge"].ids.append((attributes.get("id", ""), *ends))

    def _start_key(self, attributes: dict[str, str]) -> None:
        name = attributes.get("attr.name", attributes.get("id", ""))
        self.key = _Key(attributes.get("for", "all"), name, attributes.get("attr.type", "string"))
        self.keys[attributes.get("id", "")] = self.key
        if len(self.keys) > MOST_KEYS:
            self.fail(f"declares more than {MOST_KEYS} attributes")

    def _keep(self, key: _Key, text: str) -> None:
        if self.owner == "graph":
            self.about[key.name] = text
        elif self.owner in self.rows:
            rows = self.rows[self.owner]
            rows.cells[key.name][len(rows.ids) - 1] = text
            rows.kinds[key.name] = key.kind


def read_graphml(path: str | Path) -> Network:
    """Read a network out of GraphML, as `write_graphml` writes it or NetworkX does of `Network.to_networkx`.

    Nodes need the attributes lon and lat in degrees (or x and y, as OSMnx has them), edges length_km and travel_h.

    Raises
    ------
    MissingSourceError
        The file is not there.
    SourceError
        It is no GraphML, is too large, is not in degrees, or has a document type or entities (which may grow without
        bounds).
    TableError
        Edges whose weight is missing, negative or not finite, each named; then every other fault of both tables.
    """
    file = Path(path)
    try:
        _check_size(file)
        with file.open("rb") as stream:
            graph = _parsed(stream)
    except FileNotFoundError:
        raise MissingSourceError(f"{file}: there is no such file") from None
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}") from error
    except (expat.ExpatError, LookupError, ValueError, SourceError) as error:  # (encodings that nobody knows, too)
        raise SourceError(f"{file}: is no GraphML file of a network: {error}") from error
    if not graph.graphs:
        raise SourceError(f"{file}: is no GraphML file of a network: it holds no graph")
    return _network(graph, file)


def _check_size(file: Path) -> None:
    if file.stat().st_size > LARGEST_BYTES:
        raise SourceError(f"it is larger than {LARGEST_BYTES:,} bytes; write it as GMNS, or in parts")


def _parsed(stream: BinaryIO) -> _Graph:
    parser = expat.ParserCreate(namespace_separator=" ")
    graph = _Graph(parser)
    parser.buffer_text = True
    parser.StartElementHandler = graph.start
    parser.EndElementHandler = graph.end
    parser.CharacterDataHandler = graph.text.append
    parser.StartDoctypeDeclHandler = lambda *_: graph.fail("declares a document type, which GraphML has no need of")
    parser.ParseFile(stream)
    return graph


def _network(graph: _Graph, file: Path) -> Network:
    nodes = _frame(graph, "node", ("node_id",))
    links = _frame(graph, "edge", ("link_id", "origin_node_id", "destination_node_id"))
    nodes = nodes.rename(columns={old: new for old, new in (("x", "lon"), ("y", "lat")) if new not in nodes})
    blank = links["link_id"] == ""
    links.loc[blank, "link_id"] = [f"edge_{row + 1}" for row in np.flatnonzero(blank)]
    faults = _weight_faults(links)
    if faults:
        raise TableError([f"{file.name}: {fault}" for fault in faults])
    if GEOMETRY in links:
        links[GEOMETRY] = read_wkt(links[GEOMETRY].fillna("").to_list())
    about = {"source": file.name, **graph.about}
    crs = about.pop("crs", _WGS84)
    _check_crs(crs, file)
    return Network(nodes=nodes, links=links, provenance=about, crs=crs)


def _check_crs(crs: str, file: Path) -> None:
    """Refuse coordinates that are no degrees; what any program wrote there comes back in every export."""
    if crs == _WGS84:
        return
    import pyproj  # noqa: PLC0415  (only files with another one pay)

    try:
        is_geographic = pyproj.CRS(crs).is_geographic
    except pyproj.exceptions.CRSError:
        is_geographic = False
    if not is_geographic:
        raise SourceError(f"{file}: has the crs {shown(crs)}, expected {_WGS84} or another one in degrees")


def _frame(graph: _Graph, domain: str, ids: tuple[str, ...]) -> pd.DataFrame:
    rows = graph.rows[domain]
    columns = list(zip(*rows.ids, strict=True)) or [()] * len(ids)
    values: dict[str, Any] = {
        name: pd.Series(list(cells), dtype="str") for name, cells in zip(ids, columns, strict=True)
    }
    defaults = {key.name: text for key, text in graph.defaults.items() if key.domain in {domain, "all"}}
    for name, cells in rows.cells.items():
        if name not in _STRUCTURE:
            values[name] = _column(cells, rows.kinds[name], len(rows.ids), defaults.get(name))
    return pd.DataFrame(values)


def _column(cells: dict[int, str], kind: str, rows: int, default: str | None) -> Any:  # noqa: ANN401  (array or Series)
    if kind == "boolean":
        texts = [cells.get(row, default or "").strip().lower() for row in range(rows)]
        return np.array([text in {"true", "1"} for text in texts], dtype=np.bool_)
    if kind not in _NUMBERS:
        return pd.Series([cells.get(row, default) for row in range(rows)], dtype="str")
    values = np.array([_number(cells.get(row, default)) for row in range(rows)], dtype=np.float64)
    whole = kind in {"int", "long"} and bool(np.isfinite(values).all()) and bool((np.abs(values) < 2**53).all())
    return values.astype(np.int64) if whole else values


def _number(text: str | None) -> float:
    try:
        return math.nan if text is None else float(text)
    except ValueError:
        return math.nan


def _weight_faults(links: pd.DataFrame) -> list[str]:
    faults = []
    for name in ("length_km", "travel_h"):
        column = LINKS.column(name)
        if name not in links:
            faults.append(f"edges have no attribute {name}, expected {column.expected()}")
            continue
        values = pd.to_numeric(links[name], errors="coerce").to_numpy(dtype=np.float64)
        wrong = ~np.isfinite(values) | (values < 0) | ((values == 0) & (column.above is not None))
        edges = (links.loc[wrong, end].to_list() for end in ("link_id", "origin_node_id", "destination_node_id"))
        for edge, origin, destination, value in zip(*edges, values[wrong].tolist(), strict=True):
            found = "nothing that is a number" if math.isnan(value) else f"{value:g}"
            where = f"edge {shown(edge)} from {shown(origin)} to {shown(destination)}"
            faults.append(f"{where}: {name}: found {found}, expected {column.expected()}")
    return faults
