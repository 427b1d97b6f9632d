"""The text of a statement: as it was sent while it is kept, with what the store sets when it is given back. Pure."""

from typing import Any

from lms.lrs import comparison, strictjson
from lms.lrs.models import moment
from lms.lrs.rules import written
from lms.lrs.versions import Version


def kept(statement: dict[str, Any], text: str, version: Version) -> str:
    """What is kept of a valid statement that has an id and came as `text`: that text, wherever it may stay as it is.

    `stored` and `authority` are never the client's (Data 2.4.8, 2.4.9), a single contextActivity becomes an array
    (2.4.6.2), a version is set where none is (2.4.10).
    """
    whole = comparison.with_arrays(statement)
    if whole is not statement or "stored" in statement or "authority" in statement or not text.endswith("}"):
        text = strictjson.dumps({key: value for key, value in whole.items() if key not in ("stored", "authority")})
    return text if "version" in statement else f'{text[:-1]},"version":"{version.stamp}"}}'


def with_id(text: str, statement_id: str) -> str:
    """The text of a statement that has no id, with one: no valid statement is empty, so a comma follows."""
    return f'{{"id":"{statement_id}",{text.lstrip()[1:]}'


def whole(body: str, stored: int, authority: str, has_timestamp: bool) -> str:
    """The statement as it is given back: what was sent and what the store must set (Data 2.4.7 to 2.4.9).

    `stored` is in microseconds, `authority` is JSON text. Without a timestamp of its own it happened when it was stored.
    """
    at = written(moment(stored))
    happened = "" if has_timestamp else f',"timestamp":"{at}"'
    return f'{body[:-1]}{happened},"stored":"{at}","authority":{authority}}}'
