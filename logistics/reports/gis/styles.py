"""How each layer looks in QGIS: the colours and widths of the map, a rule for each class, each phase apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from logistics.i18n import number
from logistics.i18n.word_file import words
from logistics.maps import style
from logistics.palette import GREEN, OKABE_ITO
from logistics.reports.gis.layers import Layer
from logistics.reports.gis.symbols import Rule, Symbol, fill, line, marker, qml, quoted_text

LOAD_MM: Final = (0.4, 0.7, 1.1, 1.6, 2.2)
CHANGE_MM: Final = (0.5, 1.1, 2.0)
FLOW_MM: Final = (0.1, 0.2, 0.5, 1.0)
BASE: Final = "#c9cbcc"
PALETTE: Final = (*OKABE_ITO, "#999999")
_LARGEST_MM: Final = 9.0
PARK: Final = GREEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A style of a layer: its name, whether QGIS takes it first, and its content."""

    name: str
    is_default: bool
    content: str


def styles(layer: Layer, lang: str) -> list[Style]:
    """Return the styles of a layer, the one that QGIS takes first."""
    say = words("logistics.reports.gis", lang)
    frame = layer.frame
    if layer.name == "links":
        return _link_styles(frame, say, lang)
    rules, label = _rules(layer, say, lang)
    return [_style(say["style_usual"], by_phase(frame, rules), label, is_default=True)]


def _rules(layer: Layer, say: Mapping[str, str], lang: str) -> tuple[list[Rule], str]:
    """Return the rules of a layer, and the column its labels come from, "" for none."""
    frame, name = layer.frame, f"name_{lang}"
    if layer.name == "hubs":
        return _hub_rules(frame, say), name
    if layer.name == "catchments":
        return _catchment_rules(frame, name), ""
    if layer.name == "flows":
        rules = _classes(frame, "t_per_year", FLOW_MM, (style.INK,) * len(FLOW_MM), say, lang)
        smallest, *others = [replace(rule, symbol=_faint(rule.symbol)) for rule in rules]
        return [replace(smallest, is_drawn=not others), *others], ""  # tens of thousands of thin lines hide the rest
    symbol, label = {
        "sites_not_opened": (marker("cross2", style.CLOSED_SITE, 2.4, outline=style.CLOSED_SITE), name),
        "provinces": (marker("circle", style.INK, 1.4), name),
        "gateways": (marker("square", style.GATEWAY, 2.4), name),
        "parks": (marker("circle", PARK, 2.4), ""),
    }[layer.name]
    if "out_t_per_year" in frame and layer.name != "provinces":
        symbol = _by_freight(frame, symbol)
    return [Rule(label=say[f"layer_{layer.name}"], symbol=symbol)], label


def by_phase(frame: pd.DataFrame, rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules once a phase, those of the last one drawn; of a single phase as they are."""
    years = sorted(set(frame["period"].tolist()))
    if len(years) < 2:  # noqa: PLR2004  (one phase needs no rule of its own)
        return list(rules)
    return [
        Rule(label=str(year), where=f'"period" = {year}', below=rules, is_drawn=year == years[-1]) for year in years
    ]


def _style(name: str, rules: Sequence[Rule], label: str, *, is_default: bool) -> Style:
    return Style(name=name, is_default=is_default, content=qml(rules, label_column=label))


def _faint(symbol: Symbol | None) -> Symbol | None:
    """Return a symbol that lets what is below it be seen."""
    return symbol and replace(symbol, alpha=0.35)


def _hub_rules(frame: pd.DataFrame, say: Mapping[str, str]) -> list[Rule]:
    largest = float(frame["throughput_t_per_year"].max()) if len(frame) else 0.0
    size = _size_of('coalesce("throughput_t_per_year", 0)', largest)
    carries, is_new = '"throughput_t_per_year" > 0', '"is_new"'
    return [
        Rule(label=say["hub_new"], where=is_new, symbol=marker("diamond", style.NEW_HUB, 5, size=size)),
        Rule(label=say["hub_standing"], where=f"NOT {is_new} AND {carries}",
             symbol=marker("circle", style.STANDING_HUB, 4, size=size)),
        Rule(label=say["hub_idle"], where=f"NOT {is_new} AND NOT {carries}",
             symbol=marker("circle", "#ffffff", 2.4, outline=style.STANDING_HUB)),
    ]  # fmt: skip


def _by_freight(frame: pd.DataFrame, symbol: Symbol) -> Symbol:
    both = 'coalesce("out_t_per_year", 0) + coalesce("in_t_per_year", 0)'
    largest = float((frame["out_t_per_year"] + frame["in_t_per_year"]).max()) if len(frame) else 0.0
    size = _size_of(both, largest, 1.2)
    return replace(symbol, expressions={"size": size} if size else {})


def _size_of(value: str, largest: float, smallest_mm: float = 2.4) -> str:
    """Return the expression of a size in mm that grows as the root of a value; "" where there is none."""
    return f"{smallest_mm} + {_LARGEST_MM - smallest_mm} * sqrt(({value}) / {largest!r})" if largest > 0 else ""


def _link_styles(frame: pd.DataFrame, say: Mapping[str, str], lang: str) -> list[Style]:
    load, before, change = (
        _classes(frame, column, widths, colours, say, lang)
        for column, widths, colours in (
            ("t_per_year", LOAD_MM, style.LOAD_COLOURS), ("direct_t_per_year", LOAD_MM, style.LOAD_COLOURS),
            ("change_t_per_year", CHANGE_MM, style.MORE_COLOURS),
        )
    )  # fmt: skip
    named = {"style_load": load, "style_before": before, "style_change": change}
    return [
        _style(say[name], by_phase(frame, rules), "", is_default=name == "style_load") for name, rules in named.items()
    ]


def _classes(
    frame: pd.DataFrame, column: str, widths: Sequence[float], colours: Sequence[str], say: Mapping[str, str], lang: str
) -> list[Rule]:
    """Return a rule a class of tonnes; where they may be negative, those as well in the colours of less."""
    values = frame[column].to_numpy(float)
    edges = [0.0, *style.round_breaks(float(np.abs(values).max(initial=0.0)), len(widths) - 1)]
    rules = []
    if (values == 0).any():
        rules.append(Rule(label=say["carries_nothing"], where=f'"{column}" = 0', symbol=line(BASE, 0.2)))
    for sign, shades in (("", colours), ("-", style.LESS_COLOURS)):
        if sign and not (values < 0).any():
            continue
        for at, low in enumerate(edges):
            high = edges[at + 1] if at + 1 < len(edges) else None
            upto = f' AND {sign}"{column}" <= {high!r}' if high is not None else ""
            label = _range("−" if sign else "", low, high, say, lang)
            rules.append(
                Rule(label=label, where=f'{sign}"{column}" > {low!r}{upto}', symbol=line(shades[at], widths[at]))
            )
    return rules


def _range(sign: str, low: float, high: float | None, say: Mapping[str, str], lang: str) -> str:
    if high is None:
        return say["more_than"].format(low=sign + number(low, lang))
    return say["from_to"].format(low=sign + number(low, lang), high=sign + number(high, lang))


def _catchment_rules(frame: pd.DataFrame, name: str) -> list[Rule]:
    hubs = frame.drop_duplicates("hub_id")
    return [
        Rule(
            label=str(label) or str(hub_id), where=f'"hub_id" = {quoted_text(str(hub_id))}',
            symbol=fill(PALETTE[at % len(PALETTE)], alpha=0.35),
        )
        for at, (hub_id, label) in enumerate(zip(hubs["hub_id"], hubs[name], strict=True))
    ]  # fmt: skip
