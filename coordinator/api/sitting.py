"""Which session and roll call a request means."""

from ..attendance.seat import Sitting
from ..errors import Refused
from ..state import Session, State
from .route import Call

QUERY = {"session": "string"}


def session_of(call: Call) -> Session:
    """Return the session that is asked for: by its id, else the one everybody means, else the
    last that was closed.

    Raises:
        Refused: ``unknown_session`` or ``no_session``.

    """
    state, asked = call.runtime.state, call.request.query.get("session", "")
    if asked:
        if asked not in state.sessions:
            raise Refused("unknown_session", f"no session {asked}")
        return state.sessions[asked]
    found = state.session or _last(state)
    if found is None:
        raise Refused("no_session", "no session was ever planned")
    return found


def sitting(call: Call, session: Session, roll: int | None) -> Sitting:
    """Return a session at a roll call."""
    return Sitting(state=call.runtime.state, session=session.id, roll=roll)


def roll_number(text: str) -> int:
    """Return the roll call of a path.

    Raises:
        Refused: ``unknown_roll``.

    """
    if not text.isdecimal() or len(text) > 2:
        raise Refused("unknown_roll", f"no roll {text}")
    return int(text)


def _last(state: State) -> Session | None:
    return max(state.sessions.values(), key=lambda s: s.phase_utc, default=None)
