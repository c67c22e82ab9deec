"""`logistics template`: a scenario workbook to be filled in."""

from pathlib import Path
from typing import Annotated

import typer

from logistics.cli.options import Lang, LangOption
from logistics.cli.streams import answer, printable, progress


def template(
    *,
    out: Annotated[Path, typer.Option(help="The workbook, NAME.xlsx; it may not exist yet.")],
    lang: LangOption = Lang.EN,
) -> None:
    """Write a workbook with the default scenario, to be filled in and given to `logistics plan`."""
    with progress() as tell:
        tell("reading the tables")
        from logistics.template import write_template  # noqa: PLC0415  (takes pandas)

        written = write_template(out, lang.value)
    answer(printable(str(written)))
