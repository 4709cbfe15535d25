"""Jinja as the app sets it up, without the app: for tests of templates alone."""
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from castingops.core import formats
from castingops.core.config import TEMPLATES


def component_environment() -> Environment:
    """Templates in English, strict; static files keep their names, the token is `token`."""
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"],
                       undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension's
    made.filters |= {**formats.FILTERS, "translate": str}
    made.tests["overdue"] = formats.is_overdue
    made.globals |= {"static_url": lambda name: name, "csrf_token": lambda: "token", "get_locale": lambda: "en"}
    return made
