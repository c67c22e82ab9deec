"""The legend beside or below a printed map: rows of a symbol and its words, set in columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from logistics.i18n import number
from logistics.maps.coast import ACCURACY_KM
from logistics.maps.style import HUB_COLOURS, LOAD_COLOURS, SHORE
from logistics.reports.print_map.ground import SHORE_MM
from logistics.reports.print_map.lettering import ASCENT_EM, LINE_EM, legible, width_em, wrapped
from logistics.reports.print_map.marks import Disc, Mark, Stroke, Text
from logistics.reports.print_map.placing import Box
from logistics.reports.print_map.points import Symbol, gateway_mark, hub_marks, hub_radius_mm
from logistics.reports.print_map.roads import CLASSES, Ways
from logistics.reports.print_map.style import (
    BARGE,
    FAINT_INK,
    GATEWAY,
    GATEWAY_MM,
    IDLE_HUB,
    IDLE_HUB_MM,
    INK,
    LOAD_WIDTHS_MM,
    NO_HUB_PARK,
    PAPER,
    ROAD_COLOURS,
    ROAD_WIDTHS_MM,
    WATER,
    WATER_WIDTH_MM,
    round_below,
)

MILLION: Final = 1e6
SYMBOL_MM: Final = 9.0
ROW_MM: Final = 2.3
HEAD_MM: Final = 2.7
GAP_MM: Final = 1.6
MOST_WORDS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its height, and what draws it with its top left corner at (x, y).

    A row that is kept stands in one column with the row below it: a heading does not stand alone.
    """

    height_mm: float
    draw: Callable[[float, float], Iterable[Mark]]
    is_kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """How words are set: the room across, and the factor on every size."""

    room_mm: float
    scale: float
    words: Mapping[str, str]
    lang: str


def set_in_columns(rows: Sequence[Row], box: Box, column_mm: float) -> tuple[list[Mark], int]:
    """Set rows one below the other, column by column; return the marks and how many rows found no room."""
    marks: list[Mark] = []
    x, y = box.left, box.top
    for at, row in enumerate(rows):
        if y + _needed_mm(rows[at:]) > box.bottom:
            x, y = x + column_mm, box.top
        if x + column_mm > box.right + 1e-6:
            return marks, len(rows) - at
        marks.extend(row.draw(x, y))
        y += row.height_mm
    return marks, 0


def _needed_mm(rows: Sequence[Row]) -> float:
    """Return the height of the first row and of all it is kept with."""
    kept = next((at for at, row in enumerate(rows) if not row.is_kept), len(rows) - 1)
    return sum(row.height_mm for row in rows[: kept + 1])


def paragraph(
    text: str, kind: Type, size_mm: float, *, bold: bool = False, colour: str = INK, most_lines: int = 12
) -> list[Row]:
    """Return the rows of a text as wide as its column."""
    size = size_mm * kind.scale
    lines = wrapped(legible(text, MOST_WORDS), kind.room_mm / size, most_lines, bold=bold)
    return [_line_row(line, size, bold=bold, colour=colour) for line in lines]


def _line_row(line: str, size: float, *, bold: bool, colour: str) -> Row:
    width = size * width_em(line, bold=bold)
    return Row(
        height_mm=size * LINE_EM,
        draw=lambda x, y: (Text(x=x, y=y + size * ASCENT_EM, text=line, size_mm=size, width_mm=width, colour=colour,
                                is_bold=bold),),
    )  # fmt: skip


def gap(kind: Type, height_mm: float = GAP_MM) -> Row:
    """Return an empty row."""
    return Row(height_mm=height_mm * kind.scale, draw=lambda _x, _y: ())


def _entry(kind: Type, text: str, symbol: Callable[[float, float], Iterable[Mark]], least_mm: float = 0.0) -> Row:
    """Return a row with a symbol, drawn around its middle, and a text of up to five lines."""
    size = ROW_MM * kind.scale
    left = SYMBOL_MM * kind.scale
    lines = wrapped(legible(text, MOST_WORDS), (kind.room_mm - left) / size, 5)
    words = size * LINE_EM * len(lines)
    height = max(words, least_mm) + 0.5 * kind.scale

    def draw(x: float, y: float) -> Iterator[Mark]:
        yield from symbol(x + left * 0.42, y + height / 2)
        top = y + (height - words) / 2
        for at, line in enumerate(lines):
            yield Text(
                x=x + left, y=top + size * (ASCENT_EM + LINE_EM * at), text=line, size_mm=size, colour=INK,
                width_mm=size * width_em(line),
            )  # fmt: skip

    return Row(height_mm=height, draw=draw)


def legend_rows(kind: Type, ways: Ways, hubs: Sequence[Symbol], *, shows_coast: bool) -> Iterator[Row]:
    """Yield every row of the legend."""
    yield from _hub_rows(kind, hubs)
    yield from _place_rows(kind)
    yield from _road_rows(kind, ways)
    if shows_coast:
        words = kind.words["coast"].format(km=number(ACCURACY_KM, kind.lang))
        yield _entry(kind, words, _line_sample(SHORE, SHORE_MM * kind.scale, kind.scale))


def _head(kind: Type, key: str) -> Iterator[Row]:
    for row in paragraph(kind.words[key], kind, HEAD_MM, bold=True):
        yield replace(row, is_kept=True)
    yield replace(gap(kind, 0.5), is_kept=True)


def _hub_rows(kind: Type, hubs: Sequence[Symbol]) -> Iterator[Row]:
    yield from _head(kind, "hubs")
    shown = {hub.kind for hub in hubs}
    for name, radius in (("new", 1.9), ("standing", 1.7), ("idle", IDLE_HUB_MM)):
        if name not in shown:
            continue
        yield _entry(kind, kind.words[f"hub_{name}"], _hub_sample(name, radius * kind.scale), 4.2 * kind.scale)
    largest = max((hub.tonnes for hub in hubs), default=0.0)
    if largest > 0:
        for share in (1.0, 0.25):
            tonnes = round_below(largest * share)
            radius = hub_radius_mm(tonnes, largest) * kind.scale
            words = kind.words["hub_size"].format(tonnes=_million(tonnes, kind.lang))
            yield _entry(kind, words, _hub_sample("standing", radius, PAPER), 2 * radius)
    yield gap(kind)


def _hub_sample(name: str, radius: float, colour: str = "") -> Callable[[float, float], Iterable[Mark]]:
    shown = colour or (IDLE_HUB if name == "idle" else HUB_COLOURS[0])
    return lambda x, y: hub_marks(
        Symbol(kind=name, key="", name="", x=x, y=y, radius_mm=radius, colour=shown, tonnes=0.0)
    )


def _place_rows(kind: Type) -> Iterator[Row]:
    scale = kind.scale
    yield from _head(kind, "places")
    yield _entry(kind, kind.words["park_by_hub"], lambda x, y: _beads(x, y, scale, HUB_COLOURS[:3]))
    yield _entry(kind, kind.words["park_direct"], lambda x, y: _beads(x, y, scale, (NO_HUB_PARK,)))
    gateway = Symbol(kind="gateway", key="", name="", x=0, y=0, radius_mm=GATEWAY_MM * scale, colour=GATEWAY, tonnes=0)
    yield _entry(kind, kind.words["gateway"], lambda x, y: (_moved_gateway(gateway, x, y),))
    yield gap(kind)


def _moved_gateway(gateway: Symbol, x: float, y: float) -> Mark:
    return gateway_mark(
        Symbol(
            kind=gateway.kind, key="", name="", x=x, y=y, radius_mm=gateway.radius_mm, colour=gateway.colour, tonnes=0
        )
    )


def _beads(x: float, y: float, scale: float, colours: Sequence[str]) -> Iterator[Mark]:
    for at, colour in enumerate(colours):
        shift = (at - (len(colours) - 1) / 2) * 2.3 * scale
        yield Disc(x=x + shift, y=y, radius_mm=0.9 * scale, colour=colour, edge=PAPER, edge_mm=0.12)


def _road_rows(kind: Type, ways: Ways) -> Iterator[Row]:
    scale = kind.scale
    yield from _head(kind, "loads")
    for at in reversed(range(len(ways.breaks) + 1 if ways.breaks else 0)):
        yield _entry(
            kind, load_words(kind, ways.breaks, at), _line_sample(LOAD_COLOURS[at], LOAD_WIDTHS_MM[at] * scale, scale)
        )
    mode, tonnes = ways.table["mode"], ways.table["t_per_year"]
    if ((mode == "waterway") & (tonnes > 0)).any():
        yield _entry(kind, kind.words["barge"], _line_sample(BARGE, LOAD_WIDTHS_MM[2] * scale, scale))
    yield gap(kind)
    yield from _head(kind, "network")
    for name in reversed(CLASSES):
        yield _entry(
            kind, kind.words[f"road_{name}"], _line_sample(ROAD_COLOURS[name], ROAD_WIDTHS_MM[name] * scale, scale)
        )
    for name, colour in (("waterway", WATER), ("rail", FAINT_INK)):
        if (mode == name).any():
            yield _entry(kind, kind.words[name], _line_sample(colour, WATER_WIDTH_MM * scale, scale))


def load_words(kind: Type, breaks: Sequence[float], at: int) -> str:
    """Return what a class of load says: below, between or above its breaks."""
    low = _million(breaks[at - 1], kind.lang) if at > 0 else ""
    high = _million(breaks[at], kind.lang) if at < len(breaks) else ""
    key = "load_above" if not high else "load_below" if not low else "load_between"
    return kind.words[key].format(low=low, high=high)


def _million(tonnes: float, lang: str) -> str:
    """Return a round number of tonnes in millions, with as many decimals as it has."""
    text = f"{tonnes / MILLION:.6f}".rstrip("0")
    return number(tonnes / MILLION, lang, len(text.split(".")[1]))


def _line_sample(colour: str, width_mm: float, scale: float) -> Callable[[float, float], Iterable[Mark]]:
    half = 3.0 * scale
    return lambda x, y: (Stroke(lines=(np.array([(x - half, y), (x + half, y)]),), colour=colour, width_mm=width_mm),)
