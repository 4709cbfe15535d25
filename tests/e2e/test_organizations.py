"""Organizations in the console, judged as every page is: axe, width, both languages and themes (ORG-1…5, K-2)."""
import pytest
from playwright.sync_api import expect

from tests.e2e.eye import Eye
from tests.e2e.steps import Desk, ready

pytestmark = pytest.mark.journey

LIST = "/console/organizations/"
WIDTHS = (1280, 390)
SCHEMES = [("en", "light"), ("ar", "dark")]
REASON = "The owner asked us on the phone. المالك طلب ذلك."


@pytest.mark.parametrize(("locale", "scheme"), SCHEMES)
def test_an_organization_and_its_parts(desk: Desk, eye: Eye, locale: str, scheme: str) -> None:
    page = eye.watch(desk.as_("admin", locale, LIST, color_scheme=scheme))
    assert eye.judge(ready(page), f"organizations.{locale}", widths=WIDTHS) == []
    page.goto(f"{desk.url}{LIST}?q=nothing-like-it")
    assert eye.judge(ready(page), f"organizations-none.{locale}", widths=WIDTHS) == []
    page.goto(f"{desk.url}{LIST}?q=desert")
    page.locator("#organizations a.row-link").first.click()
    page.wait_for_url("**/organizations/*-*")
    for place, part in enumerate(("about", "members", "invitations", "vault", "webhooks")):
        page.locator(".tabs a").nth(place).click()
        assert eye.judge(ready(page), f"organization-{part}.{locale}", widths=WIDTHS) == []
    expect(page.locator("main")).not_to_contain_text("whsec_")


@pytest.mark.parametrize(("locale", "scheme"), SCHEMES)
def test_an_administrator_sees_to_a_webhook(desk: Desk, eye: Eye, locale: str, scheme: str) -> None:
    page = eye.watch(desk.as_("admin", locale, f"{LIST}?q=desert", color_scheme=scheme))
    page.locator("#organizations a.row-link").first.click()
    page.locator(".tabs a").nth(4).click()
    page.locator("#switch button").click()
    expect(page.locator("#reason")).to_be_focused()  # the browser asks for what is required
    page.locator("#switch textarea").fill("short")
    page.locator("#switch button").click()
    expect(page.locator("#reason-error")).to_be_visible()
    assert eye.judge(ready(page), f"organization-refused.{locale}", widths=WIDTHS) == []
    for label in ("off", "on"):
        page.locator("#switch textarea").fill(REASON)
        expect(page.locator("#switch [name=state]")).to_have_value(label)
        page.locator("#switch button").click()
        page.wait_for_load_state("load")
    before = page.locator("#deliveries tbody tr").count()
    page.locator("#deliveries td button").first.click()
    expect(page.locator("#deliveries tbody tr")).to_have_count(before + 1)


def test_compliance_reads_members_in_full_once(desk: Desk, eye: Eye) -> None:
    page = eye.watch(desk.as_("compliance_officer", "ar", f"{LIST}?q=desert"))
    page.locator("#organizations a.row-link").first.click()
    page.locator(".tabs a").nth(1).click()
    expect(page.locator("#members")).not_to_contain_text("Maha")
    page.locator("#unmask textarea").fill(REASON)
    page.locator("#unmask button").click()
    expect(page.locator("#members")).to_contain_text("Maha Al-Subaie")
    assert eye.judge(ready(page), "organization-unmasked.ar", widths=WIDTHS) == []
