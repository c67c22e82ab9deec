"""Designs: which scenarios a study asks for."""

import numpy as np
import pandas as pd
import pytest

from logistics.errors import InputError
from logistics.studies import designs
from logistics.studies.factors import Factor

CRF = Factor(name="crf", low=0.1, value=0.12, high=0.16)
HUBS = Factor(name="hubs.max_new", low=0, value=2, high=3, distribution="whole")


def test_one_at_a_time_moves_one_factor_and_begins_with_the_base():
    made = designs.one_at_a_time([CRF, HUBS])
    assert made.labels == ("base", "crf low", "crf high", "hubs.max_new low", "hubs.max_new high")
    assert made.points.to_numpy().tolist() == [[0.12, 2], [0.1, 2], [0.16, 2], [0.12, 0], [0.12, 3]]


def test_a_factorial_takes_every_combination_and_every_whole_number():
    made = designs.factorial([CRF, HUBS], 3)
    assert len(made) == 3 * 4
    assert sorted(set(made.points["crf"])) == pytest.approx([0.1, 0.13, 0.16])
    assert sorted(set(made.points["hubs.max_new"])) == [0, 1, 2, 3]


def test_a_latin_hypercube_has_one_point_in_each_share_of_each_factor():
    even = Factor(name="a", low=0.0, value=0.5, high=1.0, distribution="uniform")
    made = designs.latin_hypercube([even, CRF], 20, seed=4)
    assert sorted((made.points["a"] * 20).astype(int)) == list(range(20))


@pytest.mark.parametrize("draw", [designs.latin_hypercube, designs.sobol])
def test_the_same_seed_draws_the_same_points_and_another_seed_others(draw):
    first, again, other = (draw([CRF, HUBS], 16, seed=seed).points.to_numpy() for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_correlated_factors_move_together_and_keep_their_own_distributions():
    pair = [Factor(name=name, low=0.0, value=0.5, high=1.0, distribution="uniform") for name in "ab"]
    made = designs.latin_hypercube(pair, 4000, seed=1, correlation=np.array([[1, 0.8], [0.8, 1]]))
    # of two normals with correlation 0.8 the rank correlation is 6 / pi asin(0.4)
    assert made.points.corr("spearman").iloc[0, 1] == pytest.approx(6 / np.pi * np.arcsin(0.4), abs=0.02)
    assert made.points["b"].mean() == pytest.approx(0.5, abs=0.02)


def test_correlations_that_contradict_each_other_are_refused():
    three = [Factor(name=name, low=0.0, value=0.5, high=1.0) for name in "abc"]
    impossible = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    with pytest.raises(InputError, match="no factors can move together"):
        designs.sobol(three, 8, correlation=impossible)


def test_sobol_indices_take_n_times_k_plus_2_points():
    assert len(designs.sobol_indices([CRF, HUBS], 8, seed=1)) == 8 * 4


def test_sobol_indices_want_a_power_of_two():
    with pytest.raises(InputError, match="power of two"):
        designs.sobol_indices([CRF], 10)


def test_morris_trajectories_change_one_factor_at_a_time():
    made = designs.morris([CRF, HUBS], 5, seed=1)
    assert len(made) == 5 * 3
    steps = np.diff(made.points.to_numpy().reshape(5, 3, 2), axis=1)
    assert ((steps != 0).sum(axis=2) == 1).all()


def test_a_table_keeps_the_base_where_a_cell_is_blank():
    made = designs.table(pd.DataFrame({"label": ["a", "b"], "crf": ["0.1", ""], "growth": ["5", "6"]}))
    assert made.values(0) == {"crf": 0.1, "growth": 5.0}
    assert made.values(1) == {"growth": 6.0}


def test_a_table_tells_row_and_column_of_what_is_no_number():
    with pytest.raises(InputError, match=r"row 3, column crf: found '0,1'"):
        designs.table(pd.DataFrame({"crf": ["0.1", "0,1"]}))


def test_two_scenarios_of_one_label_are_refused():
    with pytest.raises(InputError, match="two are called 'a'"):
        designs.table(pd.DataFrame({"label": ["a", "a"], "crf": ["0.1", "0.2"]}))


@pytest.mark.parametrize("count", [0, 10**9])
def test_a_number_of_scenarios_out_of_reach_is_told(count):
    with pytest.raises(InputError, match=f"this makes {count:,} scenarios"):
        designs.latin_hypercube([CRF], count)


def test_a_factor_named_twice_is_refused():
    with pytest.raises(InputError, match="crf named twice"):
        designs.one_at_a_time([CRF, CRF])


def test_levels_are_one_number_for_each_factor_and_at_least_one():
    first, second = (Factor(name=name, low=0.0, value=1.0, high=4.0) for name in ("a", "b"))
    assert designs.factorial([first, second], [3, 1]).points.to_numpy().tolist() == [[0.0, 1.0], [2.0, 1.0], [4.0, 1.0]]
    with pytest.raises(InputError, match="found 3 numbers, expected one for each of 2 factors"):
        designs.factorial([first, second], [3, 1, 2])
    with pytest.raises(InputError, match="design: this makes 0 scenarios"):
        designs.factorial([first, second], 0)
    with pytest.raises(InputError, match="there is none; name at least one"):
        designs.one_at_a_time([])
