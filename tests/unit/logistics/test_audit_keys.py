"""Names in a run that its scenario has, and those it does not have."""

import numpy as np
import pandas as pd
import pytest
from hand_made_run import case, flows, hubs, phase, timeline

from logistics.audit_keys import key_findings, of_phase, read_options, read_ways
from logistics.run_folder import RunTables
from logistics.scenario_parts import Phases

ANYTHING = pd.DataFrame({"period": ["2030"]})


def listed(**changes):
    return hubs(**{"period": ["2030"] * 3} | changes)


def tables(**changes):
    usual = {"summary": {}, "hubs": listed(), "flows": flows(), "link_flows": ANYTHING, "places": ANYTHING}
    return RunTables(**usual | changes)


def found(**changes):
    return list(key_findings(timeline(), tables(**changes)))


def nowhere(row, column, value):
    return f"flows.csv:{row}:{column}: found {value!r}, which this scenario does not have"


def test_a_run_that_is_right_has_nothing_wrong():
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"flow_id": ["f000000", "f000002", "f000000"]}, [nowhere(3, "flow_id", "f000002")]),
        ({"way": ["hub", "air", "direct"]}, [nowhere(3, "way", "air")]),
        ({"hub_id": ["gone", "", ""]}, [nowhere(2, "hub_id", "gone")]),
        ({"hub_id": ["", "", ""]}, [nowhere(2, "hub_id", "")]),
        ({"hub_id": ["new", "", "old"]}, [nowhere(4, "hub_id", "old")]),
        ({"second_hub_id": ["old", "", ""]}, []),
        ({"second_hub_id": ["gone", "", ""]}, [nowhere(2, "second_hub_id", "gone")]),
        ({"second_hub_id": ["new", "", ""]}, [nowhere(2, "second_hub_id", "new")]),
        ({"second_hub_id": ["", "old", ""]}, [nowhere(3, "second_hub_id", "old")]),
        ({"mode": ["barge", "rail", "balloon"]}, [nowhere(4, "mode", "balloon")]),
        ({"t_per_year": [0.0, 60.0, 20.0]}, []),
        ({"t_per_year": [-1.0, 60.0, np.nan]},
         ["flows.csv:2:t_per_year: found -1.0, which this scenario does not have",
          "flows.csv:4:t_per_year: found nan, which this scenario does not have"]),
    ],
)  # fmt: skip
def test_a_way_that_the_scenario_does_not_have_is_told(changes, sentences):
    assert found(flows=flows(**changes)) == sentences


def test_five_rows_of_a_column_are_named():
    assert len(found(flows=flows().iloc[[0] * 9].assign(mode="balloon"))) == 5


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"tier": ["as it stands", "cross-dock 9 ha", "closed"]},
         ["hubs.csv:3:tier: found 'cross-dock 9 ha' at 'new', which the site does not offer"]),
        ({"hub_id": ["old", "new", "new"], "tier": ["as it stands", "cross-dock 5 ha", "yard 5 ha"]},
         ["hubs.csv: 'new' stands twice; a site holds one hub", "hubs.csv: the standing hub 'shut' is missing"]),
        ({"hub_id": ["old", "free", "shut"], "tier": ["as it stands", "yard 5 ha", "closed"]}, []),
    ],
)  # fmt: skip
def test_a_hub_that_the_scenario_does_not_offer_is_told(changes, sentences):
    assert found(hubs=listed(**changes)) == sentences


def test_columns_that_are_missing_are_named_and_nothing_else_of_their_table():
    assert found(flows=flows().drop(columns=["way", "mode"])) == ["flows.csv: columns missing: mode, way"]
    assert found(hubs=listed().drop(columns=["tier", "hub_id"])) == ["hubs.csv: columns missing: hub_id, tier"]
    assert found(flows=flows(way=["air"] * 3).drop(columns="period")) == ["flows.csv: columns missing: period"]
    assert found(hubs=listed().drop(columns="period"), flows=flows(way=["air"] * 3)) == [
        "hubs.csv: columns missing: period"
    ]
    assert found(places=pd.DataFrame({"name": ["x"]})) == ["places.csv: columns missing: period"]


@pytest.mark.parametrize(
    ("name", "periods", "sentence"),
    [
        ("link_flows", ["2031"], "link_flows.csv:period: found 2031, expected 2030, 2040"),
        ("places", ["2040", "2030"], "places.csv:period: found 2040, 2030, expected 2030, 2040"),
        ("places", ["2030"], "places.csv:period: found 2030, expected 2030, 2040"),
        ("hubs", ["2031", "2030", "2041"], "hubs.csv:period: found '2031', no phase of this plan"),
    ],
)
def test_rows_belong_to_phases_that_stand_in_order(name, periods, sentence):
    both = {"flows": flows(period=["2030", "2040", "2040"]), "hubs": listed(period=["2030", "2030", "2040"]),
            "link_flows": pd.DataFrame({"period": ["2030", "2040"]}),
            "places": pd.DataFrame({"period": ["2030", "2040"]})}  # fmt: skip
    asked = timeline(phase(2030), phase(2040), weight=(0.5, 0.5), phases=Phases(years=(2030, 2040)))
    told = list(key_findings(asked, tables(**both)))
    both[name] = both[name].iloc[: len(periods)].assign(period=periods)
    assert sentence in list(key_findings(asked, tables(**both)))
    assert not [one for one in told if "period" in one]


def test_a_table_without_rows_belongs_to_every_phase():
    assert not [one for one in found(link_flows=ANYTHING.iloc[:0]) if "link_flows" in one]


def test_rows_of_a_phase_are_numbered_anew():
    both = pd.DataFrame({"period": ["2030", "2040", "2040"], "at": [0, 1, 2]})
    assert of_phase(both, case(2040))["at"].to_dict() == {0: 1, 1: 2}


def test_ways_are_read_by_the_rows_of_what_they_name():
    read = read_ways(case(), flows(second_hub_id=["old", "", ""], mode=["barge", "truck", "rail"]))
    assert read.to_dict("list") == {
        "flow": [0, 1, 0], "site": [1, -1, -1], "second": [0, -1, -1], "mode": [1, 0, 2],
        "t_per_year": [40.0, 60.0, 20.0],
    }  # fmt: skip


def test_options_are_open_where_a_hub_has_their_size_or_is_not_yet_there():
    assert read_options(case(), hubs()).tolist() == [True, True, False, False, True, False, True]
