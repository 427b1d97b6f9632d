"""Taking somebody's name out of a text that others wrote: what is said stays, whom it is said of goes. Pure."""

import re
from collections.abc import Iterable

STRUCK = "…"
"""What stands where a name stood."""


def holds(text: str, words: Iterable[str]) -> bool:
    """Whether one of `words` stands in `text` as a whole word, in whatever case."""
    found = _any_of(words)
    return bool(found and found.search(text))


def struck(text: str, words: Iterable[str]) -> str:
    """`text` with each of `words`, as a whole word and in whatever case, left out; several in a row are one gap."""
    found = _any_of(words)
    return found.sub(STRUCK, text) if found else text


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    either = "|".join(re.escape(word) for word in sorted(filter(None, words), key=len, reverse=True))
    return (
        re.compile(rf"(?<!\w)(?:{either})(?!\w)(?:[ ,.]*(?<!\w)(?:{either})(?!\w))*", re.IGNORECASE) if either else None
    )
