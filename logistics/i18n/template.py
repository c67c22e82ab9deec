"""A sentence with gaps: whether a text is made from it, and what fills the gaps.

A gap takes as little as it can from left to right, and never ends inside a quoted text, whatever that text holds:
`found 'a, expected b', expected c` has the gaps `'a, expected b'` and `c`.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from string import Formatter
from typing import Final

_QUOTED: Final = re.compile(r"""(?<!\w)(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")(?!\w)""")
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with gaps.

    Parameters
    ----------
    literals
        What stands before, between and after the gaps: one more than there are runs.
    runs
        How many gaps stand next to each other at each place, which no text can tell apart.
    """

    literals: tuple[str, ...]
    runs: tuple[int, ...]

    @property
    def words(self) -> int:
        """Return how many words it has of its own."""
        return sum(len(_WORD.findall(literal)) for literal in self.literals)

    @property
    def letters(self) -> int:
        """Return how many letters it has of its own."""
        return sum(map(str.isalpha, "".join(self.literals)))

    @property
    def begins_with_gap(self) -> bool:
        """Tell whether anything at all may stand at its beginning."""
        return not self.literals[0]

    def filled(self, text: str) -> tuple[str, ...] | None:
        """Return what fills each run of gaps in `text`; None where it is another sentence."""
        first, last = self.literals[0], self.literals[-1]
        if not self.runs:
            return () if text == first else None
        end = len(text) - len(last)
        if end < len(first) or not text.startswith(first) or not text.endswith(last):
            return None
        quoted = quotes(text)
        gaps, at = [], len(first)
        for literal in self.literals[1:-1]:
            found = _outside(text, literal, at, end, quoted)
            if found is None:
                return None
            gaps.append(text[at:found])
            at = found + len(literal)
        if _closing(end, quoted) is not None:
            return None
        gaps.append(text[at:end])
        return tuple(gaps) if gaps[0] or not self.begins_with_gap else None


def parsed(text: str) -> Template:
    """Return the template that `text` writes: gaps are `{}`, braces of its own are doubled."""
    literals, runs = [""], list[int]()
    for literal, name, _, _ in Formatter().parse(text):
        if literal or not runs:
            literals[-1] += literal
        if name is None:
            continue
        if runs and not literals[-1]:
            runs[-1] += 1
        else:
            runs.append(1)
            literals.append("")
    return Template(literals=tuple(literals), runs=tuple(runs))


@lru_cache(maxsize=256)
def quotes(text: str) -> tuple[tuple[int, int], ...]:
    """Return where quoted texts begin and end, quotes included."""
    return tuple(found.span() for found in _QUOTED.finditer(text))


def is_quoted(text: str) -> bool:
    """Tell whether a text is one quoted text from its first letter to its last."""
    return (0, len(text)) in quotes(text)


def split(text: str, between: str) -> list[str]:
    """Return the parts of a text at each `between` that stands outside quotes."""
    quoted, cuts, at = quotes(text), [-len(between)], 0
    while (found := _outside(text, between, at, len(text), quoted)) is not None:
        cuts.append(found)
        at = found + len(between)
    return [text[one + len(between) : other] for one, other in pairwise([*cuts, len(text)])]


def _outside(text: str, literal: str, at: int, end: int, quoted: Sequence[tuple[int, int]]) -> int | None:
    """Return where `literal` first stands between `at` and `end` without beginning inside a quoted text."""
    found = text.find(literal, at, end)
    while found >= 0:
        closing = _closing(found, quoted)
        if closing is None:
            return found
        found = text.find(literal, closing, end)
    return None


def _closing(at: int, quoted: Sequence[tuple[int, int]]) -> int | None:
    """Return where the quoted text ends in which something stands; None where it stands in none."""
    before = bisect_left(quoted, (at,)) - 1
    closing = quoted[before][1] - 1 if before >= 0 else 0
    return closing if at < closing else None
