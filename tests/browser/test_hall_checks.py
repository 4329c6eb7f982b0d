"""What a hall's page finds of its own devices, in a real Chromium: the guided test, the sweep."""

import asyncio
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from endpoints.preflight.sound import RATE, sweep
from signaling.messages import Message, OrderAnswer, OrderGive, SessionState
from signaling.schema import Phase
from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.browser.test_hall import issue, phone, told
from tests.harness.chromium import Chromium, Page
from tests.harness.server import TOWN, Served, serving

pytestmark = [pytest.mark.browser, pytest.mark.real_io]

# What leaves the loudspeaker comes back to the microphone through a room of WebAudio nodes.
ROOM = """
  window.room = { gain: 0.3, delay_s: 0.08, noise: 0.002 };
  const Plain = AudioContext;
  let air = null;
  window.AudioContext = class extends Plain {
    constructor() {
      super();
      const { gain, delay_s, noise } = window.room;
      air = this.createMediaStreamDestination();
      this.cone = new GainNode(this, { gain });
      this.cone.connect(new DelayNode(this, { delayTime: delay_s })).connect(air);
      const hum = new AudioBuffer({ length: this.sampleRate, sampleRate: this.sampleRate });
      const drawn = () => noise * (2 * Math.random() - 1);
      hum.copyToChannel(Float32Array.from({ length: hum.length }, drawn), 0);
      const source = new AudioBufferSourceNode(this, { buffer: hum, loop: true });
      source.connect(air);
      source.start();
    }
    get destination() {
      return this.cone ?? super.destination;
    }
  };
  navigator.mediaDevices.getUserMedia = async (asked) => {
    window.asked = asked;
    return air.stream;
  };
"""
SOUND = ".checks li:nth-child(6)"
SCREEN = "MH-002"
LIVE = SessionState(session="s1", phase=Phase.LIVE)


@pytest.fixture(scope="module")
def sweeps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a second of what a microphone near a loudspeaker records, for Chromium to repeat."""
    second = 0.001 * np.random.default_rng(1).standard_normal(RATE)
    second[: sweep().size] += 0.5 * sweep()
    path = tmp_path_factory.mktemp("sound") / "sweeps.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((second * 32_767).astype("<i2").tobytes())
    return path


@pytest.fixture
async def chromium(sweeps: Path) -> AsyncIterator[Chromium]:
    flags = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={sweeps}",
    )
    async with Chromium(*flags) as running:
        yield running


async def test_the_guided_test_says_what_it_found(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        page = await phone(chromium, served)
        await page.sees("Đã nối với trung tâm")
        await page.do("tap", selector=".places button:nth-child(2)")
        await page.until("document.querySelectorAll('.check-ok').length >= 3")
        await page.do("tap", selector=".checks li:nth-child(4) .secondary")
        await page.sees("Có nghe tiếng chuông thử không?")
        await page.do("tap", selector=".checks .chips button:nth-child(2)")
        await page.sees("tăng âm lượng loa, kiểm tra ampli đã bật")
        for step in (5, 7):
            await page.do("tap", selector=f".checks li:nth-child({step}) .secondary")
            await page.until(
                f"document.querySelector('.checks li:nth-child({step}) .check-mark').innerText"
                " !== '○'"
            )
        await sweeps_by_a_tap(page, served, shot)
        await fits_across(page)
        await shot(page, "hall-test")
        await keeps_the_rules(page, served.url)
        told(served, LIVE)
        await page.sees("Đang phát chương trình: không thử loa lúc này.")
        assert await page.evaluate(f"document.querySelector('{SOUND} .secondary').disabled")


async def sweeps_by_a_tap(page: Page, served: Served, shot: Shot) -> None:
    """Find the sweep in a room of WebAudio nodes, then nothing in one without a loudspeaker."""
    await page.evaluate(f"void (() => {{ {ROOM} }})()")
    for _ in range(3):  # a PC that others keep busy may drop sound
        await swept(page)
        if await page.evaluate(f"document.querySelectorAll('{SOUND} .check-ok').length === 3"):
            break
    heard = await found(served, "MH-001")
    assert 80 <= heard["sound_delay"]["figure"] < 200
    assert heard["sound_path"]["figure"] == pytest.approx(-22.8, abs=2)
    assert heard["sound_path"]["limit"] == -50
    raw = ("echoCancellation", "noiseSuppression", "autoGainControl")
    assert await page.evaluate("window.asked") == {"audio": dict.fromkeys(raw, False)}
    await page.evaluate(f"document.querySelector('{SOUND}').scrollIntoView()")
    await shot(page, "hall-sweep")
    await page.evaluate("void (window.room.gain = 0)")
    await swept(page)
    await page.sees("Micro không nghe thấy loa")


async def test_a_projector_sweeps_by_order_shows_nothing_unasked_and_never_while_live(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    """What its microphone hears is captured for real."""
    async with serving(tmp_path, *TOWN) as served:
        code = await issue(served)
        page = await chromium.open(
            f"{served.url}/hall#code={code}&point={SCREEN}", permissions=["microphone"]
        )
        await page.sees("Đúng điểm cầu này không?")
        await page.do("click", selector=".secondary.role")
        await page.until("document.querySelector('.screen') !== null")
        assert await ordered(served) == ["begun", "done"]
        heard = await found(served, SCREEN)
        assert heard["chime"]["verdict"] == "ok"
        assert heard["sound_path"]["verdict"] == "ok"
        assert "Fake" in heard["sound_path"]["evidence"]
        assert "Tiếng từ loa về micro" not in await page.text(), "nobody at the screen asked"
        await page.do("click", selector=".screen")
        await page.sees("Tiếng từ loa về micro")
        await shot(page, "hall-screen-sweep")
        await keeps_the_rules(page, served.url, expect="404|503")
        say(served, LIVE)
        await page.until("document.querySelector('.screen-test') === null")
        assert await ordered(served) == ["begun", "refused not_now"]


async def swept(page: Page) -> None:
    """Tap the sweep, and wait until it has been judged."""
    await page.do("tap", selector=f"{SOUND} .secondary")
    await page.until(f"document.querySelector('{SOUND} .secondary').disabled === false", 20)


async def found(served: Served, code: str) -> dict[str, Any]:
    """Return what a point's device told of itself, by check, once the sweep is among it."""
    async with asyncio.timeout(10):
        while True:
            _status, point = await served.call("GET", f"/api/v1/points/{code}")
            [device] = point["preflight"] or [{"findings": []}]
            checks = {finding["check"]: finding for finding in device["findings"]}
            if "sound_delay" in checks:
                return checks
            await asyncio.sleep(0.05)


def say(served: Served, message: Message) -> None:
    """Let the centre say something to the screen."""
    [device] = served.coordinator.gateway.devices_of(SCREEN)
    assert served.coordinator.gateway.send_to(device, message)


async def ordered(served: Served) -> list[str]:
    """Order a sound test of the screen and return how it answered."""
    answers: asyncio.Queue[OrderAnswer] = asyncio.Queue()
    served.coordinator.gateway.on_answer = lambda _device, answer: answers.put_nowait(answer)
    async with asyncio.timeout(30):
        while not served.coordinator.gateway.devices_of(SCREEN):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        say(served, OrderGive(id="o1", action="test_sound"))
        both = [await answers.get(), await answers.get()]
    return [f"{answer.outcome} {answer.why}".strip() for answer in both]
