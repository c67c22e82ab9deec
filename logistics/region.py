"""The region a plan is made for: its parks, sites, gateways, provinces and the ledger, read from tables.

The bundled tables describe northern Vietnam; a scenario may name files of its own for any of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from logistics import tables
from logistics.errors import InputError
from logistics.ledger import Ledger
from logistics.table_files import TableFile, read_table_file
from logistics.units import PERCENT, PERSONS_PER_THOUSAND
from networks.errors import TableError
from networks.tables import TableContract

DATA: Final = Path(str(files("logistics") / "data"))
OWN_TABLES: Final = ("parks", "clusters", "hubs", "gateways", "places")
"""Tables that a scenario may replace by a file of its own."""
CONTRACTS: Final = {name: getattr(tables, name.upper()) for name in OWN_TABLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The tables of a region, places renamed to `place_id`, `hub_id` for the sites.

    `generators` are parks and clusters together (`kind`; clusters list no `occupancy_pct`);
    `provinces` carry `population` and
    `industry_output`. `files` maps each table to the file it came from; `notes` are what is to be said of
    the reading.
    """

    generators: pd.DataFrame
    sites: pd.DataFrame
    gateways: pd.DataFrame
    provinces: pd.DataFrame
    expected: pd.DataFrame
    ledger: Ledger
    sector_of: Mapping[str, str]
    commodity_of: Mapping[str, str]
    commodity_names: pd.DataFrame
    files: Mapping[str, Path]
    notes: tuple[str, ...] = ()


def bundled_file(name: str) -> Path:
    """Return the file of a bundled table."""
    return DATA / f"{name}.csv"


def read_region(own_files: Mapping[str, Path] = MappingProxyType({})) -> Region:
    """Read a region.

    Parameters
    ----------
    own_files
        File for each of `parks`, `clusters`, `hubs`, `gateways`, `places` that replaces the bundled one: CSV, or a
        workbook with a sheet of that name.

    Raises
    ------
    InputError
        With every fault of every table: file, row, column, what was found and what is expected.
    """
    paths = {name: own_files.get(name, bundled_file(name)) for name in OWN_TABLES}
    fixed = {name: bundled_file(name) for name in ("parameters", "assumptions", "expected", "sectors", "commodities")}
    contracts = CONTRACTS | {
        "parameters": tables.PARAMETERS, "assumptions": tables.PARAMETERS, "expected": tables.EXPECTED,
        "sectors": tables.SECTORS, "commodities": tables.COMMODITIES,
    }  # fmt: skip
    read = _read_all(paths | fixed, contracts)
    frames = {name: table.frame for name, table in read.items()}
    ledger = Ledger.from_frame(pd.concat([frames["parameters"], frames["assumptions"]], ignore_index=True))
    _require_one_owner(read)
    return Region(
        generators=_generators(frames),
        sites=frames["hubs"].rename(columns={"id": "hub_id"}),
        gateways=frames["gateways"].rename(columns={"id": "place_id"}),
        provinces=_provinces(frames["places"]),
        expected=frames["expected"].set_index("id"),
        ledger=ledger,
        sector_of=MappingProxyType(dict(zip(frames["sectors"]["industry"], frames["sectors"]["sector"], strict=True))),
        commodity_of=MappingProxyType(_commodity_of(frames["commodities"])),
        commodity_names=frames["commodities"].set_index("id")[["name_en", "name_vi"]],
        files=MappingProxyType(paths | fixed),
        notes=tuple(note for table in read.values() for note in table.notes),
    )


def read_ledger() -> Ledger:
    """Read the bundled ledger alone."""
    frames = [read_table_file(bundled_file(name), tables.PARAMETERS).frame for name in ("parameters", "assumptions")]
    return Ledger.from_frame(pd.concat(frames, ignore_index=True))


def _read_all(paths: Mapping[str, Path], contracts: Mapping[str, TableContract]) -> dict[str, TableFile]:
    read: dict[str, TableFile] = {}
    faults: list[str] = []
    for name, path in paths.items():
        try:
            read[name] = read_table_file(path, contracts[name])
        except TableError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(str(TableError(faults)))
    return read


def _require_one_owner(read: Mapping[str, TableFile]) -> None:
    """Refuse an id that stands in two tables: flows name places by id alone."""
    owners: dict[str, str] = {}
    faults = []
    for name in OWN_TABLES:
        for position, place_id in enumerate(read[name].frame["id"]):
            if place_id in owners:
                place = read[name].place(position, "id")
                faults.append(f"{place}: {place_id!r} is also an id of {owners[place_id]}; ids must differ")
            owners.setdefault(place_id, f"{name}.csv")
    if faults:
        raise InputError("\n".join(faults))


def _generators(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    parks = frames["parks"].assign(kind="park")
    clusters = frames["clusters"].assign(kind="cluster", province_2025="", occupancy_pct=np.nan)
    return pd.concat([parks, clusters], ignore_index=True).rename(columns={"id": "place_id"})


def _provinces(places: pd.DataFrame) -> pd.DataFrame:
    output = places["grdp_2023_trn_vnd"] * places["industry_construction_share_pct"] * PERCENT
    return places.rename(columns={"id": "place_id"}).assign(
        population=places["population_2023_thousand"] * PERSONS_PER_THOUSAND, industry_output=output
    )


def _commodity_of(commodities: pd.DataFrame) -> dict[str, str]:
    pairs = zip(commodities["id"], commodities["sectors"], strict=True)
    return {sector.strip(): commodity for commodity, sectors in pairs for sector in sectors.split(";")}
