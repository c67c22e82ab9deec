"""Everything that is made of a run for its reader, in one step: report, workbook, layers for GIS."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from logistics.reports.document import REPORT_FILE, Material, write_report
from logistics.run_swap import free_name


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The files that were written, and what is to be said of them: texts that were cut."""

    files: tuple[Path, ...]
    told: tuple[str, ...]


def hand_over(
    material: Material, folder: Path, *, lang: str = "en", crs: str = "EPSG:4326", geoparquet: bool = False
) -> HandedOver:
    """Write report.html, workbook.xlsx and plan.gpkg of a run into its folder, each whole or not at all.

    Parameters
    ----------
    material
        The run, as `document.gather` reads it from the folder.
    folder
        The run folder; its scenario and tables must stand in it.
    lang
        "en" or "vi".
    crs
        Coordinates of the layers, as `gis.crs_of` reads them.
    geoparquet
        Whether the layers are written as GeoParquet, too, into the folder gis.

    Raises
    ------
    InputError
        If there are no such coordinates; then nothing is written.
    """
    from logistics.reports.gis import (  # noqa: PLC0415 (GeoPandas takes half a second)
        GEOPACKAGE_FILE,
        GIS_FOLDER,
        crs_of,
        write_geopackage,
        write_geoparquet,
    )
    from logistics.reports.workbook import WORKBOOK_FILE, write_workbook  # noqa: PLC0415 (not every run is handed over)

    code = crs_of(crs)
    told: list[str] = []

    def workbook(path: Path) -> None:
        told.extend(write_workbook(material.tables, folder, path, lang=lang))

    files = [
        _written(folder / REPORT_FILE, lambda path: write_report(material, path, lang=lang), told),
        _written(folder / WORKBOOK_FILE, workbook, told),
        _written(
            folder / GEOPACKAGE_FILE, lambda path: write_geopackage(material.tables, path, lang=lang, crs=code), told
        ),
    ]
    if geoparquet:
        write_geoparquet(material.tables, folder / GIS_FOLDER, crs=code)
        files.append(folder / GIS_FOLDER)
    return HandedOver(files=tuple(files), told=tuple(told))


def _written(path: Path, write: Callable[[Path], object], told: list[str]) -> Path:
    """Let `write` write a file; where a program does not let go of the earlier one (Windows), one beside it."""
    try:
        write(path)
    except PermissionError:
        if not path.exists():  # then the folder itself may not be written
            raise
        beside = free_name(path)
        write(beside)
        told.append(f"{path.name} is open in another program, so it was written as {beside.name}")
        return beside
    return path
