"""Media care (issue 3): photos covered until asked for, each look on record, and only so many a day."""
import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core import clock
from castingops.moderation.errors import RevealsUsedUp
from castingops.moderation.models import Case
from castingops.moderation.service import media_care as service
from castingops.moderation.types.media_care import CareMode, Rendition
from tests.factories import media_care, moderation
from tests.factories.moderation import Staff

CARE = "/console/moderation/settings/photos"
EXPOSURES = "/console/moderation/exposures/"


@pytest.fixture
def noura(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Staff:
    door = moderation.at_the_door(app, monkeypatch)
    return moderation.sign_in(app, door, "Noura Al-Otaibi", "moderator")


@pytest.fixture
def huda(app: Flask, noura: Staff) -> Staff:
    return moderation.sign_in(app, noura.door, "Huda Al-Zahrani", "senior_moderator")


@pytest.fixture
def case(app: Flask, superuser: psycopg.Connection) -> Case:
    return moderation.person(app, superuser).submit()


@contextmanager
def cap(app: Flask, photos: int) -> Iterator[None]:
    before = app.extensions["settings"]
    app.extensions["settings"] = before.model_copy(update={"photos_per_day": photos})
    try:
        yield
    finally:
        app.extensions["settings"] = before


def photo_of(superuser: psycopg.Connection, case: Case) -> UUID:
    row = superuser.execute("select id from photos where subject_id = %s limit 1", [case.subject_id]).fetchone()
    assert row
    return UUID(str(row[0]))


def reveal_path(case: Case, photo_id: UUID) -> str:
    return f"/console/moderation/cases/{case.ref}/photos/{photo_id}/reveal"


def looks(superuser: psycopg.Connection, who: Staff) -> list[str]:
    return [row[0] for row in superuser.execute(
        "select rendition from exposures where moderator_id = %s order by id", [who.user_id]).fetchall()]


def choose(who: Staff, mode: str, **more: str) -> None:
    page = who.get(CARE).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version and who.post(CARE, mode=mode, version=version.group(1), **more).status_code == 303


class TestReveal:
    def test_is_covered_until_asked_for_and_hides_again(self, superuser: psycopg.Connection, noura: Staff,
                                                        case: Case) -> None:
        photo, address = photo_of(superuser, case), f"/console/moderation/cases/{case.ref}"
        assert 'class="veil"' in noura.get(address).text
        shown = noura.post(reveal_path(case, photo), htmx=True)
        assert shown.status_code == 200 and "veil" not in shown.text and "data-focus" in shown.text
        assert looks(superuser, noura) == ["clear"]
        hidden = noura.get(f"{address}/photos/{photo}", htmx=True)
        assert 'class="veil"' in hidden.text and "data-focus" in hidden.text
        assert 'class="veil"' in noura.get(address).text  # coming back covers it, too
        assert "no-store" in noura.get(address).headers["Cache-Control"]

    def test_works_without_script(self, superuser: psycopg.Connection, noura: Staff, case: Case) -> None:
        photo = photo_of(superuser, case)
        assert "<html" in noura.post(reveal_path(case, photo)).text
        assert noura.get(f"/console/moderation/cases/{case.ref}/photos/{photo}").status_code == 303

    def test_in_grey_first_then_in_colour(self, superuser: psycopg.Connection, noura: Staff, case: Case) -> None:
        choose(noura, "both")
        photo = photo_of(superuser, case)
        grey = noura.post(reveal_path(case, photo), htmx=True).text
        assert 'class="photo grey"' in grey and "In colour" in grey
        clear = noura.post(reveal_path(case, photo), htmx=True, rendition="clear").text
        assert 'class="photo grey"' not in clear and "In colour" not in clear
        assert looks(superuser, noura) == ["grey", "clear"]

    @pytest.mark.parametrize("mode", ["grey", "off"])
    def test_at_once_is_asked_for_by_the_page_and_recorded(self, superuser: psycopg.Connection, noura: Staff,
                                                           case: Case, mode: str) -> None:
        choose(noura, mode)
        page = noura.get(f"/console/moderation/cases/{case.ref}").text
        assert 'hx-trigger="load, submit"' in page and looks(superuser, noura) == []
        quiet = noura.post(reveal_path(case, photo_of(superuser, case)), htmx=True, quiet="1").text
        assert "data-focus" not in quiet and ('class="photo grey"' in quiet) is (mode == "grey")

    @pytest.mark.parametrize("mode", ["grey", "off"])
    def test_a_minors_photos_are_never_shown_unasked(self, superuser: psycopg.Connection, noura: Staff, case: Case,
                                                     mode: str) -> None:
        superuser.execute("update cases set minor = true where id = %s", [case.id])
        choose(noura, mode)
        assert 'hx-trigger="load, submit"' not in noura.get(f"/console/moderation/cases/{case.ref}").text

    def test_hidden_draws_nothing(self, noura: Staff, case: Case) -> None:
        choose(noura, "hidden")
        page = noura.get(f"/console/moderation/cases/{case.ref}").text
        veiled = page.split('class="photo hidden"')[1].split("</form>")[0]
        assert "veil" in veiled and "<img" not in veiled

    def test_of_another_case_or_by_who_only_reads(self, app: Flask, superuser: psycopg.Connection, noura: Staff,
                                                  case: Case) -> None:
        other = moderation.person(app, superuser).submit()
        foreign = photo_of(superuser, other)
        for photo in (foreign, uuid4()):
            assert noura.post(reveal_path(case, photo)).status_code == 404
            assert noura.get(f"/console/moderation/cases/{case.ref}/photos/{photo}", htmx=True).status_code == 404
        auditor = moderation.sign_in(app, noura.door, "Auditor", "auditor")
        assert auditor.post(reveal_path(case, photo_of(superuser, case))).status_code == 403
        assert looks(superuser, noura) == []


class TestCap:
    def test_near_it_the_page_says_so_and_at_it_nothing_more_is_shown(
            self, app: Flask, superuser: psycopg.Connection, noura: Staff) -> None:
        cases = [moderation.person(app, superuser).submit() for _ in range(3)]
        with cap(app, 2):
            assert noura.post(reveal_path(cases[0], photo_of(superuser, cases[0])), htmx=True).status_code == 200
            second = noura.post(reveal_path(cases[1], photo_of(superuser, cases[1])), htmx=True)
            assert second.status_code == 200 and "enough for one day" in second.text
            third = noura.post(reveal_path(cases[2], photo_of(superuser, cases[2])))
            assert third.status_code == 429 and "as one person should" in third.text
            assert 0 < int(third.headers["Retry-After"]) <= 86_401
            again = noura.post(reveal_path(cases[0], photo_of(superuser, cases[0])), htmx=True)
            assert again.status_code == 200  # a photo seen today costs nothing more
        assert len(looks(superuser, noura)) == 3

    def test_a_senior_allows_more_for_today(self, app: Flask, superuser: psycopg.Connection, noura: Staff,
                                            huda: Staff, case: Case) -> None:
        other = moderation.person(app, superuser).submit()
        with cap(app, 1):
            noura.post(reveal_path(case, photo_of(superuser, case)))
            assert noura.post(reveal_path(other, photo_of(superuser, other))).status_code == 429
            raised = huda.post(EXPOSURES + "raise", moderator=str(noura.user_id), more="5")
            assert raised.status_code == 303
            assert noura.post(reveal_path(other, photo_of(superuser, other))).status_code == 200
            with app.app_context(), clock.held_at(clock.now() + clock.timedelta(days=1)), \
                    moderation.as_actor(app, noura.actor):
                assert service.care_of(noura.user_id).cap == 1  # for that day only

    def test_nobody_raises_their_own(self, noura: Staff, huda: Staff) -> None:
        assert huda.post(EXPOSURES + "raise", moderator=str(huda.user_id), more="5").status_code == 422
        assert noura.post(EXPOSURES + "raise", moderator=str(noura.user_id), more="5").status_code == 403
        for bad in ("0", "-1", "201", "x", "٥", "999999999999"):
            assert huda.post(EXPOSURES + "raise", moderator=str(noura.user_id), more=bad).status_code == 422
        for nobody in ("<b>", str(uuid4())):
            assert huda.post(EXPOSURES + "raise", moderator=nobody, more="5").status_code == 422

    def test_ones_own_may_only_be_lower(self, app: Flask, superuser: psycopg.Connection, noura: Staff) -> None:
        choose(noura, "blur", per_shift_cap="1")
        cases = [moderation.person(app, superuser).submit() for _ in range(2)]
        answers = [noura.post(reveal_path(each, photo_of(superuser, each))).status_code for each in cases]
        assert answers == [200, 429]
        for bad in ("201", "0", "-3", "x", "<b>"):
            assert noura.post(CARE, mode="blur", per_shift_cap=bad, version="1").status_code == 422

    def test_the_last_one_is_given_out_once(self, app: Flask, superuser: psycopg.Connection, noura: Staff,
                                            case: Case) -> None:
        """Whoever asks twice at once waits for themself: the count and the look are one."""
        other = moderation.person(app, superuser).submit()
        with cap(app, 1), moderation.as_actor(app, noura.actor):
            service.reveal(case.ref, photo_of(superuser, case), actor=noura.actor)
            with pytest.raises(RevealsUsedUp):
                service.reveal(other.ref, photo_of(superuser, other), actor=noura.actor)


class TestOwnWay:
    def test_what_changed_meanwhile_is_refused(self, noura: Staff) -> None:
        choose(noura, "grey")
        assert noura.post(CARE, mode="off", version="0").status_code == 409

    def test_what_nobody_offers_is_as_usual(self, app: Flask, noura: Staff) -> None:
        assert noura.post(CARE, mode="<script>", version="0").status_code == 303
        with moderation.as_actor(app, noura.actor):
            assert service.care_of(noura.user_id).mode is CareMode.BLUR


class TestExposures:
    def test_one_sees_ones_own_and_a_senior_everybodys(self, superuser: psycopg.Connection, noura: Staff, huda: Staff,
                                                       case: Case) -> None:
        noura.post(reveal_path(case, photo_of(superuser, case)))
        assert case.ref in noura.get(EXPOSURES).text
        assert case.ref in huda.get(EXPOSURES, moderator=str(noura.user_id)).text
        assert case.ref not in huda.get(EXPOSURES, moderator=str(huda.user_id)).text
        huda.post(reveal_path(case, photo_of(superuser, case)))
        mine = noura.get(EXPOSURES, moderator=str(huda.user_id)).text
        assert "Huda" not in mine.split("<main")[1]

    def test_filters_empty_and_bad_input(self, superuser: psycopg.Connection, noura: Staff, case: Case) -> None:
        assert "Each photo that a moderator reveals stands here" in noura.get(EXPOSURES).text
        noura.post(reveal_path(case, photo_of(superuser, case)))
        assert case.ref not in noura.get(EXPOSURES, how="grey").text
        assert case.ref not in noura.get(EXPOSURES, minors="1").text
        assert case.ref not in noura.get(EXPOSURES, until="2020-01-01", since="2019-01-01").text
        bad = {"how": "<b>", "since": "9999-99-99", "until": "x\u202e", "moderator": "\u0000"}
        assert noura.get(EXPOSURES, **bad).status_code == 200
        assert noura.get(EXPOSURES, cursor="forged").status_code == 422

    def test_pages_and_exports(self, app: Flask, superuser: psycopg.Connection, noura: Staff, case: Case) -> None:
        photo = photo_of(superuser, case)
        superuser.execute(
            "insert into exposures (moderator_id, case_id, photo_id, rendition, at)"
            " select %s, %s, %s, 'clear', now() - n * interval '1 minute' from generate_series(1, 60) n",
            [noura.user_id, case.id, photo])
        first = noura.get(EXPOSURES).text
        cursor = re.search(r"cursor=([\w-]+)", first)
        assert cursor and first.count('id="look-') == 50
        assert noura.get(EXPOSURES, htmx=True, cursor=cursor.group(1)).text.count('id="look-') == 10
        export = noura.get(EXPOSURES + "export.csv")
        assert export.status_code == 200 and export.text.count(case.ref) == 60
        row = superuser.execute("select count(*) from audit_entries where action = 'moderation.exposure.export'"
                                " and entity_id = %s", [noura.user_id]).fetchone()
        assert row == (1,)

    def test_nobody_else_reads_them(self, app: Flask, noura: Staff) -> None:
        for role in ("support", "finance", "admin", "auditor"):
            other = moderation.sign_in(app, noura.door, role, role)
            assert other.get(EXPOSURES).status_code == 403 and other.get(CARE).status_code == 403


class TestPhotoCase:
    def test_stands_beside_the_removed_photo_and_names_the_decision(
            self, app: Flask, superuser: psycopg.Connection, noura: Staff) -> None:
        owner, other = moderation.person(app, superuser), moderation.person(app, superuser)
        removed = media_care.upload(app, owner, media_care.changed(media_care.portrait(70), "as it is"))
        decision = media_care.remove(app, superuser, owner, removed, noura.actor)
        copy = media_care.upload(app, other, media_care.changed(media_care.portrait(70), "cropped"))
        case = media_care.look_up(app, other, copy)
        assert case is not None
        page = noura.get(f"/console/moderation/cases/{case.ref}").text
        earlier = superuser.execute("select ref from cases c join decisions d on d.case_id = c.id where d.id = %s",
                                    [decision]).fetchone()
        assert earlier and page.count('class="veil"') == 2 and f"Removed earlier, {earlier[0]}" in page
        assert "Looks like a photo removed before" in page and "256 bits" in page and "another person" in page
        clear = noura.post(reveal_path(case, removed), htmx=True)
        assert clear.status_code == 200
        source = re.search(r'<img src="([^"]+)"', clear.text)
        assert source and noura.client.get(source.group(1)).status_code == 200  # the house sees it for comparison


def test_renditions_are_what_the_table_takes() -> None:
    assert set(Rendition) == {"clear", "grey"}
