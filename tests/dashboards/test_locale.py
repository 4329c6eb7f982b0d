"""The catalogues: both languages say everything, and nothing that nobody asks for."""

import json
import re
import unicodedata
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from coordinator.alarm.incident import CENTRE, TIME, TRAITS
from coordinator.alarm.state import AlarmState
from coordinator.alarm.type import TYPES, AlarmType, Priority
from coordinator.reception.reception import FAULTS
from dashboards.pages import static_assets
from signaling import entry
from signaling.entry import FaultKind
from signaling.messages import FromDevice, OrderAction, ToDevice
from signaling.preflight import SKIPPED_WHYS, WHYS, Check, Verdict
from signaling.schema import Broadcast, Decoding, Phase, Presence, Readiness, Reception
from signaling.watch import Tile
from signaling.words import LOCALE as COMMON_WORDS

DASHBOARDS = Path(__file__).parent.parent.parent / "dashboards"
LANGUAGES = ("vi", "en")
# Keys of these are put together by name.
BY_NAME = ("preflight.check", "preflight.do", "preflight.skipped.", "plain_fault.")
SOURCES = {
    path.relative_to(DASHBOARDS).as_posix(): path.read_text()
    for path in sorted([*DASHBOARDS.rglob("*.js"), *DASHBOARDS.glob("*.py")])
    if "vendor" not in path.parts
}
# Names of messages and facts look like keys, and are none.
WIRE = {str(kind.__struct_config__.tag) for kind in (*get_args(FromDevice), *get_args(ToDevice))}
WIRE |= set(entry.BODIES)
# A key in a source is a literal, or a template that ends in a variable.
LITERAL = re.compile(r'"([a-z_]+(?:\.[a-z0-9_]+)+|[a-z]+_other|why_preflight|tile_floor)"')
TEMPLATE = re.compile(r"""`([a-z_]+[._][a-z_.]*)\$\{[^`]*`|f"([a-z_]+\.[a-z_]*)\{[^"]*\"""")


@cache
def catalogue(lang: str) -> dict[str, str | dict[str, str]]:
    """Return what the pages get: their own words and those they share with the agent."""
    asset = static_assets()[f"locale/{lang}.json"]
    loaded: dict[str, str | dict[str, str]] = json.loads(asset.body)
    return loaded


def raw(lang: str) -> str:
    files = (DASHBOARDS / "locale", COMMON_WORDS)
    return "\n".join((folder / f"{lang}.json").read_text() for folder in files)


def used() -> tuple[set[str], set[str]]:
    """Return the keys and the beginnings of keys that the sources name."""
    spaces = {key.split(".")[0] for key in catalogue("vi")}
    literals = {k for text in SOURCES.values() for k in LITERAL.findall(text)}
    begins = {"".join(k) for text in SOURCES.values() for k in TEMPLATE.findall(text)}
    # Every template with an axis for its beginning, as in `${name}.${point[name]}`.
    begins |= {"presence.", "readiness.", "reception.", "presence_few.", "readiness_few."}
    return (
        {
            k
            for k in literals - WIRE
            if k.split(".")[0] in spaces and not k.endswith((".js", ".css"))
        },
        {k for k in begins if k.split(".")[0] in spaces},
    )


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(catalogue("vi")) == list(catalogue("en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_empty_and_no_key_is_written_twice(lang: str) -> None:
    for folder in (DASHBOARDS / "locale", COMMON_WORDS):
        text = (folder / f"{lang}.json").read_text()
        pairs: list[tuple[str, object]] = json.loads(text, object_pairs_hook=list)
        assert len(pairs) == len(dict(pairs))
    for key, said in catalogue(lang).items():
        texts = [said] if isinstance(said, str) else [said["one"], said["other"]]
        assert all(text.strip() == text and text for text in texts), key


def test_both_languages_fill_in_the_same_parameters() -> None:
    for key, vi in catalogue("vi").items():
        en = catalogue("en")[key]
        assert isinstance(vi, str), f"{key}: Vietnamese has no plural forms"
        for text in [en] if isinstance(en, str) else en.values():
            assert set(re.findall(r"\{(\w+)\}", vi)) == set(re.findall(r"\{(\w+)\}", text)), key


def test_vietnamese_is_written_in_composed_letters() -> None:
    assert unicodedata.is_normalized("NFC", raw("vi"))


def test_every_finding_of_a_preflight_has_one_instruction() -> None:
    known = set(catalogue("vi"))
    assert {f"preflight.check.{check}" for check in Check} <= known
    assert {f"preflight.verdict.{verdict}" for verdict in Verdict} <= known
    assert {f"preflight.skipped.{why}" for why in SKIPPED_WHYS} <= known
    instructed = {f"preflight.do.{check}.{why}" for check, whys in WHYS.items() for why in whys}
    assert instructed == {key for key in known if key.startswith("preflight.do.")}


def test_every_key_that_a_source_names_exists() -> None:
    literals, _ = used()
    assert literals <= set(catalogue("vi")), literals - set(catalogue("vi"))
    assert len(literals) > 60, "the sources are no longer read"


def test_every_text_is_used() -> None:
    literals, begins = used()
    begun = (*begins, *BY_NAME)
    unused = {k for k in catalogue("vi") if k not in literals and not k.startswith(begun)}
    assert not unused


@pytest.mark.parametrize(
    ("space", "values"),
    [
        ("phase", Phase),
        ("tile", Tile),
        ("presence", Presence),
        ("readiness", Readiness),
        ("reception", Reception),
        ("decoding", Decoding),
        ("alarm", AlarmType),
        ("alarm_action", AlarmType),
        ("alarm_state", AlarmState),
        ("priority", Priority),
        ("help_kind", FaultKind),
        ("task", OrderAction),
    ],
)
def test_every_value_of_the_wire_has_a_word(space: str, values: type[StrEnum]) -> None:
    for value in values:
        assert f"{space}.{value.value}" in catalogue("vi")


def test_every_state_of_the_broadcast_that_darkens_the_halls_has_a_sentence() -> None:
    for value in Broadcast:
        assert value is Broadcast.ON or f"verdict.live_{value.value}" in catalogue("vi")


CONDITIONS = [
    "relay",
    "studio_picture",
    "studio_sound",
    "uplink",
    "main_point",
    "critical_points",
    "points_ready",
    "checked_in",
    "judge",
    "disk",
]


@pytest.mark.parametrize("code", CONDITIONS)
def test_every_condition_of_starting_has_a_name_and_a_clause(code: str) -> None:
    assert {f"condition.{code}", f"missing.{code}"} <= set(catalogue("vi"))


@pytest.mark.parametrize(
    "code",
    [
        "never_seen",
        "silence",
        "left",
        "no_packets",
        "no_frames",
        "frozen",
        "key_frames_only",
        "restarted",
        "not_checked_in",
        "loss_high",
        "revoked",
        *sorted(FAULTS),
        "no_picture",
        "cannot_tell",
        "judge_away",
        "no_frame_callback",
        "room_contradicts",
        "sound_only",
        "confirmed",
    ],
)
def test_every_reason_of_the_server_has_a_clause(code: str) -> None:
    assert f"why.{code}" in catalogue("vi")


@pytest.mark.parametrize("cause", [*TRAITS, TIME, CENTRE])
def test_every_cause_of_an_incident_has_a_name_and_something_to_do(cause: str) -> None:
    assert {f"incident.{cause}", f"incident_action.{cause}"} <= set(catalogue("vi"))


def test_an_alarm_asks_for_something_to_be_done() -> None:
    """What needs no action is no alarm (ISA-18.2), so each says which."""
    for what in TYPES:
        assert str(catalogue("vi")[f"alarm_action.{what}"]).endswith((".", "?"))
