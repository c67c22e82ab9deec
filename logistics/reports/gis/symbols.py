"""Symbols, rules and labels of QGIS as XML (QML), built element by element: nothing that a table says becomes markup.

The elements are those that QGIS 3 writes for a rule-based renderer (``QgsRuleBasedRenderer``) and simple labels; each
property stands twice, as QGIS before and since 3.26 reads it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

_DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""
_BY_EXPRESSION: Final = "3"
"""Kind of a property that QGIS works out by an expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A symbol of one layer: its kind (marker, line, fill), class and properties, and one worked out by expression."""

    kind: str
    layer: str
    properties: Mapping[str, str]
    alpha: float = 1.0
    expressions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule: which rows (an expression, "" for all), what the legend says, the symbol or the rules below it."""

    label: str
    where: str = ""
    symbol: Symbol | None = None
    below: Sequence["Rule"] = ()
    is_drawn: bool = True


def marker(shape: str, colour: str, size_mm: float, *, size: str = "", outline: str = "#ffffff") -> Symbol:
    """Return a marker; `size` is an expression for its size in mm."""
    properties = {
        "name": shape, "color": rgba(colour), "outline_color": rgba(outline), "outline_width": "0.3",
        "outline_width_unit": "MM", "outline_style": "solid", "size": str(size_mm), "size_unit": "MM",
    }  # fmt: skip
    return Symbol(
        kind="marker", layer="SimpleMarker", properties=properties, expressions={"size": size} if size else {}
    )


def line(colour: str, width_mm: float, *, alpha: float = 1.0, dash: str = "solid") -> Symbol:
    """Return a line."""
    properties = {
        "line_color": rgba(colour), "line_width": str(width_mm), "line_width_unit": "MM", "line_style": dash,
        "capstyle": "round", "joinstyle": "round",
    }  # fmt: skip
    return Symbol(kind="line", layer="SimpleLine", properties=properties, alpha=alpha)


def fill(colour: str, *, alpha: float) -> Symbol:
    """Return a fill with an outline of its colour."""
    properties = {
        "color": rgba(colour), "style": "solid", "outline_color": rgba(colour), "outline_style": "solid",
        "outline_width": "0.4", "outline_width_unit": "MM",
    }  # fmt: skip
    return Symbol(kind="fill", layer="SimpleFill", properties=properties, alpha=alpha)


def rgba(colour: str) -> str:
    """Return a colour #rrggbb as QGIS writes it."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},255"


def quoted_text(text: str) -> str:
    """Return a text as an expression of QGIS."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def qml(rules: Sequence[Rule], *, label_column: str = "") -> str:
    """Return a style of QGIS: rules, and labels out of a column."""
    root = Element(
        "qgis", version="3.22.0", styleCategories="Symbology|Labeling", labelsEnabled="01"[bool(label_column)]
    )
    renderer = SubElement(
        root, "renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0", enableorderby="0"
    )
    symbols: list[Symbol] = []
    top = SubElement(renderer, "rules", key=_key("rules"))
    for number, rule in enumerate(rules):
        _add_rule(top, rule, symbols, f"{number}")
    listed = SubElement(renderer, "symbols")
    for number, symbol in enumerate(symbols):
        _add_symbol(listed, symbol, str(number))
    if label_column:
        _add_labels(root, label_column)
    return _DOCTYPE + tostring(root, encoding="unicode")


def legal(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _ILLEGAL.sub("\ufffd", text)


def _key(path: str) -> str:
    """Return the id of a rule: the same for the same place in every file."""
    return f"{{{uuid5(NAMESPACE_URL, path)}}}"


def _add_rule(parent: Element, rule: Rule, symbols: list[Symbol], path: str) -> None:
    element = SubElement(parent, "rule", key=_key(path), label=legal(rule.label))
    if rule.where:
        element.set("filter", legal(rule.where))
    if not rule.is_drawn:
        element.set("checkstate", "0")
    if rule.symbol is not None:
        element.set("symbol", str(len(symbols)))
        symbols.append(rule.symbol)
    for number, below in enumerate(rule.below):
        _add_rule(element, below, symbols, f"{path}/{number}")


def _add_symbol(parent: Element, symbol: Symbol, name: str) -> None:
    element = SubElement(
        parent, "symbol", name=name, type=symbol.kind, alpha=str(symbol.alpha), clip_to_extent="1", force_rhr="0"
    )
    layer = SubElement(element, "layer", {"class": symbol.layer, "enabled": "1", "locked": "0", "pass": "0"})
    options = SubElement(layer, "Option", type="Map")
    for key, value in symbol.properties.items():
        SubElement(options, "Option", type="QString", name=key, value=value)
    for key, value in symbol.properties.items():
        SubElement(layer, "prop", k=key, v=value)
    _add_expressions(layer, symbol.expressions)


def _add_expressions(layer: Element, expressions: Mapping[str, str]) -> None:
    top = SubElement(SubElement(layer, "data_defined_properties"), "Option", type="Map")
    SubElement(top, "Option", type="QString", name="name", value="")
    listed = SubElement(top, "Option", name="properties")
    if expressions:
        listed.set("type", "Map")
    for name, expression in expressions.items():
        one = SubElement(listed, "Option", type="Map", name=name)
        SubElement(one, "Option", type="bool", name="active", value="true")
        SubElement(one, "Option", type="QString", name="expression", value=expression)
        SubElement(one, "Option", type="int", name="type", value=_BY_EXPRESSION)
    SubElement(top, "Option", type="QString", name="type", value="collection")


def _add_labels(root: Element, column: str) -> None:
    settings = SubElement(SubElement(root, "labeling", type="simple"), "settings", calloutType="simple")
    style = SubElement(
        settings, "text-style", fieldName=column, isExpression="0", fontFamily="Sans Serif", fontSize="8",
        fontSizeUnit="Point", namedStyle="Regular", textColor=rgba("#22303c"), textOpacity="1", multilineHeight="1",
    )  # fmt: skip
    SubElement(
        style, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM", bufferColor=rgba("#ffffff"),
        bufferOpacity="1", bufferNoFill="1",
    )  # fmt: skip
    SubElement(settings, "placement", placement="6", dist="1", distUnits="MM", priority="5")
    SubElement(settings, "rendering", obstacle="1", drawLabels="1", scaleVisibility="0", displayAll="0")
