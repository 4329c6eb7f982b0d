"""Signing in, in a real Chromium."""

import pytest

from tests.browser.conftest import Shot, fits_across, keeps_the_rules
from tests.harness.chromium import Chromium
from tests.harness.fake_feed import FakeCoordinator, fleet

pytestmark = [pytest.mark.browser, pytest.mark.real_io]


async def test_a_wrong_token_is_said_to_be_wrong_and_a_right_one_leads_on(
    chromium: Chromium, shot: Shot
) -> None:
    async with FakeCoordinator(fleet(3)) as feed:
        feed.signed_in = False
        page = await chromium.open(f"{feed.base}/signin?next=%2Fhost", 390, 844)
        await page.sees("Tên đăng nhập")
        await page.do("click", selector=".other")
        await page.sees("Dán mã truy cập")
        await fits_across(page)
        await shot(page, "signin-phone")
        await page.do("fill", selector="#token", value="sai-ma")
        await page.do("press", key="Enter")
        await page.sees("Mã này không đúng hoặc đã bị thu hồi.")
        await keeps_the_rules(page, feed.base, expect="401")
        await page.do("fill", selector="#token", value="dung-ma")
        await page.do("click", selector=".primary")
        await page.until("location.pathname === '/host'")
        await page.sees("Đón đảng viên")


async def test_an_account_is_let_in_by_its_password(chromium: Chromium, shot: Shot) -> None:
    async with FakeCoordinator(fleet(3)) as feed:
        feed.signed_in = False
        page = await chromium.open(f"{feed.base}/signin?next=%2Fhost", 390, 844)
        await page.sees("Tên đăng nhập")
        await page.do("fill", selector="#login", value="lan")
        await page.do("fill", selector="#password", value="sai")
        await page.do("press", key="Enter")
        await page.sees("Tên đăng nhập hoặc mật khẩu không đúng.")
        await fits_across(page)
        await keeps_the_rules(page, feed.base, expect="401")
        await shot(page, "signin-account-phone")
        await page.do("fill", selector="#password", value="mot-mat-khau")
        await page.do("press", key="Enter")
        await page.until("location.pathname === '/host'")


async def test_an_invitation_sets_a_password_and_leaves_no_trace(
    chromium: Chromium, shot: Shot
) -> None:
    async with FakeCoordinator(fleet(3)) as feed:
        feed.signed_in = False
        page = await chromium.open(f"{feed.base}/signin#invitation=dung-thu", 390, 844)
        await page.sees("Chọn một mật khẩu dài ít nhất 10 ký tự")
        assert await page.evaluate("location.href") == f"{feed.base}/signin"
        await page.do("fill", selector="#new-password", value="1234567890")
        await page.do("press", key="Enter")
        await page.sees("quá dễ đoán")
        await fits_across(page)
        await keeps_the_rules(page, feed.base, expect="409")
        await shot(page, "signin-invitation-phone")
        await page.do("fill", selector="#new-password", value="ba con gà trống")
        await page.do("press", key="Enter")
        await page.until("location.pathname === '/wall'")


async def test_a_used_invitation_says_whom_to_ask(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(3)) as feed:
        feed.signed_in = False
        page = await chromium.open(f"{feed.base}/signin#invitation=cu")
        await page.sees("Đặt mật khẩu")
        await page.do("fill", selector="#new-password", value="ba con gà trống")
        await page.do("press", key="Enter")
        await page.sees("Hãy xin người quản trị một liên kết mới")


async def test_a_token_in_the_fragment_signs_in_and_is_forgotten(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(3)) as feed:
        feed.signed_in = False
        page = await chromium.open(f"{feed.base}/signin#token=dung-ma&next=/wall")
        await page.until("location.pathname === '/wall'")
        await page.sees("Đón đảng viên")
        assert feed.posts == [("signin", {"token": "dung-ma"})]
        assert not [url for url in await page.do("requests") if "dung-ma" in url.split("#")[0]]


async def test_a_wrong_token_in_the_fragment_leaves_the_address_clean(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(3)) as feed:
        feed.signed_in = False
        page = await chromium.open(f"{feed.base}/signin#token=sai-ma&next=/wall")
        await page.sees("Mã này không đúng")
        assert await page.evaluate("location.href") == f"{feed.base}/signin"


async def test_signing_in_never_leads_elsewhere(chromium: Chromium) -> None:
    async with FakeCoordinator(fleet(3)) as feed:
        url = f"{feed.base}/signin#token=dung-ma&next=//example.org/"
        page = await chromium.open(url)
        await page.until("location.pathname === '/wall'")


async def test_signing_out_ends_at_the_door(chromium: Chromium, shot: Shot) -> None:
    async with FakeCoordinator(fleet(3)) as feed:
        page = await chromium.open(f"{feed.base}/host")
        await page.until("document.querySelector('.link')")
        await page.do("click", selector=".link")
        await page.until("location.pathname === '/signin'")
        assert feed.signed_in is False
        await page.sees("Đăng nhập")
        await shot(page, "signin-laptop")
