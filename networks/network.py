"""The network: nodes and directed links in km and h, with where they come from."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from networks.cells import shown
from networks.columns import nearest
from networks.errors import NetworkError, TableError
from networks.geodesy import Floats, read_lines
from networks.shapes import Shapes, after, both, read_shapes
from networks.tables import Column, TableContract, check_frame, unknown_references

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx

REVERSE = "~"
"""Ends the id of the link that is the other direction of a two-way road."""

NODES = TableContract(
    "nodes",
    (
        Column("node_id", "text", "", "name of the node"),
        Column("lon", "number", "degrees", "longitude, WGS84", low=-180.0, high=180.0),
        Column("lat", "number", "degrees", "latitude, WGS84", low=-90.0, high=90.0),
    ),
    ("node_id",),
    extra="keep",
)

LINKS = TableContract(
    "links",
    (
        Column("link_id", "text", "", f"name of the directed link; the other direction ends in {REVERSE}"),
        Column("origin_node_id", "text", "", "node where it begins"),
        Column("destination_node_id", "text", "", "node where it ends"),
        Column("length_km", "number", "km", "length", low=0.0),
        Column("travel_h", "number", "h", "time of the vehicle that the network was built for", above=0.0),
        Column("highway", "text", "", "class of the road, as on OpenStreetMap", required=False, blank=True),
        Column("mode", "text", "", "road, rail, waterway or transfer; blank is road", required=False, blank=True),
        Column("midway", "flag", "", "whether a place may join between the ends", required=False, blank=True),
        Column("shape", "integer", "-", "its line in `Network.shapes`; 0: straight", required=False, blank=True),
    ),
    ("link_id",),
    extra="keep",
)


ARRIVAL = "arrival_node_id"
"""Column of nodes, where there is one: the node at which trips to this one end; blank is itself."""

LINES, COARSE = "lines", "for drawing only"
"""Key and value of a provenance whose lines do not measure their links."""

GEOMETRY = "geometry"
"""Column of a table of links handed over: 'lon lat;lon lat;...' with both ends, or blank where straight."""

Ints = NDArray[np.int64]
Ends = tuple[Ints, Ints]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Network:
    """A directed network; one row of `links` per direction.

    Parameters
    ----------
    nodes
        Columns of `NODES` (node_id, lon, lat in degrees), further ones are kept.
    links
        Columns of `LINKS` (link_id, origin_node_id, destination_node_id, length_km, travel_h, highway, mode,
        midway, shape), further ones are kept; a column geometry of texts 'lon lat;lon lat;...' becomes lines of
        `shapes`. Treat both tables as read-only; change by `replace`.
    provenance
        Where the network comes from: source, licence, year, sha256 and the like; made texts.
    crs
        Of lon and lat: a geographic one, in degrees.
    shapes
        The lines that the column shape speaks of.

    Raises
    ------
    TableError
        Ids twice, ends unknown, lengths negative, times not positive, anything not finite, lines that are none or
        not there: all at once.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame
    provenance: Mapping[str, str] = field(default_factory=dict)
    crs: str = "EPSG:4326"
    shapes: Shapes = field(default_factory=Shapes, repr=False)
    _positions: pd.Index = field(init=False, repr=False)
    _ends: Ends = field(init=False, repr=False)

    def __post_init__(self) -> None:
        links, shapes = _drawn(self.links, self.shapes)
        nodes, links = _checked(self.nodes, links)
        positions = pd.Index(nodes["node_id"])
        ends = _found_ends(links, positions)
        _check_shapes(links["shape"], shapes)
        _fill(self, nodes=nodes, links=links, shapes=shapes, _positions=positions, _ends=ends)
        provenance = {str(key): str(text) for key, text in self.provenance.items()}  # a year is a number to many
        _fill(self, provenance=MappingProxyType(provenance))

    def __repr__(self) -> str:
        return f"Network({len(self.nodes):,} nodes, {len(self.links):,} directed links)"

    def positions(self, node_ids: Collection[str]) -> Ints:
        """Return the row in `nodes` of each id.

        Raises
        ------
        NetworkError
            Ids that the network does not have, all of them named.
        """
        found = np.asarray(self._positions.get_indexer(pd.Index(list(node_ids), dtype="str")), dtype=np.int64)
        if (found < 0).any():
            raise UnknownNodeError(sorted(set(np.asarray(list(node_ids))[found < 0])), self._positions)
        return found

    def arrivals(self, node_ids: Collection[str]) -> Ints:
        """Return the row in `nodes` at which trips to each id end: another one at some junctions (`ARRIVAL`).

        Raises
        ------
        NetworkError
            Ids that the network does not have, all of them named.
        """
        rows = self.positions(node_ids)
        if ARRIVAL not in self.nodes:
            return rows
        names = self.nodes[ARRIVAL].iloc[rows]
        other = (names != "").to_numpy()
        rows[other] = self.positions(names[other].to_list())
        return rows

    def link_positions(self, link_ids: Collection[str]) -> Ints:
        """Return the row in `links` of each id; -1 where there is none."""
        found = pd.Index(self.links["link_id"]).get_indexer(pd.Index(list(link_ids), dtype="str"))
        return np.asarray(found, dtype=np.int64)

    def ends(self) -> Ends:
        """Return the rows in `nodes` of the origin and of the destination of each link; read-only."""
        return self._ends

    def line_points(self, links: Sequence[int] | Ints | None = None) -> tuple[Ints, Floats, Floats]:
        """Return the points of the links in these rows (all by default), in the direction of each link.

        Returns
        -------
        tuple
            Where the points of each link begin, shape [links + 1]; lon and lat in degrees of all points, both ends
            of each link included.
        """
        rows = np.arange(len(self.links)) if links is None else np.asarray(links, dtype=np.int64)
        codes = self.links["shape"].to_numpy(dtype=np.int64)[rows]
        starts = np.concatenate([[0], np.cumsum(np.where(codes == 0, 2, self.shapes.counts(codes)))]).astype(np.int64)
        straight = np.zeros(starts[-1], dtype=np.bool_)
        first = starts[:-1][codes == 0]
        straight[first] = straight[first + 1] = True
        drawn = self.shapes.rows(codes[codes != 0])
        ends = np.stack(self.ends(), axis=1)[rows[codes == 0]].ravel()
        lon, lat = np.empty(starts[-1]), np.empty(starts[-1])
        for axis, values, stored in ((lon, "lon", self.shapes.lon), (lat, "lat", self.shapes.lat)):
            axis[~straight] = stored[drawn]
            axis[straight] = self.nodes[values].to_numpy(dtype=np.float64)[ends]
        return starts, lon, lat

    def lines(self, links: Sequence[int] | Ints) -> list[Floats]:
        """Return the points lon, lat [n, 2] of the links in these rows, both ends included."""
        starts, lon, lat = self.line_points(links)
        return np.split(np.column_stack([lon, lat]), starts[1:-1]) if len(starts) > 1 else []

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """Return the network as a `networkx.MultiDiGraph`: keys are link ids, attributes the columns.

        Attributes are plain Python values (str, float, int, bool), as every writer of NetworkX expects them.
        """
        import networkx as nx  # noqa: PLC0415  (0.2 s, and few callers want it)

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        graph.graph.update(self.provenance, crs=self.crs)
        graph.add_nodes_from(zip(self.nodes["node_id"].to_list(), _records(self.nodes), strict=True))
        ends = (self.links[name].to_list() for name in ("origin_node_id", "destination_node_id", "link_id"))
        graph.add_edges_from(zip(*ends, _records(self.links), strict=True))
        return graph

    def to_geodataframe(self) -> "gpd.GeoDataFrame":
        """Return the links as LineStrings in the network's `crs`, their columns kept."""
        import geopandas as gpd  # noqa: PLC0415  (0.5 s, and few callers want it)
        import shapely  # noqa: PLC0415

        starts, lon, lat = self.line_points()
        owners = np.repeat(np.arange(len(self.links)), np.diff(starts))
        lines = shapely.linestrings(np.column_stack([lon, lat]), indices=owners)
        return gpd.GeoDataFrame(self.links.drop(columns="shape"), geometry=lines, crs=self.crs)


class UnknownNodeError(NetworkError, KeyError):
    """Node ids that a network does not have."""

    def __init__(self, node_ids: Collection[str], known: Collection[str]) -> None:
        hints = [f"{shown(name)} ({nearest(name, known) or 'none is spelt alike'})" for name in list(node_ids)[:10]]
        more = f" and {len(node_ids) - len(hints)} more" if len(node_ids) > len(hints) else ""
        super().__init__(f"the network has no node {', '.join(hints)}{more}")

    def __str__(self) -> str:
        return str(self.args[0])


def from_tables(nodes: pd.DataFrame, links: pd.DataFrame) -> Network:
    """Make a network of two tables.

    Parameters
    ----------
    nodes
        Columns node_id, lon, lat (degrees, WGS84); further ones are kept.
    links
        Directed: columns link_id, origin_node_id, destination_node_id, length_km, travel_h; further ones are
        kept, and `travel` sums them on request.

    Raises
    ------
    TableError
        Every fault of both tables.
    """
    return Network(nodes=nodes, links=links, provenance={"source": "tables made in Python"})


def built(
    *,
    nodes: pd.DataFrame,
    links: pd.DataFrame,
    ends: Ends,
    shapes: Shapes,
    provenance: Mapping[str, str],
    crs: str = "EPSG:4326",
) -> Network:
    """Make a network of tables that this package made, which hold by construction: nothing is checked again.

    Parameters
    ----------
    nodes, links
        With every column of `NODES` and `LINKS`, index 0, 1, ...; ids of dtype str.
    ends
        Rows in `nodes` of the origin and of the destination of each link.
    shapes, provenance, crs
        As of `Network`.
    """
    network = object.__new__(Network)
    frozen = MappingProxyType(dict(provenance))
    _fill(network, nodes=nodes, links=links, shapes=shapes, provenance=frozen, crs=crs)
    _fill(network, _positions=pd.Index(nodes["node_id"]), _ends=_read_only(ends))
    return network


def with_provenance(network: Network, provenance: Mapping[str, str]) -> Network:
    """Return the network with another provenance, without checking its tables again."""
    return built(
        nodes=network.nodes,
        links=network.links,
        ends=network.ends(),
        shapes=network.shapes,
        provenance=provenance,
        crs=network.crs,
    )


def _records(frame: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Give each row as a dict of plain values, column by column: a table of a region has a million rows."""
    names = [str(name) for name in frame.columns]
    values = zip(*(frame[name].to_list() for name in frame.columns), strict=True)
    return (dict(zip(names, row, strict=True)) for row in values)


def _fill(network: Network, **values: object) -> None:
    for name, value in values.items():
        object.__setattr__(network, name, value)


def other_direction_ids(link_ids: "pd.Series[str]") -> "pd.Series[str]":
    """Return the id that the other direction of each link has, if it has one."""
    back = link_ids.str.endswith(REVERSE)
    return link_ids.str.removesuffix(REVERSE).where(back, link_ids + REVERSE)


def _read_only(ends: Ends) -> Ends:
    for rows in ends:
        rows.setflags(write=False)
    return ends


def _checked(nodes: pd.DataFrame, links: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    faults: list[str] = []
    tables = []
    for frame, contract in ((nodes, NODES), (links, LINKS)):
        try:
            tables.append(check_frame(frame, contract, contract.name))
        except TableError as error:
            faults += error.faults
    if faults:
        raise TableError(faults)
    tables[1]["mode"] = tables[1]["mode"].where(tables[1]["mode"] != "", "road")
    tables[1]["shape"] = tables[1]["shape"].fillna(0).astype(np.int64)
    return tables[0], tables[1]


def _found_ends(links: pd.DataFrame, known: pd.Index) -> Ends:
    columns = ("origin_node_id", "destination_node_id")
    tail, head = (np.asarray(known.get_indexer(pd.Index(links[name])), dtype=np.int64) for name in columns)
    faults = [
        fault
        for name, found in zip(columns, (tail, head), strict=True)
        for fault in unknown_references(links[name], np.flatnonzero(found < 0), known, "links")
    ]
    if faults:
        raise TableError(faults)
    return _read_only((tail, head))


def _drawn(links: pd.DataFrame, shapes: Shapes) -> tuple[pd.DataFrame, Shapes]:
    """Return the links with a column shape in place of a column geometry, and the lines."""
    if GEOMETRY not in links:
        return links, shapes
    texts = [text if isinstance(text, str) else "" for text in links[GEOMETRY]]
    try:
        lines, codes = read_shapes(texts)
    except ValueError as error:
        raise _bad_geometry(texts) from error
    own = links["shape"].fillna(0).to_numpy(dtype=np.int64) if "shape" in links else np.zeros_like(codes)
    merged = np.where(codes == 0, own, after(codes, len(shapes)))
    return links.drop(columns=GEOMETRY).assign(shape=merged), both(shapes, lines)


def _bad_geometry(texts: Sequence[str]) -> TableError:
    faults = []
    for row, text in enumerate(texts, start=2):
        try:
            read_lines([text] if text else [])
        except ValueError:
            expected = "expected 'lon lat;lon lat;...' with both ends"
            faults.append(f"links:{row}:{GEOMETRY}: found {shown(text)}, {expected}")
    return TableError(faults)


def _check_shapes(codes: "pd.Series[int]", shapes: Shapes) -> None:
    wrong = np.flatnonzero(codes.abs() > len(shapes))
    if len(wrong):
        expected = f"expected at most {len(shapes)}, the number of lines"
        raise TableError([f"links:{row + 2}:shape: found {codes.iloc[row]}, {expected}" for row in wrong])
    odd = np.flatnonzero(~((np.abs(shapes.lon) <= 180.0) & (np.abs(shapes.lat) <= 90.0)))  # noqa: PLR2004  (degrees)
    lines = np.unique(np.searchsorted(shapes.starts, odd, side="right"))
    rows = np.flatnonzero(codes.abs().isin(lines).to_numpy()) if len(lines) else odd
    if len(rows):
        sentence = "found a line that leaves lon -180 to 180 and lat -90 to 90; give its points in degrees (WGS84)"
        raise TableError([f"links:{row + 2}:{GEOMETRY}: {sentence}" for row in rows])
