"""The console's studio in a real Chromium: made-up devices, a real relay."""

import asyncio
from typing import Any

import msgspec
import pytest
from aiohttp import web

from coordinator.media.http import MediaAction, Principal, Problem
from signaling.media_plane import EndReason, Rendition
from signaling.schema import Broadcast, Phase
from signaling.watch import MediaView
from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.browser.stage import Named, ended, open_page, stage
from tests.endpoints.media.test_low import cap, cap_at_low, sent
from tests.harness.chromium import Page
from tests.harness.fake_feed import FakeCoordinator, session
from tests.signaling.peers import until
from tests.signaling.relay.rig import watch_lean

pytestmark = [pytest.mark.browser, pytest.mark.real_io]

OWN, BACK = (
    "document.querySelectorAll('video.picture')[0]",
    "document.querySelectorAll('video.picture')[1]",
)
PHONE = {"width": 390, "height": 844}
MILLISECOND = 90
GONE = "Failed to load resource"


def button(words: str) -> str:
    return f"button:has-text('{words}')"


async def open_studio(page: Page) -> None:
    """Open the panel and the camera."""
    await page.do("click", selector=button("Trường quay"))
    await page.do("click", selector=button("Mở camera và micro"))
    await page.until(f"{OWN}?.videoWidth > 0")


async def on_air(feed: FakeCoordinator, programme: str = "studio") -> None:
    """Have the feed say that the halls see a source."""
    feed.fleet.media = MediaView(
        relay=True, studio=True, programme=programme, sound=programme, sources=("studio",)
    )
    feed.fleet.session = session(feed.fleet, Phase.LIVE, broadcast=Broadcast.ON)
    await feed.patch(media=feed.fleet.media, session=feed.fleet.session)


async def test_the_host_publishes_from_the_console(shot: Shot) -> None:
    async with stage() as (it, feed, chromium):
        page = await open_page(chromium, feed)
        await open_studio(page)
        await page.sees("Đã mở, chưa phát: chỉ máy này thấy.")
        assert it.on_air() == "slate"
        await page.sees("Micro đang nghe thấy tiếng.")
        await page.do("click", selector=button("Phát") + ".strong")
        await page.sees("Đang phát làm nguồn chính. Các điểm cầu chưa thấy.")
        await until(lambda: it.on_air() == "studio", 20)
        await on_air(feed)
        await page.sees("Đang phát làm nguồn chính. Các điểm cầu đang thấy.")
        await page.until(f"{BACK}.videoWidth > 0", 20)
        await shot(page, "studio-on-air")
        await keeps_the_rules(page, feed.base)
        await fits_across(page)
        await page.do("size", **PHONE)
        await fits_across(page)
        await page.evaluate("document.querySelector('.studio').scrollIntoView()")
        await shot(page, "studio-phone")
        await keeps_the_rules(page, feed.base)


async def test_what_the_halls_see_is_not_ended_by_a_click() -> None:
    async with stage() as (it, feed, chromium):
        page = await open_page(chromium, feed)
        await open_studio(page)
        await page.do("click", selector=button("Phát") + ".strong")
        await until(lambda: it.on_air() == "studio", 20)
        await on_air(feed)
        stop = ".studio-deeds .hold"
        await page.do("click", selector=stop)
        await page.hold(stop, 1.2)
        assert it.on_air() == "studio"
        await page.hold(stop, 2.4)
        await page.sees("Đã mở, chưa phát: chỉ máy này thấy.")
        await until(lambda: it.on_air() == "slate", 10)


async def test_leaving_while_publishing_is_asked_about_and_says_goodbye() -> None:
    async with stage() as (it, feed, chromium):
        page = await open_page(chromium, feed)
        await open_studio(page)
        await page.do("reload")
        assert await page.do("dialogs") == [], "nothing is lost by leaving"
        await page.until("document.querySelector('.host.is-live')")
        await open_studio(page)
        await page.do("click", selector=button("Phát") + ".strong")
        await until(lambda: it.on_air() == "studio", 20)
        await page.do("reload")
        assert await page.do("dialogs") == ["beforeunload"]
        await until(lambda: any(e.reason is EndReason.CLIENT for e in ended(it)), 5)


async def test_the_other_tab_shows_that_this_machine_publishes() -> None:
    async with stage() as (it, feed, chromium):
        page = await open_page(chromium, feed)
        await open_studio(page)
        await page.do("click", selector=button("Phát") + ".strong")
        await until(lambda: it.on_air() == "studio", 20)
        await page.do("click", selector=button("Tình hình các điểm cầu"))
        await page.sees("máy này đang phát")
        assert await page.evaluate("document.querySelector('video') === null")
        await asyncio.sleep(1)
        assert it.on_air() == "studio", "it goes on"


async def test_a_browser_that_may_not_use_the_camera_says_what_to_do(shot: Shot) -> None:
    async with stage() as (_, feed, chromium):
        page = await chromium.open(f"{feed.base}/host")
        await page.do("click", selector=button("Trường quay"))
        await page.do("click", selector=button("Mở camera và micro"))
        await page.sees("Trình duyệt chưa được phép dùng camera, micro.")
        await shot(page, "studio-denied")
        await keeps_the_rules(page, feed.base)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotFoundError", "Không tìm thấy camera hoặc micro."),
        ("NotReadableError", "đang bị chương trình khác dùng"),
        ("WeirdError", "Không mở được camera hoặc micro."),
    ],
)
async def test_what_a_browser_throws_is_told_in_words(error: str, words: str) -> None:
    async with stage() as (_, feed, chromium):
        page = await open_page(chromium, feed)
        thrown = f"() => Promise.reject(new DOMException('x', '{error}'))"
        await page.evaluate(f"void (navigator.mediaDevices.getUserMedia = {thrown})")
        await page.do("click", selector=button("Trường quay"))
        await page.do("click", selector=button("Mở camera và micro"))
        await page.sees(words)


async def test_without_https_the_page_says_so() -> None:
    async with stage() as (_, feed, chromium):
        page = await open_page(chromium, feed)
        await page.evaluate(
            "void Object.defineProperty(window, 'isSecureContext', { value: false })"
        )
        await page.do("click", selector=button("Trường quay"))
        await page.do("click", selector=button("Mở camera và micro"))
        await page.sees("không mở bằng HTTPS")


async def test_a_camera_that_is_unplugged_is_told_and_goes_on_when_it_is_back(
    shot: Shot,
) -> None:
    async with stage() as (it, feed, chromium):
        page = await open_page(chromium, feed)
        await open_studio(page)
        await page.do("click", selector=button("Phát") + ".strong")
        await until(lambda: it.on_air() == "studio", 20)
        unplug = f"""(() => {{
          const [track] = {OWN}.srcObject.getVideoTracks();
          track.stop();
          track.dispatchEvent(new Event("ended"));
        }})()"""
        await page.evaluate(unplug)
        await page.sees("Camera đã bị rút hoặc tắt: không còn hình.")
        await shot(page, "studio-unplugged")
        await until(lambda: it.relay.sample().outputs[0].video == "slate", 10)
        assert not ended(it)
        await page.do("click", selector=button("Mở lại"))
        await page.until("!document.querySelector('.standing-fault')")
        await until(lambda: it.relay.sample().outputs[0].video == "studio", 15)
        assert not ended(it), "the same session"


async def test_the_microphone_can_be_muted_and_says_so() -> None:
    async with stage() as (_, feed, chromium):
        page = await open_page(chromium, feed)
        await open_studio(page)
        await page.do("click", selector=button("Tắt micro"))
        await page.sees("Micro đang tắt.")
        assert not await page.evaluate(f"{OWN}.srcObject.getAudioTracks()[0].enabled")
        await page.do("click", selector=button("Bật micro"))
        await page.sees("Micro đang nghe thấy tiếng.")


async def test_another_microphone_takes_the_place_of_the_present_one() -> None:
    async with stage() as (it, feed, chromium):
        page = await open_page(chromium, feed)
        await open_studio(page)
        await page.do("click", selector=button("Phát") + ".strong")
        await until(lambda: it.on_air() == "studio", 20)
        tracks = f"{OWN}.srcObject.getTracks().map((t) => [t.kind, t.id, t.readyState])"
        before = {kind: id_ for kind, id_, _ in await page.evaluate(tracks)}
        choice = "[...document.querySelectorAll('.device select')[1].options].at(-1).value"
        another = await page.evaluate(choice)
        await page.do("select", selector=".device:nth-child(2) select", value=another)
        await page.until(f"{OWN}.srcObject.getAudioTracks()[0].id !== '{before['audio']}'")
        after = {kind: (id_, state) for kind, id_, state in await page.evaluate(tracks)}
        assert after["video"] == (before["video"], "live"), "the picture is left alone"
        assert after["audio"][1] == "live"
        assert not ended(it), "the same session"


async def test_a_screen_is_shared_in_the_place_of_the_camera() -> None:
    async with stage(flags=("--use-fake-ui-for-media-stream",)) as (it, feed, chromium):
        page = await open_page(chromium, feed)
        await open_studio(page)
        await page.do("click", selector=button("Phát") + ".strong")
        await until(lambda: it.on_air() == "studio", 20)
        camera = await page.evaluate(f"{OWN}.srcObject.getVideoTracks()[0].label")
        sound = await page.evaluate(f"{OWN}.srcObject.getAudioTracks()[0].id")
        await page.do("click", selector=button("Chia sẻ màn hình"))
        await page.sees("Dùng lại camera")
        assert await page.evaluate(f"{OWN}.srcObject.getVideoTracks()[0].label") != camera
        assert await page.evaluate(f"{OWN}.srcObject.getAudioTracks()[0].id") == sound
        await asyncio.sleep(1.5)
        assert it.on_air() == "studio"
        assert not ended(it), "the same session"


async def test_a_place_that_another_machine_has_is_taken_over_by_holding(shot: Shot) -> None:
    async def by_page(request: web.Request, action: MediaAction) -> Principal | Problem:
        return Named(request.headers.get("User-Agent", ""))

    async with stage(by_page) as (it, feed, chromium):
        other = await open_page(chromium, feed)
        given: dict[str, Any] = {"permissions": ["camera", "microphone"], "userAgent": "another"}
        page = await chromium.open(f"{feed.base}/host", **given)
        for one in (other, page):
            await open_studio(one)
            await one.do("click", selector=button("Phát") + ".strong")
            await until(lambda: it.on_air() == "studio", 20)
        await page.sees("Máy khác đang phát làm nguồn chính.")
        await shot(page, "studio-occupied")
        await keeps_the_rules(page, feed.base, expect=GONE)
        await page.hold(button("Phát thay máy kia"), 2.4)
        await page.sees("Đang phát làm nguồn chính.")
        assert EndReason.REPLACED in [event.reason for event in ended(it)]


async def test_who_only_watches_has_no_studio() -> None:
    async with stage() as (_, feed, chromium):
        feed.role = "technician"
        page = await open_page(chromium, feed)
        await page.sees("Tài khoản này chỉ xem, không điều khiển.")
        assert "Trường quay" not in await page.text()


async def test_the_backup_is_a_place_of_its_own() -> None:
    async with stage() as (it, feed, chromium):
        page = await open_page(chromium, feed)
        await open_studio(page)
        await page.do("select", selector=".studio-deeds select", value="studio-backup")
        await page.do("click", selector=button("Phát") + ".strong")
        await page.sees("Đang phát làm nguồn dự phòng.")
        await until(lambda: it.on_air() == "studio-backup", 20)
        feed.fleet.media = msgspec.structs.replace(
            feed.fleet.media, sources=("studio-backup",), programme="studio-backup"
        )
        await feed.patch(media=feed.fleet.media)
        await page.sees("Nguồn dự phòng: các điểm cầu đang thấy")
        await page.sees("Nguồn chính: không có tín hiệu")


async def test_a_large_picture_is_sent_twice_and_a_hall_goes_down_and_back() -> None:
    async with stage() as (it, feed, chromium):
        page = await open_page(chromium, feed)
        await open_studio(page)
        await page.do("click", selector=button("Phát") + ".strong")
        await until(lambda: it.relay.sample().outputs[0].low, 20)
        high, hall = await watch_lean(it), await watch_lean(it)
        await until(lambda: hall.sizes() == [1280 * 720])
        await cap_at_low(it)
        await until(lambda: hall.sizes() == [1280 * 720, 640 * 368])
        began = len(hall.stamps())
        await until(lambda: len(hall.stamps()) > began + 12)
        stamps, shared = hall.stamps()[began:], high.stamps()
        assert all(
            min(abs(stamp - other) for other in shared) < MILLISECOND for stamp in stamps[:9]
        )
        cap(it, None)
        await until(lambda: sent(it)[-1] is Rendition.HIGH)
        assert high.sizes() == [1280 * 720]
