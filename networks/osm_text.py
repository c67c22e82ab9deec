"""OpenStreetMap files -> raw ways: libosmium filters and locates in one pass, its text lines are scanned compiled.

Only what may become a road passes the filters: ways with ``highway`` or ``route``, nodes with ``barrier``, relations
of ``type=restriction``. They pass through a temporary file (some 40 MB a million points), never through Python
objects, and ways come with the coordinates of their nodes.
"""

import ctypes
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from networks.errors import SourceError
from networks.roads import TAG_KEYS
from networks.ways import Floats, Ints, RawWays, Restriction, Tags

if TYPE_CHECKING:
    import osmium

_WANTED = frozenset({*TAG_KEYS, "ref", "name", "barrier", "restriction", "restriction:hgv", "except"})
_ESCAPED = re.compile("%([0-9a-f]+)%")
_NO_ROOM = "Write failed"
"""What libosmium says when its output cannot be written."""

Places = Mapping[int, tuple[float, float]]


def read_raw(path: Path, kind: str) -> RawWays:
    """Read all that may become a road.

    Parameters
    ----------
    path
        An OpenStreetMap file in which nodes stand before ways.
    kind
        Its format in the words of libosmium.

    Raises
    ------
    SourceError
        The folder for temporary files is full.
    RuntimeError, ValueError, OSError
        From libosmium, about a file that is cut or damaged.
    """
    with tempfile.TemporaryDirectory(prefix="osm_", ignore_cleanup_errors=True) as folder:
        text = Path(folder) / "ways.opl"
        _write_lines(path, kind, text)
        raw = _scanned(text)
    if len(raw.node_id) and (negative := np.isnan(raw.lon) & (raw.node_id < 0)).any():
        lon, lat = _located(raw.node_id, negative, _negative_places(path, kind))
        raw.lon[negative], raw.lat[negative] = lon, lat
    return raw


def _write_lines(path: Path, kind: str, text: Path) -> None:
    import osmium  # noqa: PLC0415  (only readers of OSM files pay)
    from osmium.filter import EntityFilter, KeyFilter, TagFilter  # noqa: PLC0415

    located = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    located.ignore_errors()
    wanted = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    barriers, roads, restrictions = (
        KeyFilter("barrier"),
        KeyFilter("highway", "route"),
        TagFilter(("type", "restriction")),
    )
    barriers.enable_for(osmium.osm.NODE)
    roads.enable_for(osmium.osm.WAY)
    restrictions.enable_for(osmium.osm.RELATION)
    writer = osmium.SimpleWriter(osmium.io.File(str(text), "opl,locations_on_ways=true,add_metadata=false"))
    try:
        with osmium.io.Reader(_file(path, kind), wanted) as reader:
            osmium.apply(reader, located, EntityFilter(wanted), barriers, roads, restrictions, writer)
        writer.close()
    except Exception as error:
        _set_aside(writer)
        if _NO_ROOM in str(error):
            raise SourceError(
                f"{text.parent.parent}: the folder for temporary files takes no more ({error}); make room there (some "
                "40 MB for a million points of roads), or name another folder in the environment variable TMPDIR"
            ) from error
        raise


def _set_aside(writer: "osmium.SimpleWriter") -> None:
    """Close a writer; one that cannot be closed stays for ever: to throw it away would end the whole process.

    Its destructor writes what is left, and a C++ exception there ends in ``std::terminate``.
    """
    try:
        writer.close()
    except Exception:  # noqa: BLE001  (whatever it is: what comes after it is the end of the process)
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(writer))


def _file(path: Path, kind: str) -> "osmium.io.File":
    import osmium  # noqa: PLC0415

    return osmium.io.File(str(path.resolve()), kind)


def _scanned(file: Path) -> RawWays:
    from networks.osm_scan import count_things, scan  # noqa: PLC0415  (numba)

    empty = not file.stat().st_size
    text = np.zeros(0, dtype=np.uint8) if empty else np.memmap(file, dtype=np.uint8, mode="r").view(np.ndarray)
    way_id, spans, starts, node_id, (lon, lat), lines = scan(text, count_things(text))
    chosen = _first_of_each(way_id)
    tag_row, tags = _tag_sets(text, spans[chosen])
    barriers: dict[int, Tags] = {}
    restrictions: list[Restriction] = []
    for line in _lines(text, lines):
        if line.startswith("n"):
            node, fields = _fields(line)
            barriers[node] = _tags(fields.get("T", ""))
        elif line.startswith("r"):
            restrictions.append(_restriction(line))
    first, points = _points_of(starts, chosen)
    return RawWays(
        way_id=way_id[chosen], tag_row=tag_row, tags=tags, starts=first, node_id=node_id[points],
        lon=lon[points], lat=lat[points], doubled=len(way_id) - len(chosen), barriers=barriers,
        restrictions=tuple(restrictions),
    )  # fmt: skip


def _first_of_each(way_id: Ints) -> Ints:
    """Return the rows of the ways, the second of an id left out."""
    return np.sort(np.unique(way_id, return_index=True)[1]).astype(np.int64)


def _points_of(starts: Ints, chosen: Ints) -> tuple[Ints, slice | Ints]:
    if len(chosen) == len(starts) - 1:
        return starts, slice(None)
    sizes = np.diff(starts)[chosen]
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return first, np.arange(first[-1]) + np.repeat(starts[chosen] - first[:-1], sizes)


def _tag_sets(text: NDArray[np.uint8], spans: Ints) -> tuple[Ints, list[Tags]]:
    """Return the different sets of tags, and the row in them of each way."""
    rows: dict[bytes, int] = {}
    which = [rows.setdefault(text[begin:end].tobytes(), len(rows)) for begin, end in spans.tolist()]
    return np.array(which, dtype=np.int64), [_tags(raw.decode("utf-8", "replace")) for raw in rows]


def _tags(text: str) -> Tags:
    """Return the tags that matter of ``key=value,key=value``."""
    pairs = (pair.partition("=") for pair in text.split(","))
    return {key: _plain(value) for key, _, value in pairs if key in _WANTED}


def _plain(text: str) -> str:
    if "%" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _lines(text: NDArray[np.uint8], spans: Ints) -> Iterator[str]:
    return (text[begin:end].tobytes().decode("utf-8", "replace") for begin, end in spans.tolist())


def _fields(line: str) -> tuple[int, dict[str, str]]:
    """Return the id of a line and its fields by their letter."""
    first, *others = line.split(" ")
    return int(first[1:]), {field[:1]: field[1:] for field in others}


def _restriction(line: str) -> Restriction:
    relation_id, fields = _fields(line)
    members = (member.partition("@") for member in fields.get("M", "").split(",") if member)
    return Restriction(
        relation_id=relation_id,
        tags=_tags(fields.get("T", "")),
        members=tuple((who[:1], int(who[1:]), _plain(role)) for who, _, role in members),
    )


def _located(node_id: Ints, wanted: NDArray[np.bool_], places: Places) -> tuple[Floats, Floats]:
    nowhere = (np.nan, np.nan)
    found = np.array([places.get(node, nowhere) for node in node_id[wanted].tolist()], dtype=np.float64)
    return found[:, 0], found[:, 1]


def _negative_places(path: Path, kind: str) -> Places:
    """Return the places of nodes with negative ids, which only editors give: libosmium keeps none of them."""
    import osmium  # noqa: PLC0415

    stream = osmium.FileProcessor(_file(path, kind), osmium.osm.NODE)
    nodes = (node for node in stream if isinstance(node, osmium.osm.Node) and node.id < 0)
    return {node.id: (node.location.lon, node.location.lat) for node in nodes if node.location.valid()}
