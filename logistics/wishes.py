"""When wishes clash: which of the scenario's rules cannot be kept together, and the cheapest ways out.

Every flow has its direct way, so it is the rules that clash: those over openings (numbers, land, budgets, provinces,
corridors, changes, forced sites) among themselves, or with a promise over freight (service band, cap on CO2). The
first are a small program over the options alone, and `models.infeasible` says which of them clash and what gives
way. A promise is tested by making what it speaks of as good as the rules allow: that is how far it can be kept.

Every way out is a scenario: the wish changed as far as it must be, the plan decided anew. What it costs is that plan's
cost, with its own proven gap; ways are ranked by it.
"""

from collections.abc import Callable, Sequence
from typing import Final

from logistics.errors import InfeasibleError, NoPlanError
from logistics.instance import Question, pose
from logistics.siting import decide
from logistics.wish import Change, Way, Wishes
from logistics.wish_changes import applied, with_scenario
from logistics.wish_openings import Openings
from logistics.wish_promises import promises_that_clash
from models import SolveOptions
from models.infeasible import clashes, ways_out

WAYS: Final = 5

Progress = Callable[[str], None]


def examine(question: Question, options: SolveOptions, progress: Progress = lambda _: None) -> Wishes:
    """Say which wishes of an infeasible question clash, and the cheapest ways out."""
    progress("the wishes clash: looking for which, and for ways out")
    openings = Openings(question)
    found = clashes(openings.program, openings.requirements, options=options)
    if len(found):
        ways = ways_out(openings.program, openings.requirements, k=WAYS, options=options)
        named = tuple(tuple(openings.wishes[name] for name in clash.requirements) for clash in found)
        changed = [tuple(openings.change(part.name, part.amount) for part in way.relaxations) for way in ways]
    else:
        named, changed = promises_that_clash(question, openings, options)
    decided = [way for changes in changed if (way := _decided(question, changes, options)) is not None]
    return Wishes(clashes=named, ways=tuple(sorted(decided, key=lambda way: way.objective_vnd_per_year)))


def _decided(question: Question, changes: Sequence[Change], options: SolveOptions) -> Way | None:
    """Return a way out with the plan decided anew, None where a plan is not found in time."""
    scenario = question.timeline.scenario
    for change in changes:
        scenario = applied(scenario, change, question.timeline)
    try:
        decision = decide(pose(with_scenario(question.timeline, scenario), question.routes), options)
    except (InfeasibleError, NoPlanError):
        return None
    cost = decision.chosen.objective_vnd_per_year
    return Way(changes=tuple(changes), scenario=scenario, objective_vnd_per_year=cost, gap=decision.gap)
