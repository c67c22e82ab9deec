"""What the packages say: every sentence written in their source, as a template with `{}` for what is filled in."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from string import Formatter

from logistics.i18n.phrases_vi import PHRASES

ROOT = Path(__file__).parents[1]
PACKAGES = ("logistics", "models", "networks")

NOT_SAID_MODULES = {
    "logistics/beside_known.py": "notes in a table for analysts",
    "logistics/maps/page.py": "HTML",
    "logistics/reports/gis/styles.py": "expressions of QGIS; its words stand in labels.csv",
    "logistics/reports/gis/symbols.py": "XML of QGIS",
    "logistics/reports/print_map/svg.py": "SVG",
    "logistics/reports/workbook/bulk_sheet.py": "XML of the workbook",
    "logistics/scenario_writing.py": "comments in scenario.toml, which is a file for programs",
    "logistics/studies/pictures/charts.py": "places of matplotlib; its words stand in labels.csv",
    "logistics/studies/pictures/front_view.py": "SVG and its style; its words stand in labels.csv",
    "logistics/studies/pictures/stability.py": "the same as of charts",
    "networks/exchange/graphml.py": "XML",
}
WITH_PHRASES = ("logistics/template.py", "logistics/template_sheets.py")
"""Modules with phrases of the workbook, which have a table of their own."""
_PHRASES = frozenset(re.sub(r"{\w+}", "{}", phrase) for phrase in PHRASES)
NOT_SAID_FOLDERS = ("logistics/i18n/",)
"""The words themselves."""
NOT_SAID_CALLS = {
    "Column": "what a column means is a phrase of the workbook, or documentation",
    "Key": "what a key means is a phrase of the workbook",
    "_key": "the same",
    "compile": "a regular expression",
    "execute": "SQL",
}
NOT_SAID = {
    "names": (
        "Vĩnh Phúc", "QL18 (Bắc Ninh - Uông Bí)", "Site {} near {}", "logistics {}",
        "logistics {}, Python {}, {}", "networks.Hierarchy {}", "weights {}", "lon, lat", "toll km on ",
        "{}:{}:origin_id, destination_id", "{}:{}:full, medium, small", "{} {} ha", "{} km", "bn VND/ha",
    ),
    "licences and sources, which stand with the data": (
        "© OpenStreetMap contributors", "© OpenStreetMap contributors (ODbL)", "© OpenStreetMap contributors, ODbL 1.0",
        "© OpenStreetMap contributors, ODbL 1.0 (https://www.openstreetmap.org/copyright)",
        ("© OpenStreetMap contributors, ODbL 1.0 (https://www.openstreetmap.org/copyright) for what is marked measured"
        " on OpenStreetMap; GeoNames, CC BY 4.0; other figures restated from the documents in `source`"),
        "bundled tables of northern Vietnam, measured on OpenStreetMap 2026-08 where marked",
        "ct_sea_hai_phong_teu x payload_teu, gateways.csv", "made from the network by [candidates]",
        "the vehicle that the network was built for",
    ),
    "values in tables": (
        "road; rail", "road; inland waterway", "inland waterway", "imports at Lạng Sơn", "{}, from and to parks",
        "as given", "{}, {} (confidence {})", "freight train", "inland vessel",
        "I 400, II 650, III 1000, IV 1500, Va 3000, Vb 6000, VIa 6000, VIb 12000, VIc 18000, VII 27000",
    ),
    "what is looked for in files and in messages of others": (
        "(?:line (?P<line>\\d+), column (?P<column>\\d+)|end of document)", "Cannot overwrite a value",
        "Cannot declare", "Cannot redefine", "Cannot mutate", "Duplicate inline table key", "Expected '=' after a key",
        "Expected ']' at the end of a table", "Expected newline or end of document",
        "Invalid initial character for a key part", "Invalid value",
        "Invalid statement", "Unterminated string", "Unclosed array", "Unclosed inline table",
        "Unescaped '\\' in a string", "Illegal character '\\n'", "Illegal character", "Exceeds the limit",
        "for commodity ", "OSI Approved :: ", "FIRST THRU NODE",
        "kilometers per hour", "kilometres per hour", "miles per hour", "wgs 84", "Write failed",
    ),
    "shown in Python only": (
        "module 'logistics' has no attribute {}", "Network({} nodes, {} directed links)",
        "Plan {}: {}, new hubs: {}; {} billion VND a year, {} less than direct, gap {}, {} s",
        "Study of {}: {} scenarios ({}), {} solved, {} different sets of new hubs",
    ),
    "parts of sentences, whose wholes stand in parts.csv": ("{} of {}", "{} and {}"),
    "a policy of pages": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
    ),
    "titles of sheets, in both languages": (
        "Hub results", "Kết quả trung tâm", "Luồng hàng", "Parks and places", "Khu và địa điểm", "Costs by kind",
        "Chi phí theo loại",
    ),
}  # fmt: skip
"""Texts that are no sentences of the program, and why."""
_NOT_SAID = frozenset(text for texts in NOT_SAID.values() for text in texts)
_SQL = re.compile(r"(?:CREATE|DELETE|INSERT|PRAGMA|SELECT) ")
_SENTENCE = re.compile(r"[A-Za-z]{2,}[,:;]? (?:\w|\{)|\} [A-Za-z]{2,}")
Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """One sentence and where it is written."""

    file: str
    line: int
    template: str


def sentences() -> Iterator[Said]:
    """Yield every sentence of the packages, one entry a line of text."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            file = path.relative_to(ROOT).as_posix()
            if file in NOT_SAID_MODULES or file.startswith(NOT_SAID_FOLDERS):
                continue
            for line, text in _texts(ast.parse(path.read_text(encoding="utf-8"))):
                said = [] if file in WITH_PHRASES and text in _PHRASES else text.split("\n")
                yield from (Said(file, line, part) for part in said if is_sentence(part))


def is_sentence(template: str) -> bool:
    """Tell whether a template has two words, or one beside what is filled in."""
    return _SENTENCE.search(template) is not None and template not in _NOT_SAID and not _SQL.match(template)


def _texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the texts below a node, docstrings and annotations left out."""
    if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp) and (variants := _variants(node)):
        yield from ((node.lineno, text) for text in variants)
    if isinstance(node, ast.Constant) or _is_not_said(node):
        return
    for child in _children(node):
        yield from _texts(child)


def _is_not_said(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name in NOT_SAID_CALLS
    return False


def _children(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.arg):
        yield from _metadata(node.annotation)
    elif isinstance(node, ast.AnnAssign):
        yield from _metadata(node.annotation)
        yield from [node.value] if node.value else []
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from (node.args, *node.body, *node.decorator_list)
    elif isinstance(node, ast.BinOp) and _variants(node):
        yield from (part for part in (node.left, node.right) if not isinstance(part, ast.Constant | ast.JoinedStr))
    elif isinstance(node, ast.JoinedStr):
        yield from (part.value for part in node.values if isinstance(part, ast.FormattedValue))
    elif isinstance(node, ast.Subscript) and getattr(node.value, "id", "") in {"dict", "tuple", "Literal"}:
        return
    else:
        yield from ast.iter_child_nodes(node)


def _metadata(annotation: ast.AST | None) -> Iterator[ast.AST]:
    """Yield what stands beside the type in `Annotated`."""
    if isinstance(annotation, ast.Subscript) and getattr(annotation.value, "id", "") == "Annotated":
        yield from getattr(annotation.slice, "elts", ())[1:]


def _variants(node: ast.AST) -> list[str]:
    """Return the templates of a text; several where words in it depend on a condition."""
    if isinstance(node, ast.Constant):
        return [_of_constant(node.value)] if isinstance(node.value, str) else []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = [_variants(node.left), _variants(node.right)]
        return ["".join(pair) for pair in product(*(side or ["{}"] for side in sides))] if any(sides) else []
    if isinstance(node, ast.JoinedStr):
        return ["".join(parts) for parts in product(*(_part(value) for value in node.values))]
    return []


def _part(value: ast.expr) -> list[str]:
    if isinstance(value, ast.Constant):
        return [_escaped(str(value.value))]
    inner = value.value if isinstance(value, ast.FormattedValue) else value
    if isinstance(inner, ast.IfExp) and _is_text(inner.body) and _is_text(inner.orelse):
        return [*_variants(inner.body), *_variants(inner.orelse)]
    return ["{}"]


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _of_constant(text: str) -> str:
    """Return a text whose gaps are filled by `format` as a template; any other with its braces kept."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return _escaped(text)
    if not all(name is None or name == "" or name.isidentifier() for _, name, _, _ in parts):
        return _escaped(text)
    return "".join(_escaped(literal) + ("" if name is None else "{}") for literal, name, _, _ in parts)


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
