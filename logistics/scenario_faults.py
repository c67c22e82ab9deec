"""What is said of a fault in a scenario: the path of its key, what was found, what is expected."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from logistics.scenario_fields import CONTRADICTION, ONE_EACH, ONE_FOR_ALL, Section
from logistics.scenario_schema import SECTIONS, ScenarioFile, known_keys

_SHOWN_CHARACTERS: Final = 60

M = TypeVar("M", bound=Section)
Sections = Mapping[tuple[str, ...], type[Section]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that cannot be right: the path of the key, and a sentence."""

    path: tuple[str | int, ...]
    sentence: str


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
)
_LENGTHS: Final = {
    "string_too_long": "at most {max_length} characters",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
}


def checked(raw: Mapping[str, Any]) -> ScenarioFile | list[Fault]:
    """Return the scenario of `raw`, or every fault in it."""
    return checked_as(ScenarioFile, SECTIONS, raw)


def checked_as(model: type[M], sections: Sections, raw: Mapping[str, Any]) -> M | list[Fault]:
    """Return what `raw` says as a declared file, or every fault in it.

    Parameters
    ----------
    model
        The whole file.
    sections
        Its sections by where they stand, for the nearest key of a misspelt one.
    """
    try:
        return model.model_validate(dict(raw))
    except ValidationError as error:
        details = error.errors(include_url=False)
    newer = [detail for detail in details if detail["loc"] == ("version",) and detail["type"] == "value_error"]
    # what an older program does not know of a newer file is no fault of the file
    return [fault for detail in newer or details for fault in _faults(detail, sections)]


def _faults(detail: ErrorDetails, sections: Sections) -> list[Fault]:
    path = tuple(part for part in detail["loc"] if part not in {ONE_FOR_ALL, ONE_EACH})
    context = detail.get("ctx", {})
    if detail["type"] == CONTRADICTION:
        return [Fault((*path, *key), sentence) for key, sentence in context["clashes"]]
    if detail["type"] == "extra_forbidden":
        return [Fault(path, _unknown_key(path, sections))]
    if detail["type"] == "missing":
        return [Fault(path, "the key is missing")]
    if detail["type"] == "value_error":
        return [Fault(path, f"found {_shown(detail['input'])}, {context['error']}")]
    expected = _expected(detail["type"], context, detail["msg"])
    return [Fault(path, f"found {_shown(detail['input'])}, expected {expected}")]


def _expected(kind: str, context: Mapping[str, Any], message: str) -> str:
    if kind in _LENGTHS:
        return _LENGTHS[kind].format(**context)
    for name, words in _LIMITS:
        if name in context:
            return words.format(context[name])
    return _TYPES.get(kind, message)


def _unknown_key(path: tuple[str | int, ...], sections: Sections) -> str:
    """Say that there is no such key and what comes nearest to it, in this section or in another."""
    above, name = path[:-1], str(path[-1])
    here = list(known_keys(above, sections))
    near = get_close_matches(name, here, n=3, cutoff=0.7)
    if near:
        return f"there is no such key; nearest: {', '.join(near)}"
    everywhere = [".".join((*section, key)) for section in sections if section for key in known_keys(section, sections)]
    elsewhere = get_close_matches(name, [key.rpartition(".")[2] for key in everywhere], n=1, cutoff=0.8)
    if elsewhere:
        full = [key for key in everywhere if key.endswith(f".{elsewhere[0]}")]
        return f"there is no such key here; nearest: {', '.join(full)}"
    return f"there is no such key; known here: {', '.join(here)}"


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a section"
    if isinstance(value, tuple):
        return _shown(list(value))
    shown = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else repr(value)
    text = shown or ""
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 3]}..."
