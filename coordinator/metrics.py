"""``/metrics``: what Prometheus sees. Read from the state when asked, nothing is counted twice.

Per-point series are not here: a label per point would be thousands of series, and what is
wrong with a point is on the wall.
"""

import resource
from collections import Counter as Tally
from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from signaling.schema import Presence, Readiness, Reception, Sending
from signaling.watch import TotalsView

from .alarm.picture import listed
from .alarm.state import AlarmState
from .alarm.type import Priority
from .api.context import Context
from .gateway import Gateway
from .judge.line import Watching
from .shedding import Shed

OPEN = tuple(state for state in AlarmState if state is not AlarmState.CLOSED)


class StateCollector(Collector):
    """Reads the coordinator's state at each scrape."""

    def __init__(
        self,
        context: Context,
        gateway: Gateway,
        *,
        watching: Callable[[], Watching | None],
        totals: Callable[[], TotalsView],
        load: Callable[[], Shed],
    ) -> None:
        self._context = context
        self._gateway = gateway
        self._watching = watching
        self._totals = totals
        self._load = load

    def collect(self) -> Iterator[Metric]:
        """Yield every family; of a coordinator that cannot keep up those that cost nothing."""
        level = self._load()
        yield GaugeMetricFamily(
            "nhipcau_load_shed",
            "What is given up: 0 nothing, 1 metrics, 2 dashboards, 3 telemetry.",
            value=float(level),
        )
        yield from self._counters()
        if level >= Shed.METRICS:
            return
        yield self._points()
        yield self._people()
        yield self._alarms()
        yield from self._gauges()
        yield from self._line()

    def _points(self) -> Metric:
        family = GaugeMetricFamily(
            "nhipcau_points", "Points by axis and value.", labels=("axis", "value")
        )
        statuses = self._context.runtime.state.status.values()
        axes = (
            ("presence", Presence, Tally(s.presence.value for s in statuses)),
            ("readiness", Readiness, Tally(s.readiness.value for s in statuses)),
            ("reception", Reception, Tally(s.reception.value for s in statuses)),
        )
        for axis, values, tally in axes:
            for value in values:
                family.add_metric((axis, value.value), tally[value.value])
        return family

    def _people(self) -> Metric:
        family = GaugeMetricFamily("nhipcau_people", "People by kind.", labels=("kind",))
        # Summed for the screens already, a quarter of a second ago at most.
        people = self._totals().people
        for kind in ("expected", "reported", "present", "excused", "guests"):
            family.add_metric((kind,), getattr(people, kind) or 0)
        return family

    def _alarms(self) -> Metric:
        family = GaugeMetricFamily(
            "nhipcau_alarms",
            "Alarms and incidents that are not closed, by priority and state.",
            labels=("priority", "state"),
        )
        state = self._context.runtime.state
        found = [state.alarms.by_id[id_] for id_ in listed(state)]
        tally = Tally((alarm.priority, alarm.state) for alarm in found)
        for priority in Priority:
            for stands in OPEN:
                family.add_metric((priority.value, stands.value), tally[priority.value, stands])
        return family

    def _counters(self) -> Iterator[Metric]:
        runtime, watch = self._context.runtime, self._context.watch
        usage = resource.getrusage(resource.RUSAGE_SELF)
        media = self._context.media()
        yield CounterMetricFamily(
            "nhipcau_facts", "Facts in the journal.", value=float(runtime.facts)
        )
        yield CounterMetricFamily(
            "nhipcau_reports", "Reports taken since the start.", value=float(watch.reports)
        )
        cpu = CounterMetricFamily(
            "nhipcau_process_cpu_seconds", "CPU time by process.", labels=("process",)
        )
        cpu.add_metric(("coordinator",), usage.ru_utime + usage.ru_stime)
        if media.cpu_seconds is not None:
            cpu.add_metric(("relay",), media.cpu_seconds)
        watching = self._watching()
        if watching is not None:
            cpu.add_metric(("judge",), watching.cpu_s)
        yield cpu
        yield CounterMetricFamily(
            "nhipcau_relay_packets_forwarded",
            "RTP packets the relay sent to viewers.",
            value=float(media.packets_forwarded),
        )

        yield CounterMetricFamily(
            "nhipcau_relay_packets_retransmitted",
            "RTP packets the relay sent to viewers once more.",
            value=float(media.retransmissions),
        )
        yield CounterMetricFamily(
            "nhipcau_relay_packets_dropped",
            "RTP packets that found no room on the line in time.",
            value=float(media.packets_dropped),
        )
        yield CounterMetricFamily(
            "nhipcau_relay_key_requests",
            "Key frames that viewers asked for.",
            value=float(media.key_requests),
        )

    def _line(self) -> Iterator[Metric]:
        media = self._context.media()
        line = GaugeMetricFamily(
            "nhipcau_relay_line_bytes_per_second",
            "The line upwards: set, of it allowed, of that used.",
            labels=("share",),
        )
        shares = {
            "uplink": media.uplink_kbps,
            "budget": media.budget_kbps,
            "used": media.egress_kbps,
        }
        for share, kbps in shares.items():
            if kbps is not None:
                line.add_metric((share,), kbps * 125.0)
        yield line
        sent = GaugeMetricFamily(
            "nhipcau_relay_viewers_sent",
            "Viewers of the programme by what they are sent.",
            labels=("sending",),
        )
        counts = dict(media.renditions)
        for sending in Sending:
            sent.add_metric((sending.value,), counts.get(sending, 0))
        yield sent

    def _gauges(self) -> Iterator[Metric]:
        media = self._context.media()
        watching = self._watching()
        yield GaugeMetricFamily(
            "nhipcau_judge_devices",
            "Devices the judge looked at lately; absent while it is away.",
            value=None if watching is None else float(watching.devices),
        )
        yield GaugeMetricFamily(
            "nhipcau_relay_queue_delay_seconds",
            "The longest that a picture waited for the line in the last second.",
            value=media.queue_delay_seconds,
        )
        yield GaugeMetricFamily(
            "nhipcau_relay_viewers", "Viewers of the programme.", value=float(media.viewers)
        )
        yield GaugeMetricFamily(
            "nhipcau_devices_connected",
            "Devices with an open websocket.",
            value=float(self._gateway.connected),
        )
