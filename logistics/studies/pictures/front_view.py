"""A front to point at: a drawing for a notebook or a page in which each plan tells what it is.

SVG with its rules in CSS and no script: it works in Jupyter, in the page that nbconvert makes, and wherever scripts or
other sites are not let in. Pointing at a plan, or choosing one by click or Tab, shows its words in the margin.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

import pandas as pd

from logistics.i18n.word_file import words
from logistics.palette import BLUE, ORANGE, VERMILION
from logistics.studies.pictures.charts import ROOM
from logistics.studies.pictures.paper import GREY
from logistics.units import PERCENT, VND_PER_BILLION

WIDTH, HEIGHT, MARGIN, PANEL_AT = 820, 400, 70, 560
TICKS: Final = 5
LINE: Final = 18
STYLE: Final = f"""
.front-view {{font: 12px sans-serif; max-width: {WIDTH}px; background: #fff}}
.front-view .plan {{cursor: pointer; outline: none}}
.front-view .plan circle {{fill: {BLUE}; stroke: #fff}}
.front-view .plan .words {{visibility: hidden; pointer-events: none}}
.front-view .plan:hover circle {{r: 8px}}
.front-view .plan:focus circle {{r: 8px; fill: {VERMILION}}}
.front-view .plan:hover .words, .front-view .plan:focus .words {{visibility: visible}}
.front-view:has(.plan:hover) .plan:focus:not(:hover) .words {{visibility: hidden}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A drawing as SVG; a notebook shows it as it is."""

    svg: str

    def _repr_html_(self) -> str:
        return self.svg


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Where values lie between two pixels, with round marks."""

    marks: tuple[float, ...]
    begin: float
    end: float

    def at(self, value: float) -> float:
        low, high = self.marks[0], self.marks[-1]
        return self.begin + (value - low) / ((high - low) or 1.0) * (self.end - self.begin)


def front_view(front: pd.DataFrame, second: str, *, lang: str = "en") -> Drawing:
    """Draw cost against a second goal; a plan pointed at or chosen tells its figures and its new hubs.

    Parameters
    ----------
    front
        As `answers.pareto.pareto_front` returns it.
    second
        The goal it was made for: "co2", "distance", "outside_service" or "new_hubs" (of a plan's curve, too).
    """
    say = words(ROOM, lang)
    front = front.dropna(subset="cost_vnd_per_year")
    across = _axis(front["second"], MARGIN, PANEL_AT - LINE)
    money = pd.concat([front["cost_vnd_per_year"], front["bound_vnd_per_year"]]) / VND_PER_BILLION
    up = _axis(money, HEIGHT - MARGIN, 2 * LINE)
    plans = (_plan(row, (across, up), say, second) for row in front.to_dict("records"))
    drawn = [f"<style>{STYLE}</style>", *_axes(across, up, (say[second], say["cost"])), *plans]
    names = escape(say["front"])
    return Drawing(
        svg=f'<svg xmlns="http://www.w3.org/2000/svg" class="front-view" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{names}">{"".join(drawn)}</svg>'
    )


def _axis(values: "pd.Series[float]", begin: float, end: float) -> _Axis:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  (takes a second)

    low, high = float(values.min()), float(values.max())
    ticks = MaxNLocator(TICKS, integer=bool((values % 1 == 0).all()), steps=[1, 2, 5, 10])
    marks = ticks.tick_values(low, high if high > low else low + 1.0)
    return _Axis(marks=tuple(float(mark) for mark in marks), begin=begin, end=end)


def _axes(across: _Axis, up: _Axis, names: tuple[str, str]) -> Iterator[str]:
    foot, left = HEIGHT - MARGIN, MARGIN
    yield f'<path d="M{left} {2 * LINE}V{foot}H{PANEL_AT - LINE}" fill="none" stroke="{GREY}"/>'
    for mark in across.marks:
        yield _text(across.at(mark), foot + LINE, f"{mark:,.10g}", "middle")
    for mark in up.marks:
        yield _text(left - 6, up.at(mark) + 4, f"{mark:,.10g}", "end")
    yield _text((left + PANEL_AT) / 2, foot + 2.5 * LINE, names[0], "middle")
    yield _text(4, LINE - 2, names[1])


def _plan(row: Mapping[Hashable, object], axes: tuple[_Axis, _Axis], say: Mapping[str, str], second: str) -> str:
    cost, bound = (float(str(row[f"{name}_vnd_per_year"])) / VND_PER_BILLION for name in ("cost", "bound"))
    value = float(str(row["second"]))
    hubs = [hub for hub in str(row["new_hubs"]).split("; ") if hub] or [say["no_new"]]
    told = [f"{say['cost']}:", f"{cost:,.1f}", f"{say[second]}:", f"{value:,.0f}",
            f"{say['gap']}: {float(str(row['gap'])) / PERCENT:.4f} %", f"{say['new_hubs']}:", *hubs]  # fmt: skip
    x, y = axes[0].at(value), axes[1].at(cost)
    lines = "".join(_text(PANEL_AT, (2 + at) * LINE, line) for at, line in enumerate(told))
    return (
        f'<g class="plan" tabindex="0"><title>{escape("; ".join(hubs))}</title>'
        f'<path d="M{x:.1f} {y:.1f}V{axes[1].at(bound):.1f}" stroke="{ORANGE}" stroke-width="3"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5"/><g class="words">{lines}</g></g>'
    )


def _text(x: float, y: float, content: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(content)}</text>'
