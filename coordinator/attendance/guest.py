"""What halls enter of members who sit elsewhere: transfers and guests. Pure: no I/O.

As in ``attendance``: what an entry causes, or the stable code of why it has no effect.
"""

import hashlib

from config.roster.text import name_key
from signaling.roll import GuestCounted, GuestNamed, Home, TransferAnnounced, TransferConfirmed

from . import fact as a
from .case import Case
from .move import Announced, announced_of, guest_key, transfer_key
from .seat import is_seated


def announce(case: Case, body: TransferAnnounced) -> a.TransferAnnounced | str:
    """Return what a transfer's announcement causes."""
    names = [branch.name for branch in case.point.branches]
    branch = body.branch or (names[0] if len(names) == 1 else "")
    if branch not in names:
        return "unknown_branch"
    if body.to not in case.state.points or body.to == case.point.code:
        return "unknown_place"
    if body.makes_up is not None and body.makes_up not in case.state.sessions:
        return "unknown_session"
    listed = case.state.members.get((case.point.code, branch), {})
    if not listed.keys() >= set(body.members):
        return "unknown_member" if listed else "names_off"
    return a.TransferAnnounced(
        **case.stamp,
        transfer=body.transfer,
        branch=branch,
        to=body.to,
        people=len(body.members) if body.members and body.people else body.people,
        members=body.members,
        makes_up=body.makes_up,
        note=case.refs.get("note"),
    )


def confirm(case: Case, body: TransferConfirmed) -> a.TransferConfirmed:
    """Return what the receiving hall's word on a transfer causes.

    It is taken even when the home has not spoken, or named another hall: the home's word may be
    on its way, and only the hall that stands announced counts.
    """
    known = _announced(case, body.transfer)
    fits = known is not None and known.to == case.point.code
    remark = None if fits else "unannounced"
    return a.TransferConfirmed(
        **case.stamp, transfer=body.transfer, people=body.people, remark=remark
    )


def count_guests(case: Case, body: GuestCounted) -> a.GuestCounted | str:
    """Return what the count of walk-ins from one home causes."""
    why = _bad_home(case, body.home) or _bad_session(case, body.makes_up)
    if why is not None:
        return why
    home = body.home
    key = name_key(home.unit) if home.point is None else ""
    return a.GuestCounted(
        **case.stamp,
        home=home.point,
        branch=home.branch,
        unit=case.refs.get("unit"),
        unit_key=hashlib.sha256(key.encode()).hexdigest()[:16] if key else "",
        people=body.people,
        makes_up=body.makes_up,
    )


def name_guest(case: Case, body: GuestNamed) -> a.GuestNamed | str:
    """Return what a guest's name or card number causes."""
    if case.found is None:
        return "names_off"
    why = _bad_session(case, body.makes_up)
    if why is not None:
        return why
    member = case.found.member
    key = guest_key(body.guest)
    seen = member is not None and not body.gone and is_seated(case.place, member, but=key)
    return a.GuestNamed(
        **case.stamp,
        guest=body.guest,
        who=case.refs.get("who"),
        member=member,
        gone=body.gone,
        makes_up=body.makes_up,
        remark="seen_twice" if seen else None if body.gone else case.found.remark,
    )


def _announced(case: Case, transfer: str) -> Announced | None:
    move = case.register.moves.get(transfer_key(transfer))
    return None if move is None else announced_of(move)


def _bad_home(case: Case, home: Home) -> str | None:
    """Return why a home cannot be one of guests here."""
    if home.point is None:
        return None if home.unit.strip() else "unknown_place"
    point = case.state.points.get(home.point)
    if point is None or home.point == case.point.code:
        return "unknown_place"
    known = not home.branch or home.branch in {branch.name for branch in point.branches}
    return None if known else "unknown_branch"


def _bad_session(case: Case, makes_up: str | None) -> str | None:
    known = makes_up is None or makes_up in case.state.sessions
    return None if known else "unknown_session"
