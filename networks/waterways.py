"""Inland waterways of OpenStreetMap -> the network of barges.

Ways: ``waterway=river``, ``canal`` and ``fairway``. A fairway is open unless closed to boats; a river or canal only
where somebody says so: ``CEMT`` names a class, or ``ship``, ``motorboat`` or ``boat`` (first stated wins) is yes.
Streams and ditches, docks, banks and dams carry no barge; ferries are part of the roads.

Speed: the smaller of `BARGE_KM_PER_H` and ``maxspeed``, both ways alike: the current is not read. A lock
(``lock=yes``) takes `LOCK_H` besides.

Sources: the OpenStreetMap wiki, pages "Tag:waterway=fairway", "Key:boat", "Key:CEMT", "Key:lock". The largest
barge of a class is the upper end of the tonnages of the classification of European inland waterways (CEMT resolution
92/2), restated. `BARGE_KM_PER_H` is the speed of the bundled waterway table (assumed); the parameter table's 8 km/h
holds locks and waiting. `LOCK_H` is an assumption.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from networks.network import Network
from networks.source_ways import SourceWay, read_ways
from networks.tag_values import read_speed_km_per_h, read_words
from networks.way_network import Line, account_of, network_of

WATERWAY = "waterway"

BARGE_KM_PER_H = 10.0
LOCK_H = 0.5

_CEMT = "I 400, II 650, III 1000, IV 1500, Va 3000, Vb 6000, VIa 6000, VIb 12000, VIc 18000, VII 27000"
MAX_DWT_T: Mapping[str, float] = MappingProxyType(
    {name: float(tonnes) for name, tonnes in (pair.split() for pair in _CEMT.split(", "))}
)
"""Largest barge or convoy, deadweight in t, by CEMT class."""

_FAIRWAY = "fairway"
_KINDS = frozenset({"river", "canal", _FAIRWAY})
_BOATS = ("ship", "motorboat", "boat")
_OPEN = frozenset({"yes", "designated", "permissive", "official", "customers", "1", "true"})
_CLOSED = frozenset({"no", "private", "0", "false"})
_CLASSES = {name.lower(): name for name in MAX_DWT_T}
_ONEWAY = {"yes": (True, False), "1": (True, False), "true": (True, False), "-1": (False, True)}


def read_waterways(path: str | Path) -> Network:
    """Read the waterways of an OpenStreetMap file, or of a GeoJSON file with its tags, that carry barges.

    Parameters
    ----------
    path
        ``.osm``, ``.osm.gz``, ``.osm.bz2``, ``.osm.pbf``, or ``.geojson`` (features without a tag waterway are
        fairways).

    Returns
    -------
    Network
        Of mode "waterway". Links both ways (``oneway`` holds), with speed_km_per_h, speed_imputed, waterway_class
        (CEMT; "" unknown), max_dwt_t (NaN unknown), lock, name.

    Raises
    ------
    MissingSourceError
        There is no such file.
    SourceError
        The file is not what it claims to be, or holds no waterway for barges.
    """
    path = Path(path)
    ways = read_ways(path, WATERWAY, _FAIRWAY)
    reasons = [_left_out(way.tags) for way in ways]
    lines = [_line(way) for way, reason in zip(ways, reasons, strict=True) if not reason]
    unread = Counter(text for line in lines for text in _unread(line.way.tags))
    provenance = account_of(path, reasons, unread)
    return network_of(lines, WATERWAY, provenance)


def _left_out(tags: Mapping[str, str]) -> str:
    """Return why a way carries no barge, "" where it does."""
    if tags[WATERWAY] not in _KINDS:
        return "no waterway of barges by its kind"
    meanings = (_meaning(tags[key]) for key in _BOATS if key in tags)
    stated = next((meaning for meaning in meanings if meaning is not None), None)
    if stated is False:
        return "closed to boats"
    known = stated or tags[WATERWAY] == _FAIRWAY or bool(_class(tags))
    return "" if known else "not said to be navigable"


def _meaning(text: str) -> bool | None:
    words = set(read_words(text))
    return True if words & _OPEN else False if words & _CLOSED else None


def _class(tags: Mapping[str, str]) -> str:
    return _CLASSES.get(tags.get("CEMT", "").lower(), "")


def _unread(tags: Mapping[str, str]) -> Iterator[str]:
    if tags.get("CEMT") and not _class(tags):
        yield f"CEMT={tags['CEMT']}"
    if "maxspeed" in tags and read_speed_km_per_h(tags["maxspeed"]) is None:
        yield f"maxspeed={tags['maxspeed']}"


def _line(way: SourceWay) -> Line:
    tags = way.tags
    limit = read_speed_km_per_h(tags.get("maxspeed", ""))
    forward, backward = _ONEWAY.get(tags.get("oneway", ""), (True, True))
    lock = tags.get("lock") == "yes"
    columns = {
        "speed_imputed": limit is None,
        "waterway_class": _class(tags),
        "max_dwt_t": MAX_DWT_T.get(_class(tags), float("nan")),
        "lock": lock,
        "name": tags.get("name", ""),
    }
    return Line(
        way=way,
        speed_km_per_h=BARGE_KM_PER_H if limit is None else min(BARGE_KM_PER_H, limit),
        extra_h=LOCK_H if lock else 0.0,
        forward=forward,
        backward=backward,
        columns=columns,
    )
