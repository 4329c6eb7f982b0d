"""What every catalogue of sentences must be."""

import json
import string
from pathlib import Path


def sentences(folder: Path, language: str) -> dict[str, str]:
    """Return a catalogue as it lies there."""
    found: dict[str, str] = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
    return found


def check_catalogue(folder: Path) -> None:
    """Both languages have the same keys in the same order, none empty, with the same places."""
    vi, en = sentences(folder, "vi"), sentences(folder, "en")
    assert list(vi) == list(en)
    assert all(vi.values())
    assert all(en.values())
    different = [key for key in vi if _places(vi[key]) != _places(en[key])]
    assert not different


def _places(text: str) -> set[str]:
    return {name for _text, name, _spec, _conv in string.Formatter().parse(text) if name}
