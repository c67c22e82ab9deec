"""The network: nodes and directed links in km and h, with where they come from."""

from collections.abc import Collection, Mapping, Sequence
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
from networks.tables import Column, TableContract, check_frame, check_references

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
        Column("mode", "text", "", "road, rail or waterway; blank is road", required=False, blank=True),
        Column("midway", "flag", "", "whether a place may join between the ends", required=False, blank=True),
        Column(
            "geometry",
            "text",
            "",
            "'lon lat;lon lat;...' with both ends; blank: straight",
            required=False,
            blank=True,
        ),
    ),
    ("link_id",),
    extra="keep",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """A directed network; one row of `links` per direction.

    Parameters
    ----------
    nodes
        Columns of `NODES` (node_id, lon, lat in degrees), further ones are kept.
    links
        Columns of `LINKS` (link_id, origin_node_id, destination_node_id, length_km, travel_h, highway, mode,
        midway, geometry), further ones are kept. Treat both tables as read-only; change by `replace`.
    provenance
        Where the network comes from: source, licence, year, sha256 and the like.
    crs
        Of lon and lat.

    Raises
    ------
    TableError
        Ids twice, ends unknown, lengths negative, times not positive, anything not finite: all at once.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame
    provenance: Mapping[str, str] = field(default_factory=dict)
    crs: str = "EPSG:4326"
    _positions: pd.Index = field(init=False, repr=False)

    def __post_init__(self) -> None:
        nodes, links = _checked(self.nodes, self.links)
        object.__setattr__(self, "nodes", nodes)
        object.__setattr__(self, "links", links)
        object.__setattr__(self, "provenance", MappingProxyType(dict(self.provenance)))
        object.__setattr__(self, "_positions", pd.Index(nodes["node_id"]))

    def __repr__(self) -> str:
        return f"Network({len(self.nodes):,} nodes, {len(self.links):,} directed links)"

    def positions(self, node_ids: Collection[str]) -> NDArray[np.int64]:
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

    def link_positions(self, link_ids: Collection[str]) -> NDArray[np.int64]:
        """Return the row in `links` of each id; -1 where there is none."""
        found = pd.Index(self.links["link_id"]).get_indexer(pd.Index(list(link_ids), dtype="str"))
        return np.asarray(found, dtype=np.int64)

    def ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows in `nodes` of the origin and of the destination of each link."""
        return self.positions(self.links["origin_node_id"]), self.positions(self.links["destination_node_id"])

    def lines(self, links: Sequence[int]) -> list[Floats]:
        """Return the points lon, lat [n, 2] of the links in these rows, both ends included.

        Raises
        ------
        TableError
            Geometries that are no list of points; each is named.
        """
        rows = np.asarray(links, dtype=np.int64)
        texts = self.links["geometry"].iloc[rows].to_list()
        tail, head = (ends[rows] for ends in self.ends())
        points = self.nodes[["lon", "lat"]].to_numpy(dtype=np.float64)
        straight = np.stack([points[tail], points[head]], axis=1)
        try:
            drawn = iter(read_lines([text for text in texts if text]))
        except ValueError as error:
            raise self._bad_geometry(rows) from error
        return [next(drawn) if text else straight[at] for at, text in enumerate(texts)]

    def _bad_geometry(self, rows: NDArray[np.int64]) -> TableError:
        faults = []
        for row, text in zip(rows.tolist(), self.links["geometry"].iloc[rows], strict=True):
            try:
                read_lines([text] if text else [])
            except ValueError:
                expected = "expected 'lon lat;lon lat;...' with both ends"
                faults.append(f"links:{row + 2}:geometry: found {shown(text)}, {expected}")
        return TableError(faults)

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """Return the network as a `networkx.MultiDiGraph`: keys are link ids, attributes the columns."""
        import networkx as nx  # noqa: PLC0415  (0.2 s, and few callers want it)

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        graph.graph.update(self.provenance, crs=self.crs)
        for node in self.nodes.to_dict("records"):
            graph.add_node(node["node_id"], **{str(name): value for name, value in node.items()})
        for link in self.links.to_dict("records"):
            attributes = {str(name): value for name, value in link.items()}
            graph.add_edge(link["origin_node_id"], link["destination_node_id"], key=link["link_id"], **attributes)
        return graph

    def to_geodataframe(self) -> "gpd.GeoDataFrame":
        """Return the links as LineStrings (EPSG:4326), their columns kept."""
        import geopandas as gpd  # noqa: PLC0415  (0.5 s, and few callers want it)
        from shapely import LineString  # noqa: PLC0415

        lines = [LineString(line) for line in self.lines(range(len(self.links)))]
        return gpd.GeoDataFrame(self.links.drop(columns="geometry"), geometry=lines, crs=self.crs)


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
    known = pd.Index(tables[0]["node_id"])
    for column in ("origin_node_id", "destination_node_id"):
        faults += check_references(tables[1], column, known, "links")
    if faults:
        raise TableError(faults)
    tables[1]["mode"] = tables[1]["mode"].where(tables[1]["mode"] != "", "road")
    return tables[0], tables[1]
