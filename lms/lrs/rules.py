"""The small rules of xAPI: is this text an IRI, a UUID, a moment, a duration, a language tag? Pure."""

import re
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*:"
    r"(?:[^\x00-\x20\x7f-\xa0\"<>\\^`{|}%\u2028\u2029\ufffe\uffff]++|%[0-9A-Fa-f]{2})++"
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
_MBOX = re.compile(r"mailto:[^\s\x00-\x1f@,;:<>()\[\]\"\\]+@[^\s\x00-\x1f@,;:<>()\[\]\"\\]+")
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")
_SHA2 = re.compile(r"[0-9A-Fa-f]{56}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128}")
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?"
    r"(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_NUMBER = r"[0-9]{1,30}(?:[.,][0-9]{1,30})?"
_DURATION = re.compile(
    rf"P(?:{_NUMBER}W|(?=[0-9T])(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=[0-9])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)"
)
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+\-]{1,127}/[A-Za-z0-9!#$&^_.+\-]{1,127}(?:\s*;[\x20-\x7e]*)?")
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+"
    r"|en-gb-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)|sgn-(?:be-fr|be-nl|ch-de)"
    r"|art-lojban|cel-gaulish|no-(?:bok|nyn)|zh-(?:guoyu|hakka|min|min-nan|xiang)",
    re.IGNORECASE | re.ASCII,
)


def is_iri(text: str) -> bool:
    """Whether `text` is an absolute IRI: a scheme, and no character that RFC 3987 forbids (1.0.3 Data 2.2, 4.3)."""
    return _IRI.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """Whether `text` is a UUID in its standard form, in either case (1.0.3 Data 4.4)."""
    return _UUID.fullmatch(text) is not None


def is_mbox(text: str) -> bool:
    """Whether `text` is a mailto IRI of one address (1.0.3 Data 2.4.2.3)."""
    return _MBOX.fullmatch(text) is not None


def is_sha1(text: str) -> bool:
    """Whether `text` is a SHA-1 in hex (1.0.3 Data 2.4.2.3)."""
    return _SHA1.fullmatch(text) is not None


def is_sha2(text: str) -> bool:
    """Whether `text` is a SHA-2 digest (224 to 512 bits) in hex (1.0.3 Data 2.4.11)."""
    return _SHA2.fullmatch(text) is not None


def is_media_type(text: str) -> bool:
    """Whether `text` is an Internet media type, parameters allowed (1.0.3 Data 2.4.11; RFC 6838, 4.2)."""
    return _MEDIA_TYPE.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """Whether `text` is a well-formed language tag (1.0.3 Data 4.2; RFC 5646, 2.1)."""
    return len(text) <= 100 and _LANGUAGE.fullmatch(text) is not None


def is_duration(text: str) -> bool:
    """Whether `text` is an ISO 8601 duration; only its last part may have a fraction (Data 4.6; ISO 8601, 4.4.3.2)."""
    return _DURATION.fullmatch(text) is not None and not re.search(r"[.,][0-9]+[A-Z].", text)


def moment(text: str, zone_needed: bool = False) -> datetime | None:
    """The moment that a timestamp names, in UTC and cut to microseconds; None when it names none.

    A day that does not exist, a leap second, an offset beyond a day and `-00:00` name none (1.0.3 Data 4.5; RFC 3339).
    Without a zone it is UTC, unless `zone_needed`.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    *parts, fraction, offset = found.groups()
    if offset is None:
        if zone_needed:
            return None
        zone = UTC
    elif offset == "Z":
        zone = UTC
    else:
        hours, minutes = int(offset[1:3]), int(offset[-2:]) if len(offset) > 3 else 0
        if hours > 23 or minutes > 59 or (offset[0] == "-" and hours == minutes == 0):
            return None
        zone = timezone(timedelta(hours=hours, minutes=minutes) * (-1 if offset[0] == "-" else 1))
    try:
        year, month, day, hour, minute, second = map(int, parts)
        micros = int((fraction or "0")[:6].ljust(6, "0"))
        return datetime(year, month, day, hour, minute, second, micros, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def written(when: datetime) -> str:
    """A moment as the store writes it: UTC with microseconds, so that it names no other (1.0.3 Data 4.5)."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"  # strftime cuts year 26


def uuid(text: str) -> UUID:
    """The UUID of a text that `is_uuid`."""
    return UUID(text)
