"""Two people, two browsers: support proposes, an admin reads and approves; every people page judged (ID-9, K-2)."""
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.eye import Eye
from tests.e2e.steps import Desk, ready

pytestmark = pytest.mark.journey

LOCALES = ("en", "ar")
SCHEMES = {"en": "light", "ar": "dark"}
WIDTHS = (1280, 390)
PEOPLE = "/console/people/"
NAMES = {"en": "Dana Khoja", "ar": "عبير الشمري"}  # a colleague for each journey: the same is proposed once


@pytest.mark.parametrize("locale", LOCALES)
def test_propose_and_approve_in_two_browsers(desk: Desk, eye: Eye, locale: str) -> None:
    scheme = SCHEMES[locale]
    proposer = eye.watch(desk.as_("support", locale, PEOPLE, color_scheme=scheme))
    assert eye.judge(ready(proposer), f"staff.{locale}", widths=WIDTHS) == []
    proposer.locator("#staff a.row-link", has_text=NAMES[locale]).click()
    proposer.locator("#state-reason").fill("The telephone is lost. <b>فُقد الجوال</b>")
    assert eye.judge(ready(proposer), f"colleague.{locale}", widths=WIDTHS) == []
    proposer.locator("#state button[value=disable]").click()
    proposer.wait_for_url("**/proposals/*-*")
    address = proposer.url
    expect(proposer.locator("form[action$='/withdraw']")).to_be_visible()
    expect(proposer.locator("form[action$='/approve']")).to_have_count(0)
    approver = eye.watch(desk.as_("admin", locale, f"{PEOPLE}proposals/", color_scheme=scheme))
    assert eye.judge(ready(approver), f"proposals.{locale}", widths=WIDTHS) == []
    approver.locator(f"#proposals a[href='{address.removeprefix(desk.url)}']").click()
    expect(approver.locator("#proposal .typed")).to_have_text("The telephone is lost. <b>فُقد الجوال</b>")
    approver.locator("form[action$='/refuse'] button").click()
    expect(approver.locator("#reason-error")).to_be_visible()
    assert eye.judge(ready(approver), f"proposal.{locale}", widths=WIDTHS) == []
    approver.keyboard.press("a")
    expect(approver.locator("#settled")).to_be_visible()
    proposer.reload()
    expect(proposer.locator("#settled")).to_be_visible()
    assert eye.judge(ready(proposer), f"proposal-done.{locale}", widths=WIDTHS) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_review_roles_and_accounts(desk: Desk, eye: Eye, locale: str) -> None:
    scheme = SCHEMES[locale]
    page = eye.watch(desk.as_("admin", locale, f"{PEOPLE}review", color_scheme=scheme))
    left = page.locator("form[action$='/confirm']")
    before = left.count()
    assert eye.judge(ready(page), f"review.{locale}", widths=WIDTHS) == []
    left.first.locator("button").click()
    expect(left).to_have_count(before - 1)
    for path in ("roles", "new"):
        page.goto(f"{desk.url}{PEOPLE}{path}")
        assert eye.judge(ready(page), f"{path}.{locale}", widths=WIDTHS) == []
    support = eye.watch(desk.as_("support", locale, f"{PEOPLE}accounts/", color_scheme=scheme))
    assert eye.judge(ready(support), f"accounts.{locale}", widths=WIDTHS) == []
    _find(support, "talent@castingops.example")
    assert eye.judge(ready(support), f"account.{locale}", widths=WIDTHS) == []


def _find(page: Page, email: str) -> None:
    page.locator("#email").fill(email)
    page.locator("#find-account button.primary").click()
    page.wait_for_url("**/accounts/*-*")
