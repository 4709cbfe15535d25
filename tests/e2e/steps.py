"""Steps that journeys share: signing in, changing the language, finding a case."""
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import BrowserContext, Page, expect

STEP = 30  # seconds that a one-time code lasts


@dataclass(frozen=True)
class Account:
    """A demo login."""

    email: str
    password: str
    totp_secret: str | None
    role: str
    locale: str


def accounts_of(home: Path) -> dict[str, Account]:
    """The demo's logins by role."""
    listed = json.loads((home / "demo-accounts.json").read_text("utf-8"))
    return {entry["role"]: Account(**{name: entry[name] for name in Account.__dataclass_fields__}) for entry in listed}


def fresh_code(secret: str) -> str:
    """A one-time code with time left to type it."""
    if time.time() % STEP > STEP - 5:
        time.sleep(6)
    return pyotp.TOTP(secret).now()


def sign_in(page: Page, base: str, account: Account) -> None:
    """Password, then code, as a person does it."""
    page.goto(f"{base}/console/sign-in")
    page.locator("input[name=email]").fill(account.email)
    page.locator("input[name=password]").fill(account.password)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/console/sign-in/code*")
    assert account.totp_secret is not None
    page.locator("input[name=code]").fill(fresh_code(account.totp_secret))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def speak(page: Page, locale: str) -> None:
    """Change the language by the switch in the frame, when the page does not speak it yet."""
    html = page.locator("html")
    if html.get_attribute("lang") != locale:
        page.locator("form.language button").click()
        expect(html).to_have_attribute("lang", locale)


class Desk:
    """A place to work at: opens pages for accounts, and remembers who has signed in."""

    def __init__(self, url: str, contexts: Callable[..., BrowserContext], accounts: dict[str, Account],
                 stored: dict[str, Any]) -> None:
        self.url, self._contexts, self._accounts, self._stored = url, contexts, accounts, stored

    def page(self, **options: Any) -> Page:
        """A page without a session."""
        return self._contexts(**options).new_page()

    def as_(self, role: str, locale: str, path: str = "/console/", **options: Any) -> Page:
        """A page of this role's account, in `locale`, at `path`. Signs in once per run."""
        if role not in self._stored:
            context = self._contexts()
            sign_in(context.new_page(), self.url, self._accounts[role])
            self._stored[role] = context.storage_state()
        page = self._contexts(storage_state=self._stored[role], **options).new_page()
        page.goto(f"{self.url}{path}")
        speak(page, locale)
        return page


def ready(page: Page) -> Page:
    """Wait until the script has taken the page over (it and htmx start after the page has been read), and until what it
    asked for at once is there."""
    page.wait_for_load_state("load")
    page.wait_for_function("window.htmx && !document.querySelector('.htmx-request')")
    return page


def open_cases(page: Page, base: str, query: str = "") -> list[str]:
    """References of the open cases that nobody has taken, as the queue shows them."""
    page.goto(f"{base}/console/moderation/{query}")
    rows = page.locator("#queue tr").filter(has=page.locator("form[action$='/take']"))
    return [row.locator(".open bdi").inner_text() for row in rows.all()]
