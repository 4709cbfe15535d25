"""The board of casting calls and one call, judged as every page is: axe, width, both languages and themes (K-2)."""
import pytest
from playwright.sync_api import expect

from tests.e2e.eye import Eye
from tests.e2e.steps import Desk, ready

pytestmark = pytest.mark.journey

BOARD = "/console/casting-calls/"
WIDTHS = (1280, 390)


@pytest.mark.parametrize(("locale", "scheme"), [("en", "light"), ("ar", "dark")])
def test_the_board_and_its_pages_are_fit_to_be_read(desk: Desk, eye: Eye, locale: str, scheme: str) -> None:
    page = eye.watch(desk.as_("moderator", locale, BOARD, color_scheme=scheme))
    assert eye.judge(ready(page), f"calls.{locale}", widths=WIDTHS) == []
    page.goto(f"{desk.url}{BOARD}?status=published&q=desert")
    page.locator("#calls a.row-link").first.click()
    page.wait_for_url("**/casting-calls/*-*")
    page.locator("#close button").click()
    expect(page.locator("#reason_en-error")).to_be_visible()
    assert eye.judge(ready(page), f"call.{locale}", widths=WIDTHS) == []
    page.goto(f"{desk.url}{BOARD}rules")
    assert eye.judge(ready(page), f"call-rules.{locale}", widths=WIDTHS) == []
