"""Rows as they are added, each with the requirement it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.arrays import Floats, Indices
from models.infeasible.requirements import Elastic, Name, Prices, Requirement, Side, priced
from models.program import Matrix

Part = tuple[Indices, Indices, Floats | float]


@dataclass(slots=True)
class RequiredRows:
    """Collects rows and requirements; `kinds`: the first words of the names that there may be."""

    kinds: tuple[str, ...]
    count: int = 0
    _blocks: list[tuple[Indices, Indices, Floats]] = field(default_factory=list)
    _lower: list[Floats] = field(default_factory=list)
    _upper: list[Floats] = field(default_factory=list)
    _rules: list[tuple[Name, Indices, Side, Floats, Elastic]] = field(default_factory=list)

    def add(self, lower: Floats | float, upper: Floats | float, number: int, *parts: Part) -> Indices:
        """Add `number` rows; each part: row (from 0), column, value. Returns the rows' numbers."""
        for row, column, value in parts:
            values = np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape)
            used = values != 0
            self._blocks.append((row[used] + self.count, column[used], values[used]))
        self._lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), number))
        self._upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), number))
        rows = self.count + np.arange(number)
        self.count += number
        return rows

    def require(
        self, name: Name, rows: Indices, elastic: Elastic, *, side: Side = "both", weight: Floats | float = 1.0
    ) -> None:
        """Say that `rows` belong to `name`; one unit moves their bounds by `weight`; `elastic`: its natural price."""
        self._rules.append((name, np.atleast_1d(rows), side, np.atleast_1d(np.asarray(weight, np.float64)), elastic))

    def require_each(
        self,
        kind: str,
        indices: Sequence[int],
        rows: Indices,
        elastic: Elastic,
        *,
        side: Side = "both",
        weight: Floats | float = 1.0,
    ) -> None:
        """Say that each of the rows belongs to a requirement of its own, (kind, index)."""
        weights = np.broadcast_to(np.asarray(weight, np.float64), rows.shape)
        for index, row, one in zip(indices, rows.tolist(), weights.tolist(), strict=True):
            self.require((kind, int(index)), np.array([row]), elastic, side=side, weight=one)

    @property
    def matrix(self) -> Matrix:
        """Return the entries of all rows."""
        none = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0)
        return Matrix.stack(none, *self._blocks)

    @property
    def lower(self) -> Floats:
        """Return the lower bounds."""
        return np.concatenate([np.empty(0), *self._lower])

    @property
    def upper(self) -> Floats:
        """Return the upper bounds."""
        return np.concatenate([np.empty(0), *self._upper])

    def requirements(self, prices: Prices | None) -> tuple[Requirement, ...]:
        """Return the requirements with the caller's prices; see `requirements.priced`.

        Raises
        ------
        InstanceError
            If a price has no meaning, or names no requirement.
        """
        natural = [
            Requirement(name=name, rows=rows, side=side, weight=weight, elastic=elastic)
            for name, rows, side, weight, elastic in self._rules
        ]
        return priced(natural, prices, self.kinds)
