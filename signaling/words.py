"""Where the words lie that terminals and pages both say: preflights, conditions of a start."""

from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
