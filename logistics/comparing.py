"""Two runs side by side: hubs, costs by kind, freight that moved, and what explains the difference.

Figures are those of the runs' own tables; of plans in phases those of the equivalent year, hubs and flows those of the
last phase. The difference in cost is split in two that add up to it exactly: what the change in tonnes alone would
make at the first run's cost a tonne, and the rest, the change in cost a tonne on the second run's tonnes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import pandas as pd

from logistics.run_folder import RunTables
from logistics.sites import CLOSED

FLOW_KEY: Final = ["origin_id", "destination_id", "commodity", "channel", "shipment"]
LEAST_MOVED_T: Final = 1.0
"""Flows of which less moved are not listed; of the others every tonne counts, however it is split."""
DUST_T: Final = 1e-6
DIRECT: Final = "direct"
KINDS_OF_STATE: Final = ("opened", "closed", "changed", "same")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """Two runs, `first` and `second`, and second less first.

    Parameters
    ----------
    figures
        Index: what (objective, bound, direct, saving in VND/yr, tonnes, tkm, CO2); `first`, `second`, `change`.
    costs
        Index: kind of cost; the same columns, VND/yr.
    hubs
        A row a hub of either: `hub_id`, `state` (opened, closed, changed, same), `tier_first`, `tier_second`,
        `throughput_first_t_per_year`, `throughput_second_t_per_year`.
    moved
        A row a flow whose hub changed: ends, commodity, channel, shipment, `from_hub`, `to_hub`, `t_per_year`.
    explained
        `tonnes_vnd_per_year` and `rate_vnd_per_year`, which add up to the change in cost.
    inputs
        Names of the inputs that are not the same in both.
    """

    names: tuple[str, str]
    figures: pd.DataFrame
    costs: pd.DataFrame
    hubs: pd.DataFrame
    moved: pd.DataFrame
    explained: Mapping[str, float]
    inputs: tuple[str, ...]


class HasTables(Protocol):
    """A plan, as far as it is compared."""

    @property
    def tables(self) -> RunTables:
        """Return all its figures."""


def compare(first: HasTables, second: HasTables) -> Comparison:
    """Lay two plans (`planning.Plan`) side by side."""
    return compare_runs(first.tables, second.tables)


def compare_runs(first: RunTables, second: RunTables) -> Comparison:
    """Lay two runs side by side."""
    figures = _side_by_side(_figures(first.summary), _figures(second.summary))
    return Comparison(
        names=(str(first.summary["name"]), str(second.summary["name"])),
        figures=figures,
        costs=_side_by_side(first.summary["costs"], second.summary["costs"]),
        hubs=_hubs(_working(first), _working(second)),
        moved=_moved(first.last().flows, second.last().flows),
        explained=_explained(figures),
        inputs=tuple(_changed_inputs(first.summary["inputs"], second.summary["inputs"])),
    )


def _working(tables: RunTables) -> pd.DataFrame:
    """Return the hubs that work in the last phase."""
    hubs = tables.last().hubs
    return hubs[hubs["tier"] != CLOSED]


def _figures(summary: Mapping[str, Any]) -> dict[str, float]:
    money = {name: float(summary[name]) for name in (
        "objective_vnd_per_year", "bound_vnd_per_year", "direct_vnd_per_year", "saving_vnd_per_year")}  # fmt: skip
    return money | {"gap": float(summary["gap"])} | {name: float(value) for name, value in summary["totals"].items()}


def _side_by_side(first: Mapping[str, float], second: Mapping[str, float]) -> pd.DataFrame:
    names = list(dict.fromkeys([*first, *second]))
    frame = pd.DataFrame(
        {"first": [first.get(name, 0.0) for name in names], "second": [second.get(name, 0.0) for name in names]},
        index=pd.Index(names, name="what"),
    )
    return frame.assign(change=frame["second"] - frame["first"])


def _hubs(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    columns = ["hub_id", "tier", "throughput_t_per_year"]
    both = first[columns].merge(second[columns], on="hub_id", how="outer", suffixes=("_first", "_second"))
    state = pd.Series("same", index=both.index).where(both["tier_first"] == both["tier_second"], "changed")
    state = state.where(both["tier_first"].notna(), "opened").where(both["tier_second"].notna(), "closed")
    table = pd.DataFrame(
        {
            "hub_id": both["hub_id"], "state": state,
            "tier_first": both["tier_first"].fillna(""), "tier_second": both["tier_second"].fillna(""),
            "throughput_first_t_per_year": both["throughput_t_per_year_first"].fillna(0.0),
            "throughput_second_t_per_year": both["throughput_t_per_year_second"].fillna(0.0),
        }
    )  # fmt: skip
    order = table["state"].map({name: at for at, name in enumerate(KINDS_OF_STATE)})
    return table.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def _moved(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Return the flows of both runs that use other hubs: tonnes that left one and joined another."""
    change = _by_hub(second).sub(_by_hub(first), fill_value=0.0)
    rows = change[change.abs() > DUST_T].reset_index(name="t_per_year")
    gains = rows[rows["t_per_year"] > 0].groupby(FLOW_KEY, sort=False).agg(
        to_hub=("hub_id", ", ".join), gained=("t_per_year", "sum"))  # fmt: skip
    losses = rows[rows["t_per_year"] < 0].groupby(FLOW_KEY, sort=False).agg(
        from_hub=("hub_id", ", ".join), lost=("t_per_year", "sum"))  # fmt: skip
    both = losses.join(gains, how="inner").reset_index()
    both["t_per_year"] = both["gained"].clip(upper=-both["lost"])
    both = both[both["t_per_year"] > LEAST_MOVED_T].sort_values("t_per_year", ascending=False, kind="stable")
    return both[[*FLOW_KEY, "from_hub", "to_hub", "t_per_year"]].reset_index(drop=True)


def _by_hub(flows: pd.DataFrame) -> "pd.Series[float]":
    hub = flows["hub_id"].where(flows["second_hub_id"] == "", flows["hub_id"] + " + " + flows["second_hub_id"])
    hub = hub.where(hub != "", DIRECT)
    return flows.assign(hub_id=hub).groupby([*FLOW_KEY, "hub_id"])["t_per_year"].sum()


def _explained(figures: pd.DataFrame) -> dict[str, float]:
    first = dict(zip(figures.index, figures["first"].to_numpy(float), strict=True))
    change = dict(zip(figures.index, figures["change"].to_numpy(float), strict=True))
    rate = first["objective_vnd_per_year"] / first["t_per_year"] if first["t_per_year"] else 0.0
    by_tonnes = change["t_per_year"] * rate
    return {
        "tonnes_vnd_per_year": float(by_tonnes),
        "rate_vnd_per_year": float(change["objective_vnd_per_year"] - by_tonnes),
    }


def _changed_inputs(first: Mapping[str, str], second: Mapping[str, str]) -> Iterator[str]:
    for name in dict.fromkeys([*first, *second]):
        if first.get(name) != second.get(name):
            yield name
