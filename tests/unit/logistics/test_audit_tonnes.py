"""Tonnes that balance, pass open hubs and fit into them, and each way in which they do not."""

import pytest
from hand_made_run import case, flows, hubs, phase, ways

from logistics.audit_tonnes import tonnes_findings

NO_WAY = "flows.csv: freight passes {!r}, which is not open in hubs.csv"


def found(**changes):
    one = phase(**changes)
    return list(tonnes_findings(one, one.flows))


def test_a_plan_that_is_right_has_nothing_wrong():
    assert found() == []


@pytest.mark.parametrize(
    ("tonnes", "sentences"),
    [
        ([40.0, 60.0, 20.0 + 5e-6], []),
        ([40.0, 60.0, 20.0 + 7e-6], ["flows.csv: f000000 carries 60 t, its freight is 60 t"]),
        ([40.0, 60.0, 19.0], ["flows.csv: f000000 carries 59 t, its freight is 60 t"]),
        ([40.0, 61.0, 20.0], ["flows.csv: f000001 carries 61 t, its freight is 60 t"]),
        ([45.0, 60.0, 15.0], []),
        ([46.0, 60.0, 14.0], ["flows.csv: f000000 sends 46 t through hubs, at most 45 t may"]),
    ],
)  # fmt: skip
def test_each_flow_carries_its_freight_and_no_more_of_it_than_may_through_hubs(tonnes, sentences):
    assert found(ways=ways(t_per_year=tonnes)) == sentences


def test_a_flow_of_next_to_nothing_may_be_off_by_a_ten_millionth_of_a_tonne():
    small = case(flows=case().flows.assign(t_per_year=[60.0, 0.0]))
    assert found(case=small, ways=ways(t_per_year=[40.0, 9e-8, 20.0])) == []
    assert len(found(case=small, ways=ways(t_per_year=[40.0, 2e-7, 20.0]))) == 1


def test_five_flows_of_a_kind_are_named():
    many = case(flows=case().flows.iloc[:1].reindex(range(9)).assign(t_per_year=60.0), contestable_t=[0.0] * 9)
    used = ways(flow=[0, 1, 2], site=[0, 0, 0])
    nine = used.iloc[[0] * 9].assign(flow=range(9), t_per_year=70.0)
    assert len(found(case=many, ways=nine)) == 10


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"hub_id": ["shut", "", ""]}, [NO_WAY.format("shut")]),
        ({"hub_id": ["free", "", ""]}, [NO_WAY.format("free")]),
        ({"second_hub_id": ["old", "", ""]}, []),
        ({"second_hub_id": ["shut", "", ""], "hub_id": ["free", "", ""]},
         [NO_WAY.format("free"), NO_WAY.format("shut")]),
        ({"hub_id": ["new", "shut", ""]}, []),  # the way of that row is direct: the audit of names refuses it
        ({"mode": ["barge", "truck", "truck"]}, []),
        ({"mode": ["truck", "barge", "rail"]},
         ["flows.csv:3:mode: direct freight goes by truck, found 'barge'",
          "flows.csv:4:mode: direct freight goes by truck, found 'rail'"]),
    ],
)  # fmt: skip
def test_freight_passes_open_hubs_and_goes_direct_by_truck(changes, sentences):
    assert found(flows=flows(**changes)) == sentences


def test_five_direct_ways_by_barge_are_named():
    many = flows().iloc[[1] * 8].assign(mode="barge").reset_index(drop=True)
    assert len(found(flows=many)) == 5


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"cross_dock_capacity_t_per_year": [50.0, 39.0, 0.0]},
         ["hubs.csv:3: new handles 40 t in its cross_dock, its capacity is 39 t"]),
        ({"yard_throughput_t_per_year": [101.0, 0.0, 0.0]},
         ["hubs.csv:2: old handles 101 t in its yard, its capacity is 100 t"]),
        ({"yard_throughput_t_per_year": [100.0 + 9e-6, 0.0, 0.0]}, []),
        ({"yard_throughput_t_per_year": [100.0 + 2e-5, 0.0, 0.0]},
         ["hubs.csv:2: old handles 100 t in its yard, its capacity is 100 t"]),
        ({"yard_throughput_t_per_year": [0.0, 9e-8, 0.0]}, []),
        ({"yard_throughput_t_per_year": [0.0, 0.0, 2e-7]},
         ["hubs.csv:4: shut handles 2e-07 t in its yard, its capacity is 0 t"]),
    ],
)  # fmt: skip
def test_each_part_of_a_hub_holds_what_passes_it(changes, sentences):
    assert found(hubs=hubs(**changes)) == sentences
