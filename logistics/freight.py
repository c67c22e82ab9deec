"""The freight of the region: who sends how many tonnes of what to whom, in which shipment sizes.

Parks, clusters and provinces are the *near* end of every flow; gateways and domestic markets the
*far* end. Exports and domestic deliveries run from near to far (`direction` out), imports and
supplies from far to near (`in`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.generation import SIZES, TRADE_CHANNELS
from logistics.gravity import Balance, balance

Floats = NDArray[np.float64]

GROUP: Final = ["commodity", "channel", "direction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freight:
    """All flows of a year.

    `flows` has one row per near end, far end, commodity, channel, direction and shipment size, with
    `trade` (export, import, domestic), `t_per_year` and the value of time `vot_vnd_per_th`.
    `convergence` has one row per balanced group: rounds and largest relative residual. `calibration` reports the fit
    to known volumes (`calibration.fit_margins`); None where freight was not fitted.
    """

    flows: pd.DataFrame
    convergence: pd.DataFrame
    calibration: pd.DataFrame | None = None

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
    parts: list[pd.DataFrame] = []
    rounds: list[dict[str, object]] = []
    for keys, group in near.groupby(GROUP, sort=True):
        commodity, channel, direction = (str(key) for key in keys)
        ends = far[(far["channel"] == channel) & (far["direction"] == direction)]
        near_ids, far_ids = list(group["place_id"]), list(ends["place_id"])
        way = travel_h.loc[near_ids, far_ids] if direction == "out" else travel_h.loc[far_ids, near_ids].T
        hours = way.to_numpy(float)
        balanced = balance(group["t_per_year"].to_numpy(float), ends["weight"].to_numpy(float), hours, per_h)
        rounds.append({"commodity": commodity, "channel": channel, "direction": direction, **_report(balanced)})
        parts.extend(_flows(group, ends, balanced, (commodity, channel, direction)))
    return Freight(flows=pd.concat(parts, ignore_index=True), convergence=pd.DataFrame(rounds))


def _report(balanced: Balance) -> dict[str, float]:
    return {"rounds": balanced.iterations, "residual": balanced.residual}


def trade_of(channel: str, direction: str) -> str:
    """Return export, import or domestic."""
    if channel not in TRADE_CHANNELS:
        return "domestic"
    return "export" if direction == "out" else "import"


def _flows(
    group: pd.DataFrame, ends: pd.DataFrame, balanced: Balance, keys: tuple[str, str, str]
) -> Iterator[pd.DataFrame]:
    """Yield the positive flows of one balanced matrix, one frame per shipment size."""
    commodity, channel, direction = keys
    rows, columns = np.nonzero(balanced.t_per_year)
    t_per_year = balanced.t_per_year[rows, columns]
    for size in SIZES:
        flow_t = t_per_year * group[size].to_numpy(float)[rows]
        kept = flow_t > 0
        yield pd.DataFrame(
            {
                "near_id": group["place_id"].to_numpy()[rows[kept]],
                "far_id": ends["place_id"].to_numpy()[columns[kept]],
                "commodity": commodity,
                "channel": channel,
                "direction": direction,
                "trade": trade_of(channel, direction),
                "shipment": size,
                "t_per_year": flow_t[kept],
                "vot_vnd_per_th": group["vot_vnd_per_th"].to_numpy(float)[rows[kept]],
            }
        )
