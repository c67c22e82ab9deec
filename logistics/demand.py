"""The freight of any year: generated and spread, fitted to known volumes, or taken from a matrix of the user's own.

Calibration fits the year of the control totals (`regional.CONTROL_YEAR`), in which the volumes are known, and applies
the factors found there to the year asked for: what grows afterwards is the model's.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from logistics.calibration import Margin, fit_margins, scaled
from logistics.connect import Connected
from logistics.eco_parks import as_eco_parks, check_eco_parks
from logistics.errors import InputError
from logistics.freight import Freight, by_commodity, spread
from logistics.generation import TRADE_CHANNELS, generate
from logistics.ledger import Ledger
from logistics.markets import BORDER_GATES, CHANNEL_OF_TYPE, far_ends, gateway_weights_t
from logistics.od_matrix import matrix_ends, matrix_flows, read_od_matrix
from logistics.region import Region
from logistics.regional import CONTROL_YEAR, regional_trade
from logistics.scenario import Scenario
from logistics.sites import is_standing
from logistics.units import PERCENT, T_PER_MILLION_T

BORDER_IMPORTS: Final = "x081"
"""Row of `expected.csv`: share of imports in the trucks at Lạng Sơn, percent."""
LANG_SON: Final = "ct_border_lang_son"
PARK_SHARE: Final = {
    "seaport": "ct_park_share_sea", "border": "ct_park_share_border", "airport": "ct_park_share_air",
}  # fmt: skip
KNOWN_FROM: Final = {
    "seaport": "ct_sea_hai_phong_teu x payload_teu, gateways.csv",
    "border": "ct_border_*, gateways.csv", "airport": "gateways.csv (ct_airports)",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FreightRules:
    """How the freight of a scenario is made.

    Parameters
    ----------
    calibrate
        Fit generated freight to the known volumes of the gateways.
    eco_parks
        Ids of parks and clusters converted to eco-parks.
    od_matrix
        File of a matrix that replaces generated freight (`od_matrix.OD_MATRIX`).
    od_replaces
        What it replaces: all of it, the commodities it names, or the freight of the parks, clusters and provinces it
        names.
    fitted
        The fit of another year of the same case (`Freight.calibration`), taken instead of fitting again.
    """

    calibrate: bool = False
    eco_parks: tuple[str, ...] = ()
    od_matrix: Path | None = None
    od_replaces: Literal["all", "commodities", "places"] = "all"
    fitted: pd.DataFrame | None = field(default=None, compare=False, repr=False)


AS_GENERATED: Final = FreightRules()


def freight_of_year(
    region: Region,
    scenario: Scenario,
    year: int,
    ends: pd.DataFrame,
    connected: Connected,
    rules: FreightRules = AS_GENERATED,
) -> Freight:
    """Return the freight of a year.

    Parameters
    ----------
    scenario
        Says whether the provinces' own trade counts (`regional_trade`).
    year
        Any year; not necessarily the scenario's.
    ends
        The far ends of that year, `markets.far_ends`.
    connected
        The places on the network, among them both ends of every flow.
    rules
        Calibration, eco-parks, a matrix of the user's own.

    Raises
    ------
    InputError
        If there is no freight, a rule names what is not there, or rules contradict each other.
    """
    check_eco_parks(rules.eco_parks, list(region.generators["place_id"]))
    if rules.calibrate and rules.od_matrix is not None and rules.od_replaces == "all":
        raise InputError("freight: calibrate fits generated freight, and od_matrix replaces all of it; leave one out")
    near = near_freight(region, scenario, year, rules.eco_parks)
    own = None if rules.od_matrix is None else _own_flows(region, year, ends, near, rules.od_matrix)
    if own is not None and rules.od_replaces == "all":
        return Freight(flows=own.flows, convergence=_taken_as_it_is(), notes=own.notes)
    freight = _spread(near, ends, connected, region.ledger, year)
    if rules.calibrate:
        report = fit_to_known(region, scenario, connected) if rules.fitted is None else rules.fitted
        parks, factors = list(region.generators["place_id"]), list(report["factor"])
        flows = scaled(freight.flows, parks, known_margins(region), factors)
        freight = replace(freight, flows=flows, calibration=report)
    return freight if own is None else _with_own(replace(freight, notes=own.notes), own.flows, rules.od_replaces)


def near_freight(region: Region, scenario: Scenario, year: int, eco_parks: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return what parks, clusters and, if the scenario says so, provinces give and take, by commodity."""
    ledger = region.ledger
    parts = [as_eco_parks(generate(region.generators, region.sector_of, year, ledger), eco_parks, ledger)]
    if scenario.regional_trade:
        imports = float(region.expected["value"][BORDER_IMPORTS]) * PERCENT
        parts.append(regional_trade(region.provinces, year, ledger, imports))
    return by_commodity(pd.concat(parts, ignore_index=True), region.commodity_of)


def _spread(near: pd.DataFrame, ends: pd.DataFrame, connected: Connected, ledger: Ledger, year: int) -> Freight:
    if near.empty:
        raise InputError(f"there is nothing to serve: no park or cluster has leased land in {year}")
    ids = list(connected.distances.place_ids)
    hours = pd.DataFrame(connected.distances.hours("c40"), index=ids, columns=ids)
    return spread(near, ends, hours, ledger["gravity_per_h"])


def known_margins(region: Region) -> list[Margin]:
    """Return the known volumes that freight can be fitted to: gateways, directions, and what is from parks.

    Every seaport, border gate and airport has its tonnes of the control year (`markets.gateway_weights_t`: Hải Phòng's
    terminals sum to `ct_sea_hai_phong_teu`, each border to its `ct_border_*`); Lạng Sơn its imports (x081); each
    channel the part from parks (`ct_park_share_*`). Dry ports and barges are no ends of freight: a plan's use of them
    is shown beside x084 and x085 (`known`), it cannot be fitted here.
    """
    gateways = region.gateways[[is_standing(status, CONTROL_YEAR) for status in region.gateways["status"]]]
    weights_t = gateway_weights_t(gateways, CONTROL_YEAR, region.ledger)
    channels = gateways["type"].map(CHANNEL_OF_TYPE)
    by_gateway = [
        Margin(name=str(place), rests_on=KNOWN_FROM[channel], t_per_year=float(t), gateway_ids=(str(place),))
        for place, channel, t in zip(gateways["place_id"], channels, weights_t, strict=True)
        if channel in TRADE_CHANNELS and t > 0
    ]
    return [*by_gateway, _lang_son_imports(region), *(_from_parks(region.ledger, gateways, name, weights_t)
            for name in TRADE_CHANNELS)]  # fmt: skip


def _lang_son_imports(region: Region) -> Margin:
    share = float(region.expected["value"][BORDER_IMPORTS]) * PERCENT
    return Margin(
        name="imports at Lạng Sơn", rests_on=f"{LANG_SON}, {BORDER_IMPORTS}", direction="in",
        t_per_year=share * region.ledger[LANG_SON] * T_PER_MILLION_T, gateway_ids=BORDER_GATES[LANG_SON],
    )  # fmt: skip


def _from_parks(ledger: Ledger, gateways: pd.DataFrame, channel: str, weights_t: "pd.Series[Any]") -> Margin:
    inside = gateways["type"].map(CHANNEL_OF_TYPE) == channel
    return Margin(
        name=f"{channel}, from and to parks", rests_on=PARK_SHARE[channel], park=True,
        t_per_year=ledger.share(PARK_SHARE[channel]) * float(weights_t[inside].sum()),
        gateway_ids=tuple(gateways["place_id"][inside]),
    )  # fmt: skip


def fit_to_known(region: Region, scenario: Scenario, connected: Connected) -> pd.DataFrame:
    """Fit the freight of the control year to the known volumes and return the report (`calibration.fit_margins`)."""
    if not scenario.regional_trade:
        raise InputError("freight: calibrate needs regional_trade: the known volumes hold the provinces' own trade too")
    ends = far_ends(region.gateways, region.provinces, CONTROL_YEAR, region.ledger)
    control = _spread(near_freight(region, scenario, CONTROL_YEAR), ends, connected, region.ledger, CONTROL_YEAR)
    return fit_margins(control.flows, list(region.generators["place_id"]), known_margins(region))


@dataclass(frozen=True, slots=True)
class _OwnFlows:
    """Flows of a matrix, and what is to be said of its reading."""

    flows: pd.DataFrame
    notes: tuple[str, ...]


def _own_flows(region: Region, year: int, ends: pd.DataFrame, near: pd.DataFrame, path: Path) -> _OwnFlows:
    allowed = matrix_ends(region.generators, region.provinces, region.gateways, ends, region.commodity_names.index)
    read = read_od_matrix(path, allowed)
    flows = matrix_flows(read.frame, year, allowed, near)
    if flows.empty:
        raise InputError(f"{path.name}: there is nothing to serve: the matrix has no tonnes in {year}")
    return _OwnFlows(flows, read.notes)


def _with_own(freight: Freight, own: pd.DataFrame, replaces: str) -> Freight:
    column = "commodity" if replaces == "commodities" else "near_id"
    kept = freight.flows[~freight.flows[column].isin(own[column])]
    return replace(freight, flows=pd.concat([kept, own], ignore_index=True)[list(freight.flows.columns)])


def _taken_as_it_is() -> pd.DataFrame:
    row = {"commodity": "as given", "channel": "as given", "direction": "as given", "rounds": 0, "residual": 0.0}
    return pd.DataFrame([row])
