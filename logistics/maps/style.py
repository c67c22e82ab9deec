"""What the map looks like: colours that colour-blind readers tell apart, widths, sizes.

The roads' blues and the change's purple to orange are ramps of ColorBrewer marked safe for colour
blindness; new hubs take the vermilion of Okabe and Ito, and differ from standing ones in shape as well.
"""

from typing import Final

import numpy as np

from logistics.palette import VERMILION

INK: Final = "#22303c"
NEW_HUB: Final = VERMILION
STANDING_HUB: Final = "#22303c"
CLOSED_SITE: Final = "#8a8f94"
NO_HUB: Final = "#9aa3a9"
"""Parks and clusters that send nothing through a hub."""
GATEWAY: Final = "#5b3a8e"
BARGE: Final = "#00838f"
LAND: Final = "#fcfbf8"
BORDER: Final = "#b9b4aa"
SEA: Final = "#8fbfd6"
SEA_OPACITY: Final = 0.11
"""Of each step of the tint; they add up towards the shore."""
SHORE: Final = "#6f9db5"
TRADE_HUB: Final = VERMILION
TRADE_DIRECT: Final = "#56637a"

HUB_COLOURS: Final = (
    "#332288", "#44aa99", "#cc6677", "#ddaa33", "#117733", "#aa4499", "#4477aa", "#999933", "#882255", "#ee7733",
)  # fmt: skip
"""Of hubs, their parks and catchments; neighbours never share one (Tol, "muted" and "bright", for colour blindness)."""
BAND_COLOURS: Final = ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")
"""Service time, short to long (ColorBrewer YlGnBu, for colour blindness)."""
TRADE_WIDTHS_PX: Final = (1.0, 9.0)
"""Of the lightest and the heaviest line of wish; between them in proportion to tonnes."""

LOAD_COLOURS: Final = ("#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08407f")
LOAD_WIDTHS_PX: Final = (1.6, 2.6, 4.0, 5.8, 8.0)
LESS_COLOURS: Final = ("#b2abd2", "#8073ac", "#542788")
MORE_COLOURS: Final = ("#fdb863", "#e08214", "#b35806")
CHANGE_WIDTHS_PX: Final = (2.0, 4.0, 7.0)

BASE_LINES: Final = {
    "motorway": {"colour": "#a9adb0", "width_px": 1.6},
    "trunk": {"colour": "#b9bdbf", "width_px": 1.2},
    "primary": {"colour": "#c9cbcc", "width_px": 1.0},
    "other": {"colour": "#d8d9d9", "width_px": 0.8},
    "rail": {"colour": "#a39a94", "width_px": 1.1, "dash": "5 3"},
    "waterway": {"colour": "#b3d9e6", "width_px": 2.6},
}
"""Line of the network below everything else, by road class or mode."""

LARGEST_CIRCLE_PX: Final = 16.0
LARGEST_HUB_PX: Final = 26.0
SMALLEST_HUB_PX: Final = 9.0

STYLE: Final = {
    "ink": INK,
    "new_hub": NEW_HUB,
    "standing_hub": STANDING_HUB,
    "closed_site": CLOSED_SITE,
    "no_hub": NO_HUB,
    "hub_colours": HUB_COLOURS,
    "band_colours": BAND_COLOURS,
    "trade_hub": TRADE_HUB,
    "trade_direct": TRADE_DIRECT,
    "trade_widths_px": TRADE_WIDTHS_PX,
    "land": LAND,
    "border": BORDER,
    "sea": SEA,
    "sea_opacity": SEA_OPACITY,
    "shore": SHORE,
    "gateway": GATEWAY,
    "barge": BARGE,
    "load_colours": LOAD_COLOURS,
    "load_widths_px": LOAD_WIDTHS_PX,
    "less_colours": LESS_COLOURS,
    "more_colours": MORE_COLOURS,
    "change_widths_px": CHANGE_WIDTHS_PX,
    "base_lines": BASE_LINES,
    "largest_circle_px": LARGEST_CIRCLE_PX,
    "largest_hub_px": LARGEST_HUB_PX,
    "smallest_hub_px": SMALLEST_HUB_PX,
}
"""All of it as the page reads it, so that map and legend cannot differ."""

_STEPS: Final = (5.0, 2.0, 1.0)
_HEADROOM: Final = 1.5


def line_kind(mode: str, highway: str) -> str:
    """Return the row of `BASE_LINES` for a link: `motorway_link` is drawn like `motorway`."""
    kind = highway.removesuffix("_link") if mode == "road" else mode
    return kind if kind in BASE_LINES else "other"


def round_breaks(largest: float, count: int) -> list[float]:
    """Return `count` round numbers (1, 2 or 5 times a power of ten) below `largest`, rising.

    The highest lies at two thirds of `largest` or lower, so that the class above it is not empty of room.
    """
    if not largest > 0:
        return []
    power = int(np.floor(np.log10(largest))) + 1
    steps = [step * 10.0**at for at in range(power, power - count - 2, -1) for step in _STEPS]
    return sorted([step for step in steps if step <= largest / _HEADROOM][:count])
