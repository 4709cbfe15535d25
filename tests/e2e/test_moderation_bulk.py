"""Bulk actions in a real browser, in both languages: ticked, frozen, previewed, started, stopped (MOD-2)."""
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.eye import Eye
from tests.e2e.steps import Desk, ready

pytestmark = pytest.mark.journey

LOCALES = ("en", "ar")
WIDTHS = (1280, 390)


def ticked(desk: Desk, locale: str) -> Page:
    """The frozen list of the first two cases of the queue."""
    page = ready(desk.as_("moderator", locale, "/console/moderation/?kind=talent_profile"))
    boxes = page.locator("#queue input[name=case]")
    for number in range(2):
        boxes.nth(number).check()
    expect(page.locator("[data-bulk-count]").first).to_have_text("2")
    page.locator(".bulk button.primary").click()
    page.wait_for_url(re.compile(r"/bulk/BULK-\d+$"))
    return ready(page)


@pytest.mark.parametrize("locale", LOCALES)
def test_from_ticks_to_a_stop(desk: Desk, eye: Eye, locale: str) -> None:
    page = eye.watch(ticked(desk, locale))
    expect(page.locator("#bulk-items tr")).to_have_count(2)
    assert eye.judge(page, f"bulk-draft.{locale}", widths=WIDTHS) == []
    page.keyboard.press("c")
    page.locator("#bulk-form button[data-key=KeyV]").click()
    expect(page.locator("#policy-error")).to_be_visible()
    page.locator("#bulk-form input[name=policy]").first.check()
    page.locator("#bulk-form textarea[name=facts_en]").fill("The bio names an account.")
    page.locator("#bulk-form textarea[name=facts_ar]").fill("تذكر النبذة حسابًا.")
    page.locator("#bulk-form button[data-key=KeyV]").click()
    expect(page.locator("#bulk-sample .letters")).to_have_count(2)
    assert eye.judge(page, f"bulk-preview.{locale}", widths=WIDTHS) == []
    page.locator("#bulk-form button[data-key=KeyS]").click()
    expect(page.locator("#bulk-progress progress")).to_be_visible()
    first = page.locator("#bulk-progress").get_attribute("hx-get")
    expect(page.locator("#bulk-progress")).not_to_have_attribute("hx-get", first or "", timeout=15_000)
    assert eye.judge(page, f"bulk-running.{locale}", widths=WIDTHS) == []
    stop = page.locator("form[action$='/stop'] button")
    if stop.count():  # where no worker runs, it would wait for ever
        stop.click()
    expect(page.locator("#bulk-progress[data-beat]")).to_have_count(0)
    assert eye.judge(ready(page), f"bulk-stopped.{locale}", widths=WIDTHS) == []
    page.goto(f"{desk.url}/console/moderation/bulk")
    assert eye.judge(ready(page), f"bulk-jobs.{locale}", widths=WIDTHS) == []


def test_without_script(desk: Desk) -> None:
    """Ticked, previewed, thrown away by plain forms."""
    page = desk.as_("moderator", "en", "/console/moderation/", java_script_enabled=False)
    page.locator("#queue input[name=case]").first.check()
    page.locator("#bulk button, .bulk button").first.click()
    page.wait_for_url(re.compile(r"/bulk/BULK-\d+$"))
    page.locator("#bulk-form input[value=note]").check()
    page.locator("#bulk-form textarea[name=note]").fill("Seen <b>together</b>.")
    page.locator("#bulk-form button[data-key=KeyV]").click()
    expect(page.locator("#bulk-form")).to_contain_text("Nobody is told anything by this.")
    page.locator("#bulk-form button.ghost").click()
    expect(page.locator("h1 + .tag, .page-head .tag")).to_contain_text("Stopped")
