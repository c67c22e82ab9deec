"""What clashes and the ways out, told: as facts for `infeasible.json` and in sentences for people."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from logistics.units import VND_PER_BILLION
from logistics.wish import Change, Wish, Wishes
from models import Status

WHOLE_FROM: Final = 1e5
"""Numbers from here on are told without decimals."""


def facts_of(wishes: Wishes) -> dict[str, Any]:
    """Return what `infeasible.json` holds."""

    def wish(one: Wish) -> dict[str, Any]:
        return {"kind": one.kind, "subject": one.subject, "limit": one.limit, "unit": one.unit}

    return {
        "status": Status.INFEASIBLE.name.lower(),
        "clashes": [[wish(one) for one in clash] for clash in wishes.clashes],
        "ways_out": [
            {
                "changes": [{**wish(change.wish), "to": change.to} for change in way.changes],
                "objective_vnd_per_year": way.objective_vnd_per_year,
                "gap": way.gap,
            }
            for way in wishes.ways
        ],
    }


def sentences(wishes: Wishes, say: Callable[..., str]) -> Iterator[str]:
    """Yield the report for people; `say(key, **values)` gives a label of the reader's language."""
    for clash in wishes.clashes:
        yield say("wish_clash", wishes="; ".join(_told(one, say) for one in clash))
    if not wishes.ways:
        yield say("wish_no_way")
    for number, way in enumerate(wishes.ways, start=1):
        changes = "; ".join(_told_change(change, say) for change in way.changes)
        yield say(
            "wish_way", number=number, changes=changes, cost=f"{way.objective_vnd_per_year / VND_PER_BILLION:,.1f}"
        )


def _told_change(change: Change, say: Callable[..., str]) -> str:
    wish = change.wish
    return say(f"wish_to_{wish.kind}", subject=wish.subject, now=_figure(wish.limit), then=_figure(change.to))


def _told(one: Wish, say: Callable[..., str]) -> str:
    return say(f"wish_{one.kind}", subject=one.subject, now=_figure(one.limit))


def _figure(value: float) -> str:
    """Return a number in up to six digits as people write it: 2,720,000, never 2.72e+06."""
    return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:,.6g}"
