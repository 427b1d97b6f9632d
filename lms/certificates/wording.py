"""How a certificate spells: numbers in Indonesian words, Roman months, its number, and a code that people can type."""

import secrets

ONES = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, which are misread."""
LENGTH = 26
"""26 letters of 5 bits are 130 bits."""
MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", " ": "", "-": "", "\t": "", "\n": "", "\r": "", "\u00a0": ""})
PATTERN = "{sequence}/{unit}/{classification}/{roman_month}/{year}"


def in_words(n: int) -> str:
    """A number from 0 to 999,999 in Indonesian words: 20 is dua puluh."""
    if n < 12:
        return ONES[n]
    if n < 20:
        return f"{ONES[n - 10]} belas"
    for size, name, one in ((1000, "ribu", "seribu"), (100, "ratus", "seratus"), (10, "puluh", "")):
        if n >= size:
            many, rest = divmod(n, size)
            head = one if many == 1 else f"{in_words(many)} {name}"
            return f"{head} {in_words(rest)}" if rest else head
    raise ValueError(n)


def hours_in_words(jp: int) -> str:
    """1 (satu) jam pelajaran."""
    return f"{jp} ({in_words(jp)}) jam pelajaran"


def number(pattern: str, sequence: int, unit: str, classification: str, month: int, year: int) -> str:
    """The official number by the agency's pattern; names that it does not know stay as they are."""
    facts = {
        "sequence": str(sequence),
        "unit": unit,
        "classification": classification,
        "roman_month": ROMAN[month - 1],
        "year": str(year),
    }
    for name, fact in facts.items():
        pattern = pattern.replace("{" + name + "}", fact)
    return pattern


def new_code() -> str:
    """A public code of 130 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def code_of(text: str) -> str | None:
    """The code that somebody typed, hyphens, spaces, case and misread letters forgiven; None if it can be none."""
    code = text.upper().translate(MISREAD)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def grouped(code: str) -> str:
    """A code as it is printed, in groups that one can read aloud: 7K3M9-..."""
    ends = (0, 5, 10, 15, 20, LENGTH)
    return "-".join(code[a:b] for a, b in zip(ends, ends[1:], strict=False))
