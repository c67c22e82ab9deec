"""The answer for people: hubs, cost and saving with the proven gap, the curve, and what is missing for one more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import RenderableType
from rich.text import Text

from logistics.cli.sheet import head, inside, pairs, shows_lines, table, written
from logistics.cli.streams import printable
from logistics.i18n import label, number, tier
from logistics.i18n.telling import told, told_name
from logistics.units import VND_PER_BILLION

if TYPE_CHECKING:
    from logistics.run_folder import RunTables

PERCENT: Final = 100.0
THIS_PLAN: Final = ">"
CHEAPEST: Final = "*"


@dataclass(frozen=True, slots=True)
class Words:
    """Labels and numbers in one language."""

    lang: str

    def say(self, key: str, **values: object) -> str:
        """Return a label."""
        return printable(label(key, self.lang, **values))

    def told(self, text: object) -> str:
        """Return a sentence of the program, or what it calls something, in this language."""
        return told(str(text), self.lang)

    def whole(self, value: float) -> str:
        """Return a number without decimals."""
        return number(value, self.lang)

    def billion(self, value_vnd: float) -> str:
        """Return VND in billions, one decimal."""
        return number(value_vnd / VND_PER_BILLION, self.lang, 1)

    def percent(self, share: float, digits: int = 1) -> str:
        """Return a share of one in percent."""
        return number(share * PERCENT, self.lang, digits)


def show(tables: "RunTables", folder: Path, lang: str) -> str:
    """Return the answer as text for the terminal, or for a file where there is none.

    Parameters
    ----------
    tables
        Of the run.
    folder
        Where the run was written.
    lang
        "en" or "vi".
    """
    return written(_parts(tables, folder, Words(lang), wide=shows_lines()))


def _parts(tables: "RunTables", folder: Path, words: Words, *, wide: bool) -> Iterator[RenderableType]:
    facts = tables.summary
    yield Text(
        printable(words.say("heading", title=told_name(str(facts["title"]), words.lang), year=facts["year"])),
        style="bold",
    )
    yield words.say(f"status_{facts['status']}", gap=words.percent(facts["gap"], 3))
    yield from _hubs(tables.last(), words, wide=wide)
    yield from _phases(tables, words, wide=wide)
    yield from _goals(facts, words)
    yield from _cost(facts, words)
    yield from _curve(facts, words, wide=wide)
    yield from _one_more(facts["one_more"], words)
    yield from _too_close(facts, words)
    yield from _totals(facts["totals"], words)
    yield from _volumes(facts["known_volumes"], words, wide=wide)
    yield ""
    yield Text(printable(words.say("run", path=folder)), overflow="fold")
    yield Text(printable(words.say("map", path=folder / "map.html")), overflow="fold", style="bold")


def _hubs(tables: "RunTables", words: Words, *, wide: bool) -> Iterator[RenderableType]:
    ranked = tables.hubs.sort_values(["is_new", "throughput_t_per_year"], ascending=False)
    hubs: list[dict[Any, Any]] = ranked.to_dict("records")
    used = [hub for hub in hubs if hub["throughput_t_per_year"] > 0]
    idle = [hub for hub in hubs if hub["throughput_t_per_year"] <= 0]
    if used:
        yield head(words.say("hubs"))
        rows = [_hub_cells(hub, words) for hub in used]
        yield table([words.say(key) for key in _HUB_COLUMNS], rows, left=(0, 1, 2), wide=wide)
    else:
        yield head(words.say("no_hub"))
    new_idle = [_name(hub, words.lang) for hub in idle if hub["is_new"]]
    if new_idle:
        yield inside(words.say("new_idle", hubs=", ".join(new_idle)))
    if len(idle) > len(new_idle):
        yield inside(words.say("standing_idle", count=len(idle) - len(new_idle)))


_HUB_COLUMNS: Final = ("hub", "kind", "tier", "throughput", "yard_used", "dock_used", "fixed")


def _hub_cells(hub: Mapping[str, Any], words: Words) -> list[str]:
    return [
        f"{_name(hub, words.lang)} ({hub['hub_id']})",
        words.say("new" if hub["is_new"] else "standing"),
        tier(str(hub["tier"]), words.lang) if hub["is_new"] else "",
        words.whole(hub["throughput_t_per_year"]),
        *(_used(hub, resource, words) for resource in ("yard", "cross_dock")),
        words.billion(hub["fixed_vnd_per_year"]),
    ]


def _used(hub: Mapping[str, Any], resource: str, words: Words) -> str:
    """Return how full a yard or a cross-dock is: one may be full where the hub as a whole is not."""
    capacity = hub[f"{resource}_capacity_t_per_year"]
    return words.percent(hub[f"{resource}_throughput_t_per_year"] / capacity, 0) if capacity > 0 else "-"


def _name(hub: Mapping[str, Any], lang: str) -> str:
    return str(hub["name_vi"] if lang == "vi" or not hub["name_en"] else hub["name_en"])


def _phases(tables: "RunTables", words: Words, *, wide: bool) -> Iterator[RenderableType]:
    """Show what each phase adds, where there are several."""
    phases = tables.summary.get("phases", ())
    if len(phases) < 2:  # noqa: PLR2004  (one phase is the whole plan)
        return
    new = tables.hubs[tables.hubs["is_new"]]
    rows = []
    for phase in phases:
        there = new[new["period"] == str(phase["year"])]
        pairs_there = zip(there["hub_id"], there["tier"], strict=True)
        names = ", ".join(f"{hub} ({tier(size, words.lang)})" for hub, size in pairs_there)
        rows.append([
            str(phase["year"]), words.percent(phase["weight"]), words.billion(phase["vnd_per_year"]),
            words.billion(phase["direct_vnd_per_year"] - phase["vnd_per_year"]),
            words.billion(phase["capital_standing_vnd"]), names or "-",
        ])  # fmt: skip
    columns = ("phase", "phase_weight", "curve_cost", "curve_saving", "phase_capital", "sites")
    yield head(words.say("phases"))
    yield table([words.say(key) for key in columns], rows, left=(0, 5), wide=wide)


def _goals(facts: Mapping[str, Any], words: Words) -> Iterator[RenderableType]:
    """Show the goals in turn, where there is more than cost."""
    goals = facts.get("goals", ())
    if [goal["goal"] for goal in goals] in ([], ["cost"]):
        return
    yield head(words.say("goals"))
    yield pairs([
        (words.say(f"goal_{goal['goal']}"), f"{words.whole(goal['value'])} {goal['unit']}",
         words.say("goal_gap", share=words.percent(goal["gap"], 3)))
        for goal in goals
    ])  # fmt: skip


def _cost(facts: Mapping[str, Any], words: Words) -> Iterator[RenderableType]:
    cost, direct, saving = (facts[f"{name}_vnd_per_year"] for name in ("objective", "direct", "saving"))
    open_vnd = max(cost - facts["bound_vnd_per_year"], 0.0)
    share = words.percent(saving / direct, 2) if direct > 0 else words.percent(0.0)
    gap_share = words.percent(facts["gap"], 3)
    yield head(words.say("cost"))
    yield pairs([
        (words.say("direct"), words.billion(direct), ""),
        (words.say("plan"), words.billion(cost), ""),
        (words.say("saving"), words.billion(saving), words.say("saving_share", share=share)),
        (words.say("gap"), words.billion(open_vnd),
         words.say("gap_share", share=gap_share, most=words.billion(saving + open_vnd))),
    ])  # fmt: skip


def _curve(facts: Mapping[str, Any], words: Words, *, wide: bool) -> Iterator[RenderableType]:
    cost = {point["new_hubs"]: point["objective_vnd_per_year"] for point in facts["curve"]}
    rows = []
    for point in facts["curve"]:
        count = point["new_hubs"]
        rows.append([
            f"{count} {_marks(count, facts)}",
            words.billion(cost[count]), words.billion(point["saving_vnd_per_year"]), words.percent(point["gap"], 3),
            words.billion(cost[count - 1] - cost[count]) if count - 1 in cost else "", ", ".join(point["hub_ids"]),
        ])  # fmt: skip
    columns = ("new_hubs", "curve_cost", "curve_saving", "curve_gap", "marginal", "sites")
    yield head(words.say("curve"))
    yield table([words.say(key) for key in columns], rows, left=(0, 5), wide=wide)
    yield inside(words.say("cheapest", count=facts["cheapest_new_hubs"]))


def _marks(count: int, facts: Mapping[str, Any]) -> str:
    shown = sum(1 for hub in facts["hubs"] if hub["is_new"])
    return (THIS_PLAN if count == shown else "") + (CHEAPEST if count == facts["cheapest_new_hubs"] else "")


def _one_more(more: Mapping[str, Any] | None, words: Words) -> Iterator[RenderableType]:
    if more is None:
        return
    count, loses = more["new_hubs"], more["loses_vnd_per_year"]
    if loses <= 0:
        yield inside(words.say("one_more_pays", count=count, saves=words.billion(-loses)))
        return
    yield inside(words.say("one_more", count=count, loses=words.billion(loses)))
    fall, rise = more["fixed_cost_must_fall_pct"], more["saving_must_rise_pct"]
    if fall is not None and fall <= PERCENT:
        yield inside(words.say("one_more_fixed", share=number(fall, words.lang, 1)))
    else:
        yield inside(words.say("one_more_never"))
    if rise is not None:
        yield inside(words.say("one_more_saving", share=number(rise, words.lang, 1)))


def _too_close(facts: Mapping[str, Any], words: Words) -> Iterator[RenderableType]:
    """Say so where the gaps of the plan and of one hub more leave open which of the two costs less."""
    more = facts["one_more"]
    if more is None:
        return
    other = next((row for row in facts["curve"] if row["new_hubs"] == more["new_hubs"]), facts)
    left = max(float(row["gap"]) * float(row["objective_vnd_per_year"]) for row in (facts, other))
    if left > abs(more["loses_vnd_per_year"]):
        yield inside(words.say("one_more_open", left=words.billion(left)))


_TOTALS: Final = ("t_per_year", "hub_t_per_year", "tkm_per_year", "co2_t_per_year", "direct_co2_t_per_year")


def _totals(totals: Mapping[str, float], words: Words) -> Iterator[RenderableType]:
    yield head(words.say("totals"))
    yield pairs([(words.say(key), words.whole(totals[key]), "") for key in _TOTALS if key in totals])


def _volumes(volumes: Sequence[Mapping[str, Any]], words: Words, *, wide: bool) -> Iterator[RenderableType]:
    if not volumes:
        return
    rows = [
        [words.told(row["description"]), *(_figure(row[key], words) for key in ("known", "modelled")),
         words.told(row["unit"]), "" if row["ratio"] is None else number(row["ratio"], words.lang, 2)]
        for row in volumes
    ]  # fmt: skip
    yield head(words.say("volumes"))
    columns = [words.say(key) for key in ("volume", "known", "modelled", "unit", "ratio")]
    yield table(columns, rows, left=(0, 3), wide=wide)


def _figure(value: float, words: Words) -> str:
    """Return a number with more decimals the smaller it is."""
    return number(value, words.lang, 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2)  # noqa: PLR2004
