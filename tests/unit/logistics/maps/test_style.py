from logistics.maps.style import BASE_LINES, LOAD_COLOURS, LOAD_WIDTHS_PX, line_kind, round_breaks


def test_breaks_are_the_four_round_numbers_below_two_thirds_of_the_largest():
    assert round_breaks(31e6, 4) == [2e6, 5e6, 10e6, 20e6]


def test_breaks_of_small_loads_are_small():
    assert round_breaks(3.0, 2) == [1.0, 2.0]


def test_no_load_has_no_breaks():
    assert round_breaks(0.0, 4) == []


def test_a_ramp_is_drawn_like_its_road():
    assert line_kind("road", "motorway_link") == "motorway"


def test_water_and_rail_are_drawn_by_mode():
    assert [line_kind("waterway", ""), line_kind("rail", "")] == ["waterway", "rail"]


def test_an_unknown_class_is_drawn_as_another_road():
    assert line_kind("road", "residential") == "other"
    assert "other" in BASE_LINES


def test_each_load_colour_has_a_width():
    assert len(LOAD_COLOURS) == len(LOAD_WIDTHS_PX)
