"""Each kernel is compiled for one kind of array: what the rehearsal before the clock compiles is what a solve runs."""

import subprocess
import sys

SCRIPT = """
import gc
import numpy as np
from numba.core.dispatcher import Dispatcher
from models import FacilityLocation, HubLocation, MaxCover, PCenter, PMedian, SetCover, SolveOptions

draw = np.random.default_rng(1)
cost, pairs = draw.random((9, 6)), draw.random((6, 6))
pairs = (pairs + pairs.T) * (1 - np.eye(6))
demand, room = np.ones(9), np.full(6, 4.0)
hubs = dict(flow=draw.random((6, 6)), cost=pairs, hubs=2, transfer=0.6)
for instance in (
    PMedian(cost=cost, weight=np.ones(9), p=3),
    PMedian.from_points(points=draw.random((60, 2)), weight=np.ones(60), p=5),
    PCenter(cost=cost, p=3),
    FacilityLocation(cost=cost, fixed_cost=np.full(6, 0.3)),
    FacilityLocation(cost=cost, fixed_cost=np.ones(6), demand=demand, capacity=room),
    FacilityLocation(cost=cost[:1], fixed_cost=np.ones(6), demand=demand[:1], capacity=room),
    FacilityLocation(cost=cost, fixed_cost=np.ones(6), demand=demand, capacity=room, single_source=True),
    SetCover(covers=cost < 0.4, cost=np.ones(6)),
    MaxCover(covers=cost < 0.4, weight=np.ones(9), p=3),
    HubLocation(allocation="single", **hubs),
    HubLocation(allocation="multiple", **hubs),
):
    instance.solve(SolveOptions(relative_gap=0.0))
every = [one for one in gc.get_objects() if isinstance(one, Dispatcher)]
kernels = [one for one in every if one.py_func.__module__.startswith("models")]
assert len(kernels) > 50
for kernel in kernels:  # a frozen array is another type: the same signature but for that was compiled twice
    kinds = [str(one).replace("readonly ", "").replace("'C', True", "'C', False") for one in kernel.signatures]
    if len(set(kinds)) < len(kinds):
        print(kernel.py_func.__module__, kernel.py_func.__name__)
"""

LATE = """
import gc
import numpy as np
from numba.core.dispatcher import Dispatcher
from models import MaxCover, SolveOptions, max_cover
from models.covering import max_search

def compiled():
    every = [one for one in gc.get_objects() if isinstance(one, Dispatcher)]
    return {(one.py_func.__module__, one.py_func.__name__, kind) for one in every for kind in one.signatures}

max_cover._rehearse()
before = compiled()
draw = np.random.default_rng(0)
near = np.linalg.norm(draw.random((300, 2))[:, None] - draw.random((58, 2)), axis=2) < 0.2
reached, by_cuts = [], max_search.by_cuts
max_search.Work._tree = lambda *_: None
max_search.MOST_LOOKS = max_search.LOOK = 1
max_search.by_cuts = lambda *what: reached.append(by_cuts(*what))
weight = draw.integers(1, 101, 300) * 1.0
for backup, limit_s in ((None, 2.0), (weight / 4, 60.0)):  # groups know no backup, and take long
    asked = MaxCover(covers=near, weight=weight, p=8, backup_weight=backup)
    asked.solve(SolveOptions(time_limit_s=limit_s))
assert reached
for module, name, _ in compiled() - before:
    print(module, name)
"""


def test_no_kernel_is_compiled_again_for_the_frozen_arrays_of_an_instance(root):
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=root, capture_output=True, text=True, check=False, timeout=600
    )
    assert (run.stdout, run.stderr, run.returncode) == ("", "", 0)


def test_what_maximal_covering_reaches_late_is_compiled_before_the_clock_too(root):
    run = subprocess.run(
        [sys.executable, "-c", LATE], cwd=root, capture_output=True, text=True, check=False, timeout=600
    )
    assert (run.stdout, run.stderr, run.returncode) == ("", "", 0)
