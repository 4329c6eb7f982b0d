"""Alarms on the wall, in a real Chromium: what is seen, and what is done about it."""

import json

import msgspec
import pytest

from signaling.watch import AlarmView
from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.browser.test_wall import CUT_OFF, SIZES, open_wall
from tests.harness.chromium import Chromium, Page
from tests.harness.fake_alarms import bad_day, single
from tests.harness.fake_feed import START_AT, FakeCoordinator, problem

pytestmark = [pytest.mark.browser, pytest.mark.real_io]

REFUSED = "404|409|Failed to load resource"
ALARMS = "[...document.querySelectorAll('[data-alarm]')].map((row) => row.dataset.alarm)"
TECHNICIANS = {
    "technicians": [
        {"id": "t1", "name": "Kỹ thuật viên Tú", "points": 46},
        {"id": "t2", "name": "Kỹ thuật viên Hà", "points": 0},
    ]
}
ORDERS = "points/MH-038/orders"
COLUMNS = {
    "at": [START_AT + 60_000 * minute for minute in range(60)],
    "rtt_ms": [38.0] * 60,
    "jitter_ms": [4.0] * 60,
    "loss_ratio": [0.01 + 0.08 * (20 < minute < 30) for minute in range(60)],
    "concealed_ratio": [0.005] * 60,
    "frozen_ratio": [None if minute < 5 else 0.02 * (minute % 3) for minute in range(60)],
    "frames_per_second": [25.0] * 60,
    "bitrate_kbps": [900.0 - minute for minute in range(60)],
}
PRESSED = "[...document.querySelectorAll('.filter')].findIndex((e) => e.ariaPressed === 'true')"
# What of the side's words reaches into the legend, as far as it is not cut off.
BELOW = """(() => {
  const floor = document.querySelector('.legend').getBoundingClientRect().top;
  return [...document.querySelectorAll('.side h2, .side p, .side li')].filter((e) => {
    const { top, bottom } = e.getBoundingClientRect();
    return top < bottom && bottom > floor + 1 && !e.closest('.rows');
  }).map((e) => e.innerText);
})()"""
# How many pixels of a chart are of each line's colour.
SERIES = {
    "loss": "255,138,92",
    "made_up": "255,210,77",
    "frozen": "124,196,255",
    "rate": "111,132,152",
}
INK = f"""((canvas) => {{
  const {{ data }} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const names = Object.entries({json.dumps(SERIES)});
  const found = Object.fromEntries(names.map(([name]) => [name, 0]));
  for (let at = 0; at < data.length; at += 4)
    for (const [name, rgb] of names) {{
      const off = rgb.split(',').map((c, n) => Math.abs(Number(c) - data[at + n]));
      if (data[at + 3] > 127 && Math.max(...off) < 16) found[name] += 1;
    }}
  return found;
}})(document.querySelector('.chart canvas'))"""
GROUND = """getComputedStyle(document.querySelector('.sheet')).backgroundColor
  .match(/\\d+/g).slice(0, 3).map(Number)"""
MARKS = """[...document.querySelectorAll('.chart .u-series .u-marker')]
  .map((e) => getComputedStyle(e).borderTopStyle)"""
LINK = {"link": "good", "why": "good", "minutes": COLUMNS, "seconds": {k: [] for k in COLUMNS}}


def technician(feed: FakeCoordinator) -> FakeCoordinator:
    feed.role = "technician"
    feed.answers["technicians"] = feed.answers["shares"] = TECHNICIANS
    for code in feed.fleet.points:
        feed.answers[f"points/{code}/alarms"] = {"alarms": []}
        feed.answers[f"points/{code}/link"] = LINK | {"code": code}
    for id_, alarm in feed.fleet.alarms.items():
        mark = {
            "at": alarm.raised_at,
            "what": "alarm.raised",
            "by": None,
            "why": alarm.why,
            "note": None,
        }
        note = {
            "at": feed.now,
            "what": "alarm.noted",
            "by": "Kỹ thuật viên Tú",
            "why": "",
            "note": "Đã gọi",
        }
        feed.answers[f"alarms/{id_}"] = {
            "alarm": msgspec.to_builtins(alarm),
            "history": [mark, note],
            "to_acknowledge_s": 34.0,
            "to_resolve_s": None,
        }
        if alarm.point is not None:
            feed.answers[f"points/{alarm.point}/alarms"] = {
                "alarms": [feed.answers[f"alarms/{id_}"]]
            }
        for what in ("acknowledge", "take", "release", "notes", "shelve", "unshelve", "resolve"):
            feed.answers[f"alarms/{id_}/{what}"] = msgspec.to_builtins(alarm)
    return feed


async def wall(chromium: Chromium, feed: FakeCoordinator, size: str = "fhd") -> Page:
    page = await open_wall(chromium, technician(feed), size)
    await page.until("document.querySelector('[data-alarm]')")
    return page


async def press(page: Page, selector: str, words: str) -> None:
    """Click what begins with these words."""
    found = f"[...document.querySelectorAll('{selector}')]"
    await page.evaluate(f"{found}.find((e) => e.innerText.startsWith('{words}')).click()")


@pytest.mark.parametrize("size", SIZES)
async def test_nine_faults_at_once_fit_at(chromium: Chromium, shot: Shot, size: str) -> None:
    for points in (92, 300):
        async with FakeCoordinator(bad_day(points)) as feed:
            page = await wall(chromium, feed, size)
            await page.sees("Nhà mạng Viettel")
            if size != "phone":
                height, inner = await page.evaluate(
                    "[document.documentElement.scrollHeight, innerHeight]"
                )
                assert height == inner, "the wall never scrolls"
                assert await page.evaluate(CUT_OFF) == []
            await fits_across(page)
            await shot(page, f"alarms-{size}-{points}")
            if points < 300:
                await keeps_the_rules(page, feed.base)
            await page.close()


async def test_what_the_list_says_of_nothing_leaves_the_legend_alone(chromium: Chromium) -> None:
    async with FakeCoordinator(bad_day()) as feed:
        page = await wall(chromium, feed, "laptop")
        for key in "1234":
            await page.do("press", key=key)
            await page.until(f"{PRESSED} === {int(key) - 1}")
            assert await page.evaluate(BELOW) == [], key


async def test_the_most_pressing_comes_first(chromium: Chromium) -> None:
    """Unacknowledged, then priority, then age; who is shelved is last."""
    async with FakeCoordinator(bad_day()) as feed:
        page = await wall(chromium, feed, "phone")
        order = ["i1", "a3", "a7", "a4", "a6", "a2", "a1", "a9", "a5"]
        assert await page.evaluate(ALARMS) == order
        await page.sees("Chập chờn")
        await page.sees("đ/c Kỹ thuật viên Tú đang xử lý")


async def test_an_incident_is_one_line_that_opens_to_its_halls(
    chromium: Chromium, shot: Shot
) -> None:
    async with FakeCoordinator(bad_day()) as feed:
        page = await wall(chromium, feed)
        await page.do("click", selector="[data-alarm=i1] .row-open")
        await page.sees("Gọi tổng đài Viettel")
        halls = len(feed.fleet.alarms["i1"].points)
        await page.until(f"document.querySelectorAll('.alarm-halls .row').length === {halls}")
        await page.sees("Đã gọi")
        await shot(page, "alarms-fhd-incident")
        await keeps_the_rules(page, feed.base)
        await page.do("click", selector=".alarm-halls .row-open")
        code = feed.fleet.alarms["i1"].points[0]
        await page.until(f"document.querySelector('.detail-where').innerText.includes('{code}')")


async def test_an_alarm_is_seen_and_taken_and_nothing_is_shown_before_it_is_so(
    chromium: Chromium,
) -> None:
    async with FakeCoordinator(bad_day()) as feed:
        page = await wall(chromium, feed)
        await page.do("click", selector="[data-alarm=a4] .row-open")
        await page.sees("Không nhận được chương trình")
        await page.do("click", selector=".detail-alarm .deed:nth-of-type(2)")
        await page.until("document.querySelector('.detail-alarm .deed-line').innerText === ''")
        assert feed.posts == [("alarms/a4/take", {"instead_of": None})]
        await page.sees("Vừa: chưa tiếp nhận")
        held = feed.fleet.alarms["a4"]
        await feed.set_alarms(
            msgspec.structs.replace(held, state="acknowledged", taken_by="t1", holder="Tú")
        )
        await page.sees("đ/c Tú đang xử lý")
        await page.sees("Thôi xử lý")


async def test_a_refusal_is_told_in_words(chromium: Chromium) -> None:
    async with FakeCoordinator(bad_day()) as feed:
        page = await wall(chromium, feed)
        feed.answers["alarms/a4/take"] = problem(409, "taken")
        await page.do("click", selector="[data-alarm=a4] .row-open")
        await page.do("click", selector=".detail-alarm .deed:nth-of-type(2)")
        await page.sees("Chưa làm được: người khác đã nhận xử lý.")
        await keeps_the_rules(page, feed.base, expect=REFUSED)


async def test_a_point_says_when_its_alarms_were_seen_and_over_and_what_was_done(
    chromium: Chromium,
) -> None:
    async with FakeCoordinator(bad_day()) as feed:
        page = await wall(chromium, feed)
        await page.do("click", selector="[data-alarm=a4] .row-open")
        await page.sees("Không nhận được chương trình, 07:")
        await page.sees("tiếp nhận sau 34 giây, chưa hết lỗi")
        await page.sees("Ghi chú · Kỹ thuật viên Tú: Đã gọi")


async def test_shelving_needs_words(chromium: Chromium) -> None:
    async with FakeCoordinator(bad_day()) as feed:
        page = await wall(chromium, feed)
        await page.do("click", selector="[data-alarm=a4] .row-open")
        last = "[...document.querySelectorAll('.detail-alarm .deed')].at(-1)"
        assert await page.evaluate(f"{last}.disabled")
        await page.do("focus", selector=".detail-alarm input")
        for key in "cho dien":
            await page.do("press", key=key)
        await page.evaluate(f"{last}.click()")
        await page.until("document.querySelector('.detail-alarm input').value === ''")
        assert feed.posts == [("alarms/a4/shelve", {"minutes": 10, "reason": "cho dien"})]


async def test_orders_show_how_they_stand(chromium: Chromium, shot: Shot) -> None:
    async with FakeCoordinator(bad_day()) as feed:
        page = await wall(chromium, feed)
        await page.do("click", selector="[data-alarm=a4] .row-open")
        await page.sees("Yêu cầu thiết bị tại điểm cầu")
        await press(page, ".deed", "Nối lại chương trình")
        await page.sees("Nối lại chương trình: đã gửi")
        feed.orders[0] |= {"state": "refused", "why": "not_receiving"}
        await page.sees("bị từ chối (máy này không nhận chương trình)")
        await shot(page, "alarms-fhd-detail")
        assert feed.posts == [(ORDERS, {"action": "rejoin_media", "text": ""})]
        await keeps_the_rules(page, feed.base)


async def test_what_is_sent_is_chosen_and_shown_and_a_choice_shows_how_it_stands(
    chromium: Chromium,
) -> None:
    async with FakeCoordinator(bad_day()) as feed:
        page = await wall(chromium, feed)
        await page.do("click", selector="[data-alarm=a4] .row-open")
        await page.sees("Chưa gửi gì tới máy nào của điểm cầu này.")
        await press(page, ".deed", "Hình nét")
        await page.sees("Đổi hình, tiếng gửi đi: đã gửi")
        assert feed.posts == [("points/MH-038/rendition", {"choice": "high"})]
        feed.orders[0] |= {"state": "refused", "why": "budget"}
        await page.sees("bị từ chối (đường truyền của trung tâm không đủ)")
        point = feed.fleet.points["MH-038"]
        await feed.set_point(
            msgspec.structs.replace(
                point, rendition="high", sending="picture_low", sending_why="budget"
            )
        )
        await page.sees("Đang gửi hình nhẹ. Đường truyền của trung tâm không đủ cho hình tốt hơn.")
        pressed = "document.querySelector('.deed[aria-pressed=true]').innerText"
        await page.until(f"{pressed} === 'Hình nét'")
        feed.refuse_orders = "no_device"
        await press(page, ".deed", "Chỉ tiếng")
        await page.sees("Chưa làm được: không có thiết bị nào")
        await keeps_the_rules(page, feed.base, expect=REFUSED)


async def test_the_line_of_the_last_hour_is_drawn_and_told(chromium: Chromium, shot: Shot) -> None:
    async with FakeCoordinator(bad_day()) as feed:
        page = await wall(chromium, feed)
        await page.do("click", selector="[data-alarm=a4] .row-open")
        await page.until("document.querySelector('.chart canvas')")
        label = await page.evaluate("document.querySelector('.chart').getAttribute('aria-label')")
        assert label.startswith("Đường truyền: Mất gói 2,2 %")
        drawn = await page.evaluate(INK)
        assert all(count > 100 for count in drawn.values()), drawn
        assert max(await page.evaluate(GROUND)) < 64, "dark on the wall"
        assert (await page.evaluate(MARKS))[-4:] == ["solid", "dashed", "dotted", "double"]
        await page.evaluate("document.querySelector('.chart').scrollIntoView({block: 'center'})")
        await shot(page, "alarms-fhd-chart")
        await keeps_the_rules(page, feed.base)
        await press(page, ".filter", "Năm phút qua")
        await page.sees("Chưa có số liệu đường truyền.")


async def test_who_only_looks_finds_nothing_to_press(chromium: Chromium) -> None:
    async with FakeCoordinator(bad_day()) as feed:
        technician(feed)
        feed.role = "viewer"
        page = await open_wall(chromium, feed, "fhd")
        await page.do("click", selector="[data-alarm=a4] .row-open")
        await page.sees("Không nhận được chương trình")
        assert await page.evaluate("document.querySelector('.deed, .share') === null")


async def test_keys_do_what_they_say(chromium: Chromium) -> None:
    async with FakeCoordinator(bad_day()) as feed:
        page = await wall(chromium, feed)
        await page.do("press", key="a")
        await page.do("focus", selector="[data-alarm=a3] .row-open")
        await page.do("press", key="t")
        await page.until("document.activeElement.closest('[data-alarm=a3]')")
        await page.do("press", key="o")
        await page.until("document.querySelector('dialog[open]')")
        assert [path for path, _ in feed.posts] == ["alarms/i1/acknowledge", "alarms/a3/take"]
        await page.do("press", key="Escape")
        await page.until("document.querySelector('dialog') === null")


async def test_only_ones_own_share(chromium: Chromium, shot: Shot) -> None:
    made = bad_day()
    mine = {"MH-007": "t1", "MH-016": "t1", "MH-025": "t2"}
    for code, token in mine.items():
        made.points[code] = msgspec.structs.replace(made.points[code], share=token)
    async with FakeCoordinator(made) as feed:
        page = await wall(chromium, feed)
        await page.do("press", key="m")
        # The centre's own alarm is everybody's; what nobody has is nobody's.
        await page.until(f'JSON.stringify({ALARMS}) === \'["a2","a1","a9"]\'')
        await page.until("document.querySelectorAll('.tile:not(.is-dim)').length === 2")
        await press(page, ".tool", "Chia cụm")
        await page.sees("Kỹ thuật viên Hà")
        await page.evaluate("document.querySelectorAll('.share-line .deed')[1].click()")
        await page.until("document.querySelector('.deed-line').innerText === ''")
        assert feed.posts == [("shares", {"points": ["MH-016", "MH-007"], "technician": "t2"})]
        await shot(page, "alarms-fhd-share")
        await keeps_the_rules(page, feed.base)


async def test_the_call_list_has_the_riskiest_first(chromium: Chromium, shot: Shot) -> None:
    made = bad_day()
    gone = [code for code in made.alarms["i1"].points][:3]
    for risk, code in enumerate(gone):
        made.points[code] = msgspec.structs.replace(
            made.points[code], risk=risk, deputy_name="Lê Thị Mai", deputy_phone="0987 654 321"
        )
    async with FakeCoordinator(made) as feed:
        page = await wall(chromium, feed, "phone")
        await press(page, ".filter", "Cần gọi")
        shown = (
            "[...document.querySelectorAll('.worst .row b')].slice(0, 2).map((b) => b.innerText)"
        )
        await page.until(f"JSON.stringify({shown}) === JSON.stringify({[gone[2], gone[1]]!r})")
        await page.sees("2 sự cố kỳ trước")
        await page.do("click", selector=".worst .row-open")
        await page.sees("Dự phòng: Lê Thị Mai")
        assert await page.evaluate(
            "[...document.querySelectorAll('.detail-contact a')].map((a) => a.getAttribute('href'))"
        ) == ["tel:0912345678", "tel:0987654321"]
        await shot(page, "alarms-phone-detail")
        await fits_across(page)
        await keeps_the_rules(page, feed.base)


async def test_three_tones_only_where_switched_on_and_only_for_a_new_alarm(
    chromium: Chromium,
) -> None:
    count = """(() => { window.tones = []; const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (at) {
        window.tones.push(this.frequency.value); start.call(this, at); };
    })()"""
    async with FakeCoordinator(bad_day()) as feed:
        page = await wall(chromium, feed)
        await page.evaluate(count)

        async def raised(id_: str, priority: str) -> AlarmView:
            alarm = single(
                feed.fleet, id_, code="MH-070", why="silence", what="lost", priority=priority, age=0
            )
            await feed.set_alarms(alarm)
            await page.until(f"{ALARMS}.length > 0")
            return alarm

        async def heard(*tones: int) -> None:
            wanted = json.dumps(tones).replace(" ", "")
            await page.until(f"JSON.stringify(window.tones) === '{wanted}'")

        await raised("b1", "high")
        await heard()
        await page.do("press", key="s")
        await heard(880, 660)
        await raised("b2", "medium")
        await heard(880, 660, 660)
        high = await raised("b3", "high")
        await heard(880, 660, 660, 880, 660)
        await feed.set_alarms(msgspec.structs.replace(high, times=2))
        await feed.set_alarms(gone=("b3",))
        await raised("b4", "low")
        await heard(880, 660, 660, 880, 660, 440)


async def test_an_alarm_that_changes_draws_no_tile(chromium: Chromium) -> None:
    async with FakeCoordinator(bad_day()) as feed:
        page = await wall(chromium, feed)
        await page.evaluate("""(() => { window.touched = 0;
          new MutationObserver((all) => { window.touched += all.length; }).observe(
            document.querySelector('.tiles'), { subtree: true, childList: true, attributes: true });
        })()""")
        held = feed.fleet.alarms["a4"]
        await feed.set_alarms(msgspec.structs.replace(held, state="acknowledged"))
        await page.until("document.querySelector('[data-alarm=a4].is-acknowledged')")
        assert await page.evaluate("window.touched") == 0
