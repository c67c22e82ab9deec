"""Fixtures that every test may use."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest

# A busy machine draws slowly; that says nothing about the code. Nor does a rare draw about the change that met it:
# the same examples are drawn in every run, and `pytest --hypothesis-profile=search` goes looking for others.
PATIENCE = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("search", PATIENCE)
hypothesis.settings.register_profile("same", PATIENCE, derandomize=True)
hypothesis.settings.load_profile("same")

# A shell that starts the tests in the background has Ctrl-C ignored, by them and by all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root():
    """Return the root of the checkout."""
    return ROOT


@pytest.fixture(scope="module")
def one_solver_for_all():
    """Lend one solver process to every solve of a module."""
    from oracles.lent import one_solver  # noqa: PLC0415  (imports all of models)

    with one_solver():
        yield


@pytest.fixture(scope="session")
def shared_data():
    """Return the folder of data read in place; it lies beside the checkout."""
    folder = ROOT.parent / "shared"
    if folder.is_dir():
        return folder
    reason = f"the folder {folder.name!r} with the OpenStreetMap extracts is not beside the checkout"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    return pytest.skip(reason)


@pytest.fixture(scope="session")
def tiny_scenario(tmp_path_factory):
    """Five parks of Bắc Ninh, four hubs that stand by 2030 and three sites to choose from."""
    from tiny_region import tiny  # noqa: PLC0415  (not every test should wait for pandas)

    return tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def phased_plan(tiny_scenario):
    """Return a plan in two phases that opens a hub."""
    from logistics.planning import plan  # noqa: PLC0415  (the same)
    from logistics.scenario import Phases  # noqa: PLC0415

    return plan(replace(tiny_scenario, phases=Phases(years=(2030, 2040))))


@pytest.fixture(scope="session")
def phased_run(phased_plan, tmp_path_factory):
    """Return the folder of that plan; it is not changed by any test."""
    return phased_plan.save(tmp_path_factory.mktemp("phased") / "run")
