"""Who may do what: one table, everything else is denied. Pure: no I/O."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the coordinator. Devices have their own roles below."""

    ADMIN = "admin"
    HOST = "host"
    SECRETARY = "secretary"
    TECHNICIAN = "technician"
    VIEWER = "viewer"
    PUBLISHER = "publisher"
    "A studio's encoder: may publish by WHIP, nothing else."
    PLAYER = "player"
    "A receiver without a point: may play by WHEP, nothing else."
    SCREEN = "screen"
    AGENT = "agent"
    PHONE = "phone"
    NOBODY = "nobody"
    "Somebody who has not said who they are."


class Action(StrEnum):
    """What is asked for."""

    LOOK = "look"
    "The session and the points, without names or telephones."
    READ_NAMES = "read_names"
    STEER = "steer"
    "Phases and the broadcast."
    PLAN = "plan"
    "Sessions and the roster."
    CALL = "call"
    "Roll calls: open, close, plan."
    COUNT = "count"
    "What only the secretary decides: corrections, conflicts, entries without effect, names."
    ADMIT = "admit"
    "Codes, devices."
    TEND = "tend"
    "Alarms, orders to devices, shares of points."
    GRANT = "grant"
    "Tokens of people and programs."
    MAINTAIN = "maintain"
    "Copies of the journal."
    PUBLISH = "publish"
    PLAY = "play"
    SPEAK = "speak"
    "The devices' websocket."


PEOPLE = frozenset({Role.ADMIN, Role.HOST, Role.SECRETARY, Role.TECHNICIAN, Role.VIEWER})

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.LOOK: PEOPLE,
    Action.READ_NAMES: PEOPLE - {Role.VIEWER},
    Action.STEER: frozenset({Role.ADMIN, Role.HOST}),
    Action.PLAN: frozenset({Role.ADMIN, Role.SECRETARY}),
    Action.CALL: frozenset({Role.ADMIN, Role.HOST, Role.SECRETARY}),
    Action.COUNT: frozenset({Role.ADMIN, Role.SECRETARY}),
    Action.ADMIT: frozenset({Role.ADMIN, Role.SECRETARY, Role.TECHNICIAN}),
    Action.TEND: frozenset({Role.ADMIN, Role.TECHNICIAN}),
    Action.GRANT: frozenset({Role.ADMIN}),
    Action.MAINTAIN: frozenset({Role.ADMIN}),
    Action.PUBLISH: frozenset({Role.ADMIN, Role.HOST, Role.PUBLISHER}),
    Action.PLAY: PEOPLE | {Role.PLAYER, Role.SCREEN, Role.AGENT},
    Action.SPEAK: frozenset({Role.SCREEN, Role.AGENT, Role.PHONE}),
}


def allowed(role: Role, action: Action) -> bool:
    """Return whether the role may do it."""
    return role in ALLOWED[action]
