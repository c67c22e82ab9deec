"""The report and the comparison written as one file each."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from logistics.errors import InputError
from logistics.i18n import LANGUAGES
from logistics.reports.document.answer import head_view
from logistics.reports.document.comparison import comparison_view
from logistics.reports.document.doubts import certificate_view, change_view, data_view
from logistics.reports.document.material import Material, Settings
from logistics.reports.document.tables import costs_view, freight_view, hubs_view, phases_view
from logistics.reports.document.wording import PACKAGE, Wording
from logistics.reports.print_map import phase_maps, report_map
from logistics.run_folder import RunTables
from networks.whole import whole_file

if TYPE_CHECKING:
    from jinja2 import Environment

REPORT_FILE: Final = "report.html"
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""No script runs and nothing is fetched; styles stand in the page itself."""


def write_report(material: Material, path: str | Path, *, lang: str = "en") -> Path:
    """Write the report of a run; whoever looks sees the old file or the whole new one.

    Parameters
    ----------
    material
        As `gather` reads it from a run folder.
    lang
        "en" or "vi".

    Raises
    ------
    InputError
        For any other language.
    """
    words = Wording(_spoken(lang))
    view = {
        "head": head_view(material, words), "hubs": hubs_view(material, words),
        "phases": phases_view(material, words), "costs": costs_view(material, words),
        "freight": freight_view(material, words), "change": change_view(material, words),
        "data": data_view(material, words), "certificate": certificate_view(material, words),
    }  # fmt: skip
    maps = [report_map(material.tables, lang), *phase_maps(material.tables, lang)]
    return _write("report.html", view, maps, words, Path(path))


def write_comparison(
    runs: tuple[RunTables, RunTables], settings: Settings, path: str | Path, *, lang: str = "en"
) -> Path:
    """Write two runs side by side as one page; `settings` are those of the scenarios that differ."""
    words = Wording(_spoken(lang))
    view = comparison_view(runs, settings, words)
    maps = tuple(report_map(run, lang) for run in runs)
    return _write("comparison.html", view, maps, words, Path(path))


def _spoken(lang: str) -> str:
    if lang not in LANGUAGES:
        raise InputError(f"lang: found {lang!r}, expected one of {', '.join(LANGUAGES)}")
    return lang


def _write(template: str, view: Mapping[str, Any], maps: Sequence[str], words: Wording, path: Path) -> Path:
    from markupsafe import Markup  # noqa: PLC0415  (with jinja2)

    safe_maps = [Markup(one) for one in maps]  # noqa: S704  (`svg.to_svg` escapes every text)
    text = (
        _environment()
        .get_template(template)
        .render(**view, say=words.say, lang=words.lang, policy=POLICY, maps=safe_maps)
    )
    with whole_file(path) as fresh:
        fresh.write_bytes(text.encode("utf-8", "replace"))  # a lone half of a character stands in no file
    return path


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  (not for --help)

    return Environment(
        loader=PackageLoader(PACKAGE, "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
