"""Sentences for people, by key and language. Vietnamese is complete; English follows.

A catalogue is a folder with ``vi.json`` and ``en.json``: flat objects of key to sentence, with
``{named}`` places. Used by what speaks in a terminal; the pages have their own in the browser.
"""

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("vi", "en")


class Words:
    """One catalogue in one language.

    Args:
        folder: Of the catalogue.
        language: One of ``LANGUAGES``.
        fallback: Key of the sentence for keys the catalogue lacks; its place ``code`` is the
            key. Without one such a key is a mistake of ours.

    """

    def __init__(self, folder: Path, language: str, fallback: str | None = None) -> None:
        self.language = language
        self._sentences = _read(folder, language)
        self._fallback = fallback

    def say(self, sentence: str, /, **places: object) -> str:
        """Return a sentence with its places filled; a missing place is left empty.

        Half a sentence is better than a traceback in front of an operator.

        Raises:
            KeyError: If there is no such sentence and no fallback.

        """
        if not self.has(sentence) and self._fallback is not None:
            places["code"] = sentence
            sentence = self._fallback
        return self._sentences[sentence].format_map(_Lenient(places))

    def has(self, key: str) -> bool:
        """Return whether there is such a sentence."""
        return key in self._sentences


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


@cache
def _read(folder: Path, language: str) -> dict[str, str]:
    text = (folder / f"{language}.json").read_text(encoding="utf-8")
    sentences: dict[str, str] = json.loads(text)
    return sentences


def language_of(environ: Mapping[str, str] | None = None) -> str:
    """Return the language to speak: ``NHIPCAU_LANG``, else Vietnamese."""
    asked = (os.environ if environ is None else environ).get("NHIPCAU_LANG", "vi").lower()[:2]
    return asked if asked in LANGUAGES else "vi"
