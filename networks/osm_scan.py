"""Lines of libosmium's text format (OPL) scanned into flat arrays; compiled, a million points take a tenth of a second.

A line is ``w<id> T<tags> N<nodes>``, ``n<id> T<tags> x<lon> y<lat>`` or ``r<id> T<tags> M<members>``; blanks, commas
and equals signs inside a text are escaped, so that the separators are found byte by byte. A node of a way is
``n<id>x<lon>y<lat>``, the coordinates left out where unknown. Source: "OPL File Format Manual" of libosmium.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled

Bytes: TypeAlias = NDArray[np.uint8]
Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

_NEWLINE, _BLANK, _COMMA, _MINUS, _POINT, _ZERO, _NINE = (ord(letter) for letter in "\n ,-.09")
_WAY, _NODES, _TAGS, _X, _Y = (ord(letter) for letter in "wNTxy")


@compiled
def count_things(text: Bytes) -> tuple[int, int, int]:
    """Return the number of ways, of their points, and of other lines."""
    ways = points = others = 0
    at, size = 0, len(text)
    while at < size:
        is_way = text[at] == _WAY
        ways += is_way
        others += not is_way
        inside = False
        while at < size and text[at] != _NEWLINE:
            if text[at] == _BLANK:
                inside = is_way and at + 2 < size and text[at + 1] == _NODES and text[at + 2] > _BLANK
                points += inside
            elif inside and text[at] == _COMMA:
                points += 1
            at += 1
        at += 1
    return ways, points, others


@compiled
def _whole(text: Bytes, at: int) -> tuple[int, int]:
    """Return the whole number that begins at `at`, and where it ends."""
    negative = at < len(text) and text[at] == _MINUS
    at += negative
    value = 0
    while at < len(text) and _ZERO <= text[at] <= _NINE:
        value = value * 10 + (text[at] - _ZERO)
        at += 1
    return (-value if negative else value), at


@compiled
def _degrees(text: Bytes, at: int) -> tuple[float, int]:
    """Return the coordinate that begins at `at`, NaN where none does, and where it ends."""
    begin = at
    negative = at < len(text) and text[at] == _MINUS
    at += negative
    value, decimals = 0, -1
    while at < len(text) and (_ZERO <= text[at] <= _NINE or text[at] == _POINT):
        if text[at] == _POINT:
            decimals = 0
        else:
            value = value * 10 + (text[at] - _ZERO)
            decimals += decimals >= 0
        at += 1
    if at == begin + negative:
        return np.nan, at
    degrees = value / 10.0 ** max(decimals, 0)
    return (-degrees if negative else degrees), at


@compiled
def scan(  # noqa: C901  (one loop over the bytes)
    text: Bytes, counts: tuple[int, int, int]
) -> tuple[Ints, Ints, Ints, Ints, tuple[Floats, Floats], Ints]:
    """Scan all lines.

    Parameters
    ----------
    text
        Whole lines.
    counts
        As `count_things` returned them.

    Returns
    -------
    tuple
        Way ids; begin and end of the tags of each way in `text`, shape [ways, 2]; where its points begin, shape
        [ways + 1]; node id, and lon and lat (NaN where unknown), of each point; begin and end of every other line,
        shape [others, 2].
    """
    ways, points, others = counts
    way_id, tags = np.zeros(ways, dtype=np.int64), np.zeros((ways, 2), dtype=np.int64)
    starts, node_id = np.zeros(ways + 1, dtype=np.int64), np.zeros(points, dtype=np.int64)
    lon, lat = np.full(points, np.nan), np.full(points, np.nan)
    lines = np.zeros((others, 2), dtype=np.int64)
    at = way = point = other = 0
    size = len(text)
    while at < size:
        begin = at
        is_way = text[at] == _WAY
        if is_way:
            way_id[way], at = _whole(text, at + 1)
        while at < size and text[at] != _NEWLINE:
            field = text[at + 1] if is_way and text[at] == _BLANK and at + 1 < size else 0
            at += 1
            if field == _TAGS:
                tags[way, 0] = at + 1
                while at < size and text[at] > _BLANK:
                    at += 1
                tags[way, 1] = at
            elif field == _NODES:
                at += 1
                while at < size and text[at] > _BLANK:
                    node_id[point], at = _whole(text, at + 1)
                    if at < size and text[at] == _X:
                        lon[point], at = _degrees(text, at + 1)
                    if at < size and text[at] == _Y:
                        lat[point], at = _degrees(text, at + 1)
                    while at < size and text[at] > _BLANK and text[at] != _COMMA:
                        at += 1
                    at += at < size and text[at] == _COMMA
                    point += 1
        if is_way:
            way += 1
            starts[way] = point
        else:
            lines[other, 0], lines[other, 1] = begin, at
            other += 1
        at += 1
    return way_id, tags, starts, node_id, (lon, lat), lines
