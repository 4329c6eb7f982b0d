"""The wall in a real Chromium, fed by a coordinator that does as the test says."""

import asyncio

import msgspec
import pytest

from signaling.schema import Phase
from signaling.watch import PeopleView, Tile
from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.harness.chromium import Chromium, Page
from tests.harness.fake_feed import FakeCoordinator, Fleet, fleet

pytestmark = [pytest.mark.browser, pytest.mark.real_io]

# A refused or cut socket is written to the browser's log.
CUT = "WebSocket connection|ERR_INTERNET_DISCONNECTED"
SIZES = {"fhd": (1920, 1080), "4k": (3840, 2160), "laptop": (1366, 768), "phone": (390, 844)}
# What of a tile or row is cut off: scrollWidth is larger than what is shown.
CUT_OFF = """[...document.querySelectorAll('.tile-top, .tile-bottom, .count dd, .legend, .tools')]
  .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className + e.textContent)"""

# The mosaic measures its room before it draws its tiles; a narrow screen has none.
DRAWN = """document.querySelector('.empty') || (document.querySelector('.side')
  && document.querySelectorAll('.mosaic').length === document.querySelectorAll('.tiles').length)"""


async def open_wall(chromium: Chromium, feed: FakeCoordinator, size: str, query: str = "") -> Page:
    page = await chromium.open(f"{feed.base}/wall{query}", *SIZES[size])
    await page.until(f"document.querySelector('.wall.is-live') && ({DRAWN})")
    await page.evaluate("document.fonts.ready.then(() => true)")
    return page


@pytest.mark.parametrize("size", SIZES)
async def test_everything_fits_at(chromium: Chromium, shot: Shot, size: str) -> None:
    for points in (0, 92, 300):
        async with FakeCoordinator(fleet(points, ill=20)) as feed:
            page = await open_wall(chromium, feed, size)
            await page.until(f"document.querySelector('.wall').innerText.includes('/{points}')")
            if size != "phone":
                height, inner = await page.evaluate(
                    "[document.documentElement.scrollHeight, innerHeight]"
                )
                assert height == inner, "the wall never scrolls"
                await page.until(f"document.querySelectorAll('.tile').length === {points}")
                assert await page.evaluate(CUT_OFF) == []
            await fits_across(page)
            await shot(page, f"wall-{size}-{points}")
            if points < 300:  # axe takes its time, and finds the same in 300 tiles
                await keeps_the_rules(page, feed.base)
            await page.close()


@pytest.mark.parametrize("size", ["fhd", "laptop", "phone"])
async def test_who_has_the_floor_stands_at_the_top_and_in_the_mosaic(
    chromium: Chromium, shot: Shot, size: str
) -> None:
    made = fleet(92, phase=Phase.LIVE)
    long = "Nhà văn hóa Tổ dân phố Nguyễn Xá, hội trường liên cơ quan phường Bạch Sam"
    made.points["MH-045"] = msgspec.structs.replace(made.points["MH-045"], name=long)
    given = {"floor": "MH-045", "floor_since": made.now - 125_000}
    made.session = msgspec.structs.replace(made.session, **given)
    async with FakeCoordinator(made) as feed:
        page = await open_wall(chromium, feed, size)
        since = "document.querySelector('.head-floor span:last-child')"
        await page.until(f"{since}?.innerText === 'phát biểu 2 phút'")
        assert await page.evaluate(f"{since}.getBoundingClientRect().width") > 20
        if size != "phone":
            floor = "document.querySelector('.tile.has-floor')"
            assert await page.evaluate(f"{floor}.dataset.code") == "MH-045"
            assert (await page.evaluate(f"{floor}.ariaLabel")).endswith("đang phát biểu")
            height = await page.evaluate("document.documentElement.scrollHeight - innerHeight")
            assert height == 0, "the wall never scrolls"
        await fits_across(page)
        await shot(page, f"wall-{size}-floor")
        await keeps_the_rules(page, feed.base)
        await feed.set_session(msgspec.structs.replace(made.session, floor=None, floor_since=None))
        await page.until("!document.querySelector('.head-floor, .has-floor')")


async def test_an_empty_wall_says_what_to_do(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(0)) as feed:
        page = await open_wall(chromium, feed, "fhd")
        await page.sees("Chưa có điểm cầu nào. Nhập danh sách hoặc mở dữ liệu mẫu.")


async def test_type_can_be_read_from_three_metres(chromium: Chromium) -> None:
    """16 minutes of arc at 3 m on a 55-inch screen are 30 px (reference/ux.md, C1)."""
    async with FakeCoordinator(fleet(96)) as feed:
        page = await open_wall(chromium, feed, "fhd")
        for name, least in [(".tile-code", 30), (".row-name", 30), (".clock", 40), ("h1", 36)]:
            size = await page.evaluate(
                f"parseFloat(getComputedStyle(document.querySelector('{name}')).fontSize)"
            )
            assert size >= least, f"{name} is {size} px"
        font = await page.evaluate("document.fonts.check('700 30px \"Be Vietnam Pro\"', 'Ổ')")
        assert font, "the bundled type is not there"


async def test_the_longest_names_stay_in_their_rows(chromium: Chromium, shot: Shot) -> None:
    made = fleet(92)
    for code, point in made.points.items():
        if point.tile is not Tile.OK:
            name = "Nhà văn hóa tổ dân phố Nguyễn Thiện Thuật, phường Bần Yên Nhân " * 3
            made.points[code] = msgspec.structs.replace(
                point, name=name.strip()[:200], why="x" * 32
            )
    async with FakeCoordinator(made) as feed:
        for size in ("fhd", "laptop", "phone"):
            page = await open_wall(chromium, feed, size)
            await fits_across(page)
            wide = """[...document.querySelectorAll('.row')].filter((row) =>
              row.getBoundingClientRect().right > innerWidth + 1).length"""
            shown = "document.querySelector('.rows').getBoundingClientRect().right"
            assert await page.evaluate(shown) <= SIZES[size][0]
            assert size != "phone" or await page.evaluate(wide) == 0
            await shot(page, f"wall-{size}-long")
            await page.close()


async def test_names_that_carry_markup_are_text(chromium: Chromium) -> None:
    made = fleet(4)
    evil = "<img src=x onerror=\"document.title='broken'\"><b>Hội trường</b>"
    made.points["MH-003"] = msgspec.structs.replace(made.points["MH-003"], name=evil)
    async with FakeCoordinator(made) as feed:
        page = await open_wall(chromium, feed, "fhd")
        await page.sees("<b>Hội trường</b>")
        assert await page.evaluate("document.querySelector('.row img') === null")
        await keeps_the_rules(page, feed.base)


async def test_english_by_switch_and_remembered(chromium: Chromium, shot: Shot) -> None:
    async with FakeCoordinator(fleet(92)) as feed:
        page = await open_wall(chromium, feed, "fhd")
        await page.sees("Đón đảng viên")
        await page.do("click", selector=".switch button[lang=en]")
        await page.sees("Check-in")
        await shot(page, "wall-fhd-english")
        assert await page.evaluate("document.documentElement.lang") == "en"
        assert await page.evaluate(CUT_OFF) == []
        await page.do("reload")
        await page.sees("Look here first")
        await keeps_the_rules(page, feed.base)


async def test_a_change_of_one_point_draws_one_tile_anew(chromium: Chromium) -> None:
    """The cost of a patch does not grow with the fleet."""
    async with FakeCoordinator(fleet(300, ill=0)) as feed:
        page = await open_wall(chromium, feed, "fhd")
        await page.until("document.querySelectorAll('.tiles .tile').length === 300")
        await page.evaluate("""(() => {
          window.touched = new Set();
          new MutationObserver((all) => all.forEach(({ target }) => {
            const node = target.nodeType === 1 ? target : target.parentElement;
            const tile = node?.closest('.tile');
            if (tile) window.touched.add(tile.dataset.code);
          })).observe(document.querySelector('.tiles'),
            { subtree: true, childList: true, attributes: true, characterData: true });
        })()""")
        ill = msgspec.structs.replace(
            feed.fleet.points["MH-150"], tile=Tile.LOST, why="silence", since=feed.now
        )
        await feed.set_point(ill)
        await page.until("document.querySelector('[data-code=MH-150].tile-lost')")
        await page.sees("Mất tín hiệu")
        assert await page.evaluate("[...window.touched]") == ["MH-150"]


async def test_three_hundred_changes_at_once_are_drawn_in_time(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(300, ill=0)) as feed:
        page = await open_wall(chromium, feed, "fhd")
        feed.fleet.points = {
            code: msgspec.structs.replace(point, tile=Tile.UNKNOWN, why="restarted")
            for code, point in feed.fleet.points.items()
        }
        await feed.patch(set=feed.fleet.points, totals=feed.fleet.totals())
        await page.until("document.querySelectorAll('.tiles .tile-unknown').length === 300", 3)


async def test_unknown_never_looks_good(chromium: Chromium) -> None:
    """After a restart of the server everything is unknown: nothing is dark and quiet."""
    made = fleet(12, ill=0)
    made.points = {
        code: msgspec.structs.replace(point, tile=Tile.UNKNOWN, why="restarted")
        for code, point in made.points.items()
    }
    async with FakeCoordinator(made) as feed:
        page = await open_wall(chromium, feed, "fhd")
        await page.until("document.querySelectorAll('.tiles .tile').length === 12")
        assert await page.evaluate("document.querySelectorAll('.tile.tile-ok').length") == 0
        assert not (await page.text()).count("Không điểm cầu nào đang gặp vấn đề")


async def test_a_lost_link_is_shown_with_age_and_countdown_and_then_regained(
    chromium: Chromium, shot: Shot
) -> None:
    async with FakeCoordinator(fleet(92)) as feed:
        page = await open_wall(chromium, feed, "fhd")
        columns = "getComputedStyle(document.querySelector('.tiles')).gridTemplateColumns"
        before = await page.evaluate(f"{columns}.split(' ').length")
        feed.refuse = True
        await feed.cut()
        await page.sees("MÀN HÌNH NÀY MẤT KẾT NỐI MÁY CHỦ")
        await page.until(
            r"/số liệu lúc \d\d:\d\d:\d\d – thử lại sau \d+ giây/.test(document.body.innerText)"
        )
        await page.sees("Số liệu cũ")
        assert await page.evaluate("document.querySelector('.wall.is-old .tile') !== null")
        ground = "getComputedStyle(document.querySelector('.tile-ok'), '::after').backgroundImage"
        assert "gradient" in await page.evaluate(ground), "old data are hatched"
        assert await page.evaluate(f"{columns}.split(' ').length") == before, "points moved"
        await shot(page, "wall-fhd-lost")
        await keeps_the_rules(page, feed.base, expect=CUT)
        feed.refuse = False
        feed.restart()
        await page.sees("Máy chủ vừa khởi động lại. Đã nối lại")
        await page.sees("đồng bộ 92/92")
        await shot(page, "wall-fhd-regained")
        await page.until("document.querySelector('.band').hidden", 5)
        assert await page.evaluate("document.querySelector('.wall.is-live') !== null")


async def test_somebody_may_retry_at_once(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(8)) as feed:
        longest = "Math.random = () => 1"
        page = await chromium.open(f"{feed.base}/wall", script=longest)
        await page.until("document.querySelector('.wall.is-live')")
        feed.refuse = True
        await feed.cut()
        await page.sees("thử lại sau 8 giây", 20)
        feed.refuse = False
        await page.do("click", selector=".band-button")
        await page.sees("đồng bộ 8/8", 2)


async def test_it_comes_back_by_itself(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(8)) as feed:
        page = await open_wall(chromium, feed, "laptop")
        await feed.cut()
        await page.until("document.querySelector('.wall.is-old')")
        await page.sees("đồng bộ 8/8", 20)


async def test_a_silent_server_is_suspected_after_six_seconds(
    chromium: Chromium, shot: Shot
) -> None:
    async with FakeCoordinator(fleet(92)) as feed:
        page = await open_wall(chromium, feed, "fhd")
        feed.silent = True
        await page.sees("Máy chủ im lặng", 12)
        assert await page.evaluate("document.querySelector('.wall.is-old') !== null")
        frozen = await page.evaluate("document.querySelector('.rows .age').innerText")
        await shot(page, "wall-fhd-silent")
        await asyncio.sleep(1.5)
        assert await page.evaluate("document.querySelector('.rows .age').innerText") == frozen
        feed.silent = False
        await page.until("document.querySelector('.wall.is-live')", 6)


async def test_a_gap_in_the_changes_asks_for_everything(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(8, ill=0)) as feed:
        page = await open_wall(chromium, feed, "laptop")
        point = msgspec.structs.replace(
            feed.fleet.points["MH-005"], attendance=PeopleView(expected=52, reported=47)
        )
        feed.fleet.points["MH-005"] = point
        await feed.patch(skip=3)
        await page.sees("47/52")
        assert feed.received == [{"type": "watch.resync"}]


async def test_a_page_that_failed_says_so_and_begins_anew(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(8)) as feed:
        page = await open_wall(chromium, feed, "laptop")
        await feed.patch(totals=feed.fleet.totals(), set={"MH-000": msgspec.json.decode(b"null")})
        await page.sees("Trang này gặp lỗi")
        await page.until("document.querySelector('.band-lost') === null", 15)
        await page.until("document.querySelector('.wall.is-live')")


async def test_keys_filter_search_and_help(chromium: Chromium, shot: Shot) -> None:
    async with FakeCoordinator(fleet(92)) as feed:
        page = await open_wall(chromium, feed, "fhd")
        await page.do("press", key="2")
        dim = "document.querySelectorAll('.tile.is-dim').length"
        await page.until(f"{dim} === 82")
        await shot(page, "wall-fhd-problems")
        await page.do("press", key="3")
        await page.until(f"{dim} === 89")
        await page.do("press", key="1")
        await page.until(f"{dim} === 0")
        await page.do("press", key="/")
        for key in "ngoc lang":
            await page.do("press", key=key)
        await page.sees("Kết quả tìm")
        assert await page.evaluate("document.querySelector('.row-name').innerText") == (
            "Nhà văn hóa thôn Ngọc Lãng, xã Ngọc Lâm"
        )
        await page.do("press", key="2")
        assert await page.evaluate("document.getElementById('search').value") == "ngoc lang2"
        await page.do("press", key="Escape")
        await page.until(f"{dim} === 0")
        await page.do("press", key="?")
        await page.sees("Chỉ xem điểm cầu có vấn đề")
        await shot(page, "wall-fhd-help")
        await keeps_the_rules(page, feed.base)
        await page.do("click", selector=".keys-on input")
        await page.do("press", key="Escape")
        await page.until("document.querySelector('dialog') === null")
        await page.do("press", key="2")
        await asyncio.sleep(0.2)
        assert await page.evaluate(dim) == 0, "keys that are switched off stay off"


async def test_a_tile_opens_its_details_by_mouse_and_by_arrows(
    chromium: Chromium, shot: Shot
) -> None:
    async with FakeCoordinator(fleet(92)) as feed:
        page = await open_wall(chromium, feed, "fhd")
        await page.do("click", selector="[data-code=MH-012]")
        for words in (
            "Đường truyền kém",
            "trễ 38 ms",
            "hình trễ 240 ms",
            "lệch tiếng",
            "Chương trình",
            "0912 345 678",
        ):
            await page.sees(words)
        await shot(page, "wall-fhd-detail")
        await keeps_the_rules(page, feed.base)
        await page.do("press", key="Escape")
        await page.until("document.querySelector('dialog') === null")
        await page.do("focus", selector="[data-code=MH-000]")
        await page.do("press", key="ArrowRight")
        await page.do("press", key="ArrowDown")
        code = await page.evaluate("document.activeElement.dataset.code")
        assert code == "MH-010", "one to the right, one row down"
        stops = "document.querySelectorAll('.tile[tabindex=\"0\"]').length"
        assert await page.evaluate(stops) == 1, "the mosaic is one stop of the Tab key"
        await page.do("press", key="Enter")
        await page.sees("MH-010")


async def test_a_phone_has_all_points_and_a_button_to_call(chromium: Chromium, shot: Shot) -> None:
    async with FakeCoordinator(fleet(92)) as feed:
        page = await chromium.open(
            f"{feed.base}/wall", *SIZES["phone"], hasTouch=True, isMobile=True
        )
        await page.until("document.querySelectorAll('.row').length === 92")
        call = await page.evaluate("document.querySelector('.call').getAttribute('href')")
        assert call == "tel:0912345678"
        small = """[...document.querySelectorAll('button, a, input')].filter((e) => {
          const { width, height } = e.getBoundingClientRect(); return width < 24 || height < 24;
        }).map((e) => e.outerHTML)"""
        assert await page.evaluate(small) == []
        await fits_across(page)
        await shot(page, "wall-phone-touch")


async def test_who_may_not_read_names_gets_no_button(chromium: Chromium) -> None:
    made = fleet(3)
    made.points = {
        code: msgspec.structs.replace(point, contact_name=None, contact_phone=None)
        for code, point in made.points.items()
    }
    async with FakeCoordinator(made) as feed:
        page = await open_wall(chromium, feed, "phone")
        await page.until("document.querySelectorAll('.row').length === 3")
        assert await page.evaluate("document.querySelector('.call') === null")


async def test_a_television_shows_no_tools(chromium: Chromium, shot: Shot) -> None:
    async with FakeCoordinator(fleet(92)) as feed:
        page = await open_wall(chromium, feed, "4k", "?kiosk=1")
        assert await page.evaluate("document.querySelector('.tools, .switch') === null")
        cursor = "getComputedStyle(document.querySelector('.wall')).cursor"
        assert await page.evaluate(cursor) == "none"
        await shot(page, "wall-4k-kiosk")


async def test_whoever_is_not_signed_in_goes_and_signs_in(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(3)) as feed:
        feed.signed_in = False
        page = await chromium.open(f"{feed.base}/wall?kiosk=1")
        await page.until(
            "location.pathname + location.search === '/signin?next=%2Fwall%3Fkiosk%3D1'"
        )
        feed.signed_in = True
        page = await open_wall(chromium, feed, "laptop")
        feed.signed_in = False
        await feed.cut(4401)
        await page.until("location.pathname === '/signin'")


async def test_every_phase_has_its_word(chromium: Chromium) -> None:
    words = {
        Phase.PLANNED: "Dự kiến",
        Phase.REHEARSAL: "Chạy thử",
        Phase.CHECK_IN: "Đón đảng viên",
        Phase.LIVE: "Đang truyền trực tiếp",
        Phase.BRANCH_MEETINGS: "Sinh hoạt chi bộ",
        Phase.CLOSED: "Đã kết thúc",
        Phase.POSTPONED: "Đã hoãn",
    }
    async with FakeCoordinator(fleet(3)) as feed:
        page = await open_wall(chromium, feed, "fhd")
        for phase, word in words.items():
            await feed.set_session(msgspec.structs.replace(feed.fleet.session, phase=phase))
            await page.until(f"document.querySelector('h1').innerText === '{word}'")
        await feed.set_session(type(feed.fleet.session)())
        await page.sees("Chưa mở buổi sinh hoạt")
        assert await page.evaluate(CUT_OFF) == []


async def test_a_state_is_never_told_by_colour_alone(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(92)) as feed:
        page = await open_wall(chromium, feed, "fhd")
        shapes = await page.evaluate("""[...document.querySelectorAll('.legend-states .shape')]
          .map((svg) => svg.innerHTML)""")
        words = await page.evaluate("""[...document.querySelectorAll('.legend-states li')]
          .map((li) => li.innerText.replace(/[0-9\\s]/g, ''))""")
        assert len(set(shapes)) == len(set(words)) == len(Tile)


# --- colours --------------------------------------------------------------------------


async def test_states_differ_for_colour_blind_eyes_too(chromium: Chromium) -> None:
    """Luminance alone tells OK from any exception: at least 3:1 between their grounds."""
    async with FakeCoordinator(fleet(92)) as feed:
        page = await open_wall(chromium, feed, "fhd")
        grounds = await page.evaluate("""Object.fromEntries(['ok', 'degraded', 'lost'].map((t) =>
          [t, getComputedStyle(document.querySelector('.tile.tile-' + t)).backgroundColor]))""")
        light = {tile: _luminance(ground) for tile, ground in grounds.items()}
        for ill in ("degraded", "lost"):
            assert (light[ill] + 0.05) / (light["ok"] + 0.05) >= 3
        assert (light["degraded"] + 0.05) / (light["lost"] + 0.05) >= 2


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_made_up_fleet_shows_every_state() -> None:
    made: Fleet = fleet(92)
    assert {point.tile for point in made.points.values()} == set(Tile)
