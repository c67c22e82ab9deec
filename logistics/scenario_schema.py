"""What a scenario may say: every key declared once, with its range; the file and Python share it.

The sections are those of the TOML file. `checked` reports every fault at once, each with its key path.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from numbers import Integral
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

BUNDLED: Final = "bundled"
"""Stands for the bundled table or network where a path could stand."""
EVERY_SITE: Final = "*"
"""In `hubs.forbidden`: every site, the standing ones too."""
DEFAULT_YEAR: Final = 2030
DEFAULT_MAX_NEW: Final = 5
DEFAULT_CURVE_TO: Final = 6
DEFAULT_CONNECTOR_KM: Final = 30.0
MOST_HUBS: Final = 1000
_SHOWN_CHARACTERS: Final = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that cannot be right: the path of the key, and a sentence."""

    path: tuple[str | int, ...]
    sentence: str


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


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _each_once(ids: tuple[str, ...]) -> tuple[str, ...]:
    doubled = sorted({entry for entry in ids if ids.count(entry) > 1})
    if doubled:
        raise ValueError(f"expected each site once; twice or more: {', '.join(doubled)}")
    return ids


Text = Annotated[str, StringConstraints(max_length=500), AfterValidator(_not_blank)]
PathText = Annotated[str, AfterValidator(_not_blank), AfterValidator(_printable)]
SiteId = Annotated[str, AfterValidator(_not_blank), AfterValidator(_id_text), AfterValidator(_printable)]
SiteIds = Annotated[tuple[SiteId, ...], BeforeValidator(_as_tuple), AfterValidator(_each_once)]
Count = Annotated[int, BeforeValidator(_plain_integer), Field(ge=0, le=MOST_HUBS)]
Year = Annotated[int, BeforeValidator(_plain_integer), Field(ge=2020, le=2060)]
Number = Annotated[float, AfterValidator(_unsigned_zero)]


class Section(BaseModel):
    """What every section shares: no unknown keys, no silent conversions, no infinite numbers."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


class TablesSection(Section):
    """A file for each table that replaces the bundled one."""

    parks: PathText = BUNDLED
    clusters: PathText = BUNDLED
    hubs: PathText = BUNDLED
    gateways: PathText = BUNDLED
    places: PathText = BUNDLED


class NetworkSection(Section):
    """The roads, and how far from them a place may lie."""

    path: PathText = BUNDLED
    max_connector_km: Annotated[Number, Field(gt=0, le=500)] = DEFAULT_CONNECTOR_KM


class FreightSection(Section):
    """Which freight is looked at."""

    regional_trade: bool = True


class HubsSection(Section):
    """How many new hubs, and which sites must or must not open."""

    exactly: Count | None = None
    max_new: Count | None = None
    curve_to: Count = DEFAULT_CURVE_TO
    forced_open: SiteIds = ()
    forbidden: SiteIds = ()

    @property
    def most_new(self) -> int:
        """Return the largest number of new hubs: `max_new`, or enough for `exactly` where it is not given."""
        return self.max_new if self.max_new is not None else max(DEFAULT_MAX_NEW, self.exactly or 0)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        clashes = [*self._number_clashes(), *self._site_clashes()]
        if clashes:
            raise PydanticCustomError("contradiction", "contradiction", {"clashes": clashes})
        return self

    def _number_clashes(self) -> list[tuple[str, str]]:
        clashes = []
        if self.exactly is not None and self.exactly > self.most_new:
            clashes.append(("exactly", f"asks for {self.exactly} new hubs, but hubs.max_new allows {self.max_new}"))
        key, limit = ("max_new", self.most_new) if self.exactly is None else ("exactly", self.exactly)
        if len(self.forced_open) > limit:
            sentence = f"names {len(self.forced_open)} sites, but hubs.{key} allows {limit} new hubs"
            clashes.append(("forced_open", sentence))
        return clashes

    def _site_clashes(self) -> list[tuple[str, str]]:
        clashes = [
            ("forced_open", f"{site!r} also stands in hubs.forbidden; keep it in one of the two")
            for site in self.forced_open
            if site in self.forbidden
        ]
        if EVERY_SITE in self.forced_open:
            clashes.append(("forced_open", f"found {EVERY_SITE!r}, expected ids; it may stand in hubs.forbidden only"))
        if EVERY_SITE not in self.forbidden:
            return clashes
        if self.exactly:
            clashes.append(("exactly", f"asks for {self.exactly} new hubs, but hubs.forbidden bars every site"))
        if self.forced_open:
            clashes.append(("forced_open", "names sites, but hubs.forbidden bars every site"))
        return clashes


class ScenarioFile(Section):
    """A whole scenario, as the TOML file holds it."""

    name: Text
    title: Annotated[str, StringConstraints(max_length=500)] = ""
    year: Year = DEFAULT_YEAR
    tables: TablesSection = TablesSection()
    network: NetworkSection = NetworkSection()
    freight: FreightSection = FreightSection()
    hubs: HubsSection = HubsSection()
    ledger: dict[str, Number] = {}


SECTIONS: Final[Mapping[str, type[Section]]] = {
    "tables": TablesSection, "network": NetworkSection, "freight": FreightSection, "hubs": HubsSection,
}  # fmt: skip

_TYPES: Final = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": 'a list, as in ["first", "second"]',
    "dict_type": "a section of keys and values",
    "model_type": "a section of keys and values",
    "model_attributes_type": "a section of keys and values",
    "finite_number": "a finite number",
    "string_unicode": "a text that can be written as UTF-8",
}
_LIMITS: Final = (
    ("ge", "at least {:g}"),
    ("gt", "more than {:g}"),
    ("le", "at most {:g}"),
    ("max_length", "at most {} characters"),
)


def checked(raw: Mapping[str, Any]) -> ScenarioFile | list[Fault]:
    """Return the scenario of `raw`, or every fault in it."""
    try:
        return ScenarioFile.model_validate(dict(raw))
    except ValidationError as error:
        details = error.errors(include_url=False)
    return [fault for detail in details for fault in _faults(detail)]


def _faults(detail: ErrorDetails) -> list[Fault]:
    path = tuple(detail["loc"])
    context = detail.get("ctx", {})
    if detail["type"] == "contradiction":
        return [Fault((*path, key), sentence) for key, sentence in context["clashes"]]
    if detail["type"] == "extra_forbidden":
        return [Fault(path, _unknown_key(path))]
    if detail["type"] == "missing":
        return [Fault(path, "the key is missing")]
    if detail["type"] == "value_error":
        return [Fault(path, f"found {_shown(detail['input'])}, {context['error']}")]
    expected = _expected(detail["type"], context, detail["msg"])
    return [Fault(path, f"found {_shown(detail['input'])}, expected {expected}")]


def _expected(kind: str, context: Mapping[str, Any], message: str) -> str:
    for name, words in _LIMITS:
        if name in context:
            return words.format(context[name])
    return _TYPES.get(kind, message)


def _unknown_key(path: tuple[str | int, ...]) -> str:
    """Say that there is no such key and what comes nearest to it, in this section or in another."""
    above, name = path[:-1], str(path[-1])
    here = list(known_keys(above))
    everywhere = [f"{section}.{key}" for section, model in SECTIONS.items() for key in model.model_fields]
    near = get_close_matches(name, here, n=1)
    elsewhere = get_close_matches(name, [key.rpartition(".")[2] for key in everywhere], n=1, cutoff=0.8)
    if near:
        return f"there is no such key; nearest: {near[0]}"
    if elsewhere:
        full = [key for key in everywhere if key.endswith(f".{elsewhere[0]}")]
        return f"there is no such key here; nearest: {', '.join(full)}"
    return f"there is no such key; known here: {', '.join(here)}"


def known_keys(section: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the keys of a section; of the whole file for the empty path."""
    model = SECTIONS[str(section[0])] if section else ScenarioFile
    return tuple(model.model_fields)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a section"
    shown = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else repr(value)
    text = shown or ""
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 3]}..."
