"""What fault tests measure on the way: kept for docs/faults.md when ``--figures FILE`` is given."""

import json
from pathlib import Path


class Figures:
    """Figures by name. A name seen twice keeps the worse, which is the larger.

    Args:
        file: Where they are kept; None: nowhere.

    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._found: dict[str, float] = {}

    def note(self, name: str, value: float) -> None:
        """Keep a figure; seconds unless its name says otherwise."""
        self._found[name] = max(value, self._found.get(name, value))

    def write(self) -> None:
        """Renew the file; what was not measured this time stays."""
        if self._file is None or not self._found:
            return
        known = json.loads(self._file.read_text()) if self._file.exists() else {}
        known |= {name: round(value, 3) for name, value in self._found.items()}
        self._file.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
