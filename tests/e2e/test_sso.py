"""Staff come in by single sign-on in a real browser, in both languages (ID-7, K-1)."""
import pytest
from playwright.sync_api import expect

from tests.e2e.eye import WIDTHS, Eye
from tests.e2e.steps import Desk, ready, speak

pytestmark = pytest.mark.journey

BUTTONS = {"en": "Continue with single sign-on", "ar": "المتابعة بالدخول الموحّد"}
REFUSED = {"en": "none of your groups has a role", "ar": "فليس لأي من مجموعاتك صفة"}


@pytest.mark.parametrize("locale", ["en", "ar"])
class TestSingleSignOn:
    def test_a_colleague_comes_in_and_proves_again(self, desk: Desk, eye: Eye, locale: str) -> None:
        page = eye.watch(desk.page())
        page.goto(f"{desk.url}/console/sign-in?next=/console/components")
        speak(page, locale)
        page.get_by_role("link", name=BUTTONS[locale]).click()
        page.get_by_role("button", name="Huda Alqahtani").click()
        page.wait_for_url("**/console/components")
        expect(page.locator("body")).to_contain_text("Huda Alqahtani")
        page.goto(f"{desk.url}/console/prove?next=/console/")
        assert eye.judge(ready(page), f"prove.{locale}") == []
        with page.expect_popup() as opened:
            page.locator("a[target=_blank]").click()
        tab = opened.value
        tab.get_by_role("button", name="Huda Alqahtani").click()
        tab.wait_for_url("**/console/prove/done")
        assert eye.judge(ready(tab), f"proved-elsewhere.{locale}") == []
        tab.close()
        page.locator("button[formnovalidate]").click()
        page.locator("main a.btn.primary").click()
        page.wait_for_url(f"{desk.url}/console/")

    def test_who_may_not_reads_why(self, desk: Desk, eye: Eye, locale: str) -> None:
        page = eye.watch(desk.page())
        page.goto(f"{desk.url}/console/sign-in")
        speak(page, locale)
        page.get_by_role("link", name=BUTTONS[locale]).click()
        page.get_by_role("button", name="Nobody in particular").click()
        page.wait_for_url("**/console/sign-in")
        expect(page.get_by_role("alert")).to_contain_text(REFUSED[locale])
        assert eye.judge(ready(page), f"sso-refused.{locale}", widths=WIDTHS) == []
