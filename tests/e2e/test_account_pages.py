"""The pages behind our letters, as their readers open them: both languages, light and dark, wide and narrow (ID-1,
ID-4, NOTE-1, K-2)."""
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from castingops.notifications.service import marketing
from tests.e2e.eye import Eye
from tests.e2e.steps import ready
from tests.factories.identity import PASSWORD, Person, bearer, make_person, new_email, registration, tokens_of
from tests.factories.letters import deliver, mails_to, token_to
from tests.factories.served import served

pytestmark = pytest.mark.journey

NEW = "another kettle, another roof"
WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """The app itself behind a port: these pages need no demo."""
    with served(app) as url:
        yield url


class Reader:
    """Somebody with a letter in hand and a browser in one language."""

    def __init__(self, page: Page, eye: Eye, address: str, locale: str) -> None:
        self.page, self.address, self.locale = eye.watch(page), address, locale
        self._eye = eye

    def open(self, path: str, name: str) -> None:
        """Open a link, and judge what it shows."""
        self.page.goto(f"{self.address}{path}?locale={self.locale}")
        expect(self.page.locator("html")).to_have_attribute("lang", self.locale)
        self.judge(name)

    def press(self, name: str, **typed: str) -> None:
        """Fill in, press the page's one button, and judge the answer."""
        for field, words in typed.items():
            self.page.locator(f"[name={field}]").fill(words)
        self.page.locator("main button.primary, main button[type=submit]").first.click()
        self.page.wait_for_load_state("load")
        self.judge(name)

    def judge(self, name: str) -> None:
        """Hold the page to what every page is held to."""
        assert self._eye.judge(ready(self.page), f"{name}.{self.locale}", widths=WIDTHS) == []


@pytest.fixture(params=["en", "ar"])
def reader(request: pytest.FixtureRequest, contexts: Callable[..., BrowserContext], eye: Eye, address: str) -> Reader:
    return Reader(contexts().new_page(), eye, address, request.param)


@pytest.fixture
def person(app: Flask) -> Person:
    return make_person(app)


def test_confirming_an_account(app: Flask, reader: Reader) -> None:
    body = registration(email=new_email(), locale=reader.locale)
    assert app.test_client().post("/api/v1/auth/register", json=body).status_code == 201
    link = f"/account/confirm/{token_to(app, body['email'], 'confirm')}"
    reader.open(link, "confirm")
    reader.press("confirm-refused", password="not the password at all")
    expect(reader.page.locator("[name=password]")).to_have_attribute("aria-invalid", "true")
    reader.press("confirm-done", password=PASSWORD)
    expect(reader.page.locator("[name=password]")).to_have_count(0)
    reader.open(link, "link-dead")


def test_choosing_a_new_password(app: Flask, reader: Reader, person: Person) -> None:
    reader.open("/account/forgot", "forgot")
    reader.press("forgot-sent", email=person.email)
    reader.open(f"/account/reset/{token_to(app, person.email, 'reset')}", "reset")
    reader.press("reset-refused", new_password="123456789012")
    reader.press("reset-done", new_password=NEW)
    answer = app.test_client().post("/api/v1/auth/login", json={"email": person.email, "password": NEW})
    assert answer.status_code == 200


def test_changing_the_address_and_taking_it_back(app: Flask, reader: Reader, person: Person) -> None:
    client, new = app.test_client(), new_email()
    token = bearer(tokens_of(client, person))
    assert client.post("/api/v1/me/email", json={"email": new}, headers=token).status_code == 202
    deliver(app, person.email)
    reader.open(f"/account/email/{token_to(app, new, 'email')}", "email")
    reader.press("email-done")
    undo = token_to(app, person.email, "undo")
    reader.open(f"/account/undo/{undo}", "undo")
    reader.press("undo-done")
    assert mails_to(app, person.email)


def test_ending_marketing_mail(app: Flask, reader: Reader, person: Person) -> None:
    with app.app_context():
        link = marketing.link_of(person.user_id)
    path = f"/unsubscribe/{link.rsplit('/', 1)[1]}"
    reader.open(path, "unsubscribe")
    reader.press("unsubscribe-done")
    reader.open(f"/unsubscribe/{uuid4()}", "unsubscribe-dead")
