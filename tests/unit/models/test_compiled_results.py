"""Python gets arrays and plain tuples from compiled loops, never a named tuple: see `models.compiled.compiled`."""

import ast
import importlib
import inspect
import pkgutil
from typing import get_args, get_type_hints

from numba.core.dispatcher import Dispatcher

import models
import networks
from models.compiled import compiled
from models.flows.residual import Arcs


def modules():
    paths = ((models.__path__, "models."), (networks.__path__, "networks."))
    return [importlib.import_module(found.name) for path in paths for found in pkgutil.walk_packages(*path)]


def is_named_tuple(kind):
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")


def gives_named_tuple(loop):
    """Return whether what `loop` says it returns is a named tuple, or holds one."""
    kinds = [get_type_hints(loop.py_func)["return"]]
    for kind in kinds:
        kinds.extend(get_args(kind))
    return any(map(is_named_tuple, kinds))


def mentioned_in_python(tree, names):
    """Yield each dotted name in `tree` outside the compiled loops, and its line; `names`: the module's own.

    A loop that is handed on, to another thread or to `partial`, is called from Python, too.
    """
    for part in tree.body:
        if isinstance(part, ast.FunctionDef) and isinstance(names.get(part.name), Dispatcher):
            continue
        for node in ast.walk(part):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                yield ast.unparse(node), node.lineno


def named(dotted, names):
    """Return the object that `dotted` names in a module, None if it is not one of the module's names."""
    first, *rest = dotted.split(".")
    found = names.get(first) if dotted.replace(".", "").isidentifier() else None
    for name in rest:
        found = getattr(found, name, None)
    return found


def faults(module):
    tree = ast.parse(inspect.getsource(module))
    for dotted, line in mentioned_in_python(tree, vars(module)):
        found = named(dotted, vars(module))
        if isinstance(found, Dispatcher) and gives_named_tuple(found):
            yield f"{module.__name__}:{line}: {dotted}"


@compiled
def forbidden(arcs: Arcs) -> tuple[Arcs, int]:
    return arcs, 1


def asks_for_it(arcs):
    return list(map(forbidden, [arcs]))


def test_python_calls_no_compiled_loop_that_returns_a_named_tuple():
    every = [vars(module).values() for module in modules()]
    loops = {one for names in every for one in names if isinstance(one, Dispatcher)}
    assert any(map(gives_named_tuple, loops))  # loops give them to loops
    assert [fault for module in modules() for fault in faults(module)] == []


def test_a_call_that_would_crash_under_ctrl_c_is_found():
    found = list(faults(importlib.import_module(__name__)))
    assert [fault.rpartition(": ")[2] for fault in found] == ["forbidden"]
