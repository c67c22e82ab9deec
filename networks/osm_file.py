"""Is a file what its name says? Checked by its first bytes and a checksum beside it, before anyone reads on."""

import bz2
import gzip
import hashlib
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from networks.cells import shown
from networks.errors import MissingSourceError, SourceError

LICENCE = "© OpenStreetMap contributors, ODbL 1.0"

MOST_MISSING = 0.1
"""A file that lacks more than this share of the points is refused: it was cut or badly sorted."""

FORMATS = {".osm.pbf": "pbf", ".pbf": "pbf", ".osm.gz": "osm.gz", ".osm.bz2": "osm.bz2", ".osm": "osm", ".xml": "osm"}
"""Format by the end of the file's name, in the words of libosmium."""

_MAGIC = {"pbf": b"OSMHeader", "osm.gz": b"\x1f\x8b", "osm.bz2": b"BZh", "osm": b""}
_NAMES = {"pbf": "an OSM PBF", "osm.gz": "a gzip file", "osm.bz2": "a bzip2 file", "osm": "OSM XML"}
_OPEN: Mapping[str, Callable[[Path | IO[bytes]], IO[bytes]]] = {"osm.gz": gzip.open, "osm.bz2": bz2.open}  # type: ignore[dict-item]
_KNOWN = (
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG", "a PNG image"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"%PDF", "a PDF document"),
)
_HEAD_BYTES = 4096
_LOOKED_AT_BYTES = 4_000_000
MOST_UNPACKED = 200
"""A packed file whose beginning unpacks into more than so many times its size is refused: text never does."""


def check_osm_file(path: Path) -> str:
    """Return the format of an OpenStreetMap file in the words of libosmium.

    Raises
    ------
    MissingSourceError
        There is no such file.
    SourceError
        It is a folder, empty, may not be read, or begins like something else; or the checksum in the file beside
        it (``NAME.md5``, ``NAME.sha256``) is another.
    """
    if not path.exists():
        raise MissingSourceError(f"{path}: there is no such file; check the name")
    if not path.is_file():
        raise SourceError(f"{path.name}: is a folder, expected an OpenStreetMap file ({', '.join(FORMATS)})")
    kind = next((kind for end, kind in FORMATS.items() if path.name.lower().endswith(end)), None)
    if kind is None:
        raise SourceError(f"{path.name}: found the ending {shown(path.suffix)}, expected one of {', '.join(FORMATS)}")
    _check_head(path, kind)
    _check_sum(path)
    return kind


def sha256(path: Path) -> str:
    """Return the checksum of a file."""
    return _digest(path, "sha256")


def _digest(path: Path, method: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, method).hexdigest()


def _check_head(path: Path, kind: str) -> None:
    try:
        raw = _first_bytes(path.open("rb"))
        if not raw:
            raise SourceError(f"{path.name}: is empty; fetch it again")
        if _MAGIC[kind] not in raw[: 32 if kind == "pbf" else 3]:
            raise SourceError(f"{path.name}: is not {_NAMES[kind]} ({_begins(raw)}); fetch it again")
        if kind in _OPEN:
            _check_ratio(path, kind)
            raw = _first_bytes(_OPEN[kind](path))
    except PermissionError as error:
        raise SourceError(f"{path.name}: may not be read; change its permissions") from error
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{path.name}: is a damaged {kind} file ({error}); fetch it again") from error
    if kind != "pbf" and not _looks_like_xml(raw):
        raise SourceError(f"{path.name}: is not OSM XML ({_begins(raw)}); fetch it again")


def _check_ratio(path: Path, kind: str) -> None:
    """Refuse a file that was packed in order to be endless."""
    with path.open("rb") as packed, _OPEN[kind](packed) as file:
        unpacked = len(file.read(_LOOKED_AT_BYTES))
        taken = packed.tell()
    if unpacked > MOST_UNPACKED * taken:
        raise SourceError(
            f"{path.name}: its first {taken:,} bytes unpack into {unpacked:,}, expected at most {MOST_UNPACKED} times "
            "as many; that is no OpenStreetMap file"
        )


def _first_bytes(file: IO[bytes]) -> bytes:
    with file:
        return file.read(_HEAD_BYTES)


def _looks_like_xml(raw: bytes) -> bool:
    text = raw.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith((b"<?xml", b"<osm", b"<!--"))


def _begins(raw: bytes) -> str:
    known = next((f"it looks like {name}" for magic, name in _KNOWN if raw.startswith(magic)), "")
    return known or f"it begins with {shown(raw[:24].decode('latin-1'))}"


def _check_sum(path: Path) -> None:
    for method in ("md5", "sha256"):
        beside = path.with_name(f"{path.name}.{method}")
        if beside.is_file():
            expected = beside.read_text(encoding="ascii", errors="replace").split()
            found = _digest(path, method)
            if not expected or expected[0].lower() != found:
                raise SourceError(
                    f"{path.name}: its {method} is {found}, expected {shown(' '.join(expected[:1]))} as {beside.name} "
                    "says; the download is not complete, fetch it again"
                )
