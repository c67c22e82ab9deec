"""Sheets of paper: where map, legend and overview lie on each, in mm."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from logistics.reports.print_map.placing import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A sheet in mm: where map and legend lie, how wide a column of the legend is, and the factor on every size."""

    width_mm: float
    height_mm: float
    map: Box
    legend: Box
    overview: Box
    column_mm: float
    scale: float
    has_heading: bool = True


PAPERS: Final[Mapping[str, Paper]] = {
    "a4": Paper(
        width_mm=297.0, height_mm=210.0, scale=1.0, column_mm=60.0,
        map=Box(left=10.0, top=10.0, right=225.0, bottom=200.0),
        legend=Box(left=229.0, top=10.0, right=289.0, bottom=150.0),
        overview=Box(left=229.0, top=152.0, right=287.0, bottom=200.0),
    ),
    "a3": Paper(
        width_mm=420.0, height_mm=297.0, scale=1.2, column_mm=76.0,
        map=Box(left=12.0, top=12.0, right=328.0, bottom=285.0),
        legend=Box(left=333.0, top=12.0, right=409.0, bottom=218.0),
        overview=Box(left=333.0, top=221.0, right=408.0, bottom=285.0),
    ),
}  # fmt: skip
IN_REPORT: Final = Paper(
    width_mm=182.0, height_mm=141.0, scale=0.9, column_mm=43.0, has_heading=False,
    map=Box(left=0.2, top=0.2, right=181.8, bottom=98.0),
    legend=Box(left=0.2, top=100.0, right=130.0, bottom=141.0),
    overview=Box(left=131.5, top=100.0, right=181.8, bottom=140.8),
)  # fmt: skip
"""The map inside the report: as wide as its text, the legend below."""
SMALL: Final = Paper(
    width_mm=60.0, height_mm=48.0, scale=0.62, column_mm=0.0, has_heading=False,
    map=Box(left=0.2, top=0.2, right=59.8, bottom=47.8),
    legend=Box(left=0.0, top=0.0, right=0.0, bottom=0.0), overview=Box(left=0.0, top=0.0, right=0.0, bottom=0.0),
)  # fmt: skip
"""One phase among several, side by side: no legend, no small map of the whole."""
