"""Kept parts of pages: what was drawn for one person is never shown to another (ASVS 14.2.5, NFR-3)."""
import re
from uuid import uuid4

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from jinja2 import UndefinedError, nodes
from markupsafe import Markup

from castingops.core.config import TEMPLATES
from castingops.core.i18n import use_locale
from castingops.web import stencils
from castingops.web.stencils import Stencil, hole, part
from tests.factories import moderation as factory
from tests.factories.moderation import Staff, StaffDoor
from tests.jinja import component_environment

QUEUE = "/console/moderation/"
KEPT = re.compile(r'(?:part|stencil)\(\s*"([\w/]+\.html)"')
PERSONAL = {"request", "session", "g", "csrf_token", "csrf", "current_user", "actor", "staff"}


@pytest.fixture
def door(app: Flask, monkeypatch: pytest.MonkeyPatch) -> StaffDoor:
    return factory.at_the_door(app, monkeypatch)


def sign_in(app: Flask, door: StaffDoor, name: str, *roles: str, locale: str = "en") -> tuple[Staff, str]:
    """Someone of the house whose session carries a CSRF secret of its own."""
    someone, secret = factory.sign_in(app, door, name, *roles, locale=locale), uuid4().hex
    with someone.client.session_transaction() as cookie:
        cookie["csrf_token"] = secret
    return someone, secret


def test_a_hole_is_filled_each_time_and_escaped() -> None:
    drawn = Stencil(f'<b title="{hole("name")}">100% {hole("name")}, {hole("place")}</b>')
    assert drawn.fill({"name": "<i>%(place)s", "place": Markup("<hr>")}) == (
        '<b title="&lt;i&gt;%(place)s">100% &lt;i&gt;%(place)s, <hr></b>')
    assert drawn.fill({"name": "B", "place": ""}) == '<b title="B">100% B, </b>'
    with pytest.raises(KeyError):
        drawn.fill({"name": "A"})


def test_nobody_can_write_a_hole() -> None:
    """What stands for a hole is drawn by lot when the process starts."""
    assert re.fullmatch(r"[0-9a-f]{16}-name;", hole("name"))
    assert Stencil("@name@ %(name)s").fill({}) == "@name@ %(name)s"


def test_a_part_is_kept_by_value_and_language(app: Flask) -> None:
    with app.test_request_context():
        with use_locale("en"):
            english = part("layouts/_keys.html", walked=True)
            assert part("layouts/_keys.html", walked=False) != english
        with use_locale("ar"):
            assert part("layouts/_keys.html", walked=True) != english
        with use_locale("en"):
            assert part("layouts/_keys.html", walked=True) == english


@pytest.mark.parametrize("asked", ["csrf_token()", "request.path", "session", "g.actor"])
def test_a_part_knows_nothing_of_one_request(app: Flask, monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    template = app.jinja_env.from_string(f"{{{{ {asked} }}}}")
    monkeypatch.setattr(app.jinja_env, "get_template", lambda name: template)
    with app.test_request_context(), pytest.raises(UndefinedError, match="is kept"):
        stencils.stencil(f"probe/{asked}")


def test_no_kept_template_asks_for_the_person_at_hand() -> None:
    """Macros that a part imports have the globals: none that a part calls may reach a token or a request."""
    environment = component_environment()
    sources = [*TEMPLATES.rglob("*.html"), *TEMPLATES.parent.joinpath("castingops").rglob("*.py")]
    kept = {name for path in sources for name in KEPT.findall(path.read_text())}
    assert {"layouts/_top.html", "layouts/_nav.html", "moderation/_case_row.html"} <= kept
    for name in sorted(kept):
        tree = environment.parse((TEMPLATES / name).read_text())
        names = {node.name for node in tree.find_all(nodes.Name)} | {node.attr for node in tree.find_all(nodes.Getattr)}
        imported = {each for node in tree.find_all(nodes.FromImport) for each in node.names if isinstance(each, str)}
        assert not (names | imported) & PERSONAL, name


def test_two_people_by_turns_see_only_their_own(app: Flask, door: StaffDoor) -> None:
    """Names, roles, tokens, language and rights stay with each, whoever's page was drawn first."""
    people = [
        sign_in(app, door, "Salma <b>First</b>", "moderator"), sign_in(app, door, "هدى", "moderator", locale="ar"),
        sign_in(app, door, "Omar %(token)s", "auditor"), sign_in(app, door, "Second Huda", "admin", "moderator")]
    escaped = ["Salma &lt;b&gt;First&lt;/b&gt;", "هدى", "Omar %(token)s", "Second Huda"]
    read = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token")
    for _ in range(3):
        for index, (someone, secret) in enumerate(people):
            page = someone.get(QUEUE, q="<i>typed").text
            assert [name for name in escaped if name in page] == [escaped[index]]
            tokens = set(re.findall(r'name="csrf_token" value="([^"]+)"', page))
            assert {read.loads(token) for token in tokens} == {secret}
            assert ('<html lang="ar"' in page) is (index == 1)
            assert ("/console/jobs/" in page) is (index in {2, 3})
            assert ("/console/moderation/next" in page) is (index != 2)
            assert 'value="&lt;i&gt;typed"' in page


def test_the_way_back_is_the_page_at_hand(app: Flask, door: StaffDoor) -> None:
    someone, _ = sign_in(app, door, "Salma", "moderator")
    for query in ("view=mine", "view=free&amp;q=a"):
        assert f'name="next" value="{QUEUE}?{query}"' in someone.get(f"{QUEUE}?{query.replace('&amp;', '&')}").text
