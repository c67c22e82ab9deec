"""Whether every row of a run names what its scenario has: phases, flows, ways, sites and sizes."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.audit_cells import SHOWN, shown
from logistics.case import Case
from logistics.costs import MODES
from logistics.run_folder import TABLE_NAMES, RunTables
from logistics.sites import NOT_YET
from logistics.timeline import Timeline


def key_findings(timeline: Timeline, tables: RunTables) -> Iterator[str]:
    """Yield a sentence for each row that belongs to no phase, or names what the scenario does not have."""
    yield from _period_findings(timeline, tables)
    if any("period" not in frame.columns for frame in (tables.flows, tables.hubs)):
        return
    for case in timeline.cases:
        yield from _flow_key_findings(case, of_phase(tables.flows, case))
        yield from _hub_key_findings(case, of_phase(tables.hubs, case))


def _period_findings(timeline: Timeline, tables: RunTables) -> Iterator[str]:
    """Check that every row belongs to a phase and that the phases stand in order."""
    years = [str(year) for year in timeline.years]
    for name in TABLE_NAMES:
        frame = getattr(tables, name)
        if "period" not in frame.columns:
            yield f"{name}.csv: columns missing: period"
        elif list(dict.fromkeys(frame["period"])) != (years if len(frame) else []) and name != "hubs":
            yield f"{name}.csv:period: found {', '.join(dict.fromkeys(frame['period']))}, expected {', '.join(years)}"
        elif not set(frame["period"]) <= set(years):
            yield f"{name}.csv:period: found {min(set(frame['period']) - set(years))!r}, no phase of this plan"


def _flow_key_findings(case: Case, flows: pd.DataFrame) -> Iterator[str]:
    """Check that every row names a flow of the case, a way and a hub that exist."""
    needed = {"flow_id", "way", "hub_id", "second_hub_id", "mode", "t_per_year"}
    if missing := sorted(needed - set(flows.columns)):
        yield f"flows.csv: columns missing: {', '.join(missing)}"
        return
    known = {f"f{number:06d}" for number in range(len(case.flows))}
    sites = {"", *case.sites["hub_id"]}
    wrong = {
        "flow_id": ~flows["flow_id"].isin(known),
        "way": ~flows["way"].isin(["direct", "hub"]),
        "hub_id": ~flows["hub_id"].isin(sites) | ((flows["hub_id"] == "") == (flows["way"] == "hub")),
        "second_hub_id": ~flows["second_hub_id"].isin(sites)
        | ((flows["second_hub_id"] != "") & ((flows["hub_id"] == "") | (flows["hub_id"] == flows["second_hub_id"]))),
        "mode": ~flows["mode"].isin(MODES),
        "t_per_year": ~(flows["t_per_year"] >= 0),
    }
    for column, rows in wrong.items():
        for row in np.flatnonzero(rows.to_numpy())[:SHOWN]:
            value = shown(flows[column].iloc[row])
            yield f"flows.csv:{row + 2}:{column}: found {value}, which this scenario does not have"


def _hub_key_findings(case: Case, hubs: pd.DataFrame) -> Iterator[str]:
    if missing := sorted({"hub_id", "tier"} - set(hubs.columns)):
        yield f"hubs.csv: columns missing: {', '.join(missing)}"
        return
    offered = {(option.hub_id, option.tier) for option in case.options}
    for row, key in enumerate(zip(hubs["hub_id"], hubs["tier"], strict=True)):
        if key not in offered:
            yield f"hubs.csv:{row + 2}:tier: found {key[1]!r} at {key[0]!r}, which the site does not offer"
    for hub_id in hubs["hub_id"][hubs["hub_id"].duplicated()]:
        yield f"hubs.csv: {hub_id!r} stands twice; a site holds one hub"
    for hub_id in sorted(set(case.sites["hub_id"][case.sites["standing"]]) - set(hubs["hub_id"])):
        yield f"hubs.csv: the standing hub {hub_id!r} is missing"


def of_phase(frame: pd.DataFrame, case: Case) -> pd.DataFrame:
    """Return the rows of a case's phase."""
    return frame[frame["period"] == str(case.year)].reset_index(drop=True)


def read_ways(case: Case, flows: pd.DataFrame) -> pd.DataFrame:
    """Return the ways (see `ways.way_rows`) that a flow table tells of, in its order."""
    site_of = {hub_id: at for at, hub_id in enumerate(case.sites["hub_id"])} | {"": -1}
    return pd.DataFrame(
        {
            "flow": flows["flow_id"].str.slice(1).astype(np.intp),
            "site": flows["hub_id"].map(site_of).astype(np.intp),
            "second": flows["second_hub_id"].map(site_of).astype(np.intp),
            "mode": flows["mode"].map({name: at for at, name in enumerate(MODES)}).astype(np.intp),
            "t_per_year": flows["t_per_year"].astype(float),
        }
    )


def read_options(case: Case, hubs: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which of the case's options a hub table opens; a hub that is not yet there has no row."""
    opened = set(zip(hubs["hub_id"], hubs["tier"], strict=True))
    opened |= {(option.hub_id, NOT_YET) for option in case.options if option.tier == NOT_YET}
    return np.array([(option.hub_id, option.tier) in opened for option in case.options], dtype=bool)
