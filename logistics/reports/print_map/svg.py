"""A drawing as SVG: compact, the same bytes each time, every text as text."""

from collections.abc import Iterator
from html import escape
from typing import Final

import numpy as np

from logistics.reports.print_map.marks import HALO_EM, Area, Disc, Drawing, Mark, Points, Stroke, Text

FONT: Final = "'DejaVu Sans','Bitstream Vera Sans',Verdana,Arial,sans-serif"
UNITS_PER_MM: Final = 100
"""Points are whole hundredths of a millimetre: no decimal point to store."""


def to_svg(drawing: Drawing, *, is_inline: bool = False) -> str:
    """Return the drawing as an SVG document, or as an element inside a page."""
    size = "" if is_inline else f' width="{drawing.width_mm:g}mm" height="{drawing.height_mm:g}mm"'
    box = f"0 0 {_whole(drawing.width_mm)} {_whole(drawing.height_mm)}"
    head = "" if is_inline else '<?xml version="1.0" encoding="UTF-8"?>\n'
    look = f'role="img" font-family="{FONT}" stroke-linecap="round" stroke-linejoin="round" fill="none"'
    return "\n".join([
        f'{head}<svg xmlns="http://www.w3.org/2000/svg"{size} viewBox="{box}" {look}>',
        f"<title>{_text(drawing.title)}</title>",
        *(line for mark in drawing.marks for line in _element(mark)),
        "</svg>\n",
    ])  # fmt: skip


def _element(mark: Mark) -> Iterator[str]:
    if isinstance(mark, Stroke):
        yield _stroke(mark)
    elif isinstance(mark, Area):
        edge = "" if mark.edge == "none" else f' stroke="{mark.edge}" stroke-width="{_whole(mark.edge_mm)}"'
        yield f'<path d="{_path(mark.points)}z" fill="{mark.colour}"{edge}{_opacity(mark.opacity)}/>'
    elif isinstance(mark, Disc):
        yield _disc(mark)
    else:
        yield _words(mark)


def _stroke(mark: Stroke) -> str:
    path = "".join(_path(line) for line in mark.lines)
    dash = f' stroke-dasharray="{" ".join(str(_whole(part)) for part in mark.dash_mm)}"' if mark.dash_mm else ""
    width = _whole(mark.width_mm)
    return f'<path d="{path}" stroke="{mark.colour}" stroke-width="{width}"{dash}{_opacity(mark.opacity)}/>'


def _disc(mark: Disc) -> str:
    edge = "" if mark.edge == "none" else f' stroke="{mark.edge}" stroke-width="{_whole(mark.edge_mm)}"'
    start = (
        f'<circle cx="{_whole(mark.x)}" cy="{_whole(mark.y)}" r="{_whole(mark.radius_mm)}" fill="{mark.colour}"{edge}'
    )
    return f"{start}><title>{_text(mark.title)}</title></circle>" if mark.title else f"{start}/>"


def _words(mark: Text) -> str:
    """Return a text that takes the width it was measured with, whatever font the reader has."""
    halo = (
        f' stroke="{mark.halo}" stroke-width="{_whole(mark.size_mm * HALO_EM)}" paint-order="stroke"'
        if mark.halo
        else ""
    )
    anchor = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
    weight = ' font-weight="bold"' if mark.is_bold else ""
    return (
        f'<text x="{_whole(mark.x)}" y="{_whole(mark.y)}" font-size="{_whole(mark.size_mm)}" fill="{mark.colour}"'
        f' textLength="{max(_whole(mark.width_mm), 1)}" lengthAdjust="spacingAndGlyphs"{anchor}{weight}{halo}>'
        f"{_text(mark.text)}</text>"
    )


def _path(points: Points) -> str:
    """Return an absolute first point and steps to the others; steps of nothing are left out."""
    whole = np.rint(points * UNITS_PER_MM).astype(np.int64)
    moves = np.diff(whole, axis=0)
    moves = moves[(moves != 0).any(axis=1)]
    rest = " ".join(f"{dx} {dy}" for dx, dy in moves.tolist()) or "0 0"
    return f"M{whole[0][0]} {whole[0][1]}l{rest}"


def _opacity(value: float) -> str:
    return "" if value >= 1 else f' opacity="{value:g}"'


def _whole(value_mm: float) -> int:
    return round(value_mm * UNITS_PER_MM)


def _text(text: str) -> str:
    """Return a text that is no markup, without the characters that XML forbids."""
    allowed = "".join(letter for letter in text if letter >= " " and not "\ud800" <= letter <= "\udfff")
    return escape(allowed.replace("\ufffe", "").replace("\uffff", ""))
