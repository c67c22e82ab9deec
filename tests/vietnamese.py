"""Whether a text of the program is Vietnamese throughout: what is left beside names, codes and numbers."""

import re

ENGLISH = re.compile(
    r"\b(?:the|is|are|was|were|has|have|not|and|or|of|with|without|from|that|which|this|these|expected|found|must"
    r"|cannot|be|at|least|most|there|give|take|keep|use|its|their|one|it|for|as|by|an|error|warning|reading|missing)\b"
)
_CODE = re.compile(
    r"`[^`]*`|'[^']*'|\"[^\"]*\"|\([^()]*=[^()]*\)|--?[a-z-]+|\.astype\(str\)|[\w.]*[_./\[\]=<>:][\w./\[\]=<>:-]*"
)


def english_words(text):
    """Return the English words of a text, code and quoted texts left out."""
    return ENGLISH.findall(_CODE.sub("", text))
