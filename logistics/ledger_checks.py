"""What the ledger's numbers must keep among themselves, whoever set them.

A share above one, a divisor of zero or shipment sizes that no longer sum to a hundred do not stop the
arithmetic: they lose or make tonnes without a word. So they are refused, all at once.
"""

from collections.abc import Iterator
from typing import Final

from logistics.errors import InputError
from logistics.ledger import Ledger, LedgerEntry

PERCENT_UNITS: Final = ("%", "%/yr")
PARTS_OF_ONE: Final = ("match_", "net_to_gross", "hub_transport_share", "toll_frac_", "hub_scale_exp")
DIVISORS: Final = (
    "payload_", "barge_speed", "rail_speed", "connector_speed", "detour_access", "barge_fuel_km",
    "tyre_life", "truck_life", "truck_hours_per_day", "work_days", "truck_return",
)  # fmt: skip
SUM: Final = 100.0
SLACK: Final = 1e-6
SIZES: Final = ("full", "medium", "small")
CHANNELS: Final = ("seaport", "airport", "border", "domestic")


RowFault = tuple[tuple[str, ...], str]


def check_values(ledger: Ledger) -> None:
    """Refuse a ledger whose numbers cannot be right together.

    Raises
    ------
    InputError
        Naming every row that breaks a rule: the rule, the value, what is expected.
    """
    faults = value_faults(ledger)
    if faults:
        raise InputError("\n".join(f"[ledger] {rows[0]}: {sentence}" for rows, sentence in faults))


def value_faults(ledger: Ledger) -> list[RowFault]:
    """Return every rule that is broken: the rows it is about, and a sentence."""
    return [*_range_faults(ledger), *_sum_faults(ledger)]


def warnings_of(ledger: Ledger, own: tuple[str, ...]) -> tuple[str, ...]:
    """Return a sentence for each value of the user's that lies outside the row's own range."""
    rows = (ledger.entry(name) for name in own)
    return tuple(
        f"ledger: {row.id} = {row.value:g} lies outside its range, {row.low:g} to {row.high:g} {row.unit}"
        for row in rows
        if row.value < row.low or row.value > row.high
    )


def _range_faults(ledger: Ledger) -> Iterator[RowFault]:
    for row in ledger.entries.values():
        if row.unit in PERCENT_UNITS and not 0 <= row.value <= SUM:
            yield _fault(row, "between 0 and 100 %")
        elif row.id.startswith(PARTS_OF_ONE) and not 0 <= row.value <= 1:
            yield _fault(row, "between 0 and 1")
        elif row.id.startswith(DIVISORS) and not row.value > 0:
            yield _fault(row, f"above 0 {row.unit}")
        elif row.id.startswith("feeder_stops_") and not row.value >= 1:
            yield _fault(row, "at least 1 stop")


def _fault(row: LedgerEntry, expected: str) -> RowFault:
    return (row.id,), f"found {row.value:g}, expected {expected}"


def _sum_faults(ledger: Ledger) -> Iterator[RowFault]:
    for names in wholes(ledger):
        total = sum(ledger.entry(name).value for name in names)
        if abs(total - SUM) > SLACK:
            yield tuple(names), f"{', '.join(names)} sum to {total:g} %, expected 100; set them together"


def wholes(ledger: Ledger) -> Iterator[list[str]]:
    """Yield the rows that share out a whole: sizes, channels, the mix of regional trade."""
    for name in ledger.entries:
        if name.startswith("size_full_"):
            yield [name.replace("_full_", f"_{size}_", 1) for size in SIZES]
        if name.startswith("share_seaport_"):
            yield [name.replace("_seaport_", f"_{channel}_", 1) for channel in CHANNELS]
        if name.startswith("regional_mix_food_"):
            mixes = [name.replace("_food_", f"_{mix}_", 1) for mix in ("food", "bulk", "general")]
            yield [mix for mix in mixes if mix in ledger.entries]
