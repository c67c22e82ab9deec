"""Tornado, response curve and front, drawn from their tables; money in billion VND a year."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from logistics.i18n.word_file import words
from logistics.palette import BLUE, ORANGE, VERMILION
from logistics.studies.answers.switching import Response
from logistics.studies.outcome import SOLVED
from logistics.studies.pictures.paper import GREY, new_picture
from logistics.units import VND_PER_BILLION

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROOM: Final = "logistics.studies.pictures"
SHOWN: Final = 15
BAR_IN: Final = 0.32


def tornado_chart(table: pd.DataFrame, *, shown: int = SHOWN, lang: str = "en") -> "Figure":
    """Draw a tornado: a bar a factor from the figure at its low to that at its high, the widest on top.

    Parameters
    ----------
    table
        As `answers.tornado` returns it, of a sum of money; a star marks factors that turn the choice of hubs.
    shown
        So many factors at most.
    """
    say = words(ROOM, lang)
    top = table.head(shown).iloc[::-1].reset_index(drop=True)
    figure, axes = new_picture(7.5, 1.4 + BAR_IN * len(top))
    base = float(table["at_base"].iloc[0]) / VND_PER_BILLION
    for column, colour, word in (("at_low", BLUE, "at_low"), ("at_high", ORANGE, "at_high")):
        reach = top[column] / VND_PER_BILLION - base
        axes.barh(top.index, reach, left=base, color=colour, height=0.7, label=say[word])
    names = [f"{name} *" if turns else str(name) for name, turns in zip(top["factor"], top["turns"], strict=True)]
    axes.set_yticks(top.index, names, fontsize=8)
    axes.axvline(base, color="black", linewidth=0.8)
    axes.set_xlabel(say["saving"])
    axes.set_title(say["tornado"], loc="left", fontsize=10)
    axes.legend(loc="lower right", fontsize=8, frameon=False)
    return figure


def response_chart(found: Response, *, lang: str = "en") -> "Figure":
    """Draw the saving along one factor, with the values at which one set of hubs replaces another."""
    say = words(ROOM, lang)
    figure, axes = new_picture(7.5, 3.6)
    curve = found.curve[found.curve["state"].isin(SOLVED)]
    axes.plot(curve["value"], curve["saving_vnd_per_year"] / VND_PER_BILLION, color=BLUE, marker="o", markersize=3)
    top = axes.get_ylim()[1]
    for row in found.switches.to_dict("records"):
        middle = (row["below"] + row["above"]) / 2
        axes.axvline(middle, color=VERMILION, linestyle="--", linewidth=0.9)
        change = f"{row['from_hubs'] or say['no_new']}\n→ {row['to_hubs'] or say['no_new']}"
        axes.text(middle, top, change, fontsize=6, rotation=90, va="top", ha="right", color=VERMILION)
    axes.axvline(found.factor.value, color=GREY, linewidth=0.8)
    axes.set_xlabel(found.factor.name)
    axes.set_ylabel(say["saving"])
    axes.set_title(say["response"], loc="left", fontsize=10)
    return figure


def front_chart(front: pd.DataFrame, second: str, *, lang: str = "en") -> "Figure":
    """Draw cost against a second goal; the line below each point is what is left of its gap."""
    say = words(ROOM, lang)
    figure, axes = new_picture(7.5, 4.2)
    front = front.dropna(subset="cost_vnd_per_year")
    cost, bound = (front[name] / VND_PER_BILLION for name in ("cost_vnd_per_year", "bound_vnd_per_year"))
    axes.plot(front["second"], cost, color=BLUE, marker="o", markersize=4)
    axes.vlines(front["second"], bound, cost, color=ORANGE, linewidth=2)
    for at, value, hubs in zip(front["second"], cost, front["new_hubs"], strict=True):
        axes.annotate(hubs or say["no_new"], (at, value), xytext=(4, 4), textcoords="offset points", fontsize=6)
    axes.set_xlabel(say[second])
    axes.set_ylabel(say["cost"])
    axes.set_title(say["front"], loc="left", fontsize=10)
    return figure
