"""Consent to publication from end to end: given by submitting, gone from the marketplace when withdrawn (COMP-1)."""
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from flask import Flask

from castingops.casting import handlers
from castingops.casting.errors import GuardianRequired
from castingops.casting.events import MinorityStated
from castingops.consent import service
from castingops.consent.errors import ConsentMissing
from castingops.consent.events import ConsentWithdrawn
from castingops.consent.types import Change
from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.db import unit_of_work
from tests.factories.casting import AppUser
from tests.factories.identity import NOTICE, make_person


@pytest.fixture
def talent(app: Flask) -> AppUser:
    return joined(app, "1998-04-12")


def joined(app: Flask, birth_date: str) -> AppUser:
    person = make_person(app, birth_date=birth_date)
    actor = Actor("person", person.user_id, subject_id=person.user_id, roles=frozenset({"talent"}))
    return AppUser(actor, app.test_client(), app)


def say(talent: AppUser, change: Change, purpose: str = "profile") -> None:
    """The person's word in the privacy choices, and what listens to it."""
    with talent.at_work() as actor:
        service.change(purpose, change, actor=actor, notice_version=NOTICE)
    hear(talent, ConsentWithdrawn(subject_id=talent.id, purpose=purpose))


def hear(talent: AppUser, event: ConsentWithdrawn) -> None:
    with talent.app.app_context(), unit_of_work(system(talent.id)):
        handlers.hide_withdrawn(event, actor=system(talent.id))


def shown(superuser: psycopg.Connection, talent: AppUser) -> tuple[int, int, str]:
    """How many rows the marketplace sees of this person, and how their own copy stands."""
    row = superuser.execute(
        "select (select count(*) from published_profiles where subject_id = p.subject_id),"
        " (select count(*) from published_languages l join published_profiles s on s.id = l.id"
        "  where s.subject_id = p.subject_id), p.status from talent_profiles p where p.subject_id = %s",
        [talent.id]).fetchone()
    assert row
    return row[0], row[1], row[2]


def test_withdrawal_hides_the_profile_and_submitting_again_shows_it(talent: AppUser,
                                                                    superuser: psycopg.Connection) -> None:
    """Implementing Regulation art. 12: processing stops; what they wrote stays theirs and may be sent again."""
    talent.approved()
    assert shown(superuser, talent) == (1, 2, "published")
    say(talent, Change.WITHDRAWN)
    assert shown(superuser, talent) == (0, 0, "draft")
    talent.submit()
    talent.decide("approve_revision", 2)
    assert shown(superuser, talent) == (1, 2, "published")
    acts = superuser.execute("select count(*) from audit_entries where action = 'casting.profile.hide'"
                             " and subject_id = %s", [talent.id]).fetchone()
    assert acts == (1,)


def test_withdrawal_in_mid_review_stops_the_approval(talent: AppUser, superuser: psycopg.Connection) -> None:
    """reliability.md §1: the rule at the moment of the decision wins; the moderator can still send it back."""
    talent.submitted()
    say(talent, Change.WITHDRAWN)
    with pytest.raises(ConsentMissing):
        talent.decide("approve_revision", 1)
    assert shown(superuser, talent) == (0, 0, "submitted")
    talent.decide("reject_revision", 1)


def test_withdrawal_of_another_purpose_hides_nothing(talent: AppUser, superuser: psycopg.Connection) -> None:
    talent.approved()
    hear(talent, ConsentWithdrawn(subject_id=talent.id, purpose="casting"))
    assert shown(superuser, talent) == (1, 2, "published")


def test_withdrawal_before_any_profile_changes_nothing(talent: AppUser) -> None:
    hear(talent, ConsentWithdrawn(subject_id=talent.id, purpose="profile"))


def test_withdrawal_is_heard_by_casting() -> None:
    assert (ConsentWithdrawn, handlers.hide_withdrawn) in handlers.SUBSCRIPTIONS


def test_consents_of_a_played_history_follow_its_clock(talent: AppUser, superuser: psycopg.Connection) -> None:
    """The notice in force is older than the year that a demo plays."""
    with clock.held_at(clock.now() - timedelta(days=300)):
        talent.submitted()
    row = superuser.execute("select bool_and(e.created_at > n.published_at) from consent_events e join notices n"
                            " on n.id = e.notice_id where e.subject_id = %s", [talent.id]).fetchone()
    assert row == (True,)


@pytest.mark.parametrize("other", ["2008-11-19", "1998-04-12", None])
def test_who_registered_as_a_minor_cannot_write_themselves_older(app: Flask, other: str | None) -> None:
    """CAST-1: a child is not published without a guardian, whatever they put into the form."""
    child = joined(app, "2012-05-04")
    child.write(birth_date="2012-05-04", display_name_en="Young Talent")
    with pytest.raises(GuardianRequired):
        child.write(birth_date=other)
    with clock.held_at(datetime(2030, 5, 4, tzinfo=UTC)):
        child.write(birth_date="2012-05-03")  # of age by now: a slip of theirs to correct


def test_who_says_later_that_they_are_a_minor_is_not_shown(talent: AppUser, superuser: psycopg.Connection) -> None:
    """CAST-1: neither what is published stays, nor is what is under review approved; a slip can be corrected."""
    talent.approved()
    talent.write(display_name_en="Other Name")
    talent.submit()
    talent.write(birth_date="2012-05-04")
    with talent.app.app_context(), unit_of_work(system(talent.id)):
        handlers.hide_minor(MinorityStated(subject_id=talent.id), actor=system(talent.id))
    assert shown(superuser, talent)[:2] == (0, 0)
    with pytest.raises(GuardianRequired):
        talent.decide("approve_revision", 2)
    told = superuser.execute("select count(*) from outbox where name = %s and subject_id = %s",
                             [MinorityStated.name, talent.id]).fetchone()
    assert told == (1,)
    talent.write(display_name_en="Other Name")
    talent.decide("approve_revision", 2)
    assert shown(superuser, talent) == (1, 2, "published")
