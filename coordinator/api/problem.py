"""Errors of the API as RFC 9457 problem details. Pure: no I/O."""

from typing import Any

import msgspec

from signaling.schema import Wire

# code -> (status, title). The pages have a sentence for each code.
PROBLEMS: dict[str, tuple[int, str]] = {
    "bad_request": (400, "The request cannot be read"),
    "unauthorized": (401, "A valid credential is needed"),
    "forbidden": (403, "This role may not do that"),
    "bad_origin": (403, "The request comes from another site"),
    "not_found": (404, "There is no such thing"),
    "unknown_point": (404, "There is no such point"),
    "unknown_code": (404, "There is no such code"),
    "unknown_device": (404, "There is no such device"),
    "unknown_session": (404, "There is no such session"),
    "unknown_token": (404, "There is no such token"),
    "unknown_technician": (404, "There is no such technician"),
    "unknown_alarm": (404, "There is no such alarm"),
    "unknown_roll": (404, "There is no such roll call"),
    "unknown_branch": (404, "There is no such branch at that point"),
    "unknown_conflict": (404, "There is no such conflict"),
    "unknown_entry": (404, "There is no such entry"),
    "unknown_member": (404, "There is no such member"),
    "roll_closed": (409, "The roll call is closed"),
    "roll_not_open": (409, "The roll call was not opened"),
    "other_roll_open": (409, "Another roll call is open"),
    "bad_counts": (409, "The parts of a count do not fit into it"),
    "bad_decision": (409, "That cannot be decided here"),
    "names_off": (403, "This deployment keeps no names"),
    "no_session": (404, "No session is open or planned"),
    "unknown_user": (404, "There is no such account"),
    "method_not_allowed": (405, "This address does not take that method"),
    "too_slow": (408, "The request came too slowly"),
    "wrong_phase": (409, "Not in this phase"),
    "point_offline": (409, "The point cannot be reached"),
    "floor_held": (409, "A hall has the floor and is seen"),
    "way_back_over": (409, "The start can no longer be taken back"),
    "session_over": (409, "The session is closed"),
    "alarm_closed": (409, "The alarm is over"),
    "taken": (409, "Somebody else is on it"),
    "not_resolvable": (409, "It ends when the fault does"),
    "shelf_too_long": (409, "Not for so long"),
    "no_device": (409, "No device of the point that could do it is connected"),
    "code_used": (409, "The code was used already"),
    "code_reused": (409, "A code is never given to another point"),
    "wrong_role": (403, "The code is for another kind of device"),
    "wrong_point": (403, "The code belongs to another point"),
    "bad_invitation": (403, "The invitation was used or has expired"),
    "wrong_password": (403, "The password is wrong"),
    "code_expired": (403, "The code has expired"),
    "code_revoked": (403, "The code was revoked"),
    "too_large": (413, "The request is too large"),
    "unsupported_media_type": (415, "The body must be JSON"),
    "invalid": (422, "The request does not fit the schema"),
    "reason_required": (409, "A reason is needed"),
    "text_required": (409, "A text is needed"),
    "point_needed": (422, "Say which point"),
    "bad_time": (409, "There is no such time"),
    "bad_login": (409, "This login cannot be used"),
    "weak_password": (409, "The password is too easy to guess"),
    "no_account": (409, "Only an account has a password"),
    "last_admin": (409, "Somebody must be able to administer"),
    "too_many_tries": (429, "Too many tries"),
    "too_many_devices": (409, "The point has as many devices as it may, all connected"),
    "two_machines": (429, "Another machine is connected by this credential"),
    "backup_failed": (500, "The copy could not be made"),
    "internal": (500, "Something is wrong on our side"),
    "busy": (503, "Too much at once; try again soon"),
    "starting": (503, "The coordinator is not ready"),
}


class Problem(Wire, frozen=True, kw_only=True):
    """Body of ``application/problem+json``."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    "Stable, for programs."


class ProblemRaised(Exception):
    """An answer that is a problem; the middleware writes it."""

    def __init__(self, code: str, detail: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.headers = headers or {}


def problem(code: str, detail: str = "") -> Problem:
    """Return the problem of a code; an unknown code is ours and says so."""
    status, title = PROBLEMS.get(code, PROBLEMS["internal"])
    return Problem(
        type=f"urn:nhipcau:problem:{code}",
        title=title,
        status=status,
        detail=detail or title,
        code=code,
    )


def problem_body(value: Problem) -> bytes:
    """Return the problem as JSON."""
    return msgspec.json.encode(value)


def by_status(codes: tuple[str, ...]) -> dict[int, list[str]]:
    """Group codes by their HTTP status, for the description of a route."""
    found: dict[int, list[str]] = {}
    for code in codes:
        found.setdefault(PROBLEMS[code][0], []).append(code)
    return found


JSON = dict[str, Any]
