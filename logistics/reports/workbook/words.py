"""The words of the workbook in English and Vietnamese, one row of `labels.csv` each."""

from typing import Final

from logistics.errors import InputError
from logistics.i18n import LANGUAGES
from logistics.i18n.word_file import words

_ROOM: Final = "logistics.reports.workbook"


def word(key: str, lang: str, **values: object) -> str:
    """Return a word by its key, its gaps filled."""
    text = words(_ROOM, lang)[key]
    return text.format(**values) if values else text


def word_or(code: str, lang: str) -> str:
    """Return the word for a code of the tables ("hub", "barge"); the code itself where there is none."""
    return words(_ROOM, lang).get(f"word.{code}", code)


def require_language(lang: str) -> int:
    """Return the place of a language among those the workbook speaks.

    Raises
    ------
    InputError
        For any other.
    """
    if lang not in LANGUAGES:
        raise InputError(f"lang: found {lang!r}, expected one of {', '.join(LANGUAGES)}")
    return LANGUAGES.index(lang)
