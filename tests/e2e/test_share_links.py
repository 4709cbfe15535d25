"""The page behind a share link, as strangers open it: both languages, light and dark, wide and narrow (CAST-6, K-2)."""
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from castingops.core.roles import StaffRole
from tests.e2e.eye import Eye
from tests.e2e.steps import ready
from tests.factories import doors, share_links
from tests.factories.doors import Someone
from tests.factories.guardians import Desk
from tests.factories.served import served
from tests.factories.share_links import PATH, make

pytestmark = pytest.mark.journey

WIDTHS = (1280, 390)
CREDITS = [{"role": "Noura", "production": "The Old Souq", "year": 2024, "company": "Nakhla", "director": "Hala"}]


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """The app itself behind a port: this page needs no demo."""
    with served(app) as url:
        yield url


@pytest.fixture(scope="module")
def talent(app: Flask) -> Someone:
    return share_links.talent(app, credits=CREDITS, travels=True, day_rate_min_halalas=150_000)


@pytest.fixture(scope="module")
def guardian(app: Flask) -> Someone:
    """At work for a ward whose profile is published."""
    return share_links.child(app, Desk(app))[1]


@pytest.fixture(params=["en", "ar"])
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(contexts: Callable[..., BrowserContext], eye: Eye) -> Page:
    return eye.watch(contexts().new_page())


def opened(page: Page, eye: Eye, url: str, locale: str, name: str) -> Page:
    """Open a link in one language, and hold the page to what every page is held to."""
    page.goto(f"{url}?locale={locale}")
    expect(page.locator("html")).to_have_attribute("lang", locale)
    assert eye.judge(ready(page), f"{name}.{locale}", widths=WIDTHS) == []
    return page


def test_a_stranger_reads_a_profile(page: Page, eye: Eye, address: str, talent: Someone, locale: str) -> None:
    made = make(talent, max_views=1)
    opened(page, eye, f"{address}/share/{made['token']}", locale, "share")
    expect(page.locator("h1")).to_contain_text("Sarah" if locale == "en" else "سارة")
    expect(page.locator(".photo img")).to_have_count(1)
    assert page.evaluate("document.querySelector('.photo img').naturalWidth") > 0
    page.locator("header a").click()  # the other language is no other view
    expect(page.locator("html")).to_have_attribute("lang", "ar" if locale == "en" else "en")
    expect(page.locator("h1")).to_be_visible()
    talent.ask("DELETE", f"{PATH}/{made['link']['id']}")
    opened(page, eye, f"{address}/share/{made['token']}", locale, "share-dead")
    expect(page.locator("h1")).to_have_text("This link does not work" if locale == "en" else "هذا الرابط لا يعمل")


def test_a_stranger_reads_a_child_s_profile(page: Page, eye: Eye, address: str, guardian: Someone,
                                            locale: str) -> None:
    opened(page, eye, f"{address}/share/{make(guardian)['token']}", locale, "share-child")
    expect(page.locator("h1")).to_have_text("سارة")
    expect(page.locator("main")).not_to_contain_text("Canary")


def at_the_desk(app: Flask, contexts: Callable[..., BrowserContext], address: str, locale: str) -> Page:
    """A browser in which a moderator has signed in."""
    moderator = doors.staff_member(app, StaffRole.MODERATOR, locale=locale)
    cookies = [{"name": one.key, "value": one.value, "url": address} for one in moderator.client._cookies.values()]
    context = contexts()
    context.add_cookies(cookies)  # type: ignore[arg-type]  # three of the fields it names
    return context.new_page()


def test_staff_end_a_link(app: Flask, contexts: Callable[..., BrowserContext], eye: Eye, address: str,
                          talent: Someone, locale: str) -> None:
    """The console's page of a link: states and counts, and the end with its reason."""
    made = make(talent, max_views=20)
    share_links.look(app, made["token"])
    page = eye.watch(at_the_desk(app, contexts, address, locale))
    page.goto(f"{address}/console/share-links/{made['link']['id']}")
    expect(page.locator("html")).to_have_attribute("lang", locale)
    assert eye.judge(ready(page), f"share-desk.{locale}", widths=WIDTHS) == []
    page.locator("#end button").click()
    expect(page.locator("#reason")).to_be_focused()  # it is required
    page.locator("#reason").fill("It stands on a public wall.")
    page.locator("#end button").click()
    expect(page.locator("#end")).to_have_count(0)
    assert eye.judge(ready(page), f"share-desk-ended.{locale}", widths=WIDTHS) == []

