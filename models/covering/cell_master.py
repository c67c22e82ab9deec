"""The master program of the Benders cuts: openings, what each cell earns, and the cuts found so far."""

from dataclasses import dataclass, field
from math import inf

import numpy as np

from models.arrays import Floats
from models.covering.cell_cuts import cuts, multipliers
from models.covering.credit import Credit
from models.covering.lists import CLOSED, OPEN, Ints, States
from models.program import Matrix, Program
from models.solver import BASIC, Basis, Outcome

VIOLATED = 1e-7  # of the weight of all clients
DUST = 1e-9  # of a cell's share of the weight: HiGHS takes a slope of that for none


@dataclass(slots=True)
class Master:
    """Cuts as rows: each is `cell` <= `constant` + slopes, found at the openings `point`."""

    credit: Credit
    p: int
    cell: Ints
    cells: int = field(init=False)
    unit: float = field(init=False)
    points: list[Floats] = field(default_factory=list)
    row_cell: list[int] = field(default_factory=list)
    row_point: list[int] = field(default_factory=list)
    constant: list[float] = field(default_factory=list)
    columns: list[Ints] = field(default_factory=list)
    slopes: list[Floats] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cells = int(self.cell.max(initial=-1)) + 1
        self.unit = float((self.credit.weight + self.credit.backup).sum()) / max(self.cells, 1)

    @property
    def sites(self) -> int:
        """Return the number of sites."""
        return self.credit.site_start.size - 1

    def separate(self, y: Floats, now: Floats, earned: Floats) -> float:
        """Add the cuts at `y` that (`now`, `earned` [cell]) breaks; return what `y` earns."""
        constant, slope = cuts(self.credit, *multipliers(self.credit, y), self.cell, self.cells)
        constant, slope = self._without_dust(constant / self.unit, slope / self.unit)
        broken = np.flatnonzero(earned > constant + slope @ now + VIOLATED * self.cells)
        if broken.size:
            self.points.append(y)
        for k in broken.tolist():
            columns = np.flatnonzero(slope[k])
            self.row_cell.append(k)
            self.row_point.append(len(self.points) - 1)
            self.constant.append(float(constant[k]))
            self.columns.append(columns)
            self.slopes.append(slope[k, columns])
        return float((constant + slope @ y).sum()) * self.unit

    def _without_dust(self, constant: Floats, slope: Floats) -> tuple[Floats, Floats]:
        """Return the cuts without slopes [cell, site] that a solver would drop; at most p of them count at once."""
        lost = np.where(slope <= DUST, slope, 0.0)
        most = np.minimum(lost.sum(axis=1), self.p * lost.max(axis=1, initial=0.0))
        return constant + most, np.where(slope <= DUST, 0.0, slope)

    def most(self, y: Floats) -> Floats:
        """Return what the cuts so far let each cell earn at the openings `y`."""
        most = np.full(self.cells, inf)
        for k, constant, columns, slopes in zip(self.row_cell, self.constant, self.columns, self.slopes, strict=True):
            most[k] = min(most[k], constant + float(slopes @ y[columns]))
        return most

    def program(self, state: States, *, whole: bool, least: float = -inf) -> Program:
        """Return the program; openings `whole` or not, earning `least` at least."""
        sites, cells, rows = self.sites, self.cells, len(self.constant)
        sizes = [columns.size for columns in self.columns]
        matrix = Matrix.stack(
            (np.zeros(sites, dtype=np.intp), np.arange(sites), 1.0),
            (np.ones(cells, dtype=np.intp), sites + np.arange(cells), 1.0),
            (2 + np.arange(rows), sites + np.array(self.row_cell, dtype=np.intp), 1.0),
            (2 + np.repeat(np.arange(rows), sizes), np.concatenate(self.columns), -np.concatenate(self.slopes)),
        )
        return Program(
            cost=np.concatenate([np.zeros(sites), -np.ones(cells)]),
            lower=np.concatenate([state == OPEN, np.zeros(cells)]).astype(np.float64),
            upper=np.concatenate([(state != CLOSED).astype(np.float64), np.full(cells, inf)]),
            matrix=matrix,
            row_lower=np.concatenate([[-inf, least / self.unit], np.full(rows, -inf)]),
            row_upper=np.concatenate([[float(self.p), inf], self.constant]),
            integer=np.arange(sites + cells) < sites if whole else None,
        )

    def basis(self, basis: Basis) -> Basis:
        """Return the basis with the rows added since."""
        added = 2 + len(self.constant) - basis.row.size
        return Basis(variable=basis.variable, row=np.concatenate([basis.row, np.full(added, BASIC)]))

    def mixed(self, outcome: Outcome) -> tuple[Floats, Floats]:
        """Return the multipliers that the cuts' prices mix."""
        price = np.maximum(outcome.prices[2:], 0.0)
        row_cell = np.array(self.row_cell[: price.size])
        price /= np.maximum(np.bincount(row_cell, price, self.cells), 1e-12)[row_cell]
        u, v = np.zeros((2, self.cell.size))
        row_point = np.array(self.row_point[: price.size])
        for point in np.unique(row_point[price > 0.0]).tolist():
            rows = np.flatnonzero((row_point == point) & (price > 0.0))
            share = np.bincount(row_cell[rows], price[rows], self.cells)[self.cell]
            best, second = multipliers(self.credit, self.points[point])
            u += share * best
            v += share * second
        return u, v
