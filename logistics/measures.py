"""What is capped or promised of the freight carried: CO2, service bands, and goals held near their best.

    low <= sum over ways of tonnes x per tonne + sum over options of weight (if opened) <= high

per phase, or over all phases weighed as a year's equivalent. Freight that must go directly whatever is decided
(the part that may not move to a shared hub) is counted in the limits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from logistics.case import Case
from logistics.distances import Floats
from logistics.routes import Routes, Traits
from logistics.scenario_parts import EVERY_COMMODITY, Band
from logistics.timeline import Timeline
from logistics.units import PERCENT

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One row: `kind` and `subject` name it, `unit` is that of its limits; the arrays are over all phases."""

    kind: str
    subject: str
    unit: str
    through: Floats
    direct: Floats
    option: Floats
    low: float = -inf
    high: float = inf


@dataclass(frozen=True, slots=True, kw_only=True)
class PerTonne:
    """Something counted per tonne of each flow's direct way and of each route, and per option; of all phases."""

    direct: Floats
    through: Floats
    option: Floats


def captive_sum(timeline: Timeline, direct: Floats) -> float:
    """Return what the tonnes that no plan may move to a hub add up to on their direct way."""
    captive_t = np.concatenate([case.captive_t for case in timeline.cases])
    return float(captive_t @ direct)


def measures(timeline: Timeline, routes: tuple[Routes, ...]) -> tuple[Measure, ...]:
    """Return every cap and promise of the scenario."""
    return (*_caps(timeline, routes), *_promises(timeline, routes))


def held(timeline: Timeline, goal: str, counted: PerTonne, most: float) -> Measure:
    """Return that a goal reached before stays at most `most`, captive freight included."""
    most -= captive_sum(timeline, counted.direct)
    return Measure(
        kind="goal", subject=goal, unit="", through=counted.through, direct=counted.direct, option=counted.option,
        high=most,
    )  # fmt: skip


def _caps(timeline: Timeline, routes: tuple[Routes, ...]) -> Iterator[Measure]:
    cap = timeline.scenario.objective.co2_cap_t_per_year
    if cap is None:
        return
    for period, year in enumerate(timeline.years):
        per_t = [
            (found.direct.co2_t_per_t, found.through.co2_t_per_t) if at == period else _nothing(found)
            for at, found in enumerate(routes)
        ]
        direct, through = (np.concatenate(part) for part in zip(*per_t, strict=True))
        yield Measure(
            kind="co2_cap", subject=str(year), unit="t", direct=direct, through=through, option=_no_option(timeline),
            high=cap - captive_sum(timeline, direct),
        )  # fmt: skip


def _promises(timeline: Timeline, routes: tuple[Routes, ...]) -> Iterator[Measure]:
    for band in timeline.scenario.service:
        for period, case in enumerate(timeline.cases):
            per_t = [_inside(case, found, band) if at == period else _nothing(found) for at, found in enumerate(routes)]
            direct, through = (np.concatenate(part) for part in zip(*per_t, strict=True))
            promised_t = band.share_pct * PERCENT * float(case.tonnes[in_band(case, band)].sum())
            yield Measure(
                kind="service", subject=promise_name(band, case), unit="t", direct=direct, through=through,
                option=_no_option(timeline), low=promised_t - captive_sum(timeline, direct),
            )  # fmt: skip


def promise_name(band: Band, case: Case) -> str:
    """Return what the promise of a band in one phase is called."""
    return f"{band_name(band)}, {case.year}"


def promised_bands(timeline: Timeline) -> dict[str, tuple[Band, int]]:
    """Return the band and the phase of each promise, by its name."""
    return {
        promise_name(band, case): (band, period)
        for band in timeline.scenario.service
        for period, case in enumerate(timeline.cases)
    }


def band_name(band: Band) -> str:
    """Return what a band is called: its name, or what it says."""
    limit = f"{band.within_h:g} h" if band.within_h is not None else f"{band.within_km:g} km"
    return band.name or f"{band.share_pct:g} % of {band.commodity} within {limit}"


def in_band(case: Case, band: Band) -> Flags:
    """Return the flows that a band speaks of."""
    inside = np.ones(len(case.flows), dtype=bool)
    if band.commodity != EVERY_COMMODITY:
        inside &= (case.flows["commodity"] == band.commodity).to_numpy()
    if band.place_ids:
        inside &= case.flows["near_id"].isin(band.place_ids).to_numpy()
    return inside


def keeps_band(traits: Traits, band: Band) -> Flags:
    """Return which ways are as quick, or as short, as a band promises."""
    kept = traits.hours <= band.within_h if band.within_h is not None else traits.length_km <= (band.within_km or 0.0)
    return np.asarray(kept, dtype=bool)


def outside_service(case: Case, found: Routes) -> tuple[Floats, Floats]:
    """Return 1 for each direct way and each route that breaks a band its flow belongs to, else 0."""
    direct, through = np.zeros(found.direct.hours.size), np.zeros(found.flow.size)
    for band in case.scenario.service:
        flows = in_band(case, band)
        direct[flows & ~keeps_band(found.direct, band)] = 1.0
        through[flows[found.flow] & ~keeps_band(found.through, band)] = 1.0
    return direct, through


def _inside(case: Case, found: Routes, band: Band) -> tuple[Floats, Floats]:
    flows = in_band(case, band)
    direct = (flows & keeps_band(found.direct, band)).astype(float)
    through = (flows[found.flow] & keeps_band(found.through, band)).astype(float)
    return direct, through


def _nothing(found: Routes) -> tuple[Floats, Floats]:
    return np.zeros(found.direct.hours.size), np.zeros(found.flow.size)


def _no_option(timeline: Timeline) -> Floats:
    return np.zeros(len(timeline.options))
