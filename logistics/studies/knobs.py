"""How the values of a study's factors reach a scenario: by the row of the ledger, or by the key of the scenario file.

diesel_price_base          a row of the ledger
hubs.max_new               a key of the scenario file
close:icd_tien_son         1: the site may not be used, 0: it may
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from logistics.errors import InputError
from logistics.scenario import Scenario, as_keys, changed_scenario

CLOSE: Final = "close:"
KEY: Final = "."


def scenario_at(base: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return a scenario with some numbers changed.

    Parameters
    ----------
    base
        The scenario that is varied.
    values
        The factors' values by their names.

    Raises
    ------
    InputError
        If a name leads nowhere, or a value cannot be right where it goes.
    """
    rows = {name: value for name, value in values.items() if KEY not in name and not name.startswith(CLOSE)}
    keys = {name: value for name, value in values.items() if KEY in name and not name.startswith(CLOSE)}
    closed = tuple(name.removeprefix(CLOSE) for name, value in values.items() if name.startswith(CLOSE) and value)
    changed = replace(base, ledger={**base.ledger, **rows}) if rows else base
    if keys:
        changed = changed_scenario(changed, {tuple(name.split(KEY)): _plain(value) for name, value in keys.items()})
    if closed:
        changed = replace(changed, forbidden=tuple(dict.fromkeys((*changed.forbidden, *closed))))
    return changed


def _plain(value: float) -> float | int:
    """Return a whole number as an int: years and counts are no fractions."""
    return int(value) if float(value).is_integer() else float(value)


def usual_value(base: Scenario, name: str) -> float:
    """Return what a scenario has for a key path or a closure; `InputError` where there is no number."""
    if name.startswith(CLOSE):
        return float(name.removeprefix(CLOSE) in base.forbidden)
    found: Any = as_keys(base)
    for step in name.split(KEY):
        found = found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise InputError(f"factor {name}: the scenario has no number there; give value, low and high")
    return float(found)
