"""Two tables beside each other, cell by cell: what was found and what was derived anew."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

TOLERANCE: Final = 1e-7
"""Relative difference taken for rounding; files carry full precision."""
DUST: Final = 1e-12
"""What adding up in another order may leave where nothing should be."""
SHOWN: Final = 5
"""Findings of one kind listed one by one."""


def compare(file: str, found: pd.DataFrame, expected: pd.DataFrame) -> list[str]:
    """Return a finding for every figure or word of a table that is not what it should be."""
    if len(found) != len(expected):
        return [f"{file}: found {len(found)} rows, expected {len(expected)}"]
    if missing := [name for name in expected.columns if name not in found.columns]:
        return [f"{file}: columns missing: {', '.join(missing)}"]
    findings = []
    for name in expected.columns:
        rows = np.flatnonzero(_differs(found[name], expected[name]))
        findings += [
            f"{file}:{row + 2}:{name}: found {shown(found[name].iloc[row])}, "
            f"recomputed {shown(expected[name].iloc[row])}"
            for row in rows[:SHOWN]
        ]
        if rows.size > SHOWN:
            findings.append(f"{file}:{name}: and {rows.size - SHOWN} more rows")
    return findings


def shown(value: object) -> str:
    """Return a value as a reader would write it: NumPy's own numbers carry their type in their repr."""
    return repr(value.item() if isinstance(value, np.generic) else value)


def _differs(found: pd.Series, expected: pd.Series) -> NDArray[np.bool_]:
    if pd.api.types.is_numeric_dtype(expected) and expected.dtype != bool:
        values, wanted = found.to_numpy(float), expected.to_numpy(float)
        return np.asarray(~np.isclose(values, wanted, rtol=TOLERANCE, atol=DUST, equal_nan=True))
    return np.asarray(found.astype(str).to_numpy() != expected.astype(str).to_numpy())
