"""Maps for print written to files: PNG, SVG or PDF, A4 or A3."""

import re
from pathlib import Path
from typing import Final

from logistics.errors import InputError
from logistics.reports.print_map.paint import paint
from logistics.reports.print_map.papers import IN_REPORT, PAPERS, SMALL
from logistics.reports.print_map.sheet import draw_phase, draw_sheet
from logistics.reports.print_map.svg import to_svg
from logistics.run_folder import RunTables
from networks.whole import whole_file

FORMATS: Final = ("png", "svg", "pdf")


def map_files(tables: RunTables, kind: str, paper: str) -> dict[str, str]:
    """Return the name of the file of each phase's map; of a plan of one year, the one name without a year."""
    if len(tables.periods) <= 1:
        return {"": f"map_{paper}.{kind}"}
    return {period: f"map_{_slug(period)}_{paper}.{kind}" for period in tables.periods}


def _slug(period: str) -> str:
    """Return a phase as a part of a file's name."""
    return re.sub(r"[^0-9a-z]+", "-", period.casefold()).strip("-")


def write_print_map(
    tables: RunTables, path: str | Path, *, paper: str = "a4", lang: str = "en", period: str = ""
) -> Path:
    """Write the map of a run as one sheet; whoever looks sees the old file or the whole new one.

    Parameters
    ----------
    tables
        The run.
    path
        Its ending, .png, .svg or .pdf, tells the format.
    paper
        "a4" or "a3", both on their long side.
    lang
        "en" or "vi".
    period
        Which phase of a run in phases; by default the last.

    Raises
    ------
    InputError
        If there is no such format, paper or phase.
    """
    target = Path(path)
    kind = target.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise InputError(f"{target.name}: a map is written as {', '.join(FORMATS)}; give the file one of these endings")
    if paper not in PAPERS:
        raise InputError(f"paper: found {paper!r}, expected one of {', '.join(PAPERS)}")
    if period and period not in tables.periods:
        raise InputError(f"period: found {period!r}, expected one of {', '.join(tables.periods)}")
    drawing = draw_sheet(tables, PAPERS[paper], lang, period)
    with whole_file(target) as fresh:
        if kind == "svg":
            fresh.write_text(to_svg(drawing), encoding="utf-8", newline="\n")
        else:
            paint(drawing, fresh)
    return target


def report_map(tables: RunTables, lang: str) -> str:
    """Return the map that stands inside the report, as an SVG element."""
    return to_svg(draw_sheet(tables, IN_REPORT, lang), is_inline=True)


def phase_maps(tables: RunTables, lang: str) -> list[str]:
    """Return a small map of each phase as SVG elements; none for a plan of one year."""
    periods = tables.periods
    if len(periods) <= 1:
        return []
    return [to_svg(draw_phase(tables, period, SMALL, lang), is_inline=True) for period in periods]
