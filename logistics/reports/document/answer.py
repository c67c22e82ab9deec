"""The first page: what was asked, what the answer is, and how sure it is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from logistics.i18n import label
from logistics.maps.closed import none_pays
from logistics.reports.document.material import Material
from logistics.reports.document.wording import PERCENT, Wording, brief
from logistics.sites import CLOSED

View = dict[str, Any]
GUESSED: Final = ("low", "scenario")


def head_view(material: Material, words: Wording) -> View:
    """Return title, question, answer and the figures that stand above everything else."""
    facts = material.tables.summary
    return {
        "title": words.title(facts),
        "subtitle": _subtitle(material, words),
        "question": " ".join(_question(material, words)),
        "answer": " ".join(_answer(material, words)),
        "headline": _headline(material, words),
        "tiles": list(_tiles(material, words)),
    }


def _subtitle(material: Material, words: Wording) -> str:
    """Return what the page is, with the day the plan was made where the run tells it."""
    made = material.tables.summary.get("made")
    key = "subtitle" if made is None else "subtitle_made"
    return words.say(key, years=years_of(material), made=words.day(made))


def years_of(material: Material) -> str:
    """Return the year of a plan, or the years of its phases."""
    return ", ".join(material.tables.periods) or str(material.tables.summary["year"])


def has_phases(material: Material) -> bool:
    """Tell whether a plan has more than one phase."""
    return len(material.tables.periods) > 1


def new_hubs(material: Material) -> Sequence[Mapping[Any, Any]]:
    """Return the new hubs of the last phase, the largest first."""
    hubs = material.tables.last().hubs
    new = hubs[hubs["is_new"].astype(bool)].sort_values("throughput_t_per_year", ascending=False, kind="stable")
    return new.to_dict("records")


def _question(material: Material, words: Wording) -> Iterator[str]:
    scenario, facts = material.scenario, material.tables.summary
    exact = facts.get("new_hubs_asked")
    key = "question" if exact is None else "question_exact"
    goal = words.term("goal", scenario.objective.minimise)
    yield words.say(
        key, years=years_of(material), count=scenario.max_new_hubs if exact is None else exact, goal=goal,
        tonnes=words.million(facts["totals"]["t_per_year"]),
    )  # fmt: skip
    if has_phases(material):
        yield words.say("question_phases")


def _headline(material: Material, words: Wording) -> str:
    new = new_hubs(material)
    if not new:
        return words.say("headline_none")
    return words.say("headline_one" if len(new) == 1 else "headline_new", count=len(new))


def _answer(material: Material, words: Wording) -> Iterator[str]:
    facts = material.tables.summary
    yield from _choice(material, words)
    cost, direct, saving = (facts[f"{name}_vnd_per_year"] for name in ("objective", "direct", "saving"))
    key = "answer_saves" if saving >= 0 else "answer_loses"
    yield words.say(
        key, cost=words.billion(cost), saving=words.billion(abs(saving)), direct=words.billion(direct),
        share=words.share(abs(saving), direct, 2),
    )  # fmt: skip
    yield _through(material, words)
    yield _carbon(facts["totals"], words)
    yield _proof(facts, words)
    yield from _rests_on(material, words)


def _choice(material: Material, words: Wording) -> Iterator[str]:
    facts = material.tables.summary
    new, asked = new_hubs(material), facts.get("new_hubs_asked")
    if not new:
        key = "answer_none_asked" if asked is not None else "answer_none" if none_pays(facts) else "answer_none_open"
        yield words.say(key, left=words.billion(facts["objective_vnd_per_year"] - facts["bound_vnd_per_year"]))
    else:
        hubs = "; ".join(
            words.say(
                "answer_hub", name=words.name(hub), tier=words.tier(hub["tier"]),
                tonnes=words.million(hub["throughput_t_per_year"]), since=_since(material, str(hub["hub_id"])),
            )
            for hub in new
        )  # fmt: skip
        yield words.say("answer_new" if asked is None else "answer_new_asked", count=len(new), hubs=hubs)
    cheapest = facts.get("cheapest_new_hubs")
    if cheapest is not None and cheapest != len(new):
        yield words.say("answer_cheapest", count=cheapest)


def _since(material: Material, hub_id: str) -> str:
    """Return the first phase in which a hub works."""
    hubs = material.tables.hubs
    return min(hubs.loc[(hubs["hub_id"] == hub_id) & (hubs["tier"] != CLOSED), "period"], default="")


def _through(material: Material, words: Wording) -> str:
    totals, hubs = material.tables.summary["totals"], material.tables.last().hubs
    through, every = totals["hub_t_per_year"], totals["t_per_year"]
    return words.say(
        "answer_through", tonnes=words.million(through), every=words.million(every), share=words.share(through, every),
        hubs=int((hubs["throughput_t_per_year"] > 0).sum()),
    )  # fmt: skip


def _carbon(totals: Mapping[str, float], words: Wording) -> str:
    now, direct = totals["co2_t_per_year"], totals["direct_co2_t_per_year"]
    key = "answer_carbon_less" if now <= direct else "answer_carbon_more"
    return words.say(
        key, now=words.million(now), direct=words.million(direct), change=words.whole(abs(now - direct)),
        share=words.share(abs(now - direct), direct),
    )  # fmt: skip


def _proof(facts: Mapping[str, Any], words: Wording) -> str:
    left = max(facts["objective_vnd_per_year"] - facts["bound_vnd_per_year"], 0.0)
    return words.say(f"answer_{facts['status']}", gap=words.percent(facts["gap"], 3), left=words.billion(left))


def _rests_on(material: Material, words: Wording) -> Iterator[str]:
    if material.ledger is not None and len(material.ledger):
        guessed = int(material.ledger["confidence"].isin(GUESSED).sum())
        yield words.say("answer_rests_on", guesses=guessed, rows=len(material.ledger))


def _tiles(material: Material, words: Wording) -> Iterator[View]:
    facts, totals = material.tables.summary, material.tables.summary["totals"]
    saved_t = totals["direct_co2_t_per_year"] - totals["co2_t_per_year"]
    plain = {"figure": "", "note": ""}
    hubs = words.whole(len(new_hubs(material)))
    yield {**plain, "name": words.say("tile_new"), "value": hubs, "unit": words.say("unit_hubs")}
    for key in ("objective", "saving"):
        figure = f"{key}_vnd_per_year"
        yield {
            "name": words.say(f"tile_{key}"), "value": words.billion(facts[figure]), "unit": words.say("unit_billion"),
            "figure": figure, "note": "",
        }  # fmt: skip
    yield {**plain, "name": words.say("tile_co2"), "value": words.whole(-saved_t), "unit": words.say("unit_co2")}
    yield {
        "name": words.say("tile_gap"), "value": words.percent(facts["gap"], 3), "unit": "%", "figure": "",
        "note": words.say(f"tile_{facts['status']}"),
    }  # fmt: skip


def names_of_sites(material: Material, words: Wording) -> dict[str, str]:
    """Return the name of every hub and site by its id."""
    places = material.tables.places
    sites: Sequence[Mapping[Any, Any]] = places[places["role"] == "site"].to_dict("records")
    names = {str(row["place_id"]): words.name(row) for row in sites}
    return names | {str(row["hub_id"]): words.name(row) for row in material.tables.hubs.to_dict("records")}


def one_more_sentences(material: Material, words: Wording) -> Iterator[str]:
    """Yield what one more new hub would cost and what would make it pay, in the words of the command line."""
    more, names = material.tables.summary.get("one_more"), names_of_sites(material, words)
    if more is None:
        yield words.say("one_more_unknown")
        return
    count, loses = more["new_hubs"], more["loses_vnd_per_year"]
    sites = "; ".join(names.get(str(hub_id), brief(str(hub_id))) for hub_id in more["hub_ids"])
    yield words.say("one_more_sites", sites=sites)
    if loses <= 0:
        yield label("one_more_pays", words.lang, count=count, saves=words.billion(-loses))
        return
    yield label("one_more", words.lang, count=count, loses=words.billion(loses))
    fall, rise = more["fixed_cost_must_fall_pct"], more["saving_must_rise_pct"]
    if fall is not None and fall <= PERCENT:
        yield label("one_more_fixed", words.lang, share=words.percent(fall / PERCENT))
    else:
        yield label("one_more_never", words.lang)
    if rise is not None:
        yield label("one_more_saving", words.lang, share=words.percent(rise / PERCENT))
