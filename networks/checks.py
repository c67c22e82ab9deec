"""Whether a network is fit for use: parts cut off, odd speeds and lengths, places far away, detours."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from networks.geodesy import great_circle_km
from networks.nearest import largest_part
from networks.network import Network
from networks.snap import Snapped, snap
from networks.travel import travel

FAR_KM = 5.0
"""A place further than this from the network is named."""

DETOUR = 3.0
"""A road between two places longer than so many great circles is named, from `DETOUR_FROM_KM` on."""

DETOUR_FROM_KM = 10.0
SLOWEST_KM_PER_H, FASTEST_KM_PER_H = 3.0, 130.0

_EVERYWHERE_KM = 20_100.0
_ROUNDING_KM = 0.06
_IMPUTED = "_imputed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitness:
    """What `check` found; `warnings` says it in sentences.

    Parameters
    ----------
    nodes, links, length_km
        Size; length counts each direction.
    largest_share
        Share of the road nodes in the largest part in which each reaches each.
    cut_off
        Ids of the road nodes outside that part.
    odd_speeds
        Ids of links slower than 3 or faster than 130 km/h.
    too_short
        Ids of links shorter than the great circle between their ends.
    imputed
        For each flag of the links that ends in ``_imputed`` the share of length that it marks.
    places, far
        Number of places, and the distance in km to the network of those further than 5 km.
    unreachable, detours
        Pairs of places without a road, and those whose road is longer than three great circles (its ratio).
    """

    nodes: int
    links: int
    length_km: float
    largest_share: float
    cut_off: tuple[str, ...]
    odd_speeds: tuple[str, ...]
    too_short: tuple[str, ...]
    imputed: Mapping[str, float]
    places: int
    far: Mapping[str, float]
    unreachable: tuple[tuple[str, str], ...]
    detours: Mapping[tuple[str, str], float]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return a sentence for each doubt."""
        counted = (
            (len(self.cut_off), "road nodes lie outside the largest part", self.cut_off),
            (len(self.odd_speeds), "links are slower than 3 or faster than 130 km/h", self.odd_speeds),
            (len(self.too_short), "links are shorter than the great circle", self.too_short),
            (len(self.far), f"places lie more than {FAR_KM:g} km from the network", tuple(self.far)),
            (len(self.unreachable), "pairs of places have no road", self.unreachable),
            (len(self.detours), f"pairs need more than {DETOUR:g} great circles", tuple(self.detours)),
        )
        return tuple(f"{count} {what}: {_some(names)}" for count, what, names in counted if count)

    @property
    def fit(self) -> bool:
        """Return whether nine tenths of the roads hang together and each place reaches each."""
        return self.largest_share >= 0.9 and not self.unreachable  # noqa: PLR2004  (said above)

    def to_dict(self) -> dict[str, Any]:
        """Return everything in types that JSON knows."""
        detours = {f"{origin} -> {destination}": ratio for (origin, destination), ratio in self.detours.items()}
        return {**asdict(self), "detours": detours, "warnings": list(self.warnings), "fit": self.fit}


def check(network: Network, places: pd.DataFrame | None = None) -> Fitness:
    """Look for what makes a network unfit.

    Parameters
    ----------
    network
        The network.
    places
        Columns point_id, lon, lat: they are put on the network however far, and joined to each other.
    """
    inside, touched = _inside(network)
    snapped = None if places is None else snap(network, places, max_km=_EVERYWHERE_KM)
    unreachable, detours = _pairs(network, snapped) if snapped else ((), {})
    node_ids = network.nodes["node_id"]
    return Fitness(
        nodes=len(network.nodes),
        links=len(network.links),
        length_km=float(network.links["length_km"].sum()),
        largest_share=float((inside & touched).sum() / max(1, touched.sum())),
        cut_off=tuple(node_ids[touched & ~inside]),
        odd_speeds=_odd_speeds(network),
        too_short=_too_short(network),
        imputed=_imputed(network),
        places=len(snapped.ids) if snapped else 0,
        far=_far(snapped) if snapped else {},
        unreachable=unreachable,
        detours=detours,
    )


def _some(names: tuple[Any, ...]) -> str:
    texts = [" -> ".join(name) if isinstance(name, tuple) else str(name) for name in names[:10]]
    return ", ".join(texts) + (f" and {len(names) - 10} more" if len(names) > 10 else "")  # noqa: PLR2004


def _inside(
    network: Network,
) -> tuple[np.ndarray[Any, np.dtype[np.bool_]], np.ndarray[Any, np.dtype[np.bool_]]]:
    """Return which nodes lie in the largest part of the roads, and which have a road at all."""
    tail, head = network.ends()
    road = (network.links["mode"] == "road").to_numpy()
    touched = np.zeros(len(network.nodes), dtype=np.bool_)
    touched[tail[road]] = True
    touched[head[road]] = True
    return largest_part(len(network.nodes), tail[road], head[road]) & touched, touched


def _odd_speeds(network: Network) -> tuple[str, ...]:
    links = network.links
    speed = links["length_km"] / links["travel_h"]
    odd = ~speed.between(SLOWEST_KM_PER_H, FASTEST_KM_PER_H) & (links["length_km"] > 0.0)
    return tuple(links["link_id"][odd])


def _too_short(network: Network) -> tuple[str, ...]:
    tail, head = network.ends()
    lon, lat = network.nodes["lon"].to_numpy("float64"), network.nodes["lat"].to_numpy("float64")
    least_km = 0.995 * great_circle_km(lon[tail], lat[tail], lon[head], lat[head]) - _ROUNDING_KM
    return tuple(network.links["link_id"][network.links["length_km"].to_numpy("float64") < least_km])


def _imputed(network: Network) -> dict[str, float]:
    length = network.links["length_km"]
    names = [str(name) for name in network.links.columns if str(name).endswith(_IMPUTED)]
    return {name: float(length[network.links[name] == True].sum() / length.sum()) for name in names}  # noqa: E712


def _far(snapped: Snapped) -> dict[str, float]:
    points = snapped.points
    km = great_circle_km(points["lon"], points["lat"], points["on_lon"], points["on_lat"])
    return {name: float(far) for name, far in zip(snapped.ids, km, strict=True) if far > FAR_KM}


def _pairs(network: Network, snapped: Snapped) -> tuple[tuple[tuple[str, str], ...], dict[tuple[str, str], float]]:
    km = travel(network, snapped, snapped, by="km").km
    lon, lat = (snapped.points[name].to_numpy("float64") for name in ("lon", "lat"))
    direct = great_circle_km(lon[:, None], lat[:, None], lon, lat)
    ids = snapped.ids
    cut = tuple((ids[origin], ids[goal]) for origin, goal in np.argwhere(np.isinf(km)))
    long = np.argwhere(np.isfinite(km) & (direct >= DETOUR_FROM_KM) & (km > DETOUR * direct))
    return cut, {(ids[o], ids[d]): float(km[o, d] / direct[o, d]) for o, d in long}
