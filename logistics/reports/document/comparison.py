"""Two runs side by side, as the page shows them."""

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from logistics.comparing import DIRECT, Comparison, compare_runs
from logistics.reports.document.answer import View
from logistics.reports.document.material import Settings
from logistics.reports.document.wording import NOTHING, Wording, brief
from logistics.run_folder import RunTables
from logistics.sites import AS_IT_STANDS, CLOSED

MOST_MOVED: Final = 20
MONEY: Final = ("objective_vnd_per_year", "direct_vnd_per_year", "saving_vnd_per_year", "bound_vnd_per_year")
FREIGHT: Final = ("t_per_year", "hub_t_per_year", "barge_t_per_year", "rail_t_per_year", "tkm_per_year",
                  "co2_t_per_year")  # fmt: skip


def comparison_view(runs: tuple[RunTables, RunTables], settings: Settings, words: Wording) -> View:
    """Return every section of the page."""
    found = compare_runs(*runs)
    titles = [words.title(run.summary) for run in runs]
    return {
        "titles": titles,
        "answer": list(_answer(found, titles, words)),
        "settings": [tuple(NOTHING if part == "-" else brief(part) for part in row) for row in settings],
        "inputs": [brief(name) for name in found.inputs],
        "figures": list(_figures(found, words)),
        "costs": [_money(words.term("cost", kind), row, words, f"costs.{kind}") for kind, row in _rows(found.costs)],
        "hubs": list(_hubs(found, runs, words)),
        "moved_count": words.whole(len(found.moved)),
        "moved": list(_moved(found, runs, words)),
        "left_out": words.whole(len(found.moved) - MOST_MOVED) if len(found.moved) > MOST_MOVED else "",
        "attribution": brief(str(runs[1].summary.get("attribution") or "")),
    }


def _answer(found: Comparison, titles: list[str], words: Wording) -> Iterator[str]:
    change = dict(_rows(found.figures))["objective_vnd_per_year"]["change"]
    key = "compare_same_cost" if words.billion(change) == words.billion(0.0) else (
        "compare_costs_more" if change > 0 else "compare_costs_less")  # fmt: skip
    yield words.say(key, first=titles[0], second=titles[1], change=words.billion(abs(change)))
    by_tonnes, by_rate = (found.explained[f"{name}_vnd_per_year"] for name in ("tonnes", "rate"))
    yield words.say("compare_explained", tonnes=words.billion(by_tonnes), rate=words.billion(by_rate))


def _rows(frame: pd.DataFrame) -> Iterator[tuple[str, dict[str, float]]]:
    for what, row in zip(frame.index, frame.to_dict("records"), strict=True):
        yield str(what), {str(name): float(value) for name, value in row.items()}


def _figures(found: Comparison, words: Wording) -> Iterator[View]:
    rows = dict(_rows(found.figures))
    for name in MONEY:
        yield _money(f"{words.say(f'figure_{name}')} ({words.say('unit_billion')})", rows[name], words, name)
    yield {
        "name": words.say("cert_gap"), "figure": "gap",
        **{side: f"{words.percent(rows['gap'][side], 3)} %" for side in ("first", "second", "change")},
    }  # fmt: skip
    for name in (one for one in FREIGHT if one in rows):
        yield {
            "name": words.term("freight", name.removesuffix("_per_year")), "figure": f"totals.{name}",
            **{side: words.whole(rows[name][side]) for side in ("first", "second", "change")},
        }  # fmt: skip


def _money(name: str, row: dict[str, float], words: Wording, figure: str) -> View:
    return {
        "name": name,
        "figure": figure,
        **{side: words.billion(row[side]) for side in ("first", "second", "change")},
    }


def _hubs(found: Comparison, runs: tuple[RunTables, RunTables], words: Wording) -> Iterator[View]:
    names = _hub_names(runs, words)
    for row in found.hubs.to_dict("records"):
        yield {
            "id": brief(str(row["hub_id"])), "name": names.get(row["hub_id"], str(row["hub_id"])),
            "state": words.term("state", row["state"]), "is_other": row["state"] != "same",
            "tiers": [_tier(str(row[f"tier_{side}"]), words) for side in ("first", "second")],
            "tonnes": [words.whole(row[f"throughput_{side}_t_per_year"]) for side in ("first", "second")],
            "change": words.whole(row["throughput_second_t_per_year"] - row["throughput_first_t_per_year"]),
        }  # fmt: skip


def _hub_names(runs: tuple[RunTables, RunTables], words: Wording) -> dict[Any, str]:
    hubs = pd.concat([run.hubs[run.hubs["tier"] != CLOSED] for run in runs])
    return {row["hub_id"]: words.name(row) for row in hubs.to_dict("records")}


def _moved(found: Comparison, runs: tuple[RunTables, RunTables], words: Wording) -> Iterator[View]:
    places = pd.concat([run.last().places for run in runs]).drop_duplicates("place_id")
    names = {row["place_id"]: words.name(row) for row in places.to_dict("records")} | _hub_names(runs, words)
    names[DIRECT] = words.say("compare_direct")
    for row in found.moved.head(MOST_MOVED).to_dict("records"):
        yield {
            **{end: names.get(row[f"{end}_id"], brief(str(row[f"{end}_id"]))) for end in ("origin", "destination")},
            "commodity": words.term("commodity", brief(str(row["commodity"]))),
            **{side: _named(str(row[f"{side}_hub"]), names) for side in ("from", "to")},
            "tonnes": words.whole(row["t_per_year"]),
        }  # fmt: skip


def _tier(tier: str, words: Wording) -> str:
    return NOTHING if tier in ("", AS_IT_STANDS) else words.tier(tier)


def _named(hub_ids: str, names: dict[Any, str]) -> str:
    """Return ids joined by commas, or by plus signs where freight passes two hubs, as names."""
    ways = (way.split(" + ") for way in hub_ids.split(", "))
    return "; ".join(" + ".join(names.get(hub_id, brief(hub_id)) for hub_id in way) for way in ways)
