"""All that the page shows, as its block of JSON holds it: both languages, every run, every phase."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from logistics.maps.answer import answer_view
from logistics.maps.coast import coast_view
from logistics.maps.labels import LANGUAGES, commodity_names, labels
from logistics.maps.land import Ground, Rings, bands_view, catchments_view, read_ground
from logistics.maps.layers import bounds_of, core_of, hub_colours, layers_view
from logistics.maps.lines import Lines
from logistics.maps.notes import NotedRun
from logistics.maps.roads import road_breaks, roads_view
from logistics.maps.style import STYLE
from logistics.maps.trade import trade_view
from logistics.run_folder import RunTables

NORTHERN_VIETNAM: Final = [[20.0, 103.0], [23.0, 108.0]]
"""What is shown when a run holds no place at all: south-west and north-east, lat and lon."""
TILES: Final = {
    "source": "https://tile.openstreetmap.org",
    "path": "/{z}/{x}/{y}.png",
    "largest_zoom": 19,
}
"""The public pictures of OpenStreetMap; their terms ask for the attribution that the page shows anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOptions:
    """What a page may have beside its runs.

    Parameters
    ----------
    tiles
        Offer online pictures of OpenStreetMap behind the map, off when it opens. Such a page may fetch those pictures
        and says so; without the option it can fetch nothing.
    ground
        A GeoJSON file of polygons or lines, provinces or a coast, to be drawn below everything instead of the bundled
        schematic coast; or one as it was read.
    """

    tiles: bool = False
    ground: Path | Ground | None = None


def page_view(runs: Sequence[NotedRun], lang: str, options: MapOptions) -> dict[str, Any]:
    """Return all that the page shows; it opens on the first run, in the last phase of it."""
    lines = Lines()
    phases = [[_phase(run, tables, lines) for tables in phases_of(run.tables)] for run in runs]
    every = [tables for run in runs for tables in phases_of(run.tables)]
    roads = [phase["roads"] for of_run in phases for phase in of_run]
    for view in roads:
        if view["at"] == list(range(len(lines))):
            view["at"] = None  # all lines in their order, as nearly always: not worth half a megabyte
    bounds = bounds_of(every) or NORTHERN_VIETNAM
    return {
        "lang": lang,
        "words": {language: dict(labels(language)) for language in LANGUAGES},
        "goods": {commodity: list(names) for commodity, names in commodity_names().items()},
        "style": STYLE,
        "tiles": TILES if options.tiles else None,
        "ground": _rings(options.ground),
        "coast": None if options.ground else coast_view(bounds),
        "bounds": bounds,
        "core": core_of(runs[0].tables.last()) or bounds,
        "lines": lines.view(),
        "breaks": road_breaks(roads),
        "hub_colours": hub_colours(every),
        "runs": [{"answer": answer_view(run), "phases": of_run} for run, of_run in zip(runs, phases, strict=True)],
    }


def _rings(ground: Path | Ground | None) -> tuple[Rings, ...]:
    read = read_ground(ground) if isinstance(ground, Path) else ground
    return read.rings if read else ()


def phases_of(tables: RunTables) -> list[RunTables]:
    """Return the tables of each phase, in the order of time."""
    return [tables.of_period(period) for period in tables.periods] or [tables]


def _phase(run: NotedRun, tables: RunTables, lines: Lines) -> Mapping[str, Any]:
    return {
        "period": next(iter(tables.periods), str(tables.summary.get("year", ""))),
        "roads": roads_view(tables.link_flows, lines),
        "catchments": catchments_view(tables),
        "bands": bands_view(tables),
        "trade": trade_view(tables),
        **layers_view(run, tables),
    }
