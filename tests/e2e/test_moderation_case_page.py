"""A case's page in a browser, in both languages: lease, decision, undo, conversation, comparison (MOD-1, MOD-2)."""
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.eye import WIDTHS, Eye
from tests.e2e.steps import Desk, ready

pytestmark = pytest.mark.journey

LOCALES = ("en", "ar")
PAGES = {"settings": "/console/moderation/settings", "replies": "/console/moderation/replies/",
         "replies-empty": "/console/moderation/replies/?q=zzzz", "reply-new": "/console/moderation/replies/new"}
SENIOR_PAGES = {"approvals": "/console/moderation/approvals",
                "approvals-none": "/console/moderation/approvals?whose=mine"}


def free_case(page: Page, desk: Desk) -> str:
    """The reference of an open case that nobody has."""
    page.goto(f"{desk.url}/console/moderation/?view=free")
    row = page.locator("#queue tr").filter(has=page.locator("form[action$='/take']")).last
    return row.locator(".open bdi").inner_text()


def open_case(page: Page, desk: Desk, ref: str) -> None:
    page.goto(f"{desk.url}/console/moderation/cases/{ref}")
    ready(page)


def take(page: Page) -> None:
    page.locator("#take button[data-key=KeyT]").click()
    expect(page.locator("#decision")).to_be_visible()


def propose_changes(page: Page) -> None:
    """Choose changes under the first policy, look at it, and send it."""
    page.locator("#decision input[name=outcome][value=changes]").check()
    page.locator("#decision input[name=policy]").first.check()
    page.locator("#decide button[data-key=KeyV]").click()
    expect(page.locator("#statement .letter")).to_have_count(2)
    page.locator("#decide button[data-key=KeyS]").click()


@pytest.mark.parametrize("locale", LOCALES)
class TestEveryPage:
    """No finding of axe, no console message, no sideways scroll."""

    @pytest.mark.parametrize("name", PAGES)
    def test_for_a_moderator(self, desk: Desk, eye: Eye, name: str, locale: str) -> None:
        page = desk.as_("moderator", locale)
        eye.watch(page).goto(f"{desk.url}{PAGES[name]}")
        assert eye.judge(ready(page), f"{name}.{locale}", widths=WIDTHS) == []

    @pytest.mark.parametrize("name", SENIOR_PAGES)
    def test_for_a_senior(self, desk: Desk, eye: Eye, name: str, locale: str) -> None:
        page = desk.as_("senior_moderator", locale)
        eye.watch(page).goto(f"{desk.url}{SENIOR_PAGES[name]}")
        assert eye.judge(ready(page), f"{name}.{locale}", widths=WIDTHS) == []

    def test_a_case_without_and_with_its_lease(self, desk: Desk, eye: Eye, locale: str) -> None:
        page = eye.watch(desk.as_("moderator", locale))
        open_case(page, desk, free_case(page, desk))
        expect(page.locator("#decision")).to_have_count(0)
        assert eye.judge(page, f"case-free.{locale}", widths=WIDTHS) == []
        take(page)
        expect(page.locator("#lease [data-seconds]")).to_be_visible()
        assert eye.judge(page, f"case-mine.{locale}", widths=WIDTHS) == []
        page.locator("a[data-key=KeyH]").click()
        page.wait_for_url("**/console/moderation/people/*")
        assert eye.judge(ready(page), f"person.{locale}", widths=WIDTHS) == []
        page.go_back()
        ready(page).locator("#lease button").click()
        expect(page.locator("#take")).to_be_visible()


@pytest.mark.parametrize("locale", LOCALES)
class TestTwoBrowsers:
    """Two people, one case: taken, taken over, refused, undone."""

    def test_takeover_tells_the_former_holder_and_keeps_the_words(self, desk: Desk, eye: Eye, locale: str) -> None:
        first = eye.watch(desk.as_("moderator", locale))
        second = eye.watch(desk.as_("senior_moderator", locale))
        ref = free_case(first, desk)
        for page in (first, second):
            open_case(page, desk, ref)
        take(first)
        first.locator("#decision textarea[name=note]").fill("my own words")
        open_case(second, desk, ref)
        expect(second.locator("#decision")).to_have_count(0)
        second.keyboard.press("KeyT")
        expect(second.locator("#take-over")).to_be_visible()
        assert eye.judge(second, f"case-take-over.{locale}") == []
        second.locator("#takeover-reason").fill("It is about a child.")
        second.locator("#take-over button[type=submit]").click()
        expect(second.locator("#decision")).to_be_visible()
        first.locator("#lease [data-beat]").dispatch_event("beat")
        expect(first.locator("#conflict [role=alert]")).to_contain_text("It is about a child.")
        expect(first.locator("#decision textarea[name=note]")).to_have_value("my own words")
        assert eye.judge(first, f"case-lost.{locale}") == []
        first.locator("#decision input[name=outcome][value=approve]").check()
        first.locator("#decision").evaluate("form => form.requestSubmit()")
        expect(first.locator("#conflict [role=alert]")).to_be_visible()
        expect(first.locator("#decision textarea[name=note]")).to_have_value("my own words")
        open_case(first, desk, ref)
        expect(first.locator("#taken-over")).to_contain_text("It is about a child.")
        first.locator("#taken-over button").click()
        expect(first.locator("#taken-over")).to_have_count(0)
        second.locator("#lease button").click()
        expect(second.locator("#take")).to_be_visible()

    def test_undo_is_the_servers_and_gives_the_words_back(self, desk: Desk, eye: Eye, locale: str) -> None:
        first, second = eye.watch(desk.as_("moderator", locale)), desk.as_("senior_moderator", locale)
        ref = free_case(first, desk)
        open_case(first, desk, ref)
        take(first)
        propose_changes(first)
        expect(first.locator("#waiting")).to_be_visible()
        expect(first.locator("#decide [data-seconds]")).to_be_visible()
        assert eye.judge(first, f"case-undo.{locale}") == []
        open_case(second, desk, ref)
        expect(second.locator("#waiting")).to_be_visible()
        first.keyboard.press("KeyU")
        expect(first.locator("#decision input[name=outcome][value=changes]")).to_be_checked()
        expect(first.locator("#waiting")).to_have_count(0)
        open_case(second, desk, ref)
        expect(second.locator("#waiting")).to_have_count(0)
        first.locator("#lease button").click()


@pytest.mark.parametrize("locale", LOCALES)
class TestSecondApproval:
    """What takes two persons: proposed by one, read and refused by another."""

    def test_a_ban_waits_for_a_second_person_who_refuses_it(self, desk: Desk, eye: Eye, locale: str) -> None:
        page, senior = eye.watch(desk.as_("moderator", locale)), desk.as_("senior_moderator", locale)
        ref = free_case(page, desk)
        open_case(page, desk, ref)
        take(page)
        page.locator("#decision input[name=outcome][value=reject]").check()
        page.locator("#decision input[name=policy]").nth(3).check()
        page.locator("#decision details.more summary").click()
        for act in ("strike", "ban"):
            page.locator(f"#decision input[name=actions][value={act}]").check()
        page.locator("#decide button[data-key=KeyV]").click()
        expect(page.locator("#statement strong")).to_be_visible()
        assert eye.judge(page, f"case-ban.{locale}", widths=(1280, 390)) == []
        page.locator("#decide button[data-key=KeyS]").click()
        expect(page.locator("#waiting")).to_be_visible()
        assert eye.judge(page, f"case-proposed.{locale}") == []
        eye.watch(senior).goto(f"{desk.url}/console/moderation/approvals?whose=others")
        senior.locator("#proposals tr").filter(has_text=ref).locator(".row-link").click()
        expect(senior.locator("#answer")).to_be_visible()
        assert eye.judge(ready(senior), f"approval.{locale}", widths=(1280, 390)) == []
        senior.locator("#reason").fill("A strike is enough.")
        senior.locator("#answer button.danger").click()
        senior.wait_for_url("**/console/moderation/approvals")
        open_case(page, desk, ref)
        expect(page.locator("#judgement .notice").first).to_contain_text("A strike is enough.")
        expect(page.locator("#take")).to_be_visible()
        assert eye.judge(page, f"case-declined.{locale}") == []

    def test_a_decision_in_force_is_reversed_by_proposal(self, desk: Desk, eye: Eye, locale: str) -> None:
        page = eye.watch(desk.as_("senior_moderator", locale, "/console/moderation/?view=decided"))
        for link in [row.get_attribute("href") for row in page.locator("#queue .row-link").all()]:
            page.goto(f"{desk.url}{link}")
            if page.locator("#decided a[href$='/reverse']").count():
                page.locator("#decided a[href$='/reverse']").click()
                if page.locator("#decision").count():
                    break
        page.locator("#decision input[name=outcome][value=reject]").check()
        page.locator("#decision input[name=policy]").first.check()
        page.locator("button[name=look]").click()
        expect(page.locator("#statement .letter")).to_have_count(2)
        assert eye.judge(ready(page), f"reversal.{locale}", widths=(1280, 390)) == []


@pytest.mark.parametrize("locale", LOCALES)
class TestConversation:
    """Messages to the person are apart from notes on the case and notes about the person."""

    def test_writes_with_a_quick_reply_and_the_clock_stands_still(self, desk: Desk, eye: Eye, locale: str) -> None:
        page = eye.watch(desk.as_("moderator", locale))
        open_case(page, desk, free_case(page, desk))
        page.keyboard.press("KeyW")
        expect(page.locator("#message")).to_be_focused()
        page.locator("#message").fill("Salam.")
        page.locator("#message-form select[name=reply]").select_option(index=1)
        page.locator("#message-form button[formaction$='/messages/fill']").click()
        expect(page.locator("#message")).to_have_value(re.compile(r"Salam\.\n\n.*", re.DOTALL))
        assert "{ref}" not in page.locator("#message").input_value()
        page.locator("#message-form button").first.click()
        expect(page.locator("#conversation .messages li").last).to_contain_text("Salam.")
        expect(page.locator("#message")).to_have_value("")
        assert eye.judge(page, f"case-message.{locale}", widths=(1280, 390)) == []
        page.reload()
        expect(page.locator("#standing .tag")).to_be_visible()
        page.locator("#timeline select[name=sort]").select_option("messages")
        expect(page.locator("#lines li").first).to_contain_text("Salam.")
        page.locator("#person-notes summary").click()
        page.locator("#person_note").fill("سبق التواصل معه هاتفيًا.")
        page.locator("#person-notes form button").click()
        expect(page.locator("#person-notes .note").first).to_contain_text("سبق التواصل")


class TestWithoutScript:
    """Nothing needs the script."""

    def test_takes_writes_decides_and_undoes(self, desk: Desk) -> None:
        page = desk.as_("moderator", "ar", java_script_enabled=False)
        ref = free_case(page, desk)
        page.goto(f"{desk.url}/console/moderation/cases/{ref}")
        page.locator("#take button").click()
        page.locator("#note-form textarea").fill("ملاحظة")
        page.locator("#note-form button").click()
        expect(page.locator("#lines")).to_contain_text("ملاحظة")
        page.locator("#message").fill("سؤال")
        page.locator("#message-form button").first.click()
        expect(page.locator("#conversation .messages")).to_contain_text("سؤال")
        page.goto(f"{desk.url}/console/moderation/cases/{ref}")
        propose_changes(page)
        expect(page.locator("#waiting")).to_be_visible()
        page.locator("#decide form button").click()
        expect(page.locator("#decision")).to_be_visible()
        page.locator("#lease button").click()
        expect(page.locator("#take")).to_be_visible()

    def test_compares_the_other_way_from_now_on(self, desk: Desk) -> None:
        page = desk.as_("senior_moderator", "ar", "/console/moderation/settings", java_script_enabled=False)
        page.locator("input[name=diff_mode][value=inline]").check()
        page.locator("main form button.primary").click()
        page.goto(f"{desk.url}/console/moderation/settings")
        expect(page.locator("input[name=diff_mode][value=inline]")).to_be_checked()
        page.locator("input[name=diff_mode][value=side]").check()
        page.locator("main form button.primary").click()
