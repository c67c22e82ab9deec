"""The bundled region: northern Vietnam, centre Bắc Ninh, as tables with sources."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np
import pandas as pd

from networks.errors import TableError
from networks.geodesy import reverse_line
from networks.network import COARSE, LINES, REVERSE, Network
from networks.regions.contracts import TABLES
from networks.regions.terminals import joined_at_terminals
from networks.tables import check_references, read_table, stack
from networks.vehicle import TRUCK_40FT, Vehicle

__all__ = ["MODES", "TABLES", "northern_vietnam", "region_table"]

MODES = ("road", "rail", "waterway")
_FILES = {
    "road": ("road_nodes", "roads"),
    "rail": ("rail_nodes", "rail_links"),
    "waterway": ("waterway_nodes", "waterway_links"),
}
_RENAMED = {
    "id": "link_id",
    "from_id": "origin_node_id",
    "to_id": "destination_node_id",
    "speed_limit_kmh": "speed_limit_km_per_h",
    "speed_kmh": "speed_km_per_h",
}
_LICENCE = (
    "© OpenStreetMap contributors, ODbL 1.0 (https://www.openstreetmap.org/copyright) for what is marked "
    "measured on OpenStreetMap; GeoNames, CC BY 4.0; other figures restated from the documents in `source`"
)


def northern_vietnam(
    *,
    year: int = 2026,
    modes: Collection[str] = MODES,
    vehicle: Vehicle = TRUCK_40FT,
    transfers: bool = False,
) -> Network:
    """Load the bundled network as it stands in `year`.

    Parameters
    ----------
    year
        A link is there when it is open and its opening year, if known, is not later; or when it is under
        construction or planned with a known opening year that is not later. Links out of service never are.
    modes
        Which of road, rail and waterway.
    vehicle
        Drives the roads: a link takes length / min(speed of its class and terrain, limit). Rail and waterway
        links take length / their own speed.
    transfers
        Whether cargo changes between roads and the other modes at terminals, ports and river ports (table
        "terminals"), and between gauges at terminals: as `networks.multimodal.combine` says, the rails one layer
        a gauge (`networks.gauges.by_gauge`). Without them nothing joins the modes.

    Returns
    -------
    Network
        Nodes without a link in that year are left out. Two-way links r001 appear as r001 and r001~. Roads have
        toll, and toll_vnd_per_km of the heaviest vehicles (group 5); the group in which `vehicle` pays is in the
        provenance.

    Raises
    ------
    ValueError
        A mode that the region does not have, or transfers without roads.
    """
    unknown = sorted(set(modes) - set(MODES))
    if unknown:
        raise ValueError(f"found the modes {', '.join(unknown)}, expected some of {', '.join(MODES)}")
    layers = [_layer(mode, year, vehicle) for mode in MODES if mode in set(modes)]
    if not layers:
        raise ValueError(f"no mode was named, expected some of {', '.join(MODES)}")
    if transfers and "road" not in modes:
        raise ValueError(f"found transfers between {', '.join(modes)}, expected road among the modes")
    provenance = _provenance(year, modes, vehicle)
    if transfers:
        terminals = region_table("terminals")
        parts = [_network([layer], provenance) for layer in layers]
        return joined_at_terminals(parts, terminals[_stands(terminals, year)], provenance)
    return _network(layers, provenance)


def _network(layers: Sequence[tuple[pd.DataFrame, pd.DataFrame]], provenance: Mapping[str, str]) -> Network:
    links = stack([links for _, links in layers])
    nodes = stack([nodes for nodes, _ in layers])
    used = set(links["origin_node_id"]) | set(links["destination_node_id"])
    return Network(nodes=nodes[nodes["node_id"].isin(list(used))], links=links, provenance=provenance)


def region_table(name: str) -> pd.DataFrame:
    """Return one of the bundled tables (`TABLES`) as its file holds it."""
    return read_table(_file(name), TABLES[name])


def _file(name: str) -> Traversable:
    return files("networks.regions") / "tables" / f"{name}.csv"


def _provenance(year: int, modes: Collection[str], vehicle: Vehicle) -> dict[str, str]:
    names = [name for mode in MODES if mode in set(modes) for name in _FILES[mode]]
    sums = {f"sha256_{name}": hashlib.sha256(_file(name).read_bytes()).hexdigest() for name in names}
    return {
        "source": "bundled tables of northern Vietnam, measured on OpenStreetMap 2026-08 where marked",
        "licence": _LICENCE,
        "year": str(year),
        "modes": ", ".join(mode for mode in MODES if mode in set(modes)),
        "vehicle": vehicle.name,
        LINES: COARSE,
        "toll_group": str(vehicle.toll_group),
        **sums,
    }


def _layer(mode: str, year: int, vehicle: Vehicle) -> tuple[pd.DataFrame, pd.DataFrame]:
    nodes_name, links_name = _FILES[mode]
    nodes, links = region_table(nodes_name), region_table(links_name)
    faults = [
        fault
        for column in ("from_id", "to_id")
        for fault in check_references(links, column, set(nodes["id"]), f"{links_name}.csv")
    ]
    if faults:
        raise TableError(faults)
    nodes = nodes.rename(columns={"id": "node_id"}).assign(mode=mode)
    links = links[_stands(links, year)].reset_index(drop=True)
    geometry = _geometry(links, nodes)
    links = links.rename(columns=_RENAMED).assign(mode=mode, geometry=geometry, midway=False)
    links["travel_h"] = _travel_h(links, vehicle)
    if mode == "road":
        links["toll_vnd_per_km"] = links["toll_vnd_per_km"].fillna(0.0)
    return nodes, _both_ways(links.drop(columns="via", errors="ignore"))


def _stands(links: pd.DataFrame, year: int) -> "pd.Series[bool]":
    opening = links["opening_year"] if "opening_year" in links else pd.Series(np.nan, index=links.index)
    opened = (links["status"] == "open") & ~(opening > year)
    return opened | (links["status"].isin(["under_construction", "planned"]) & (opening <= year))


def _geometry(links: pd.DataFrame, nodes: pd.DataFrame) -> list[str]:
    """Return the line of each link; the inner points are good for drawing only."""
    points = dict(zip(nodes["node_id"], nodes["lon"].astype(str) + " " + nodes["lat"].astype(str), strict=True))
    via = links["via"] if "via" in links else pd.Series("", index=links.index)
    return [
        ";".join(filter(None, (points[start], inner, points[end])))
        for start, inner, end in zip(links["from_id"], via, links["to_id"], strict=True)
    ]


def _travel_h(links: pd.DataFrame, vehicle: Vehicle) -> "pd.Series[float]":
    if "highway" not in links:
        return links["length_km"] / links["speed_km_per_h"]
    limit = links["speed_limit_km_per_h"]
    hours = vehicle.travel_h(links["length_km"], links["highway"], links["terrain"], limit)
    return pd.Series(hours, index=links.index)


def _both_ways(links: pd.DataFrame) -> pd.DataFrame:
    """Return each two-way link as two directed ones; one-way streets are not told apart in these tables."""
    back = links.rename(columns={"origin_node_id": "destination_node_id", "destination_node_id": "origin_node_id"})
    back = back.assign(link_id=links["link_id"] + REVERSE, geometry=links["geometry"].map(reverse_line))
    return pd.concat([links, back[links.columns]], ignore_index=True)
