"""Words and numbers of the report in one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from logistics.i18n import day, number
from logistics.i18n import tier as in_words
from logistics.i18n.telling import told, told_name
from logistics.i18n.word_file import words
from logistics.units import VND_PER_BILLION

PACKAGE: Final = "logistics.reports.document"
LONGEST_NAME: Final = 120
LONGEST_NOTE: Final = 600
MILLION: Final = 1e6
PERCENT: Final = 100.0
NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Wording:
    """Words and numbers in one language, "en" or "vi"."""

    lang: str

    def say(self, key: str, **values: object) -> str:
        """Return a text, its gaps filled."""
        text = words(PACKAGE, self.lang)[key]
        return text.format(**values) if values else text

    def term(self, group: str, word: object) -> str:
        """Return the word for a value of a table, `group_word`; the value itself where there is none."""
        return words(PACKAGE, self.lang).get(f"{group}_{word}", str(word))

    def told(self, text: object) -> str:
        """Return a sentence of the program, or the name of a row of the ledger, in this language."""
        return told(str(text), self.lang)

    def title(self, facts: Mapping[str, Any]) -> str:
        """Return the title of a run by its summary; its name where it has none."""
        return brief(told_name(str(facts.get("title") or facts["name"]), self.lang))

    def day(self, text: object) -> str:
        """Return a day, written as year-month-day, as people write it; any other text as it is."""
        return brief(day(str(text), self.lang))

    def whole(self, value: float) -> str:
        """Return a number without decimals."""
        return number(value, self.lang)

    def billion(self, value_vnd: float) -> str:
        """Return VND in billions, one decimal."""
        return number(value_vnd / VND_PER_BILLION, self.lang, 1)

    def million(self, value: float) -> str:
        """Return a number in millions, two decimals."""
        return number(value / MILLION, self.lang, 2)

    def percent(self, share: float, digits: int = 1) -> str:
        """Return a share of one in percent, without the sign."""
        return number(share * PERCENT, self.lang, digits)

    def share(self, part: float, whole: float, digits: int = 1) -> str:
        """Return a part in percent of a whole; nothing where there is no whole."""
        return self.percent(part / whole, digits) if whole > 0 else NOTHING

    def figure(self, value: float) -> str:
        """Return a number of any size with about four digits, nothing where it is not known."""
        if not isfinite(value):
            return NOTHING
        size = abs(value)
        digits = 0 if size >= 1000 or value == int(value) else 1 if size >= 100 else 2 if size >= 1 else 4  # noqa: PLR2004
        text = number(value, self.lang, digits)
        point = "," if self.lang == "vi" else "."
        return text.rstrip("0").rstrip(point) if digits and point in text else text

    def name(self, row: Mapping[Any, Any]) -> str:
        """Return the name of a place in this language."""
        english = str(row["name_en"])
        return brief(str(row["name_vi"]) if self.lang == "vi" or not english or english == "nan" else english)

    def tier(self, tier: object) -> str:
        """Return the size of a hub in words."""
        return brief(in_words(str(tier), self.lang))


def brief(text: str, longest: int = LONGEST_NAME) -> str:
    """Return a text that a table can hold: what is longer than any real name ends in an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
