"""Names placed without overlap: greedily, the most important first, each at the nearest free spot.

A name may stand in any of sixteen directions around its point, at rising distances; farther ones get a leader line.
A spot is free when its box touches no symbol and no name placed before, and when its leader crosses none of them
(Christensen, Marks and Shieber, 1995, An empirical study of algorithms for point-feature label placement, call this
the greedy algorithm; the leader lines are ours).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sin
from typing import Final

DIRECTIONS_DEG: Final = (0, 180, 30, 330, 150, 210, 60, 300, 120, 240, 90, 270, 15, 345, 165, 195)
"""Counted clockwise from the right, the best to read first; y grows downwards."""
DISTANCES_MM: Final = (0.6, 2.0, 4.0, 6.5, 9.5, 13.0, 17.0, 22.0, 28.0)
LEADER_FROM_MM: Final = 1.6
"""Nearer names need no leader line."""
CLEARANCE_MM: Final = 0.35
_STEPS: Final = 24
"""Points at which a leader line is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in mm, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by_mm: float) -> "Box":
        """Return the box with a margin around it."""
        return Box(left=self.left - by_mm, top=self.top - by_mm, right=self.right + by_mm, bottom=self.bottom + by_mm)

    def overlaps(self, other: "Box") -> bool:
        """Tell whether two boxes share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: "Box") -> bool:
        """Tell whether another box lies inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def has(self, x: float, y: float) -> bool:
        """Tell whether a point lies inside."""
        return self.left < x < self.right and self.top < y < self.bottom

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of the box that is nearest to another."""
        return min(max(x, self.left), self.right), min(max(y, self.top), self.bottom)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name that wants a place: its point, the radius of the symbol there, and its size.

    `reach_mm` is how far from the symbol it may go.
    """

    x: float
    y: float
    radius_mm: float
    width_mm: float
    height_mm: float
    reach_mm: float = DISTANCES_MM[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a name stands; `leader` runs from the symbol's edge to the box, None where it stands beside it."""

    box: Box
    leader: tuple[tuple[float, float], tuple[float, float]] | None


def square(x: float, y: float, radius_mm: float) -> Box:
    """Return the box around a symbol."""
    return Box(left=x - radius_mm, top=y - radius_mm, right=x + radius_mm, bottom=y + radius_mm)


def place(names: Sequence[Name], frame: Box, taken: Sequence[Box], placed: Sequence[Spot] = ()) -> list[Spot | None]:
    """Place names in the order given.

    Parameters
    ----------
    frame
        No name leaves it.
    taken
        Boxes that stay free: symbols, corners with a scale bar.
    placed
        Names that stand already.

    Returns
    -------
    list
        A spot for each name; None where no free one is within its reach.
    """
    spots: list[Spot | None] = []
    standing = list(placed)
    for name in names:
        spot = next((spot for spot in _spots(name) if _is_free(spot, name, frame, taken, standing)), None)
        spots.append(spot)
        if spot is not None:
            standing.append(spot)
    return spots


def _spots(name: Name) -> Iterator[Spot]:
    for away in DISTANCES_MM:
        if away > name.reach_mm:
            return
        for direction in DIRECTIONS_DEG:
            yield _spot(name, name.radius_mm + away, radians(direction))


def _spot(name: Name, away: float, angle: float) -> Spot:
    """Let the box touch the circle of radius `away` from outside, in one direction."""
    across, down = cos(angle), sin(angle)
    x, y = name.x + away * across, name.y + away * down
    left = x - name.width_mm * (1 - across) / 2
    top = y - name.height_mm * (1 - down) / 2
    box = Box(left=left, top=top, right=left + name.width_mm, bottom=top + name.height_mm)
    return Spot(box=box, leader=_leader(name, box))


def _leader(name: Name, box: Box) -> tuple[tuple[float, float], tuple[float, float]] | None:
    end = box.nearest(name.x, name.y)
    length = hypot(end[0] - name.x, end[1] - name.y)
    if length - name.radius_mm < LEADER_FROM_MM:
        return None
    share = name.radius_mm / length
    return (name.x + share * (end[0] - name.x), name.y + share * (end[1] - name.y)), end


def _is_free(spot: Spot, name: Name, frame: Box, taken: Sequence[Box], standing: Sequence[Spot]) -> bool:
    box = spot.box.grown(CLEARANCE_MM)
    if not frame.holds(box) or any(box.overlaps(other) for other in taken):
        return False
    if any(box.overlaps(other.box) or _crosses(other, box) for other in standing):
        return False
    own = square(name.x, name.y, name.radius_mm)
    others = [other for other in taken if not other.overlaps(own)]
    return not any(_crosses(spot, other) for other in (*others, *(other.box for other in standing)))


def _crosses(spot: Spot, box: Box) -> bool:
    """Tell whether a leader line runs through a box."""
    if spot.leader is None:
        return False
    (x0, y0), (x1, y1) = spot.leader
    return any(box.has(x0 + (x1 - x0) * step / _STEPS, y0 + (y1 - y0) * step / _STEPS) for step in range(_STEPS + 1))
