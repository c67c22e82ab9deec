"""What the scenarios of a robust placement must have in common, so that one choice of openings is a choice in each."""

from collections.abc import Sequence

import numpy as np

from models.errors import InstanceError
from models.placement.instance import Instance

OF_INSTANCE = ("standing", "option_site", "forced_open", "forced_closed", "min_new", "max_new")
OF_TERMS = ("option_period", "option_level", "rule_row", "rule_option", "rule_weight", "rule_low", "rule_high")


def require_agreement(instances: Sequence[Instance]) -> None:
    """Check that all instances ask the same of their openings.

    Raises
    ------
    InstanceError
        Naming the first instance that differs from instance 0, and the array.
    """
    first = instances[0]
    for at, instance in enumerate(instances[1:], start=1):
        for name in OF_INSTANCE:
            _require_same(at, name, getattr(first, name), getattr(instance, name))
        for name in OF_TERMS:
            _require_same(at, name, getattr(first.terms, name), getattr(instance.terms, name))
        _require_same(at, "number of periods", first.terms.periods, instance.terms.periods)


def _require_same(at: int, name: str, ours: object, theirs: object) -> None:
    one, other = np.asarray(ours), np.asarray(theirs)
    if one.shape != other.shape:
        raise InstanceError(
            f"{name} of instance {at} has {_size(other)}, of instance 0 {_size(one)};"
            " the scenarios share their openings"
        )
    for entry in np.argwhere(one != other)[:1]:
        where = f"[{', '.join(map(str, entry))}]" if one.ndim else ""
        raise InstanceError(
            f"{name}{where} of instance {at} is {other[tuple(entry)]}, of instance 0 {one[tuple(entry)]};"
            " the scenarios share their openings"
        )


def _size(array: np.ndarray) -> str:
    return f"{array.size} entries" if array.ndim else str(array)
