"""The bundled region, read once."""

import pytest

from logistics.region import read_region


@pytest.fixture(scope="session")
def region():
    return read_region()


@pytest.fixture(scope="session")
def ledger(region):
    return region.ledger
