"""Sentences for the operator: Vietnamese first, English below. Read from ``locale/``."""

import functools
from importlib import resources

import msgspec

LANGUAGES = ("vi", "en")
UNKNOWN = "internal"


@functools.cache
def table(language: str) -> dict[str, str]:
    """Return the sentences of a language by their codes."""
    file = resources.files(__package__).joinpath("locale", f"{language}.json")
    return msgspec.json.decode(file.read_bytes(), type=dict[str, str])


def sentence(code: str, language: str, **values: object) -> str:
    """Return one sentence; that of ``internal``, naming the code, when there is none."""
    sentences = table(language)
    pattern = sentences.get(code, sentences[UNKNOWN])
    return pattern.format_map(_Lenient({"code": code} | values)).rstrip()


def say(code: str, **values: object) -> str:
    """Return the sentence in every language, one a line."""
    return "\n".join(sentence(code, language, **values) for language in LANGUAGES)


class _Lenient(dict[str, object]):
    """A missing value is shown as nothing: half a sentence is better than a traceback."""

    def __missing__(self, key: str) -> str:
        return ""
