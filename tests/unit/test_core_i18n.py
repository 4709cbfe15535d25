"""Languages inside an app, and the plural rule that Babel's own header gets wrong (arabic.md §1)."""
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import flask_babel
import pytest
from babel.messages import mofile
from babel.messages.catalog import Catalog
from babel.support import Translations
from flask import Flask, render_template_string, request
from hypothesis import given
from hypothesis import strategies as st

from castingops.core import catalogues
from castingops.core.catalogues import PLURALS
from castingops.core.formats import init_formats
from castingops.core.i18n import current_locale, init_i18n, translate, use_locale
from castingops.core.messages import N_

REPORTS = ("لا بلاغات", "بلاغ واحد", "بلاغان", "%(n)d بلاغات", "%(n)d بلاغًا", "%(n)d بلاغ")
FORM_OF = {0: 0, 1: 1, 2: 2, 3: 3, 10: 3, 11: 4, 26: 4, 99: 4, 100: 5, 101: 5, 102: 5, 103: 3, 111: 4}


@pytest.fixture(scope="module")
def arabic_reports() -> Translations:
    catalogue = Catalog(locale="ar")
    catalogue.mime_headers = [("Plural-Forms", PLURALS["ar"])]
    catalogue.add(("%(n)d report", "%(n)d reports"), REPORTS)
    compiled = BytesIO()
    mofile.write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


@pytest.mark.parametrize(("n", "form"), FORM_OF.items())
def test_arabic_plural_takes_the_cldr_form(arabic_reports: Translations, n: int, form: int) -> None:
    assert arabic_reports.ngettext("%(n)d report", "%(n)d reports", n) == REPORTS[form]


@given(n=st.integers(min_value=0, max_value=10**9))
def test_arabic_plural_follows_cldr_everywhere(arabic_reports: Translations, n: int) -> None:
    tail = n % 100
    form = n if n < 3 else 3 if 3 <= tail <= 10 else 4 if tail >= 11 else 5
    assert arabic_reports.ngettext("%(n)d report", "%(n)d reports", n) == REPORTS[form]


@pytest.fixture(scope="module")
def bilingual() -> Iterator[Flask]:
    app = Flask(__name__)
    init_i18n(app, lambda: request.args.get("lang"))
    init_formats(app)
    app.add_url_rule("/", "page", lambda: render_template_string(
        "<html lang='{{ get_locale() }}' dir='{{ dir_of(get_locale()) }}'>{{ _('just now') }}|"
        "{{ message|translate }}|{{ 1150|money }}</html>", message=N_("under 1 min")))
    app.add_url_rule("/edge", "edge", lambda: flask_babel.gettext("just now"))
    yield app


@pytest.mark.parametrize(("asked", "locale"), [("ar", "ar"), ("en", "en"), ("fr", "en"), ("", "en")])
def test_page_speaks_the_language_of_its_request(bilingual: Flask, asked: str, locale: str) -> None:
    text = bilingual.test_client().get(f"/?lang={asked}").text
    assert f"lang='{locale}'" in text
    assert ("الآن|أقل من دقيقة|11.50\u00a0ر.س" in text) == (locale == "ar")
    assert ("just now|under 1 min|SAR\u00a011.50" in text) == (locale == "en")


def test_python_edge_and_jinja_read_one_catalogue(bilingual: Flask) -> None:
    assert bilingual.test_client().get("/edge?lang=ar").text == "الآن"


def test_use_locale_wins_over_the_request_and_gives_it_back(bilingual: Flask) -> None:
    with bilingual.test_request_context("/?lang=ar"):
        assert (current_locale(), str(flask_babel.get_locale())) == ("ar", "ar")
        with use_locale("en"):
            assert (flask_babel.gettext("just now"), translate("just now")) == ("just now", "just now")
            assert str(flask_babel.get_locale()) == "en"
        assert flask_babel.gettext("just now") == "الآن"


@pytest.mark.parametrize(("source", "shown"), [
    ("{{ _('Hello %(name)s,', name=x) }}", "مرحبًا &lt;b&gt;،"),
    ("{% trans name=x %}Hello {{ name }},{% endtrans %}", "مرحبًا &lt;b&gt;،"),
    ("{{ ngettext('%(num)d lamp', '%(num)d <i>lamps</i>', 3) }}", "3 <i>lamps</i>"),
    ("{% trans num=n %}one{% pluralize %}{{ num }} of {{ num }}{% endtrans %}", "3 of 3"),
    ("{{ pgettext('thing', 'Open') }}{{ npgettext('thing', 'one %(x)s', '%(num)d %(x)s', 1, x='y') }}", "Openone y"),
    ("{{ _('100%%') }}", "100%"), ("{{ _('<b>')|e }}", "<b>"),
])
def test_page_text_escapes_values_and_counts(bilingual: Flask, source: str, shown: str) -> None:
    with bilingual.test_request_context("/?lang=ar"):
        assert render_template_string(source, x="<b>", n=3) == shown


def test_plain_text_template_escapes_nothing(bilingual: Flask) -> None:
    with bilingual.app_context(), use_locale("ar"):
        source = "{% autoescape false %}{{ _('Hello %(name)s,', name='<b>') }}{% endautoescape %}"
        assert bilingual.jinja_env.from_string(source).render() == "مرحبًا <b>،"


def test_locale_selector_is_not_asked_outside_requests(bilingual: Flask) -> None:
    with bilingual.app_context():  # a task: the selector would fail here
        assert flask_babel.gettext("just now") == "just now"
        with use_locale("ar"):
            assert flask_babel.gettext("just now") == "الآن"


def test_catalogue_is_compiled_when_missing_and_again_when_old(tmp_path: Path) -> None:
    path = catalogues.path_of(tmp_path, "ar")
    path.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    path.write_text(head + 'msgid "a"\nmsgstr "أ"\n')
    assert catalogues.load(tmp_path, "ar").gettext("a") == "أ"
    compiled = catalogues.path_of(tmp_path, "ar", "mo")
    later = compiled.stat().st_mtime + 5
    path.write_text(head + 'msgid "a"\nmsgstr "ب"\n')
    os.utime(path, (later, later))
    assert catalogues.load(tmp_path, "ar").gettext("a") == "ب"


def test_compiled_catalogue_serves_without_its_source(tmp_path: Path) -> None:
    path = catalogues.path_of(tmp_path, "en")
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "a"\nmsgstr "b"\n')
    catalogues.compile_all(tmp_path, ["en"])
    path.unlink()
    assert catalogues.load(tmp_path, "en").gettext("a") == "b"
