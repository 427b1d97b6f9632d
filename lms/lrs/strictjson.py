"""JSON read strictly and written back with the same numbers.

What other parsers let through is refused: a key twice in an object, NaN and Infinity, a number beyond a double, a NUL
or half a surrogate pair in a text, nesting without end, anything but UTF-8. A number comes back with the digits that
were sent (RFC 8259 leaves its precision open; xAPI 1.0.3 Data 2.2 asks for at least 32-bit floats).
"""

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

DEPTH = 32
"""Objects and arrays may be nested this deep."""
DIGITS = 1000
"""A number may have this many characters."""
MOST_BRACKETS = 10_000_000
"""More than a body can hold: an array is as deep as its deepest element."""
EXPONENT = 400
"""The exponent of a number may be this large, either way."""

_SPACE = " \t\n\r"
_STRING_OR_PLAIN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[^\[\]{}"]++', re.DOTALL)
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_EXACT = re.compile(r'"\\u0000([-+0-9.eE]+)\\u0000"')


class NotStrict(ValueError):
    """The text is not JSON as it is asked for here; the message says why."""


class Exact(Decimal):
    """A number that a float would write differently (0.10, 1E5, -0): equal to its value, written as it was sent."""

    __slots__ = ("raw",)
    raw: str

    def __new__(cls, raw: str):
        number = super().__new__(cls, raw)
        number.raw = raw
        return number

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        return type(self), (self.raw,)


def parse(data: bytes | str, depth: int = DEPTH) -> Any:
    """The value of a JSON text; raises NotStrict. Never anything else, whatever `data` is."""
    text = _decoded(data)
    return _read(text, depth, lambda: _DECODER.decode(text))


def parse_each(data: bytes | str, depth: int = DEPTH) -> tuple[list[tuple[Any, str]], bool]:
    """What stands in a JSON array, each value with its text; or the one value that is no array, and True."""
    text = _decoded(data)
    if not text.lstrip(_SPACE).startswith("["):
        return [(parse(text, depth), text)], True
    found: list[tuple[Any, str]] = []

    def decode() -> list[Any]:
        found.extend(_elements(text, depth - 1))
        return [value for value, _ in found]

    _read(text, MOST_BRACKETS, decode)
    return found, False


def _decoded(data: bytes | str) -> str:
    try:
        return data.decode("utf-8") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise NotStrict(f"the text is not UTF-8 (byte {error.start})") from None


def _read(text: str, depth: int, decode: Callable[[], Any]) -> Any:
    try:
        value = decode()
    except RecursionError:
        raise NotStrict(f"nested deeper than {depth} levels") from None
    except json.JSONDecodeError as error:
        raise NotStrict(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    _check_depth(text, depth)
    if _SUSPECT.search(text) or "\0" in text or not _sound(text):
        _check_texts(value)
    return value


def _check_depth(text: str, depth: int) -> None:
    if text.count("{") + text.count("[") > depth and _depth_of(text) > depth:
        raise NotStrict(f"nested deeper than {depth} levels")


def _elements(text: str, depth: int) -> Iterator[tuple[Any, str]]:
    """The values of the array that `text` is, and where each stands in it."""
    at = _past_space(text, text.index("[") + 1)
    if text[at : at + 1] == "]":
        at += 1
    else:
        while True:
            value, end = _DECODER.raw_decode(text, at)
            one = text[at:end]
            _check_depth(one, depth)
            yield value, one
            at = _past_space(text, end)
            mark = text[at : at + 1]
            at += 1
            if mark == "]":
                break
            if mark != ",":
                raise json.JSONDecodeError("Expecting ',' delimiter", text, at - 1)
            at = _past_space(text, at)
    if _past_space(text, at) != len(text):
        raise json.JSONDecodeError("Extra data", text, at)


def _past_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def dumps(value: Any) -> str:
    """The JSON text of a parsed value: compact, keys in their order, numbers as they were sent."""
    exact: list[bool] = []

    def number(other):
        if not isinstance(other, Exact):
            raise TypeError(f"not JSON: {type(other).__name__}")
        exact.append(True)
        return f"\0{other.raw}\0"  # no parsed text holds a NUL, so nobody can forge this mark

    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=number)
    return _EXACT.sub(r"\1", text) if exact else text


def is_number(value: Any) -> bool:
    """Whether a parsed value is a JSON number (a boolean is none)."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1) if len(keys) < 1000 else "a key"
        raise NotStrict(f"{twice[:100]!r} stands twice in an object")
    return made


def _integer(raw: str) -> int | Exact:
    if len(raw) > DIGITS:
        raise NotStrict(f"a number with more than {DIGITS} digits")
    return Exact(raw) if raw == "-0" else int(raw)


def _fraction(raw: str) -> float | Exact:
    if len(raw) > DIGITS:
        raise NotStrict(f"a number with more than {DIGITS} digits")
    number = float(raw)
    if number in (float("inf"), float("-inf")):
        raise NotStrict(f"{raw[:40]} is beyond what a number can be")
    if repr(number) == raw:
        return number
    exponent = re.split("[eE]", raw)[1:]
    if exponent and (len(exponent[0]) > 5 or abs(int(exponent[0])) > EXPONENT):
        raise NotStrict(f"{raw[:40]} has an exponent beyond {EXPONENT}")
    return Exact(raw)


def _constant(name: str) -> None:
    raise NotStrict(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_fraction, parse_int=_integer, parse_constant=_constant
)


def _depth_of(text: str) -> int:
    deepest = level = 0
    for mark in _STRING_OR_PLAIN.sub("", text):
        level += 1 if mark in "{[" else -1
        deepest = max(deepest, level)
    return deepest


def _sound(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _check_texts(value: Any) -> None:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if "\0" in one:
                raise NotStrict("a text holds a NUL character")
            if not _sound(one):
                raise NotStrict("a text holds half a surrogate pair")
        elif isinstance(one, dict):
            waiting.extend(one)
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
