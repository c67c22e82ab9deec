"""The tables of the result sheets, made from those of a run: words in the reader's language, flows added up.

A region has more flows than a workbook should hold; they are added up as far as needed, their sums stay the run's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.guesses import GUESSED
from logistics.i18n.telling import told
from logistics.ledger import Ledger
from logistics.reports.workbook.columns import (
    ASSUMPTION_COLUMNS,
    FLOW_COLUMNS,
    HUB_COLUMNS,
    LINK_COLUMNS,
    PLACE_COLUMNS,
    ResultColumn,
)
from logistics.reports.workbook.words import word, word_or
from logistics.run_folder import LEDGER_READ, RunTables
from logistics.sheet_writing import CUT_MARK

MOST_FLOW_ROWS: Final = 100_000
MOST_LINK_ROWS: Final = 60_000
LONGEST_NAME: Final = 250
"""Characters of a name beside its flows; the sheet of places has it whole."""
_BY_HUB: Final = ("way", "hub_id", "second_hub_id", "mode")
_ENDS: Final = ("origin_id", "destination_id")
_PROVINCES: Final = ("origin", "destination")
FLOW_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "flows": ("period", *_ENDS, "commodity", *_BY_HUB),
    "flows_ends": ("period", *_ENDS, *_BY_HUB),
    "flows_provinces": ("period", *_PROVINCES, "commodity", *_BY_HUB),
    "flows_hubs": ("period", "commodity", *_BY_HUB),
}
"""What flows are added up by, finest first, by the key of the note that says so."""
_SUMMED: Final = ("t_per_year", "vnd_per_year", "tkm_per_year", "co2_t_per_year")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResultFrame:
    """A table for a result sheet, its columns, and the note above it."""

    sheet: str
    frame: pd.DataFrame
    columns: tuple[ResultColumn, ...]
    note: str


def result_frames(tables: RunTables, ledger: Ledger, commodities: Mapping[str, str], lang: str) -> list[ResultFrame]:
    """Return the tables of the result sheets.

    Parameters
    ----------
    tables
        The run.
    ledger
        With the scenario's own values.
    commodities
        Names in the reader's language, by id.
    lang
        The language.
    """
    return [
        _frame("hubs", hub_frame(tables, lang), HUB_COLUMNS, word("note.hubs", lang)),
        flow_frame(tables, commodities, lang),
        _frame("places", place_frame(tables, lang), PLACE_COLUMNS, word("note.places", lang)),
        link_frame(tables, lang),
        assumption_frame(tables, ledger, lang),
    ]


def _frame(sheet: str, frame: pd.DataFrame, columns: tuple[ResultColumn, ...], note: str) -> ResultFrame:
    there = tuple(column for column in columns if column.name in frame)
    return ResultFrame(sheet=sheet, frame=frame[[column.name for column in there]], columns=there, note=note)


def hub_frame(tables: RunTables, lang: str) -> pd.DataFrame:
    """Return the hubs with how full they are, and their tonnes added up from the flows."""
    hubs = tables.hubs
    through = tables.flows[tables.flows["way"] == "hub"]
    ends = [
        through[["period", name, "t_per_year"]].set_axis(["period", "hub_id", "t"], axis=1)
        for name in ("hub_id", "second_hub_id")
    ]
    passing = pd.concat(ends).groupby(["period", "hub_id"])["t"].sum()
    capacity, used = (hubs[name].to_numpy(float) for name in ("capacity_t_per_year", "throughput_t_per_year"))
    keys = pd.MultiIndex.from_frame(hubs[["period", "hub_id"]])
    return hubs.assign(
        period=_years(hubs["period"]),
        state=_worded(np.where(hubs["is_new"].astype(bool), "new", "standing"), lang),
        used_share=np.divide(used, capacity, out=np.zeros(len(hubs)), where=capacity > 0),
        flows_t_per_year=passing.reindex(keys).fillna(0.0).to_numpy(float),
    )


def flow_frame(tables: RunTables, commodities: Mapping[str, str], lang: str) -> ResultFrame:
    """Return the flows, added up as little as the number of rows allows."""
    ends = _flow_ends(tables, lang)
    flows = tables.flows
    for note, keys in FLOW_KEYS.items():
        by_province = keys[1] == _PROVINCES[0]
        named = flows.assign(**{name: flows[f"{name}_id"].map(ends["province"]).fillna("") for name in _PROVINCES}) \
            if by_province else flows  # fmt: skip
        grouped = named.groupby(list(keys), sort=False, observed=True)
        if grouped.ngroups <= MOST_FLOW_ROWS or note == "flows_hubs":
            break
    found = grouped[list(_SUMMED)].sum().assign(flows=grouped.size()).reset_index()
    found = found.sort_values(["period", "t_per_year"], ascending=[True, False], kind="stable", ignore_index=True)
    if _ENDS[0] in found:
        found = found.assign(**{name: found[f"{name}_id"].map(ends["name"]).fillna("") for name in _PROVINCES})
    if "commodity" in found:
        found["commodity"] = found["commodity"].map(lambda one: commodities.get(one, one))
    found = found.assign(
        period=_years(found["period"]), way=_worded(found["way"], lang), mode=_worded(found["mode"], lang)
    )
    return _frame("flows", found, FLOW_COLUMNS, word(f"note.{note}", lang))


def _flow_ends(tables: RunTables, lang: str) -> pd.DataFrame:
    """Return name and province of every place, by id; a name that stands in many rows is kept short."""
    places = tables.places.drop_duplicates("place_id").set_index("place_id")
    here, other = (f"name_{one}" for one in (("vi", "en") if lang == "vi" else ("en", "vi")))
    name = places[here].where(places[here] != "", places[other])
    short = name.where(name.str.len() <= LONGEST_NAME, name.str.slice(0, LONGEST_NAME - 1) + CUT_MARK)
    return pd.DataFrame({"name": short, "province": places["province"]})


def place_frame(tables: RunTables, lang: str) -> pd.DataFrame:
    """Return every place with its freight and the share of it through hubs."""
    places = tables.places
    both = (places["out_t_per_year"] + places["in_t_per_year"]).to_numpy(float)
    via = places["via_hub_t_per_year"].to_numpy(float)
    return places.rename(columns={"hub_id": "main_hub_id"}).assign(
        period=_years(places["period"]),
        role=_worded(places["role"], lang),
        via_hub_share=np.divide(via, both, out=np.zeros(len(places)), where=both > 0),
        opened=_worded(np.where(places["opened"].astype(bool), "yes", "no"), lang),
    )


def link_frame(tables: RunTables, lang: str) -> ResultFrame:
    """Return the links with their loads; the busiest where there are very many."""
    links = tables.link_flows.drop(columns="geometry")
    tkm = (links["t_per_year"] * links["length_km"]).to_numpy(float)
    most = np.maximum(tkm, (links["direct_t_per_year"] * links["length_km"]).to_numpy(float))
    rows = np.sort(np.argsort(-most, kind="stable")[:MOST_LINK_ROWS])
    note = word("note.links", lang)
    if len(rows) < len(links):
        note = word("note.links_part", lang, shown=len(rows), all=len(links))
    shown = links.assign(
        period=_years(links["period"]),
        mode=_worded(links["mode"], lang),
        change_t_per_year=links["t_per_year"] - links["direct_t_per_year"],
        tkm_per_year=tkm,
    )
    return _frame("links", shown.iloc[rows].reset_index(drop=True), LINK_COLUMNS, note)


def assumption_frame(tables: RunTables, ledger: Ledger, lang: str) -> ResultFrame:
    """Return the guesses that the plan rests on (`guesses.guesses`), as its `plan.json` says it read them."""
    read = tables.summary.get(LEDGER_READ)
    rows = ledger.to_frame()
    found = rows[rows["confidence"].isin(GUESSED) & (rows["id"].isin(read) if read is not None else True)]
    value, low, high = (found[name].to_numpy(float) for name in ("value", "low", "high"))
    spread = np.divide(np.abs(high - low), np.abs(value), out=np.zeros(len(found)), where=value != 0)
    names, units = ([told(str(text), lang) for text in found[column]] for column in ("name", "unit"))
    found = found.assign(spread=spread, name=names, unit=units)
    found = found.sort_values("spread", ascending=False, kind="stable", ignore_index=True)
    note = word("note.assumptions" if read is not None else "note.assumptions_all", lang)
    return _frame("assumptions", found, ASSUMPTION_COLUMNS, note)


def _years(periods: "pd.Series[Any]") -> NDArray[np.int64]:
    """Return phases, which are named after their first year, as the numbers that formulas compare."""
    codes, names = pd.factorize(periods)
    return np.asarray([int(str(name)) for name in names], dtype=np.int64)[codes]


def _worded(codes: Any, lang: str) -> list[str]:  # noqa: ANN401  (a column or an array)
    numbers, names = pd.factorize(np.asarray(codes, dtype=object))
    known = [word_or(str(name), lang) for name in names]
    return [known[number] for number in numbers]
