"""The network on the map: both directions of a road as one line of delta-coded integers.

50,000 links as GeoJSON make 25 MB and one SVG path each; here a line is its first point and the steps
from point to point, in ten-thousandths of a degree (about 11 m), and the page draws all lines of a class
in one stroke on a canvas.
"""

from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from logistics.maps.style import CHANGE_WIDTHS_PX, LOAD_WIDTHS_PX, classed, line_kind, round_breaks

UNITS_PER_DEGREE: Final = 10_000
_SIMPLIFIED_DEGREES: Final = 0.5 / UNITS_PER_DEGREE
_CONNECTOR: Final = "connector"
"""Links from a place to the road: a straight line that no truck sees; not drawn."""

Line = NDArray[np.int64]


def roads_view(link_flows: pd.DataFrame) -> dict[str, Any]:
    """Return what the page needs to draw the network.

    Parameters
    ----------
    link_flows
        Directed links: mode, highway, ref, t_per_year, direct_t_per_year, geometry ("lon lat;lon lat;...").

    Returns
    -------
    dict
        Columns `line`, `kind`, `ref`, `t`, `direct_t`, `load_class`, `change_class`, one entry a road, the
        two directions added up; `kinds` and `refs`, the words that `kind` and `ref` count; `load_breaks`
        and `change_breaks` in t/year; `undrawn`, how many links have no geometry.
    """
    shown = link_flows[link_flows["highway"] != _CONNECTOR]
    drawn = shown[shown["geometry"] != ""]
    lines = whole_lines(list(drawn["geometry"]))
    roads, firsts = _both_directions(drawn, lines)
    kinds, refs = (pd.factorize(roads[name]) for name in ("kind", "ref"))
    change = (roads["t"] - roads["direct_t"]).to_numpy(dtype=np.float64)
    load_breaks = round_breaks(float(roads["t"].max()) if len(roads) else 0.0, len(LOAD_WIDTHS_PX) - 1)
    change_breaks = round_breaks(float(np.abs(change).max(initial=0.0)), len(CHANGE_WIDTHS_PX) - 1)
    return {
        "units_per_degree": UNITS_PER_DEGREE,
        "line": [steps(lines[first]) for first in firsts],
        "kind": kinds[0].tolist(),
        "kinds": list(kinds[1]),
        "ref": refs[0].tolist(),
        "refs": list(refs[1]),
        "t": roads["t"].tolist(),
        "direct_t": roads["direct_t"].tolist(),
        "load_class": classed(roads["t"].to_numpy(dtype=np.float64), load_breaks).tolist(),
        "change_class": classed(change, change_breaks).tolist(),
        "load_breaks": load_breaks,
        "change_breaks": change_breaks,
        "undrawn": len(shown) - len(drawn),
    }


def whole_lines(geometries: list[str]) -> list[Line]:
    """Return each geometry as whole points [n, 2] (lon, lat), needless ones left out."""
    if not geometries:
        return []
    counts = [text.count(";") + 1 for text in geometries]
    numbers = " ".join(geometries).replace(";", " ").split()
    points = np.asarray(numbers, dtype=np.float64).reshape(-1, 2)
    owners = np.repeat(np.arange(len(counts)), counts)
    simple = shapely.simplify(shapely.linestrings(points, indices=owners), _SIMPLIFIED_DEGREES)
    kept, owner = shapely.get_coordinates(simple, return_index=True)
    whole = np.rint(kept * UNITS_PER_DEGREE).astype(np.int64)
    return np.split(whole, np.flatnonzero(np.diff(owner)) + 1)


def steps(line: Line) -> list[int]:
    """Return the first point and the step to each further one, as one list; steps of nothing left out."""
    moves = np.diff(line, axis=0)
    moves = moves[(moves != 0).any(axis=1)]
    return [int(number) for number in np.concatenate([line[:1], moves]).ravel()]


def _both_directions(links: pd.DataFrame, lines: list[Line]) -> tuple[pd.DataFrame, list[int]]:
    """Add up the links that lie on the same line, whichever way they run; first link of each beside them."""
    kinds = [line_kind(mode, highway) for mode, highway in zip(links["mode"], links["highway"], strict=True)]
    frame = pd.DataFrame({
        "line": [_undirected(line) for line in lines], "at": range(len(lines)), "kind": kinds,
        "ref": links["ref"].to_numpy(),
        "t": links["t_per_year"].to_numpy(dtype=np.float64),
        "direct_t": links["direct_t_per_year"].to_numpy(dtype=np.float64),
    })  # fmt: skip
    grouped = frame.groupby("line", sort=False).agg(
        {"at": "first", "kind": "first", "ref": "first", "t": "sum", "direct_t": "sum"}
    )
    whole = grouped.assign(t=grouped["t"].round().astype("int64"), direct_t=grouped["direct_t"].round().astype("int64"))
    return whole, [int(at) for at in whole["at"]]


def _undirected(line: Line) -> bytes:
    return min(line.tobytes(), line[::-1].tobytes())
