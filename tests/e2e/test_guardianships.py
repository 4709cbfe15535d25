"""A guardianship in two browsers: a senior moderator reads and proposes, a compliance officer agrees (ID-10, K-2)."""
import pytest
from playwright.sync_api import Page, expect

from castingops.demo.families import CHILDREN
from tests.e2e.eye import Eye
from tests.e2e.steps import Desk, ready

pytestmark = pytest.mark.journey

LIST = "/console/guardianships/"
PROPOSALS = "/console/people/proposals/"
SCHEMES = {"en": "light", "ar": "dark"}
WIDTHS = (1280, 390)
_, PROPOSED, WAITING = (child.name_en.split()[0] for child in CHILDREN)


def opened(desk: Desk, eye: Eye, locale: str, child: str, name: str) -> Page:
    """A senior moderator at one child's guardianship."""
    page = eye.watch(desk.as_("senior_moderator", locale, f"{LIST}?q={child}", color_scheme=SCHEMES[locale]))
    assert eye.judge(ready(page), f"guardianships.{locale}", widths=WIDTHS) == []
    page.locator("a.row-link").first.click()
    page.wait_for_url("**/guardianships/GRD-*")
    expect(page.locator("h1")).not_to_contain_text(child)
    assert eye.judge(ready(page), f"{name}.{locale}", widths=WIDTHS) == []
    return page


def agree(desk: Desk, eye: Eye, locale: str, ref: str) -> None:
    """A compliance officer finds the proposal about this guardianship, reads the documents' page, and agrees."""
    page = eye.watch(desk.as_("compliance_officer", locale, PROPOSALS, color_scheme=SCHEMES[locale]))
    for place in range(page.locator("#proposals a.row-link").count()):
        page.goto(f"{desk.url}{PROPOSALS}")
        page.locator("#proposals a.row-link").nth(place).click()
        page.wait_for_url("**/proposals/*-*")
        if page.locator(f"a[href='{LIST}{ref}']").count():
            break
    assert eye.judge(ready(page), f"guardianship-proposal.{locale}", widths=WIDTHS) == []
    address = page.url
    page.locator(f"a[href='{LIST}{ref}']").first.click()
    page.wait_for_url(f"**{LIST}{ref}")
    page.goto(address)
    ready(page).keyboard.press("a")
    expect(page.locator("#settled")).to_be_visible()


def test_a_guardianship_is_verified_by_two(desk: Desk, eye: Eye) -> None:
    page = opened(desk, eye, "en", WAITING, "guardianship-pending")
    page.locator("#verify [name=best_interest]").fill("She likes acting, and school goes first.")
    page.locator("#verify button.primary").click()
    expect(page.locator("#verify-reason-error")).to_be_visible()
    expect(page.locator("#verify [name=best_interest]")).to_have_value("She likes acting, and school goes first.")
    assert eye.judge(ready(page), "guardianship-refused.en", widths=WIDTHS) == []
    page.locator("#verify-reason").fill("The certificate names her mother.")
    page.locator("#verify button.primary").click()
    expect(page.locator("main")).to_contain_text("A compliance officer has to approve it")
    agree(desk, eye, "en", page.url.rsplit("/", 1)[1])
    page.reload()
    expect(page.locator("#end")).to_be_visible()
    assert eye.judge(ready(page), "guardianship-verified.en", widths=WIDTHS) == []


def test_names_and_documents_are_seen_after_a_second_persons_word(desk: Desk, eye: Eye) -> None:
    page = opened(desk, eye, "ar", PROPOSED, "guardianship-proposed")
    page.locator("#unmask-reason").fill("أقارن الاسم بالصك.")
    page.locator("#ask-unmask button").click()
    expect(page.locator("#unmask-reason")).to_have_value("")
    ref = page.url.rsplit("/", 1)[1]
    agree(desk, eye, "ar", ref)
    page.reload()
    expect(page.locator("h1")).to_contain_text("فهد")
    assert eye.judge(ready(page), "guardianship-unmasked.ar", widths=WIDTHS) == []
    page.locator("#documents [name=reason]").first.fill("أقارن الاسم بالصك.")
    with page.expect_download() as download:
        page.locator("#documents button").first.click()
    assert download.value.suggested_filename == f"{ref}.pdf"
