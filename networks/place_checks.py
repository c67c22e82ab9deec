"""Doubts about places on a network: far from any road, without a road to each other, a long way round."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from networks.findings import WORST, Finding, Flags, Floats, Ints, records
from networks.geodesy import great_circle_km
from networks.network import Network
from networks.snap import Snapped
from networks.travel import travel

FAR_KM = 5.0
"""A place further than this from the network is named."""

DETOUR = 3.0
"""A road between two places longer than so many great circles is named, from `DETOUR_FROM_KM` on."""

DETOUR_FROM_KM = 10.0

PAIRS = 250_000
"""No more pairs of places than these are measured: from some of the places, evenly chosen, to all."""


def place_findings(network: Network, snapped: Snapped) -> Iterator[Finding]:
    """Look at places that were put on the network, however far."""
    yield _far(snapped)
    origins = measured_from(snapped)
    yield from _pairs(origins, snapped, travel(network, origins, snapped, by="km").km)


def measured_from(snapped: Snapped) -> Snapped:
    """Return the places from which the ways to all places are measured."""
    count = len(snapped.points)
    wanted = min(count, max(1, PAIRS // count))
    rows = np.unique(np.linspace(0, count - 1, wanted).round().astype(np.int64))
    return replace(snapped, points=snapped.points.iloc[rows].reset_index(drop=True))


def _place(snapped: Snapped) -> tuple[Floats, Floats]:
    points = snapped.points
    return points["lon"].to_numpy(dtype=np.float64), points["lat"].to_numpy(dtype=np.float64)


def _off_km(snapped: Snapped) -> Floats:
    points = snapped.points
    return great_circle_km(points["lon"], points["lat"], points["on_lon"], points["on_lat"])


def _far(snapped: Snapped) -> Finding:
    points, km = snapped.points, _off_km(snapped)
    far = np.flatnonzero(km > FAR_KM)
    worst = far[np.argsort(-km[far], kind="stable")][:WORST]
    table = points.iloc[worst]
    return Finding(
        name="far_places",
        what=f"places lie more than {FAR_KM:g} km from the network",
        count=len(far),
        of=len(points),
        rows=records({name: table[name] for name in ("point_id", "lon", "lat")} | {"distance_km": km[worst]}),
        advice="Check their coordinates (lon before lat?), and that the extract reaches as far.",
    )


def _pairs(origins: Snapped, snapped: Snapped, km: Floats) -> Iterator[Finding]:
    lon, lat = _place(snapped)
    from_lon, from_lat = _place(origins)
    direct = great_circle_km(from_lon[:, None], from_lat[:, None], lon, lat)
    ratio = np.divide(km, direct, out=np.zeros_like(km), where=direct >= DETOUR_FROM_KM)
    near = (_off_km(origins)[:, None] <= FAR_KM) & (_off_km(snapped) <= FAR_KM)  # the far ones are named already
    cut, long = np.isinf(km), np.isfinite(km) & near & (ratio > DETOUR)
    for name, what, flags, order, advice in (
        (
            "unreachable",
            "pairs of places have no road",
            cut,
            direct,
            "See whether they lie on an island or behind a road closed to the vehicle.",
        ),
        (
            "detours",
            f"pairs of places need more than {DETOUR:g} great circles",
            long,
            ratio,
            "A bridge, a ferry or a road between them may be missing; across a river or a bay it may be right.",
        ),
    ):
        begin, end = _worst(origins, snapped, flags, order)
        ids = {"origin_id": np.array(origins.ids)[begin], "destination_id": np.array(snapped.ids)[end]}
        values = {"great_circle_km": direct[begin, end]}
        if name == "detours":
            values |= {"road_km": km[begin, end], "ratio": ratio[begin, end]}
        yield Finding(
            name=name, what=what, count=int(flags.sum()), of=km.size, rows=records(ids | values), advice=advice
        )


def _worst(origins: Snapped, snapped: Snapped, flags: Flags, order: Floats) -> tuple[Ints, Ints]:
    """Return the rows of the pairs that stand out most; of the two directions of a pair the worse one."""
    rows = np.flatnonzero(flags)
    rows = rows[np.argsort(-order.ravel()[rows], kind="stable")][: 2 * WORST]
    begin, end = np.divmod(rows, flags.shape[1])
    starts, ends = origins.ids, snapped.ids
    pairs = [frozenset((starts[b], ends[e])) for b, e in zip(begin, end, strict=True)]
    first = [at for at, pair in enumerate(pairs) if pair not in pairs[:at]][:WORST]
    return begin[first], end[first]
