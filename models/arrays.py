"""Checked, read-only copies of what callers hand over; a wrong entry is named."""

from collections.abc import Iterable
from math import inf
from numbers import Real
from sys import float_info
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.errors import InstanceError

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

Array = TypeVar("Array", Floats, Indices, Flags, Integers)

SHOWN_ENTRIES = 3
UNLIMITED = 2**63 - 1  # how `inf` is written in int64
LARGEST_WHOLE_FLOAT = 2.0**53
LARGEST_TOTAL = 1e200  # of money: what bounds and gaps are made of it stays a float
LARGEST_SUM = 1e304  # of what is only added up: some thousand times as much is still a float
WIDEST = 1e19  # how many times as large as a room an amount may be: solvers take numbers below 1e20
EXACT_SUMS_BELOW = 1e11  # up to here the rounding of sums stays far below 1


def array_of(name: str, values: ArrayLike) -> NDArray[Any]:
    """Return `values` as an array of whatever they are.

    Raises
    ------
    InstanceError
        If the rows are not equally long.
    """
    try:
        return np.asarray(values)
    except ValueError as error:
        raise InstanceError(f"{name} has rows of different lengths; expected an array") from error


def floats(
    name: str,
    values: ArrayLike,
    shape: tuple[int | None, ...],
    *,
    may_be_inf: bool = False,
    may_be_negative: bool = False,
) -> Floats:
    """Return `values` as read-only float64 of `shape` (None: any length), every entry 0 or more unless told otherwise.

    Raises
    ------
    InstanceError
        Naming the array and its first wrong entries: not a number, NaN, negative, infinite.
    """
    array = _converted(name, values, np.float64)
    _check_shape(name, array, shape)
    _refuse(name, array, np.isnan(array), "a number")
    if not may_be_negative:
        _refuse(name, array, array < 0, "0 or more")
    if not may_be_inf:
        _refuse(name, array, np.isinf(array), "a finite number")
    return frozen(array + 0.0)  # -0.0 becomes 0.0


def indices(
    name: str, values: ArrayLike, shape: tuple[int | None, ...], count: int, what: str, *, or_none: bool = False
) -> Indices:
    """Return `values` as read-only indices 0 .. `count` - 1 of `what`; `or_none`: -1 says that there is none.

    Raises
    ------
    InstanceError
        Naming the array and its first entries that are no whole number or point nowhere.
    """
    least = -1 if or_none else 0
    none = "-1 or " if or_none else ""
    array = _whole_numbers(name, values, shape, f"whole numbers, indices of {what}")
    wrong = (array < least) | (array >= count)
    _refuse(name, array, wrong, f"{none}an index of {what}, 0 to {count - 1} (there are {count})")
    return frozen(array)


def counts(name: str, values: ArrayLike, shape: tuple[int | None, ...], least: int = 0) -> Indices:
    """Return `values` as read-only whole numbers, each `least` or more.

    Raises
    ------
    InstanceError
        Naming the array and its first entries that are no whole number or below.
    """
    array = _whole_numbers(name, values, shape, "whole numbers")
    _refuse(name, array, array < least, f"a whole number, {least} or more")
    return frozen(array)


def integers(name: str, values: ArrayLike, shape: tuple[int | None, ...], *, may_be_inf: bool = False) -> Integers:
    """Return `values` as read-only int64 of `shape`; floats must be whole, `inf` becomes `UNLIMITED` where allowed.

    Raises
    ------
    InstanceError
        Naming the array and its first wrong entries: not whole, not a number, beyond 64 bits.
    """
    given = array_of(name, values)
    if given.size and given.dtype.kind not in "iuf":
        raise InstanceError(f"{name} holds {given.dtype}; expected whole numbers of up to 64 bits")
    _check_shape(name, given, shape)
    if given.dtype.kind == "f":
        unlimited = (given == np.inf) & may_be_inf
        finite = np.where(unlimited, 0.0, given)
        _refuse(name, given, ~np.isfinite(finite), "a finite whole number")
        _refuse(name, given, finite != np.rint(finite), "a whole number")
        _refuse(name, given, np.abs(finite) > LARGEST_WHOLE_FLOAT, "at most 2**53, beyond which floats skip numbers")
        return frozen(np.where(unlimited, UNLIMITED, finite.astype(np.int64)))
    if given.dtype.kind == "u":
        _refuse(name, given, given > UNLIMITED, "at most 2**63 - 1")
    return frozen(given.astype(np.int64))


def flags(name: str, values: ArrayLike) -> Flags:
    """Return `values` as read-only booleans.

    Raises
    ------
    InstanceError
        If they are not one row of booleans.
    """
    given = array_of(name, values)
    if given.size and given.dtype.kind != "b":
        raise InstanceError(f"{name} holds {given.dtype}; expected booleans")
    array = given.astype(np.bool_)
    _check_shape(name, array, (None,))
    return frozen(array)


def members(name: str, values: Iterable[int], count: int, what: str) -> tuple[int, ...]:
    """Return `values` as a sorted tuple of distinct indices of `what`.

    Raises
    ------
    InstanceError
        If one points nowhere, or they are no list of indices.
    """
    given = plain(values)
    if not isinstance(given, Iterable):
        raise InstanceError(f"{name} is {given!r}; expected a list of indices of {what}")
    return tuple(sorted(set(indices(name, list(given), (None,), count, what).tolist())))


def is_number(value: object, low: float = 0.0, high: float = float_info.max) -> bool:
    """Return whether `value` is one number from `low` to `high`: no text, no flag, not None, not NaN."""
    given = plain(value)
    is_real, is_flag = isinstance(given, Real), isinstance(given, bool)
    return is_real and not is_flag and low <= given <= high


def whole(name: str, value: float, low: int = 0, high: float = inf) -> int:
    """Return `value` as an int between `low` and `high`.

    Raises
    ------
    InstanceError
        If it is no whole number or outside.
    """
    given = plain(value)
    if is_number(given, low, high) and given != inf and int(given) == given:
        return int(given)
    if high == inf:
        raise InstanceError(f"{name} is {given!r}; expected a whole number, at least {low}")
    raise InstanceError(f"{name} is {given!r}; expected a whole number from {low} to {high}")


def is_one_of(value: object, names: Iterable[str]) -> bool:
    """Return whether `value` is one of the texts `names`."""
    return isinstance(value, str) and value in names


def flag(name: str, value: bool) -> bool:  # noqa: FBT001  (it is what is checked)
    """Return `value`, True or False.

    Raises
    ------
    InstanceError
        If it is anything else: texts and numbers are not taken by their truth, for "no" counts as true.
    """
    given = plain(value)
    if not isinstance(given, bool):
        raise InstanceError(f"{name} is {given!r}; expected True or False")
    return given


def check_rooms(name: str, rooms: Floats, amounts: Floats, widest: float = WIDEST) -> None:
    """Check that each room is 0, or large enough that a program can hold it beside the amounts.

    Raises
    ------
    InstanceError
        Naming the first that is not.
    """
    largest = float(amounts.max(initial=0.0))
    least = largest / widest
    for place in np.argwhere((rooms > 0) & (rooms < least))[:1].tolist():
        raise InstanceError(
            f"{name}[{', '.join(map(str, place))}] is {rooms[tuple(place)]}; expected 0, or at least {least:.3g}:"
            f" a part of {1 / widest:g} of the largest amount, {largest:.9g}"
        )


def check_total(what: str, total: float, below: float = LARGEST_SUM) -> None:
    """Check that a sum can be reckoned with.

    Raises
    ------
    InstanceError
        If it is not below `below`, or more than a float can hold.
    """
    if not total < inf:
        raise InstanceError(f"{what} adds up to more than a float can hold; use larger units")
    if not total < below:
        raise InstanceError(f"{what} adds up to {total:.3g}; expected below {below:g}: use larger units")


def dot(left: Floats, right: Floats) -> float:
    """Return the scalar product, without BLAS: its idle threads would take the second core from the solver."""
    return float(np.einsum("i,i->", left, right))


def plain(value: Any) -> Any:  # noqa: ANN401  (of a caller, who may hand over anything)
    """Return a scalar of NumPy, or an array without axes, as Python's own; any other value as it is."""
    is_scalar = isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0)
    return value.item() if is_scalar else value


def _converted(name: str, values: ArrayLike, dtype: type[np.float64]) -> Floats:
    given = array_of(name, values)
    if given.size and given.dtype.kind not in "iuf":
        raise InstanceError(f"{name} holds {given.dtype}; expected numbers")
    return given.astype(dtype)


def _whole_numbers(name: str, values: ArrayLike, shape: tuple[int | None, ...], expected: str) -> Indices:
    given = array_of(name, values)
    if given.size and given.dtype.kind not in "iu":
        raise InstanceError(f"{name} holds {given.dtype}; expected {expected}")
    array = given.astype(np.intp)
    _check_shape(name, array, shape)
    return array


def _check_shape(name: str, array: NDArray[Any], shape: tuple[int | None, ...]) -> None:
    fits = array.ndim == len(shape) and all(
        want is None or want == have for want, have in zip(shape, array.shape, strict=True)
    )
    if not fits:
        wanted = ", ".join("any" if size is None else str(size) for size in shape)
        raise InstanceError(f"{name} has shape {array.shape}; expected ({wanted})")


def _refuse(name: str, array: NDArray[Any], wrong: Flags, expected: str) -> None:
    if not wrong.any():
        return
    places = np.argwhere(wrong)
    shown = ", ".join(
        f"{name}[{', '.join(map(str, place))}] is {array[tuple(place)]}" for place in places[:SHOWN_ENTRIES].tolist()
    )
    more = f" and {len(places) - SHOWN_ENTRIES} more" if len(places) > SHOWN_ENTRIES else ""
    raise InstanceError(f"{shown}{more}; expected {expected}")


def wanted(count: int, within: float) -> int:
    """Return how many alternatives are asked for, none worse than the best by more than `within`, relative.

    Raises
    ------
    InstanceError
        If either has no meaning.
    """
    if not is_number(within, high=inf):
        raise InstanceError(f"within is {plain(within)!r}; expected a part, 0 or more")
    return whole("count", count, low=1)


def sums_are_whole(total: float, *numbers: Floats) -> bool:
    """Return whether all `numbers` are whole, and their sums, `total` at most, exact."""
    return bool(total < EXACT_SUMS_BELOW and all((part == np.floor(part)).all() for part in numbers))


def thawed(array: Array) -> Array:
    """Return a copy in rows that may be written: to kernels a frozen array is another type, compiled anew."""
    return np.array(array, order="C")


def frozen(array: Array) -> Array:
    """Return `array`, from now on read-only."""
    array.setflags(write=False)
    return array
