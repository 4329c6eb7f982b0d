"""Sentences for people, by key and language. Vietnamese is complete; English follows.

A catalogue is a folder with ``vi.json`` and ``en.json``: flat objects of key to sentence, with
``{named}`` places. Used by what speaks in a terminal; the pages have their own in the browser.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("vi", "en")


class Words:
    """One catalogue in one language."""

    def __init__(self, folder: Path, language: str) -> None:
        self.language = language
        self._sentences: dict[str, str] = json.loads(
            (folder / f"{language}.json").read_text(encoding="utf-8")
        )

    def say(self, sentence: str, /, **places: object) -> str:
        """Return a sentence with its places filled."""
        return self._sentences[sentence].format(**places)

    def has(self, key: str) -> bool:
        """Return whether there is such a sentence."""
        return key in self._sentences


def language_of(environ: Mapping[str, str] | None = None) -> str:
    """Return the language to speak: ``NHIPCAU_LANG``, else Vietnamese."""
    asked = (os.environ if environ is None else environ).get("NHIPCAU_LANG", "vi").lower()[:2]
    return asked if asked in LANGUAGES else "vi"
