"""The answer of `logistics why` for people: one site as a page, all of them as a table."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich.console import RenderableType

from logistics.cli.sheet import head, inside, pairs, shows_lines, table, written
from logistics.i18n import label, number
from logistics.i18n.telling import told, told_words
from logistics.units import VND_PER_BILLION

if TYPE_CHECKING:
    from logistics.explain import Flip, Why

SHOWN: Final = 15


def page(one: "Why", lang: str) -> str:
    """Return the answer for one site."""
    return written(_page(one, lang))


def sheet(found: "Sequence[Why]", lang: str) -> str:
    """Return the answer for all sites."""
    return written(_sheet(found, lang))


def _page(one: "Why", lang: str) -> Iterator[RenderableType]:
    yield head(label("why_open" if one.is_open else "why_closed", lang, site=one.hub_id))
    if not one.is_possible:
        yield inside(label("why_impossible", lang, reason=told(one.stopped, lang)))
        return
    yield inside(
        label(
            "why_costs_to_close" if one.is_open else "why_costs_to_open",
            lang,
            cost=_billion(one.costs_vnd_per_year, lang),
        )
    )
    yield inside(
        label(
            "why_between",
            lang,
            least=_billion(one.least_vnd_per_year, lang),
            most=_billion(one.most_vnd_per_year, lang),
        )
    )
    yield head(label("why_flips", lang))
    yield pairs([_flip(flip, lang) for flip in one.flips])
    yield head(label("why_moved", lang, count=number(len(one.moved), lang)))
    rows = [[str(row["place_id"]), *(told_words(str(row[key]), lang) for key in ("from_hubs", "to_hubs")),
             number(row["t_per_year"], lang)]
            for row in one.moved.head(SHOWN).to_dict("records")]  # fmt: skip
    columns = [label(key, lang) for key in ("why_place", "why_from", "why_to", "throughput")]
    yield table(columns, rows, left=(0, 1, 2), wide=shows_lines())
    if len(one.moved) > SHOWN:
        yield inside(label("largest_shown", lang, count=SHOWN))


def _flip(flip: "Flip", lang: str) -> tuple[str, str, str]:
    change = "-" if flip.change_pct is None else f"{number(flip.change_pct, lang, 1)} %"
    money = (
        "" if flip.change_vnd_per_year is None else label("why_or", lang, cost=_billion(flip.change_vnd_per_year, lang))
    )
    return label(f"why_{flip.what}", lang), change, f"{money} ({told(flip.searched, lang)})".strip()


def _sheet(found: "Sequence[Why]", lang: str) -> Iterator[RenderableType]:
    yield head(label("why_all", lang))
    ranked = sorted(found, key=lambda one: (not one.is_open, one.costs_vnd_per_year))
    rows = [
        [one.hub_id, label("why_is_open" if one.is_open else "why_is_closed", lang),
         _billion(one.costs_vnd_per_year, lang) if one.is_possible else "-",
         "" if one.is_possible else told(one.stopped, lang), number(len(one.moved), lang)]
        for one in ranked
    ]  # fmt: skip
    columns = [label(key, lang) for key in ("hub", "why_state", "why_cost", "why_note", "why_places")]
    yield table(columns, rows, left=(0, 1, 3), wide=shows_lines())


def _billion(value_vnd: float, lang: str) -> str:
    return number(value_vnd / VND_PER_BILLION, lang, 1)
