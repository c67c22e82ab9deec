"""The linear relaxation over some packings of decided sites, solved anew from where it stood.

min sum_q c_q x_q,  each client in one packing,  one packing of each site,  rows on subsets (`relaxation.subset_rows`)

Wages are held within `reach` of a centre: to serve a client too little costs the wage there and `reach` more, to serve
it too often `reach` less the wage. To break a row costs `STEEP` times the reach. So every choice is allowed, and wages
leap less from one optimum to the next; any wages and prices give a bound.
"""

from dataclasses import dataclass, replace

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.errors import SolverError
from models.program import Matrix, Program
from models.relaxation.listed_packings import Listed
from models.relaxation.subset_rows import SubsetRows
from models.solver import AT_LOWER, BASIC, Basis, Solver
from models.status import Status

STEEP = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """An optimum: its `value`, `part` [packing], `wage`, `toll` [place] and `price` [row].

    `missed`: how far clients are from being served once, and rows from being kept, in all; `basis`: of the program.
    """

    value: float
    part: Floats
    wage: Floats
    toll: Floats
    price: Floats
    missed: float
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingProgram:
    """The program of the packings `ids`, rising, of so many `places`; `entries` of its matrix: see `program_of`."""

    packings: Listed
    ids: Indices
    rows: SubsetRows
    places: int
    centre: Floats
    reach: float
    entries: Matrix

    def solved(self, solver: Solver, basis: Basis | None, barred: Flags, limit_s: float) -> Optimum | None:
        """Return the optimum without the packings `barred`, from a basis if there is one; None: no time was left.

        Raises
        ------
        SolverError
            If the solver finds no optimum: there always is one.
        """
        program, count, clients = self._program(barred), self.ids.size, self.centre.size
        if basis is None:
            outcome = solver.lp(program, limit_s=limit_s)
        else:
            outcome = solver.lp_from(program, basis, limit_s=limit_s, dual=True)
        if outcome.status is Status.NO_SOLUTION:
            return None
        if outcome.status is not Status.OPTIMAL or outcome.basis is None:
            raise SolverError(f"a relaxation over packings has an optimum, but the solver says: {outcome.stopped}")
        return Optimum(
            value=outcome.objective,
            part=outcome.values[:count],
            wage=-outcome.prices[:clients],
            toll=-outcome.prices[clients : clients + self.places],
            price=np.maximum(outcome.prices[clients + self.places :], 0.0),
            missed=float(outcome.values[count:].sum()),
            basis=outcome.basis,
        )

    def with_packings(self, ids: Indices, basis: Basis) -> tuple["PackingProgram", Basis]:
        """Return the program of other `ids`, rising, and of all in the basis; and the basis in it."""
        count = self.ids.size
        status = basis.variable[:count]
        held = np.union1d(ids, self.ids[status == BASIC])
        place = np.minimum(np.searchsorted(self.ids, held), count - 1)
        kept = np.where(self.ids[place] == held, status[place], AT_LOWER)
        program = program_of(self.packings, held, self.rows, self.places, (self.centre, self.reach))
        return program, Basis(variable=np.concatenate([kept, basis.variable[count:]]), row=basis.row)

    def with_rows(self, rows: SubsetRows, basis: Basis, kept: Indices) -> tuple["PackingProgram", Basis]:
        """Return the program of other `rows`, the first of which are those `kept`, none of the others in the basis."""
        head = self.centre.size + self.places
        new = np.full(rows.divisor.size - kept.size, BASIC)
        program = program_of(self.packings, self.ids, rows, self.places, (self.centre, self.reach))
        row = np.concatenate([basis.row[:head], basis.row[head:][kept], new])
        others = self.ids.size + 2 * self.centre.size
        breaks = np.concatenate([basis.variable[others:][kept], np.full(new.size, AT_LOWER)])
        return program, Basis(variable=np.concatenate([basis.variable[:others], breaks]), row=row)

    def within_reach(self, centre: Floats, reach: float) -> "PackingProgram":
        """Return the program with wages about another `centre`."""
        return replace(self, centre=centre, reach=reach)

    def _program(self, barred: Flags) -> Program:
        clients, count, many = self.centre.size, self.ids.size, self.rows.divisor.size
        upper = np.full(count + 2 * clients + many, np.inf)
        upper[:count][barred] = 0.0
        once = np.ones(clients + self.places)
        return Program(
            cost=np.concatenate(
                [
                    self.packings.cost[self.ids],
                    self.reach + self.centre,
                    self.reach - self.centre,
                    np.full(many, STEEP * self.reach),
                ]
            ),
            lower=np.zeros(upper.size),
            upper=upper,
            matrix=self.entries,
            row_lower=np.concatenate([once, np.full(many, -np.inf)]),
            row_upper=np.concatenate([once, self.rows.most]),
        )


def program_of(
    packings: Listed, ids: Indices, rows: SubsetRows, places: int, wages: tuple[Floats, float]
) -> PackingProgram:
    """Return the program; `wages`: their centre and reach.

    Columns: the packings, then each client served too little, each served too often, each row broken. Rows: the
    clients, the places, the rows on subsets.
    """
    clients, count = wages[0].size, ids.size
    size = packings.first[ids + 1] - packings.first[ids]
    column = np.repeat(np.arange(count), size)
    at = running(size) + np.repeat(packings.first[ids], size)
    client = packings.client[at].astype(np.int64)
    row, holder, times = _paid(client, column, rows)
    every, breaks = np.arange(clients), np.arange(rows.divisor.size)
    entries = Matrix.stack(
        (client, column, 1.0),
        (clients + packings.place[ids], np.arange(count), 1.0),
        (clients + places + row, holder, times),
        (every, count + every, 1.0),
        (every, count + clients + every, -1.0),
        (clients + places + breaks, count + 2 * clients + breaks, -1.0),
    )
    return PackingProgram(
        packings=packings, ids=ids, rows=rows, places=places, centre=wages[0], reach=wages[1], entries=entries
    )


def running(size: Indices) -> Indices:
    """Return 0, 1, .. for each of the sizes, one after the other."""
    return np.asarray(np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size), dtype=np.int64)


def _paid(client: Indices, column: Indices, rows: SubsetRows) -> tuple[Indices, Indices, Floats]:
    """Return the entries (row, column, how much it counts) of packings, of which `column[k]` serves `client[k]`."""
    size = rows.start[client + 1] - rows.start[client]
    at = running(size) + np.repeat(rows.start[client], size)
    many = max(rows.divisor.size, 1)
    key, place = np.unique(np.repeat(column, size) * many + rows.row[at], return_inverse=True)
    total = np.bincount(place, rows.times[at], minlength=key.size)
    counts = total // rows.divisor[key % many] if key.size else total
    pays = counts > 0
    return key[pays] % many, key[pays] // many, counts[pays].astype(np.float64)
