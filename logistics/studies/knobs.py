"""How the values of a study's factors reach a scenario: by the row of the ledger, or by the key of the scenario file.

    diesel_price               a row of the ledger
    hubs.max_new               a key of the scenario file
    close:icd_tien_son         1: the site may not be used, 0: it may
    close_link:ct04_12         1: the road is closed, both directions, 0: it is open

Where a row is part of a whole (three shares that sum to 100 %) the other parts give way in proportion.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from logistics.errors import InputError
from logistics.ledger import Ledger
from logistics.ledger_checks import SUM, wholes
from logistics.scenario import Scenario, as_keys, changed_scenario

CLOSE_SITE: Final = "close:"
CLOSE_LINK: Final = "close_link:"
STEP: Final = "."


def scenario_at(base: Scenario, ledger: Ledger, values: Mapping[str, float]) -> Scenario:
    """Return a scenario with some numbers changed.

    Parameters
    ----------
    base
        The scenario that is varied.
    ledger
        The base's own.
    values
        The factors' values by their names.

    Raises
    ------
    InputError
        If a name leads nowhere, or a value cannot be right where it goes.
    """
    rows = {name: value for name, value in values.items() if is_row(name)}
    keys = {tuple(name.split(STEP)): _plain(value) for name, value in values.items() if _is_key(name)}
    sites, links = (
        tuple(name.removeprefix(prefix) for name, value in values.items() if name.startswith(prefix) and value)
        for prefix in (CLOSE_SITE, CLOSE_LINK)
    )
    changed = replace(
        base,
        ledger={**base.ledger, **rows, **_giving_way(ledger, rows)},
        forbidden=_with(base.forbidden, sites),
        closed_links=_with(base.closed_links, links),
    )
    return changed_scenario(changed, keys) if keys else changed


def usual_value(base: Scenario, name: str) -> float:
    """Return what a scenario has for a key path or a closure.

    Raises
    ------
    InputError
        If there is no number at the path.
    """
    for prefix, closed in ((CLOSE_SITE, base.forbidden), (CLOSE_LINK, base.closed_links)):
        if name.startswith(prefix):
            return float(name.removeprefix(prefix) in closed)
    found: Any = as_keys(base)
    for step in name.split(STEP):
        found = found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise InputError(f"factor {name}: the scenario has no number there; give low, value and high")
    return float(found)


def is_row(name: str) -> bool:
    """Tell whether a factor is a row of the ledger."""
    return STEP not in name and not name.startswith((CLOSE_SITE, CLOSE_LINK))


def _is_key(name: str) -> bool:
    return STEP in name and not name.startswith((CLOSE_SITE, CLOSE_LINK))


def _with(ids: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*ids, *more)))


def _plain(value: float) -> float | int:
    """Return a whole number as an int: years and counts are no fractions."""
    return int(value) if float(value).is_integer() else float(value)


def _giving_way(ledger: Ledger, rows: Mapping[str, float]) -> dict[str, float]:
    """Return the values of the rows that give way to others of their whole."""
    moved: dict[str, float] = {}
    for names in wholes(ledger) if rows else ():
        rest = [name for name in names if name not in rows]
        before = sum(ledger.entry(name).value for name in rest)
        if len(rest) == len(names) or before <= 0:
            continue
        left = SUM - sum(rows[name] for name in names if name in rows)
        moved |= {name: ledger.entry(name).value * max(left, 0.0) / before for name in rest}
    return moved
