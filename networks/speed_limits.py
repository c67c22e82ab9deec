"""The speed limit of a way of OpenStreetMap, one direction at a time.

Source: the OpenStreetMap wiki, pages "Key:maxspeed" and "Key:source:maxspeed".
"""

from collections.abc import Iterator, Mapping

from networks.tag_values import read_speed_km_per_h, read_zone_km_per_h

_NUMBER_KEYS = tuple(key + end for key in ("maxspeed:hgv", "maxspeed") for end in ("", ":forward", ":backward"))
_ZONE_KEYS = ("maxspeed:type", "zone:maxspeed", "source:maxspeed", "maxspeed:source")
SPEED_KEYS = (*_NUMBER_KEYS, *_ZONE_KEYS)
"""Every key that is read here."""


def limit_km_per_h(tags: Mapping[str, str], direction: str, *, heavy: bool) -> float | None:
    """Return the speed limit in `direction` in km/h; inf: none holds; None: nothing is known.

    The limit for lorries and the general one hold together; the name of a zone counts where no number stands.

    Parameters
    ----------
    tags
        Of the way.
    direction
        "forward" or "backward".
    heavy
        Whether limits for lorries hold too.
    """
    families = ("maxspeed:hgv", "maxspeed") if heavy else ("maxspeed",)
    limits = [_first_km_per_h(tags, (f"{key}:{direction}", key)) for key in families]
    known = [limit for limit in limits if limit is not None]
    if known:
        return min(known)
    zones = (read_zone_km_per_h(tags[key]) for key in _ZONE_KEYS if key in tags)
    return next((limit for limit in zones if limit is not None), None)


def unread_speeds(tags: Mapping[str, str]) -> Iterator[str]:
    """Yield each ``key=value`` of a limit that is not understood."""
    for key in _NUMBER_KEYS:
        if key in tags and read_speed_km_per_h(tags[key]) is None:
            yield f"{key}={tags[key]}"


def _first_km_per_h(tags: Mapping[str, str], keys: tuple[str, ...]) -> float | None:
    limits = (read_speed_km_per_h(tags[key]) for key in keys if key in tags)
    return next((limit for limit in limits if limit is not None), None)
