"""The host's console in a real Chromium: what starts a whole town must not happen by chance."""

import asyncio
from typing import Any

import msgspec
import pytest
from aiohttp import web

from signaling.schema import Broadcast, Phase
from signaling.watch import MediaView, PeopleView, SessionView, Tile
from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.harness.chromium import Chromium, Page
from tests.harness.fake_feed import FakeCoordinator, fleet, problem, session

pytestmark = [pytest.mark.browser, pytest.mark.real_io]

CUT = "WebSocket connection|Failed to load resource"
START = ".hold-start"
SIZES = {"laptop": (1366, 768), "fhd": (1920, 1080), "phone": (390, 844)}


async def open_host(
    chromium: Chromium, feed: FakeCoordinator, size: str = "laptop", query: str = ""
) -> Page:
    page = await chromium.open(f"{feed.base}/host{query}", *SIZES[size])
    await page.until("document.querySelector('.host.is-live')")
    return page


def ready_to_start(points: int = 92) -> FakeCoordinator:
    return FakeCoordinator(fleet(points, ill=2))


@pytest.mark.parametrize("size", SIZES)
async def test_everything_fits_at(chromium: Chromium, shot: Shot, size: str) -> None:
    for points, ill in ((0, 0), (92, 2), (92, 10), (300, 20)):
        async with FakeCoordinator(fleet(points, ill=ill)) as feed:
            page = await open_host(chromium, feed, size)
            await fits_across(page)
            if size == "laptop":
                height = await page.evaluate("document.documentElement.scrollHeight")
                assert height == 768, "the laptop shows all of it at once"
            await shot(page, f"host-{size}-{points}-{ill}")
            await keeps_the_rules(page, feed.base)
            await page.close()


@pytest.mark.parametrize("phase", [Phase.REHEARSAL, Phase.LIVE])
async def test_the_laptop_shows_all_of_it_at_once_in(chromium: Chromium, phase: Phase) -> None:
    async with FakeCoordinator(fleet(92)) as feed:
        feed.fleet.session = session(feed.fleet, phase, broadcast=Broadcast.ON)
        page = await open_host(chromium, feed)
        await page.sees("Mời phát biểu…")
        assert await page.evaluate("document.documentElement.scrollHeight") == 768


async def test_in_english(chromium: Chromium, shot: Shot) -> None:
    async with FakeCoordinator(fleet(92)) as feed:
        page = await open_host(chromium, feed, query="?lang=en")
        await page.sees("Better not start yet:")
        await shot(page, "host-laptop-english")
        await keeps_the_rules(page, feed.base)


async def test_one_sentence_says_whether_to_start(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        page = await open_host(chromium, feed)
        await page.sees("90/92 điểm cầu sẵn sàng. Có thể bắt đầu.")
        feed.fleet.media = MediaView(relay=True, studio=False)
        await feed.set_session(session(feed.fleet, Phase.CHECK_IN))
        await page.sees("Chưa nên bắt đầu: nguồn phát chưa có hình; nguồn phát chưa có tiếng.")


async def test_the_sentence_to_read_aloud_is_there_with_its_time(
    chromium: Chromium, shot: Shot
) -> None:
    made = fleet(92, ill=0)
    for number, (code, point) in enumerate(made.points.items()):
        reported = None if number >= 90 else 47 + (number < 60)
        people = PeopleView(expected=48 + (number < 58), reported=reported)
        made.points[code] = msgspec.structs.replace(point, attendance=people)
    async with FakeCoordinator(made) as feed:
        page = await open_host(chromium, feed)
        await page.sees("Có mặt 4.290/4.474 đồng chí (95,9 %) tại 90/92 điểm cầu")
        await page.until(r"/Số liệu lúc \d\d:\d\d:\d\d/.test(document.body.innerText)")
        await shot(page, "host-laptop-aloud")


async def test_a_doubtful_head_count_is_named_before_it_is_read_aloud(
    chromium: Chromium, shot: Shot
) -> None:
    async with ready_to_start() as feed:
        page = await open_host(chromium, feed)
        slip = PeopleView(expected=60, reported=591)
        point = msgspec.structs.replace(feed.fleet.points["MH-045"], attendance=slip)
        await feed.set_point(point)
        await page.sees("1 điểm cầu báo nhiều hơn số đảng viên của mình (MH-045)")
        await shot(page, "host-laptop-doubt")
        right = msgspec.structs.replace(slip, reported=59)
        await feed.set_point(msgspec.structs.replace(point, attendance=right))
        await page.until("document.querySelector('.aloud-doubt') === null")


async def test_holding_the_button_sends_exactly_one_order(chromium: Chromium, shot: Shot) -> None:
    async with ready_to_start() as feed:
        page = await open_host(chromium, feed)
        await page.do("hover", selector=START)
        await page.do("mouse_down")
        await asyncio.sleep(1.1)
        await shot(page, "host-laptop-holding")
        assert feed.posts == []
        await asyncio.sleep(3)
        assert feed.posts == [("phase", {"phase": "live"})], "and holding on sends no second"
        await page.do("mouse_up")
        await page.sees("Máy chủ đã ghi nhận lúc 08:00:03.")
        await page.sees("Đang truyền trực tiếp được")
        await shot(page, "host-laptop-live")
        await keeps_the_rules(page, feed.base)


@pytest.mark.parametrize("way", ["click", "double click", "let go early", "leave", "space", "blur"])
async def test_what_is_not_holding_does_nothing(chromium: Chromium, way: str) -> None:
    async with ready_to_start() as feed:
        page = await open_host(chromium, feed)
        if way in ("click", "double click"):
            for _ in range(len(way.split())):
                await page.do("click", selector=START)
            await asyncio.sleep(2.2)
        elif way == "let go early":
            await page.hold(START, 1.6)
        elif way == "leave":
            await page.do("hover", selector=START)
            await page.do("mouse_down")
            await page.do("mouse_move", x=5, y=5)
            await asyncio.sleep(2.2)
        elif way == "space":
            await page.do("focus", selector=START)
            await page.do("key_down", key="Space")
            await asyncio.sleep(2.2)
            await page.do("key_up", key="Space")
        else:
            await page.do("focus", selector=START)
            await page.do("key_down", key="Enter")
            await page.evaluate("document.activeElement.blur()")
            await asyncio.sleep(2.2)
        assert feed.posts == []


async def test_the_enter_key_can_be_held(chromium: Chromium) -> None:
    """WCAG 2.1.1: whatever a pointer can do, a keyboard can."""
    async with ready_to_start() as feed:
        page = await open_host(chromium, feed)
        await page.do("focus", selector=START)
        await page.do("key_down", key="Enter")
        await page.sees("thả ra để huỷ")
        await page.until("document.querySelector('.order').innerText !== ''", 4)
        await page.do("key_up", key="Enter")
        assert feed.posts == [("phase", {"phase": "live"})]


async def test_nothing_that_starts_or_ends_has_the_focus(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        page = await open_host(chromium, feed)
        assert await page.evaluate("document.activeElement === document.body")
        for key in ("Enter", "Space", "s", "g", "F5"[0]):
            await page.do("press", key=key)
        assert feed.posts == []


async def test_after_starting_nothing_acts_for_five_seconds(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        page = await open_host(chromium, feed)
        where = "JSON.stringify(document.querySelector('{}').getBoundingClientRect())"
        start = await page.evaluate(where.format(START))
        await page.hold(START, 2.3)
        await page.until("document.querySelector('.hold-end')")
        assert await page.evaluate(where.format(".hold-end")) != start
        low = "document.querySelector('.hold-end').getBoundingClientRect().bottom"
        assert await page.evaluate(low) <= 768, "the way to end is in sight"
        await page.hold(".hold-end", 3.2)
        assert len(feed.posts) == 1, "the dead time"
        await page.until("document.querySelector('.hold-end[aria-disabled=false]')", 6)
        await page.hold(".hold-end", 3.3)
        await page.sees("Các điểm cầu đang sinh hoạt chi bộ.")
        assert feed.posts[1:] == [("phase", {"phase": "branch_meetings"})]


async def test_a_start_can_be_taken_back_while_the_server_says_so(
    chromium: Chromium, shot: Shot
) -> None:
    async with ready_to_start() as feed:
        view = session(
            feed.fleet, Phase.LIVE, broadcast=Broadcast.ON, way_back_until=feed.now + 100_000
        )
        feed.fleet.session = view
        feed.fleet.media = MediaView(relay=True, studio=True, programme="studio")
        page = await open_host(chromium, feed)
        await page.until(r"/còn 1:\d\d để quay lại/.test(document.body.innerText)")
        await shot(page, "host-laptop-way-back")
        await page.hold(".hold-back", 2.3)
        await page.sees("Có thể bắt đầu.")
        why = {"reason": "Chủ trì bấm quay lại tại bàn điều khiển"}
        assert feed.posts == [("phase", {"phase": "check_in", **why})], "the server asks why"
        over = session(feed.fleet, Phase.LIVE, broadcast=Broadcast.ON, way_back_until=feed.now)
        await feed.set_session(over)
        await page.until("document.querySelector('.hold-end')")
        assert await page.evaluate("document.querySelector('.hold-back') === null")


async def test_a_start_that_the_server_refuses_is_not_a_start(
    chromium: Chromium, shot: Shot
) -> None:
    async with ready_to_start() as feed:

        async def refuse(_: dict[str, Any]) -> web.Response:
            return problem(409, "wrong_phase")

        feed.answer = refuse
        page = await open_host(chromium, feed)
        await page.hold(START, 2.3)
        await page.sees("Máy chủ từ chối: buổi sinh hoạt đang ở phần khác")
        await page.sees("Chưa phát sóng.")
        await shot(page, "host-laptop-refused")
        assert "Đang truyền" not in await page.text()
        await keeps_the_rules(page, feed.base, expect=CUT)


async def test_until_the_server_answers_nothing_is_on_air(chromium: Chromium, shot: Shot) -> None:
    async with ready_to_start() as feed:
        answered = asyncio.Event()

        async def wait(_: dict[str, Any]) -> web.Response:
            await answered.wait()
            return web.json_response({"phase": "live", "recorded_utc": "2026-10-04T01:00:03.250Z"})

        feed.answer = wait
        page = await open_host(chromium, feed)
        await page.hold(START, 2.3)
        await page.sees("Máy chủ chưa nhận lệnh. Chưa phát sóng.")
        await page.sees("Đã quá 5 giây, máy chủ chưa xác nhận lệnh.", 7)
        await shot(page, "host-laptop-slow")
        assert "Đang truyền" not in await page.text()
        answered.set()
        await page.sees("Máy chủ đã ghi nhận lúc 08:00:03.")
        assert "Đang truyền" not in await page.text(), "the phase is what the feed says"


async def test_what_another_host_does_is_seen_here(chromium: Chromium) -> None:
    async with ready_to_start() as feed:

        async def refuse(_: dict[str, Any]) -> web.Response:
            return problem(409, "wrong_phase")

        feed.answer = refuse
        page = await open_host(chromium, feed)
        await page.hold(START, 2.3)
        await page.sees("Chưa phát sóng.")
        feed.fleet.media = MediaView(relay=True, studio=True, programme="studio")
        await feed.patch(
            session=session(feed.fleet, Phase.LIVE, broadcast=Broadcast.ON), media=feed.fleet.media
        )
        await page.sees("Đang truyền trực tiếp được")
        assert "Chưa phát sóng" not in await page.text(), "out of date"


async def test_an_answer_that_never_comes_is_no_yes(chromium: Chromium) -> None:
    async with ready_to_start() as feed:

        async def cut(_: dict[str, Any]) -> web.Response:
            raise ConnectionResetError

        feed.answer = cut
        page = await open_host(chromium, feed)
        await page.do("evaluate", script="window.fetch = () => Promise.reject(new Error('cut'))")
        await page.hold(START, 2.3)
        await page.sees("Không nhận được trả lời. Máy chủ chưa xác nhận lệnh.")
        await page.sees("Chưa phát sóng.")


async def test_starting_against_the_conditions_needs_a_reason(
    chromium: Chromium, shot: Shot
) -> None:
    async with FakeCoordinator(fleet(92)) as feed:
        page = await open_host(chromium, feed)
        assert await page.evaluate("document.querySelector('.hold-start') === null")
        await page.do("click", selector=".start-anyway")
        await page.sees("Cần ít nhất 83 điểm cầu sẵn sàng")
        focus = "document.activeElement.className"
        assert await page.evaluate(focus) == "sheet-close", "the focus begins on the way out"
        await page.hold(".hold-anyway", 2.3)
        assert feed.posts == [], "no reason, no start"
        await page.do("fill", selector=".sheet textarea", value="Đồng chí Bí thư chỉ đạo")
        await shot(page, "host-laptop-anyway")
        await keeps_the_rules(page, feed.base)
        await page.hold(".hold-anyway", 2.3)
        await page.sees("Máy chủ đã ghi nhận")
        assert feed.posts == [("phase", {"phase": "live", "reason": "Đồng chí Bí thư chỉ đạo"})]
        assert await page.evaluate("document.querySelector('dialog') === null")


async def test_the_conditions_turn_bad_while_the_button_is_held(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        page = await open_host(chromium, feed)
        await page.do("hover", selector=START)
        await page.do("mouse_down")
        await asyncio.sleep(1)
        feed.fleet.media = MediaView(relay=False)
        await feed.set_session(session(feed.fleet, Phase.CHECK_IN))
        await asyncio.sleep(1.6)
        await page.do("mouse_up")
        assert feed.posts == []


async def test_without_a_link_nothing_can_be_started(chromium: Chromium, shot: Shot) -> None:
    async with ready_to_start() as feed:
        page = await open_host(chromium, feed)
        feed.refuse = True
        await feed.cut()
        await page.sees("MÀN HÌNH NÀY MẤT KẾT NỐI MÁY CHỦ")
        await page.sees("Chưa rõ tình hình, chưa nên bắt đầu hay kết thúc.")
        await page.sees("SỐ LIỆU CŨ, lúc")
        await page.hold(START, 2.3)
        assert feed.posts == []
        assert "Có thể bắt đầu" not in await page.text()
        assert "Đạt" not in (await page.text()).replace("Chưa đạt", "")
        await shot(page, "host-laptop-lost")
        await keeps_the_rules(page, feed.base, expect=CUT)


async def test_live_without_a_programme_is_said_to_be_none(chromium: Chromium, shot: Shot) -> None:
    async with ready_to_start() as feed:
        feed.fleet.session = session(feed.fleet, Phase.LIVE, broadcast=Broadcast.ON)
        feed.fleet.media = MediaView(relay=True, studio=False, programme="slate")
        page = await open_host(chromium, feed)
        await page.sees("Nguồn phát không có tín hiệu: các điểm cầu đang thấy hình chờ.")
        assert "Đang truyền trực tiếp được" not in await page.text()
        await shot(page, "host-laptop-slate")


async def test_pausing_and_going_on(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        feed.fleet.session = session(feed.fleet, Phase.LIVE, broadcast=Broadcast.ON)
        feed.fleet.media = MediaView(relay=True, studio=True, programme="studio")
        page = await open_host(chromium, feed)
        await page.hold(".hold-plain", 2.3)
        await page.sees("Đang tạm dừng: các điểm cầu đang thấy hình chờ.")
        await page.until("document.querySelector('.hold-start[aria-disabled=false]')", 7)
        await page.hold(START, 2.3)
        await page.sees("Đang truyền trực tiếp được")
        assert feed.posts == [
            ("broadcast", {"broadcast": "paused"}),
            ("broadcast", {"broadcast": "on"}),
        ]


async def test_whoever_may_only_look_has_no_buttons(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        feed.role = "viewer"
        page = await open_host(chromium, feed)
        await page.sees("Tài khoản này chỉ xem, không điều khiển.")
        assert await page.evaluate("document.querySelector('.hold, .start-anyway') === null")


async def test_an_ill_main_point_is_named(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        main = msgspec.structs.replace(
            feed.fleet.points["MH-000"], tile=Tile.DEGRADED, why="no_sound"
        )
        await feed.set_point(main)
        view = session(feed.fleet, Phase.CHECK_IN, go=False)
        ill = tuple(msgspec.structs.replace(c, met=c.code != "main_point") for c in view.conditions)
        await feed.set_session(msgspec.structs.replace(view, conditions=ill))
        page = await open_host(chromium, feed)
        await page.sees("Chưa nên bắt đầu: điểm cầu chính không có tiếng.")


async def test_reduced_motion_steps_instead_of_sweeping(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        page = await chromium.open(f"{feed.base}/host", reducedMotion="reduce")
        await page.until("document.querySelector('.host.is-live')")
        await page.do("hover", selector=START)
        await page.do("mouse_down")
        timing = "getComputedStyle(document.querySelector('.hold-fill')).animationTimingFunction"
        await page.until(f"{timing}.startsWith('steps')")
        await page.do("mouse_up")


async def test_copying_puts_the_sentence_on_the_clipboard(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        page = await chromium.open(
            f"{feed.base}/host", permissions=["clipboard-read", "clipboard-write"]
        )
        await page.until("document.querySelector('.copy')")
        await page.do("click", selector=".copy")
        await page.sees("Đã sao chép")
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied == await page.evaluate(
            "document.getElementById('aloud-sentence').textContent"
        )
        assert copied.startswith("Có mặt ")


LONG = "Nhà văn hóa Tổ dân phố Nguyễn Xá – Hội trường liên cơ quan phường Bạch Sam (tầng 2)"


def live_with(feed: FakeCoordinator, **changes: Any) -> SessionView:
    """Return the session while live, with changes."""
    return session(feed.fleet, Phase.LIVE, broadcast=Broadcast.ON, **changes)


async def test_the_host_gives_the_floor_and_takes_it_back(chromium: Chromium, shot: Shot) -> None:
    async with ready_to_start() as feed:
        feed.fleet.session = live_with(feed)
        page = await open_host(chromium, feed)
        await page.sees("Chưa có điểm cầu nào phát biểu.")
        await page.do("click", selector="button:has-text('Mời phát biểu…')")
        await page.sees("Còn 62 điểm cầu nữa.")
        await page.do("fill", selector=".sheet input", value="nha van hoa MH-045")
        await page.until("document.querySelectorAll('.halls li').length === 1")
        await shot(page, "host-laptop-floor-sheet")
        await keeps_the_rules(page, feed.base)
        await page.do("click", selector=".halls button")
        await page.sees("Chưa có hình, tiếng từ điểm cầu này.")
        assert feed.posts == [("floor", {"point": "MH-045"})]
        assert await page.evaluate("document.querySelector('dialog') === null")
        await page.do("click", selector="button:has-text('Kết thúc phát biểu')")
        await page.sees("Chưa có điểm cầu nào phát biểu.")
        assert feed.posts[1:] == [("floor", {"point": None})], "at once: no dead time"


@pytest.mark.parametrize("size", ["laptop", "phone"])
async def test_who_speaks_is_shown_with_a_long_name_and_since_when(
    chromium: Chromium, shot: Shot, size: str
) -> None:
    async with ready_to_start() as feed:
        point = feed.fleet.points["MH-045"]
        feed.fleet.points["MH-045"] = msgspec.structs.replace(point, name=LONG)
        feed.fleet.media = MediaView(
            relay=True,
            studio=True,
            programme="point/MH-045",
            sources=("point/MH-045", "studio"),
            egress_kbps=82_400,
            budget_kbps=85_000,
            uplink_kbps=100_000,
        )
        feed.fleet.session = live_with(feed, floor="MH-045", floor_since=feed.now - 125_000)
        page = await open_host(chromium, feed, size)
        await page.sees(LONG)
        await page.sees("đang phát biểu được 2 phút")
        await page.sees("Đang lên hình.")
        await page.sees("dùng 82,4/85 Mbps (cả đường 100). Gần hết.")
        await fits_across(page)
        await shot(page, f"host-{size}-floor")
        await keeps_the_rules(page, feed.base)


async def test_without_a_link_nobody_is_said_to_be_seen(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        feed.fleet.media = MediaView(relay=True, studio=True, programme="point/MH-045")
        feed.fleet.session = live_with(feed, floor="MH-045", floor_since=feed.now)
        page = await open_host(chromium, feed)
        await page.sees("Đang lên hình.")
        feed.refuse = True
        await feed.cut()
        await page.sees("Chưa rõ đã lên hình chưa.")
        await page.sees("Các điểm cầu đang thấy: chưa rõ")
        await page.do("click", selector="#tab-studio")
        await page.sees("Nguồn chính: chưa rõ")


async def test_a_hall_that_is_not_there_is_not_invited(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        feed.fleet.session = live_with(feed)
        page = await open_host(chromium, feed)
        await page.do("click", selector="button:has-text('Mời phát biểu…')")
        await page.do("fill", selector=".sheet input", value="MH-003")
        await page.until("document.querySelectorAll('.halls li').length === 1")
        await page.sees("Mất kết nối")
        await page.evaluate("document.querySelector('.halls button').click()")
        await page.do("fill", selector=".sheet input", value="khong co dau")
        await page.sees("Không tìm thấy điểm cầu nào.")
        assert feed.posts == []


async def test_the_host_chooses_what_is_seen(chromium: Chromium, shot: Shot) -> None:
    async with ready_to_start() as feed:
        feed.fleet.media = MediaView(
            relay=True, studio=True, programme="studio", sources=("point/MH-045", "studio")
        )
        feed.fleet.session = live_with(feed)
        page = await open_host(chromium, feed)
        await page.do("click", selector="button:has-text('Chọn hình…')")
        await shot(page, "host-laptop-source-sheet")
        await keeps_the_rules(page, feed.base)
        await page.do("click", selector=".halls li:nth-child(3) button")
        await page.sees("Đã chọn nguồn dự phòng nhưng chưa có tín hiệu.")
        await page.do("click", selector="button:has-text('Chọn hình…')")
        await page.do("click", selector=".halls li:last-child button")
        await page.until("document.querySelector('dialog') === null")
        assert feed.posts == [
            ("source", {"source": "studio-backup"}),
            ("source", {"source": "slate"}),
        ]
        feed.fleet.media = msgspec.structs.replace(feed.fleet.media, programme="slate")
        await feed.patch(media=feed.fleet.media)
        await page.sees("Đã chọn hình chờ: các điểm cầu đang thấy hình chờ.")


async def test_while_a_hall_speaks_only_the_slate_takes_its_picture(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        feed.fleet.session = live_with(feed, floor="MH-045", floor_since=feed.now)
        page = await open_host(chromium, feed)
        await page.do("click", selector="button:has-text('Chọn hình…')")
        await page.sees("Điểm cầu đang phát biểu được chiếu.")
        await page.evaluate("document.querySelector('.halls li:nth-child(2) button').click()")
        assert feed.posts == []


async def test_what_the_server_refuses_of_the_floor_is_told(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        feed.fleet.session = live_with(feed)

        async def refuse(_: dict[str, Any]) -> web.Response:
            return problem(409, "point_offline")

        feed.answer = refuse
        page = await open_host(chromium, feed)
        await page.do("click", selector="button:has-text('Mời phát biểu…')")
        await page.do("click", selector=".halls button[aria-disabled=false]")
        await page.sees("Máy chủ từ chối: điểm cầu này đang mất kết nối. Chưa có gì thay đổi.")
        await page.sees("Chưa có điểm cầu nào phát biểu.")


async def test_the_way_out_is_a_bar_only_when_its_limit_is_known(chromium: Chromium) -> None:
    async with ready_to_start() as feed:
        feed.fleet.media = MediaView(relay=True, studio=True, egress_kbps=1_500)
        page = await open_host(chromium, feed)
        await page.sees("đang dùng 1,5 Mbps, chưa khai giới hạn.")
        assert await page.evaluate("document.querySelector('.line-bar') === null")
        limited = {"egress_kbps": 86_000, "uplink_kbps": 100_000, "budget_kbps": 85_000}
        await feed.patch(media=msgspec.structs.replace(feed.fleet.media, **limited))
        await page.sees("dùng 86/85 Mbps (cả đường 100). Quá mức.")
        assert await page.evaluate("document.querySelector('.line-bar i').style.width") == "86%"
