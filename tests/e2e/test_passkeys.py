"""A passkey in a real browser: made on My sign-in, used as the second step and to confirm who is here (ID-5)."""
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.eye import Eye
from tests.e2e.steps import Account, Desk, sign_in, speak

pytestmark = pytest.mark.journey

WIDTHS = (1280, 390)


def with_authenticator(page: Page) -> Page:
    """Chromium's own authenticator, with a finger that is always there."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True}})
    return page


def test_from_making_to_signing_in(desk: Desk, eye: Eye, accounts: dict[str, Account]) -> None:
    base, account = desk.url.replace("127.0.0.1", "localhost"), accounts["finance"]  # passkeys bind to names
    page = with_authenticator(eye.watch(desk.page()))
    sign_in(page, base, account)
    page.goto(f"{base}/console/my-sign-in")
    for locale in ("ar", "en"):
        speak(page, locale)
        assert eye.judge(page, f"my-sign-in.{locale}", widths=WIDTHS) == []
    page.locator("#passkeys input[name=name]").fill("Laptop الحاسوب")
    page.locator("#passkeys [data-passkey]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#passkey-rows")).to_contain_text("Laptop الحاسوب")
    page.locator("#recovery button").click()
    expect(page.locator("#codes ol li")).to_have_count(10)
    assert eye.judge(page, "recovery-codes.en", widths=WIDTHS) == []
    page.goto(f"{base}/console/my-sign-in")
    page.locator("#app form button").first.click()
    expect(page.locator("#new-app img")).to_be_visible()
    assert eye.judge(page, "new-app.en", widths=WIDTHS) == []
    page.goto(f"{base}/console/prove?next=/console/my-sign-in")
    assert eye.judge(page, "prove.en", widths=WIDTHS) == []
    page.locator("main [data-passkey]").click()
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{base}/console/sign-in")
    page.locator("input[name=email]").fill(account.email)
    page.locator("input[name=password]").fill(account.password)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/console/sign-in/code*")
    assert eye.judge(page, "code-passkey.en", widths=WIDTHS) == []
    page.locator("[data-passkey]").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    assert eye.said == []
