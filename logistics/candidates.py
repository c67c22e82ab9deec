"""Greenfield sites made from the network itself: interchanges, road beside rail or river, the edges of parks.

Spots are ranked by the industrial land around them, each hectare counting exp(-distance / `REACH_KM`), and taken in
that order as long as they keep the spacing to each other and to every site there is, and lie in no exclusion polygon.
The spots of an OpenStreetMap extract are the nodes at which roads of two classes meet, one of them a motorway or
trunk road; those of the bundled region are its nodes. The same scenario always gives the same sites.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import networks
from logistics.errors import InputError
from logistics.ledger import Ledger
from logistics.scenario_parts import Candidates
from networks import Network
from networks.errors import SourceError
from networks.geodesy import great_circle_km
from networks.geojson import Drawing, read_geojson

Floats = NDArray[np.float64]

REACH_KM: Final = 15.0
BESIDE_KM: Final = 3.0
"""A spot lies beside a rail or waterway node within so much of it."""
EDGE_KM: Final = 2.0
LARGE_PARK_HA: Final = 100.0
FAST: Final = ("motorway", "trunk")
MODES: Final = {"interchanges": "road", "park_edges": "road", "rail": "road; rail", "water": "road; inland waterway"}
OTHER_MODES: Final = {"rail": "rail", "water": "waterway"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What candidates are made beside: the roads, the parks and clusters, the sites there are."""

    roads: Network
    generators: pd.DataFrame
    sites: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Greenfield:
    """New rows for the table of sites, and what is to be said of the file of exclusion polygons."""

    sites: pd.DataFrame
    notes: tuple[str, ...] = ()


def greenfield_sites(asked: Candidates, around: Around, ledger: Ledger) -> Greenfield:
    """Return new rows for the table of sites, best first, at most as many as asked for.

    Raises
    ------
    InputError
        If the file of exclusion polygons cannot be read.
    """
    barred = None if asked.exclude is None else read_exclusion(asked.exclude)
    spots = pd.concat([_spots(kind, around) for kind in asked.kinds], ignore_index=True)
    spots = spots[~_excluded(spots, barred)].reset_index(drop=True)
    parks = around.generators
    worth = (np.exp(-_km(spots, parks) / REACH_KM) * parks["area_ha"].to_numpy(float)).sum(axis=1)
    order = np.argsort(-worth, kind="stable")
    chosen = list(_spaced(spots, order, around.sites, asked))
    return Greenfield(sites=_rows(spots.iloc[chosen], around, ledger), notes=barred.notes if barred else ())


def read_exclusion(path: Path) -> Drawing:
    """Read the polygons of a GeoJSON file in which nothing may be built.

    Raises
    ------
    InputError
        If it is none, or holds no polygon.
    """
    try:
        return read_geojson(path)
    except SourceError as error:
        raise InputError(str(error)) from error


def _spots(kind: str, around: Around) -> pd.DataFrame:
    spots = _road_spots(around.roads)
    if kind == "park_edges":
        spots = _beside_parks(spots, around.generators)
    elif kind in OTHER_MODES:
        other = networks.northern_vietnam(modes=(OTHER_MODES[kind],)).nodes
        spots = spots[_km(spots, other).min(axis=1) <= BESIDE_KM]
    return spots.assign(kind=kind)


def _road_spots(roads: Network) -> pd.DataFrame:
    """Return the nodes at which a fast road meets a road of another class or three roads meet."""
    tail, head = roads.ends()
    ends = pd.DataFrame(
        {"node": np.concatenate([tail, head]), "other": np.concatenate([head, tail]),
         "highway": np.tile(roads.links["highway"].to_numpy(dtype=object), 2)}
    )  # fmt: skip
    fast = ends["highway"].isin(FAST).groupby(ends["node"]).any()
    met = ends.groupby("node").agg(classes=("highway", "nunique"), roads=("other", "nunique"))
    rows = met.index[fast.reindex(met.index) & ((met["classes"] > 1) | (met["roads"] > 2))]  # noqa: PLR2004 (a fork)
    return pd.DataFrame({name: roads.nodes[name].to_numpy(float)[rows] for name in ("lon", "lat")})


def _beside_parks(roads: pd.DataFrame, generators: pd.DataFrame) -> pd.DataFrame:
    """Return, for each large park, the nearest spot on the roads, or the park's own edge where none is near."""
    large = generators[generators["area_ha"] >= LARGE_PARK_HA]
    own = {name: large[name].to_numpy(float) for name in ("lon", "lat")}
    if not len(large) or not len(roads):
        return pd.DataFrame(own)
    km = _km(large, roads)
    nearest, far = km.argmin(axis=1), km.min(axis=1) > EDGE_KM
    return pd.DataFrame({name: np.where(far, own[name], roads[name].to_numpy(float)[nearest]) for name in own})


def _spaced(spots: pd.DataFrame, order: NDArray[np.intp], sites: pd.DataFrame, asked: Candidates) -> Iterator[int]:
    """Yield spots in order that keep the spacing to the sites and to those taken before."""
    gap = _km(spots, sites).min(axis=1) if len(sites) else np.full(len(spots), np.inf)
    taken = 0
    for at in order.tolist():
        if taken == asked.count:
            return
        if gap[at] >= asked.min_spacing_km:
            yield at
            taken += 1
            gap = np.minimum(gap, _km(spots, spots.iloc[[at]])[:, 0])


def made_id(number: int) -> str:
    """Return the id of a site made from the network."""
    return f"auto_{number:03d}"


def _rows(spots: pd.DataFrame, around: Around, ledger: Ledger) -> pd.DataFrame:
    nearest = _km(spots, around.generators).argmin(axis=1) if len(spots) else np.zeros(0, dtype=np.intp)
    parks = around.generators.iloc[nearest].reset_index(drop=True)
    area_ha = ledger["candidate_ha"]
    number = range(1, len(spots) + 1)
    return pd.DataFrame(
        {
            "hub_id": [made_id(at) for at in number],
            "name_vi": [f"Điểm {at} gần {name}" for at, name in zip(number, parks["name_vi"], strict=True)],
            "name_en": [f"Site {at} near {name}" for at, name in zip(number, parks["name_en"], strict=True)],
            "type": "greenfield_candidate", "province_2024": parks["province_2024"],
            "district_2024": parks["district_2024"], "lon": spots["lon"].to_numpy(float),
            "lat": spots["lat"].to_numpy(float), "area_ha": area_ha,
            "capacity_t_per_year": area_ha * ledger["cap_ha_crossdock"], "capacity_teu_per_year": np.nan,
            "status": "candidate", "modes": [MODES[kind] for kind in spots["kind"]],
            "source": "made from the network by [candidates]", "confidence": "low",
        }
    )  # fmt: skip


def _km(first: pd.DataFrame, second: pd.DataFrame) -> Floats:
    """Return great circles [first, second]."""
    return great_circle_km(
        first["lon"].to_numpy(float)[:, None], first["lat"].to_numpy(float)[:, None],
        second["lon"].to_numpy(float)[None, :], second["lat"].to_numpy(float)[None, :],
    )  # fmt: skip


def _excluded(spots: pd.DataFrame, barred: Drawing | None) -> NDArray[np.bool_]:
    if barred is None:
        return np.zeros(len(spots), dtype=bool)
    import shapely  # noqa: PLC0415  (only where polygons are given)

    points = shapely.points(spots["lon"].to_numpy(float), spots["lat"].to_numpy(float))
    return np.asarray(shapely.covers(shapely.union_all(list(barred.shapes)), points), dtype=bool)
