"""The facts about alarms, incidents, shares of points and orders. Pure: no I/O.

An alarm is raised and cleared by the coordinator's machines, and acknowledged, shelved, taken
and noted by people; who did it is the row's actor. An incident is an alarm of many points.
"""

from signaling.schema import Code, Ident, RenditionChoice, Utc

from ..fact_base import Fact, Ref


class AlarmFact(Fact, frozen=True, kw_only=True):
    """Base of what is about one alarm; of people's deeds, incidents too."""

    alarm: Ident


class IncidentFact(Fact, frozen=True, kw_only=True):
    """Base of what is about one incident."""

    incident: Ident


class AlarmRaised(AlarmFact, frozen=True, kw_only=True):
    """A fault lasts long enough to need somebody. The same id again: it came back unseen."""

    KIND = "alarm.raised"
    point: Code | None = None
    "None: the centre's own (relay, studio, uplink, disk)."
    what: str
    "An ``AlarmType``."
    why: str
    "Stable code of the reason, e.g. no_packets."
    priority: str
    flapping: bool = False


class AlarmChanged(AlarmFact, frozen=True, kw_only=True):
    """The same trouble shows another face: no packets became silence."""

    KIND = "alarm.changed"
    what: str
    why: str
    priority: str
    flapping: bool = False


class AlarmCleared(AlarmFact, frozen=True, kw_only=True):
    """The fault is gone."""

    KIND = "alarm.cleared"
    why: str
    "well, phase (nobody has to care now), withdrawn (the point), resolved (somebody said so)."


class AlarmAcknowledged(AlarmFact, frozen=True, kw_only=True):
    """Somebody has seen it."""

    KIND = "alarm.acknowledged"


class AlarmShelved(AlarmFact, frozen=True, kw_only=True):
    """Somebody put it out of sight for a while, and said why."""

    KIND = "alarm.shelved"
    until_utc: Utc
    reason: Ref


class AlarmUnshelved(AlarmFact, frozen=True, kw_only=True):
    """It is in sight again."""

    KIND = "alarm.unshelved"
    why: str
    "asked, expired."


class AlarmTaken(AlarmFact, frozen=True, kw_only=True):
    """The row's actor is on it, instead of whoever was."""

    KIND = "alarm.taken"


class AlarmReleased(AlarmFact, frozen=True, kw_only=True):
    """Nobody is on it any more."""

    KIND = "alarm.released"


class AlarmNoted(AlarmFact, frozen=True, kw_only=True):
    """Somebody wrote something down."""

    KIND = "alarm.noted"
    note: Ref


class IncidentOpened(IncidentFact, frozen=True, kw_only=True):
    """Several points' alarms have one cause; from now on they are one line."""

    KIND = "incident.opened"
    family: str
    cause: str
    "provider, place, unit, time (nothing else in common), centre."
    name: str
    "Of the provider, place or unit; what is suspected at the centre; empty."
    priority: str
    alarms: tuple[Ident, ...]


class IncidentRevised(IncidentFact, frozen=True, kw_only=True):
    """As more points fell out, the cause turned out to be another, or graver."""

    KIND = "incident.revised"
    cause: str
    name: str
    priority: str


class IncidentJoined(IncidentFact, frozen=True, kw_only=True):
    """One more point's alarm belongs to it. It leaves by being cleared."""

    KIND = "incident.joined"
    alarm: Ident


class IncidentClosed(IncidentFact, frozen=True, kw_only=True):
    """The last of its points is well again."""

    KIND = "incident.closed"


class PointsShared(Fact, frozen=True, kw_only=True):
    """These points are a technician's share now."""

    KIND = "points.shared"
    technician: Ident | None
    "Token of the technician; None: nobody's."
    points: tuple[Code, ...]


class OrderGiven(Fact, frozen=True, kw_only=True):
    """Somebody asked a device to do something."""

    KIND = "order.given"
    order: Ident
    point: Code
    device: Ident
    action: str
    text: Ref | None = None


class OrderEnded(Fact, frozen=True, kw_only=True):
    """What became of an order."""

    KIND = "order.ended"
    order: Ident
    outcome: str
    "done, refused, no_answer."
    why: str = ""


class RenditionChosen(Fact, frozen=True, kw_only=True):
    """Somebody chose what a point is sent from now on, in this session."""

    KIND = "point.rendition_chosen"
    point: Code
    choice: RenditionChoice


class LinkChanged(Fact, frozen=True, kw_only=True):
    """The verdict on a point's link to the programme changed."""

    KIND = "point.link_changed"
    point: Code
    link: str
    "good, poor, bad."
    why: str


KINDS: tuple[type[Fact], ...] = (
    AlarmRaised,
    AlarmChanged,
    AlarmCleared,
    AlarmAcknowledged,
    AlarmShelved,
    AlarmUnshelved,
    AlarmTaken,
    AlarmReleased,
    AlarmNoted,
    IncidentOpened,
    IncidentRevised,
    IncidentJoined,
    IncidentClosed,
    PointsShared,
    OrderGiven,
    OrderEnded,
    RenditionChosen,
    LinkChanged,
)
