"""Text for people on a terminal of any width, or in a file: headings, tables, pairs of a label and a value."""

import re
import sys
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from logistics.cli.streams import printable

WIDTH_WITHOUT_TERMINAL: Final = 120
_INDENT: Final = (0, 0, 0, 2)
_LEFT_RIGHT_LEFT: Final[tuple[JustifyMethod, ...]] = ("left", "right", "left")


def written(parts: Iterable[RenderableType]) -> str:
    """Return the parts as text for the terminal, or for a file where there is none."""
    terminal = sys.stdout.isatty()
    # a text buffer has no terminal to ask: whether letters and lines can be shown is a matter of stdout
    console = Console(
        file=StringIO(), force_terminal=terminal, width=None if terminal else WIDTH_WITHOUT_TERMINAL, highlight=False
    )
    with console.capture() as shown:
        for part in parts:
            console.print(part)
    text = "\n".join(line.rstrip() for line in shown.get().splitlines())
    return re.sub(r"\n{3,}", "\n\n", text)


def shows_lines() -> bool:
    """Tell whether stdout has letters for the lines of a table."""
    return (sys.stdout.encoding or "").lower().startswith("utf")


def head(text: str) -> Group:
    """Return a heading, with a blank line before it."""
    return Group("", Text(printable(text), style="bold"))


def inside(text: str) -> Padding:
    """Return an indented paragraph."""
    return Padding(Text(printable(text)), _INDENT)


def pairs(rows: Sequence[tuple[str, str, str]]) -> Padding:
    """Return labels, values set right, and what is to be said of them."""
    table = Table.grid(padding=(0, 2))
    for justify in _LEFT_RIGHT_LEFT:
        table.add_column(justify=justify)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return Padding(table, _INDENT)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, left: Sequence[int], wide: bool) -> Padding:
    """Return a table.

    Parameters
    ----------
    columns, rows
        Heads and cells.
    left
        Which columns are set left; numbers are set right.
    wide
        Whether lines can be shown, from `shows_lines`.
    """
    drawn = Table(box=SIMPLE_HEAD if wide else None, pad_edge=False)
    for at, column in enumerate(columns):
        drawn.add_column(column, justify="left" if at in left else "right", overflow="fold", vertical="top")
    for row in rows:
        drawn.add_row(*(Text(printable(cell)) for cell in row))
    return Padding(drawn, _INDENT)
