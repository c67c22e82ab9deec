"""`logistics study`: many scenarios decided, and what their answers have in common."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from logistics.cli.options import JsonOption, Lang, LangOption, MemoryOption, StrictOption
from logistics.cli.streams import Say, answer, answer_json, progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from logistics.studies.study import Study


def study(  # noqa: PLR0913  (one parameter an option)
    file: Annotated[Path, typer.Argument(metavar="STUDY.toml", help="Base scenario, factors, design.")],
    *,
    out: Annotated[Path | None, typer.Option(help="Folder of the study; studies/NAME by default.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=0, max=1024, help="Worker processes here; one a processor by default, 0 for none.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="tcp://HOST:PORT", help="A Dask scheduler that runs already.")
    ] = None,
    memory: MemoryOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what the folder holds.")] = False,
    lang: LangOption = Lang.EN,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Decide many scenarios around one, and tell how sure the choice is."""
    if workers is not None and scheduler is not None:
        raise typer.BadParameter("give --workers or --scheduler, not both")
    from logistics.studies.study_file import read_study  # noqa: PLC0415  (takes pandas and pydantic)
    from logistics.studies.study_folder import facts_of, write_study  # noqa: PLC0415

    with progress() as tell:
        tell("reading the study")
        asked = read_study(file)
        if strict:
            from logistics.strict import refuse_unknown_columns  # noqa: PLC0415  (takes pandas)

            refuse_unknown_columns(asked.scenario, None)
        folder = _folder(out, asked.name)
        from logistics.studies.study import study as decide  # noqa: PLC0415
        from models.memory import memory_limit  # noqa: PLC0415
        from networks.lock import sole_writer  # noqa: PLC0415

        with sole_writer(folder), memory_limit(memory):
            found = decide(
                asked.scenario, asked.design, options=asked.options, workers=workers, scheduler=scheduler,
                folder=folder, resume=resume, progress=_told(tell),
            )  # fmt: skip
            tell("writing the tables")
            write_study(found, asked.name)
    if as_json:
        answer_json(facts_of(found, asked.name))
    else:
        _show(found, folder, lang.value)


def _folder(out: Path | None, name: str) -> Path:
    from logistics.cli.file_names import slug  # noqa: PLC0415
    from logistics.cli.output import require_free  # noqa: PLC0415

    folder = out if out is not None else Path("studies") / slug(name)
    require_free(folder)
    return folder


def _told(tell: Say) -> "Callable[[int, int], None]":
    """Return a function that tells how many scenarios are decided and how long the rest takes."""
    from time import monotonic  # noqa: PLC0415

    begun: list[tuple[float, int]] = []

    def told(done: int, total: int) -> None:
        begun.append((monotonic(), done)) if not begun else None
        seconds, fresh = monotonic() - begun[0][0], done - begun[0][1]
        left = f", about {seconds / fresh * (total - done) / 60:.0f} min left" if fresh else ""
        tell(f"{done:,} of {total:,} scenarios{left}")

    return told


def _show(found: "Study", folder: Path, lang: str) -> None:
    from logistics.cli.study_answer import sheet  # noqa: PLC0415  (takes Rich)

    answer(sheet(found, folder, lang))
