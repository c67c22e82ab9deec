"""Whether the facts beside the figures of plan.json hold: known volumes, status, warnings, one hub more, its source."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeGuard

import numpy as np

from logistics.audit_cells import DUST, TOLERANCE
from logistics.audit_curve import one_more_findings
from logistics.idle import idle_rows, nowhere_to_build
from logistics.known import known_volumes
from logistics.phase_tables import PhaseTables
from logistics.plan_summary import ATTRIBUTION, freight_balance
from logistics.run_folder import LEDGER_READ
from logistics.siting import GAP_DUST
from logistics.timeline import Timeline

PERCENT: Final = 100
RESIDUAL_DUST: Final = 1e-9


def fact_findings(
    timeline: Timeline, summary: Mapping[str, Any], phases: Sequence[PhaseTables], new: int
) -> Iterator[str]:
    """Yield a sentence for each fact of plan.json that is not what it should be; `new` hubs stand in the end."""
    volumes = known_volumes(phases[0].case, phases[0].ways)
    yield from _differing("known_volumes", summary.get("known_volumes"), volumes)
    yield from _balance_findings(timeline, summary.get("freight_balance", {}))
    yield from _differing("attribution", summary.get("attribution"), ATTRIBUTION)
    yield from _warning_findings(timeline, summary)
    yield from _status_findings(summary)
    yield from _differing("one_more", summary.get("one_more"), _one_more(summary, new))
    yield from one_more_findings(timeline, summary, phases)


def _warning_findings(timeline: Timeline, summary: Mapping[str, Any]) -> Iterator[str]:
    """Check that every warning is told, and none that the scenario gives no cause for.

    What was said of reading files names them as they were given; a run holds copies with names of its own, so that only
    the seal vouches for it.
    """
    idle = idle_rows(timeline, ())
    read = set(summary[LEDGER_READ])
    for row in sorted(read - set(timeline.first.region.ledger.entries)):
        yield f"plan.json:{LEDGER_READ}: {row!r} is no row of the ledger"
    readings = summary["readings"]
    needed = [*timeline.warnings, *readings, *(sentence for row, sentence in idle.items() if row not in read)]
    for sentence in needed:
        if sentence not in summary["warnings"]:
            yield f"plan.json:warnings: {sentence!r} is missing"
    for sentence in set(summary["warnings"]) - {*needed, *idle.values(), *nowhere_to_build(timeline), *readings}:
        yield f"plan.json:warnings: {sentence!r} is none of this scenario's"


def _balance_findings(timeline: Timeline, found: Mapping[str, Any]) -> Iterator[str]:
    """Check how the freight converged; what is left over is itself dust, which no other machine leaves alike."""
    wanted = freight_balance(timeline)
    yield from _differing("freight_balance.rounds", found.get("rounds"), wanted["rounds"])
    left, wanted_left = float(found.get("largest_residual", np.inf)), wanted["largest_residual"]
    if not np.isclose(left, wanted_left, rtol=TOLERANCE, atol=RESIDUAL_DUST):
        yield f"plan.json:freight_balance.largest_residual: found {left!r}, recomputed {wanted_left!r}"


def _differing(name: str, found: object, wanted: object) -> Iterator[str]:
    """Yield each value, by its dotted name, that is not as wanted; numbers up to rounding."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping) and set(found) == set(wanted):
        for key, value in wanted.items():
            yield from _differing(f"{name}.{key}", found[key], value)
    elif isinstance(wanted, list) and isinstance(found, list) and len(found) == len(wanted):
        for at, value in enumerate(wanted):
            yield from _differing(f"{name}.{at}", found[at], value)
    elif not _is_same(found, wanted):
        yield f"plan.json:{name}: found {found!r}, recomputed {wanted!r}"


def _is_same(found: object, wanted: object) -> bool:
    if _is_number(found) and _is_number(wanted):
        return bool(np.isclose(found, wanted, rtol=TOLERANCE, atol=DUST))
    return bool(found == wanted)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _status_findings(summary: Mapping[str, Any]) -> Iterator[str]:
    """Check that a plan is called optimal where every goal is proved to the gap asked for, and only there."""
    proved = max(float(row["gap"]) for row in summary["goals"]) <= float(summary["gap_asked"]) + GAP_DUST
    wanted = "optimal" if proved else "feasible"
    if summary.get("status") != wanted:
        yield f"plan.json:status: found {summary.get('status')!r}, its gaps make it {wanted!r}"


def _one_more(summary: Mapping[str, Any], new: int) -> dict[str, Any] | None:
    """Return what `one_more` must be beside the curve; fixed costs of hubs that are not built are taken as told."""
    point = next((row for row in summary["curve"] if row["new_hubs"] == new + 1), None)
    told = summary.get("one_more")
    if point is None or not isinstance(told, Mapping):
        return None if point is None else {"new_hubs": point["new_hubs"]}
    loses, fixed = point["objective_vnd_per_year"] - summary["objective_vnd_per_year"], told["fixed_vnd_per_year"]
    pays = loses <= 0
    return {
        **told,
        "new_hubs": point["new_hubs"],
        "hub_ids": point["hub_ids"],
        "loses_vnd_per_year": loses,
        "fixed_cost_must_fall_pct": None if pays or fixed <= 0 else PERCENT * loses / fixed,
    }
