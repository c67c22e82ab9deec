"""Names of files and folders made from names that people gave."""

import re
import unicodedata
from typing import Final

LONGEST: Final = 64
FALLBACK: Final = "scenario"
RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{digit}" for digit in range(10)), *(f"lpt{digit}" for digit in range(10))}
)
"""Names that Windows keeps for devices."""


def slug(name: str) -> str:
    """Return a name for files: 1 to 64 of the characters a-z, 0-9, _ and -, no name that Windows reserves.

    Vietnamese letters lose their marks: ``Phương án Đông`` becomes ``phuong-an-dong``.
    """
    letters = unicodedata.normalize("NFKD", name.lower().replace("đ", "d"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = re.sub(r"[^a-z0-9_]+", "-", plain)[:LONGEST].strip("-")
    return f"{FALLBACK}-{words}" if words in RESERVED else words or FALLBACK
