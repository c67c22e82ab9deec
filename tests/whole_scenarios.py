"""Whole scenarios of the tiny region, drawn: any mix of options, rules, phases and goals that a file may hold."""

from dataclasses import replace
from pathlib import Path

from hypothesis import assume
from hypothesis import strategies as st
from tiny_region import NEW_SITES, TINY_HUBS

from logistics.errors import InfeasibleError, InputError
from logistics.planning import plan
from logistics.scenario import Scenario, read_scenario, write_scenario
from logistics.scenario_parts import Band, Corridor, Objective, Phases, ProvinceLimit
from models import SolveOptions

OPTIONS = SolveOptions(time_limit_s=60.0, relative_gap=1e-6)
STANDING = tuple(hub for hub in TINY_HUBS if hub not in NEW_SITES)
YEARS = st.sampled_from([(2030,), (2030, 2040), (2028, 2030, 2035)])
COMMODITIES = st.sampled_from(["*", "general", "electronics", "food_cold"])


def some(ids, most=2):
    return st.lists(st.sampled_from(ids), unique=True, max_size=most).map(tuple)


@st.composite
def bands(draw):
    limit = draw(st.sampled_from([{"within_h": 6.0}, {"within_h": 24.0}, {"within_km": 60.0}, {"within_km": 250.0}]))
    places = draw(some(("bn_tien_son", "bn_que_vo_1")))
    return Band(
        commodity=draw(COMMODITIES), share_pct=draw(st.sampled_from([5.0, 50.0, 100.0])), place_ids=places, **limit
    )


@st.composite
def objectives(draw):
    if draw(st.integers(0, 4)) == 0:
        return Objective(weights={"cost": 1.0, "co2": draw(st.sampled_from([1e3, 1e6]))})
    first, *rest = draw(st.permutations(["cost", "co2", "distance"]))
    return Objective(
        minimise=first, then=tuple(rest[: draw(st.integers(0, 1))]),
        tolerance_pct=draw(st.sampled_from([0.0, 1.0, 10.0])),
        co2_price_vnd_per_t=draw(st.sampled_from([0.0, 5e5])),
        co2_cap_t_per_year=draw(st.sampled_from([None, None, 1e3, 4e3, 1e9])),
    )  # fmt: skip


def maybe(strategy):
    """Draw mostly nothing, so that not every scenario asks for everything."""
    return st.one_of(st.none(), st.none(), strategy)


@st.composite
def scenarios(draw, base):
    """Return the base scenario with anything changed that is valid by itself."""
    years = draw(YEARS)
    at_most = draw(st.integers(0, 3))
    changes = {
        "phases": Phases(years=years) if len(years) > 1 else None, "year": years[0],
        "new_hubs": draw(maybe(st.integers(0, at_most))), "max_new_hubs": at_most,
        "curve_to": draw(st.integers(0, 3)),
        "forced_open": draw(maybe(some(NEW_SITES))) or (), "forbidden": draw(maybe(some(TINY_HUBS))) or (),
        "may_close": draw(maybe(some(STANDING))) or (), "may_extend": draw(maybe(some(STANDING))) or (),
        "earliest_year": draw(maybe(st.just({"gf_yen_my": years[-1]}))) or {},
        "areas_ha": draw(maybe(st.just((5.0, 20.0)))) or (),
        "max_site_ha": draw(maybe(st.sampled_from([10.0, 40.0]))),
        "max_land_ha": draw(maybe(st.sampled_from([5.0, 20.0, 100.0]))),
        "budget_vnd": draw(maybe(st.sampled_from([1e9, 3e10, 1e13]))),
        "max_changes": draw(maybe(st.integers(0, 3))),
        "min_throughput_t_per_year": draw(st.sampled_from([0.0, 0.0, 0.0, 500.0, 5e6])),
        "single_sourcing": draw(st.booleans()), "two_hub_routes": draw(st.booleans()), "rail": draw(st.booleans()),
        "speed_pct": draw(st.sampled_from([100.0, 70.0])), "toll_pct": draw(st.sampled_from([100.0, 0.0])),
        "scale_pct": draw(st.sampled_from([100.0, 1000.0])),
        "in_province": draw(maybe(st.builds(
            lambda name, least, most: (ProvinceLimit(province=name, min=least, max=most),),
            st.sampled_from(["Bắc Ninh", "Hưng Yên"]), st.integers(0, 1), st.sampled_from([None, 1, 2]),
        ))) or (),
        "corridors": draw(maybe(st.builds(
            lambda hubs, most: (Corridor(name="QL.18", hubs=hubs, min=min(1, most), max=most),),
            some(TINY_HUBS, 3).filter(len), st.integers(0, 3),
        ))) or (),
        "service": tuple(draw(st.lists(bands(), max_size=2, unique_by=lambda one: one.commodity))),
        "objective": draw(objectives()),
    }  # fmt: skip
    try:
        return replace(base, **changes)
    except InputError:  # contradicts itself; `test_bad_scenarios` looks at what is said of those
        assume(False)  # noqa: FBT003  (a word of Hypothesis)
        raise


def end_of(scenario: Scenario, folder: Path) -> str:
    """Plan a scenario from its file: how it ended; anything but a plan that passes its audit or a clash is a fault."""
    write_scenario(scenario, folder / "drawn.toml")
    read = read_scenario(folder / "drawn.toml")
    assert read == scenario
    try:
        found = plan(read, OPTIONS)
    except InfeasibleError as error:
        clashes, told = error.facts["clashes"], [error.in_words(lang) for lang in ("en", "vi")]
    else:
        assert found.audit() == []
        return "plan"
    assert clashes
    assert all(clashes)
    assert all(told)
    return "clash"
