"""A browser for the journeys: Chromium of this home, the console of a real server, one sign-in per account."""
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from castingops.bootstrap.browser import launch_options
from castingops.bootstrap.home import home_of
from tests.e2e.eye import Eye
from tests.e2e.server import LiveServer, live
from tests.e2e.steps import Account, Desk, accounts_of

TOOLS = home_of(None).path  # read before the settings of the tests say otherwise
SHOTS = os.environ.get("CASTINGOPS_SHOTS")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**launch_options(TOOLS))  # type: ignore[arg-type]
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """The console with the demo. CASTINGOPS_E2E_URL and CASTINGOPS_E2E_HOME name one that runs already."""
    if url := os.environ.get("CASTINGOPS_E2E_URL"):
        yield LiveServer(url.rstrip("/"), Path(os.environ["CASTINGOPS_E2E_HOME"]))
        return
    with live() as server:
        yield server


@pytest.fixture(scope="session")
def accounts(live_server: LiveServer) -> dict[str, Account]:
    """One demo login per role, from the file that the seed wrote."""
    return accounts_of(live_server.home)


@pytest.fixture(scope="session")
def stored() -> dict[str, Any]:
    """Cookies of accounts that have signed in: a one-time code is good for one sign-in only."""
    return {}


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts and closes them."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        usual: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
        context = browser.new_context(**usual | options)
        context.set_default_timeout(10_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def desk(live_server: LiveServer, contexts: Callable[..., BrowserContext], accounts: dict[str, Account],
         stored: dict[str, Any]) -> Desk:
    """Opens pages as somebody: `desk.as_("moderator", "ar")`."""
    return Desk(live_server.url, contexts, accounts, stored)


@pytest.fixture
def eye() -> Eye:
    """Looks at a page as a strict reader does."""
    return Eye(Path(SHOTS) if SHOTS else None)


@pytest.fixture
def anonymous(desk: Desk) -> Page:
    """A page without a session."""
    return desk.page()
