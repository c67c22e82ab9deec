"""Options that several commands share."""

import math
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


def a_number(value: float) -> float:
    """Refuse nan, which no limit of a range keeps out."""
    if math.isnan(value):
        raise typer.BadParameter("nan is not a number")
    return value


class Lang(StrEnum):
    """Languages of messages, tables, maps and reports."""

    EN = "en"
    VI = "vi"


LangOption = Annotated[Lang, typer.Option("--lang", help="Language of messages, tables, maps and reports.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="Refuse own tables with columns that are not known; else they are left out.")
]
RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder that `logistics plan` wrote.")]
