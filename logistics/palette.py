"""The palette of Okabe and Ito (2008, Color Universal Design): colours that colour-blind readers tell apart."""

from typing import Final

ORANGE: Final = "#e69f00"
SKY: Final = "#56b4e9"
GREEN: Final = "#009e73"
YELLOW: Final = "#f0e442"
BLUE: Final = "#0072b2"
VERMILION: Final = "#d55e00"
PURPLE: Final = "#cc79a7"
OKABE_ITO: Final = (ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE)
"""In their order; black, the eighth, is the ink of everything else."""
