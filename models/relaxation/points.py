"""Neighbour lists of planar points: the K nearest of each, without a dense matrix."""

from math import inf

import numpy as np

from models.arrays import Floats, Indices
from models.relaxation.lists import Lists

FAR = 1.5  # a search takes a client without an open site in its list as served at so many times the list's reach
ROUNDING = 1e-12
CELL = 8  # points a cell, about


def point_lists(points: Floats, weight: Floats, length: int) -> Lists:
    """Return the lists of the `length` points nearest to each; a cost is weight times Euclidean distance."""
    from scipy.spatial import cKDTree  # noqa: PLC0415  (slow to import)

    count = points.shape[0]
    length = min(length, count)
    more = min(length + 1, count)
    distance, near = map(np.asarray, cKDTree(points).query(points, k=np.arange(1, more + 1)))
    site = np.ascontiguousarray(near[:, :length], dtype=np.int32).ravel()
    cost = (weight[:, None] * distance[:, :length]).ravel()
    reach = weight * distance[:, -1] * (1 - ROUNDING) if more > length else np.full(count, inf)
    order = np.argsort(site, kind="stable")
    return Lists(
        start=np.arange(count + 1, dtype=np.int64) * length,
        site=site,
        cost=cost,
        reach=reach,
        far=FAR * weight * distance[:, -1] + 1.0,
        site_start=np.concatenate([[0], np.cumsum(np.bincount(site, minlength=count))]).astype(np.int64),
        client=(order // length).astype(np.int32),
        site_cost=cost[order],
        near=np.arange(count, dtype=np.int32),
    )


def along_a_snake(points: Floats) -> Indices:
    """Return an order in which points near each other mostly stand near each other: rows of cells, to and fro."""
    low, span = points.min(axis=0), np.ptp(points, axis=0).max()
    side = max(int(np.sqrt(points.shape[0] / CELL)), 1)
    cell = ((points - low) / (span or 1.0) * side).astype(np.int64)
    across = np.where(cell[:, 0] % 2, -cell[:, 1], cell[:, 1])
    return np.lexsort((across, cell[:, 0]))


def nearest_of(points: Floats, opened: Indices) -> tuple[Floats, Indices]:
    """Return the distance [point] to the nearest of the points `opened`, and which it is."""
    from scipy.spatial import cKDTree  # noqa: PLC0415  (slow to import)

    distance, place = map(np.asarray, cKDTree(points[opened]).query(points))
    return distance, opened[place]
