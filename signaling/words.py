"""Where the words lie that terminals of halls and the pages both say: of a preflight."""

from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
