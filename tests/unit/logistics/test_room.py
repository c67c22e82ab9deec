"""More places than any machine has memory for the distances between."""

import pytest

from logistics.connect import require_room
from logistics.errors import InputError


def test_a_million_places_are_refused_with_what_they_would_take():
    with pytest.raises(InputError, match=r"the 1,000,000 parks.* take [0-9,]+ GB, and this machine has .*merge places"):
        require_room(1_000_000)


def test_a_million_parks_that_are_not_measured_to_each_other_are_too_many_all_the_same():
    with pytest.raises(InputError, match="merge places"):
        require_room(1_000_000, apart=999_900)


def test_a_thousand_places_find_room():
    require_room(1_000)
