"""The freight of the region: who sends how many tonnes of what to whom, in which shipment sizes.

Parks, clusters and provinces are the *near* end of every flow; gateways and domestic markets the
*far* end. Exports and domestic deliveries run from near to far (`direction` out), imports and
supplies from far to near (`in`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.generation import SIZES, TRADE_CHANNELS
from logistics.gravity import Balance, balance

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

GROUP: Final = ["commodity", "channel", "direction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freight:
    """All flows of a year.

    `flows` has one row per near end, far end, commodity, channel, direction and shipment size, with
    `trade` (export, import, domestic), `t_per_year` and the value of time `vot_vnd_per_th`.
    `convergence` has one row per balanced group: rounds and largest relative residual. `calibration` reports the fit
    to known volumes (`calibration.fit_margins`); None where freight was not fitted. `notes` are what is to be said of
    the reading of a matrix.
    """

    flows: pd.DataFrame
    convergence: pd.DataFrame
    calibration: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()

    def scaled(self, factor: float) -> Self:
        """Return the same freight, every flow `factor` times as large."""
        return replace(self, flows=self.flows.assign(t_per_year=self.flows["t_per_year"] * factor))

    @property
    def t_per_year(self) -> float:
        """Total tonnes per year."""
        return float(self.flows["t_per_year"].sum())


def by_commodity(generated: pd.DataFrame, commodity_of: Mapping[str, str]) -> pd.DataFrame:
    """Merge sectors into commodities; value of time and sizes become tonne-weighted means.

    Returns
    -------
    DataFrame
        `place_id`, `commodity`, `channel`, `direction`, `t_per_year`, `vot_vnd_per_th`, `full`,
        `medium`, `small`.
    """
    means = ["vot_vnd_per_th", *SIZES]
    frame = generated.assign(commodity=generated["sector"].map(commodity_of))
    weighted = frame.assign(**{name: frame[name] * frame["t_per_year"] for name in means})
    sums = weighted.groupby(["place_id", *GROUP], sort=True)[["t_per_year", *means]].sum().reset_index()
    return sums.assign(**{name: sums[name] / sums["t_per_year"] for name in means})


def spread(near: pd.DataFrame, far: pd.DataFrame, travel_h: pd.DataFrame, per_h: float) -> Freight:
    """Spread the near ends' tonnes over the far ends by the doubly constrained gravity model.

    Parameters
    ----------
    near
        As `by_commodity` returns it.
    far
        `place_id`, `channel`, `direction`, `weight`: how much each gateway or market takes or gives.
    travel_h
        Truck hours, [origin, destination] over the ids of both ends.
    per_h
        Fall of a flow with hours.
    """
    hours_of = _hours_of(travel_h, near["place_id"], far["place_id"])
    near_t, weight = near["t_per_year"].to_numpy(float), far["weight"].to_numpy(float)
    ends_of = dict(_groups(far, GROUP[1:]))
    sizes = near[list(SIZES)].to_numpy(float)
    rounds: list[dict[str, object]] = []
    parts: list[_Part] = []
    for code, (keys, rows) in enumerate(_groups(near, GROUP)):
        columns = ends_of.get(keys[1:], np.empty(0, dtype=np.intp))
        way_h = hours_of(keys[2], rows, columns)
        balanced = balance(near_t[rows], weight[columns], way_h, per_h)
        rounds.append({**dict(zip(GROUP, keys, strict=True)), **_report(balanced)})
        parts.extend(_flows(code, (rows, columns), balanced, sizes[rows]))
    convergence = pd.DataFrame(rounds)
    return Freight(flows=_together(parts, near, far, convergence), convergence=convergence)


def _hours_of(
    travel_h: pd.DataFrame, near: "pd.Series[str]", far: "pd.Series[str]"
) -> Callable[[str, Indices, Indices], Floats]:
    """Return what gives the hours [near, far] of a direction between rows of the two lists of places."""
    hours, begins, ends = travel_h.to_numpy(float), travel_h.index, travel_h.columns
    outward = (begins.get_indexer(pd.Index(near)), ends.get_indexer(pd.Index(far)), hours)
    inward = (ends.get_indexer(pd.Index(near)), begins.get_indexer(pd.Index(far)), hours.T)

    def between(direction: str, rows: Indices, columns: Indices) -> Floats:
        near_at, far_at, table = outward if direction == "out" else inward
        lost = [*near.to_numpy()[rows[near_at[rows] < 0]], *far.to_numpy()[columns[far_at[columns] < 0]]]
        if lost:
            raise KeyError(f"no hours to or from {', '.join(map(str, lost))}")
        found: Floats = table[np.ix_(near_at[rows], far_at[columns])]
        return found

    return between


def _groups(frame: pd.DataFrame, names: list[str]) -> list[tuple[tuple[str, ...], Indices]]:
    """Return the rows of each group, the groups in the order of their names."""
    grouped = frame.groupby(names, sort=True)
    code, keys = grouped.ngroup().to_numpy(), grouped.size().index
    return [(tuple(str(name) for name in key), np.flatnonzero(code == at)) for at, key in enumerate(keys)]


def _report(balanced: Balance) -> dict[str, float]:
    return {"rounds": balanced.iterations, "residual": balanced.residual}


def trade_of(channel: str, direction: str) -> str:
    """Return export, import or domestic."""
    if channel not in TRADE_CHANNELS:
        return "domestic"
    return "export" if direction == "out" else "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Flows of a group and size: `near` and `far` are rows of the ends' tables, the other two numbers."""

    group: int
    size: int
    near: Indices
    far: Indices
    t_per_year: Floats


def _flows(group: int, ends: tuple[Indices, Indices], balanced: Balance, sizes: Floats) -> Iterator[_Part]:
    """Yield the positive flows of one balanced matrix, size by size; `sizes` is the share [row, size]."""
    rows, columns = np.nonzero(balanced.t_per_year)
    t_per_year = balanced.t_per_year[rows, columns]
    for size in range(len(SIZES)):
        flow_t = t_per_year * sizes[rows, size]
        kept = flow_t > 0
        yield _Part(
            group=group, size=size, near=ends[0][rows[kept]], far=ends[1][columns[kept]], t_per_year=flow_t[kept]
        )


def _together(parts: list[_Part], near: pd.DataFrame, far: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the flows as one table; words are looked up once, not written flow by flow."""
    lengths = [part.near.size for part in parts]
    group, size = (np.repeat([getattr(part, name) for part in parts], lengths) for name in ("group", "size"))
    from_near, from_far = (np.concatenate([getattr(part, name) for part in parts]) for name in ("near", "far"))
    trades = [trade_of(*keys) for keys in zip(groups["channel"], groups["direction"], strict=True)]
    return pd.DataFrame(
        {
            "near_id": pd.Series(near["place_id"].to_numpy(dtype=object)[from_near], dtype=object),
            "far_id": pd.Series(far["place_id"].to_numpy(dtype=object)[from_far], dtype=object),
            **{name: groups[name].array.take(group) for name in GROUP},
            "trade": pd.Series(trades).array.take(group),
            "shipment": pd.Series(SIZES).array.take(size),
            "t_per_year": np.concatenate([part.t_per_year for part in parts]),
            "vot_vnd_per_th": near["vot_vnd_per_th"].to_numpy(float)[from_near],
        }
    )
