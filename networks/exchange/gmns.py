"""General Modeling Network Specification (GMNS) 0.97: a folder of CSV files, written.

https://github.com/zephyr-data-specs/GMNS. Lengths are in km and speeds in km/h, as ``config.csv`` says; further
columns of a network are kept under their names, their types in ``datapackage.json`` (Data Package Standard).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from networks.errors import TableError
from networks.exchange.lines_as_text import write_wkt
from networks.exchange.spreadsheet import write_table
from networks.network import Network
from networks.whole import whole_folder

GMNS_VERSION = 0.97
DATA_PACKAGE = "datapackage.json"
FILES = ("node.csv", "link.csv", "config.csv", "use_definition.csv", DATA_PACKAGE)

NODE_FIELDS: Mapping[str, str] = MappingProxyType({"lon": "x_coord", "lat": "y_coord"})
LINK_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "origin_node_id": "from_node_id",
        "destination_node_id": "to_node_id",
        "length_km": "length",
        "highway": "facility_type",
        "speed_km_per_h": "free_speed",
        "toll": "is_toll",
    }
)
"""Our names in theirs. GMNS's own toll is an amount; whether there is one stands in the further column is_toll."""

USES: Mapping[str, str] = MappingProxyType({"road": "truck", "rail": "rail", "waterway": "vessel"})
"""The use of a link by its mode; a network is built for one vehicle, which all its roads let through."""
_USE_MEANINGS: Mapping[str, str] = MappingProxyType(
    {"truck": "the vehicle that the network was built for", "rail": "freight train", "vessel": "inland vessel"}
)
_FIRST = ("link_id", "from_node_id", "to_node_id", "directed", "length", "facility_type", "free_speed", "lanes")


def write_gmns(network: Network, path: str | Path) -> None:
    """Write node.csv, link.csv, config.csv, use_definition.csv and datapackage.json into a folder.

    Every link is directed, with its line (WKT) in its own direction. Without a column speed_km_per_h, free_speed is
    length by time. UTF-8 without a byte order mark; texts that a spreadsheet would run stand behind an apostrophe.

    Parameters
    ----------
    network
        What to write.
    path
        A new or empty folder, or one that holds these files only.

    Raises
    ------
    SourceError
        `path` is a file, or a folder that holds other files.
    TableError
        A further column bears the name that GMNS has for one of ours.
    """
    _check_names(network)
    nodes = network.nodes.rename(columns=NODE_FIELDS)
    links = _links(network)
    known = {**_USE_MEANINGS, **{use: use for use in links["allowed_uses"].unique() if use not in _USE_MEANINGS}}
    uses = pd.DataFrame({"use": list(known), "description": list(known.values())})
    with whole_folder(Path(path), FILES) as folder:
        for file, table in zip(FILES, (nodes, links, _config(network), uses), strict=False):
            write_table(table, folder / file)
        package = json.dumps(_package(network, nodes, links), ensure_ascii=False, indent=2)
        (folder / DATA_PACKAGE).write_text(package + "\n", encoding="utf-8")


def _check_names(network: Network) -> None:
    tables = (("nodes", network.nodes, NODE_FIELDS), ("links", network.links, LINK_FIELDS))
    clash = [
        f"{where}:{theirs}: GMNS has this name for {ours}; rename the column"
        for where, table, fields in tables
        for ours, theirs in fields.items()
        if ours in table and theirs in table
    ]
    if clash:
        raise TableError(clash)


def _links(network: Network) -> pd.DataFrame:
    links = network.links.drop(columns="shape").rename(columns=LINK_FIELDS)
    links["directed"] = 1
    links["geometry"] = pd.Series(write_wkt(network, straight=True), dtype="str")
    links["allowed_uses"] = links["mode"].map(lambda mode: USES.get(mode, mode)).astype("str")
    if "free_speed" not in links:
        # a link without length joins two others in one place; no speed describes it
        links["free_speed"] = (links["length"] / links["travel_h"]).where(links["length"] > 0)
    first = [name for name in _FIRST if name in links]
    return links[[*first, *(name for name in links.columns if name not in first)]]


def _config(network: Network) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "dataset_name": [network.provenance.get("source", "network")],
            "short_length": ["m"],
            "long_length": ["km"],
            "speed": ["km/h"],
            "crs": [network.crs],
            "geometry_field_format": ["WKT"],
            "currency": ["VND"],
            "version_number": [GMNS_VERSION],
            "id_type": ["string"],
            "licence": [network.provenance.get("licence", "")],
        }
    )


def _package(network: Network, nodes: pd.DataFrame, links: pd.DataFrame) -> dict[str, object]:
    resources = [
        {"name": name, "path": f"{name}.csv", "profile": "tabular-data-resource", "schema": _schema(table)}
        for name, table in (("node", nodes), ("link", links))
    ]
    licences = [{"title": network.provenance["licence"]}] if "licence" in network.provenance else []
    return {"name": "gmns", "licenses": licences, "provenance": dict(network.provenance), "resources": resources}


def _schema(table: pd.DataFrame) -> dict[str, object]:
    types = {"b": "boolean", "i": "integer", "u": "integer", "f": "number"}
    kinds = {str(name): getattr(table[name].dtype, "kind", "O") for name in table.columns}
    return {"fields": [{"name": name, "type": types.get(kind, "string")} for name, kind in kinds.items()]}
