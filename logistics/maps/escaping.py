"""Text on its way into a page: nothing that a table says may become markup or a script.

Names come from tables that anyone may have written. They enter the page in one block of JSON, which the
page shows through `textContent` only; the few words that stand in the markup itself become numeric
entities.
"""

import base64
import hashlib
import json
from typing import Final

_JSON_ESCAPES: Final = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"})
_HTML_ESCAPES: Final = str.maketrans({mark: f"&#{ord(mark)};" for mark in "&<>\"'`${}\\\u2028\u2029"})


def json_block(value: object) -> str:
    """Return a value as JSON that cannot end the `<script type="application/json">` it stands in.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return _encodable(text.translate(_JSON_ESCAPES))


def html_text(text: str) -> str:
    """Return text with every character that HTML, JavaScript or a template could act on as an entity."""
    return _encodable(text.translate(_HTML_ESCAPES))


def script_hash(script: str) -> str:
    """Return the source expression by which a Content-Security-Policy allows exactly this script."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _encodable(text: str) -> str:
    """Replace lone surrogates: Python holds them, no file can."""
    return text.encode("utf-8", "replace").decode("utf-8")
