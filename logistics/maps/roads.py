"""The loads of the network: both directions of a road added up, with the plan and with no hub at all."""

from typing import Any, Final

import numpy as np
import pandas as pd

from logistics.maps.lines import Line, Lines, undirected, whole_lines
from logistics.maps.style import CHANGE_WIDTHS_PX, LOAD_WIDTHS_PX, line_kind, round_breaks

_CONNECTOR: Final = "connector"
"""Links from a place to the road: a straight line that no truck sees; not drawn."""


def roads_view(link_flows: pd.DataFrame, lines: Lines) -> dict[str, Any]:
    """Return the loads of a phase, and add its lines to those of the page.

    Parameters
    ----------
    link_flows
        Directed links: mode, highway, ref, t_per_year, direct_t_per_year, geometry ("lon lat;lon lat;...").
    lines
        The lines of the page so far.

    Returns
    -------
    dict
        Columns `at` (which line), `t`, `direct_t` in t/year, one entry a road, the two directions added up; `undrawn`,
        how many links have no geometry.
    """
    shown = link_flows[link_flows["highway"] != _CONNECTOR]
    drawn = shown[shown["geometry"] != ""]
    geometry = whole_lines(list(drawn["geometry"]))
    roads = _both_directions(drawn, geometry)
    at = [
        lines.place(geometry[first], kind, ref)
        for first, kind, ref in zip(roads["first"], roads["kind"], roads["ref"], strict=True)
    ]
    return {
        "at": at,
        "t": roads["t"].tolist(),
        "direct_t": roads["direct_t"].tolist(),
        "undrawn": len(shown) - len(drawn),
    }


def road_breaks(views: list[dict[str, Any]]) -> dict[str, list[float]]:
    """Return the breaks of load and change in t/year, the same for all phases and runs, so that widths compare."""
    loads = max((max(view["t"], default=0) for view in views), default=0)
    changes = max((_largest_change(view) for view in views), default=0)
    return {
        "load": round_breaks(float(loads), len(LOAD_WIDTHS_PX) - 1),
        "change": round_breaks(float(changes), len(CHANGE_WIDTHS_PX) - 1),
    }


def _largest_change(view: dict[str, Any]) -> int:
    return max((abs(t - direct) for t, direct in zip(view["t"], view["direct_t"], strict=True)), default=0)


def _both_directions(links: pd.DataFrame, geometry: list[Line]) -> pd.DataFrame:
    """Add up the links that lie on the same line, whichever way they run; `first` link of each."""
    kinds = [line_kind(mode, highway) for mode, highway in zip(links["mode"], links["highway"], strict=True)]
    frame = pd.DataFrame({
        "line": [undirected(line) for line in geometry], "first": range(len(geometry)), "kind": kinds,
        "ref": links["ref"].to_numpy(),
        "t": links["t_per_year"].to_numpy(dtype=np.float64),
        "direct_t": links["direct_t_per_year"].to_numpy(dtype=np.float64),
    })  # fmt: skip
    grouped = frame.groupby("line", sort=False).agg(
        {"first": "first", "kind": "first", "ref": "first", "t": "sum", "direct_t": "sum"}
    )
    return grouped.assign(t=grouped["t"].round().astype("int64"), direct_t=grouped["direct_t"].round().astype("int64"))
