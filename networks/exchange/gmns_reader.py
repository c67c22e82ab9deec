"""General Modeling Network Specification (GMNS): a folder of CSV files, read."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from networks.cells import clean, shown
from networks.columns import Column
from networks.errors import MissingSourceError, SourceError
from networks.exchange.formulas import NUMBER, unguarded
from networks.exchange.gmns import DATA_PACKAGE, LINK_FIELDS, NODE_FIELDS, USES
from networks.exchange.lines_as_text import read_wkt, without_straight
from networks.network import REVERSE, Network
from networks.tables import TableContract, check_frame, read_table

_KM: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("km", "kilometer", "kilometers", "kilometre", "kilometres"), 1.0),
        **dict.fromkeys(("mi", "mile", "miles"), 1.609344),
        **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 0.001),
        **dict.fromkeys(("ft", "foot", "feet"), 0.0003048),
    }
)
_KM_PER_H: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("km/h", "kph", "kmh", "kmph", "km/hr", "kilometers per hour", "kilometres per hour"), 1.0),
        **dict.fromkeys(("mph", "mi/h", "miles per hour"), 1.609344),
        "m/s": 3.6,
    }
)
_ON_FOOT = {"bicycle", "bike", "foot", "pedestrian", "walk"}
_WORD = re.compile(r"\w+")
_LON_LAT = {"", "epsg:4326", "4326", "wgs84", "wgs 84", "ogc:crs84", "crs84"}
_LONGEST_PACKAGE = 64_000_000

_NODE = TableContract(
    "node",
    (
        Column("node_id", "text", "", "name of the node"),
        Column("x_coord", "number", "degrees", "longitude", low=-180.0, high=180.0),
        Column("y_coord", "number", "degrees", "latitude", low=-90.0, high=90.0),
    ),
    ("node_id",),
    extra="keep",
)
_LINK = TableContract(
    "link",
    (
        Column("link_id", "text", "", "name of the link"),
        Column("from_node_id", "text", "", "node where it begins"),
        Column("to_node_id", "text", "", "node where it ends"),
        Column("directed", "flag", "", "whether it is open from its beginning to its end only"),
        Column("length", "number", "long_length of config.csv", "length", low=0.0),
        Column("free_speed", "number", "speed of config.csv", "speed", low=0.0, required=False, blank=True),
        Column("facility_type", "text", "", "class of the road", required=False, blank=True),
        Column("lanes", "number", "-", "in the direction of travel", low=0.0, required=False, blank=True),
        Column("geometry", "text", "", "its line as well-known text", required=False, blank=True),
        Column("allowed_uses", "text", "", "who may use it", required=False, blank=True),
    ),
    ("link_id",),
    extra="keep",
)
_NUMBERS = ("grade", "capacity", "toll", "row_width", "travel_h")
"""Further columns that hold numbers by the specification, or by ours; types of others stand in datapackage.json."""


def read_gmns(path: str | Path) -> Network:
    """Read a network out of a folder with node.csv, link.csv and config.csv.

    A link that is not directed becomes two, the second with an id that ends in ``~``. The time is the further column
    travel_h, or else length by free_speed; free_speed is kept as speed_km_per_h. A toll becomes ``toll`` (whether
    there is one) and ``toll_amount``. Links for walking or bicycles alone are left out. Further columns are kept; they
    are text unless datapackage.json says more.

    Raises
    ------
    MissingSourceError
        The folder or one of the three files is not there.
    SourceError
        Units or coordinates that are not understood.
    TableError
        Faults of the tables, all at once.
    """
    folder = Path(path)
    config = _config(folder)
    package = _package(folder / DATA_PACKAGE)
    km, km_per_h = _factors(config, folder)
    nodes = _typed(unguarded(read_table(folder / "node.csv", _NODE)), package, "node", _NODE)
    links = _typed(_links(folder), package, "link", _LINK)
    links["length"] *= km
    links["free_speed"] *= km_per_h
    links["geometry"] = _lines(links, nodes)
    links, left_out = _for_vehicles(links)
    links = _ours(_both_ways(links))
    nodes = nodes.rename(columns={theirs: ours for ours, theirs in NODE_FIELDS.items()})
    provenance = _provenance(package, config, folder)
    if left_out:
        sentence = f"{left_out} links for {' or '.join(sorted(_ON_FOOT))} alone were left out"
        provenance["warnings"] = "; ".join(filter(None, (provenance.get("warnings"), sentence)))
    return Network(nodes=nodes, links=links, provenance=provenance)


def _config(folder: Path) -> Mapping[str, str]:
    """Return the one row of config.csv; without it, nobody knows the units."""
    try:
        frame = read_table(folder / "config.csv", TableContract("config", (), (), extra="keep"))
    except FileNotFoundError:
        raise MissingSourceError(
            f"{folder}: there is no config.csv, so the units of lengths and speeds are not known; add one with the "
            "columns long_length (km), speed (km/h) and crs (EPSG:4326)"
        ) from None
    return {str(name): str(frame[name].iloc[0]) for name in frame.columns}


def _factors(config: Mapping[str, str], folder: Path) -> tuple[float, float]:
    """Return what makes km of a length and km/h of a speed."""
    faults, factors = [], []
    for name, known in (("long_length", _KM), ("speed", _KM_PER_H)):
        found = config.get(name, "").lower()
        factors.append(known.get(found, np.nan))
        if found not in known:
            faults.append(f"{name}: found {shown(found)}, expected one of {', '.join(known)}")
    if config.get("crs", "").lower() not in _LON_LAT:
        faults.append(f"crs: found {shown(config['crs'])}, expected EPSG:4326; reproject the tables")
    if config.get("geometry_field_format", "").lower() not in {"", "wkt"}:
        faults.append(f"geometry_field_format: found {shown(config['geometry_field_format'])}, expected WKT")
    if faults:
        raise SourceError("\n".join(f"{folder / 'config.csv'}:2:{fault}" for fault in faults))
    return factors[0], factors[1]


def _package(file: Path) -> Mapping[str, Any]:
    """Return what datapackage.json says; a folder of another program may have none."""
    if not file.is_file():
        return {}
    try:
        if file.stat().st_size > _LONGEST_PACKAGE:
            raise SourceError(f"{file} is too large to be read; remove it")
        package = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError, OSError) as error:
        raise SourceError(f"{file} cannot be read ({error}); repair or remove it") from error
    return package if isinstance(package, dict) else {}


def _links(folder: Path) -> pd.DataFrame:
    words = TableContract("link", tuple(_as_text(column) for column in _LINK.columns), ("link_id",), extra="keep")
    frame = unguarded(read_table(folder / "link.csv", words))
    frame["directed"] = frame["directed"].replace({"1": "yes", "0": "no"})
    return check_frame(_numbered(frame, _LINK.columns), _LINK, "link.csv")


def _numbered(frame: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """Return the table with columns of plain numbers as numbers; others are left for the check to find fault with."""
    changed = {}
    for column in columns:
        if column.dtype in {"number", "integer"} and column.name in frame:
            cells = frame[column.name]
            blank = cells == ""
            if (cells.str.fullmatch(NUMBER) | (blank & column.blank)).all():
                changed[column.name] = cells.mask(blank, "nan").to_numpy(dtype=object).astype(np.float64)
    return frame.assign(**changed)


def _as_text(column: Column) -> Column:
    return Column(column.name, "text", "", column.meaning, required=column.required, blank=column.blank)


def _typed(frame: pd.DataFrame, package: Mapping[str, Any], name: str, contract: TableContract) -> pd.DataFrame:
    """Return the table with its further columns in the types that are known of them."""
    types = {**dict.fromkeys(_NUMBERS, "number"), **_types(package, name)}
    kinds = {"number": "number", "integer": "integer", "boolean": "flag"}
    further = [column for column in frame.columns if column not in contract.names and types.get(column) in kinds]
    columns = tuple(
        Column(column, kinds[types[column]], "-", "", blank=True)  # type: ignore[arg-type]
        for column in further
    )
    numbered = _numbered(frame, columns)
    checked = check_frame(numbered, TableContract(name, columns, (), extra="keep"), f"{name}.csv")
    for column in further:
        if types[column] == "integer" and checked[column].notna().all():
            checked[column] = checked[column].astype(np.int64)
    return checked[list(frame.columns)]


def _types(package: Mapping[str, Any], name: str) -> dict[str, str]:
    try:
        schemas = {resource["name"]: resource["schema"]["fields"] for resource in package.get("resources", ())}
        return {str(field["name"]): str(field["type"]) for field in schemas.get(name, ())}
    except (KeyError, TypeError, AttributeError):
        return {}


def _lines(links: pd.DataFrame, nodes: pd.DataFrame) -> list[str]:
    """Return the lines of links; those straight between their nodes are blank."""
    lines = read_wkt(links["geometry"].to_list())
    places = zip(nodes["x_coord"].to_list(), nodes["y_coord"].to_list(), strict=True)
    points = dict(zip(nodes["node_id"].to_list(), (f"{lon!r} {lat!r}" for lon, lat in places), strict=True))
    ends = zip(links["from_node_id"].to_list(), links["to_node_id"].to_list(), strict=True)
    straight = [f"{points.get(origin)};{points.get(destination)}" for origin, destination in ends]
    return without_straight(lines, straight)


def _both_ways(links: pd.DataFrame) -> pd.DataFrame:
    """Return directed links: those that are not get a second one the other way round."""
    turned = links[~links["directed"]]
    back = turned.assign(
        link_id=turned["link_id"] + REVERSE,
        from_node_id=turned["to_node_id"],
        to_node_id=turned["from_node_id"],
        geometry=[";".join(reversed(text.split(";"))) for text in turned["geometry"]],
    )
    return pd.concat([links, back], ignore_index=True) if len(back) else links


def _for_vehicles(links: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the links without those on which one may only walk or ride a bicycle, and the number of those."""
    uses = [set(_WORD.findall(use.lower())) for use in links["allowed_uses"]]
    kept = np.array([not words or not words <= _ON_FOOT for words in uses], dtype=np.bool_)
    return links[kept].reset_index(drop=True), int((~kept).sum())


def _ours(links: pd.DataFrame) -> pd.DataFrame:
    """Return the links under our names."""
    if "travel_h" not in links:
        links["travel_h"] = links["length"] / links["free_speed"]
    modes = {use: mode for mode, use in USES.items()}
    if "mode" not in links:
        links["mode"] = [modes.get(clean(use).lower(), "road") for use in links["allowed_uses"]]
        links["midway"] = links["mode"] == "road"
    elif links["allowed_uses"].to_list() == [USES.get(mode, mode) for mode in links["mode"]]:
        links = links.drop(columns="allowed_uses")
    if "toll" in links:
        amounts = links["toll"]
        links = links.rename(columns={"toll": "toll_amount"})
        links["is_toll"] = links.get("is_toll", amounts > 0)
    if links["lanes"].isna().all():
        links = links.drop(columns="lanes")
    return links.drop(columns="directed").rename(columns={theirs: ours for ours, theirs in LINK_FIELDS.items()})


def _provenance(package: Mapping[str, Any], config: Mapping[str, str], folder: Path) -> dict[str, str]:
    stated = package.get("provenance")
    if isinstance(stated, dict) and all(isinstance(text, str) for text in stated.values()):
        return dict(stated)
    licence = {"licence": config["licence"]} if config.get("licence") else {}
    return {"source": config.get("dataset_name") or folder.name, **licence}
