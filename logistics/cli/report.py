"""`logistics report`: report, workbook, GIS layers and maps for print of a run, made again from its folder alone."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from logistics.cli.options import JsonOption, Lang, LangOption, RunArgument
from logistics.cli.streams import Say, answer, answer_json, printable, progress, say

if TYPE_CHECKING:
    from logistics.reports.document import Material


class MapFormat(StrEnum):
    """Formats of a map for print."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


class Paper(StrEnum):
    """Sizes of a map for print."""

    A4 = "a4"
    A3 = "a3"


def report(  # noqa: PLR0913  (one parameter an option)
    run: RunArgument,
    *,
    map_format: Annotated[
        list[MapFormat] | None,
        typer.Option(help="Write a map for print, too, one of each phase; may be given several times."),
    ] = None,
    paper: Annotated[Paper, typer.Option(help="Paper of the map for print, on its long side.")] = Paper.A4,
    geoparquet: Annotated[
        bool, typer.Option("--geoparquet", help="Write the GIS layers as GeoParquet, too, into the folder gis.")
    ] = False,
    crs: Annotated[
        str, typer.Option(help="Coordinates of the GIS layers: EPSG:4326, EPSG:3405, vn2000:105-30, vn2000:48N ...")
    ] = "EPSG:4326",
    with_audit: Annotated[
        bool, typer.Option("--audit/--no-audit", help="Audit the run, and tell the result in the report.")
    ] = True,
    lang: LangOption = Lang.EN,
    as_json: JsonOption = False,
) -> None:
    """Write report, workbook and GIS layers of a run again from its folder alone; maps for print where asked."""
    from networks.lock import sole_writer  # noqa: PLC0415  (networks takes pandas)

    with progress() as tell, sole_writer(run):
        findings = _findings(run, tell) if with_audit else None
        tell(f"reading {run}")
        from logistics.reports.document import gather  # noqa: PLC0415  (takes pandas)
        from logistics.reports.handover import hand_over  # noqa: PLC0415  (the same)

        material = gather(run, findings=findings)
        tell("writing report, workbook and layers")
        handed = hand_over(material, run, lang=lang.value, crs=crs, geoparquet=geoparquet)
        written = list(handed.files)
        for kind in dict.fromkeys(map_format or ()):
            tell(f"drawing the map as {kind.value}")
            written += _maps(material, run, kind.value, paper.value, lang.value)
    for sentence in handed.told:
        say(f"warning: {sentence}")
    if as_json:
        answer_json({"files": [str(path) for path in written], "findings": findings})
    else:
        answer("\n".join(printable(str(path)) for path in written))
    if findings:
        from logistics.errors import AuditError  # noqa: PLC0415  (with its package)

        raise typer.Exit(AuditError.exit_code)


def _findings(run: Path, tell: Say) -> list[str]:
    tell(f"auditing {run}")
    from logistics.auditing import audit  # noqa: PLC0415  (takes half a second)

    return audit(run)


def _maps(material: "Material", run: Path, kind: str, paper: str, lang: str) -> list[Path]:
    """Draw a map of each phase, of a plan of one year the one."""
    from logistics.reports.print_map import map_files, write_print_map  # noqa: PLC0415  (takes matplotlib)

    return [
        write_print_map(material.tables, run / name, paper=paper, lang=lang, period=period)
        for period, name in map_files(material.tables, kind, paper).items()
    ]
