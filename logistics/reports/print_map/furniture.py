"""What every map carries: its frame, a scale bar, a north arrow."""

from dataclasses import replace
from typing import Final

import numpy as np

from logistics.i18n import number
from logistics.reports.print_map.extent import Extent
from logistics.reports.print_map.legend import Type
from logistics.reports.print_map.lettering import width_em
from logistics.reports.print_map.marks import Area, Mark, Stroke, Text
from logistics.reports.print_map.placing import Box
from logistics.reports.print_map.style import INK, LOAD_WIDTHS_MM, PAPER, round_below

TEXT_MM: Final = 2.4
BAR_SHARE: Final = 0.22
"""The scale bar is a round number of kilometres, not longer than this share of the map."""


def margin(frame: Box) -> Area:
    """Return a rim outside a frame that covers the round ends of the roads it cuts."""
    half = LOAD_WIDTHS_MM[-1] / 2
    return replace(rectangle(frame.grown(half), "none", PAPER), edge_mm=2 * half)


def rectangle(box: Box, colour: str, edge: str = "none") -> Area:
    """Return a box as an area, with a thin edge where one is asked for."""
    corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
    return Area(points=np.array(corners), colour=colour, edge=edge, edge_mm=0.0 if edge == "none" else 0.3)


def furniture(extent: Extent, kind: Type) -> tuple[list[Mark], list[Box]]:
    """Return scale bar and north arrow, and the boxes they take."""
    (bar, bar_room), (arrow, arrow_room) = _scale_bar(extent, kind), _north_arrow(extent.frame, kind)
    return [*bar, *arrow], [bar_room, arrow_room]


def _scale_bar(extent: Extent, kind: Type) -> tuple[list[Mark], Box]:
    """Return a bar of a round length in the lower left corner, half of it hollow."""
    frame, scale = extent.frame, kind.scale
    km = round_below((frame.right - frame.left) * BAR_SHARE / extent.mm_per_km)
    length, size = km * extent.mm_per_km, TEXT_MM * scale
    x, y = frame.left + 5 * scale, frame.bottom - 5 * scale
    whole = np.array([(x, y), (x + length, y)])
    hollow = np.array([(x + 0.15 * scale, y), (x + length / 2, y)])
    room = Box(left=x - 3 * scale, top=y - 6 * scale, right=x + length + 14 * scale, bottom=frame.bottom)
    return [
        Stroke(lines=(whole,), colour=INK, width_mm=1.1 * scale),
        Stroke(lines=(hollow,), colour=PAPER, width_mm=0.75 * scale),
        _centred("0", x, y - 1.7 * scale, size),
        _centred(f"{number(km, kind.lang)} km", x + length, y - 1.7 * scale, size),
    ], room


def _north_arrow(frame: Box, kind: Type) -> tuple[list[Mark], Box]:
    """Return an arrow with its letter in the upper right corner."""
    scale = kind.scale
    x, y = frame.right - 8 * scale, frame.top + 6 * scale
    steps = np.array([(0.0, 0.0), (2.0, 6.0), (0.0, 4.6), (-2.0, 6.0)])
    room = Box(left=x - 4 * scale, top=frame.top, right=frame.right, bottom=y + 13 * scale)
    letter = _centred(kind.words["north"], x, y + 10 * scale, TEXT_MM * 1.3 * scale)
    return [Area(points=np.array([x, y]) + steps * scale, colour=INK), letter], room


def _centred(text: str, x: float, y: float, size: float) -> Text:
    return Text(x=x, y=y, text=text, size_mm=size, width_mm=size * width_em(text), colour=INK, anchor="middle")
