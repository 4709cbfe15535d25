"""The catalogues against the sources, and the Arabic in them against the house rules (K-1, arabic.md)."""
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from castingops.core import arabic_style, catalogues
from castingops.core.config import ROOT, TRANSLATIONS

PYPROJECT = '[[tool.babel.mappings]]\nmethod = "python"\npattern = "castingops/**.py"\n'


def test_catalogues_are_whole_and_well_written() -> None:
    """Nothing missing, unused or fuzzy; placeholders equal; terms, spelling and punctuation of the house."""
    assert catalogues.check(ROOT, TRANSLATIONS) == []


def test_update_changes_nothing_in_a_current_catalogue(tmp_path: Path) -> None:
    shutil.copytree(TRANSLATIONS, tmp_path, ignore=shutil.ignore_patterns("*.mo"), dirs_exist_ok=True)
    assert catalogues.update(ROOT, tmp_path) == []
    for locale in catalogues.PLURALS:
        kept, made = (catalogues.path_of(folder, locale).read_text() for folder in (TRANSLATIONS, tmp_path))
        assert made == kept


def test_compiled_catalogues_are_not_committed() -> None:
    assert "*.mo" in (ROOT / ".gitignore").read_text()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with one message of each kind."""
    (tmp_path / "castingops").mkdir()
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "castingops" / "m.py").write_text(
        'N_("Save %(name)s")\nNN_("%(n)d report", "%(n)d reports", n=n)\nNP_("casting call", "Published")\n'
        '_("Published")\nngettext("One", "Many", n)\npgettext("case", "Closed")\n')
    return tmp_path


def test_update_takes_every_kind_of_message_in_and_out(project: Path) -> None:
    (project / "ar").mkdir()
    (project / "ar" / "f.json").write_text(
        '{"Save %(name)s": "حفظ %(name)s", "casting call\\u0004Published": "منشور", "Published": "منشورة",'
        ' "%(n)d report": ["لا بلاغات", "بلاغ واحد", "بلاغان", "%(n)d بلاغات", "%(n)d بلاغًا", "%(n)d بلاغ"],'
        ' "One": "واحد", "Nobody says this": "لا أحد"}')
    target = project / "translations"
    complaints = catalogues.update(project, target, project / "ar")
    assert complaints == ["f.json: 'One' needs six forms", "f.json: nothing says 'Nobody says this'"]
    arabic = catalogues.load(target, "ar")
    assert arabic.pgettext("casting call", "Published") == "منشور" and arabic.gettext("Published") == "منشورة"
    assert arabic.ngettext("%(n)d report", "%(n)d reports", 103) == "%(n)d بلاغات"
    assert sorted(catalogues.check(project, target)) == [
        "ar: 'One': not translated", "ar: 'case: Closed': not translated"]
    (project / "castingops" / "m.py").write_text('_("Published")\n')
    unused = [problem for problem in catalogues.check(project, target) if "no longer used" in problem]
    assert len(unused) == 2 * 5
    catalogues.update(project, target)
    assert catalogues.check(project, target) == []


def test_fragment_overwrites_no_translation(project: Path) -> None:
    (project / "ar").mkdir()
    fragment = project / "ar" / "f.json"
    fragment.write_text('{"Published": "منشور"}')
    catalogues.update(project, project / "translations", project / "ar")
    fragment.write_text('{"Published": "معروض"}')
    assert catalogues.update(project, project / "translations", project / "ar") == [
        "f.json: 'Published' is translated otherwise already"]


def test_extract_names_the_file_it_cannot_read(project: Path) -> None:
    with (project / "pyproject.toml").open("a") as file:
        file.write('[[tool.babel.mappings]]\nmethod = "jinja2"\npattern = "templates/**.html"\nsilent = false\n')
    (project / "templates").mkdir()
    (project / "templates" / "broken.html").write_text("{{ .5 }}")
    with pytest.raises(Exception, match=r"unexpected") as failure:
        catalogues.extract(project)
    assert failure.value.__notes__ == [f"in {Path('templates') / 'broken.html'}"]


@pytest.mark.parametrize(("english", "arabic"), [
    ("Save %(name)s", "حفظ %(name)s"), ("<b>Case</b> %(ref)s", "<b>معاملة</b> <bdi>%(ref)s</bdi>"),
    ("The API answers in JSON.", "تجيب واجهة API بصيغة JSON."), ("Reports: 15%% of %(n)s", "البلاغات: 15%% من %(n)s"),
    ("It was not approved.", "لم يُعتمد «الإعلان»، والسبب: خطأ."),
    ("Hello", "شكرًا، كان قرارنا بأن نعيده."), ("name@example.com", "name@example.com"),
])
def test_good_arabic_passes(english: str, arabic: str) -> None:
    assert list(arabic_style.problems_of(english, arabic)) == []


@pytest.mark.parametrize(("english", "arabic"), [
    ("Save %(name)s", "حفظ"), ("Save", "حفظ %(name)s"), ("<b>Save</b>", "حفظ"), ("Save the case", "Save the case"),
    ("Profile", "البروفايل"), ("Guardian", "بولي الأمر"), ("Password", "كلمة السر"), ("Law", "وفق القانون"),
    ("Filter", "الفلترة"), ("Cancel", "الغاء"), ("In", "فى"), ("Saved", "حفظ!"), ("Really?", "هل هذا صحيح?"),
    ("a, b", "أ, ب"), ("Save ، it", "حفظ ، المعاملة"), ("15%%", "١٥ بلاغًا"), ("x", "حفظ\u200f"), ("x", "\"حفظ\""),
    ("x", "حفظ  المعاملة"), ("Thanks", "شكراً"), ("User", "المستخدم/ة"), ("a and b", "أحمد و منى"),
    ("Choose", "اختر صورة"),
    ("Your account", "الحساب الخاص بك"), ("He removed", "قام بإزالة المقطع"), ("Save", "حفظ case"),
])
def test_bad_arabic_is_found(english: str, arabic: str) -> None:
    assert list(arabic_style.problems_of(english, arabic)) != []


@pytest.mark.parametrize("forms", [
    ("لا", "واحد", "اثنان", "%(n)d بلاغات"),
    ("لا", "واحد", "اثنان", "بلاغات", "%(n)d بلاغًا", "%(n)d بلاغ"),
    ("لا", "واحد", "اثنان", "%(n)d بلاغات", "%(x)d بلاغًا", "%(n)d بلاغ"),
    ("%(n)d بلاغ",) * 6,
])
def test_bad_plural_forms_are_found(forms: tuple[str, ...]) -> None:
    assert list(arabic_style.plural_problems("%(n)d report", "%(n)d reports", forms)) != []


def test_no_arabic_letter_stands_in_a_template() -> None:
    """English is the msgid: Arabic typed into a page would be Arabic on the English page too."""
    letters = re.compile(r"[\u0621-\u064a]{2,}")
    allowed = re.compile(r"\{#.*?#\}|العربية", re.DOTALL)  # comments, and the language's own name
    specimens = {*(ROOT / "templates" / "gallery").iterdir(), *(ROOT / "templates" / "pdf").glob("specimen*")}
    found = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "templates").rglob("*.*"))
             if path not in specimens and letters.search(allowed.sub("", path.read_text(encoding="utf-8")))]
    assert found == []


class BareText(HTMLParser):
    """Collects letters that stand in a page outside expressions: text, and attributes that are read out or shown."""

    read_out = frozenset({"aria-label", "aria-description", "title", "placeholder", "alt", "label"})
    words = re.compile(r"[A-Za-z]{2,}")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quiet += tag in {"style", "script", "code", "kbd"}
        self.found += [f"{name}={value}" for name, value in attrs if name in self.read_out and self._words(value or "")]

    def handle_endtag(self, tag: str) -> None:
        self.quiet -= tag in {"style", "script", "code", "kbd"}

    def handle_data(self, data: str) -> None:
        if not self.quiet and '="' not in data and self._words(data):  # a tag with a computed name reads as text
            self.found.append(data.strip())

    def _words(self, text: str) -> list[str]:
        return [word for word in self.words.findall(text) if word not in arabic_style.LATIN_KEPT]


def test_no_english_stands_bare_in_a_template() -> None:
    """Every word of a page goes through the catalogue, those for screen readers too (arabic.md §4.12)."""
    expression = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        parser = BareText()
        parser.feed(expression.sub("§", path.read_text(encoding="utf-8")))
        if not path.name.startswith("specimen"):
            found += [f"{path.relative_to(ROOT)}: {text}" for text in parser.found]
    assert found == []
