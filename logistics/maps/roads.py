"""The loads of the network: both directions of a road added up, with the plan and with no hub at all."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from logistics.maps.lines import Line, Lines, undirected, whole_lines
from logistics.maps.style import CHANGE_WIDTHS_PX, LOAD_WIDTHS_PX, line_kind, round_breaks

_TONNES: Final = "_t_per_year"
_DIRECT: Final = "direct_t_per_year"
_CONNECTOR: Final = "connector"
"""Links from a place to the road: a straight line that no truck sees; not drawn."""


def roads_view(link_flows: pd.DataFrame, lines: Lines) -> dict[str, Any]:
    """Return the loads of a phase, and add its lines to those of the page.

    Parameters
    ----------
    link_flows
        Directed links: mode, highway, ref, t_per_year, direct_t_per_year, geometry ("lon lat;lon lat;..."), and, unless
        the run is of before they were kept, tonnes by commodity (`general_t_per_year` ...).
    lines
        The lines of the page so far.

    Returns
    -------
    dict
        Columns `at` (which line), `t`, `direct_t` in t/year, one entry a road, the two directions added up; `goods`,
        such a column of each commodity; `undrawn`, how many links have no geometry.
    """
    shown = link_flows[link_flows["highway"] != _CONNECTOR]
    drawn = shown[shown["geometry"] != ""]
    geometry = whole_lines(list(drawn["geometry"]))
    names = [str(name) for name in drawn.columns]
    goods = {name.removesuffix(_TONNES): name for name in names if name.endswith(_TONNES) and name != _DIRECT}
    roads = _both_directions(drawn, geometry, goods)
    at = [
        lines.place(geometry[first], kind, ref)
        for first, kind, ref in zip(roads["first"], roads["kind"], roads["ref"], strict=True)
    ]
    return {
        "at": at,
        "t": roads["t"].tolist(),
        "direct_t": roads["direct_t"].tolist(),
        "goods": {name: roads[column].tolist() for name, column in goods.items()},
        "undrawn": len(shown) - len(drawn),
    }


def road_breaks(views: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the breaks of load and change in t/year, the same for all phases and runs, so that widths compare.

    Returns
    -------
    dict
        `load`, `change`, and `goods`: those of the load of each commodity.
    """
    changes = max((_largest_change(view) for view in views), default=0)
    goods = {name for view in views for name in view["goods"]}
    return {
        "load": _load_breaks([view["t"] for view in views]),
        "goods": {
            name: _load_breaks([view["goods"][name] for view in views if name in view["goods"]])
            for name in sorted(goods)
        },
        "change": round_breaks(float(changes), len(CHANGE_WIDTHS_PX) - 1),
    }


def _load_breaks(columns: list[list[int]]) -> list[float]:
    largest = max((max(column, default=0) for column in columns), default=0)
    return round_breaks(float(largest), len(LOAD_WIDTHS_PX) - 1)


def _largest_change(view: dict[str, Any]) -> int:
    return max((abs(t - direct) for t, direct in zip(view["t"], view["direct_t"], strict=True)), default=0)


def _both_directions(links: pd.DataFrame, geometry: list[Line], goods: Mapping[str, str]) -> pd.DataFrame:
    """Add up the links that lie on the same line, whichever way they run; `first` link of each."""
    kinds = [line_kind(mode, highway) for mode, highway in zip(links["mode"], links["highway"], strict=True)]
    tonnes = {"t": "t_per_year", "direct_t": "direct_t_per_year"} | {column: column for column in goods.values()}
    frame = pd.DataFrame({
        "line": [undirected(line) for line in geometry], "first": range(len(geometry)), "kind": kinds,
        "ref": links["ref"].to_numpy(),
        **{name: links[column].to_numpy(dtype=np.float64) for name, column in tonnes.items()},
    })  # fmt: skip
    grouped = frame.groupby("line", sort=False).agg(
        {"first": "first", "kind": "first", "ref": "first", **dict.fromkeys(tonnes, "sum")}
    )
    return grouped.assign(**{name: grouped[name].round().astype("int64") for name in tonnes})
