"""How many mutants of the code that guards the answers are killed by its tests.

A mutant is the code with one small fault: a comparison, an operator or a constant changed, a condition negated, a
statement dropped, nothing returned. It is killed when a test fails. Three groups are asked: the audit of run folders,
the `check` methods of the models with what they call, and the rules that decide which roads a vehicle may use.

    python tests/benchmarks/mutants.py [--group audit|checks|access] [--count 200] [--seed 8] [--longest-s 4]

The tests of a group run once as they are, which tells how long each takes and which functions it enters. Then each
mutant is put into a copy of the process and the tests that enter its function run, the quickest first, until one
fails. Fixtures of modules and of the session are made once. Needs a system that can fork.
"""

import argparse
import ast
import copy
import importlib
import os
import random
import signal
import sys
import tempfile
import threading
import time
import types
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from _pytest.fixtures import FixtureDef
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("logistics", "models", "networks")
ASKED = 0.8
KEPT = ("session", "package", "module")
"""Scopes of fixtures that are made once and lent to every mutant."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Modules to change, each with the functions in question (none named: all), and the tests that guard them."""

    modules: dict[str, tuple[str, ...]]
    tests: tuple[str, ...]


CHECK = ("check", "price", "_value", "_values", "_parts_of", "_costs")

GROUPS = {
    "audit": Group(
        modules={
            "logistics.auditing": (),
            **{
                f"logistics.audit_{part}": ()
                for part in (
                    "cells", "clash", "curve", "facts", "goals", "keys", "ledger", "rules", "summary", "tonnes",
                )
            },
        },
        tests=("tests/unit/logistics/test_audit_*.py",),
    ),
    # (what solves is no test here: a solver's threads do not live in a copy of the process)
    "checks": Group(
        modules={
            "models.faults": (),
            **{
                f"models.{part}.violations": ()
                for part in ("commodities", "design", "flows", "hubs", "location", "placement")
            },
            **{
                f"models.{model}": CHECK
                for model in (
                    "facility_location", "hub_location", "hub_placement", "max_cover", "min_cost_flow",
                    "multicommodity_flow", "network_design", "p_center", "p_median", "robust_hub_placement",
                    "set_cover",
                )
            },
        },
        tests=tuple(
            f"tests/unit/models/test_{part}_violations.py"
            for part in ("cover", "flow", "hub", "location", "placement_terms", "robust")
        ),
    ),
    "access": Group(
        modules={
            f"networks.{part}": () for part in ("access", "barriers", "junctions", "roads", "spans", "turns", "ways")
        },
        tests=tuple(
            f"tests/unit/networks/test_{part}.py"
            for part in (
                "access", "barriers", "junctions", "osm", "roads", "spans", "tag_values", "turn_ends", "turns",
                "vehicle", "ways",
            )
        ),
    ),
}  # fmt: skip

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
COUNTED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.Div, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.MatMult: ast.Mult,
}  # fmt: skip
NEGATED_BY_COMPARING = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
DROPPED = (ast.Expr, ast.AugAssign, ast.Raise, ast.Continue, ast.Break)


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One fault: the module, the function (or "" for what stands beside all), the line and the statement with it."""

    module: str
    function: str
    line: int
    kind: str
    text: str
    statement: ast.stmt

    def __str__(self) -> str:
        where = f"{self.module.replace('.', '/')}.py:{self.line}"
        return f"{where} {self.function or '(module)'}: {self.kind}: {self.text}"


def mutants_of(module: str, functions: Sequence[str]) -> Iterator[Mutant]:
    """Yield every mutant of a module, of the named functions or of all."""
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
    for statement in tree.body:
        if _is_passed_over(statement):
            continue
        count = sum(1 for _ in _faults(copy.deepcopy(statement)))
        for number in range(count):
            changed = copy.deepcopy(statement)
            fault = next(one for order, one in enumerate(_faults(changed)) if order == number)
            if functions and fault.function.rpartition(".")[2] not in functions:
                continue
            before = ast.unparse(fault.node)
            put = fault.put()
            yield Mutant(
                module=module, function=fault.function, line=fault.line, kind=fault.kind,
                text=f"{before} -> {'nothing' if put is None else ast.unparse(put)}",
                statement=ast.fix_missing_locations(changed),
            )  # fmt: skip


def _is_passed_over(statement: ast.stmt) -> bool:
    """Return whether a statement decides nothing: imports, texts that explain, names of types."""
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return isinstance(statement.value, ast.Subscript | ast.Name)
    return not isinstance(statement, ast.FunctionDef | ast.ClassDef)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A place where something can be wrong, and how to make it so."""

    node: ast.AST
    kind: str
    function: str
    line: int
    put: Callable[[], ast.AST | None]


def _faults(statement: ast.stmt) -> Iterator[Fault]:
    for parent, name, at, node, function, line in _nodes(statement, "", statement.lineno):
        for kind, changed in _changes(name, node):
            yield Fault(
                node=node, kind=kind, function=function, line=line,
                put=lambda parent=parent, name=name, at=at, changed=changed: _put(parent, name, at, changed),
            )  # fmt: skip


def _put(parent: ast.AST, name: str, at: int | None, changed: ast.AST) -> ast.AST | None:
    if at is None:
        setattr(parent, name, changed)
    else:
        getattr(parent, name)[at] = changed
    return None if isinstance(changed, ast.Pass) else changed


def _nodes(node: ast.AST, function: str, line: int) -> Iterator[tuple]:
    """Yield parent, field, place, node, function and line of all that may be changed below a node."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases", "keywords_of_class", "format_spec"):
            continue
        for at, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _explains(node, child):
                continue
            inner = _inside(node, function)
            here = getattr(child, "lineno", line)
            if not (isinstance(node, ast.ClassDef) and not isinstance(child, ast.FunctionDef)):
                yield node, name, at, child, inner, here
                yield from _nodes(child, inner, here)


def _inside(node: ast.AST, function: str) -> str:
    if isinstance(node, ast.ClassDef) or (isinstance(node, ast.FunctionDef) and _is_outer(function)):
        return f"{function}.{node.name}".lstrip(".")
    return function


def _is_outer(function: str) -> bool:
    return not function or function.rpartition(".")[2].lstrip("_")[:1].isupper()


def _explains(parent: ast.AST, child: ast.AST) -> bool:
    """Return whether a node is a docstring, or words between the gaps of a sentence."""
    is_text = isinstance(child, ast.Constant) and isinstance(child.value, str)
    return (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)) or (
        is_text and isinstance(parent, ast.JoinedStr)
    )


def _changes(name: str, node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield each way to get a node wrong."""
    yield from _operators(node)
    if isinstance(node, ast.Constant):
        yield from _constants(node.value)
    if name in ("test", "ifs") and not _is_negated_otherwise(node):
        yield "condition", ast.UnaryOp(ast.Not(), node)
    if isinstance(node, ast.Return) and node.value is not None and not _is_nothing(node.value):
        yield "return", ast.Return(ast.Constant(None))
    is_written = isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name | ast.Tuple)
    if (isinstance(node, DROPPED) or is_written) and name in ("body", "orelse", "finalbody"):
        yield "dropped", ast.Pass()


def _operators(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            ops = [COMPARED[type(operator)]() if at == order else one for order, one in enumerate(node.ops)]
            yield "comparison", ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        yield "operator", ast.BinOp(node.left, COUNTED[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign) and type(node.op) in COUNTED:
        yield "operator", ast.AugAssign(node.target, COUNTED[type(node.op)](), node.value)
    elif isinstance(node, ast.BoolOp):
        yield "boolean", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp):
        yield "sign", node.operand


def _constants(value: object) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, int | float):
        yield "constant", ast.Constant(value + 1)
    elif isinstance(value, str):
        yield "constant", ast.Constant(f"XX{value}XX")


def _is_negated_otherwise(node: ast.AST) -> bool:
    compares = isinstance(node, ast.Compare) and isinstance(node.ops[0], NEGATED_BY_COMPARING)
    return compares or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))


def _is_nothing(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def put_into_process(mutant: Mutant) -> None:
    """Change the code of this process as the mutant says, wherever it is held already."""
    module = importlib.import_module(mutant.module)
    if isinstance(mutant.statement, ast.Assign | ast.AnnAssign):
        _put_values(module, mutant)
        return
    room = dict(vars(module))
    exec(compile(ast.Module([mutant.statement], []), module.__file__, "exec"), room)  # noqa: S102  (our own source)
    name = mutant.statement.name
    for old, new in _pairs(vars(module)[name], room[name]):
        old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__


def _put_values(module: types.ModuleType, mutant: Mutant) -> None:
    """Work out the changed value, and all that follows from it, and give them to all who hold them."""
    names = _written(mutant.statement)
    before = {name: vars(module)[name] for name in names}
    exec(compile(ast.Module([mutant.statement], []), module.__file__, "exec"), vars(module))  # noqa: S102  (the same)
    _follow(module, before)


def _follow(module: types.ModuleType, before: dict[str, object]) -> None:
    """Work out anew what a module makes of changed values, and go on to the modules that took any of them."""
    before = dict(before)
    for statement in ast.parse(Path(module.__file__).read_text(encoding="utf-8")).body:
        names = _written(statement)
        read = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)} - set(names)
        if names and not set(names) & set(before) and read & set(before):
            before |= {name: vars(module)[name] for name in names}
            exec(compile(ast.Module([statement], []), module.__file__, "exec"), vars(module))  # noqa: S102  (the same)
    for holder in [one for name, one in sys.modules.items() if name.partition(".")[0] in PACKAGES]:
        taken = {name: old for name, old in before.items() if holder is not module and vars(holder).get(name) is old}
        for name in taken:
            setattr(holder, name, vars(module)[name])
        if taken:
            _follow(holder, taken)


def _written(statement: ast.stmt) -> list[str]:
    """Return the names that a statement beside all functions gives a value."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [node.id for target in targets if target for node in ast.walk(target) if isinstance(node, ast.Name)]


def _pairs(old: object, new: object) -> Iterator[tuple[types.FunctionType, types.FunctionType]]:
    """Yield the functions of an object of a module beside those of its changed like."""
    if isinstance(old, type):
        for name, value in vars(old).items():
            if name in vars(new) and getattr(_bare(value), "__module__", "") == old.__module__:
                yield from _pairs(value, vars(new)[name])
    elif isinstance(_bare(old), types.FunctionType):
        yield _bare(old), _bare(new)


def _bare(value: object) -> object:
    value = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
    return getattr(value, "__wrapped__", value)


@dataclass
class Killer:
    """A plug-in of pytest that runs the tests as they are, and then against each mutant."""

    mutants: list[Mutant]
    longest_s: float
    tell: Callable[[str], None]
    took_s: dict[str, float] = field(default_factory=dict)
    entered: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    survivors: list[Mutant] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    by_kind: Counter = field(default_factory=Counter)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests, then the mutants."""
        _keep_fixtures()
        self._run_as_they_are(session.items)
        if self.broken:
            return True
        items = [item for item in session.items if self.took_s[item.nodeid] <= self.longest_s]
        self.tell(f"{len(items)} of {len(session.items)} tests, {sum(self.took_s.values()):.0f} s")
        if _is_killed(None, items, limit_s=600):
            self.broken.append("a copy of the process that is not changed")
            return True
        for number, mutant in enumerate(self.mutants, 1):
            chosen = self._chosen(items, mutant)
            if _is_killed(mutant, chosen, limit_s=60 + 10 * sum(self.took_s[item.nodeid] for item in chosen)):
                self.by_kind[mutant.kind, True] += 1
            else:
                self.by_kind[mutant.kind, False] += 1
                self.survivors.append(mutant)
                self.tell(f"{number}/{len(self.mutants)} survives ({len(chosen)} tests): {mutant}")
        return True

    def _run_as_they_are(self, items: Sequence[pytest.Item]) -> None:
        modules = {str(ROOT / f"{one.module.replace('.', '/')}.py"): one.module for one in self.mutants}
        seen: set[tuple[str, str]] = set()

        def look(frame: types.FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code.co_filename in modules:
                name = frame.f_code.co_qualname.partition(".<locals>")[0]
                seen.add((modules[frame.f_code.co_filename], name))

        for item, following in zip(items, [*items[1:], None], strict=True):
            seen.clear()
            begin = time.process_time(), time.monotonic()
            sys.setprofile(look)
            threading.setprofile(look)
            try:
                reports = runtestprotocol(item, nextitem=following, log=False)
            finally:
                sys.setprofile(None)
                threading.setprofile(None)
            self.took_s[item.nodeid] = time.process_time() - begin[0]
            if any(report.failed for report in reports):
                self.broken.append(item.nodeid)
            for place in seen:
                self.entered[place].add(item.nodeid)

    def _chosen(self, items: Sequence[pytest.Item], mutant: Mutant) -> list[pytest.Item]:
        places = [place for place in self.entered if place[0] == mutant.module]
        if mutant.function:
            places = [(mutant.module, mutant.function)]
        wanted = set().union(*(self.entered.get(place, set()) for place in places))
        chosen = [item for item in items if item.nodeid in wanted]
        files = Counter({item.path: 0.0 for item in chosen})
        for item in chosen:
            files[item.path] += self.took_s[item.nodeid]
        return sorted(chosen, key=lambda item: (files[item.path], str(item.path), self.took_s[item.nodeid]))


def _keep_fixtures() -> None:
    """Let fixtures of modules and of the session stand: what a mutant does to them stays in its own process."""
    finish = FixtureDef.finish

    def kept(self: FixtureDef, request: object) -> None:
        if self.scope not in KEPT:
            finish(self, request)

    FixtureDef.finish = kept


def _is_killed(mutant: Mutant | None, items: Sequence[pytest.Item], *, limit_s: float) -> bool:
    """Return whether a test fails in a copy of this process with the mutant, or none ends in time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the copy starts no threads of its own
        child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os._exit(_verdict(mutant, items))
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.005)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _verdict(mutant: Mutant | None, items: Sequence[pytest.Item]) -> int:
    try:
        if mutant is not None:
            put_into_process(mutant)
        for item, following in zip(items, [*items[1:], None], strict=True):
            if any(report.failed for report in runtestprotocol(item, nextitem=following, log=False)):
                return 1
    except BaseException:  # noqa: BLE001  (whatever it is, it was noticed)
        return 1
    return 0


def _test_files(patterns: Iterable[str]) -> list[str]:
    return [str(path) for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def measured(name: str, options: argparse.Namespace) -> tuple[int, int, int]:
    """Return how many mutants of a group there are, how many were drawn and how many of them killed."""
    group = GROUPS[name]
    found = [one for module, functions in group.modules.items() for one in mutants_of(module, functions)]
    draw = random.Random(options.seed)  # noqa: S311  (a sample, no secret)
    drawn = sorted(draw.sample(found, min(options.count, len(found))), key=str)
    out = os.fdopen(os.dup(1), "w", buffering=1)
    killer = Killer(drawn, options.longest_s, lambda text: print(f"{name}: {text}", file=out))
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(Path(os.devnull).open("w", encoding="utf-8")):
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = f"{folder}/drawn"
        arguments = ["-q", "-p", "no:cacheprovider", f"--basetemp={folder}/tests", f"--rootdir={ROOT}"]
        pytest.main([*arguments, *_test_files(group.tests)], plugins=[killer])
    if killer.broken:
        raise SystemExit(f"{name}: these fail without any mutant: {', '.join(killer.broken)}")
    for kind in sorted({kind for kind, _ in killer.by_kind}):
        killed, lived = killer.by_kind[kind, True], killer.by_kind[kind, False]
        print(f"{name}: {kind}: {killed} of {killed + lived} killed", file=out)
    out.close()
    return len(found), len(drawn), len(drawn) - len(killer.survivors)


def main() -> None:
    """Measure the groups one after the other and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--group", choices=sorted(GROUPS), action="append")
    parser.add_argument("--count", type=int, default=200, help="mutants drawn of each group")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--longest-s", type=float, default=4.0, help="tests that take longer are left out")
    options = parser.parse_args()
    os.chdir(ROOT)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background, and tests send it to children
    print(f"{'group':8} {'mutants':>8} {'drawn':>6} {'killed':>7} {'share':>6} {'asked':>6}")
    for name in options.group or sorted(GROUPS):
        found, drawn, killed = measured(name, options)
        verdict = "met" if killed >= ASKED * drawn else "missed"
        print(f"{name:8} {found:8} {drawn:6} {killed:7} {killed / drawn:6.1%} {ASKED:6.0%} {verdict}", flush=True)


if __name__ == "__main__":
    main()
