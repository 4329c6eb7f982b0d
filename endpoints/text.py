"""Sentences for the operator: Vietnamese first, English below. Read from ``locale/``."""

from pathlib import Path

from config.words import LANGUAGES, Words

UNKNOWN = "internal"


def words(language: str) -> Words:
    """Return the sentences of a language; an unknown code is shown as it is."""
    return Words(Path(__file__).parent / "locale", language, fallback=UNKNOWN)


def say(code: str, **values: object) -> str:
    """Return the sentence in every language, one a line."""
    return "\n".join(words(language).say(code, **values) for language in LANGUAGES)
