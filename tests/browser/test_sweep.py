"""The sweep from loudspeaker to microphone on the hall's page, in a real Chromium."""

import asyncio
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from endpoints.preflight.sound import RATE, sweep
from signaling.messages import OrderAnswer, OrderGive, SessionState
from signaling.schema import Phase
from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.browser.test_hall import PHONE, device_of, issue, phone, told
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
      hum.copyToChannel(Float32Array.from({ length: hum.length }, () => noise * (2 * Math.random() - 1)), 0);
      const source = new AudioBufferSourceNode(this, { buffer: hum, loop: true });
      if (noise) source.connect(air);
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
DEVICE = "--use-fake-device-for-media-stream"


async def at_the_test(page: Page) -> None:
    await page.sees("Đã nối với trung tâm")
    await page.do("tap", selector=".places button:nth-child(2)")
    await page.sees("Tiếng từ loa về micro")


async def swept(page: Page) -> None:
    """Tap the sweep, and wait until it has been judged."""
    await page.do("tap", selector=f"{SOUND} .secondary")
    await page.until(f"document.querySelector('{SOUND} .secondary').disabled === false", 20)


async def found(served: Served, order: str | None = None) -> dict[str, Any]:
    """Return what the centre knows of a point's sounds."""
    _status, point = await served.call("GET", "/api/v1/points/MH-001")
    return {f["check"]: f for device in point["preflight"] for f in device["findings"]}


async def test_the_sweep_is_found_again_and_says_what_is_wrong(
    chromium: Chromium, shot: Shot, tmp_path: Path
) -> None:
    async with serving(tmp_path, *TOWN) as served:
        page = await phone(chromium, served, script=ROOM)
        await at_the_test(page)
        await swept(page)
        await page.until(f"document.querySelectorAll('{SOUND} .check-ok').length === 3")
        heard = await found(served)
        assert heard["sound_delay"]["figure"] == pytest.approx(80, abs=60)
        assert heard["sound_path"]["figure"] == pytest.approx(-22.8, abs=1.5)
        assert heard["sound_path"]["limit"] == -50
        raw = ("echoCancellation", "noiseSuppression", "autoGainControl")
        assert await page.evaluate("window.asked") == {"audio": dict.fromkeys(raw, False)}
        await page.evaluate(f"document.querySelector('{SOUND}').scrollIntoView()")
        await fits_across(page)
        await shot(page, "hall-sweep")
        await page.evaluate("void (window.room = { gain: 0.5, delay_s: 0.01, noise: 0 })")
        await swept(page)
        await page.sees("Tiếng phát ra sai thiết bị")
        await page.evaluate("void (window.room = { gain: 0, delay_s: 0.01, noise: 0.002 })")
        await swept(page)
        await page.sees("Micro không nghe thấy loa")
        await keeps_the_rules(page, served.url)
        told(served, SessionState(session="s1", phase=Phase.LIVE))
        await page.sees("Đang phát chương trình: không thử loa lúc này.")
        assert await page.evaluate(f"document.querySelector('{SOUND} .secondary').disabled")


async def test_an_order_sweeps_unasked_only_where_the_microphone_may_be_used(
    tmp_path: Path,
) -> None:
    """A real capture, of a microphone that hears the sweep once a second."""
    file = tmp_path / "sweeps.wav"
    write_wav(file)
    flags = (DEVICE, f"--use-file-for-fake-audio-capture={file}")
    async with Chromium(*flags) as chromium, serving(tmp_path / "data", *TOWN) as served:
        page = await phone(chromium, served, permissions=["microphone"])
        await at_the_test(page)
        assert await ordered(served, "o1") == ["begun", "done"]
        heard = await found(served)
        assert heard["chime"]["verdict"] == "ok"
        assert heard["sound_path"]["verdict"] == "ok"
        assert "Fake" in heard["sound_path"]["evidence"]
        told(served, SessionState(session="s1", phase=Phase.LIVE))
        assert await ordered(served, "o2") == ["begun", "refused not_now"]
        await page.close()


def write_wav(path: Path) -> None:
    second = np.zeros(RATE)
    second[: sweep().size] = 0.5 * sweep()
    second += 0.001 * np.random.default_rng(1).standard_normal(RATE)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((second * 32767).astype("<i2").tobytes())


async def ordered(served: Served, id_: str) -> list[str]:
    """Order a sound test of the phone and return how it answered."""
    answers: asyncio.Queue[OrderAnswer] = asyncio.Queue()
    served.coordinator.gateway.on_answer = lambda _device, answer: answers.put_nowait(answer)
    told(served, OrderGive(id=id_, action="test_sound"))
    async with asyncio.timeout(30):
        both = [await answers.get(), await answers.get()]
    return [f"{answer.outcome} {answer.why}".strip() for answer in both]
