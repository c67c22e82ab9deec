"""The answer of `logistics study` for people: how it ended, how much it saves, which hubs are chosen how often."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import RenderableType

from logistics.cli.sheet import head, inside, pairs, shows_lines, table, written
from logistics.i18n import label, number
from logistics.units import VND_PER_BILLION

if TYPE_CHECKING:
    from logistics.studies.study import Study

SHOWN: Final = 12
QUANTILES: Final = (("study_least", 0.0), ("study_median", 0.5), ("study_most", 1.0))


def sheet(found: "Study", folder: Path, lang: str) -> str:
    """Return the answer."""
    return written(_sheet(found, folder, lang))


def _sheet(found: "Study", folder: Path, lang: str) -> Iterator[RenderableType]:
    total = len(found.outcomes)
    yield head(label("study_head", lang, name=found.scenario.name, count=number(total, lang)))
    states = Counter(outcome.state for outcome in found.outcomes)
    yield pairs([(label(f"study_{state}", lang), number(count, lang), "") for state, count in states.most_common()])
    solved = found.results[found.results["state"].isin(["optimal", "feasible"])]
    if not len(solved):
        yield inside(label("study_nothing", lang, folder=folder))
        return
    savings = solved["saving_vnd_per_year"] / VND_PER_BILLION
    yield head(label("study_saving", lang))
    yield pairs([(label(key, lang), number(float(savings.quantile(at)), lang, 1), "") for key, at in QUANTILES])
    yield head(label("study_choices", lang))
    sets = solved["hubs"].value_counts()
    rows = [
        [
            str(hubs) or label("study_no_new", lang),
            number(count, lang),
            f"{number(100 * count / len(solved), lang, 1)} %",
        ]
        for hubs, count in list(sets.items())[:SHOWN]
    ]
    columns = [label(key, lang) for key in ("study_set", "study_scenarios", "study_share")]
    yield table(columns, rows, left=(0,), wide=shows_lines())
    if len(sets) > SHOWN:
        yield inside(label("study_more_sets", lang, count=number(len(sets) - SHOWN, lang)))
    yield inside(label("study_written", lang, folder=folder))
