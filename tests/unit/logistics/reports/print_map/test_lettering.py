"""Letters: how wide a text is, and what of it a map can show."""

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from logistics.reports.print_map.lettering import MORE, balanced, font_file, legible, width_em, wrapped

EVERY_VIETNAMESE_LETTER = "aàáảãạăằắẳẵặâầấẩẫậđeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"


@pytest.mark.parametrize("text", [EVERY_VIETNAMESE_LETTER, EVERY_VIETNAMESE_LETTER.upper()])
def test_every_vietnamese_letter_is_in_the_font(text):
    assert legible(text, 200) == text


@pytest.mark.parametrize("bold", [False, True])
def test_a_text_is_as_wide_as_matplotlib_draws_it(bold):
    text = "Cảng cạn Tân Cảng - Quế Võ"
    drawn = TextPath((0, 0), text, size=100, prop=FontProperties(fname=font_file(bold=bold))).get_extents().width
    assert drawn <= width_em(text, bold=bold) * 100 <= 1.04 * drawn, "the bearings left and right are not drawn"


def test_controls_and_direction_marks_are_left_out_and_a_line_break_is_a_space():
    assert legible("a\nb\x00\x1b\u202ec\ud800") == "a bc"


def test_a_letter_the_font_lacks_becomes_a_box():
    assert legible("倉庫 1") == "□□ 1"


def test_a_name_of_ten_thousand_letters_is_cut():
    assert legible("x" * 10_000) == "x" * 63 + MORE


def test_lines_fit_their_room_and_the_rest_becomes_an_ellipsis():
    lines = wrapped("một hai ba bốn năm sáu bảy", 5.0, 2)
    assert len(lines) == 2
    assert lines[-1].endswith(MORE)
    assert all(width_em(line) <= 5.0 for line in lines)


def test_no_line_is_left_with_one_short_word_where_two_even_lines_do():
    assert wrapped("Cảng cạn Tân Cảng - Quế Võ", 14.0, 2) == ["Cảng cạn Tân Cảng - Quế", "Võ"]
    assert balanced("Cảng cạn Tân Cảng - Quế Võ", 14.0, 2) == ["Cảng cạn Tân", "Cảng - Quế Võ"]


def test_brackets_at_the_end_go_first_for_want_of_room():
    assert " ".join(balanced("Trung tâm Logistics Vĩnh Phúc (Vietnam SuperPort rất dài)", 12.0, 2)) == (
        "Trung tâm Logistics Vĩnh Phúc"
    )
