"""The words of the map in English and Vietnamese, one row of `labels.csv` each."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from logistics import tables
from logistics.errors import InputError
from logistics.i18n.telling import told
from logistics.i18n.word_file import words
from logistics.region import bundled_file
from networks.tables import read_table

LANGUAGES: Final = ("en", "vi")


def require_language(lang: str) -> str:
    """Return the language, if the map speaks it.

    Raises
    ------
    InputError
        For any other than `LANGUAGES`.
    """
    if lang not in LANGUAGES:
        raise InputError(f"lang: found {lang!r}, expected one of {', '.join(LANGUAGES)}")
    return lang


def labels(lang: str) -> Mapping[str, str]:
    """Return every word of the map in a language, by its key."""
    return words("logistics.maps", require_language(lang))


@cache
def commodity_names() -> Mapping[str, tuple[str, str]]:
    """Return the English and the Vietnamese name of each commodity, by its id."""
    table = read_table(bundled_file("commodities"), tables.COMMODITIES)
    pairs = zip(table["name_en"], table["name_vi"], strict=True)
    return MappingProxyType(dict(zip(table["id"], pairs, strict=True)))


def in_vietnamese(sentence: str) -> str | None:
    """Return a sentence of the program, or a name of its ledger, in Vietnamese; None where it is not known."""
    said = told(sentence, "vi")
    return None if said == sentence else said
