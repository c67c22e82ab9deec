"""What a printed map looks like: colours that survive a grey copier and colour-blind readers, widths in mm.

The ramp of the roads is a blue one of ColorBrewer; hubs and their parks share a colour of Tol's "muted" and "bright"
schemes, neighbouring hubs never the same one, and hubs differ in shape as well: existing square, new star-like diamond.
"""

from typing import Final

INK: Final = "#1d2730"
FAINT_INK: Final = "#6b757d"
PAPER: Final = "#ffffff"
LAND: Final = "#fbfaf6"
FRAME: Final = "#8a949b"
NEW_EDGE: Final = "#b3001b"
IDLE_HUB: Final = "#9aa3a9"
NO_HUB_PARK: Final = "#b4bbc0"
GATEWAY: Final = "#3d2b6b"
WATER: Final = "#9fd0e3"
BARGE: Final = "#00798c"

LOAD_WIDTHS_MM: Final = (0.35, 0.6, 0.95, 1.4, 2.0)
ROAD_WIDTHS_MM: Final = {"motorway": 0.42, "trunk": 0.3, "primary": 0.22, "other": 0.16}
ROAD_COLOURS: Final = {"motorway": "#8f979c", "trunk": "#a7adb1", "primary": "#bcc1c4", "other": "#cfd2d4"}
WATER_WIDTH_MM: Final = 0.7
RAIL_WIDTH_MM: Final = 0.3

LARGEST_HUB_MM: Final = 3.4
SMALLEST_HUB_MM: Final = 1.0
IDLE_HUB_MM: Final = 0.7
LARGEST_PARK_MM: Final = 1.5
SMALLEST_PARK_MM: Final = 0.28
GATEWAY_MM: Final = 1.0

NAME_MM: Final = 2.25
SMALL_NAME_MM: Final = 1.9
_STEPS: Final = (5.0, 2.0, 1.0)
_HEADROOM: Final = 1.5


def road_class(highway: str) -> str:
    """Return the row of `ROAD_WIDTHS_MM` for a class of road: `motorway_link` is drawn like `motorway`."""
    name = highway.removesuffix("_link")
    return name if name in ROAD_WIDTHS_MM else "other"


def round_breaks(largest: float, count: int) -> list[float]:
    """Return up to `count` round numbers (1, 2 or 5 times a power of ten) rising to two thirds of `largest`."""
    if not largest > 0:
        return []
    power = len(f"{largest:.0f}")
    steps = (step * 10.0**at for at in range(power, power - count - 2, -1) for step in _STEPS)
    return sorted([step for step in steps if step <= largest / _HEADROOM][:count])


def round_below(value: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is not above a positive value."""
    digits = 10.0 ** (len(f"{value:.0f}") - 1) if value >= 1 else 1.0
    while digits > value:
        digits /= 10
    return max(step * digits for step in _STEPS if step * digits <= value)
