"""Ways of OpenStreetMap: raw, as a source holds them, and kept, as a vehicle may use them; points in flat arrays."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from networks.cells import clean
from networks.roads import TAG_KEYS, LeftOut, Road, has_oneway, read_road
from networks.vehicle import Vehicle

STRIPPED_FROM = 50
"""So many motorways without any ``oneway`` in the whole source mean that the tag was lost on the way here."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Tags = Mapping[str, str]
T = TypeVar("T", bound=Hashable)

_KEYS = frozenset(TAG_KEYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """The points of all kept ways, one row a point of a way; a node shared by two ways stands twice.

    Parameters
    ----------
    way
        Row of the way, rising.
    node_id
        Of the point.
    lon, lat
        In degrees; NaN where the node is not in the source.
    """

    way: Ints
    node_id: Ints
    lon: Floats
    lat: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """A turn restriction: a relation with its members as (type, id, role), type "n" for nodes and "w" for ways."""

    relation_id: int
    tags: Tags
    members: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawWays:
    """Ways as a source holds them, before any vehicle is asked.

    Parameters
    ----------
    way_id
        Of each way; the pieces of one way stand one after the other.
    tag_row
        Row in `tags` of each way.
    tags
        The sets of tags that occur.
    starts
        Where the points of each way begin, shape [ways + 1].
    node_id, lon, lat
        Of each point; degrees, NaN where the node is not in the source.
    doubled
        Ways that came twice and are left out here.
    barriers
        Tags of the nodes that are barriers, by id.
    restrictions
        Turn restrictions.
    """

    way_id: Ints
    tag_row: Ints
    tags: Sequence[Tags]
    starts: Ints
    node_id: Ints
    lon: Floats
    lat: Floats
    doubled: int = 0
    barriers: Mapping[int, Tags] = field(default_factory=dict)
    restrictions: Sequence[Restriction] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of the ways of a source.

    Parameters
    ----------
    read, kept, doubled
        Ways in the source, ways that the vehicle may use, and ways that came twice.
    left_out
        How many were left out, by reason.
    unread
        How often each ``key=value`` was not understood.
    with_hours
        Kept ways closed at certain hours.
    oneway_lost
        Whether the source seems to have lost its tags of direction: many motorways, none with one.
    """

    read: int
    kept: int
    doubled: int
    left_out: Counter[LeftOut]
    unread: Counter[str]
    with_hours: int
    oneway_lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways that a vehicle may use.

    Parameters
    ----------
    vehicle, year
        Who drives, and by which year roads must be open (None: today).
    way_id
        Of each way.
    roads, road
        What the tags mean, and the row in it of each way.
    refs, names, label
        ``ref`` and ``name``, cleaned, and the row in both of each way.
    points
        Of all ways. A ring begins at its smallest node id: then it does not matter where the source began it.
    barriers, restrictions
        As in `RawWays`.
    account
        What became of the others.
    """

    vehicle: Vehicle
    year: int | None
    way_id: Ints
    roads: Sequence[Road]
    road: Ints
    refs: Sequence[str]
    names: Sequence[str]
    label: Ints
    points: Points
    barriers: Mapping[int, Tags]
    restrictions: Sequence[Restriction]
    account: Account


def raw_ways_of(ways: Iterable[tuple[int, Tags, Sequence[Sequence[tuple[int, float, float]]]]]) -> RawWays:
    """Return ways given as id, tags and pieces (lists of node id, lon, lat) in flat arrays."""
    way_id: list[int] = []
    tag_row: list[int] = []
    sets: list[Tags] = []
    sizes: list[int] = []
    points: list[tuple[int, float, float]] = []
    for one_id, tags, pieces in ways:
        for piece in pieces:
            way_id.append(one_id)
            tag_row.append(len(sets))
            sizes.append(len(piece))
            points += piece
        sets.append(tags)
    node_id, lon, lat = zip(*points, strict=True) if points else ((), (), ())
    return RawWays(
        way_id=np.array(way_id, dtype=np.int64),
        tag_row=np.array(tag_row, dtype=np.int64),
        tags=sets,
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        node_id=np.array(node_id, dtype=np.int64),
        lon=np.array(lon, dtype=np.float64),
        lat=np.array(lat, dtype=np.float64),
    )


def read_ways(raw: RawWays, vehicle: Vehicle, *, year: int | None = None) -> Ways:
    """Apply the rules about tags to the ways of a source.

    Parameters
    ----------
    raw
        All ways that may be roads.
    vehicle
        Who drives.
    year
        Roads not yet open count when they open in this year or before; None: never.
    """
    sets, rule_of_set = _distinct([tuple((key, tags[key]) for key in sorted(_KEYS & tags.keys())) for tags in raw.tags])
    meant = [read_road(dict(tags), vehicle, year=year) for tags in sets]
    rule = rule_of_set[raw.tag_row] if len(raw.tag_row) else raw.tag_row
    open_rule = np.array([isinstance(road, Road) for road in meant], dtype=np.bool_)
    kept = open_rule[rule] if len(rule) else np.zeros(0, dtype=np.bool_)
    account, lost = _account(raw, sets, meant, rule)
    used, road = np.unique(rule[kept], return_inverse=True)
    if lost:  # taken as one-way, half of the motorways would lead nowhere
        meant = [read_road(dict(tags), vehicle, year=year, motorway_oneway=False) for tags in sets]
    labels, label_of_set = _distinct([(tags.get("ref", ""), tags.get("name", "")) for tags in raw.tags])
    return Ways(
        vehicle=vehicle,
        year=year,
        way_id=raw.way_id[kept],
        roads=[one for at in used if isinstance(one := meant[at], Road)],
        road=road.astype(np.int64),
        refs=[clean(ref) for ref, _ in labels],
        names=[clean(name) for _, name in labels],
        label=label_of_set[raw.tag_row[kept]] if len(raw.tag_row) else raw.tag_row,
        points=_points(raw, kept),
        barriers=raw.barriers,
        restrictions=raw.restrictions,
        account=account,
    )


def _distinct(values: Sequence[T]) -> tuple[list[T], Ints]:
    """Return the values that occur in the order of their first appearance, and the row in them of each."""
    rows: dict[T, int] = {}
    which = np.array([rows.setdefault(value, len(rows)) for value in values], dtype=np.int64)
    return list(rows), which


def _account(
    raw: RawWays, sets: Sequence[tuple[tuple[str, str], ...]], meant: Sequence[Road | LeftOut], rule: Ints
) -> tuple[Account, bool]:
    first = np.ones(len(rule), dtype=np.bool_)
    first[1:] = np.diff(raw.way_id) != 0  # the pieces of one way count once
    counts = np.bincount(rule[first], minlength=len(meant)).tolist()
    left_out: Counter[LeftOut] = Counter()
    unread: Counter[str] = Counter()
    kept = with_hours = implied = 0
    stated = False
    for tags, road, count in zip(sets, meant, counts, strict=True):
        if isinstance(road, LeftOut):
            left_out[road] += count
            continue
        kept += count
        stated |= has_oneway(dict(tags))
        implied += count * road.oneway_implied
        with_hours += count * road.has_hours
        unread.update(dict.fromkeys(road.unread, count))
    lost = not stated and implied >= STRIPPED_FROM
    account = Account(
        read=int(first.sum()) + raw.doubled, kept=kept, doubled=raw.doubled, left_out=left_out, unread=unread,
        with_hours=with_hours, oneway_lost=lost,
    )  # fmt: skip
    return account, lost


def _points(raw: RawWays, kept: NDArray[np.bool_]) -> Points:
    sizes = np.diff(raw.starts)
    rows = np.flatnonzero(np.repeat(kept, sizes))
    starts = np.concatenate([[0], np.cumsum(sizes[kept])]).astype(np.int64)
    rows = _rings_turned(raw.node_id[rows], starts, rows)
    lon, lat = raw.lon[rows], raw.lat[rows]
    nowhere = (lon == 0.0) & (lat == 0.0)  # off the coast of Ghana: coordinates that were lost
    lon[nowhere] = lat[nowhere] = np.nan
    way = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    return Points(way=way, node_id=raw.node_id[rows], lon=lon, lat=lat)


def _rings_turned(node_id: Ints, starts: Ints, rows: Ints) -> Ints:
    """Return the rows of the points with every ring turned to begin and end at its smallest node id."""
    first, last = starts[:-1], starts[1:] - 1
    long = np.flatnonzero(last - first > 1)  # two points are no ring
    rings = long[node_id[first[long]] == node_id[last[long]]]
    turned = rows.copy()
    for begin, end in zip(first[rings].tolist(), last[rings].tolist(), strict=True):
        turn = int(np.argmin(node_id[begin:end]))
        turned[begin:end] = np.roll(rows[begin:end], -turn)
        turned[end] = turned[begin]
    return turned
