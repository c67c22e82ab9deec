"""Words of one room in English and Vietnamese: a `labels.csv` in its package, columns key, en, vi."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def words(package: str, lang: str) -> Mapping[str, str]:
    """Return every word of a room in a language, by its key.

    Parameters
    ----------
    package
        Whose `labels.csv`, for example "logistics.maps".
    lang
        A column of it.
    """
    with (files(package) / "labels.csv").open(encoding="utf-8") as rows:
        return MappingProxyType({row["key"]: row[lang] for row in csv.DictReader(rows)})
