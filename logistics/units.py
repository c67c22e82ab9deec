"""The few conversions between the tables' units and the canonical km, h, t, VND, year."""

from typing import Final

VND_PER_BILLION: Final = 1e9
T_PER_MILLION_T: Final = 1e6
LARGEST_T_PER_YEAR: Final = 1e10
"""About the goods that all ports of the world handle in a year; a number beyond it is a slip."""
PERCENT: Final = 0.01
KG_PER_T: Final = 1000.0
G_PER_T: Final = 1e6
PERSONS_PER_THOUSAND: Final = 1000.0
KM_PER_DEGREE: Final = 111.2
"""Of latitude, as maps draw it."""
