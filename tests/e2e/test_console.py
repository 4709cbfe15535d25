"""The console in a real browser, in both languages: journeys of staff, and what every page is held to (K-2, MOD-2)."""
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.eye import WIDTHS, Eye
from tests.e2e.steps import Account, Desk, open_cases, ready, sign_in, speak

pytestmark = pytest.mark.journey

LOCALES = ("en", "ar")
ANONYMOUS_PAGES = {"sign-in": "/console/sign-in", "unknown-address": "/console/no-such-page"}
STAFF_PAGES = {
    "home": "/console/",
    "queue": "/console/moderation/",
    "queue-decided": "/console/moderation/?view=decided",
    "queue-empty": "/console/moderation/?q=zzzzzz",
    "components": "/console/components",
    "error": "/console/no-such-page",
}
AUDIT_PAGES = {"audit": "/console/audit/", "integrity": "/console/audit/trail", "auditor-queue": "/console/moderation/"}
ADMIN_PAGES = {"admin-home": "/console/", "jobs": "/console/jobs/"}


@pytest.mark.parametrize("locale", LOCALES)
class TestEveryPage:
    """No finding of axe, no console message, no sideways scroll, at three widths."""

    @pytest.mark.parametrize("name", ANONYMOUS_PAGES)
    def test_before_sign_in(self, desk: Desk, eye: Eye, name: str, locale: str) -> None:
        page = eye.watch(desk.page())
        page.goto(f"{desk.url}{ANONYMOUS_PAGES[name]}")
        speak(page, locale)
        assert eye.judge(ready(page), f"{name}.{locale}", widths=WIDTHS) == []

    @pytest.mark.parametrize("name", STAFF_PAGES)
    def test_for_a_moderator(self, desk: Desk, eye: Eye, name: str, locale: str) -> None:
        page = desk.as_("moderator", locale)
        eye.watch(page).goto(f"{desk.url}{STAFF_PAGES[name]}")
        assert eye.judge(ready(page), f"{name}.{locale}", widths=WIDTHS) == []

    @pytest.mark.parametrize("name", AUDIT_PAGES)
    def test_for_an_auditor(self, desk: Desk, eye: Eye, name: str, locale: str) -> None:
        page = desk.as_("auditor", locale)
        eye.watch(page).goto(f"{desk.url}{AUDIT_PAGES[name]}")
        assert eye.judge(ready(page), f"{name}.{locale}", widths=WIDTHS) == []

    @pytest.mark.parametrize("name", ADMIN_PAGES)
    def test_for_an_administrator(self, desk: Desk, eye: Eye, name: str, locale: str) -> None:
        page = desk.as_("admin", locale)
        eye.watch(page).goto(f"{desk.url}{ADMIN_PAGES[name]}")
        assert eye.judge(ready(page), f"{name}.{locale}", widths=WIDTHS) == []


class TestSignIn:
    """ID-2, ID-9: password, then code; a session that ends at once and for good."""

    def test_wrong_password_says_one_thing_and_keeps_the_address(self, anonymous: Page, desk: Desk, eye: Eye,
                                                                 accounts: dict[str, Account]) -> None:
        page = eye.watch(anonymous)
        page.goto(f"{desk.url}/console/sign-in")
        page.locator("input[name=email]").fill(accounts["support"].email)
        page.locator("input[name=password]").fill("not the password")
        page.locator("main button[type=submit]").first.click()
        expect(page.locator("[role=alert], .error").first).to_be_visible()
        expect(page.locator("input[name=email]")).to_have_value(accounts["support"].email)
        expect(page.locator("input[name=password]")).to_have_value("")
        assert eye.judge(ready(page), "sign-in-refused.en") == []

    def test_a_replayed_cookie_opens_nothing(self, desk: Desk, accounts: dict[str, Account]) -> None:
        page = desk.page()
        sign_in(page, desk.url, accounts["compliance_officer"])
        stolen = page.context.cookies()
        page.locator("button[popovertarget=me]").click()
        page.locator("#me form[action='/console/sign-out'] button").click()
        page.wait_for_url("**/console/sign-in*")
        page.context.clear_cookies()
        page.context.add_cookies(stolen)  # type: ignore[arg-type]  # Playwright's own shape, given back
        page.goto(f"{desk.url}/console/moderation/")
        expect(page).to_have_url(re.compile("/console/sign-in"))

    def test_the_way_in_leads_back(self, anonymous: Page, desk: Desk) -> None:
        anonymous.goto(f"{desk.url}/console/audit/")
        expect(anonymous).to_have_url(re.compile(r"/console/sign-in\?next="))

    def test_the_language_is_kept_before_and_after(self, desk: Desk, accounts: dict[str, Account]) -> None:
        page = desk.page()
        page.goto(f"{desk.url}/console/sign-in")
        speak(page, "ar")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        page.reload()
        expect(page.locator("html")).to_have_attribute("lang", "ar")


class TestProblems:
    """A refusal says what was not done, and takes nothing off the page."""

    def test_a_lost_session_leaves_the_page_as_it_is(self, desk: Desk, eye: Eye) -> None:
        page = eye.watch(ready(desk.as_("moderator", "ar", "/console/moderation/")))
        rows = page.locator("#queue tr").count()
        page.context.clear_cookies(name=re.compile("^(?!locale$)"))
        page.locator("#queue form[action$='/take'] button").first.click()
        problem = page.locator("#live [data-code=not_signed_in]")
        expect(problem).to_be_visible()
        expect(problem.locator("a[href='/console/sign-in']")).to_be_visible()
        expect(page.locator("#queue tr")).to_have_count(rows)
        assert eye.judge(page, "problem-fragment.ar") == []
        problem.locator("[data-dismiss]").click()
        expect(problem).to_have_count(0)


@pytest.mark.parametrize("locale", LOCALES)
class TestModerator:
    """MOD-1, MOD-2: from the queue to a decision that the person reads in both languages."""

    def test_searches_in_either_spelling(self, desk: Desk, locale: str) -> None:
        page = ready(desk.as_("moderator", locale, "/console/moderation/"))
        name = page.locator("#queue .row-link bdi").first.inner_text()
        page.keyboard.press("Slash")
        expect(page.locator("#search")).to_be_focused()
        page.keyboard.type(name.split()[0].replace("أ", "ا").replace("ة", "ه"))
        page.keyboard.press("Enter")
        page.wait_for_url("**q=*")
        assert name in page.locator("#queue .row-link bdi").all_inner_texts()

    def test_previews_and_decides(self, desk: Desk, eye: Eye, locale: str) -> None:
        page = eye.watch(desk.as_("moderator", locale))
        open_one(page, desk)
        page.locator("#decision input[name=outcome][value=changes]").check()
        page.locator("#decision input[name=policy]").first.check()
        page.locator("#decision textarea[name=facts_en]").fill("The bio names an account.")
        page.locator("#decision textarea[name=facts_ar]").fill("تذكر النبذة حسابًا.")
        page.locator("#decide button[data-key=KeyV]").click()
        expect(page.locator("#statement-title")).to_be_focused()
        letter = page.locator("#statement .letter")
        expect(letter.filter(has_text="The bio names an account.")).to_have_attribute("lang", "en")
        expect(letter.filter(has_text="تذكر النبذة حسابًا.")).to_have_attribute("lang", "ar")
        assert eye.judge(page, f"case-preview.{locale}") == []
        send(page)
        expect(page.locator("#live .toast").last).to_be_visible()
        expect(page.locator("#waiting")).to_be_visible()
        expect(page.locator("#standing .clock")).to_have_count(0)
        assert eye.judge(page, f"case-decided.{locale}") == []

    def test_is_told_what_is_missing(self, desk: Desk, eye: Eye, locale: str) -> None:
        page = eye.watch(desk.as_("moderator", locale))
        open_one(page, desk)
        page.locator("#decision input[name=outcome][value=reject]").check()
        page.locator("#decision").evaluate("form => form.requestSubmit()")
        expect(page.locator("#decision [role=alert], #judgement [role=alert]").first).to_be_focused()
        assert eye.judge(page, f"case-incomplete.{locale}") == []

    def test_reveals_a_photo_on_request(self, desk: Desk, eye: Eye, locale: str) -> None:
        page = eye.watch(desk.as_("moderator", locale))
        open_one(page, desk)
        veiled = page.locator(".photo:has(form)").first
        if veiled.count() == 0:
            pytest.skip("this case has no photo")
        place = veiled.get_attribute("id")
        veiled.locator("button").click()
        expect(page.locator(f"#{place} div.frame img")).to_be_focused()
        assert eye.judge(page, f"case-photo.{locale}") == []

    def test_works_by_keyboard_alone(self, desk: Desk, locale: str) -> None:
        page = ready(desk.as_("moderator", locale, "/console/moderation/?view=free"))
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("KeyJ")
        first = page.locator("#queue .row-link").first
        expect(first).to_be_focused()
        page.keyboard.press("KeyJ")
        page.keyboard.press("KeyK")
        expect(first).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url("**/console/moderation/cases/*")
        ready(page)
        page.keyboard.press("KeyT")
        expect(page.locator("#decision")).to_be_visible()
        page.keyboard.press("KeyA")
        expect(page.locator("#decision input[value=approve]")).to_be_checked()
        page.keyboard.press("KeyV")
        expect(page.locator("#statement .letter").first).to_be_visible()
        expect(page.locator("#decide [data-key=KeyS]")).to_be_visible()  # the statement may show before one may send
        page.keyboard.press("KeyS")
        expect(page.locator("#waiting")).to_be_visible()

    def test_turns_single_keys_off(self, desk: Desk, locale: str) -> None:
        page = ready(desk.as_("moderator", locale, "/console/moderation/"))
        page.keyboard.press("Shift+Slash")
        expect(page.locator("#keys")).to_be_visible()
        page.locator("[data-keys-switch]").uncheck()
        page.keyboard.press("Escape")
        page.reload()
        ready(page).keyboard.press("Slash")
        expect(page.locator("#search")).not_to_be_focused()


class TestWithoutScript:
    """Nothing needs the script: forms post, links lead, pages come whole."""

    def test_takes_previews_and_decides(self, desk: Desk) -> None:
        page = desk.as_("moderator", "ar", java_script_enabled=False)
        reference = open_cases(page, desk.url)[0]
        page.locator(f"#row-{reference} form[action$='/take'] button").click()
        page.goto(f"{desk.url}/console/moderation/cases/{reference}")
        page.locator("#decision textarea[name=note]").fill("kept while I look")
        preview(page, "approve")
        expect(page.locator("#statement .letter")).to_have_count(2)
        expect(page.locator("#decision textarea[name=note]")).to_have_value("kept while I look")
        send(page)
        expect(page.locator("#waiting")).to_be_visible()

    def test_filters_the_queue(self, desk: Desk) -> None:
        page = desk.as_("moderator", "en", "/console/moderation/", java_script_enabled=False)
        page.locator("form.filters select[name=language]").select_option("ar")
        page.locator("form.filters button").click()
        page.wait_for_url("**language=ar*")
        expect(page.locator(".chip")).to_have_count(1)
        page.locator(".chip").click()
        expect(page.locator(".chip")).to_have_count(0)

    def test_pages_the_trail(self, desk: Desk) -> None:
        page = desk.as_("auditor", "en", "/console/audit/", java_script_enabled=False)
        newest = page.locator("#trail tr").first.get_attribute("id")
        page.locator("#trail-pager a[rel=next]").click()
        page.wait_for_url("**cursor=*")
        expect(page.locator("#trail tr").first).to_be_visible()
        expect(page.locator(f"#{newest}")).to_have_count(0)


class TestAuditor:
    """An auditor reads everything and decides nothing."""

    def test_reads_a_case_without_a_form(self, desk: Desk) -> None:
        page = desk.as_("auditor", "en", "/console/moderation/")
        page.locator("#queue .row-link").first.click()
        page.wait_for_url("**/console/moderation/cases/*")
        expect(page.locator("#decision")).to_have_count(0)
        expect(page.locator("main form[method=post]")).to_have_count(0)

    def test_is_refused_when_asking_all_the_same(self, desk: Desk) -> None:
        page = desk.as_("auditor", "en", "/console/moderation/")
        page.locator("#queue .row-link").first.click()
        page.wait_for_url("**/console/moderation/cases/*")
        token = page.locator("input[name=csrf_token]").first.input_value()
        answer = page.request.post(f"{page.url}/decide", headers={"Origin": desk.url, "Referer": page.url},
                                   form={"csrf_token": token, "outcome": "approve"})
        assert answer.status == 403

    def test_reads_on_where_the_trail_goes_on(self, desk: Desk) -> None:
        """More rows join the table; the link that was pressed is gone, so focus goes to the first of them."""
        page = ready(desk.as_("auditor", "ar", "/console/audit/"))
        rows = page.locator("#trail tr")
        before = rows.count()
        page.keyboard.press("KeyM")
        expect(rows.nth(before)).to_be_attached()
        expect(rows.nth(before).locator("a").first).to_be_focused()
        expect(page.locator("#trail-pager")).to_have_count(1)

    def test_filters_the_trail_and_exports_it(self, desk: Desk) -> None:
        page = desk.as_("auditor", "en", "/console/audit/")
        expect(page.locator("main table tbody tr").first).to_be_visible()
        with page.expect_download() as begun:
            page.locator("a[href*=export], button[formaction*=export], form[action*=export] button").first.click()
        assert begun.value.failure() is None


def open_one(page: Page, desk: Desk) -> str:
    """Take the first free case of a profile and open it; its reference."""
    reference = open_cases(page, desk.url, "?kind=talent_profile")[0]
    page.locator(f"#row-{reference} form[action$='/take'] button").click()
    expect(page.locator(f"#row-{reference} form[action$='/return']")).to_be_visible()
    page.locator(f"#row-{reference} .row-link").click()
    page.wait_for_url(f"**/cases/{reference}")
    ready(page)
    return reference


def preview(page: Page, outcome: str) -> None:
    """Choose an outcome and look at what it would send."""
    page.locator(f"#decision input[name=outcome][value={outcome}]").check()
    page.locator("#decide button[data-key=KeyV]").click()
    expect(page.locator("#decide button[data-key=KeyS]")).to_be_visible()


def send(page: Page) -> None:
    """Send the decision that was previewed."""
    page.locator("#decide button[data-key=KeyS]").click()
