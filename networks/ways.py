"""Ways of OpenStreetMap as they are read: what their tags mean once, their points in flat arrays."""

import math
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from networks.cells import clean
from networks.roads import LeftOut, Road, has_oneway, read_road
from networks.vehicle import Vehicle

STRIPPED_FROM = 50
"""So many motorways without any ``oneway`` in the whole source mean that the tag was lost on the way here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """The points of all kept ways, one row a point of a way; a node shared by two ways stands twice.

    Parameters
    ----------
    way
        Row of the way in `Ways.way_id`, rising.
    node_id
        Of the point.
    lon, lat
        In degrees; NaN where the node is not in the source.
    """

    way: NDArray[np.int64]
    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


class Ways:
    """Collects ways one by one; only roads that the vehicle may use are stored.

    Parameters
    ----------
    vehicle
        Who drives.
    year
        Roads not yet open count when they open in this year or before; None: never.
    """

    def __init__(self, vehicle: Vehicle, year: int | None = None) -> None:
        self.vehicle, self.year = vehicle, year
        self.left_out: Counter[LeftOut] = Counter()
        self.unread: Counter[str] = Counter()
        self.read = self.doubled = self.with_hours = 0
        self.has_oneway = False
        self.way_id = array("q")
        self._rule, self._label, self._size = array("q"), array("q"), array("q")
        self._node_id, self._lon, self._lat = array("q"), array("d"), array("d")
        self._rules: dict[tuple[tuple[str, str], ...], int] = {}
        self._roads: list[Road | LeftOut] = []
        self._labels: dict[tuple[str, str], int] = {}
        self._seen: set[int] = set()

    def rule(self, way_id: int, tags: Mapping[str, str]) -> int | None:
        """Count a way; return the number of its rule, None where the way is left out.

        Parameters
        ----------
        way_id
            A second way of the same id is left out.
        tags
            Those of `networks.roads.TAG_KEYS` and no others.
        """
        self.read += 1
        if way_id in self._seen:
            self.doubled += 1
            return None
        self._seen.add(way_id)
        number = self._rules.setdefault(tuple(sorted(tags.items())), len(self._roads))
        if number == len(self._roads):
            self._roads.append(read_road(tags, self.vehicle, year=self.year))
        road = self._roads[number]
        if isinstance(road, LeftOut):
            self.left_out[road] += 1
            return None
        self.has_oneway = self.has_oneway or has_oneway(tags)
        self.unread.update(road.unread)
        self.with_hours += road.has_hours
        return number

    def add(self, way_id: int, rule: int, label: tuple[str, str], points: Sequence[tuple[int, float, float]]) -> None:
        """Store a way.

        Parameters
        ----------
        way_id, rule
            As handed to and returned by `rule`.
        label
            Its ``ref`` and its ``name``.
        points
            Node id, lon and lat (degrees, NaN where unknown) of each point. A ring is turned so that it begins at
            its smallest node id: then it does not matter where the source began it.
        """
        self.way_id.append(way_id)
        self._rule.append(rule)
        self._label.append(self._labels.setdefault(label, len(self._labels)))
        ring = len(points) > 2 and points[0][0] == points[-1][0]  # noqa: PLR2004  (two points are no ring)
        points = _turned(points) if ring else points
        self._size.append(len(points))
        for node_id, lon, lat in points:
            self._node_id.append(node_id)
            nowhere = lon == 0.0 and lat == 0.0  # off the coast of Ghana: coordinates that were lost
            self._lon.append(math.nan if nowhere else lon)
            self._lat.append(math.nan if nowhere else lat)

    @property
    def oneway_lost(self) -> bool:
        """Return whether the source seems to have lost its tags of direction: many motorways, none with one."""
        implied = sum(road.oneway_implied for road in self._stored())
        return not self.has_oneway and implied >= STRIPPED_FROM

    def _stored(self) -> list[Road]:
        return [road for number in self._rule if isinstance(road := self._roads[number], Road)]

    def roads(self) -> tuple[list[Road], NDArray[np.int64]]:
        """Return the rules, and for each way the row of its own.

        Where the tags of direction were lost, motorways are not taken as one-way: half of them would lead nowhere.
        """
        rules = list(self._rules)
        used, which = np.unique(np.frombuffer(self._rule, dtype=np.int64), return_inverse=True)
        lost = self.oneway_lost
        read = [
            read_road(dict(rules[number]), self.vehicle, year=self.year, motorway_oneway=not lost) for number in used
        ]
        return [road for road in read if isinstance(road, Road)], which.astype(np.int64)

    def labels(self) -> tuple[list[str], list[str]]:
        """Return ``ref`` and ``name`` of each way, cleaned."""
        refs, names = zip(*((clean(ref), clean(name)) for ref, name in self._labels), strict=True)
        return [refs[at] for at in self._label], [names[at] for at in self._label]

    def points(self) -> Points:
        """Return the points of all stored ways."""
        sizes = np.frombuffer(self._size, dtype=np.int64)
        return Points(
            way=np.repeat(np.arange(len(sizes), dtype=np.int64), sizes),
            node_id=np.frombuffer(self._node_id, dtype=np.int64),
            lon=np.frombuffer(self._lon, dtype=np.float64),
            lat=np.frombuffer(self._lat, dtype=np.float64),
        )


def _turned(points: Sequence[tuple[int, float, float]]) -> list[tuple[int, float, float]]:
    """Return a ring of points that begins and ends at its smallest node id."""
    start = min(range(len(points) - 1), key=lambda at: points[at][0])
    return [*points[start:-1], *points[: start + 1]]
