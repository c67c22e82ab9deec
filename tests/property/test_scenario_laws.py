"""Laws of scenarios: writing and reading, pickling and replacing give the same scenario, whatever it asks for."""

import pickle
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from logistics import Band, Candidates, Corridor, Objective, Phases, ProvinceLimit, Scenario
from logistics.scenario import read_scenario, write_scenario
from logistics.scenario_parts import CANDIDATE_KINDS, GOALS

IDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp", "Cs"]), min_size=1, max_size=8)
NAMES = IDS.map(str.strip).filter(lambda name: name not in {"", "*"})
AMOUNTS = st.floats(0, 1e15, allow_nan=False)
POSITIVE = st.floats(1e-9, 1e9)


def names(**limits):
    return st.lists(NAMES, unique=True, max_size=3, **limits).map(tuple)


@st.composite
def bands(draw):
    limit = draw(st.sampled_from(["within_h", "within_km"]))
    share = draw(st.floats(1e-6, 100))
    return Band(commodity=draw(NAMES), share_pct=share, place_ids=draw(names()), **{limit: draw(POSITIVE)})


@st.composite
def objectives(draw):
    if draw(st.booleans()):
        return Objective(weights={"cost": 1.0, "co2": draw(AMOUNTS)}, co2_cap_t_per_year=draw(st.none() | AMOUNTS))
    goals = draw(st.permutations(GOALS[:3]))
    then = tuple(goals[1 : draw(st.integers(2, 3))])
    return Objective(minimise=goals[0], then=then, tolerance_pct=draw(st.floats(0, 100)))


@st.composite
def scenarios(draw):
    phases = tuple(sorted(draw(st.sets(st.integers(2020, 2060), min_size=1, max_size=6))))
    later = st.integers(2020, phases[-1])
    budget = st.none() | AMOUNTS | st.tuples(*[AMOUNTS] * len(phases))
    corridors = st.builds(Corridor, name=NAMES, hubs=names(min_size=1), min=st.just(0), max=st.none() | st.just(9))
    return Scenario(
        name=draw(NAMES), phases=Phases(years=phases, discount_pct=draw(st.none() | st.floats(0, 100))),
        earliest_year=draw(st.dictionaries(NAMES, later, max_size=3)), may_extend=draw(names()),
        site_land_ha=draw(st.dictionaries(NAMES, st.floats(1e9, 1e10), max_size=2)),
        areas_ha=tuple(sorted(draw(st.sets(POSITIVE, max_size=3)))), budget_vnd=draw(budget),
        in_province=tuple(ProvinceLimit(province=name, max=2) for name in draw(names())),
        corridors=tuple(draw(st.lists(corridors, unique_by=lambda one: one.name, max_size=2))),
        service=tuple(draw(st.lists(bands(), unique_by=lambda one: one.commodity, max_size=2))),
        objective=draw(objectives()), rail=draw(st.booleans()), single_sourcing=draw(st.booleans()),
        candidates=draw(st.none() | st.builds(Candidates, kinds=st.sets(st.sampled_from(CANDIDATE_KINDS), min_size=1)
            .map(lambda kinds: tuple(sorted(kinds))))),
    )  # fmt: skip


@settings(max_examples=60)
@given(scenarios())
def test_a_scenario_is_what_its_file_its_pickle_and_its_copy_say(scenario):
    with tempfile.TemporaryDirectory() as folder:
        write_scenario(scenario, Path(folder) / "out.toml")
        assert read_scenario(Path(folder) / "out.toml") == scenario
    assert pickle.loads(pickle.dumps(scenario)) == scenario  # noqa: S301  (made here)
    assert replace(scenario) == scenario
