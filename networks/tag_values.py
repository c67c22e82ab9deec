"""Values of OpenStreetMap tags turned into numbers: speeds, masses, lengths, durations, lists of words.

Each function returns None for what it does not understand; the caller counts these. Only ASCII digits are
numbers, a decimal comma is read as a point. Source: the OpenStreetMap wiki, pages "Key:maxspeed",
"Key:maxweight", "Key:maxheight" and "Key:duration".
"""

import math
import re

SLOWEST_KM_PER_H = 5.0
FASTEST_KM_PER_H = 130.0
"""Speed limits are held between these two."""

UNLIMITED = frozenset({"none", "no", "unlimited"})
UNSIGNED = frozenset({"default", "unsigned", "no_sign", "no_indications", "below_default"})
"""Words of masses and sizes that say that no number is posted: no limit beyond the country's own."""

WALK_KM_PER_H = 7.0
"""Assumption: "walk" is 4 to 7 km/h in German law."""

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_QUANTITY = re.compile(rf"{_NUMBER}\s*([a-z/]*)", re.ASCII)
_FEET = re.compile(rf"{_NUMBER}\s*(?:'|ft)\s*(?:{_NUMBER}\s*(?:\"|''|in)?)?", re.ASCII)
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d{2})", re.ASCII)
_PERIOD = re.compile(r"p(?:(\d+)d)?t?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)
_ZONE = re.compile(r"(?:[a-z-]{2,7}:)?(?:zone:?)(\d+)", re.ASCII)

_KM_PER_H = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "kmph": 1.0, "mph": 1.609344, "knots": 1.852}
_TONNES = {
    "": 1.0,
    "t": 1.0,
    "ton": 1.0,
    "tons": 1.0,
    "tonnes": 1.0,
    "kg": 1e-3,
    "lbs": 0.45359237e-3,
    "st": 0.90718474,
}
_METRES = {"": 1.0, "m": 1.0, "meter": 1.0, "meters": 1.0, "metre": 1.0, "metres": 1.0, "cm": 0.01}
_FOOT_M, _INCH_M = 0.3048, 0.0254

_PLACES_KM_PER_H = {
    "urban": 50.0,
    "rural": 60.0,
    "trunk": 80.0,
    "motorway": 80.0,
    "living_street": 10.0,
    "walk": WALK_KM_PER_H,
}
"""Limit behind words like VN:urban. In Vietnam (Circular 38/2024/TT-BGTVT, before it 31/2019) 50 km/h in built-up
areas (60 on dual carriageways) and outside them 60 km/h for a tractor with semi-trailer on undivided roads;
the lorry limits of other countries are as high or higher. Motorways and trunk roads: the usual lorry limit."""


def read_words(value: str) -> list[str]:
    """Return the values of a list like ``yes;no`` in lower case, blanks removed."""
    return [word for word in (part.strip().lower() for part in re.split(r"[;|]", value)) if word]


def read_speed_km_per_h(value: str) -> float | None:
    """Return the smallest speed of a ``maxspeed`` in km/h, held between 5 and 130; inf where there is no limit.

    Parameters
    ----------
    value
        A number, with km/h, mph or knots; ``walk``; ``none``; ``VN:urban`` and the like; ``DE:zone:30``; or a
        list of these (``60;80``), of which every part must be understood.
    """
    speeds = [_one_speed_km_per_h(word) for word in read_words(value)]
    known = [speed for speed in speeds if speed is not None]
    if not known or len(known) < len(speeds):
        return None
    least = min(known)
    return least if math.isinf(least) else min(max(least, SLOWEST_KM_PER_H), FASTEST_KM_PER_H)


def _one_speed_km_per_h(word: str) -> float | None:
    if word in UNLIMITED:
        return math.inf
    return read_zone_km_per_h(word) or _PLACES_KM_PER_H.get(word) or _quantity(word, _KM_PER_H)


def read_zone_km_per_h(value: str) -> float | None:
    """Return the limit behind the name of a zone (``VN:urban``, ``DE:zone:30``), as ``maxspeed:type`` holds it."""
    word = value.strip().lower()
    zone = _ZONE.fullmatch(word)
    if zone:
        return float(zone[1]) or None
    return _PLACES_KM_PER_H.get(word.partition(":")[2])


def read_mass_t(value: str) -> float | None:
    """Return the smallest mass of a ``maxweight`` in t (t, kg, lbs, st); inf where there is no limit."""
    return _least([_limit(word, _TONNES) for word in read_words(value)])


def read_length_m(value: str) -> float | None:
    """Return the smallest length of a ``maxheight`` in m (m, cm, 12'6", 12 ft); inf where there is no limit."""
    return _least([_feet_m(word) or _limit(word, _METRES) for word in read_words(value)])


def _least(limits: list[float | None]) -> float | None:
    known = [limit for limit in limits if limit is not None]
    return min(known) if known and len(known) == len(limits) else None


def _limit(word: str, units: dict[str, float]) -> float | None:
    return math.inf if word in UNLIMITED | UNSIGNED else _quantity(word, units)


def _feet_m(word: str) -> float | None:
    match = _FEET.fullmatch(word)
    if not match:
        return None
    return _number(match[1]) * _FOOT_M + _number(match[2] or "0") * _INCH_M


def _quantity(word: str, units: dict[str, float]) -> float | None:
    match = _QUANTITY.fullmatch(word)
    if not match or match[2] not in units:
        return None
    value = _number(match[1]) * units[match[2]]
    return value if 0.0 < value < math.inf else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def read_duration_h(value: str) -> float | None:
    """Return a ``duration`` in h: ``hh:mm``, ``hh:mm:ss``, minutes, or ISO 8601 (``PT1H30M``)."""
    word = value.strip().lower()
    clock, period = _CLOCK.fullmatch(word), _PERIOD.fullmatch(word)
    if clock and clock[1] is not None:
        parts = (0, int(clock[1]), int(clock[2]), int(clock[3]))
    elif clock:
        parts = (0, int(clock[2]), int(clock[3]), 0)
    elif period:
        parts = (int(period[1] or 0), int(period[2] or 0), int(period[3] or 0), int(period[4] or 0))
    else:
        minutes = _quantity(word, {"": 1.0, "min": 1.0, "minutes": 1.0})
        return None if minutes is None else minutes / 60.0
    hours = parts[0] * 24.0 + parts[1] + parts[2] / 60.0 + parts[3] / 3600.0
    return hours if hours > 0.0 else None


def read_count(value: str) -> float | None:
    """Return the smallest number of a ``lanes`` (``2``, ``1.5``, ``2;3``), at least 1; None above 20."""
    counts = [_quantity(word, {"": 1.0}) for word in read_words(value)]
    least = _least(counts)
    most = 20.0  # wider roads are mistakes of typing
    return max(least, 1.0) if least is not None and least <= most else None


def read_year(value: str) -> int | None:
    """Return the year of a date like ``2027``, ``2027-06`` or ``2027-06-30``."""
    match = re.fullmatch(r"(\d{4})(?:-\d{2}){0,2}", value.strip(), re.ASCII)
    return int(match[1]) if match else None
