"""Infeasible is an answer: which requirements clash, and the cheapest ways out.

A program (`models.program`) whose rows belong to named *requirements*, for example ("capacity", 7) or ("max_open",).

* `clashes`: sets of requirements that cannot be kept together, each irreducible: drop one of the set, and the rest
  of the set can be kept. Found by bisection and checked one by one (`infeasible.clash`).
* `ways_out`: the cheapest changes that make the program feasible. Every requirement r with a price may give way by
  an amount v_r >= 0, and the prices are minimised, not the program's own cost:

      min   sum_r price_r v_r
      s.t.  row_lower_i - weight_i v_r  <=  A_i x  <=  row_upper_i + weight_i v_r     for the rows i of r
            v_r <= limit_r, a whole number of steps where there is one

  The next way must leave out one of the requirements of each way before (no-good cuts), so that the ways are
  different sets of requirements, none containing a cheaper one (`infeasible.repair`).

Sources: Junker, QuickXplain, AAAI 2004; Chinneck, Dravnieks, ORSA Journal on Computing 3, 1991 (deletion filter);
Chinneck, Feasibility and Infeasibility in Optimization, Springer 2008 (elastic programs).

No claim rests on one word of the solver: whoever is called infeasible is asked again without presolve, and every point
is checked against the rows here. Amounts are read off the rows, rounded up to digits that can be read out, and tried:
whoever solves the plan finds one after them, or the way is not told.

How far it goes is how far HiGHS proves the program, over and over. Measured on one core of a busy AMD EPYC: five ways
out of too little room in 4 to 6 s for 50 clients and 20 sites, a minute for 200 and 50, 23 s for 300 flows, 3,000
routes and 30 sites; whole clients (single source) are packed as well, and 50 of them take two minutes a way. A clash
of c requirements takes some 2 c solves: 4 s where it has 66, more than two minutes where it has 230. What a limit
cuts short is said to be reducible; requirements last in order have then been looked at first.
"""

from models.infeasible.answers import Clash, Clashes, Relaxation, WayOut, WaysOut
from models.infeasible.clash import clashes
from models.infeasible.repair import ways_out
from models.infeasible.repairable import Repairable
from models.infeasible.requirements import (
    UNIT,
    WHOLE,
    Elastic,
    Name,
    Prices,
    RequiredProgram,
    Requirement,
    Side,
    moving_both,
    priced,
)
from models.infeasible.rounding import NOTHING_LEFT
from models.infeasible.rows import RequiredRows
from models.infeasible.sites import COUNTS_OF_P, count_after, kept_forced, less, require_count, require_forced

__all__ = [
    "COUNTS_OF_P",
    "NOTHING_LEFT",
    "UNIT",
    "WHOLE",
    "Clash",
    "Clashes",
    "Elastic",
    "Name",
    "Prices",
    "Relaxation",
    "Repairable",
    "RequiredProgram",
    "RequiredRows",
    "Requirement",
    "Side",
    "WayOut",
    "WaysOut",
    "clashes",
    "count_after",
    "kept_forced",
    "less",
    "moving_both",
    "priced",
    "require_count",
    "require_forced",
    "ways_out",
]
