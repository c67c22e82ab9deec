"""Every sentence of the program in Vietnamese, from the tables in `sentences`: a row each, `{}` for its gaps."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from logistics.i18n.template import Template, is_quoted, parsed

FOLDER: Final = "sentences"
LEAST_WORDS: Final = 2
"""With fewer words of its own, and none beside a mark, a template could be part of a name."""
_MARKED: Final = re.compile(r"[^\W\d_][;:,]|[;:,(\]] ?[^\W\d_]")
_FIGURE: Final = re.compile(r"[-+]?(?:[\d.,]+(?:e[-+]?\d+)?|inf|nan) ?%?", re.IGNORECASE)
_CONTINUES: Final = re.compile(r"[ ,;(]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A template and the same sentence in Vietnamese."""

    template: Template
    vietnamese: str

    def is_meant(self, gaps: Sequence[str]) -> bool:
        """Tell whether it is no part of a name: it has words enough, or figures in its gaps."""
        if self.template.words >= LEAST_WORDS or any(map(_MARKED.search, self.template.literals)):
            return True
        return all(_FIGURE.fullmatch(gap) or is_quoted(gap) for gap in gaps)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every sentence, those that say most first.

    Parameters
    ----------
    exact
        Those without gaps, by their English.
    begun, free
        Those that begin with words of their own, and with a gap.
    endings
        Those that continue another.
    """

    exact: Mapping[str, str]
    begun: Sequence[Entry]
    free: Sequence[Entry]
    endings: Sequence[Entry]


def continues(text: str) -> bool:
    """Tell whether a text goes on with another one: `, about 3 min left`."""
    return _CONTINUES.match(text) is not None


def rows() -> Iterator[tuple[str, str, str]]:
    """Yield every row of the tables: its table, the English template, the Vietnamese one."""
    for table in sorted((files(__package__) / FOLDER).iterdir(), key=lambda found: found.name):
        with table.open(encoding="utf-8") as lines:
            yield from ((table.name, row["en"], row["vi"]) for row in csv.DictReader(lines))


@cache
def catalogue() -> Catalogue:
    """Return every sentence; read when the first one is to be told."""
    entries = [Entry(parsed(english), vietnamese) for _, english, vietnamese in rows()]
    ranked = sorted(entries, key=lambda entry: (-entry.template.letters, -len(entry.vietnamese)))
    heads = [(entry.template.literals[0], entry) for entry in ranked]
    return Catalogue(
        exact={head: entry.vietnamese.format() for head, entry in heads if not entry.template.runs},
        begun=[entry for head, entry in heads if head and not continues(head)],
        free=[entry for head, entry in heads if not head],
        endings=[entry for head, entry in heads if continues(head)],
    )
