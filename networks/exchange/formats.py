"""Which format a file name means."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from networks.errors import NetworkError
from networks.exchange.geopackage import write_geopackage
from networks.exchange.geoparquet import write_geoparquet
from networks.exchange.gmns import write_gmns
from networks.exchange.graphml import write_graphml
from networks.exchange.spreadsheet import write_csv
from networks.network import Network

FORMATS: Mapping[str, str] = MappingProxyType(
    {"geopackage": ".gpkg", "geoparquet": ".parquet", "graphml": ".graphml", "csv": ".csv", "gmns": ""}
)
"""The ending of each format; GMNS is a folder."""

_WRITERS: Mapping[str, Callable[[Network, str | Path], None]] = MappingProxyType(
    {
        "geopackage": write_geopackage,
        "geoparquet": write_geoparquet,
        "graphml": write_graphml,
        "csv": write_csv,
        "gmns": write_gmns,
    }
)


class UnknownFormatError(NetworkError, ValueError):
    """The ending of a file or the name of a format means none that there is."""


def write(network: Network, path: str | Path, *, form: str | None = None) -> None:
    """Write a network for other programs.

    Parameters
    ----------
    network
        What to write.
    path
        A file ending in .gpkg, .parquet (links), .graphml or .csv (links), or a folder for GMNS.
    form
        A key of `FORMATS`, whatever the ending says.

    Raises
    ------
    UnknownFormatError
        Neither `path` nor `form` names a format.
    SourceError
        The target is a folder where a file is expected, or the other way round, or cannot be written.
    OSError
        The disk is full, or may not be written to; nothing is left behind.
    """
    _WRITERS[format_of(path, form)](network, path)


def format_of(path: str | Path, form: str | None = None) -> str:
    """Return the key of `FORMATS` that `form`, or else the ending of `path`, means."""
    if form is not None:
        if form not in FORMATS:
            raise UnknownFormatError(f"found the format {form!r}, expected one of {', '.join(FORMATS)}")
        return form
    ending = Path(path).suffix.lower()
    for name, known in FORMATS.items():
        if ending == known:
            return name
    expected = ", ".join(f"{known} ({name})" for name, known in FORMATS.items() if known)
    raise UnknownFormatError(
        f"{path}: found the ending {ending!r}, expected {expected} or none (gmns, a folder); or name the format"
    )
