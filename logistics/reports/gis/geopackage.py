"""`plan.gpkg`: the layers of a run in an OGC GeoPackage 1.2 that opens styled in QGIS.

Styles stand in the table `layer_styles`, where QGIS looks for them; the licence of the data stands in the metadata of
the file and of each layer.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pandas as pd

from logistics.errors import InputError
from logistics.i18n import LANGUAGES
from logistics.i18n.word_file import words
from logistics.reports.gis.coordinates import WGS84, crs_of
from logistics.reports.gis.layers import Layer, plan_layers
from logistics.reports.gis.styles import styles
from logistics.run_folder import RunTables
from networks.whole import whole_file

GEOPACKAGE_FILE: Final = "plan.gpkg"
VERSION: Final = "1.2"
STYLES: Final = "layer_styles"
SUMMARY: Final = "summary"
ATTRIBUTION: Final = "© OpenStreetMap contributors, ODbL 1.0 (https://www.openstreetmap.org/copyright)"
GEOMETRY: Final = "geom"
_MADE: Final = pd.Timestamp("2000-01-01T00:00:00Z")
"""When a style was made; QGIS only asks which is newer."""
_FIGURES: Final = {
    "direct_vnd_per_year": "VND/year", "objective_vnd_per_year": "VND/year", "bound_vnd_per_year": "VND/year",
    "saving_vnd_per_year": "VND/year", "gap": "",
}  # fmt: skip


def write_geopackage(tables: RunTables, path: str | Path, *, lang: str = "en", crs: str = WGS84) -> None:
    """Write the layers of a run; whoever looks sees the old file or the whole new one.

    Parameters
    ----------
    tables
        The run.
    path
        The file.
    lang
        Language of the styles' legends and labels: "en" or "vi".
    crs
        As `coordinates.crs_of` reads it: degrees by default, or a zone of VN-2000.

    Raises
    ------
    InputError
        If there is no such language or coordinate system, or the file cannot be written.
    """
    if lang not in LANGUAGES:
        raise InputError(f"lang: found {lang!r}, expected one of {', '.join(LANGUAGES)}")
    code = crs_of(crs)
    layers, about = plan_layers(tables), metadata(tables.summary)
    say = words("logistics.reports.gis", lang)
    with whole_file(Path(path)) as fresh, _told_of(Path(path)):
        for layer in layers:
            _write_layer(fresh, layer, say[f"layer_{layer.name}"], code, about)
        _write_table(fresh, SUMMARY, summary_table(tables.summary))
        _write_table(fresh, STYLES, style_table(layers, lang), {"FID": "id"})


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """Let GDAL's errors, of a full disk for one, be one that names the file."""
    import pyogrio  # noqa: PLC0415

    try:
        yield
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise InputError(f"{path}: cannot be written ({str(error)[:200]}); free the disk and try again") from error


def metadata(summary: Mapping[str, Any]) -> dict[str, str]:
    """Return what the files say of themselves: plan, status, licence of the data."""
    own = str(summary.get("attribution") or "")
    attribution = own if "openstreetmap" in own.casefold() else " · ".join(filter(None, (ATTRIBUTION, own)))
    return {
        "attribution": attribution,
        "licence": attribution,
        "title": str(summary.get("title") or summary["name"]),
        "status": str(summary["status"]),
        "gap": repr(summary["gap"]),
    }


def summary_table(summary: Mapping[str, Any]) -> pd.DataFrame:
    """Return the figures of `plan.json` as a table: name, value, unit."""
    figures = {name: summary[name] for name in _FIGURES} | dict(summary["totals"])
    units = [_FIGURES.get(name, "t-km/year" if "tkm" in name else "t/year") for name in figures]
    return pd.DataFrame({"name": list(figures), "value": [float(one) for one in figures.values()], "unit": units})


def style_table(layers: list[Layer], lang: str) -> pd.DataFrame:
    """Return the rows of `layer_styles`, columns as QGIS names them."""
    rows = [
        {
            "f_table_catalog": "", "f_table_schema": "", "f_table_name": layer.name, "f_geometry_column": GEOMETRY,
            "styleName": one.name[:30], "styleQML": one.content, "styleSLD": "", "useAsDefault": one.is_default,
            "description": one.name, "owner": "", "ui": "", "update_time": _MADE,
        }
        for layer in layers
        for one in styles(layer, lang)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _write_layer(path: Path, layer: Layer, title: str, code: str, about: Mapping[str, str]) -> None:
    import pyogrio  # noqa: PLC0415

    frame = layer.frame if code == WGS84 else layer.frame.to_crs(code)
    first = not path.exists()
    pyogrio.write_dataframe(
        frame, path, layer=layer.name, driver="GPKG", geometry_type=layer.shape, append=not first,
        dataset_options={"VERSION": VERSION} if first else None,
        dataset_metadata=dict(about) if first else None, layer_metadata=dict(about) | {"title": title},
        layer_options={"GEOMETRY_NAME": GEOMETRY, "IDENTIFIER": title, "DESCRIPTION": about["attribution"]},
    )  # fmt: skip


def _write_table(path: Path, name: str, frame: pd.DataFrame, options: Mapping[str, str] | None = None) -> None:
    import pyogrio  # noqa: PLC0415

    pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", append=True, layer_options=dict(options or {}))
