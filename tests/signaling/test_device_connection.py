import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.connection import State
from signaling.device_connection import (
    MIN_REPORT_S,
    Broken,
    DeviceConnection,
    Event,
    FactRecorded,
    Opened,
    Ordered,
    ProbeDue,
    Refused,
    ReportDue,
    Send,
    SessionChanged,
)
from signaling.messages import (
    ClockAnswer,
    ClockProbe,
    FactAcked,
    Hello,
    OrderAnswer,
    OrderGive,
    Outcome,
    Refusal,
    SessionState,
    ToDevice,
    Welcome,
)
from tests.signaling.facts import UTC, fact
from tests.signaling.test_connection import WELCOME

HELLO = Hello(versions=(1,), spool="s1")
SESSION = SessionState(session="q4", title="Quý IV")


def opened(hello: Hello = HELLO, welcome: Welcome = WELCOME) -> DeviceConnection:
    connection = DeviceConnection(hello)
    connection.receive_opened(now=0.0)
    connection.receive_message(welcome, now=0.0)
    connection.events()
    return connection


def acked(seq: int, spool: str = "s1") -> FactAcked:
    return FactAcked(spool=spool, seq=seq, recorded_utc=UTC)


def run(connection: DeviceConnection, *, until: float, since: float = 0.0) -> list[Event]:
    """Keep the timers of the connection from one moment to another."""
    done: list[Event] = []
    now = since
    while True:
        due = connection.next_timer(now)
        if due is None or due > until:
            return done
        now = max(now, due)
        connection.handle_timer(now)
        done += connection.events()


def test_the_device_greets_first() -> None:
    connection = DeviceConnection(HELLO)
    assert connection.next_timer(now=0.0) is None
    connection.receive_opened(now=0.0)
    assert connection.events() == [Send(message=HELLO)]
    assert connection.state is State.GREETING
    assert connection.facts_wanted(now=0.0) is None


def test_the_welcome_opens_and_tells_the_session() -> None:
    connection = DeviceConnection(HELLO)
    connection.receive_opened(now=0.0)
    connection.events()
    welcome = msgspec.structs.replace(WELCOME, session=SESSION)
    connection.receive_message(welcome, now=1.0)
    assert connection.events() == [Opened(welcome=welcome), SessionChanged(session=SESSION)]


def test_without_a_welcome_it_gives_up_after_ten_seconds() -> None:
    connection = DeviceConnection(HELLO)
    connection.receive_opened(now=5.0)
    connection.events()
    assert connection.next_timer(now=5.0) == 15.0
    connection.handle_timer(now=15.0)
    assert connection.events() == [Broken(code=4400, reason="no greeting within 10 s")]
    assert connection.state is State.CLOSED
    assert connection.next_timer(now=15.0) is None


def test_an_order_is_told_and_its_answer_sent_while_open() -> None:
    connection = opened()
    order = OrderGive(id="o1", action="rejoin_media")
    connection.receive_message(order, now=1.0)
    assert connection.events() == [Ordered(order=order)]
    answer = OrderAnswer(id="o1", outcome=Outcome.DONE)
    connection.send_answer(answer)
    assert connection.events() == [Send(message=answer)]
    connection.receive_closed()
    connection.send_answer(answer)
    assert connection.events() == []


def test_a_version_nobody_offered_is_not_spoken() -> None:
    connection = DeviceConnection(HELLO)
    connection.receive_opened(now=0.0)
    connection.events()
    connection.receive_message(msgspec.structs.replace(WELCOME, version=2), now=0.0)
    assert connection.events() == [Broken(code=4400, reason="version 2 was not offered")]


def test_what_may_not_be_said_yet_ends_the_connection() -> None:
    connection = DeviceConnection(HELLO)
    connection.receive_opened(now=0.0)
    connection.events()
    connection.receive_message(acked(1), now=0.0)
    assert connection.events() == [
        Broken(code=4400, reason="fact.acked is not allowed while greeting")
    ]
    connection.receive_message(WELCOME, now=0.0)
    assert connection.events() == [], "what comes after we gave up is not read"


def test_it_reports_every_second_and_probes_every_ten() -> None:
    done = run(opened(), until=20.5)
    reports = [event.seq for event in done if isinstance(event, ReportDue)]
    assert reports == list(range(1, 22))
    assert done.count(ProbeDue()) == 3


def test_the_interval_is_the_coordinators_within_reason() -> None:
    flood = opened(welcome=msgspec.structs.replace(WELCOME, report_interval_s=0.0))
    reports = [e for e in run(flood, until=2.0) if isinstance(e, ReportDue)]
    assert len(reports) <= 2.0 / MIN_REPORT_S + 1
    silence = opened(welcome=msgspec.structs.replace(WELCOME, report_interval_s=1e6))
    assert len([e for e in run(silence, until=61.0) if isinstance(e, ReportDue)]) == 2


def test_reports_missed_by_a_sleeping_machine_are_not_made_up_for() -> None:
    connection = opened()
    run(connection, until=3.0)
    connection.handle_timer(now=1000.0)
    assert len([e for e in connection.events() if isinstance(e, ReportDue)]) == 1
    due = connection.next_timer(now=1000.0)
    assert due is not None
    assert due > 1000.0


def test_a_timer_that_fires_early_does_nothing() -> None:
    connection = opened()
    connection.handle_timer(now=0.0)
    connection.events()
    connection.handle_timer(now=0.5)
    assert connection.events() == []


def test_facts_go_out_and_come_back_acked() -> None:
    connection = opened(Hello(versions=(1,), spool="s1", last_seq=2))
    wanted = connection.facts_wanted(now=0.0)
    assert wanted is not None
    connection.receive_facts(wanted, [fact(1), fact(2)], now=0.0)
    assert connection.events() == [Send(message=fact(1)), Send(message=fact(2))]
    connection.receive_message(acked(1), now=0.1)
    assert connection.events() == [FactRecorded(acked=acked(1))]


def test_an_ack_of_another_spool_is_not_ours() -> None:
    connection = opened(Hello(versions=(1,), spool="s1", last_seq=1))
    connection.receive_message(acked(1, spool="s0"), now=0.0)
    assert connection.events() == []


def test_a_fact_saved_before_or_after_the_welcome_is_sent() -> None:
    connection = DeviceConnection(HELLO)
    connection.receive_saved(1)
    connection.receive_opened(now=0.0)
    connection.receive_message(WELCOME, now=0.0)
    wanted = connection.facts_wanted(now=0.0)
    assert wanted is not None
    connection.receive_facts(wanted, [fact(1)], now=0.0)
    assert connection.facts_wanted(now=0.0) is None
    connection.receive_saved(2)
    assert connection.facts_wanted(now=0.0) is not None


def test_facts_read_for_a_broken_connection_are_not_sent() -> None:
    connection = opened(Hello(versions=(1,), spool="s1", last_seq=1))
    wanted = connection.facts_wanted(now=0.0)
    assert wanted is not None
    connection.receive_closed()
    connection.receive_facts(wanted, [fact(1)], now=0.0)
    assert connection.events() == []


def test_an_ack_that_does_not_come_ends_the_connection() -> None:
    connection = opened(Hello(versions=(1,), spool="s1", last_seq=1))
    wanted = connection.facts_wanted(now=0.0)
    assert wanted is not None
    connection.receive_facts(wanted, [fact(1)], now=0.0)
    connection.events()
    done = run(connection, until=30.0)
    assert done[-1] == Broken(code=4408, reason="no ack within 10 s")
    assert connection.state is State.CLOSED


def test_a_probe_measures_the_coordinators_clock() -> None:
    connection = opened()
    connection.send_probe(wall_ms=9e11, now=1.0)
    assert connection.events() == [Send(message=ClockProbe(sent_ms=9e11))]
    other = ClockAnswer(sent_ms=1.0, received_ms=0.0, answered_ms=0.0)
    connection.receive_message(other, now=1.01)
    assert connection.clock.rtt_ms is None, "that was not the answer to our probe"
    answer = ClockAnswer(sent_ms=9e11, received_ms=50_010.0, answered_ms=50_010.0)
    connection.receive_message(answer, now=1.02)
    best = connection.clock.best
    assert best is not None
    assert best.offset_ms == pytest.approx(49_000.0)
    assert best.rtt_ms == pytest.approx(20.0)


def test_a_second_answer_to_one_probe_is_not_read() -> None:
    connection = opened()
    connection.send_probe(wall_ms=1.0, now=1.0)
    answer = ClockAnswer(sent_ms=1.0, received_ms=0.0, answered_ms=0.0)
    connection.receive_message(answer, now=1.0)
    connection.receive_message(answer, now=9.0)
    assert connection.clock.rtt_ms == 0.0


def test_changes_and_refusals_are_passed_on() -> None:
    connection = opened()
    refusal = Refusal(code="bad_message", text="no")
    connection.receive_message(SESSION, now=0.0)
    connection.receive_message(refusal, now=0.0)
    assert connection.events() == [SessionChanged(session=SESSION), Refused(refusal=refusal)]


STEPS: list[ToDevice] = [
    WELCOME,
    SESSION,
    acked(1),
    ClockAnswer(sent_ms=1.0, received_ms=0.0, answered_ms=0.0),
    Refusal(code="x", text="y"),
]


@given(st.lists(st.tuples(st.floats(0, 12), st.sampled_from([*STEPS, None])), max_size=30))
def test_whatever_comes_the_timer_lies_ahead_and_breaking_happens_once(
    steps: list[tuple[float, ToDevice | None]],
) -> None:
    connection = DeviceConnection(Hello(versions=(1,), spool="s1", last_seq=3))
    connection.receive_opened(now=0.0)
    now, broken = 0.0, 0
    for pause, message in steps:
        now += pause
        if message is not None:
            connection.receive_message(message, now)
        if (wanted := connection.facts_wanted(now)) is not None:
            connection.receive_facts(wanted, [fact(n) for n in range(wanted.after + 1, 4)], now)
        connection.handle_timer(now)
        broken += sum(isinstance(event, Broken) for event in connection.events())
        due = connection.next_timer(now)
        assert due is None or due > now
        assert (connection.state is State.CLOSED) == (broken == 1)
    assert broken <= 1
