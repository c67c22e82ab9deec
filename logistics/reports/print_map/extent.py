"""The part of the world that a map shows, and where a point of it lies on the paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.reports.print_map.marks import Points
from logistics.reports.print_map.placing import Box
from logistics.run_folder import RunTables
from logistics.units import KM_PER_DEGREE

GENERATOR_ROLES: Final = ("park", "cluster")
MIDDLE: Final = 0.96
"""The whole holds so much of the parks' tonnes along each axis; a few far parks would leave the rest too small."""
CORE: Final = 0.8
"""The core holds so much of the parks' tonnes along each axis, `HUB_CORE` of the hubs' throughput, every new hub."""
HUB_CORE: Final = 0.7
MARGIN: Final = 0.04
LEAST_KM: Final = 20.0
NORTHERN_VIETNAM: Final = ((103.0, 20.0), (108.0, 23.0))
"""Shown when a run holds no place at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """A plain projection: kilometres east and north of a corner, true at the middle latitude, fitted into a frame."""

    west: float
    north: float
    km_per_degree_lon: float
    mm_per_km: float
    frame: Box

    def on_paper(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Points:
        """Return mm on the sheet, [n, 2], of points in degrees."""
        x = self.frame.left + (lon - self.west) * self.km_per_degree_lon * self.mm_per_km
        y = self.frame.top + (self.north - lat) * KM_PER_DEGREE * self.mm_per_km
        return np.column_stack([x, y])

    def corners_of(self, other: "Extent") -> Points:
        """Return the four corners of another extent's frame on this one's paper, in turn, cut to this frame."""
        frame = other.frame
        east = other.west + (frame.right - frame.left) / other.mm_per_km / other.km_per_degree_lon
        south = other.north - (frame.bottom - frame.top) / other.mm_per_km / KM_PER_DEGREE
        corners = self.on_paper(
            np.array([other.west, east, east, other.west]), np.array([other.north, other.north, south, south])
        )
        own = self.frame
        return np.clip(corners, (own.left, own.top), (own.right, own.bottom))


def whole_extent(tables: RunTables, frame: Box) -> Extent:
    """Fit what matters of a run into a frame: every hub that works, and nearly all of the parks' tonnes."""
    hubs, _ = _used_hubs(tables)
    return _fitted([_core_points(*_parks(tables), MIDDLE), hubs], tables, frame)


def core_extent(tables: RunTables, frame: Box) -> Extent:
    """Fit the part of a run into a frame where most of the freight is; it holds every new hub."""
    hubs, throughput = _used_hubs(tables)
    new = tables.hubs.loc[tables.hubs["is_new"].astype(bool), ["lon", "lat"]].to_numpy(float)
    return _fitted([_core_points(*_parks(tables), CORE), _core_points(hubs, throughput, HUB_CORE), new], tables, frame)


def _fitted(parts: Sequence[Points], tables: RunTables, frame: Box) -> Extent:
    points = np.concatenate(list(parts))
    if not len(points):
        points = tables.places[["lon", "lat"]].to_numpy(float)
    if not len(points):
        points = np.array(NORTHERN_VIETNAM)
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    lon_km = KM_PER_DEGREE * cos(radians(float(south + north) / 2))
    width_km = max((east - west) * lon_km * (1 + 2 * MARGIN), LEAST_KM)
    height_km = max((north - south) * KM_PER_DEGREE * (1 + 2 * MARGIN), LEAST_KM)
    wide, high = frame.right - frame.left, frame.bottom - frame.top
    mm_per_km = float(min(wide / width_km, high / height_km))
    return Extent(
        west=float(west + east) / 2 - wide / mm_per_km / lon_km / 2,
        north=float(south + north) / 2 + high / mm_per_km / KM_PER_DEGREE / 2,
        km_per_degree_lon=lon_km, mm_per_km=mm_per_km, frame=frame,
    )  # fmt: skip


def _parks(tables: RunTables) -> tuple[Points, NDArray[np.float64]]:
    parks = tables.places[tables.places["role"].isin(GENERATOR_ROLES)]
    return parks[["lon", "lat"]].to_numpy(float), (parks["out_t_per_year"] + parks["in_t_per_year"]).to_numpy(float)


def _used_hubs(tables: RunTables) -> tuple[Points, NDArray[np.float64]]:
    hubs = tables.hubs[(tables.hubs["throughput_t_per_year"] > 0) | tables.hubs["is_new"].astype(bool)]
    return hubs[["lon", "lat"]].to_numpy(float), hubs["throughput_t_per_year"].to_numpy(float)


def _core_points(points: Points, weights: NDArray[np.float64], share: float) -> Points:
    """Return two corners that hold the middle `share` of the weights along each axis; none where all weigh nothing."""
    if not weights.sum() > 0:
        return points[:0]
    return np.column_stack([_middle(points[:, axis], weights, share) for axis in (0, 1)])


def _middle(values: NDArray[np.float64], weights: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    order = np.argsort(values, kind="stable")
    risen = np.cumsum(weights[order]) / weights.sum()
    at = np.searchsorted(risen, [(1 - share) / 2, (1 + share) / 2])
    return values[order][np.minimum(at, len(values) - 1)]


def lon_lat(frame: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the two columns as arrays."""
    return frame["lon"].to_numpy(float), frame["lat"].to_numpy(float)
