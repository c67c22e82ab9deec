"""`logistics compare`: two runs side by side."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from logistics.cli.options import JsonOption, Lang, LangOption
from logistics.cli.streams import answer, answer_json, progress

if TYPE_CHECKING:
    from logistics.comparing import Comparison
    from logistics.run_folder import RunTables

    Runs = tuple[RunTables, RunTables]

PAGE_ENDINGS = (".html", ".htm")
RunFolder = Annotated[Path, typer.Argument(help="Run folder.")]


def compare(
    first: RunFolder,
    second: RunFolder,
    *,
    out: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a page that stands alone, too.")] = None,
    lang: LangOption = Lang.EN,
    as_json: JsonOption = False,
) -> None:
    """Lay two runs side by side: hubs, costs by kind, freight that moved, what explains the difference."""
    if out is not None and out.suffix.lower() not in PAGE_ENDINGS:
        raise typer.BadParameter(f"--out {out}: expected a file that ends in .html")
    with progress() as tell:
        tell(f"comparing {first} and {second}")
        runs = _read(first, second)
        found, settings = _compared(runs, first, second)
        if out is not None:
            from logistics.reports.document import write_comparison  # noqa: PLC0415  (takes pandas)

            write_comparison(runs, settings, out, lang=lang.value)
    if as_json:
        answer_json(_facts(found, settings))
    else:
        from logistics.cli.compare_answer import page  # noqa: PLC0415  (takes Rich)

        answer(page(found, settings, lang.value))


Settings = list[tuple[str, str, str]]


def _read(first: Path, second: Path) -> "Runs":
    from logistics.run_folder import read_run  # noqa: PLC0415  (takes pandas)

    return read_run(first), read_run(second)


def _compared(runs: "Runs", first: Path, second: Path) -> "tuple[Comparison, Settings]":
    from logistics.comparing import compare_runs  # noqa: PLC0415  (takes pandas)
    from logistics.scenario import read_scenario  # noqa: PLC0415
    from logistics.scenario_differences import differences  # noqa: PLC0415

    found = compare_runs(*runs)
    scenarios = (read_scenario(run / "scenario.toml") for run in (first, second))
    return found, differences(*scenarios)


def _facts(found: "Comparison", settings: Settings) -> dict[str, Any]:
    return {
        "names": list(found.names),
        "settings": [{"key": key, "first": one, "second": other} for key, one, other in settings],
        "inputs": list(found.inputs),
        "figures": found.figures.to_dict("index"),
        "costs": found.costs.to_dict("index"),
        "explained": dict(found.explained),
        "hubs": found.hubs.to_dict("records"),
        "moved": found.moved.to_dict("records"),
    }
