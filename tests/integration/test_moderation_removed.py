"""Removed photos that come back (issue 3, MOD-1): found, cited, asked about, and never punished by the match itself."""
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core.actor import system
from castingops.moderation import privacy
from castingops.moderation.models import Case
from castingops.moderation.service import decisions, removed
from castingops.moderation.types import Draft, Outcome
from castingops.moderation.types.media_care import COPIES_SHOWN
from tests.factories import media_care, moderation
from tests.factories.media_care import changed, portrait
from tests.factories.moderation import Person, Staff


@pytest.fixture
def noura(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Staff:
    door = moderation.at_the_door(app, monkeypatch)
    return moderation.sign_in(app, door, "Noura Al-Otaibi", "moderator")


@pytest.fixture
def huda(app: Flask, noura: Staff) -> Staff:
    return moderation.sign_in(app, noura.door, "Huda Al-Zahrani", "senior_moderator")


def removed_photo(app: Flask, superuser: psycopg.Connection, noura: Staff, seed: int) -> tuple[Person, UUID, UUID]:
    """Somebody whose photo a moderator removed: the person, the photo, the decision."""
    owner = moderation.person(app, superuser)
    photo = media_care.upload(app, owner, changed(portrait(seed), "as it is"))
    return owner, photo, media_care.remove(app, superuser, owner, photo, noura.actor)


def reload(app: Flask, case: Case) -> Case:
    with moderation.as_actor(app, system()):
        return media_care.detached(removed.cases.get_case(case.ref))


class TestBank:
    def test_a_removed_photo_is_remembered_and_forgotten_when_overturned(
            self, app: Flask, superuser: psycopg.Connection, noura: Staff, huda: Staff) -> None:
        owner, photo, decision = removed_photo(app, superuser, noura, 1)
        assert media_care.known(app, decision, photo)
        assert media_care.status_of(superuser, photo) == "removed"
        faisal = moderation.sign_in(app, noura.door, "Faisal Al-Harbi", "moderator")
        with moderation.as_actor(app, faisal.actor):
            reversal = decisions.reverse(decision, Draft(Outcome.APPROVE, None), actor=faisal.actor).id
        moderation.approve(app, reversal, huda.actor)
        media_care.arrive(app, superuser, owner)
        assert not media_care.known(app, decision, photo)
        assert media_care.status_of(superuser, photo) == "active"
        again = moderation.person(app, superuser)
        assert media_care.look_up(app, again, media_care.upload(app, again, changed(portrait(1), "cropped"))) is None

    def test_remembering_twice_or_too_late_changes_nothing(self, app: Flask, superuser: psycopg.Connection,
                                                           noura: Staff) -> None:
        owner, photo, decision = removed_photo(app, superuser, noura, 2)
        inside = system(owner.subject_id)
        for photo_id in (photo, uuid4()):  # again, and one whose file nobody ever had
            with moderation.as_actor(app, inside):
                removed.remember(decision, photo_id, actor=inside)
        rows = superuser.execute("select count(*) from removed_media where decision_id = %s", [decision])
        assert rows.fetchone() == (1,)

    def test_no_talent_reads_what_was_removed(self, app: Flask, superuser: psycopg.Connection, noura: Staff) -> None:
        owner, _photo, _decision = removed_photo(app, superuser, noura, 3)
        with moderation.as_actor(app, owner.actor):
            assert not removed.rows.has_removed()


class TestUpload:
    @pytest.mark.parametrize("how", ["as it is", "resized", "cropped"])
    def test_a_copy_by_another_person_opens_a_case(self, app: Flask, superuser: psycopg.Connection, noura: Staff,
                                                   how: str) -> None:
        _, _photo, decision = removed_photo(app, superuser, noura, 10 + len(how))
        other = moderation.person(app, superuser)
        copy = media_care.upload(app, other, changed(portrait(10 + len(how)), how))
        case = media_care.look_up(app, other, copy)
        assert case is not None and (case.kind, case.entity_id, case.subject_id) == ("photo", copy, other.subject_id)
        assert [reason["code"] for reason in case.priority_reasons] == ["removed_before"]
        event = superuser.execute("select data from case_events where case_id = %s and kind = 'matched'",
                                  [case.id]).fetchone()
        assert event and event[0]["decision_id"] == str(decision) and event[0]["distance"] <= 10
        assert media_care.status_of(superuser, copy) == "active"  # nobody is punished by a likeness

    def test_ones_own_removed_photo_is_known_too(self, app: Flask, superuser: psycopg.Connection,
                                                 noura: Staff) -> None:
        owner, _, _ = removed_photo(app, superuser, noura, 20)
        assert media_care.look_up(app, owner, media_care.upload(app, owner, changed(portrait(20), "resized")))

    def test_another_picture_opens_nothing(self, app: Flask, superuser: psycopg.Connection, noura: Staff) -> None:
        removed_photo(app, superuser, noura, 21)
        other = moderation.person(app, superuser)
        assert media_care.look_up(app, other, media_care.upload(app, other, changed(portrait(22), "as it is"))) is None

    def test_a_minors_copy_comes_first(self, app: Flask, superuser: psycopg.Connection, noura: Staff) -> None:
        removed_photo(app, superuser, noura, 23)
        child = moderation.person(app, superuser)
        with moderation.as_actor(app, child.actor):
            removed.photos.casting.write({"birth_date": "2015-01-01"}, actor=child.actor)
        case = media_care.look_up(app, child, media_care.upload(app, child, changed(portrait(23), "cropped")))
        assert case is not None and case.minor and case.priority == 85

    def test_delivered_twice_or_for_somebody_elses_photo_changes_nothing(
            self, app: Flask, superuser: psycopg.Connection, noura: Staff) -> None:
        removed_photo(app, superuser, noura, 24)
        other, stranger = moderation.person(app, superuser), moderation.person(app, superuser)
        copy = media_care.upload(app, other, changed(portrait(24), "resized"))
        assert media_care.look_up(app, other, copy) is not None
        assert media_care.look_up(app, other, copy) is None
        assert media_care.look_up(app, stranger, copy) is None
        assert media_care.look_up(app, stranger, uuid4()) is None

    def test_a_flood_of_copies_is_one_case_that_can_be_decided(self, app: Flask, superuser: psycopg.Connection,
                                                               noura: Staff) -> None:
        removed_photo(app, superuser, noura, 25)
        flooder = moderation.person(app, superuser)
        image, copies = portrait(25), []
        for number in range(COPIES_SHOWN + 3):
            copies.append(media_care.upload(app, flooder, media_care.encode(image, quality=60 + number)))
            case = media_care.look_up(app, flooder, copies[-1])
            assert case is not None
        rows = superuser.execute("select count(*) from cases where kind = 'photo' and subject_id = %s",
                                 [flooder.subject_id])
        assert rows.fetchone() == (1,)
        shown = reload(app, case)
        assert shown.subject_revision == COPIES_SHOWN
        moderation.decide(app, shown, noura.actor, Outcome.REJECT, policy=moderation.policy_id(superuser, "PH-1"))
        media_care.arrive(app, superuser, flooder)
        gone = [media_care.status_of(superuser, copy) for copy in copies]
        assert gone == ["removed"] * COPIES_SHOWN + ["active"] * 3  # what nobody saw waits in the next case
        rest = superuser.execute("select state, subject_revision from cases where kind = 'photo' and subject_id = %s"
                                 " order by id desc limit 1", [flooder.subject_id]).fetchone()
        assert rest == ("open", 3)


class TestKept:
    def test_what_a_moderator_keeps_is_not_asked_about_again(self, app: Flask, superuser: psycopg.Connection,
                                                             noura: Staff) -> None:
        removed_photo(app, superuser, noura, 30)
        other, third = moderation.person(app, superuser), moderation.person(app, superuser)
        case = media_care.look_up(app, other, media_care.upload(app, other, changed(portrait(30), "as it is")))
        assert case is not None
        moderation.decide(app, case, noura.actor, Outcome.APPROVE)
        media_care.arrive(app, superuser, other)
        again = media_care.upload(app, other, changed(portrait(30), "resized"))
        assert media_care.look_up(app, other, again) is None
        assert media_care.look_up(app, third, media_care.upload(app, third, changed(portrait(30), "resized")))

    def test_what_is_removed_anew_is_asked_about_again(self, app: Flask, superuser: psycopg.Connection,
                                                       noura: Staff) -> None:
        removed_photo(app, superuser, noura, 31)
        other = moderation.person(app, superuser)
        copy = media_care.upload(app, other, changed(portrait(31), "as it is"))
        case = media_care.look_up(app, other, copy)
        assert case is not None
        moderation.decide(app, case, noura.actor, Outcome.APPROVE)
        media_care.arrive(app, superuser, other)
        media_care.remove(app, superuser, other, copy, noura.actor)
        assert media_care.look_up(app, other, media_care.upload(app, other, changed(portrait(31), "cropped")))


def test_erasing_a_person_leaves_no_trace_of_whose_it_was(app: Flask, superuser: psycopg.Connection,
                                                          noura: Staff) -> None:
    """COMP-1: the bits stay, whose photo it was does not."""
    owner, _photo, decision = removed_photo(app, superuser, noura, 40)
    with moderation.as_actor(app, system(owner.subject_id)):
        privacy.erase(owner.subject_id, actor=system(owner.subject_id))
    row = superuser.execute("select subject_id, photo_id from removed_media where decision_id = %s", [decision])
    assert row.fetchone() == (None, None)
    other = moderation.person(app, superuser)
    case = media_care.look_up(app, other, media_care.upload(app, other, changed(portrait(40), "cropped")))
    assert case is not None

