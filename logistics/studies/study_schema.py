"""What a study file may say: every key declared once, with its range."""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from logistics.scenario_fields import VERSION, Number, PathText, Section, Text, Version, as_tuple, one_of
from logistics.studies.designs import MOST_SCENARIOS
from logistics.studies.factors import DISTRIBUTIONS

KINDS: Final = (
    "one_at_a_time", "grid", "factorial", "latin_hypercube", "sobol", "sobol_indices", "morris", "table",
)  # fmt: skip


def _countable(value: int) -> int:
    if value > MOST_SCENARIOS:
        raise ValueError(f"expected at most {MOST_SCENARIOS:,}: this makes {value:,} scenarios or more")
    return value


Whole = Annotated[int, Field(ge=1), AfterValidator(_countable)]


class DesignSection(Section):
    """Which scenarios."""

    kind: Annotated[str, one_of(KINDS)] = "one_at_a_time"
    scenarios: Whole = 100
    levels: Whole = 5
    trajectories: Whole = 10
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    file: PathText | None = None


class FactorSection(Section):
    """A number that varies."""

    name: Text
    low: Number | None = None
    value: Number | None = None
    high: Number | None = None
    distribution: Annotated[str, one_of(DISTRIBUTIONS)] | None = None
    choices: Annotated[tuple[Number, ...], BeforeValidator(as_tuple)] = Field((), alias="values")


class CorrelationSection(Section):
    """Two factors that move together."""

    between: Annotated[tuple[Text, Text], BeforeValidator(as_tuple)]
    rho: Annotated[Number, Field(ge=-1, le=1)]


class SolveSection(Section):
    """How each scenario is solved."""

    time_limit_s: Annotated[Number, Field(gt=0, le=1e7)] = 60.0
    gap: Annotated[Number, Field(ge=0, le=1)] = 1e-5
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class StudyFile(Section):
    """A whole study."""

    version: Version = VERSION
    name: Text = "study"
    scenario: PathText | None = None
    design: DesignSection = DesignSection()
    factor: Annotated[tuple[FactorSection, ...], BeforeValidator(as_tuple)] = ()
    correlation: Annotated[tuple[CorrelationSection, ...], BeforeValidator(as_tuple)] = ()
    solve: SolveSection = SolveSection()


SECTIONS: Final[Mapping[tuple[str, ...], type[Section]]] = {
    (): StudyFile,
    ("design",): DesignSection,
    ("factor",): FactorSection,
    ("correlation",): CorrelationSection,
    ("solve",): SolveSection,
}
