"""The answer of `logistics links` for people."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import RenderableType

from logistics.cli.sheet import head, inside, shows_lines, table, written
from logistics.i18n import label, number
from logistics.i18n.telling import told
from logistics.units import VND_PER_BILLION

if TYPE_CHECKING:
    import pandas as pd

    from logistics.closures import Closure
    from logistics.link_use import LinkUse

SHOWN: Final = 15
NAMED: Final = 3


def page(use: "LinkUse", worst: "Sequence[Closure]", path: Path, lang: str) -> str:
    """Return what the roads carry and the closures that hurt most; roads are those of the last phase."""
    return written(_page(use, worst, path, lang))


def _page(use: "LinkUse", worst: "Sequence[Closure]", path: Path, lang: str) -> Iterator[RenderableType]:
    wide = shows_lines()
    period = use.links["period"].max() if len(use.links) else ""
    yield head(label("links_busiest", lang, period=period))
    links = use.links[use.links["period"] == period]
    busiest = links[links["highway"] != "connector"].nlargest(SHOWN, "trucks_per_day")
    keys = ("links_road", "links_from", "links_to", "links_trucks", "links_before", "links_empty", "links_t",
            "links_toll")  # fmt: skip
    rows = [
        [told(row["ref"] or row["highway"], lang),
         row["origin_node_id"], row["destination_node_id"],
         number(row["trucks_per_day"], lang), number(row["direct_trucks_per_day"], lang),
         number(row["empty_trucks_per_day"], lang), number(row["t_per_year"], lang),
         number(row["toll_vnd_per_year"] / VND_PER_BILLION, lang, 1)]
        for row in busiest.to_dict("records")
    ]  # fmt: skip
    yield table([label(key, lang) for key in keys], rows, left=(0, 1, 2), wide=wide)
    for key, sums, column in (("links_by_class", use.by_class, "highway"), ("links_by_number", use.by_number, "ref")):
        yield head(label(key, lang))
        yield _sums(sums[sums["period"] == period], column, lang, wide=wide)
    yield inside(label("links_empties", lang))
    yield from _closures(worst, lang, wide=wide)
    yield inside(label("links_file", lang, path=path))


def _sums(sums: "pd.DataFrame", column: str, lang: str, *, wide: bool) -> RenderableType:
    keys = ("links_road", "links_truck_km", "links_before", "links_toll", "links_before")
    rows = [
        [told(row[column] or "-", lang),
         number(row["truck_km_per_day"], lang), number(row["direct_truck_km_per_day"], lang),
         number(row["toll_vnd_per_year"] / VND_PER_BILLION, lang, 1),
         number(row["direct_toll_vnd_per_year"] / VND_PER_BILLION, lang, 1)]
        for row in sums.head(SHOWN).to_dict("records")
    ]  # fmt: skip
    return table([label(key, lang) for key in keys], rows, left=(0,), wide=wide)


def _closures(worst: "Sequence[Closure]", lang: str, *, wide: bool) -> Iterator[RenderableType]:
    yield head(label("links_closures", lang, count=len(worst)))
    keys = ("links_road", "links_from", "links_to", "links_trips", "links_extra", "links_cut_off")
    rows = [
        [told(one.ref or one.highway, lang), one.origin_node_id, one.destination_node_id,
         number(one.trips_per_year, lang), number(one.extra_vnd_per_year / VND_PER_BILLION, lang, 1),
         number(one.cut_off_t_per_year, lang)]
        for one in worst
    ]  # fmt: skip
    yield table([label(key, lang) for key in keys], rows, left=(0, 1, 2), wide=wide)
    for one in worst:
        if len(one.cut_off):
            pairs = one.cut_off.nlargest(NAMED, "t_per_year")
            names = "; ".join(f"{row.origin_id} - {row.destination_id}" for row in pairs.itertuples())
            yield inside(label("links_lost", lang, road=one.link_ids[0], count=len(one.cut_off), pairs=names))
    yield inside(label("links_priced", lang))
