"""Distances and lines on the sphere; longitudes and latitudes in degrees (WGS84)."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""

_ECCENTRICITY = 0.0818191908426215
"""Of the WGS84 ellipsoid."""

_TURNS = 7
"""Each divides what is missing to the latitude by 150 or more."""

Floats = NDArray[np.float64]


def great_circle_km(lon_1: ArrayLike, lat_1: ArrayLike, lon_2: ArrayLike, lat_2: ArrayLike) -> Floats:
    """Return great circle distances in km (haversine); the arguments broadcast."""
    x_1, y_1, x_2, y_2 = (np.radians(np.asarray(value, dtype=np.float64)) for value in (lon_1, lat_1, lon_2, lat_2))
    half = np.sin((y_2 - y_1) / 2) ** 2 + np.cos(y_1) * np.cos(y_2) * np.sin((x_2 - x_1) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))), dtype=np.float64)


def unit_vectors(lon: ArrayLike, lat: ArrayLike) -> Floats:
    """Return points on the unit sphere, shape [n, 3]; chords grow with great circles."""
    x, y = np.radians(np.asarray(lon, dtype=np.float64)), np.radians(np.asarray(lat, dtype=np.float64))
    return np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])


def turned(lon: Floats, middle: float | Floats) -> Floats:
    """Return longitudes within 180 degrees of the meridian `middle`; those that are stay as they are, bit by bit."""
    return np.where(lon < middle - 180.0, lon + 360.0, np.where(lon >= middle + 180.0, lon - 360.0, lon))


def mercator(points: Floats) -> Floats:
    """Project lon, lat [n, 2] on the Mercator plane of the WGS84 ellipsoid: nearest there is nearest on the ground.

    The projection keeps angles (Snyder 1987, Map Projections, eq. 7-7), so around a point only its scale changes: by
    less than 0.4 % within some 50 km, 0.01 % within 1 km, south of 24° N. Unit: the radius of the equator.
    """
    sine = np.sin(np.radians(np.clip(points[:, 1], -89.0, 89.0)))
    return np.column_stack([np.radians(points[:, 0]), np.arctanh(sine) - _flattening(sine)])


def from_mercator(points: Floats) -> Floats:
    """Return lon, lat [n, 2] of points of the Mercator plane, which may go on beyond the date line."""
    sine = np.tanh(points[:, 1])
    for _ in range(_TURNS):
        sine = np.tanh(points[:, 1] + _flattening(sine))
    return np.column_stack([turned(np.degrees(points[:, 0]), 0.0), np.degrees(np.arcsin(sine))])


def _flattening(sine: Floats) -> Floats:
    """Return by how much the ellipsoid lies below the sphere in the Mercator plane."""
    return np.asarray(_ECCENTRICITY * np.arctanh(_ECCENTRICITY * sine), dtype=np.float64)


def read_lines(texts: Sequence[str]) -> list[Floats]:
    """Return the points lon, lat [n, 2] of each text ``lon lat;lon lat;...`` of at least two points.

    Raises
    ------
    ValueError
        One of the texts is no such list; which one is not said.
    """
    if not texts:
        return []
    counts = np.array([text.count(";") + 1 for text in texts])
    numbers = np.array([point.split() for text in texts for point in text.split(";")], dtype=np.float64)
    if numbers.shape != (counts.sum(), 2) or counts.min() < 2 or not np.isfinite(numbers).all():  # noqa: PLR2004
        raise ValueError("a line is not 'lon lat;lon lat;...'")
    return np.split(numbers, np.cumsum(counts)[:-1])


def write_line(points: Iterable[Iterable[float]]) -> str:
    """Return points lon, lat as the text ``lon lat;lon lat;...`` with 6 decimals (0.1 m)."""
    return ";".join(" ".join(f"{number:.6f}" for number in point) for point in points)


def reverse_line(text: str) -> str:
    """Return the line the other way round."""
    return ";".join(reversed(text.split(";")))
