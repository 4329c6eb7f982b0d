from msgspec.structs import replace

from coordinator.media.sending import Sendings
from signaling.media_plane import Rendition, SessionSample, ViewerChanged, Why
from signaling.messages import ProgrammeSending
from signaling.schema import Sending


def session(
    device: str, rendition: Rendition | None = Rendition.HIGH, why: Why = Why.NOTHING
) -> SessionSample:
    return SessionSample(
        session=f"s-{device}",
        role="viewer",
        name="programme",
        who="MH-001",
        device=device,
        connected=True,
        rendition=rendition,
        why=why,
    )


def test_each_device_has_what_the_relay_sends_and_only_changes_are_told() -> None:
    sendings = Sendings()
    assert sendings.of("d1") is None
    both = [session("d1"), session("d2", Rendition.SOUND, Why.BUDGET)]
    assert sendings.receive_sample(both) == ["d1", "d2"]
    assert sendings.receive_sample(both) == []
    assert sendings.of("d1") == ProgrammeSending(sending=Sending.PICTURE_HIGH)
    assert sendings.of("d2") == ProgrammeSending(sending=Sending.SOUND_ONLY, why="budget")
    assert sendings.receive_sample([session("d1", Rendition.LOW, Why.LOSS)]) == ["d1"]
    assert sendings.of("d2") is None


def test_a_change_is_known_at_once_and_not_told_twice() -> None:
    sendings = Sendings()
    change = ViewerChanged(
        session="s", who="MH-001", device="d1", rendition=Rendition.LOW, why=Why.DELAY
    )
    assert sendings.receive_change(change) == ("d1",)
    assert sendings.receive_change(replace(change, device="")) == ()
    assert sendings.receive_sample([session("d1", Rendition.LOW, Why.DELAY)]) == []


def test_viewers_of_the_programme_are_counted_with_and_without_a_device() -> None:
    sendings = Sendings()
    gone = replace(session("d3"), connected=False)
    studio = replace(session("d4"), name="return")
    judge = replace(session(""), who="judge")
    sendings.receive_sample([session("d1"), session(""), gone, studio, session("d5", None), judge])
    assert sendings.viewers == {
        Sending.PICTURE_HIGH: 2,
        Sending.PICTURE_LOW: 0,
        Sending.SOUND_ONLY: 0,
    }
    sendings.forget()
    assert (sendings.viewers, sendings.of("d1"), sendings.at("MH-001")) == ({}, None, None)


def test_a_points_device_stands_for_the_point() -> None:
    sendings = Sendings()
    sendings.receive_sample([session("d1", Rendition.LOW, Why.CHOICE), session("")])
    assert sendings.at("MH-001") == ProgrammeSending(sending=Sending.PICTURE_LOW, why="choice")
    change = ViewerChanged(
        session="s", who="MH-001", device="d1", rendition=Rendition.SOUND, why=Why.CHOICE
    )
    sendings.receive_change(change)
    assert sendings.at("MH-001") == sendings.of("d1")
    sendings.receive_sample([])
    assert sendings.at("MH-001") is None
