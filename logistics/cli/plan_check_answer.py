"""The answer of `logistics plan-check` for people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType

from logistics.cli.sheet import head, inside, shows_lines, table, written
from logistics.i18n import label, number
from logistics.i18n.telling import told_words

if TYPE_CHECKING:
    from logistics.plan_check import PlanCheck


def page(found: "PlanCheck", lang: str) -> str:
    """Return the hubs built beside their listings, the sums beside the plans, and what the tables do not hold."""
    return written(_page(found, lang))


def _page(found: "PlanCheck", lang: str) -> Iterator[RenderableType]:
    wide = shows_lines()
    for period, hubs in found.hubs.groupby("period"):
        yield head(label("plan_check_hubs", lang, year=period))
        built = hubs[hubs["built"]]
        if built.empty:
            yield inside(label("plan_check_none", lang))
            continue
        rows = [
            [row["hub_id"], told_words(f"{row['listed_type']}, {row['listed_status']}", lang),
             number(row["listed_area_ha"], lang, 1), number(row["land_ha"], lang, 1),
             number(row["listed_capacity_t_per_year"], lang), number(row["capacity_t_per_year"], lang),
             label(f"plan_check_{row['verdict']}", lang), row["source"]]
            for row in built.to_dict("records")
        ]  # fmt: skip
        keys = ("hub", "plan_check_listed", "plan_check_listed_ha", "plan_check_built_ha", "plan_check_listed_t",
                "plan_check_built_t", "plan_check_verdict", "plan_check_source")  # fmt: skip
        yield table([label(key, lang) for key in keys], rows, left=(0, 1, 6, 7), wide=wide)
    yield head(label("plan_check_totals", lang))
    totals = [
        [row["period"], label(f"plan_check_{row['id']}", lang), number(row["planned"], lang, 2),
         number(row["run"], lang, 2), label(f"plan_check_{row['verdict']}", lang), row["source"]]
        for row in found.totals.to_dict("records")
    ]  # fmt: skip
    columns = ("phase", "volume", "known", "modelled", "plan_check_verdict", "plan_check_source")
    yield table([label(key, lang) for key in columns], totals, left=(0, 1, 4, 5), wide=wide)
    yield inside(label("plan_check_projects", lang))
    topics = "; ".join(label(f"plan_check_{topic}", lang) for topic in found.not_held)
    yield inside(label("plan_check_nothing", lang, topics=topics))
