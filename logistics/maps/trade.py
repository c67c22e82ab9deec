"""Flows by commodity as lines of wish: who sends how much where, in a straight line, province by province.

A flow has one leg when it goes directly and two or three when it goes through hubs. Parks and clusters count with their
province, so that a line stands for what leaves or reaches a province, hub or gateway, whichever way it runs.
"""

from typing import Any, Final

import numpy as np
import pandas as pd

from logistics.run_folder import RunTables

MOST_LINES: Final = 40
"""So many lines are drawn of each commodity, the heaviest, of direct freight and again of freight through hubs."""
_LOCAL: Final = ("park", "cluster")
_LEG: Final = ["a", "b", "hub"]


def trade_view(tables: RunTables) -> dict[str, Any]:
    """Return the heaviest lines of each commodity.

    Returns
    -------
    dict
        `points`: [lat, lon, English name, Vietnamese name]; `lines`: a commodity's id, or "" for all of them together,
        to rows [from, to, t/year, through a hub or not], the heaviest first; `share`: what part of the tonnes on all
        legs these lines carry.
    """
    legs = _legs(tables)
    spots = _spots(tables)
    legs = legs[legs["a"].isin(spots) & legs["b"].isin(spots) & (legs["a"] != legs["b"])]
    lines = {str(name): part for name, part in legs.groupby("commodity", sort=True, observed=True)}
    heaviest = {name: _heaviest(part) for name, part in {"": legs, **lines}.items()}
    used = sorted({end for rows in heaviest.values() for end in (*rows["a"], *rows["b"])})
    at = {key: number for number, key in enumerate(used)}
    whole = {name: float(part["t_per_year"].sum()) for name, part in {"": legs, **lines}.items()}
    return {
        "points": [spots[key] for key in used],
        "lines": {name: _rows(rows, at) for name, rows in heaviest.items()},
        "share": {name: float(rows["t_per_year"].sum()) / whole[name] if whole[name] else 0.0
                  for name, rows in heaviest.items()},
    }  # fmt: skip


def _legs(tables: RunTables) -> pd.DataFrame:
    """Return every leg with its ends in the order of their names: origin, first hub, second hub, destination."""
    flows = tables.flows
    if not {"origin_id", "destination_id"} <= set(flows.columns):
        return pd.DataFrame({"a": [], "b": [], "hub": [], "commodity": [], "t_per_year": []})
    end_of = _end_of(tables)
    origin, destination = (
        flows[name].map(lambda key: end_of.get(key, key)) for name in ("origin_id", "destination_id")
    )
    hubs = _hub_chain(flows, origin)
    parts = [
        pd.DataFrame({"a": a, "b": b, "hub": flows["way"] == "hub", "commodity": flows["commodity"],
                      "t_per_year": flows["t_per_year"]})
        for a, b in zip([origin, *hubs], [*hubs, destination], strict=True)
    ]  # fmt: skip
    legs = pd.concat(parts, ignore_index=True)
    first, second = (
        legs["a"].where(legs["a"] <= legs["b"], legs["b"]),
        legs["b"].where(legs["a"] <= legs["b"], legs["a"]),
    )
    return legs.assign(a=first, b=second)


def _hub_chain(flows: pd.DataFrame, origin: "pd.Series[Any]") -> "list[pd.Series[Any]]":
    """Return where each flow is after its first and after its second leg; where it was already, if it has no such.

    `hub_id` is the hub at the near end: of an import, which comes from afar, the last one.
    """
    near = flows["hub_id"]
    far = flows.get("second_hub_id", pd.Series("", index=flows.index))
    inward = (flows.get("trade", pd.Series("", index=flows.index)) == "import") & (far != "")
    first, second = near.where(~inward, far), far.where(~inward, near)
    first = first.where(first != "", origin)
    return [first, second.where(second != "", first)]


def _end_of(tables: RunTables) -> dict[str, str]:
    """Return the place that stands for each park and cluster: its province, where the map has it."""
    places = tables.places
    provinces = places[places["role"] == "province"]
    of_name = dict(zip(provinces["name_vi"], provinces["place_id"], strict=True))
    local = places[places["role"].isin(_LOCAL) & places["province"].isin(of_name)]
    return dict(zip(local["place_id"], local["province"].map(of_name), strict=True))


def _spots(tables: RunTables) -> dict[str, list[Any]]:
    places = pd.concat(
        [tables.places.rename(columns={"place_id": "key"}), tables.hubs.rename(columns={"hub_id": "key"})]
    )
    rows = places[["key", "lat", "lon", "name_en", "name_vi"]].drop_duplicates("key", keep="last")
    return {
        str(key): [float(lat), float(lon), str(en), str(vi)] for key, lat, lon, en, vi in rows.itertuples(index=False)
    }


def _heaviest(legs: pd.DataFrame) -> pd.DataFrame:
    sums = legs.groupby(_LEG, sort=True)["t_per_year"].sum().reset_index()
    ordered = sums.iloc[np.argsort(-sums["t_per_year"].to_numpy(float), kind="stable")]
    return ordered[ordered.groupby("hub").cumcount() < MOST_LINES]


def _rows(lines: pd.DataFrame, at: dict[str, int]) -> list[list[Any]]:
    return [
        [at[a], at[b], round(t), int(hub)]
        for a, b, hub, t in zip(lines["a"], lines["b"], lines["hub"], lines["t_per_year"], strict=True)
    ]
