"""Raw tags of an OpenStreetMap way -> may a vehicle drive there, in which directions, how fast.

Classes: the ones of `ROAD_CLASSES` (motorway to service roads) are roads. Tracks, pedestrian streets and ferries count
only where a tag opens them to the vehicle by name (``hgv=yes``, ``motor_vehicle=yes``; ferries of pedestrians have no
tag).
Areas, parking aisles, drive-throughs and emergency ways are left out.

Directions: the value of ``oneway:hgv``, ``oneway:motor_vehicle``, ``oneway:vehicle`` or ``oneway``, first stated
wins; where none is stated, roundabouts, circular junctions, motorways and their slip roads are one-way.
``reversible`` changes with the hour and cannot be relied on: left out. ``alternating`` is both ways.

Speed: the smaller of the vehicle's own speed on that class and the legal limit. A road without a readable limit
is driven at the vehicle's own speed and marked as imputed; limits of other roads are never averaged.

Not read, deliberately: restrictions by hour or weather. Turn restrictions: `networks.turns`; barriers on nodes:
`networks.barriers`.
Sources: the OpenStreetMap wiki, pages "Key:oneway", "Key:maxspeed", "Key:highway", "Tag:route=ferry".
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from networks.access import (
    ACCESS_KEYS,
    BACKWARD,
    CONDITIONAL_KEYS,
    FORWARD,
    LIMIT_KEYS,
    Access,
    is_heavy,
    is_too_large,
    read_access,
    unread_values,
)
from networks.speed_limits import SPEED_KEYS, limit_km_per_h, unread_speeds
from networks.tag_values import (
    read_count,
    read_duration_h,
    read_words,
    read_year,
)
from networks.vehicle import Vehicle

FERRY = "ferry"
FERRY_KM_PER_H = 10.0
"""Speed of a ferry without a readable duration (assumption: river ferries of northern Vietnam)."""

_LINKED = ("motorway", "trunk", "primary", "secondary", "tertiary")
ROAD_CLASSES = frozenset(
    {*_LINKED, *(f"{name}_link" for name in _LINKED), "unclassified", "residential", "living_street", "service"}
    | {"road", "track", "pedestrian"}
)
"""Values of ``highway`` that may become links."""

_MUST_BE_OPENED = frozenset({"track", "pedestrian", FERRY})
_NO_SERVICE = frozenset({"parking_aisle", "drive-through", "emergency_access"})
_ONE_WAY_CLASSES = frozenset({"motorway", "motorway_link"})
_NOT_MIDWAY = frozenset({*_ONE_WAY_CLASSES, FERRY})
_RINGS = frozenset({"roundabout", "circular"})
NOT_BUILT = ("construction", "proposed")

_ONEWAY: Mapping[str, tuple[bool, bool] | None] = {
    **dict.fromkeys(("yes", "true", "1"), (True, False)),
    **dict.fromkeys(("-1", "reverse"), (False, True)),
    **dict.fromkeys(("no", "false", "0", "alternating"), (True, True)),
    "reversible": None,
}
_ONEWAY_KEYS = ("oneway:motor_vehicle", "oneway:vehicle", "oneway")
_YES = frozenset({"yes", "true", "1"})

TAG_KEYS = tuple(
    sorted(
        {"highway", "route", "area", "service", "junction", "lanes", "toll", "toll:hgv", "duration", "motorroad"}
        | {"construction", "proposed", "opening_date", "oneway:hgv", *_ONEWAY_KEYS, *SPEED_KEYS}
        | {*ACCESS_KEYS, *LIMIT_KEYS, *CONDITIONAL_KEYS}
    )
)
"""Every key that decides anything here; `name` and `ref` are kept besides."""


class LeftOut(StrEnum):
    """Why a way does not become a link."""

    CLASS = "no road by its class"
    NOT_OPEN = "not built by the year asked for"
    CLOSED = "closed to the vehicle"
    LOCAL = "open to local traffic only"
    TOO_LARGE = "vehicle above a limit of mass or size"
    REVERSIBLE = "one-way in changing directions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One direction of a road.

    Parameters
    ----------
    speed_km_per_h
        At which the vehicle drives.
    speed_imputed
        Whether no limit was readable, so that the speed is the vehicle's own on that class.
    """

    speed_km_per_h: float
    speed_imputed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """What the tags of a way mean to a vehicle.

    Parameters
    ----------
    highway
        Class of the road; "ferry" for a ferry.
    forward, backward
        The direction in which the way is drawn and the other one; None where it may not be driven.
    lanes
        As tagged, both directions together; NaN where unknown.
    toll
        Whether the vehicle pays.
    midway
        Whether a place may join between the ends: not on motorways, their slip roads, motorroads and ferries.
    duration_h
        Time of a ferry over the whole way; None where unknown and for roads.
    oneway_implied
        Whether it is one-way only because its class is.
    unread
        Each ``key=value`` that was not understood.
    has_hours
        Whether a restriction by hour, not read here, applies.
    """

    highway: str
    forward: Lane | None
    backward: Lane | None
    lanes: float
    toll: bool
    midway: bool
    duration_h: float | None = None
    oneway_implied: bool = False
    unread: tuple[str, ...] = ()
    has_hours: bool = False


def read_road(
    tags: Mapping[str, str], vehicle: Vehicle, *, year: int | None = None, motorway_oneway: bool = True
) -> Road | LeftOut:
    """Return what the tags of a way mean to `vehicle`, or why the way is left out.

    Parameters
    ----------
    tags
        Raw tags; only those of `TAG_KEYS` matter.
    vehicle
        Who drives.
    year
        Roads under construction or proposed count when their ``opening_date`` lies in this year or before;
        None: they never count.
    motorway_oneway
        Whether motorways and their slip roads are one-way where no tag says so.
    """
    highway = road_class(tags, year)
    if isinstance(highway, LeftOut):
        return highway
    word = _oneway_word(tags, vehicle)
    drawn = _directions(tags, highway, word, motorway_oneway=motorway_oneway)
    if drawn is None:
        return LeftOut.REVERSIBLE
    ways = [name for name, is_open in zip((FORWARD, BACKWARD), drawn, strict=True) if is_open]
    barred = {name: _barred(tags, highway, vehicle, name) for name in ways}
    lanes = {name: _lane(tags, highway, vehicle, name) for name in ways if barred[name] is None}
    if not lanes:
        return next(reason for reason in barred.values() if reason)
    return Road(
        highway=highway,
        forward=lanes.get(FORWARD),
        backward=lanes.get(BACKWARD),
        lanes=_lane_count(tags),
        toll=_toll(tags, vehicle),
        midway=highway not in _NOT_MIDWAY and tags.get("motorroad") not in _YES,
        duration_h=read_duration_h(tags.get("duration", "")) if highway == FERRY else None,
        oneway_implied=motorway_oneway and highway in _ONE_WAY_CLASSES and not word,
        unread=tuple(_unread(tags)),
        has_hours=any(key in tags for key in CONDITIONAL_KEYS),
    )


def road_class(tags: Mapping[str, str], year: int | None = None) -> str | LeftOut:
    """Return the class of the road, or why the way is none by `year`."""
    highway = tags.get("highway", "")
    if highway in NOT_BUILT:
        highway = tags.get(highway, "")
        opens = read_year(tags.get("opening_date", ""))
        if highway in ROAD_CLASSES and (year is None or opens is None or opens > year):
            return LeftOut.NOT_OPEN
    if not highway and tags.get("route") == FERRY:
        return FERRY
    is_aisle = highway == "service" and tags.get("service") in _NO_SERVICE  # on other classes left over from a change
    is_road = highway in ROAD_CLASSES and tags.get("area") not in _YES and not is_aisle
    return highway if is_road else LeftOut.CLASS


def has_oneway(tags: Mapping[str, str]) -> bool:
    """Return whether the mapper said anything about direction."""
    return any(key in tags for key in ("oneway:hgv", *_ONEWAY_KEYS))


def _barred(tags: Mapping[str, str], highway: str, vehicle: Vehicle, direction: str) -> LeftOut | None:
    """Return why `vehicle` may not drive in `direction`, None where it may."""
    must_be_opened = highway in _MUST_BE_OPENED
    access = read_access(tags, vehicle, direction, own=must_be_opened)
    if access is Access.LOCAL:
        return LeftOut.LOCAL
    if access is Access.CLOSED or (access is None and must_be_opened):
        return LeftOut.CLOSED
    return LeftOut.TOO_LARGE if is_too_large(tags, vehicle, direction) else None


def _oneway_word(tags: Mapping[str, str], vehicle: Vehicle) -> str:
    """Return the first understood value about direction, "" where there is none."""
    keys = ("oneway:hgv", *_ONEWAY_KEYS) if is_heavy(vehicle) else _ONEWAY_KEYS
    words = (tags.get(key, "").strip().lower() for key in keys)
    return next((word for word in words if word in _ONEWAY), "")


def _directions(tags: Mapping[str, str], highway: str, word: str, *, motorway_oneway: bool) -> tuple[bool, bool] | None:
    """Return whether the way is open as drawn and the other way; None: that changes with the hour."""
    if word:
        return _ONEWAY[word]
    ring = tags.get("junction") in _RINGS
    return True, not (ring or (motorway_oneway and highway in _ONE_WAY_CLASSES))


def _lane(tags: Mapping[str, str], highway: str, vehicle: Vehicle, direction: str) -> Lane:
    if highway == FERRY:
        return Lane(speed_km_per_h=FERRY_KM_PER_H, speed_imputed=True)
    own = vehicle.speed_km_per_h.get(highway, vehicle.other_km_per_h)
    limit = limit_km_per_h(tags, direction, heavy=is_heavy(vehicle))
    return Lane(speed_km_per_h=own if limit is None else min(own, limit), speed_imputed=limit is None)


def _lane_count(tags: Mapping[str, str]) -> float:
    count = read_count(tags.get("lanes", ""))
    return math.nan if count is None else count


def _toll(tags: Mapping[str, str], vehicle: Vehicle) -> bool:
    text = tags.get("toll:hgv") if is_heavy(vehicle) else None
    return bool(_YES & set(read_words(text if text is not None else tags.get("toll", ""))))


def _unread(tags: Mapping[str, str]) -> Iterator[str]:
    yield from unread_values(tags)
    for key in ("oneway:hgv", *_ONEWAY_KEYS):
        if key in tags and tags[key].strip().lower() not in _ONEWAY:
            yield f"{key}={tags[key]}"
    yield from unread_speeds(tags)
    if "lanes" in tags and read_count(tags["lanes"]) is None:
        yield f"lanes={tags['lanes']}"
