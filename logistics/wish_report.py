"""What clashes and the ways out, told: as facts for `infeasible.json` and in sentences for people."""

from collections.abc import Iterator
from typing import Any, Final

from logistics.i18n import label, number
from logistics.i18n.telling import told
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


def sentences(wishes: Wishes, lang: str) -> Iterator[str]:
    """Yield the report for people in a language."""

    def say(key: str, **values: object) -> str:
        return label(key, lang, **values)

    for clash in wishes.clashes:
        yield say("wish_clash", wishes="; ".join(_told(one, lang) for one in clash))
    if not wishes.ways:
        yield say("wish_no_way")
    for at, way in enumerate(wishes.ways, start=1):
        changes = "; ".join(_told_change(change, lang) for change in way.changes)
        cost = number(way.objective_vnd_per_year / VND_PER_BILLION, lang, 1)
        yield say("wish_way", number=at, changes=changes, cost=cost)


def _told_change(change: Change, lang: str) -> str:
    wish = change.wish
    now, then, more = (_figure(value, lang) for value in (wish.limit, change.to, change.to - wish.limit))
    return label(f"wish_to_{wish.kind}", lang, subject=told(wish.subject, lang), now=now, then=then, more=more)


def _told(one: Wish, lang: str) -> str:
    return label(f"wish_{one.kind}", lang, subject=told(one.subject, lang), now=_figure(one.limit, lang))


def _figure(value: float, lang: str) -> str:
    """Return a number in up to six digits as people write it: 2,720,000, never 2.72e+06."""
    if abs(value) >= WHOLE_FROM:
        return number(value, lang)
    return number(value, lang, len(f"{value:.6g}".partition(".")[2]))
