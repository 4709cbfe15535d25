"""Queues, saved views, counts, the next case and the calendar in a browser, in both languages (MOD-1)."""
import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.eye import WIDTHS, Eye
from tests.e2e.steps import Desk, ready

pytestmark = pytest.mark.journey

QUEUE = "/console/moderation/"
SENIOR_PAGES = {
    "queues": "/console/moderation/queues", "queue-rule": "/console/moderation/queues/photos",
    "queue-default": "/console/moderation/queues/general", "calendar": "/console/moderation/calendar",
    "calendar-empty": "/console/moderation/calendar?year=2028",
    "queue-filtered": "/console/moderation/?queue=general&language=both&minor=no&held=free",
    "queue-pending": "/console/moderation/?view=pending", "queue-paused": "/console/moderation/?due=paused",
}


def view_named(page: Page, name: str) -> None:
    """Keep the filter in force under a name that colleagues see."""
    page.locator(".saved-views [commandfor=view-save]").click()
    page.locator("#view-name").fill(name)
    page.locator("#view-save input[name=shared]").check()
    page.locator("#view-save button.primary").click()
    expect(page.locator(".saved-views a[aria-current=page]")).to_contain_text(name)


@pytest.mark.parametrize("locale", ["en", "ar"])
class TestEveryPage:
    """No finding of axe, no console message, no sideways scroll, at three widths."""

    @pytest.mark.parametrize("name", SENIOR_PAGES)
    def test_for_a_senior(self, desk: Desk, eye: Eye, name: str, locale: str) -> None:
        page = desk.as_("senior_moderator", locale)
        eye.watch(page).goto(f"{desk.url}{SENIOR_PAGES[name]}")
        assert eye.judge(ready(page), f"{name}.{locale}", widths=WIDTHS) == []

    def test_queue_with_views_and_a_case_in_hand(self, desk: Desk, eye: Eye, locale: str) -> None:
        page = desk.as_("moderator", locale, f"{QUEUE}?language=ar")
        view_named(page, f"عربي {uuid4().hex[:6]}")
        page.keyboard.press("KeyN")
        page.wait_for_url("**/cases/CASE-*")
        eye.watch(page).goto(f"{desk.url}{QUEUE}")
        ready(page).locator("#queue input[type=checkbox]").first.check()
        assert eye.judge(page, f"queue-held.{locale}", widths=WIDTHS) == []
        page.locator("#queue input[type=checkbox]").first.uncheck()
        page.locator(".saved-views a").first.click()
        page.locator(".saved-views [commandfor=view-change]").click()
        assert eye.judge(page, f"view-dialog.{locale}", widths=WIDTHS) == []
        page.locator("#view-change button[formaction]").click()
        page.wait_for_url(f"**{QUEUE}")


def test_counts_follow_without_a_reload(desk: Desk) -> None:
    """One looks on, the other takes: the first one's counts and the second's own case change by themselves."""
    watching = ready(desk.as_("senior_moderator", "en", QUEUE))
    free = watching.locator("#count-mine")
    before = free.inner_text()
    other = ready(desk.as_("senior_moderator", "en", QUEUE))
    watching.evaluate("window.stays = true")
    other.locator("#queue form[action$='/take'] button").first.click()
    expect(other.locator("#queue form[action$='/return']").first).to_be_visible()
    expect(free).not_to_have_text(before, timeout=30_000)
    expect(watching.locator("#my-work a").first).to_be_visible()
    assert watching.evaluate("window.stays")


def test_two_people_never_get_the_same_case(desk: Desk) -> None:
    """Key N in two browsers at once."""
    refs = []
    for role in ("moderator", "senior_moderator"):
        page = ready(desk.as_(role, "en", QUEUE))
        page.keyboard.press("KeyN")
        page.wait_for_url("**/cases/CASE-*")
        refs.append(re.findall(r"CASE-\d+", page.url)[0])
    assert len(set(refs)) == 2


def test_next_case_works_without_script(desk: Desk) -> None:
    page = desk.as_("moderator", "en", QUEUE, java_script_enabled=False)
    page.get_by_role("button", name="Open next case").click()
    expect(page).to_have_url(re.compile(r"/cases/CASE-\d+"))


def test_holiday_is_added_and_taken_away(desk: Desk) -> None:
    page = ready(desk.as_("senior_moderator", "en", "/console/moderation/calendar?year=2028"))
    page.locator("#add input[name=day]").fill("2028-02-22")
    page.locator("#add input[name=title_en]").fill("Founding Day")
    page.locator("#add input[name=title_ar]").fill("يوم التأسيس")
    page.get_by_role("button", name="Add the day").click()
    expect(page.locator("#holidays")).to_contain_text("Founding Day")
    page.get_by_role("button", name="Make it a working day").click()
    expect(page.locator("#holidays")).not_to_contain_text("Founding Day")
