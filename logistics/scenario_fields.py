"""The kinds of value a scenario holds: texts, ids, counts, shares, money, each with its range."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import pairwise
from numbers import Integral
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
)
from pydantic_core import PydanticCustomError

VERSION: Final = 1
"""Of the files of scenarios and studies: it rises when a file could say what an older program would not understand."""
EARLIEST_YEAR: Final = 2020
LATEST_YEAR: Final = 2060
MOST_HUBS: Final = 1000
MOST_PHASES: Final = 6
FEW: Final = 12
"""So many names are told in a message."""
ONE_FOR_ALL, ONE_EACH = "one for every phase", "one a phase"


def _id_text(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("expected some text")
    return text


def _printable(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValueError("expected no control characters")
    return text


def _plain_integer(value: object) -> object:
    """Take whole numbers of NumPy for what they are; yes and no stay no numbers."""
    if isinstance(value, bool):
        return value
    return int(value) if isinstance(value, Integral) else value


def _unsigned_zero(value: float) -> float:
    return value + 0.0


def as_tuple(value: object) -> object:
    """Take the lists of a file for tuples."""
    return tuple(value) if isinstance(value, list) else value


def _each_once(ids: tuple[str, ...]) -> tuple[str, ...]:
    doubled = sorted({entry for entry in ids if ids.count(entry) > 1})
    if doubled:
        raise ValueError(f"expected each name once; twice or more: {', '.join(doubled)}")
    return ids


def _increasing(values: tuple[float, ...]) -> tuple[float, ...]:
    if any(later <= earlier for earlier, later in pairwise(values)):
        raise ValueError("expected each number larger than the one before it")
    return values


def nearest(name: str, known: Collection[str]) -> str:
    """Return "nearest: ..." with up to three of `known` that are spelt nearly like `name`; a few are all named."""
    near = get_close_matches(name, list(known), n=3)
    if near:
        return f"nearest: {', '.join(near)}"
    return f"known: {', '.join(known)}" if 0 < len(known) <= FEW else "none is near"


def one_of(known: tuple[str, ...]) -> AfterValidator:
    """Return a check that a text, or every text of a tuple, is one of `known`."""

    def check(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        wrong = [text for text in ((value,) if isinstance(value, str) else value) if text not in known]
        if wrong:
            near = get_close_matches(wrong[0], known, n=1)
            hint = f"; {wrong[0]!r} is nearest to {near[0]!r}" if near else ""
            raise ValueError(f"expected {', '.join(known[:-1])} or {known[-1]}{hint}")
        return value

    return AfterValidator(check)


def _is_list(value: object) -> str:
    return ONE_EACH if isinstance(value, list | tuple) else ONE_FOR_ALL


def _readable_version(value: int) -> int:
    if value > VERSION:
        raise ValueError(f"but this program reads version {VERSION}: the file needs a newer logistics")
    return value


Version = Annotated[int, BeforeValidator(_plain_integer), Field(ge=1), AfterValidator(_readable_version)]
Text = Annotated[str, StringConstraints(max_length=500), AfterValidator(_not_blank)]
Title = Annotated[str, StringConstraints(max_length=500)]
PathText = Annotated[str, AfterValidator(_not_blank), AfterValidator(_printable)]
Id = Annotated[str, AfterValidator(_not_blank), AfterValidator(_id_text), AfterValidator(_printable)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(as_tuple), AfterValidator(_each_once)]
Count = Annotated[int, BeforeValidator(_plain_integer), Field(ge=0, le=MOST_HUBS)]
Year = Annotated[int, BeforeValidator(_plain_integer), Field(ge=EARLIEST_YEAR, le=LATEST_YEAR)]
Years = Annotated[
    tuple[Year, ...],
    BeforeValidator(as_tuple),
    Field(min_length=1, max_length=MOST_PHASES),
    AfterValidator(_increasing),
]
Duration = Annotated[int, BeforeValidator(_plain_integer), Field(ge=1, le=50)]
Number = Annotated[float, AfterValidator(_unsigned_zero)]
NotNegative = Annotated[Number, Field(ge=0)]
Positive = Annotated[Number, Field(gt=0)]
Percent = Annotated[Number, Field(ge=0, le=100)]
Share = Annotated[Number, Field(gt=0, le=100)]
Areas = Annotated[tuple[Positive, ...], BeforeValidator(as_tuple), AfterValidator(_increasing)]
Budget = Annotated[
    Annotated[NotNegative, Tag(ONE_FOR_ALL)]
    | Annotated[tuple[NotNegative, ...], BeforeValidator(as_tuple), Tag(ONE_EACH)],
    Discriminator(_is_list),
]
"""One number for every phase, or a list of one a phase."""


class Section(BaseModel):
    """What every section shares: no unknown keys, no silent conversions, no infinite numbers."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


Clash = tuple[tuple[str | int, ...], str]
"""The path of a key below its section, and a sentence that names the other key too."""
CONTRADICTION: Final = "contradiction"


def refuse(found: Sequence[Clash]) -> None:
    """Raise, inside a validator, what contradicts itself."""
    if found:
        raise PydanticCustomError(CONTRADICTION, CONTRADICTION, {"clashes": found})


def in_range(least: int, most: int | None) -> list[Clash]:
    """Return the clash of a smallest and a largest number."""
    if most is None or least <= most:
        return []
    return [(("min",), f"asks for at least {least}, but max allows {most}; lower min or raise max")]


def repeated(names: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the position and the name of each that stood before."""
    seen: Counter[str] = Counter()
    for at, name in enumerate(names):
        if seen[name]:
            yield at, name
        seen[name] += 1
