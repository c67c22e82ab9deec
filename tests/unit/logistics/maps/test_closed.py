import pytest

from logistics.maps.closed import none_pays, why_not

SUMMARY = {
    "objective_vnd_per_year": 900e9,
    "curve": [
        {"new_hubs": 2, "objective_vnd_per_year": 905e9, "hub_ids": ["a", "b"]},
        {"new_hubs": 1, "objective_vnd_per_year": 903e9, "hub_ids": ["a"]},
        {"new_hubs": 0, "objective_vnd_per_year": 900e9, "hub_ids": []},
    ],
}


def test_the_answer_of_why_comes_before_the_curve():
    whys = {"a": {"is_open": False, "is_possible": True, "costs_vnd_per_year": 4e9}}
    assert why_not("a", SUMMARY, whys) == {"forced_vnd": 4e9}


def test_a_site_that_no_plan_can_open_says_so():
    assert why_not("a", SUMMARY, {"a": {"is_open": False, "is_possible": False}}) == {"forced_vnd": None}


def test_the_smallest_number_of_hubs_that_opens_a_site_is_told_with_its_cost():
    assert why_not("a", SUMMARY, {}) == {"new_hubs": 1, "costs_vnd": 3e9}
    assert why_not("b", SUMMARY, {}) == {"new_hubs": 2, "costs_vnd": 5e9}


def test_a_site_of_no_plan_on_the_curve_says_how_far_the_curve_goes():
    assert why_not("c", SUMMARY, {}) == {"never_up_to": 2}


def test_without_a_curve_nothing_is_claimed():
    assert why_not("c", {"objective_vnd_per_year": 1.0}, {}) == {}


def test_a_curve_without_costs_is_not_read():
    assert why_not("c", {"objective_vnd_per_year": 1.0, "curve": [{"new_hubs": 1}]}, {}) == {}


@pytest.mark.parametrize(
    ("bound", "gaps", "proved"),
    [(900e9, (0.5, 0.5), True), (890e9, (0.003, 0.004), True), (890e9, (0.003, 0.006), False), (890e9, (), False)],
)
def test_that_no_hub_pays_is_proved_by_a_closed_gap_or_by_the_bounds_of_all_numbers_of_hubs(bound, gaps, proved):
    """903 less 0.3 % is 900.3, 905 less 0.4 % is 901.4, less 0.6 % is 899.6."""
    points = [{"new_hubs": 0, "objective_vnd_per_year": 900e9, "gap": 0.01}]
    points += [{**point, "gap": gap} for point, gap in zip(SUMMARY["curve"][1::-1], gaps, strict=False)]
    assert none_pays({"objective_vnd_per_year": 900e9, "bound_vnd_per_year": bound, "curve": points}) is proved
