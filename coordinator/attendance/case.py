"""What judging an entry looks at. Pure: data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..fact import PointEntered
from ..fact_base import Ref, Stamp
from ..state import State
from .claim import Origin
from .match import Match
from .register import Register
from .seat import Sitting


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An entry whose session and point are known."""

    state: State
    session: str
    point: PointEntered
    stamp: Stamp
    origin: Origin
    refs: Mapping[str, Ref] = field(default_factory=dict)
    "What was set apart of the body, by field."
    found: Match | None = None
    "Whom a name or a card number fits."

    @property
    def register(self) -> Register:
        """Return the session's register; an empty one before the first entry."""
        return self.state.registers.get(self.session) or Register()

    @property
    def place(self) -> Sitting:
        """Return the session at the roll call that is meant now."""
        return Sitting(state=self.state, session=self.session, roll=self.register.current_roll)
