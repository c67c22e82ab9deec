"""The workbook of a run written as one file: results with live totals, then the scenario, which can be read back."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from logistics.i18n import phrase
from logistics.region import read_region
from logistics.reports.workbook.addresses import columns_of
from logistics.reports.workbook.carbon_sheet import carbon_sheet
from logistics.reports.workbook.check_sheet import check_sheet
from logistics.reports.workbook.cost_sheet import Book, cost_sheet
from logistics.reports.workbook.grids import Grid
from logistics.reports.workbook.result_tables import ResultFrame, result_frames
from logistics.reports.workbook.summary_sheet import summary_sheet
from logistics.reports.workbook.words import require_language, word
from logistics.run_folder import RunTables
from logistics.scenario import Scenario, read_scenario, scenario_as_file
from logistics.sheet_writing import LONGEST_CELL, is_cut
from logistics.template import NOTES, scenario_sheets
from logistics.template_sheets import SheetContent
from logistics.workbook_file import MAX_ROWS
from logistics.workbook_keys import RESULT_SHEETS
from networks.whole import whole_file

WORKBOOK_FILE: Final = "workbook.xlsx"


def write_workbook(tables: RunTables, folder: str | Path, path: str | Path, *, lang: str = "en") -> tuple[str, ...]:
    """Write the workbook of a run; whoever looks sees the old file or the whole new one.

    Parameters
    ----------
    tables
        The run.
    folder
        Its folder: the scenario and the tables it names are read from there.
    path
        The file.
    lang
        Language of titles, headings, notes and words: "en" or "vi".

    Returns
    -------
    tuple of str
        What is to be said: texts that were cut, sheets that cannot be read back.

    Raises
    ------
    InputError
        If the workbook does not speak the language, or the folder's scenario cannot be read.
    """
    titles = {name: both[require_language(lang)] for name, both in RESULT_SHEETS.items()}
    target = Path(path)
    scenario = read_scenario(Path(folder) / "scenario.toml")
    region = read_region(scenario.tables)
    ledger = region.ledger.with_values(scenario.ledger)
    commodities = {str(one): str(name) for one, name in region.commodity_names[f"name_{lang}"].items()}
    found = {one.sheet: one for one in result_frames(tables, ledger, commodities, lang)}
    contents = scenario_sheets(scenario, scenario_as_file(scenario, target.absolute().parent), lang)
    told = (*_cut_columns(found, titles, lang), *_beyond_reading(contents, lang))
    columns = {name: columns_of(one, titles[name]) for name, one in found.items()}
    frames = {name: one.frame for name, one in found.items()}
    book = Book(summary=tables.summary, titles=titles, columns=columns, frames=frames, lang=lang)
    grids = _grids(book, found, scenario, told)
    from logistics.reports.workbook.book_writing import write_book  # noqa: PLC0415  (takes XlsxWriter)

    with whole_file(target) as fresh:
        write_book(fresh, book, found, grids, (contents, _notes(lang)))
    return told


def _grids(book: Book, found: Mapping[str, ResultFrame], scenario: Scenario, told: Sequence[str]) -> dict[str, Grid]:
    costs = cost_sheet(book)
    summary, totals = summary_sheet(book, costs)
    carbon = carbon_sheet(book, found["flows"].frame, scenario.objective.co2_price_vnd_per_t)
    checks = check_sheet(book, costs, totals, told)
    return {"summary": summary, "costs": costs.grid, "carbon": carbon, "checks": checks}


def _notes(lang: str) -> list[str]:
    """Return what the sheet of notes says: of the run first, then what the template says of a scenario."""
    own = [word(f"note.{name}", lang) for name in ("run", "read_back", "beside", "exact")]
    return [*own, *(phrase(note, lang) for note in NOTES[1:])]


def _cut_columns(found: Mapping[str, ResultFrame], titles: Mapping[str, str], lang: str) -> Iterator[str]:
    """Name the columns in which texts are longer than a cell."""
    for sheet, one in found.items():
        for column in one.columns:
            texts = one.frame[column.name]
            if column.look != "text" or not (texts.str.len() * 2 > LONGEST_CELL).any():
                continue
            count = sum(is_cut(text) for text in texts)
            if count:
                yield word("cut", lang, sheet=titles[sheet], column=column.name, count=count, limit=LONGEST_CELL)


def _beyond_reading(contents: Sequence[SheetContent], lang: str) -> Iterator[str]:
    """Say which sheets of the scenario cannot be read back, or not whole."""
    for content in contents:
        if len(content.rows) + len(content.columns) > MAX_ROWS:
            yield word("too_long", lang, sheet=content.name, rows=len(content.rows))
        for at, column in enumerate(content.columns):
            count = sum(isinstance(row[at], str) and is_cut(row[at]) for row in content.rows)
            if count:
                yield word("cut", lang, sheet=content.name, column=column.name, count=count, limit=LONGEST_CELL)
