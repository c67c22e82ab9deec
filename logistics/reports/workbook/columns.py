"""The columns of the result sheets: how each is shown, summed or worked out by a formula, declared once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from logistics.reports.workbook.words import word

LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    "text": ("", "none"),
    "whole": ("0", "none"),
    "plain": ("General", "none"),
    "number": ("#,##0.00", "none"),
    "flows": ("#,##0", "flows"),
    "hubs": ("#,##0", "hubs"),
    "t": ("#,##0", "t"),
    "tkm": ("#,##0", "tkm"),
    "co2": ("#,##0.0", "co2"),
    "g": ("#,##0.0", "g"),
    "km": ("#,##0.0", "km"),
    "ha": ("#,##0.0", "ha"),
    "degrees": ("0.0000", "degrees"),
    "vnd": ("#,##0.000,,,", "vnd_bn"),
    "capital": ("#,##0.000,,,", "capital"),
    "pct": ("0.00%", "none"),
    "gap": ("0.000000%", "none"),
    "s": ("#,##0.0", "s"),
}
"""Number format and unit of what a cell shows; three commas after the format of money show it in billions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultColumn:
    """A column of a result sheet.

    Parameters
    ----------
    name
        Of the column of the frame, and of its words.
    look
        A key of `LOOKS`.
    width
        In characters.
    is_summed
        Whether row 2 adds up what the filter shows.
    formula
        Worked out from the row: names of columns in braces stand for their cells. The frame holds its value.
    """

    name: str
    look: str = "text"
    width: int = 12
    is_summed: bool = False
    formula: str = ""

    def heading(self, lang: str) -> str:
        """Return what stands above the column: its name and unit."""
        return with_unit(word(f"col.{self.name}", lang), self.look, lang)

    def note(self, lang: str) -> str:
        """Return what the heading's note says: column in the files, meaning, unit."""
        unit = word(f"unit.{LOOKS[self.look][1]}", lang)
        meaning = word(f"col.{self.name}.note", lang)
        return f"{self.name}: {meaning}" + (f" ({unit})" if unit else "")


def with_unit(text: str, look: str, lang: str) -> str:
    """Return a text with the unit of a look behind it."""
    unit = word(f"unit.{LOOKS[look][1]}", lang)
    return f"{text} ({unit})" if unit else text


def _texts(**widths: int) -> tuple[ResultColumn, ...]:
    return tuple(ResultColumn(name=name, width=width) for name, width in widths.items())


def _sums(look: str, *names: str) -> tuple[ResultColumn, ...]:
    return tuple(ResultColumn(name=name, look=look, width=16, is_summed=True) for name in names)


_PERIOD: Final = ResultColumn(name="period", look="whole", width=8)
_WHERE: Final = tuple(ResultColumn(name=name, look="degrees", width=11) for name in ("lon", "lat"))

HUB_COLUMNS: Final = (
    _PERIOD,
    *_texts(hub_id=24, name_vi=34, name_en=34, type=20, province=14, state=10, tier=18),
    *_sums("ha", "land_ha", "new_land_ha"),
    *_sums("capital", "capital_vnd"),
    *_sums("t", "yard_capacity_t_per_year", "cross_dock_capacity_t_per_year", "capacity_t_per_year",
           "yard_throughput_t_per_year", "cross_dock_throughput_t_per_year", "throughput_t_per_year"),
    ResultColumn(
        name="used_share", look="pct",
        formula="=IF({capacity_t_per_year}=0,0,{throughput_t_per_year}/{capacity_t_per_year})",
    ),
    ResultColumn(
        name="flows_t_per_year", look="t", width=16, is_summed=True,
        formula="=SUMIFS({flow_t},{flow_period},{period},{flow_hub},{hub_id})"
                "+SUMIFS({flow_t},{flow_period},{period},{flow_second},{hub_id})",
    ),
    *_sums("t", "barge_t_per_year"),
    *_sums("vnd", "fixed_vnd_per_year"),
    *_WHERE,
)  # fmt: skip
FLOW_COLUMNS: Final = (
    _PERIOD,
    *_texts(origin_id=20, origin=28, destination_id=20, destination=28, commodity=20, way=14, hub_id=22,
            second_hub_id=16, mode=10),
    *_sums("flows", "flows"),
    *_sums("t", "t_per_year"),
    *_sums("vnd", "vnd_per_year"),
    *_sums("tkm", "tkm_per_year"),
    *_sums("co2", "co2_t_per_year"),
)  # fmt: skip
PLACE_COLUMNS: Final = (
    _PERIOD,
    *_texts(place_id=24, name_vi=34, name_en=34, role=16, type=18, status=18, province=14),
    ResultColumn(name="area_ha", look="ha"),
    *_sums("t", "out_t_per_year", "in_t_per_year", "via_hub_t_per_year"),
    ResultColumn(
        name="via_hub_share", look="pct",
        formula="=IF({out_t_per_year}+{in_t_per_year}=0,0,{via_hub_t_per_year}/({out_t_per_year}+{in_t_per_year}))",
    ),
    *_texts(main_hub_id=24),
    ResultColumn(name="connector_km", look="km"),
    *_texts(opened=10),
    *_WHERE,
)  # fmt: skip
LINK_COLUMNS: Final = (
    _PERIOD,
    *_texts(link_id=18, mode=12, highway=16, ref=14),
    ResultColumn(name="length_km", look="km", is_summed=True),
    ResultColumn(name="t_per_year", look="t", width=16),
    ResultColumn(name="direct_t_per_year", look="t", width=16),
    ResultColumn(name="change_t_per_year", look="t", width=16),
    *_sums("tkm", "tkm_per_year"),
)
ASSUMPTION_COLUMNS: Final = (
    *_texts(id=28, group=16, name=48),
    *(ResultColumn(name=name, look="plain") for name in ("value", "low", "high")),
    *_texts(unit=14),
    ResultColumn(name="spread", look="pct", formula="=IF({value}=0,0,ABS(({high}-{low})/{value}))"),
    ResultColumn(name="year", look="whole", width=10),
    *_texts(confidence=12, source=60, note=60),
)
