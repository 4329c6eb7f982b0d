"""The host leads a town from the console: own camera on air, a hall speaks, the relay dies."""

from pathlib import Path

import pytest

from tests.browser.stage import FLAGS
from tests.harness.chromium import Chromium, Page
from tests.harness.demo import RunningDemo, running_demo

pytestmark = [pytest.mark.real_io, pytest.mark.demo, pytest.mark.browser]

DEVICES = ["camera", "microphone"]
SPEAK = """(async () => {{
  const {{ Whip }} = await import("/static/shared/whip.js");
  const media = await navigator.mediaDevices.getUserMedia({{ video: true, audio: true }});
  window.hall = new Whip(() => undefined);
  window.hall.publish("point/{code}", media);
}})()"""


async def sign_in(chromium: Chromium, demo: RunningDemo, role: str, page: str) -> Page:
    token = demo.access["tokens"][role]
    opened = await chromium.open(
        f"{demo.url}/signin#token={token}&next=/{page}", permissions=DEVICES
    )
    await opened.until(f"location.pathname === '/{page}' && document.querySelector('.is-live')", 20)
    return opened


async def test_the_console_puts_the_host_and_then_a_hall_on_air(tmp_path: Path) -> None:
    async with (
        running_demo(tmp_path, "--points", "3", "--studio", "none") as demo,
        Chromium(*FLAGS) as chromium,
    ):
        host = await sign_in(chromium, demo, "host", "host")
        wall = await sign_in(chromium, demo, "technician", "wall")
        await demo.enter("rehearsal")
        await wall.sees("nguồn phát không có tín hiệu", 20)

        await host.do("click", selector="#tab-studio")
        await host.do("click", selector="button:has-text('Mở camera và micro')")
        await host.do("click", selector="button.strong")
        await host.sees("Đang phát làm nguồn chính. Các điểm cầu đang thấy.", 30)
        await wall.sees("nguồn phát có tín hiệu", 20)
        points = await demo.until(
            lambda ps: all(p["reception"] in ("playing", "verified") for p in ps.values()), 60
        )

        code, name = next((c, p["name"]) for c, p in points.items() if p["presence"] == "online")
        await host.do("click", selector="button:has-text('Mời phát biểu…')")
        await host.do("fill", selector=".sheet input", value=code)
        await host.do("click", selector=".halls button")
        await host.sees("Chưa có hình, tiếng từ điểm cầu này.", 20)
        await wall.sees(f"★ {name}", 20)
        hall = await sign_in(chromium, demo, "host", "host")
        await hall.evaluate(SPEAK.format(code=code))
        await host.sees("Đang lên hình.", 30)

        demo.kill("relay")
        await host.until("!document.body.innerText.includes('Đang lên hình.')", 20)
        await host.sees("Đang lên hình.", 60)
        session = await demo.get("/api/v1/session")
        assert session["floor"] == code, "and the new relay was told"

        await host.do("click", selector="button:has-text('Kết thúc phát biểu')")
        await host.sees("Các điểm cầu đang thấy: nguồn chính", 30)
        await host.sees("Đang phát làm nguồn chính. Các điểm cầu đang thấy.", 30)
