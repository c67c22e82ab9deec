"""The answer of `logistics compare` for people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rich.console import RenderableType

from logistics.cli.sheet import head, inside, shows_lines, table, written
from logistics.i18n import label, number, tier
from logistics.i18n.telling import told, told_words
from logistics.units import VND_PER_BILLION

if TYPE_CHECKING:
    import pandas as pd

    from logistics.comparing import Comparison

SHOWN: Final = 15
SHARE_TOLD: Final = 0.01
"""A hub that stays as it is stands among those that differ if it handles so much more or less."""
Settings = list[tuple[str, str, str]]


def page(found: "Comparison", settings: Settings, lang: str) -> str:
    """Return two runs side by side; `settings` are those of the scenarios that differ."""
    return written(_page(found, settings, lang))


def _page(found: "Comparison", settings: Settings, lang: str) -> Iterator[RenderableType]:
    wide = shows_lines()
    yield head(label("compare_head", lang, first=found.names[0], second=found.names[1]))
    yield from _differences(found, settings, lang, wide=wide)
    columns = [label(key, lang) for key in ("compare_what", "compare_first", "compare_second", "compare_change")]
    yield head(label("compare_costs", lang))
    yield table(columns, [*_money(found.costs, lang), *_money(found.figures.iloc[:1], lang)], left=(0,), wide=wide)
    by_tonnes, by_rate = (found.explained[f"{name}_vnd_per_year"] / VND_PER_BILLION for name in ("tonnes", "rate"))
    yield inside(label("compare_explained", lang, tonnes=number(by_tonnes, lang, 1), rate=number(by_rate, lang, 1)))
    yield from _hubs(found.hubs, lang, wide=wide)
    yield head(label("compare_moved", lang, count=number(len(found.moved), lang)))
    moved = [
        [row["origin_id"], row["destination_id"],
         *(told_words(str(row[key]), lang) for key in ("commodity", "from_hub", "to_hub")),
         number(row["t_per_year"], lang)]
        for row in found.moved.head(SHOWN).to_dict("records")
    ]  # fmt: skip
    keys = ("compare_origin", "compare_destination", "compare_commodity", "why_from", "why_to", "throughput")
    yield table([label(key, lang) for key in keys], moved, left=(0, 1, 2, 3, 4), wide=wide)
    if len(found.moved) > SHOWN:
        yield inside(label("largest_shown", lang, count=SHOWN))


def _hubs(hubs: "pd.DataFrame", lang: str, *, wide: bool) -> Iterator[RenderableType]:
    yield head(label("compare_hubs", lang))
    every = differing_hubs(hubs)
    other = every.head(SHOWN)
    if other.empty:
        yield inside(label("compare_same", lang))
        return
    rows = [
        [row["hub_id"], label(f"state_{row['state']}", lang),
         *(tier(str(row[key]), lang) for key in ("tier_first", "tier_second")),
         number(row["throughput_first_t_per_year"], lang), number(row["throughput_second_t_per_year"], lang)]
        for row in other.to_dict("records")
    ]  # fmt: skip
    runs = [label(key, lang) for key in ("compare_first", "compare_second")]
    measured = [f"{label(key, lang)}, {run}" for key in ("tier", "throughput") for run in runs]
    yield table([label("hub", lang), label("compare_change", lang), *measured], rows, left=(0, 1, 2, 3), wide=wide)
    if len(every) > SHOWN:
        yield inside(label("largest_shown", lang, count=SHOWN))


def differing_hubs(hubs: "pd.DataFrame") -> "pd.DataFrame":
    """Return the hubs that open, close or change size, then those that handle other tonnes, most first."""
    handled = hubs[["throughput_first_t_per_year", "throughput_second_t_per_year"]]
    change_t = handled.diff(axis=1).iloc[:, -1].abs()
    is_other = hubs["state"] != "same"
    used_otherwise = hubs[~is_other & (change_t > SHARE_TOLD * handled.max(axis=1))]
    order = change_t[used_otherwise.index].sort_values(ascending=False, kind="stable").index
    return hubs.loc[[*hubs.index[is_other], *order]]


def _differences(found: "Comparison", settings: Settings, lang: str, *, wide: bool) -> Iterator[RenderableType]:
    yield head(label("compare_settings", lang))
    if not settings and not found.inputs:
        yield inside(label("compare_same", lang))
        return
    rows = [list(row) for row in settings] + [[name, "", label("compare_other_file", lang)] for name in found.inputs]
    columns = [label(key, lang) for key in ("compare_what", "compare_first", "compare_second")]
    yield table(columns, rows, left=(0, 1, 2), wide=wide)


def _money(frame: "pd.DataFrame", lang: str) -> list[list[str]]:
    return [
        [told(str(what), lang), *(number(float(value) / VND_PER_BILLION, lang, 1) for value in row)]
        for what, row in zip(frame.index, frame.to_numpy(), strict=True)
    ]
