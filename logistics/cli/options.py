"""Options that several commands share."""

import math
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from logistics.cli.streams import say


def a_number(value: float) -> float:
    """Refuse nan, which no limit of a range keeps out."""
    if math.isnan(value):
        raise typer.BadParameter("nan is not a number")
    return value


class Lang(StrEnum):
    """Languages of messages, tables, maps and reports."""

    EN = "en"
    VI = "vi"


UNWATCHED: Final = "this system does not tell what a process takes, so --memory does not end the solver"


def _watched(gb: float | None) -> float | None:
    """Say where the limit cannot be held."""
    if gb is None:
        return None
    from models.memory import is_watched  # noqa: PLC0415  (not for --help)

    if not is_watched():
        say(f"warning: {UNWATCHED}")
    return a_number(gb)


MemoryOption = Annotated[
    float | None,
    typer.Option(
        "--memory", min=0.1, max=1e6, callback=_watched, metavar="GB",
        help="What the solver may take, then it is ended (Linux); four fifths of the machine by default.",
    ),
]  # fmt: skip
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of messages, tables, maps and reports.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="Refuse own tables with columns that are not known; else they are left out.")
]
RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder that `logistics plan` wrote.")]
