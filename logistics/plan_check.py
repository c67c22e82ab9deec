"""The hubs a run works with, beside what the tables hold of the plans for them: kind, land, capacity.

The tables name projects and hubs (`hubs.csv`: kind, status, land, design capacity, each with its source) and two sums
of the plans (`expected.csv`). They hold no list of a decree, no class of logistics centres, no corridor and no capacity
by year: `NOT_HELD` says so in every answer, for a check against nothing is none.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from logistics.case import Case
from logistics.errors import InputError
from logistics.run_folder import RunTables
from logistics.sites import CLOSED
from logistics.timeline import Timeline
from logistics.units import T_PER_MILLION_T

WITHIN, BEYOND, UNLISTED, UNSTATED = "within", "beyond", "unlisted", "unstated"
CANDIDATE: Final = "candidate"
NOT_HELD: Final = ("decree", "class", "corridor", "years")
"""What a planner would check and the tables do not hold; keys of the labels `plan_check_*`."""
TOTALS: Final = ("x087", "x089")
ROUNDING: Final = 1e-9
BAC_NINH: Final = "Bắc Ninh"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanCheck:
    """A run beside the plans.

    Parameters
    ----------
    hubs
        A row a phase and working hub: `period`, `hub_id`, `built` (new, or extended), `listed_type`, `listed_status`,
        `listed_area_ha`, `land_ha`, `listed_capacity_t_per_year`, `capacity_t_per_year`, `verdict` (within, beyond;
        unlisted: a candidate that is in no plan; unstated: listed without a figure), `source`, `confidence`.
    totals
        A row a phase and sum of the plans: `period`, `id`, `planned`, `low`, `high`, `run`, `unit`, `verdict`,
        `source`.
    not_held
        What the tables hold nothing of.
    """

    hubs: pd.DataFrame
    totals: pd.DataFrame
    not_held: tuple[str, ...] = NOT_HELD


def plan_check(timeline: Timeline, tables: RunTables) -> PlanCheck:
    """Lay the hubs of a run beside the tables.

    Raises
    ------
    InputError
        If a hub of the run is none of the scenario's sites.
    """
    hubs, totals = [], []
    for case in timeline.cases:
        working = tables.hubs[(tables.hubs["period"] == str(case.year)) & (tables.hubs["tier"] != CLOSED)]
        hubs.append(_hubs(case, working))
        totals.append(_totals(case, working))
    return PlanCheck(hubs=pd.concat(hubs, ignore_index=True), totals=pd.concat(totals, ignore_index=True))


def _hubs(case: Case, working: pd.DataFrame) -> pd.DataFrame:
    sites = case.sites.set_index("hub_id")
    if lost := sorted(set(working["hub_id"]) - set(sites.index)):
        raise InputError(f"hubs.csv: {lost[0]!r} is no site of this scenario; run `logistics audit`")
    listed = sites.loc[list(working["hub_id"])].reset_index()
    table = pd.DataFrame(
        {
            "period": str(case.year), "hub_id": listed["hub_id"],
            "built": working["is_new"].to_numpy(bool) | (working["new_land_ha"].to_numpy(float) > 0),
            "listed_type": listed["type"], "listed_status": listed["status"],
            "listed_area_ha": listed["area_ha"], "land_ha": working["land_ha"].to_numpy(float),
            "listed_capacity_t_per_year": listed["capacity_t_per_year"],
            "capacity_t_per_year": working["capacity_t_per_year"].to_numpy(float),
            "source": listed["source"], "confidence": listed["confidence"],
        }
    )  # fmt: skip
    verdicts = [verdict(row) for row in table.to_dict("records")]
    return table.assign(verdict=pd.Series(verdicts, dtype=object))


def verdict(row: Mapping[Any, Any]) -> str:
    """Return how a hub stands to its listing; columns of `PlanCheck.hubs`."""
    if row["listed_status"] == CANDIDATE:
        return UNLISTED
    pairs = [("listed_area_ha", "land_ha"), ("listed_capacity_t_per_year", "capacity_t_per_year")]
    if any(row[built] > row[listed] * (1 + ROUNDING) for listed, built in pairs):
        return BEYOND
    return UNSTATED if any(pd.isna(row[listed]) for listed, _ in pairs) else WITHIN


def _totals(case: Case, working: pd.DataFrame) -> pd.DataFrame:
    yard_t = float(working["yard_capacity_t_per_year"].sum())
    dry = (working["type"] == "dry_port") & (working["province"] == BAC_NINH)
    run = {
        "x087": yard_t / case.region.ledger["payload_teu"] / T_PER_MILLION_T,
        "x089": float(dry.sum()),
    }
    expected = case.region.expected
    rows = []
    for name in TOTALS:
        if name not in expected.index:
            continue
        planned = expected.loc[name]
        limits = [float(str(planned[key])) for key in ("high", "value")]
        most = next(limit for limit in limits if not math.isnan(limit))
        rows.append(
            {"period": str(case.year), "id": name, "planned": planned["value"], "low": planned["low"],
             "high": planned["high"], "run": run[name], "unit": planned["unit"],
             "verdict": BEYOND if run[name] > most * (1 + ROUNDING) else WITHIN, "source": planned["source"]}
        )  # fmt: skip
    return pd.DataFrame(rows)
