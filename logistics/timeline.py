"""A plan in phases: the region worked out for the first year of each, and what a year of each weighs.

A phase lasts from its year to the next one's. All money of a plan in phases is a *year's equivalent*: the yearly
costs of its phases weighed by

    weight_t = sum over the years y of phase t of (1 + rate)^-(y - first year), divided by the same sum over all phases

so that a cost that is the same every year keeps its value, and the net present value is the year's equivalent
times the sum of the discount factors. Capital is paid as the yearly annuity of what stands (`sites`), in every year
that it stands, so that nothing is left over at the end. A plan for one year is a plan of one phase of weight 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from logistics.case import Case, Progress, build_case
from logistics.distances import Floats, Indices
from logistics.ledger import Ledger
from logistics.scenario import Scenario
from logistics.scenario_parts import Phases
from logistics.sites import HubOption
from logistics.units import PERCENT


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The cases of a plan, one a phase, in the order of time; the sites are the same in all.

    `weight` [phase] sums to 1; `discount_sum` times a year's equivalent is the net present value.
    """

    cases: tuple[Case, ...]
    weight: Floats
    discount_sum: float

    @property
    def scenario(self) -> Scenario:
        """Return the scenario, as it was asked."""
        return self.first.scenario

    @property
    def first(self) -> Case:
        """Return the case of the first phase."""
        return self.cases[0]

    @property
    def last(self) -> Case:
        """Return the case of the last phase."""
        return self.cases[-1]

    @property
    def years(self) -> tuple[int, ...]:
        """Return the first year of each phase."""
        return tuple(case.year for case in self.cases)

    @cached_property
    def options(self) -> tuple[HubOption, ...]:
        """Return the ways of building of all phases, phase after phase."""
        return tuple(option for case in self.cases for option in case.options)

    @cached_property
    def option_period(self) -> Indices:
        """Return the phase of each option."""
        return np.repeat(np.arange(len(self.cases)), [len(case.options) for case in self.cases])

    @cached_property
    def option_site(self) -> Indices:
        """Return the site of each option."""
        site_of = {hub_id: at for at, hub_id in enumerate(self.last.sites["hub_id"])}
        return np.array([site_of[option.hub_id] for option in self.options], dtype=np.intp)

    @cached_property
    def stands(self) -> NDArray[np.bool_]:
        """Return, per site, whether it stands without a decision in any phase."""
        standing: NDArray[np.bool_] = self.last.sites["stands_ever"].to_numpy(bool)
        return standing

    def of_period(self, values: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the part of an array over all options that belongs to each phase."""
        for period in range(len(self.cases)):
            yield values[self.option_period == period]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return the warnings of all phases, each once."""
        return tuple(dict.fromkeys(sentence for case in self.cases for sentence in case.warnings))

    @property
    def readings(self) -> tuple[str, ...]:
        """Return what is to be said of the reading of files, each once."""
        return tuple(dict.fromkeys(sentence for case in self.cases for sentence in case.readings))


def build_timeline(scenario: Scenario, progress: Progress = lambda _: None) -> Timeline:
    """Work out every phase of a scenario.

    Raises
    ------
    InputError, networks.NetworkError
        As `case.build_case` does.
    """
    phases = scenario.phases
    if phases is None:
        return timeline_of(scenario, (build_case(scenario, scenario.year, progress),))
    first, *others = phases.years
    cases = [build_case(scenario, first, partial(_of_year, progress, first))]
    cases += [build_case(scenario, year, partial(_of_year, progress, year), cases[0]) for year in others]
    return timeline_of(scenario, tuple(cases))


def timeline_of(scenario: Scenario, cases: tuple[Case, ...]) -> Timeline:
    """Return the timeline of the cases of a scenario, one a phase."""
    phases = scenario.phases
    if phases is None:
        return Timeline(cases=cases, weight=np.ones(1), discount_sum=1.0)
    sums = discount_sums(phases, discount_rate(scenario, cases[0].region.ledger))
    return Timeline(cases=cases, weight=sums / sums.sum(), discount_sum=float(sums.sum()))


def _of_year(progress: Progress, year: int, text: str) -> None:
    progress(f"{year}: {text}")


def discount_rate(scenario: Scenario, ledger: Ledger) -> float:
    """Return the yearly discount rate of a plan in phases, as a fraction: the scenario's own or the ledger's."""
    own = None if scenario.phases is None else scenario.phases.discount_pct
    return ledger.share("discount_rate") if own is None else own * PERCENT


def discount_sums(phases: Phases, rate: float) -> Floats:
    """Return per phase the sum of the discount factors of its years, the first year of all being 1.

    Examples
    --------
    >>> discount_sums(Phases(years=(2030, 2032), last_years=1), 0.0)
    array([2., 1.])
    """
    return np.array(
        [
            sum((1 + rate) ** -(year - phases.years[0]) for year in range(begin, begin + length))
            for begin, length in zip(phases.years, phases.lengths_years, strict=True)
        ]
    )
