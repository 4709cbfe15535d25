"""Everything by keyboard, in both directions, on any layout, with keys of one's own (moderation.md §5, no. 12)."""
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.eye import Eye
from tests.e2e.steps import Desk, ready
from tests.e2e.test_moderation_case_page import free_case, open_case

pytestmark = pytest.mark.journey

# what an Arabic layout types at the same places: the page listens to places
ARABIC = {"KeyT": "ف", "KeyC": "ؤ", "KeyP": "ح", "KeyV": "ر", "KeyS": "س", "KeyU": "ع", "KeyB": "لا", "KeyR": "ق"}
PRESS = """([code, key]) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", {code, key, bubbles: true, cancelable: true}))"""


def press(page: Page, locale: str, code: str) -> None:
    """Press the key at this place, as the reader's layout types it."""
    if locale == "ar":
        page.evaluate(PRESS, [code, ARABIC[code]])
    else:
        page.keyboard.press(code)


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_keyboard_complete_in_both_directions(desk: Desk, eye: Eye, locale: str) -> None:
    """From the queue to a decision and back, without a mouse; axe and the console stay silent under a strict policy."""
    page = eye.watch(desk.as_("moderator", locale))
    ref = free_case(page, desk)
    answer = page.goto(f"{desk.url}/console/moderation/cases/{ref}")
    assert answer is not None and "unsafe" not in answer.headers["content-security-policy"]
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if locale == "ar" else "ltr")
    press(ready(page), locale, "KeyT")
    expect(page.locator("#decision")).to_be_visible()
    assert eye.judge(page, f"keyboard-form.{locale}") == []
    press(page, locale, "KeyC")
    expect(page.locator("#decision input[value=changes]")).to_be_checked()
    press(page, locale, "KeyP")
    expect(page.locator("#decision input[name=policy]").first).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#decision input[name=policy]").first).to_be_checked()
    press(page, locale, "KeyV")
    expect(page.locator("#statement-title")).to_be_focused()
    press(page, locale, "KeyS")
    expect(page.locator("#waiting")).to_be_visible()
    assert eye.judge(page, f"keyboard-undo.{locale}") == []
    press(page, locale, "KeyU")
    expect(page.locator("#decision")).to_be_visible()
    press(page, locale, "KeyB")
    expect(page.locator("#take")).to_be_visible()
    assert eye.judge(page, f"keyboard-done.{locale}") == []


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_reveals_a_photo_by_keyboard(desk: Desk, locale: str) -> None:
    """A look is asked for with the keyboard too, and is on record."""
    page = desk.as_("moderator", locale)
    open_case(page, desk, free_case(page, desk))
    veil = page.locator("#photos .veil").first
    if veil.count() == 0:
        pytest.skip("this case has no photo")
    veil.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#photos div.frame img").first).to_be_focused()
    page.locator("#timeline select[name=sort]").select_option("events")
    expect(page.locator("#lines")).to_be_visible()


def test_own_keys_work_are_listed_and_can_be_off(desk: Desk, eye: Eye) -> None:
    """WCAG 2.1.4: remapped, refused when two acts share a key, listed by `?`, switched off."""
    page = eye.watch(desk.as_("senior_moderator", "en", "/console/moderation/settings"))
    page.locator("#key_take").select_option("KeyA")
    page.locator("main form button.primary").click()
    expect(page.locator("#key_take-error")).to_be_visible()
    expect(page.locator("#key_take")).to_have_value("KeyA")
    assert eye.judge(ready(page), "settings-conflict.en") == []
    page.locator("#key_take").select_option("Digit7")
    page.locator("main form button.primary").click()
    expect(page.locator("#live .toast")).to_be_visible()
    ref = free_case(page, desk)
    open_case(page, desk, ref)
    page.keyboard.press("Shift+Slash")
    expect(page.locator("#keys kbd[data-code=KeyT]")).to_have_text("7")
    page.keyboard.press("Escape")
    page.keyboard.press("KeyT")
    expect(page.locator("#take")).to_be_visible()
    page.keyboard.press("Digit7")
    expect(page.locator("#decision")).to_be_visible()
    page.locator("#lease button").click()
    expect(page.locator("#take")).to_be_visible()
    page.goto(f"{desk.url}/console/moderation/settings")
    page.locator("input[name=keys_on]").uncheck()
    page.locator("main form button.primary").click()
    expect(page.locator("#live .toast")).to_be_visible()
    open_case(page, desk, ref)
    page.keyboard.press("Digit7")
    expect(page.locator("#decision")).to_have_count(0)
    page.goto(f"{desk.url}/console/moderation/settings")
    page.locator("input[name=keys_on]").check()
    page.locator("button[name=usual]").click()
    expect(page.locator("#key_take")).to_have_value("KeyT")
