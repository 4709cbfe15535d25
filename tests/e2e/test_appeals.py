"""The page behind the link in a decision's e-mail, in a real browser: both languages, both themes, with and without
script (MOD-2, K-1, K-2)."""
from collections.abc import Callable, Iterator
from threading import Thread
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect
from werkzeug.serving import make_server

from tests.e2e.eye import Eye
from tests.factories import moderation
from tests.factories.appeals import decided, link

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """The app itself behind a port: the page needs no demo."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def path(app: Flask, superuser: psycopg.Connection) -> str:
    """A link to a decision that can be appealed."""
    subject_id: UUID = moderation.person(app, superuser).subject_id
    return link(app, subject_id, decided(superuser, subject_id))


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_every_state_of_the_page(contexts: Callable[..., BrowserContext], eye: Eye, address: str, path: str,
                                 locale: str) -> None:
    """No finding of axe, nothing in the console, no sideways scroll: before, refused, sent, and a dead link."""
    page = eye.watch(contexts().new_page())
    name = locale
    page.goto(f"{address}{path}?locale={locale}")
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if locale == "ar" else "ltr")
    assert eye.judge(page, f"appeal.{name}", widths=(1280, 390)) == []
    page.locator("button[type=submit]").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    assert eye.judge(page, f"appeal-refused.{name}", widths=(1280, 390)) == []
    page.locator("textarea").fill("لم أذكر أي رقم في ملفي." if locale == "ar" else "There is no number in my profile.")
    page.locator("button[type=submit]").click()
    expect(page.locator("[role=alert]")).to_contain_text("APL-")
    expect(page.locator("textarea")).to_have_count(0)
    assert eye.judge(page, f"appeal-sent.{name}", widths=(1280, 390)) == []
    page.goto(f"{address}{path}x?locale={locale}")
    assert eye.judge(page, f"appeal-dead.{name}", widths=(1280, 390)) == []


def test_without_script_and_by_keyboard(contexts: Callable[..., BrowserContext], address: str, path: str) -> None:
    """The language switch and the form are a plain link and a plain form."""
    page = contexts(java_script_enabled=False, locale="en").new_page()
    page.goto(f"{address}{path}")
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    page.locator("textarea").focus()
    page.keyboard.type("لم أذكر أي رقم.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("APL-")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
