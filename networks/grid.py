"""Segments sorted into the cells of a grid, and the nearest of them to a point, exactly; compiled.

Bentley, Weide & Yao (1980), Optimal expected-time algorithms for closest point problems: cells are visited in
rings around the point until no cell left can hold anything as near as what was found. Every cell that a segment
passes through knows it, so nothing is sampled and nothing is missed.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_PAD = 1e-6
"""Share of a cell by which bounds are slackened, so that rounding never hides a segment."""

_SMALLEST = 1e-8
"""Of a cell (6 cm where the plane is in radians): the slack stays above the rounding of coordinates."""

_SHARED = 12.0
"""Segments per cell of the bounding box: most cells are empty, and fewer of them make fewer empty rings."""

_CROSSED = 4.0
"""Cells that a segment may pass through on average, which bounds the memory where all links are long."""


class Frame(NamedTuple):
    """Where the cells lie.

    Parameters
    ----------
    west, south, size
        Lower left corner, and edge length of the cells.
    columns, rows
        Number of cells.
    """

    west: float
    south: float
    size: float
    columns: int
    rows: int


class Grid(NamedTuple):
    """Segments by the cells that they pass through.

    Parameters
    ----------
    frame
        The cells.
    starts, members
        The segments in cell ``row * columns + column`` are ``members[starts[cell] : starts[cell + 1]]``.
    ends
        x, y of the first and x, y of the last point of each member, in the same order: what is compared together
        lies together in memory.
    """

    frame: Frame
    starts: Ints
    members: Ints
    ends: Floats


def make_grid(ends: Floats) -> Grid:
    """Sort segments into cells, about one for a dozen.

    Parameters
    ----------
    ends
        x, y of the first and x, y of the last point of each, float64 [segment, 4], finite; at least one segment.
    """
    frame = _frame(ends)
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(_count(frame, ends))])
    members = _fill(frame, ends, starts)
    return Grid(frame, starts, members, ends[members])


def _frame(ends: Floats) -> Frame:
    x, y = ends[:, ::2], ends[:, 1::2]
    west, south = float(x.min()), float(y.min())
    width, height, count = float(x.max()) - west, float(y.max()) - south, len(ends)
    crossed = float(np.abs(ends[:, 2:] - ends[:, :2]).sum()) / count / _CROSSED
    size = max(np.sqrt(width * height / count * _SHARED), width / count, height / count, crossed, _SMALLEST)
    return Frame(west, south, float(size), int(width / size) + 1, int(height / size) + 1)


@compiled
def _clamped(position: float, count: int) -> int:
    """Return the number of the column or row at `position`, the first or last one where it is outside."""
    return int(min(max(np.floor(position), 0.0), count - 1.0))


@compiled
def _rows(frame: Frame, ends: Floats) -> tuple[int, int]:
    """Return the first and last row that a segment touches."""
    low, high = min(ends[1], ends[3]) - frame.south, max(ends[1], ends[3]) - frame.south
    return _clamped(low / frame.size - _PAD, frame.rows), _clamped(high / frame.size + _PAD, frame.rows)


@compiled
def _columns(frame: Frame, ends: Floats, row: int) -> tuple[int, int]:
    """Return the first and last column that a segment touches within a row."""
    begin, end, rise = ends[0], ends[2], ends[3] - ends[1]
    if abs(rise) > 2.0 * _PAD * frame.size:
        lower = (frame.south + (row - _PAD) * frame.size - ends[1]) / rise
        upper = (frame.south + (row + 1.0 + _PAD) * frame.size - ends[1]) / rise
        begin = ends[0] + min(max(lower, 0.0), 1.0) * (ends[2] - ends[0])
        end = ends[0] + min(max(upper, 0.0), 1.0) * (ends[2] - ends[0])
    low, high = min(begin, end) - frame.west, max(begin, end) - frame.west
    return _clamped(low / frame.size - _PAD, frame.columns), _clamped(high / frame.size + _PAD, frame.columns)


@compiled
def _count(frame: Frame, ends: Floats) -> Ints:
    """Return how many segments each cell holds."""
    counts = np.zeros(frame.columns * frame.rows, dtype=np.int64)
    for segment in range(len(ends)):
        first, last = _rows(frame, ends[segment])
        for row in range(first, last + 1):
            begin, end = _columns(frame, ends[segment], row)
            counts[row * frame.columns + begin : row * frame.columns + end + 1] += 1
    return counts


@compiled
def _fill(frame: Frame, ends: Floats, starts: Ints) -> Ints:
    """Return the segments of each cell, rising."""
    members = np.empty(starts[-1], dtype=np.int64)
    free = starts[:-1].copy()
    for segment in range(len(ends)):
        first, last = _rows(frame, ends[segment])
        for row in range(first, last + 1):
            begin, end = _columns(frame, ends[segment], row)
            for cell in range(row * frame.columns + begin, row * frame.columns + end + 1):
                members[free[cell]] = segment
                free[cell] += 1
    return members


@compiled
def _to_segment(x: float, y: float, ends: Floats) -> tuple[float, float]:
    """Return the squared distance to a segment, and the share of it before the nearest point.

    The same operations as `networks.segments.to_segments`, so that both find the same distances to the last bit.
    """
    begin_x, begin_y, end_x, end_y = ends[0] - x, ends[1] - y, ends[2] - x, ends[3] - y
    dx, dy = ends[2] - ends[0], ends[3] - ends[1]
    square = dx * dx + dy * dy
    share = -(begin_x * dx + begin_y * dy) / square if square > 0.0 else 0.0
    if share <= 0.0:
        return begin_x * begin_x + begin_y * begin_y, 0.0
    if share >= 1.0:
        return end_x * end_x + end_y * end_y, 1.0
    to_x, to_y = begin_x + share * dx, begin_y + share * dy
    return to_x * to_x + to_y * to_y, share


@compiled
def _outside(position: float, low: int, high: int, count: int) -> tuple[float, float]:
    """Return how far, in cells along one axis, the grid is, and what of it lies outside the cells low to high."""
    to_grid = max(-position - _PAD, position - count - _PAD, 0.0)
    beyond = np.inf
    if low > 0:
        beyond = max(position - low - _PAD, 0.0)
    if high < count - 1:
        beyond = min(beyond, max(high + 1 - position - _PAD, 0.0))
    return to_grid, max(beyond, to_grid)


@compiled
def _gap(position: float, cell: int) -> float:
    """Return how far, in cells along one axis, a cell is."""
    return max(cell - position - _PAD, position - cell - 1.0 - _PAD, 0.0)


@compiled
def nearest_segments(grid: Grid, x: Floats, y: Floats) -> tuple[Ints, Floats]:
    """Find the nearest segment to each point.

    Parameters
    ----------
    grid
        The segments.
    x, y
        The points, anywhere.

    Returns
    -------
    tuple
        Number of the segment, the lowest where several are equally near; and the share of it, 0 to 1, that lies
        before the nearest point.
    """
    starts, members, ends = grid.starts, grid.members, grid.ends
    west, south, size, columns, rows = grid.frame
    area = size * size
    found = np.full(len(x), -1, dtype=np.int64)
    share = np.zeros(len(x), dtype=np.float64)
    for point in range(len(x)):
        at_x, at_y = (x[point] - west) / size, (y[point] - south) / size
        column, row = _clamped(at_x, columns), _clamped(at_y, rows)
        best = np.inf
        for ring in range(max(columns, rows)):
            to_x, over_x = _outside(at_x, column - ring + 1, column + ring - 1, columns)
            to_y, over_y = _outside(at_y, row - ring + 1, row + ring - 1, rows)
            if area * min(over_x * over_x + to_y * to_y, over_y * over_y + to_x * to_x) > best:
                break
            left, right = max(column - ring, 0), min(column + ring, columns - 1)
            for r in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
                aside = _gap(at_y, r) ** 2
                if area * aside > best:
                    continue
                whole = r in (row - ring, row + ring)
                for c in range(left if whole else column - ring, right + 1, 1 if whole else 2 * ring):
                    if c < 0 or area * (aside + _gap(at_x, c) ** 2) > best:
                        continue
                    cell = r * columns + c
                    for at in range(starts[cell], starts[cell + 1]):
                        square, before = _to_segment(x[point], y[point], ends[at])
                        if square < best or (square == best and members[at] < found[point]):
                            best, found[point], share[point] = square, members[at], before
    return found, share
