"""How sure the siting is, on one map: each hub's share of the scenarios, each park's favourite hub and how firmly."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import pandas as pd

from logistics.case import read_network
from logistics.i18n.word_file import words
from logistics.palette import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION
from logistics.region import Region, read_region
from logistics.scenario import Scenario
from logistics.studies.answers.choices import hub_shares, park_hubs
from logistics.studies.pictures.paper import GREY, new_picture
from logistics.studies.study import Study
from logistics.units import PERCENT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROOM: Final = "logistics.studies.pictures"
COLOURS: Final = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY)
ATTRIBUTION: Final = "© OpenStreetMap contributors"
MARGIN_DEG: Final = 0.15
LARGEST_PT2: Final = 500.0
"""Area of the circle of a hub that every scenario chooses."""
ROAD_WIDTHS_PT: Final[Mapping[str, float]] = {"motorway": 1.2, "trunk": 0.8}


def stability_map(study: Study, *, lang: str = "en") -> "Figure":
    """Draw a study of many scenarios on one map.

    New hubs are circles as large as the share of scenarios that choose them. Parks and clusters are dots in the colour
    of their favourite hub (of the six that most parks favour; grey for the others), the fainter the less firm. Small
    crosses are sites that no scenario chooses.
    """
    say = words(ROOM, lang)
    region = read_region(study.scenario.tables)
    parks = park_hubs(study).merge(region.generators[["place_id", "lon", "lat"]], on="place_id")
    figure, axes = new_picture(9.0, 7.0)
    _draw_roads(axes, study.scenario)
    colours = _colours(parks)
    _draw_parks(axes, parks, colours, region, lang)
    sites = region.sites[["hub_id", "lon", "lat"]].assign(name=region.sites[f"name_{lang}"])
    _draw_hubs(axes, sites, hub_shares(study))
    axes.set_xlim(parks["lon"].min() - MARGIN_DEG, parks["lon"].max() + MARGIN_DEG)
    axes.set_ylim(parks["lat"].min() - MARGIN_DEG, parks["lat"].max() + MARGIN_DEG)
    axes.set_aspect(1 / math.cos(math.radians(float(parks["lat"].mean()))))
    axes.set_title(
        say["stability"].format(count=sum(outcome.is_solved for outcome in study.outcomes)), loc="left", fontsize=10
    )
    axes.set_axis_off()
    axes.legend(loc="lower left", fontsize=7, title=say["favourite"], title_fontsize=7, framealpha=0.9)
    axes.text(1.0, 0.0, ATTRIBUTION, transform=axes.transAxes, fontsize=6, color=GREY, ha="right")
    return figure


def _draw_roads(axes: "Axes", scenario: Scenario) -> None:
    roads = read_network(scenario, scenario.years[-1], lambda _: None).to_geodataframe()
    for kind, rows in roads.groupby("highway"):
        width = ROAD_WIDTHS_PT.get(str(kind), 0.4)
        for line in rows.geometry:
            lon, lat = line.xy
            axes.plot(lon, lat, color="#d5d5d0", linewidth=width, zorder=1)


def _colours(parks: pd.DataFrame) -> dict[str, str]:
    """Return a colour for each of the hubs that most parks favour."""
    ranked = parks.loc[parks["hub_id"] != "", "hub_id"].value_counts()
    return dict(zip((str(hub_id) for hub_id in ranked.index), COLOURS, strict=False))


def _draw_parks(axes: "Axes", parks: pd.DataFrame, colours: Mapping[str, str], region: Region, lang: str) -> None:
    from matplotlib.colors import to_rgba  # noqa: PLC0415  (slow to load)

    names = region.sites.set_index("hub_id")[f"name_{lang}"]
    for hub_id, colour in colours.items():
        rows = parks[parks["hub_id"] == hub_id]
        shades = [to_rgba(colour, firmness) for firmness in rows["firmness"].clip(0.2, 1.0)]
        axes.scatter(rows["lon"], rows["lat"], s=14, color=shades, linewidths=0, zorder=3)
        axes.scatter([], [], s=14, color=colour, label=str(names.get(hub_id, hub_id)))
    rest = parks[~parks["hub_id"].isin(list(colours))]
    axes.scatter(rest["lon"], rest["lat"], s=10, color=GREY, alpha=0.5, linewidths=0, zorder=2)


def _draw_hubs(axes: "Axes", sites: pd.DataFrame, shares: pd.DataFrame) -> None:
    chosen = sites.merge(shares, on="hub_id")
    never = sites[~sites["hub_id"].isin(shares["hub_id"])]
    axes.scatter(never["lon"], never["lat"], s=8, marker="x", color=GREY, linewidths=0.6, zorder=2)
    axes.scatter(
        chosen["lon"], chosen["lat"], s=LARGEST_PT2 * chosen["share"].clip(lower=0.02),
        facecolors="none", edgecolors="black", linewidths=1.4, zorder=4,
    )  # fmt: skip
    for row in chosen.to_dict("records"):
        text = f"{row['name']} {row['share'] / PERCENT:.0f} %"
        axes.annotate(
            text, (row["lon"], row["lat"]), xytext=(8, 6), textcoords="offset points", fontsize=7, zorder=5,
            bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip
