"""Words and numbers for people, in English and Vietnamese."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from logistics.i18n import en, phrases_vi, vi

LABELS: Final[Mapping[str, Mapping[str, str]]] = {"en": en.LABELS, "vi": vi.LABELS}
LANGUAGES: Final = tuple(LABELS)
_TIER: Final = "tier_"
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SEPARATORS: Final = {"en": ("", ""), "vi": (",.", ".,")}


def label(key: str, lang: str, **values: object) -> str:
    """Return a label, its gaps filled.

    Parameters
    ----------
    key
        As in `en.LABELS`.
    lang
        One of `LANGUAGES`.
    """
    return LABELS[lang][key].format(**values)


def phrase(english: str, lang: str, **values: object) -> str:
    """Return a heading of the scenario workbook, its gaps filled.

    Parameters
    ----------
    english
        The phrase itself.
    lang
        One of `LANGUAGES`.
    """
    text = phrases_vi.PHRASES[english] if lang == "vi" else english
    return text.format(**values) if values else text


def tier(name: str, lang: str) -> str:
    """Return the size of a hub, `cross-dock 10 ha + yard 20 ha` or `as it stands`, in words of a language."""
    for key, english in en.LABELS.items():
        if key.startswith(_TIER):
            name = name.replace(english, label(key, lang))
    return name


def number(value: float, lang: str, digits: int = 0) -> str:
    """Return a number as people write it: 1,234.5 in English, 1.234,5 in Vietnamese."""
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return text.translate(str.maketrans(*_SEPARATORS[lang]))


def day(text: str, lang: str) -> str:
    """Return a year-month-day as people write it, 26 November 2026 or 26/11/2026; any other text as it is."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{found:%d/%m/%Y}" if lang == "vi" else f"{found.day} {_MONTHS[found.month - 1]} {found.year}"
