"""Second looks and figures in a real browser: both languages and themes, every width, and a judgement by keyboard."""
import pytest
from playwright.sync_api import expect

from tests.e2e.eye import WIDTHS, Eye
from tests.e2e.steps import Desk, ready

pytestmark = pytest.mark.journey

LOCALES = ("en", "ar")
REVIEWS = "/console/moderation/quality/reviews"
SENIOR_PAGES = {"figures": "/console/moderation/figures/", "quality": "/console/moderation/quality/",
                "quality-differing": "/console/moderation/quality/?differing=1",
                "figures-wrong-days": "/console/moderation/figures/?first=2030-01-01", "reviews": REVIEWS}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", SENIOR_PAGES)
def test_every_page(desk: Desk, eye: Eye, name: str, locale: str) -> None:
    """No finding of axe, no console message, no sideways scroll (K-1, K-2)."""
    page = desk.as_("senior_moderator", locale)
    eye.watch(page).goto(f"{desk.url}{SENIOR_PAGES[name]}")
    assert eye.judge(ready(page), f"{name}.{locale}", widths=WIDTHS) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_second_look_by_keyboard(desk: Desk, eye: Eye, locale: str) -> None:
    """Take one, judge it blind, and see both judgements after (MOD-2)."""
    page = ready(eye.watch(desk.as_("senior_moderator", locale, REVIEWS)))
    page.keyboard.press("KeyN")
    page.wait_for_url("**/reviews/*")
    assert eye.judge(ready(page), f"review.{locale}", widths=WIDTHS) == []
    expect(page.locator("#both")).to_have_count(0)
    page.keyboard.press("KeyA")
    expect(page.locator("input[name=outcome][value=approve]")).to_be_checked()
    page.keyboard.press("KeyS")
    expect(page.locator("#both")).to_be_visible()
    assert eye.judge(ready(page), f"reviewed.{locale}", widths=WIDTHS) == []
