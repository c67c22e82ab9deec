"""Which coordinates the layers are in: degrees, or metres of a zone of VN-2000, Vietnam's national system.

Surveys and cadastral maps of a province are in the 3-degree zone of its central meridian (`meridians.csv`: Circular
973/2001/TT-TCĐC, table 4, as the provinces were before 1 July 2025; beside it those of the merged provinces, Circular
24/2025/TT-BNNMT as others quote it). The shift from WGS84 is the one of EPSG with an accuracy of 1 m, the seven
parameters of Decision 05/2007/QĐ-BTNMT.
"""

import csv
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from logistics.errors import InputError

WGS84: Final = "EPSG:4326"
VN2000: Final = "vn2000:"
ZONES: Final[Mapping[str, int]] = {
    "102-00": 5896, "103-00": 9205, "104-00": 9206, "104-30": 9207, "104-45": 9208, "105-00": 5897, "105-30": 9209,
    "105-45": 9210, "106-00": 9211, "106-15": 9212, "106-30": 9213, "107-00": 9214, "107-15": 9215, "107-30": 9216,
    "107-45": 5899, "108-00": 5898, "108-15": 9217, "108-30": 9218, "48n": 3405, "49n": 3406,
}  # fmt: skip
"""Codes of EPSG by the central meridian of a 3-degree zone (scale 0.9999), and of the two 6-degree zones."""


def crs_of(text: str) -> str:
    """Return the coordinate system that a text means, as ``EPSG:9209``.

    Parameters
    ----------
    text
        A code of EPSG (``4326``, ``EPSG:3405``), or ``vn2000:`` and a central meridian or zone (``vn2000:105-30``,
        ``vn2000:48N``).

    Raises
    ------
    InputError
        If it means none: what there is, and the meridian of each northern province.
    """
    asked = text.strip().casefold()
    if asked.startswith(VN2000):
        code = ZONES.get(asked.removeprefix(VN2000).strip())
        if code is None:
            raise InputError(f"--crs {text!r}: there is no such zone of VN-2000; {_zones()}")
        return f"EPSG:{code}"
    number = asked.removeprefix("epsg:")
    if not (number.isascii() and number.isdigit() and _is_known(int(number))):
        raise InputError(f"--crs {text!r}: expected a code of EPSG as in EPSG:4326, or {_zones()}")
    return f"EPSG:{int(number)}"


def provinces_by_meridian() -> dict[str, list[str]]:
    """Return the northern provinces (before 1 July 2025) of each central meridian."""
    found: dict[str, list[str]] = {}
    with (files("logistics.reports.gis") / "meridians.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            found.setdefault(row["central_meridian"], []).append(row["province_2024"])
    return dict(sorted(found.items()))


def _zones() -> str:
    named = (f"{VN2000}{meridian} ({', '.join(names)})" for meridian, names in provinces_by_meridian().items())
    return f"one of {'; '.join(named)}; {VN2000}48N for all of the north"


def _is_known(code: int) -> bool:
    """Tell whether there is a system of plane coordinates or degrees of that code."""
    import pyproj  # noqa: PLC0415  (0.1 s)

    try:
        found = pyproj.CRS.from_epsg(code)
    except pyproj.exceptions.CRSError:
        return False
    return bool(found.is_geographic or found.is_projected)
