"""Hubs, parks, clusters, gateways and provinces of a printed map, and the names that want a place on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any, Final

import numpy as np
import pandas as pd

from logistics.catchments import apart
from logistics.maps.layers import new_provinces
from logistics.maps.style import HUB_COLOURS
from logistics.reports.print_map.extent import GENERATOR_ROLES, Extent, lon_lat
from logistics.reports.print_map.lettering import ASCENT_EM, DESCENT_EM, LINE_EM, balanced, legible, width_em
from logistics.reports.print_map.marks import Area, Disc, Mark, Points, Stroke, Text
from logistics.reports.print_map.placing import Box, Name, square
from logistics.reports.print_map.style import (
    FAINT_INK,
    GATEWAY,
    GATEWAY_MM,
    IDLE_HUB,
    IDLE_HUB_MM,
    INK,
    LARGEST_HUB_MM,
    LARGEST_PARK_MM,
    NAME_MM,
    NEW_EDGE,
    NO_HUB_PARK,
    PAPER,
    SMALL_NAME_MM,
    SMALLEST_HUB_MM,
    SMALLEST_PARK_MM,
)
from logistics.run_folder import RunTables
from logistics.sites import CLOSED

NAME_ROOM_EM: Final = 14.0
MOST_LINES: Final = 2
NAMED_GATEWAYS: Final = 12
"""So many gateways are named, those with most tonnes."""
GATEWAY_REACH_MM: Final = 6.5
PROVINCE_REACH_MM: Final = 4.0
AREA_REACH_MM: Final = 1.0
"""The name of an area stays in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A place on paper: `kind` new, standing, idle, gateway, province or area; `room` is where no name may stand."""

    kind: str
    key: str
    name: str
    x: float
    y: float
    radius_mm: float
    colour: str
    tonnes: float

    @property
    def room(self) -> Box:
        """Return the box around it."""
        return square(self.x, self.y, self.radius_mm)


def hub_symbols(
    tables: RunTables, extent: Extent, lang: str, scale: float, every: pd.DataFrame | None = None
) -> list[Symbol]:
    """Return every hub, inside the frame or not, the largest first; each with a colour unlike those around it.

    Colours and sizes are the same in all phases: those of `every`, the hubs of the whole run.
    """
    hubs = _open_hubs(tables.hubs)
    known = hubs if every is None else _open_hubs(every).drop_duplicates("hub_id", ignore_index=True)
    places = extent.on_paper(*lon_lat(hubs))
    largest = float(known["throughput_t_per_year"].max()) if len(known) else 0.0
    colour_of = dict(zip(known["hub_id"], _colours(known), strict=True))
    symbols = [_hub(row, at, lang, (largest, scale)) for row, at in zip(hubs.to_dict("records"), places, strict=True)]
    return [one if one.kind == "idle" else replace(one, colour=colour_of[one.key]) for one in symbols]


def _open_hubs(hubs: pd.DataFrame) -> pd.DataFrame:
    """Return the hubs that stand, the busiest first."""
    standing = hubs[hubs["tier"] != CLOSED]
    return standing.sort_values("throughput_t_per_year", ascending=False, kind="stable", ignore_index=True)


def _hub(row: Mapping[Any, Any], at: "np.ndarray", lang: str, sizes: tuple[float, float]) -> Symbol:
    largest, scale = sizes
    tonnes, is_new = float(row["throughput_t_per_year"]), bool(row["is_new"])
    kind = "new" if is_new else "standing" if tonnes > 0 else "idle"
    radius = IDLE_HUB_MM if kind == "idle" else hub_radius_mm(tonnes, largest)
    return Symbol(
        kind=kind, key=str(row["hub_id"]), name=name_of(row, lang), x=float(at[0]), y=float(at[1]),
        radius_mm=radius * scale, colour=IDLE_HUB, tonnes=tonnes,
    )  # fmt: skip


def hub_radius_mm(tonnes: float, largest: float) -> float:
    """Return half the width of a hub's symbol: its area follows the throughput."""
    return max(LARGEST_HUB_MM * sqrt(tonnes / largest) if largest > 0 else 0.0, SMALLEST_HUB_MM)


def name_of(row: Mapping[Any, Any], lang: str) -> str:
    """Return the name of a place in a language; the Vietnamese one where there is no English one."""
    english = str(row["name_en"])
    return str(row["name_vi"]) if lang == "vi" or not english or english == "nan" else english


def _colours(hubs: pd.DataFrame) -> list[str]:
    """Give each hub that works a colour whose nearest bearer is far away."""
    lon, lat = lon_lat(hubs)
    points = np.column_stack([lon * np.cos(np.radians(lat.mean() if len(lat) else 0.0)), lat])
    works = (hubs["throughput_t_per_year"] > 0).to_numpy(bool) | hubs["is_new"].to_numpy(bool)
    chosen = np.full(len(hubs), IDLE_HUB, dtype=object)
    chosen[works] = np.array(HUB_COLOURS, dtype=object)[apart(points[works], len(HUB_COLOURS))]
    return [str(colour) for colour in chosen]


def hub_marks(symbol: Symbol) -> Iterator[Mark]:
    """Yield the symbol of a hub: existing square, new diamond with a red rim and a dot, idle small and grey."""
    x, y, half = symbol.x, symbol.y, symbol.radius_mm
    if symbol.kind == "new":
        yield Area(
            points=_corners(x, y, ((0, -half), (half, 0), (0, half), (-half, 0))), colour=symbol.colour, edge=NEW_EDGE,
            edge_mm=0.55,
        )  # fmt: skip
        yield Disc(x=x, y=y, radius_mm=half * 0.28, colour=PAPER, title=symbol.name)
        return
    side = half * 0.886  # a square of the area of the circle
    edge = PAPER if symbol.kind == "idle" else INK
    yield Area(
        points=_corners(x, y, ((-side, -side), (side, -side), (side, side), (-side, side))), colour=symbol.colour,
        edge=edge, edge_mm=0.15 if symbol.kind == "idle" else 0.3,
    )  # fmt: skip


def _corners(x: float, y: float, steps: tuple[tuple[float, float], ...]) -> Points:
    return np.array([(x + dx, y + dy) for dx, dy in steps])


def park_marks(tables: RunTables, extent: Extent, hubs: list[Symbol], scale: float) -> Iterator[Mark]:
    """Yield parks and clusters in the colour of the hub that carries most of their freight, a thin line to it.

    `hubs` are all of them: a park may belong to one beyond the frame.
    """
    parks = tables.places[tables.places["role"].isin(GENERATOR_ROLES)]
    tonnes = (parks["out_t_per_year"] + parks["in_t_per_year"]).to_numpy(float)
    order = np.argsort(-tonnes, kind="stable")
    parks, tonnes = parks.iloc[order].reset_index(drop=True), tonnes[order]
    places = extent.on_paper(*lon_lat(parks))
    inside = [extent.frame.has(x, y) for x, y in places]
    hub_of = {hub.key: hub for hub in hubs}
    largest = float(tonnes.max(initial=0.0))
    shown = [at for at in range(len(parks)) if inside[at]]
    near = {key: hub for key, hub in hub_of.items() if extent.frame.has(hub.x, hub.y)}
    yield from _threads([(places[at], near.get(parks["hub_id"].iloc[at])) for at in shown], scale)
    for at in shown:
        hub = hub_of.get(parks["hub_id"].iloc[at])
        radius = max(LARGEST_PARK_MM * sqrt(tonnes[at] / largest) if largest > 0 else 0.0, SMALLEST_PARK_MM)
        yield Disc(
            x=float(places[at][0]), y=float(places[at][1]), radius_mm=radius * scale, edge=PAPER, edge_mm=0.12,
            colour=hub.colour if hub else NO_HUB_PARK,
        )  # fmt: skip


def _threads(ends: list[tuple["np.ndarray", Symbol | None]], scale: float) -> Iterator[Stroke]:
    """Yield the lines from parks to their hubs, one stroke a colour."""
    by_colour: dict[str, list[Points]] = {}
    for place, hub in ends:
        if hub is not None:
            by_colour.setdefault(hub.colour, []).append(np.array([place, (hub.x, hub.y)]))
    for colour, lines in by_colour.items():
        yield Stroke(lines=tuple(lines), colour=colour, width_mm=0.2 * scale, opacity=0.55)


def other_symbols(tables: RunTables, extent: Extent, lang: str, scale: float) -> list[Symbol]:
    """Return gateways with freight, then the provinces, inside the frame, those with most tonnes first."""
    places = tables.places.assign(tonnes=tables.places["out_t_per_year"] + tables.places["in_t_per_year"])
    places = places.sort_values("tonnes", ascending=False, kind="stable")
    rows = pd.concat([places[(places["role"] == "gateway") & (places["tonnes"] > 0)],
                      places[places["role"] == "province"]])  # fmt: skip
    points = extent.on_paper(*lon_lat(rows))
    symbols = [
        Symbol(
            kind=str(row["role"]), key=str(row["place_id"]), name=name_of(row, lang), x=float(x), y=float(y),
            radius_mm=GATEWAY_MM * scale if row["role"] == "gateway" else 0.0,
            colour=GATEWAY if row["role"] == "gateway" else FAINT_INK, tonnes=float(row["tonnes"]),
        )
        for row, (x, y) in zip(rows.to_dict("records"), points, strict=True)
    ]  # fmt: skip
    return [one for one in symbols if extent.frame.has(one.x, one.y)]


def merged_provinces(tables: RunTables, extent: Extent, lang: str) -> list[Symbol]:
    """Return the provinces of today inside the frame, the largest first: a name each, in the middle of its area."""
    rows = new_provinces(tables.places)
    points = extent.on_paper(*(np.array([row[axis] for row in rows], dtype=float) for axis in ("lon", "lat")))
    symbols = [
        Symbol(
            kind="area", key=row["vi"], name=row["vi" if lang == "vi" else "en"], x=float(x), y=float(y),
            radius_mm=0.0, colour=FAINT_INK, tonnes=0.0,
        )
        for row, (x, y) in zip(rows, points, strict=True)
    ]  # fmt: skip
    return [one for one in symbols if extent.frame.has(one.x, one.y)]


def gateway_mark(symbol: Symbol) -> Area:
    """Return the triangle of a gateway."""
    half = symbol.radius_mm
    return Area(
        points=_corners(symbol.x, symbol.y, ((0, -half), (half, half * 0.8), (-half, half * 0.8))),
        colour=symbol.colour, edge=PAPER, edge_mm=0.15,
    )  # fmt: skip


def lines_of(symbol: Symbol) -> list[str]:
    """Return a symbol's name as it stands on the map."""
    return balanced(legible(symbol.name), NAME_ROOM_EM, MOST_LINES, bold=symbol.kind == "new")


def name_size_mm(symbol: Symbol, scale: float) -> float:
    """Return the size of a name."""
    return (NAME_MM if symbol.kind in ("new", "standing") else SMALL_NAME_MM) * scale


def wish_of(symbol: Symbol, scale: float) -> Name:
    """Return how much room a symbol's name wants, and how far from it the name may go."""
    size, lines = name_size_mm(symbol, scale), lines_of(symbol)
    reach = {"gateway": GATEWAY_REACH_MM, "province": PROVINCE_REACH_MM, "area": AREA_REACH_MM}.get(
        symbol.kind, float("inf")
    )
    return Name(
        x=symbol.x, y=symbol.y, radius_mm=symbol.radius_mm, reach_mm=reach,
        width_mm=size * max((width_em(line, bold=symbol.kind == "new") for line in lines), default=0.0),
        height_mm=size * (ASCENT_EM + DESCENT_EM + LINE_EM * (len(lines) - 1)),
    )  # fmt: skip


def name_texts(symbol: Symbol, box: Box, scale: float) -> Iterator[Text]:
    """Yield the lines of a name inside the box it was given, on the side of its symbol."""
    size, bold = name_size_mm(symbol, scale), symbol.kind == "new"
    colour = {"gateway": GATEWAY, "province": FAINT_INK, "area": FAINT_INK}.get(symbol.kind, INK)
    anchor = "start" if box.left >= symbol.x else "end" if box.right <= symbol.x else "middle"
    x = {"start": box.left, "end": box.right, "middle": (box.left + box.right) / 2}[anchor]
    for at, line in enumerate(lines_of(symbol)):
        yield Text(
            x=x, y=box.top + size * (ASCENT_EM + LINE_EM * at), text=line, size_mm=size, anchor=anchor, colour=colour,
            width_mm=size * width_em(line, bold=bold), is_bold=bold, halo=PAPER,
        )  # fmt: skip
