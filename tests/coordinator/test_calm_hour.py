"""An hour in which nothing is wrong, in virtual time: the machines from a report to an alarm.

A talk of slides, black and pauses over lines that lose 2 % with a round trip of 150 ms; what
the judge compares is what the studio's own pictures and sounds are, lost and late as on a line.
"""

import random

import numpy as np

from config.thresholds import LinkLimits, ReceptionLimits
from coordinator.alarm.fact import LinkChanged
from coordinator.alarm.fault import point_findings
from coordinator.judge.docket import Docket
from coordinator.judge.line import Finding
from coordinator.judge.reference import Reference
from coordinator.link.health import LinkHealth
from coordinator.link.link import LinkMeter
from coordinator.reception.receiver import PointReceivers
from coordinator.reception.sampling import sample_of
from endpoints.studio.film import BLOCK
from endpoints.studio.talk import Talk
from signaling.messages import PointReport
from signaling.reception.decoder import Loudness
from signaling.schema import Decoding, DeviceRole, Presence, Reception
from signaling.stats import InboundAudio, InboundVideo, MediaStats, Presented, PresentedBy
from signaling.thumbnail import Luma, luma_thumbnail
from tests.harness.ward import Ward, halls

HOUR_S = 3600
FPS = 4
LOSS, ROUND_TRIP_S = 0.02, 0.15
PACKETS = 75
"Of picture and sound a second."
BLOCKS = 10
"Of 20 ms in what is compared of the sound at once, to be done in time."


class Studio:
    """The programme, and the judge that watches it."""

    def __init__(self) -> None:
        self.talk = Talk(fps=FPS)
        self.reference = Reference()
        self.docket = Docket(self.reference)
        self.thumbs: list[Luma] = []
        self.energy = 0.0

    def play(self, second: int) -> None:
        """Send a second of it."""
        for frame in range(second * FPS, (second + 1) * FPS):
            self.thumbs.append(luma_thumbnail(self.talk.picture(frame)[:180]))
            self.reference.pictures.receive(
                frame * 90_000 // FPS, self.thumbs[-1], 100.0 + frame / FPS
            )
        for block in range(second * 50, (second + 1) * 50, BLOCKS):
            samples = np.concatenate([self.talk.sound(block + n) for n in range(BLOCKS)]) / 32768
            square, peak = float(np.mean(samples**2)), float(np.abs(samples).max())
            self.reference.sounds.receive(
                block * BLOCK, Loudness(square, peak, BLOCK * BLOCKS), 100.0 + block / 50
            )
            self.energy += square * BLOCKS / 50


class Hall:
    """A hall behind a line, and the machines that watch it."""

    def __init__(self, code: str, seed: int) -> None:
        self.code = code
        self.machine = PointReceivers(code, ReceptionLimits())
        self.meter = LinkMeter(LinkLimits())
        self.health = LinkHealth(LinkLimits())
        self.answers: set[Finding] = set()
        self._draw = random.Random(seed)
        self._lost = self._concealed = 0

    def report(self, studio: Studio, second: int) -> PointReport:
        """Return what the hall says after a second of the programme."""
        draw = self._draw
        lost = sum(draw.random() < LOSS for _ in range(PACKETS))
        self._lost += lost
        # Nearly all is repaired in time; what is not, is made up, or its picture left out.
        self._concealed += 960 * sum(draw.random() < 0.02 for _ in range(lost))
        frame = max(0, (second + 1) * FPS - 1 - (draw.random() < LOSS))
        played = second + 1
        return PointReport(
            seq=second,
            control_rtt_ms=1000 * ROUND_TRIP_S,
            media=MediaStats(
                connected=True,
                decoding=Decoding.ALL,
                current_round_trip_time=ROUND_TRIP_S,
                last_packet_age=0.02,
                last_frame_age=0.05,
                video=InboundVideo(
                    packets_received=25 * played,
                    packets_lost=self._lost,
                    frames_decoded=FPS * played,
                    frames_per_second=FPS,
                ),
                audio=InboundAudio(
                    packets_received=50 * played,
                    jitter=0.01 + 0.02 * draw.random(),
                    total_samples_received=48_000 * played,
                    concealed_samples=self._concealed,
                    total_samples_duration=float(played),
                    total_audio_energy=studio.energy,
                ),
                presented=Presented(
                    by=PresentedBy.DECODER,
                    rtp_timestamp=frame * 90_000 // FPS,
                    age=0.1,
                    thumbnail=studio.thumbs[frame].tobytes(),
                    sound_rtp_timestamp=played * 48_000,
                ),
            ),
        )

    def take(self, report: PointReport, ward: Ward, now: float) -> None:
        """Take a report as the point's watch does."""
        media = report.media
        assert media is not None
        self.machine.receive_stats(self.code, DeviceRole.AGENT, media, now)
        second = self.meter.receive_stats(media, now)
        if second is not None:
            self.health.receive_second(second, speaks=False)
        self.tell(ward)

    def tell(self, ward: Ward) -> None:
        """Record what changed."""
        for moved in self.machine.events():
            ward.put(self.code, Presence.ONLINE, moved.reception, moved.why)
        for link in self.health.events():
            ward.record(LinkChanged(point=self.code, link=link.link, why=link.why))
            ward.find(self.code, point_findings(ward.state, self.code))


def test_an_hour_of_slides_black_and_pauses_over_poor_lines_accuses_nobody() -> None:
    studio, ward = Studio(), Ward(*halls(2))
    watched = {code: Hall(code, seed) for seed, code in enumerate(ward.state.points)}
    proven = 0
    for second in range(HOUR_S):
        studio.play(second)
        now = 101.0 + second
        for hall in watched.values():
            report = hall.report(studio, second)
            sample = sample_of(hall.code, report, now, False)
            assert sample is not None
            studio.docket.receive(sample, now)
            hall.take(report, ward, now)
        for verdict in studio.docket.handle_timer(now + 0.4):
            hall = watched[verdict.device]
            hall.answers |= {verdict.picture.finding, verdict.sound.finding}
            hall.machine.receive_verdict(hall.code, verdict, now + 0.4)
            hall.tell(ward)
            proven += hall.machine.events() == [] and _word(ward, hall.code) is Reception.VERIFIED
        ward.wait(1.0)
    assert ward.told("alarm.raised") == []
    assert {code: ward.state.status[code].link for code in watched} == dict.fromkeys(
        watched, "good"
    )
    for hall in watched.values():
        assert Finding.WRONG not in hall.answers
        assert Finding.RIGHT in hall.answers
    assert proven >= 0.9 * HOUR_S * len(watched), "and it is proven nearly all the time"


def _word(ward: Ward, code: str) -> Reception:
    return ward.state.status[code].reception
