"""What a drawing consists of: strokes, areas, symbols and texts in millimetres of paper, y downwards.

The same marks become SVG (`svg.py`), PNG and PDF (`paint.py`), so that all of them show the same map.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""[n, 2]: x, y in mm."""
HALO_EM: Final = 0.32
"""Width of the rim around letters, in their size; half of it lies outside."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stroke:
    """Lines of one look; `dash_mm` is drawn and left out in turn, none for a whole line."""

    lines: tuple[Points, ...]
    colour: str
    width_mm: float
    dash_mm: tuple[float, ...] = ()
    opacity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Area:
    """A filled polygon; `colour` "none" leaves it empty."""

    points: Points
    colour: str
    edge: str = "none"
    edge_mm: float = 0.0
    opacity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """A circle; `title` is what a browser shows on it."""

    x: float
    y: float
    radius_mm: float
    colour: str
    edge: str = "none"
    edge_mm: float = 0.0
    opacity: float = 1.0
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One line of text; `y` is its baseline, `anchor` start, middle or end, `width_mm` as measured.

    `halo` is the colour of a rim around the letters that keeps them readable on lines, "" for none.
    """

    x: float
    y: float
    text: str
    size_mm: float
    width_mm: float
    colour: str
    anchor: str = "start"
    is_bold: bool = False
    halo: str = ""


Mark = Stroke | Area | Disc | Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawing:
    """A whole sheet; the first mark lies lowest. `title` tells a screen reader what it shows."""

    width_mm: float
    height_mm: float
    marks: tuple[Mark, ...]
    title: str
