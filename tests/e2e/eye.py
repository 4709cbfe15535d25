"""What every page is held to: no finding of axe, no console message, no sideways scroll. Takes pictures on request."""
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page

from castingops.core.config import STATIC

WIDTHS = (1440, 1024, 390)
READ_AT = frozenset({1440, 1280, 390})  # between them only the columns change: axe has no need to read again
_RUN = "rules => axe.run(document, {resultTypes: ['violations'], ...rules})"
# Colours on their way from one scheme to the other are neither's. A sheet made by script: the policy lets no other in.
_STILL = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important }");
  document.adoptedStyleSheets.push(still);
}"""
# The dark page is the same document in other colours: what colours decide is read again, the rest once.
_RULES: dict[str, dict[str, Any]] = {
    "light": {}, "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}}
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def axe_source() -> str:
    """The vendored axe; evaluated in the page, since the policy lets no foreign script in."""
    (file,) = (STATIC / "vendor").glob("axe-core@*/axe.min.js")
    return file.read_text("utf-8")


class Eye:
    """Collects what the console of the watched pages says, and judges how they look."""

    def __init__(self, shots: Path | None) -> None:
        self.shots = shots
        self.said: list[str] = []
        if shots is not None:
            shots.mkdir(parents=True, exist_ok=True)

    def watch(self, page: Page) -> Page:
        """Listen from now on; the browser's own note that an answer was an error status is no message of ours."""
        def hear(message: ConsoleMessage) -> None:
            if "the server responded with a status of" not in message.text:
                self.said.append(f"{message.type}: {message.text}")

        page.on("console", hear)
        page.on("pageerror", lambda error: self.said.append(f"pageerror: {error}"))
        return page

    def judge(self, page: Page, name: str, *, widths: tuple[int, ...] = (1280,)) -> list[str]:
        """Everything that is wrong with this page at these widths, light and dark, in words; empty when nothing is."""
        found = []
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate(_SIDEWAYS) > 0:
                found.append(f"{name} at {width}: scrolls sideways")
            if width in READ_AT:
                found += [finding for scheme in ("dark", "light") for finding in self._read(page, name, scheme, width)]
        found += [f"{name}: {message}" for message in self.said]
        self.said.clear()
        return found

    def _read(self, page: Page, name: str, scheme: str, width: int) -> list[str]:
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(axe_source())
            page.evaluate(_STILL)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two it names
        if self.shots is not None:
            page.screenshot(path=self.shots / f"{name}.{scheme}.{width}.png", full_page=True)
        result: dict[str, Any] = page.evaluate(_RUN, _RULES[scheme])
        return [f"{name} at {width}, {scheme}: {violation['id']}: {node['html'][:160]}"
                for violation in result["violations"] for node in violation["nodes"]]
