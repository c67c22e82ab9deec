"""What would change the answer, what it rests on, and what vouches for it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from logistics.reports.document.answer import GUESSED, View, names_of_sites, new_hubs, one_more_sentences
from logistics.reports.document.material import Material
from logistics.reports.document.wording import LONGEST_NOTE, NOTHING, PERCENT, Wording, brief

WIDEST: Final = 6
"""So many guesses are named where the report says what would change the answer."""
CONFIDENCES: Final = ("low", "scenario", "medium", "high")
HASH_LETTERS: Final = 64
STOPPED: Final = {
    "the gap asked for is reached": "stopped_gap",
    "the gap asked for is proved": "stopped_gap",
    "the program is solved: what is left of the gap is rounding": "stopped_rounding",
}
"""Reasons for the end of a search that have words in both languages; of others those of the solver are told."""


def change_view(material: Material, words: Wording) -> View:
    """Return the curve over the number of new hubs, what one more needs, single sites, the widest guesses."""
    asked = {str(one["hub_id"]) for one in material.whys}
    places = material.tables.last().places
    sites = set(places.loc[places["role"] == "site", "place_id"]) | set(material.tables.last().hubs["hub_id"])
    return {
        "curve": list(_curve(material, words)),
        "one_more": list(one_more_sentences(material, words)),
        "whys": [_why(one, material, words) for one in _ranked(material.whys)],
        "not_asked": words.say("why_not_asked", asked=len(asked), sites=len(sites)) if len(asked) < len(sites) else "",
        "guesses": [
            {**_row(row, words), "note": ""} for row in _guesses(material.ledger).head(WIDEST).to_dict("records")
        ],
    }


def _curve(material: Material, words: Wording) -> Iterator[View]:
    facts, names = material.tables.summary, names_of_sites(material, words)
    points = facts.get("curve", ())
    least = min((point["objective_vnd_per_year"] for point in points), default=0.0)
    most = max((point["objective_vnd_per_year"] - least for point in points), default=0.0)
    for point in points:
        more = point["objective_vnd_per_year"] - least
        yield {
            "count": point["new_hubs"], "cost": words.billion(point["objective_vnd_per_year"]),
            "saving": words.billion(point["saving_vnd_per_year"]), "gap": words.percent(point["gap"], 3),
            "more": words.billion(more), "width": round(100 * more / most) if most > 0 else 0,
            "sites": "; ".join(names.get(str(hub_id), brief(str(hub_id))) for hub_id in point["hub_ids"]) or NOTHING,
            "is_plan": point["new_hubs"] == len(new_hubs(material)),
            "is_cheapest": point["new_hubs"] == facts.get("cheapest_new_hubs"),
        }  # fmt: skip


def _ranked(whys: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Order answers: open sites first, then those that cost least to turn; impossible ones last."""
    return sorted(whys, key=lambda one: (not one["is_open"], one["costs_vnd_per_year"] is None,
                                         one["costs_vnd_per_year"] or 0.0))  # fmt: skip


def _why(one: Mapping[str, Any], material: Material, words: Wording) -> View:
    names = names_of_sites(material, words)
    hub_id, possible = str(one["hub_id"]), bool(one["is_possible"])
    return {
        "name": names.get(hub_id, brief(hub_id)), "id": brief(hub_id),
        "state": words.say("why_is_open" if one["is_open"] else "why_is_closed"),
        "cost": words.billion(one["costs_vnd_per_year"]) if possible else NOTHING,
        "between": words.say("why_between", least=words.billion(one["least_vnd_per_year"]),
                             most=words.billion(one["most_vnd_per_year"])) if possible else words.told(one["stopped"]),
        "flips": "; ".join(_flip(flip, words) for flip in one["flips"]) or words.say("why_flips_not_asked"),
    }  # fmt: skip


def _flip(flip: Mapping[str, Any], words: Wording) -> str:
    what = words.term("flip", flip["what"])
    if flip["change_pct"] is None:
        return words.say("flip_none", what=what)
    sign = "+" if flip["change_pct"] > 0 else ""
    return words.say("flip_at", what=what, change=f"{sign}{words.percent(flip['change_pct'] / PERCENT)}")


def _guesses(ledger: pd.DataFrame | None) -> pd.DataFrame:
    """Return the rows without a source that vouches for them, the widest range first."""
    if ledger is None:
        return pd.DataFrame()
    found = ledger[ledger["confidence"].isin(GUESSED)]
    spread = ((found["high"] - found["low"]) / found["value"].where(found["value"] != 0)).abs()
    return found.iloc[(-spread).argsort(kind="stable")] if len(found) else found


def data_view(material: Material, words: Wording) -> View:
    """Return known volumes beside the plan's, and every row of the ledger it read, guesses first."""
    facts, ledger = material.tables.summary, material.ledger
    volumes = [
        {"what": brief(words.told(row["description"])), "known": words.figure(row["known"]),
         "unit": brief(words.told(row["unit"])),
         "modelled": words.figure(row["modelled"]),
         "ratio": NOTHING if row["ratio"] is None else words.percent(row["ratio"] / PERCENT, 2)}
        for row in facts.get("known_volumes", ())
    ]  # fmt: skip
    return {
        "volumes": volumes,
        "has_ledger": ledger is not None,
        "parts": list(_parts(ledger, words)) if ledger is not None else [],
        "counts": "" if ledger is None else words.say("ledger_counts", **_counts(ledger)),
        "warnings": [brief(words.told(text), LONGEST_NOTE) for text in facts.get("warnings", ())],
        "settings": [tuple(NOTHING if part == "-" else brief(part) for part in row) for row in material.settings],
    }


def _counts(ledger: pd.DataFrame) -> dict[str, object]:
    counts = ledger["confidence"].value_counts()
    return {"rows": len(ledger), **{name: int(counts.get(name, 0)) for name in CONFIDENCES}}


def _parts(ledger: pd.DataFrame, words: Wording) -> Iterator[View]:
    """Yield the ledger in parts: guesses, then rows of medium and of high confidence."""
    known = [name for name in CONFIDENCES if name not in GUESSED]
    others = sorted(set(ledger["confidence"]) - set(CONFIDENCES))
    frames = [("guesses", _guesses(ledger))]
    frames += [(name, ledger[ledger["confidence"] == name]) for name in (*known, *others)]
    for name, frame in frames:
        if len(frame):
            yield {"name": words.term("ledger", name), "rows": [_row(row, words) for row in frame.to_dict("records")]}


def _row(row: Mapping[Any, Any], words: Wording) -> View:
    year = float(row["year"])
    return {
        "id": brief(str(row["id"])), "name": brief(words.told(row["name"])), "unit": brief(words.told(row["unit"])),
        **{name: words.figure(float(row[name])) for name in ("value", "low", "high")},
        "year": f"{year:.0f}" if year == year else "",  # noqa: PLR0124  (nan: no year)
        "source": brief(str(row["source"]), LONGEST_NOTE), "note": brief(str(row["note"]), LONGEST_NOTE),
        "confidence": words.term("confidence", row["confidence"]),
    }  # fmt: skip


def certificate_view(material: Material, words: Wording) -> View:
    """Return what vouches for the plan: the proof, what it was made with, and the audit."""
    facts = material.tables.summary
    findings = material.findings
    audit = "audit_missing" if findings is None else "audit_refused" if findings else "audit_accepted"
    return {
        "rows": [
            (words.say("cert_status"), words.say(f"status_{facts['status']}")),
            (words.say("cert_stopped"), _stopped(str(facts.get("stopped", "")), words)),
            *((words.say(f"cert_{name}"), f"{words.billion(facts[f'{name}_vnd_per_year'])} {words.say('unit_billion')}")
              for name in ("objective", "bound")),
            (words.say("cert_gap"), f"{words.percent(facts['gap'], 6)} %"),
            (words.say("cert_seed"), str(facts.get("seed", NOTHING))),
            (words.say("cert_seconds"), words.figure(float(facts.get("seconds", "nan")))),
        ],
        "audit": words.say(audit, count=len(findings or ())),
        "audit_kind": audit,
        "findings": [brief(words.told(one), LONGEST_NOTE) for one in findings or ()],
        "versions": list(facts.get("versions", {}).items()),
        "inputs": [
                (brief(words.told(name)), str(digest)[:HASH_LETTERS] or NOTHING)
                for name, digest in facts.get("inputs", {}).items()
            ],
        "attribution": brief(str(facts.get("attribution") or ""), LONGEST_NOTE),
    }  # fmt: skip


def _stopped(reason: str, words: Wording) -> str:
    return words.say(STOPPED[reason]) if reason in STOPPED else brief(words.told(reason))
