"""A printed map put together: the frame with everything in it, names, legend, scale bar, north arrow, sources."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from logistics.i18n.word_file import words
from logistics.reports.print_map.caption import Shown, caption, title_of
from logistics.reports.print_map.extent import Extent, core_extent, whole_extent
from logistics.reports.print_map.furniture import furniture, margin, rectangle
from logistics.reports.print_map.ground import Ground, ground_marks, ground_of
from logistics.reports.print_map.legend import Type
from logistics.reports.print_map.marks import Area, Drawing, Mark, Stroke
from logistics.reports.print_map.papers import Paper
from logistics.reports.print_map.placing import Box, Spot, place
from logistics.reports.print_map.points import (
    NAMED_GATEWAYS,
    Symbol,
    gateway_mark,
    hub_marks,
    hub_symbols,
    merged_provinces,
    name_texts,
    other_symbols,
    park_marks,
    wish_of,
)
from logistics.reports.print_map.roads import Ways, largest_load_t, load_strokes, network_strokes, ways_of
from logistics.reports.print_map.style import FRAME, INK, LAND
from logistics.run_folder import RunTables

OVERVIEW: Final = 0.62
"""Factor on every size in the small map of the whole."""
WORTH_IT: Final = 1.25
"""The core is drawn alone, with the whole beside it, where that makes it larger by this factor at least."""


def draw_sheet(run: RunTables, paper: Paper, lang: str, period: str = "") -> Drawing:
    """Draw a phase of a run, the last unless told: its core, and the whole beside it where the core is much smaller.

    Every phase is drawn in the extent of the last one, with the same colours, sizes and classes of load.
    """
    kind = Type(
        room_mm=paper.column_mm - 3 * paper.scale, scale=paper.scale, words=words("logistics.reports.print_map", lang),
        lang=lang,
    )  # fmt: skip
    last, period = run.last(), period or (run.periods[-1] if run.periods else "")
    whole, core = whole_extent(last, paper.map), core_extent(last, paper.map)
    is_split = core.mm_per_km > WORTH_IT * whole.mm_per_km
    main = _View.of(run, period, core if is_split else whole, kind)
    small_kind = replace(kind, scale=kind.scale * OVERVIEW)
    beside = _View.of(run, period, whole_extent(last, paper.overview), small_kind)
    unnamed, marks = _main_marks(main, kind)
    if is_split:
        left_out, small = _overview_marks(beside, main, merged_provinces(last, beside.extent, lang))
        unnamed, marks = [*unnamed, *left_out], [*marks, *small]
    has_coast = bool(main.ground.shores or (is_split and beside.ground.shores))
    shown = Shown(period=period, ways=main.ways, hubs=beside.hubs, unnamed=unnamed, has_coast=has_coast)
    return Drawing(
        width_mm=paper.width_mm, height_mm=paper.height_mm, title=title_of(run, period, kind),
        marks=(*marks, *caption(run, paper, kind, shown)),
    )  # fmt: skip


def draw_phase(run: RunTables, period: str, paper: Paper, lang: str) -> Drawing:
    """Draw one phase of a run small, in the extent of the last one: loads, hubs, new hubs by name."""
    kind = Type(room_mm=0.0, scale=paper.scale, words=words("logistics.reports.print_map", lang), lang=lang)
    view = _View.of(run, period, core_extent(run.last(), paper.map), kind)
    _, placed = _placed([one for one in view.hubs if one.kind == "new"], view, [])
    marks = _small_marks(view, placed, [one for one in view.hubs if one.kind != "idle"])
    return Drawing(width_mm=paper.width_mm, height_mm=paper.height_mm, title=period, marks=tuple(marks))


def _small_marks(
    view: "_View", placed: list[tuple[Symbol, Spot]], hubs: list[Symbol], core: tuple[Area, ...] = ()
) -> Iterator[Mark]:
    """Yield a frame with loads, hubs and names, and nothing else."""
    yield rectangle(view.extent.frame, LAND)
    yield from ground_marks(view.ground, view.scale)
    yield from network_strokes(view.ways, view.scale)
    yield from load_strokes(view.ways, view.scale)
    yield from _leaders(placed, view.scale)
    yield from (mark for one in reversed(hubs) for mark in hub_marks(one))
    yield from core
    yield from (text for one, spot in placed for text in name_texts(one, spot.box, view.scale))
    yield margin(view.extent.frame)
    yield rectangle(view.extent.frame, "none", FRAME)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _View:
    """What one frame shows of a phase: its extent, the ground, the network, the hubs and the other places in it."""

    tables: RunTables
    extent: Extent
    ground: Ground
    ways: Ways
    every_hub: list[Symbol]
    others: list[Symbol]
    scale: float

    @classmethod
    def of(cls, run: RunTables, period: str, extent: Extent, kind: Type) -> "_View":
        """Look at a phase of a run through an extent."""
        tables = run.of_period(period) if period else run
        return cls(
            tables=tables, extent=extent, ground=ground_of(extent), scale=kind.scale,
            ways=ways_of(tables.link_flows, extent, largest_load_t(run)),
            every_hub=hub_symbols(tables, extent, kind.lang, kind.scale, run.hubs),
            others=other_symbols(tables, extent, kind.lang, kind.scale),
        )  # fmt: skip

    @property
    def hubs(self) -> list[Symbol]:
        """Return the hubs inside the frame."""
        return [one for one in self.every_hub if self.extent.frame.has(one.x, one.y)]

    @property
    def gateways(self) -> list[Symbol]:
        """Return ports, airports, gates."""
        return [one for one in self.others if one.kind == "gateway"]


def _main_marks(view: _View, kind: Type) -> tuple[list[Symbol], list[Mark]]:
    """Return the hubs whose names found no place, and everything inside the frame."""
    extras, corners = furniture(view.extent, kind)
    unnamed, placed = _placed(_named_hubs(view.hubs), view, corners)
    _, further = _placed(_named_places(view.others), view, corners, placed)
    placed = [*placed, *further]
    return unnamed, [
        rectangle(view.extent.frame, LAND),
        *ground_marks(view.ground, view.scale),
        *network_strokes(view.ways, view.scale),
        *load_strokes(view.ways, view.scale),
        *park_marks(view.tables, view.extent, view.every_hub, view.scale),
        *(gateway_mark(one) for one in view.gateways),
        *_leaders(placed, view.scale),
        *(mark for one in reversed(view.hubs) for mark in hub_marks(one)),
        *(text for one, spot in placed for text in name_texts(one, spot.box, view.scale)),
        *extras,
        margin(view.extent.frame),
        rectangle(view.extent.frame, "none", FRAME),
    ]


def _overview_marks(view: _View, main: _View, merged: list[Symbol]) -> tuple[list[Symbol], list[Mark]]:
    """Return the same of the small map: it names the hubs that the main map does not hold, then provinces."""
    held = {one.key for one in main.hubs}
    beyond = [one for one in view.hubs if one.key not in held and one.kind != "idle"]
    core = Area(points=view.extent.corners_of(main.extent), colour="none", edge=INK, edge_mm=0.25)
    unnamed, placed = _placed(beyond, view, [])
    _, further = _placed(merged, view, [], placed)
    placed = [*placed, *further]
    return unnamed, list(_small_marks(view, placed, [one for one in view.hubs if one.kind != "idle"], (core,)))


def _placed(
    named: list[Symbol], view: _View, corners: list[Box], standing: list[tuple[Symbol, Spot]] | None = None
) -> tuple[list[Symbol], list[tuple[Symbol, Spot]]]:
    """Place names beside those that stand; return whose name found no place, and what stands where.

    The names of hubs, which come first, may cover a gateway, never a hub.
    """
    rooms = [one.room for one in (view.hubs if standing is None else (*view.hubs, *view.gateways))]
    wishes = [wish_of(one, view.scale) for one in named]
    spots = place(wishes, view.extent.frame, [*rooms, *corners], [spot for _, spot in standing or ()])
    pairs = list(zip(named, spots, strict=True))
    return [one for one, spot in pairs if spot is None], [(one, spot) for one, spot in pairs if spot is not None]


def _named_hubs(hubs: list[Symbol]) -> list[Symbol]:
    """Return the hubs that are named: new ones first, then those that carry freight, the largest first."""
    return [one for kind in ("new", "standing") for one in hubs if one.kind == kind]


def _named_places(others: list[Symbol]) -> list[Symbol]:
    """Return the large gateways, then the provinces."""
    gateways = [one for one in others if one.kind == "gateway"][:NAMED_GATEWAYS]
    return [*gateways, *(one for one in others if one.kind == "province")]


def _leaders(placed: list[tuple[Symbol, Spot]], scale: float) -> Iterator[Stroke]:
    lines = tuple(np.array(spot.leader) for _, spot in placed if spot.leader is not None)
    if lines:
        yield Stroke(lines=lines, colour=INK, width_mm=0.16 * scale)
