"""Names that would like to be more than text: markup, code, formulas, templates, and some that are only hard to set."""

SCRIPT = "<script>alert(1)</script>"
CLOSING = "</script><script>alert(1)</script>"
PICTURE = '"><img src=x onerror=alert(1)>'
DRAWING = "</title></svg><svg onload=alert(1)>"
NAMES = (
    SCRIPT,
    CLOSING,
    "${alert(1)}",
    PICTURE,
    '=HYPERLINK("http://x")',
    "+1+1",
    "{{ 7 * 7 }}",
    "$\\frac{1}{2}$",
    "x" * 10_000,
    "שלום עולם مرحبا",
    "🚚 kho 🏭",
    "line\nbreak\x00\x1b[31m\u202e",
    DRAWING,
)
