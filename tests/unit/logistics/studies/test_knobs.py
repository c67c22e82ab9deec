"""A factor's value reaches the scenario by the name of a row, a key or a closure."""

import pytest

from logistics.errors import InputError
from logistics.scenario import Scenario
from logistics.studies.knobs import scenario_at, usual_value

BASE = Scenario(name="x", ledger={"growth": 6.0}, forbidden=("gf_a",))


def test_rows_keys_and_closures_reach_the_scenario(ledger):
    values = {"crf": 0.1, "hubs.max_new": 2.0, "close:gf_b": 1.0, "close:gf_c": 0.0, "close_link:l1": 1.0}
    made = scenario_at(BASE, ledger, values)
    assert dict(made.ledger) == {"growth": 6.0, "crf": 0.1}
    assert made.max_new_hubs == 2
    assert made.forbidden == ("gf_a", "gf_b")
    assert made.closed_links == ("l1",)


def test_the_other_parts_of_a_whole_give_way_in_proportion(ledger):
    made = scenario_at(BASE, ledger, {"size_full_electronics": 60.0})
    # the tables have 40, 35 and 25: what is left, 40, is shared as 35 to 25
    assert made.ledger["size_medium_electronics"] == pytest.approx(40 * 35 / 60)
    assert made.ledger["size_small_electronics"] == pytest.approx(40 * 25 / 60)


def test_a_key_that_is_not_there_is_told_with_the_nearest(ledger):
    with pytest.raises(InputError, match=r"hubs.max_nwe: there is no such key; nearest: max_new"):
        scenario_at(BASE, ledger, {"hubs.max_nwe": 2.0})


def test_the_usual_value_is_the_scenarios_own():
    assert usual_value(BASE, "hubs.max_new") == 5.0
    assert usual_value(BASE, "close:gf_a") == 1.0
    with pytest.raises(InputError, match="no number there"):
        usual_value(BASE, "hubs.rail")
