"""Whether a vehicle may use a way of OpenStreetMap, one direction at a time.

A key about the vehicle beats a more general one, and within a key the one of the direction beats the plain one:

=====================  =================================================================
vehicle                keys, first stated wins
=====================  =================================================================
over 3.5 t             hgv, motor_vehicle, vehicle, access
up to 3.5 t            goods, motor_vehicle, vehicle, access
=====================  =================================================================

Where the first key is not stated, what closes a road to smaller vehicles closes it too: ``goods=no`` to lorries, and
``motorcar=no`` to all, because the signs behind it (Vietnam's P.103a, Germany's 251) bar cars and lorries alike;
``motorcar=destination`` says nothing about them.

``destination``, ``delivery`` and the like open a street to those who end there. The network carries through
traffic, and a place reaches it by a connector, so such a street is left out. Times of day (``hgv:conditional``,
``maxweight:conditional``) are not read: the road counts as at the hours without restriction, and the caller
counts such ways. Sources: the OpenStreetMap wiki, pages "Key:access", "Key:hgv", "Key:maxweight" and
"Conditional restrictions".
"""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from networks.tag_values import read_length_m, read_mass_t, read_words
from networks.vehicle import Vehicle

LIGHT_T = 3.5
"""Up to this gross mass, in t, a vehicle is "goods" on OpenStreetMap, above it "hgv"."""

FORWARD, BACKWARD = "forward", "backward"


class Access(StrEnum):
    """What a tag says."""

    OPEN = "open"
    LOCAL = "local"
    CLOSED = "closed"


_WORDS: Mapping[Access, frozenset[str]] = {
    Access.OPEN: frozenset(
        {"yes", "designated", "permissive", "official", "public", "discouraged", "unrestricted", "true", "1"}
    ),
    Access.LOCAL: frozenset(
        {"destination", "delivery", "customers", "residents", "residential", "local", "loading", "unloading"}
    ),
    Access.CLOSED: frozenset(
        {"no", "private", "agricultural", "forestry", "permit", "military", "emergency", "employees", "restricted"}
        | {"bus", "psv", "use_sidepath", "dismount", "false", "0"}
    ),
}
_MEANING = {word: meaning for meaning, words in _WORDS.items() for word in words}

Limit = tuple[str, Callable[[Vehicle], float], Callable[[str], float | None]]

_LIMITS: tuple[Limit, ...] = (
    ("maxweight", lambda vehicle: vehicle.gross_t, read_mass_t),
    ("maxweightrating", lambda vehicle: vehicle.gross_t, read_mass_t),
    ("maxgcweight", lambda vehicle: vehicle.gross_t, read_mass_t),
    ("maxaxleload", lambda vehicle: vehicle.axle_load_t, read_mass_t),
    ("maxheight", lambda vehicle: vehicle.height_m, read_length_m),
    ("maxheight:physical", lambda vehicle: vehicle.height_m, read_length_m),
    ("maxlength", lambda vehicle: vehicle.length_m, read_length_m),
    ("maxwidth", lambda vehicle: vehicle.width_m, read_length_m),
    ("maxwidth:physical", lambda vehicle: vehicle.width_m, read_length_m),
)

_DIRECTED = ("", ":forward", ":backward")
ACCESS_KEYS = frozenset(
    key + end for key in ("hgv", "goods", "motorcar", "motor_vehicle", "vehicle", "access") for end in _DIRECTED
)
_LIMIT_READERS = {key + who + end: read for key, _, read in _LIMITS for who in ("", ":hgv") for end in _DIRECTED}
LIMIT_KEYS = tuple(_LIMIT_READERS)
CONDITIONAL_KEYS = tuple(
    f"{key}:conditional" for key in ("hgv", "goods", "motor_vehicle", "vehicle", "access", "maxweight", "maxweight:hgv")
)


def is_heavy(vehicle: Vehicle) -> bool:
    """Return whether `vehicle` is a heavy goods vehicle (over 3.5 t gross)."""
    return vehicle.gross_t > LIGHT_T


def read_access(tags: Mapping[str, str], vehicle: Vehicle, direction: str, *, own: bool = False) -> Access | None:
    """Return what the access tags say to `vehicle` in `direction`; None where they say nothing.

    Parameters
    ----------
    tags
        Of the way.
    vehicle
        Who asks.
    direction
        "forward" (as the way is drawn) or "backward".
    own
        Leave out the key "access", which speaks of everybody on foot and on wheels.
    """
    heavy = is_heavy(vehicle)
    first = "hgv" if heavy else "goods"
    keys = (first, "motor_vehicle", "vehicle") if own else (first, "motor_vehicle", "vehicle", "access")
    stated = [(key, meaning) for key in keys if (meaning := _meaning(tags, key, direction))]
    if not stated or stated[0][0] != first:
        goods = _meaning(tags, "goods", direction) if heavy else None
        if goods in {Access.CLOSED, Access.LOCAL}:
            return goods
        if _meaning(tags, "motorcar", direction) is Access.CLOSED:
            return Access.CLOSED
    return stated[0][1] if stated else _as_others(tags, direction, own=own and not heavy)


def _as_others(tags: Mapping[str, str], direction: str, *, own: bool) -> Access | None:
    """Return OPEN to a van where a ferry or a track takes cars or lorries by name: what is between goes too."""
    opened = own and Access.OPEN in {_meaning(tags, key, direction) for key in ("motorcar", "hgv")}
    return Access.OPEN if opened else None


def _meaning(tags: Mapping[str, str], key: str, direction: str) -> Access | None:
    for name in (f"{key}:{direction}", key):
        if name in tags:
            found = {_MEANING.get(word) for word in read_words(tags[name])}
            meaning = next((meaning for meaning in Access if meaning in found), None)
            if meaning:
                return meaning
    return None


def is_too_large(tags: Mapping[str, str], vehicle: Vehicle, direction: str) -> bool:
    """Return whether a limit of mass or size in `direction` is below what `vehicle` weighs or measures.

    A limit for lorries (``maxweight:hgv``) replaces the general one for a lorry.
    """
    for key, measure, read in _LIMITS:
        text = next((tags[name] for name in _limit_keys(key, vehicle, direction) if name in tags), None)
        limit = read(text) if text is not None else None
        if limit is not None and measure(vehicle) > limit:
            return True
    return False


def _limit_keys(key: str, vehicle: Vehicle, direction: str) -> tuple[str, ...]:
    general = (f"{key}:{direction}", key)
    return (f"{key}:hgv:{direction}", f"{key}:hgv", *general) if is_heavy(vehicle) else general


def unread_values(tags: Mapping[str, str]) -> Iterator[str]:
    """Yield each ``key=value`` of access and limits in `tags` that is not understood here."""
    for key, value in tags.items():
        if key in ACCESS_KEYS and not any(word in _MEANING for word in read_words(value)):
            yield f"{key}={value}"
        if key in _LIMIT_READERS and _LIMIT_READERS[key](value) is None:
            yield f"{key}={value}"
