"""Reading what people typed: names, keys to compare by, office numbers, telephones.

Pure: text in, text out. Vietnamese is written in two ways that look alike on every screen:
composed or decomposed (NFC, NFD), and with the tone on either vowel (Hòa, Hoà). Names are kept
as typed in NFC; both ways have the same key.
"""

import re
import unicodedata
from functools import lru_cache

from .limit import MAX_PEOPLE

# Grave, acute, tilde, hook above, dot below: the tones. Circumflex, breve and horn are letters.
TONES = "\u0300\u0301\u0303\u0309\u0323"
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[ '][0-9]{3})+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+|"
                      r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")  # fmt: skip
_WHOLE = re.compile(r"[0-9]{1,9}")
_ZERO_DECIMALS = re.compile(r"[.,]0{1,2}$")
_TITLES = re.compile(r"(?:đ/c|đc|đồng chí|ông|bà)\s*[.:]?\s+", re.IGNORECASE)
_OFFICES = ("bí thư", "phó", "ủy viên", "uỷ viên", "trưởng", "chủ tịch", "thường trực")


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """Return the text as one line of NFC without control, bidi and zero-width characters.

    Removes as well the apostrophe that spreadsheets put before text that looks like a formula.
    """
    kept = (_visible(char) for char in text)
    line = unicodedata.normalize("NFC", " ".join("".join(kept).split()))
    return line[1:] if re.match(r"'[=+\-@0-9]", line) else line


@lru_cache(maxsize=4096)
def search_key(text: str) -> str:
    """Return the text in lower case without marks and punctuation: headings, searching."""
    spread = unicodedata.normalize("NFKD", clean(text)).casefold().replace("đ", "d")
    return _words("".join(char for char in spread if not unicodedata.combining(char)))


@lru_cache(maxsize=65_536)
def name_key(text: str) -> str:
    """Return what two spellings of one name share. Marks count: Vũ is not Vụ.

    Case, punctuation, composition and the vowel that carries the tone do not.
    """
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", clean(text)).casefold())
    return " ".join(_tone_last(word) for word in _words(spread).split())


def parse_count(value: object) -> int | None:
    """Return how many people a cell says, or None if it does not say that.

    Offices write 1.046 or 1,046 or 1 046 for a thousand and forty-six, and 51,0 or 51.00 for
    fifty-one: three digits after the mark are thousands, zeros alone are decimals. People are
    whole, so 51,5 is None; so are letters, signs and anything over MAX_PEOPLE.
    """
    if isinstance(value, float):
        count = int(value) if value.is_integer() else None
    elif isinstance(value, int):
        count = value
    else:
        count = _typed_count(value) if isinstance(value, str) else None
    return count if count is not None and 0 <= count <= MAX_PEOPLE else None


def telephone(value: str | int | float) -> str:
    """Return a number without its spaces and dots, beginning with the zero a cell may drop.

    +84 becomes 0. Two numbers in a cell are kept, separated by " / ". What has letters in it
    (an extension, a remark) is kept as typed.
    """
    typed = clean(f"{value:.0f}" if isinstance(value, float) else str(value))
    parts = [part for part in re.split(r"[/;,]| - ", typed) if part.strip()]
    numbers = [_digits(part) for part in parts]
    return typed if None in numbers else " / ".join(number for number in numbers if number)


def people(value: str) -> tuple[str, ...]:
    """Return the persons named in one cell, without "đ/c" before the name.

    They are separated by a line break, a semicolon or a comma; a comma before an office
    (", Phó Bí thư") belongs to the person.
    """
    found: list[str] = []
    for line in re.split(r"[;\r\n]", value):
        for index, part in enumerate(line.split(",")):
            name = _TITLES.sub("", clean(part), count=1).strip(" -")
            if index and found and name.casefold().startswith(_OFFICES):
                found[-1] = f"{found[-1]}, {name}"
            elif name and name not in found:
                found.append(name)
    return tuple(found)


def _visible(char: str) -> str:
    kind = unicodedata.category(char)
    if char.isspace():
        return " "
    return "" if kind in ("Cc", "Cf", "Cs") else char


def _words(text: str) -> str:
    """Return letters, digits and their marks, everything else as single spaces."""
    kept = (c if c.isalnum() or unicodedata.combining(c) else " " for c in text)
    return " ".join("".join(kept).split())


def _tone_last(word: str) -> str:
    tones = "".join(char for char in word if char in TONES)
    return "".join(char for char in word if char not in TONES) + tones


def _typed_count(text: str) -> int | None:
    typed = unicodedata.normalize("NFKC", clean(text))
    if not _GROUPED.fullmatch(typed):
        typed = _ZERO_DECIMALS.sub("", typed)
    if _GROUPED.fullmatch(typed):
        typed = re.sub(r"[ '.,]", "", typed)
    return int(typed) if _WHOLE.fullmatch(typed) else None


def _digits(part: str) -> str | None:
    """Return the number in one part of a telephone cell, None if it is not only a number."""
    typed = re.sub(r"[\s.()\-]", "", unicodedata.normalize("NFKC", part))
    typed = re.sub(r"^(?:\+84|0084|84(?=[0-9]{9}$))0?", "0", typed)
    if not re.fullmatch(r"\+?[0-9]+", typed):
        return None
    # A cell kept as a number has lost its zero: 9 digits of a mobile, 10 of a landline.
    return f"0{typed}" if re.fullmatch(r"[1-9][0-9]{8,9}", typed) else typed
