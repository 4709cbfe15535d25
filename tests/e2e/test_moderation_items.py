"""Compliance items in a real browser, in both languages: opened, owned, waited for, closed and taken back (MOD-3)."""
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.eye import Eye
from tests.e2e.steps import Desk, open_cases, ready

pytestmark = pytest.mark.journey

LOCALES = ("en", "ar")
LIST = "/console/moderation/items/"
WIDTHS = (1280, 390)


def an_item(desk: Desk, locale: str) -> Page:
    """An item opened by hand about the person of a case that has none yet; its page."""
    page = desk.as_("compliance_officer", locale, "/console/moderation/")
    cases = page.locator("#queue tr .open bdi").all_inner_texts()
    for case in cases:
        page.goto(f"{desk.url}{LIST}")
        page.locator("#new-item select[name=kind]").select_option("missing_evidence")
        page.locator("#new-item input[name=case]").fill(case)
        page.locator("#new-item textarea[name=reason]").fill("The award named has no proof. لا إثبات للجائزة.")
        page.locator("#new-item button.primary").click()
        page.wait_for_url("**/items/ITEM-*")
        if page.locator("#own-item").count():
            return ready(page)
    raise AssertionError("every case of the page has an item already")


@pytest.mark.parametrize("locale", LOCALES)
def test_from_opening_to_taking_back(desk: Desk, eye: Eye, locale: str) -> None:
    page = eye.watch(an_item(desk, locale))
    assert eye.judge(page, f"item-open.{locale}", widths=WIDTHS) == []
    page.keyboard.press("t")
    expect(page.locator("#own-item")).to_have_count(0)
    page.keyboard.press("w")
    expect(page.locator("#move input[value=waiting]")).to_be_checked()
    page.locator("#move button").click()
    expect(page.locator("#reason-error")).to_be_visible()
    assert eye.judge(page, f"item-refused.{locale}", widths=WIDTHS) == []
    page.locator("#move textarea[name=reason]").fill("Asked for a certificate.")
    page.locator("#move button").click()
    expect(page.locator("#item-history .note").first).to_have_text("Asked for a certificate.")
    page.locator("#move input[value=resolved]").check()
    page.locator("#move textarea[name=reason]").fill("The certificate came.")
    page.locator("#move button").click()
    back = page.locator("form[action$='/reopen'] button")
    expect(back).to_be_visible()
    assert eye.judge(page, f"item-closed.{locale}", widths=WIDTHS) == []
    back.click()
    expect(page.locator("#move")).to_be_visible()
    page.goto(f"{desk.url}{LIST}")
    assert eye.judge(ready(page), f"items.{locale}", widths=WIDTHS) == []
    page.goto(f"{desk.url}{LIST}?view=mine&q=zzzz")
    assert eye.judge(ready(page), f"items-empty.{locale}", widths=(1280,)) == []


def test_without_script(desk: Desk) -> None:
    """Owned and moved by plain forms."""
    ref = an_item(desk, "en").url.rsplit("/", 1)[1]
    page = desk.as_("compliance_officer", "en", f"{LIST}{ref}", java_script_enabled=False)
    page.locator("#own-item button").click()
    page.locator("#move input[value=dismissed]").check()
    page.locator("#move textarea[name=reason]").fill("Opened by mistake.")
    page.locator("#move button").click()
    expect(page.locator("#item-history .note").first).to_have_text("Opened by mistake.")


def test_walked_by_keys(desk: Desk) -> None:
    """J and K walk the list as they walk the queue; Enter opens."""
    an_item(desk, "ar")
    page = ready(desk.as_("compliance_officer", "ar", LIST))
    page.keyboard.press("j")
    expect(page.locator("#items a.row-link").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/ITEM-*")


def test_a_moderator_meets_the_item_at_the_case(desk: Desk) -> None:
    """Who may not read items learns by its reference why an approval is refused."""
    moderator = desk.as_("moderator", "en")
    refs = open_cases(moderator, desk.url)
    moderator.goto(f"{desk.url}{LIST}")
    expect(moderator.locator("main")).to_contain_text("You may not do this.")
    assert refs
