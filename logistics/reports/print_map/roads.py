"""Roads, railways and waterways of a printed map: the network by class below, the load by width above."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from logistics.maps.style import LOAD_COLOURS
from logistics.reports.print_map.extent import Extent
from logistics.reports.print_map.marks import Points, Stroke
from logistics.reports.print_map.style import (
    BARGE,
    FAINT_INK,
    LOAD_WIDTHS_MM,
    RAIL_WIDTH_MM,
    ROAD_COLOURS,
    ROAD_WIDTHS_MM,
    WATER,
    WATER_WIDTH_MM,
    road_class,
    round_breaks,
)
from logistics.run_folder import RunTables

CONNECTOR: Final = "connector"
"""A straight line from a place to its road, which no truck sees: not drawn."""
SMOOTHED_MM: Final = 0.08
CLASSES: Final = ("other", "primary", "trunk", "motorway")
"""From the lowest layer to the highest."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways:
    """Both directions of each road as one line on paper, cut to the frame; `breaks` in t/year between the widths."""

    table: pd.DataFrame
    lines: tuple[tuple[Points, ...], ...]
    breaks: tuple[float, ...]


def largest_load_t(run: RunTables) -> float | None:
    """Return the largest load of a road in any phase of a run; None where there is but one, which tells it itself."""
    if len(run.periods) <= 1:
        return None
    roads = run.link_flows[(run.link_flows["mode"] == "road") & (run.link_flows["highway"] != CONNECTOR)]
    lines = roads["geometry"].map(_undirected)
    return float(roads.groupby([roads["period"], lines], sort=False)["t_per_year"].sum().max())


def ways_of(link_flows: pd.DataFrame, extent: Extent, largest_t: float | None = None) -> Ways:
    """Return what of the network the frame shows, in classes up to the largest load, by default that of these links."""
    drawn = link_flows[(link_flows["highway"] != CONNECTOR) & (link_flows["geometry"] != "")]
    whole = drawn.assign(line=[_undirected(text) for text in drawn["geometry"]])
    table = whole.groupby("line", sort=False).agg({"mode": "first", "highway": "first", "t_per_year": "sum"})
    lines = _on_paper(list(table.index), extent)
    if largest_t is None:
        largest_t = float(table.loc[table["mode"] == "road", "t_per_year"].max()) if len(table) else 0.0
    return Ways(
        table=table.reset_index(drop=True),
        lines=tuple(lines),
        breaks=tuple(round_breaks(largest_t, len(LOAD_WIDTHS_MM) - 1)),
    )


def _undirected(geometry: str) -> str:
    """Return the same text for a road and its way back."""
    return min(geometry, ";".join(reversed(geometry.split(";"))))


def _on_paper(geometries: list[str], extent: Extent) -> Iterator[tuple[Points, ...]]:
    """Yield the parts of each line inside the frame, in mm, needless points left out."""
    if not geometries:
        return
    import shapely  # noqa: PLC0415  (slow)

    counts = [text.count(";") + 1 for text in geometries]
    degrees = np.asarray(" ".join(geometries).replace(";", " ").split(), dtype=np.float64).reshape(-1, 2)
    owners = np.repeat(np.arange(len(counts)), counts)
    lines = shapely.linestrings(extent.on_paper(degrees[:, 0], degrees[:, 1]), indices=owners)
    frame = extent.frame
    cut = shapely.clip_by_rect(shapely.simplify(lines, SMOOTHED_MM), frame.left, frame.top, frame.right, frame.bottom)
    for line in np.atleast_1d(np.asarray(cut, dtype=object)):
        parts = shapely.get_parts(line)
        yield tuple(shapely.get_coordinates(part) for part in parts if shapely.get_num_points(part) > 1)


def network_strokes(ways: Ways, scale: float) -> Iterator[Stroke]:
    """Yield the network itself: waterways, railways, roads by class."""
    mode, highway = ways.table["mode"], ways.table["highway"]
    yield from _stroke(ways, (mode == "waterway").to_numpy(bool), WATER, WATER_WIDTH_MM * scale)
    yield from _stroke(ways, (mode == "rail").to_numpy(bool), FAINT_INK, RAIL_WIDTH_MM * scale, (1.6, 0.9))
    kinds = highway.map(road_class)
    for kind in CLASSES:
        yield from _stroke(
            ways, ((mode == "road") & (kinds == kind)).to_numpy(bool), ROAD_COLOURS[kind], ROAD_WIDTHS_MM[kind] * scale
        )


def load_strokes(ways: Ways, scale: float) -> Iterator[Stroke]:
    """Yield the loads of waterways and roads, the lightest lowest."""
    tonnes = ways.table["t_per_year"].to_numpy(float)
    classes = np.where(tonnes > 0, np.searchsorted(np.asarray(ways.breaks), tonnes, side="left"), -1)
    roads = (ways.table["mode"] == "road").to_numpy(bool)
    boats = (ways.table["mode"] == "waterway").to_numpy(bool)
    for at, width in enumerate(LOAD_WIDTHS_MM):
        yield from _stroke(ways, boats & (classes == at), BARGE, width * scale)
    for at, (colour, width) in enumerate(zip(LOAD_COLOURS, LOAD_WIDTHS_MM, strict=True)):
        yield from _stroke(ways, roads & (classes == at), colour, width * scale)


def _stroke(
    ways: Ways, rows: "np.ndarray", colour: str, width_mm: float, dash_mm: tuple[float, ...] = ()
) -> Iterator[Stroke]:
    lines = tuple(part for at in np.flatnonzero(rows) for part in ways.lines[at])
    if lines:
        yield Stroke(lines=lines, colour=colour, width_mm=width_mm, dash_mm=dash_mm)
