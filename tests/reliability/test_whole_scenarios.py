"""Any valid scenario ends in a plan that passes its audit, or in the words of what clashes; in nothing else."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tiny_region import matrix_file, tiny
from whole_scenarios import end_of, scenarios

from logistics.scenario_parts import Corridor, ProvinceLimit

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

COUNT = 6
"""Many more: `python tests/benchmarks/whole_scenarios.py`."""


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return tiny(folder, od_matrix=matrix_file(folder))


@settings(
    max_examples=COUNT, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_a_valid_scenario_ends_in_an_audited_plan_or_in_a_clash(base, data):
    with tempfile.TemporaryDirectory() as folder:
        assert end_of(data.draw(scenarios(base)), Path(folder)) in {"plan", "clash"}


def test_a_way_out_that_no_file_may_ask_for_is_not_offered(base, tmp_path):
    """Two new hubs have no land; with none the corridor, whose hub stands already, would name more than are new."""
    corridor = Corridor(name="QL.18", hubs=("icd_tien_son", "gf_nam_son"), min=1)
    assert end_of(replace(base, new_hubs=2, corridors=(corridor,), max_land_ha=5.0), tmp_path) == "clash"


def test_a_clash_of_the_number_and_what_asks_for_some_of_it_is_told(base, tmp_path):
    limit = ProvinceLimit(province="Hưng Yên", min=1)
    asked = {"new_hubs": 1, "forced_open": ("gf_nam_son",), "in_province": (limit,), "max_land_ha": 5.0}
    assert end_of(replace(base, **asked), tmp_path) == "clash"
