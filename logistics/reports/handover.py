"""Everything that is made of a run for its reader, in one step: report, workbook, layers for GIS."""

from dataclasses import dataclass
from pathlib import Path

from logistics.reports.document import REPORT_FILE, Material, write_report


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
    report = write_report(material, folder / REPORT_FILE, lang=lang)
    workbook, layers = folder / WORKBOOK_FILE, folder / GEOPACKAGE_FILE
    told = write_workbook(material.tables, folder, workbook, lang=lang)
    write_geopackage(material.tables, layers, lang=lang, crs=code)
    files = [report, workbook, layers]
    if geoparquet:
        write_geoparquet(material.tables, folder / GIS_FOLDER, crs=code)
        files.append(folder / GIS_FOLDER)
    return HandedOver(files=tuple(files), told=told)
