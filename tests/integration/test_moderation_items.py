"""Compliance items: opened by events, owned, waited for, closed, taken back; what they block (MOD-3)."""
import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event

from castingops.casting.events import MinorityStated
from castingops.consent import service as consent
from castingops.consent.events import ConsentWithdrawn
from castingops.consent.types import Change
from castingops.core import clock
from castingops.core.actor import system
from castingops.core.db import db
from castingops.core.events import Event, Handler
from castingops.core.i18n import translate
from castingops.core.ids import new_id
from castingops.core.messages import N_
from castingops.identity.events import IdentityVerified
from castingops.moderation import handlers, privacy
from castingops.moderation.errors import InvalidDecision, InvalidItem
from castingops.moderation.events import CaseDecided
from castingops.moderation.models import Case
from castingops.moderation.service import decisions, items, leases, watching
from castingops.moderation.types import Outcome
from castingops.moderation.types.decisions import Action, ActionKind
from castingops.moderation.types.items import ItemKind
from tests.factories import doors
from tests.factories import moderation as factory
from tests.factories.moderation import Person, Staff, StaffDoor

LIST = "/console/moderation/items/"
EXPORT = "/console/moderation/items/export.csv"
KINDS = ("missing_guardian_evidence", "expired_consent", "unverified_identity", "birth_date_mismatch", "policy_breach",
         "missing_evidence")


@pytest.fixture
def door(app: Flask, monkeypatch: pytest.MonkeyPatch) -> StaffDoor:
    return factory.at_the_door(app, monkeypatch)


@pytest.fixture(autouse=True)
def undo_window(app: Flask) -> Iterator[None]:
    with factory.undo_window(app, 20):
        yield


@pytest.fixture
def huda(app: Flask, door: StaffDoor) -> Staff:
    return factory.sign_in(app, door, "Huda Al-Harbi", "compliance_officer")


@pytest.fixture
def senior(app: Flask, door: StaffDoor) -> Staff:
    return factory.sign_in(app, door, "Majed Al-Dossari", "senior_moderator")


@pytest.fixture
def auditor(app: Flask, door: StaffDoor) -> Staff:
    return factory.sign_in(app, door, "Reem Al-Zahrani", "auditor")


@pytest.fixture
def person(app: Flask, superuser: psycopg.Connection) -> Person:
    return factory.person(app, superuser)


def opened(app: Flask, person: Person, kind: str = "unverified_identity", *, reason: str = "asked for") -> str:
    """An item about this person, by the system; its reference."""
    with factory.as_actor(app, system()):
        return items.open_item(kind, subject_id=person.subject_id, entity="person", entity_id=person.subject_id,
                               reason=reason, actor=system()).ref


def row(superuser: psycopg.Connection, ref: str, *columns: str) -> tuple[object, ...]:
    found = superuser.execute(f"select {', '.join(columns)} from compliance_items where ref = %s", [ref]).fetchone()
    assert found
    return tuple(found)


def history(superuser: psycopg.Connection, ref: str) -> list[tuple[str, str | None]]:
    return list(superuser.execute(
        "select e.kind, e.after from compliance_item_events e join compliance_items i on i.id = e.item_id"
        " where i.ref = %s order by e.id", [ref]).fetchall())


def live_kinds(superuser: psycopg.Connection, person: Person) -> list[str]:
    rows = superuser.execute(
        "select kind from compliance_items where subject_id = %s and closed_at is null order by id",
        [person.subject_id]).fetchall()
    return [kind for kind, in rows]


def deliver(app: Flask, person: Person, handler: Handler, happened: Event) -> None:
    with factory.as_actor(app, system(person.subject_id)):
        handler(happened, actor=system(person.subject_id))


def say(app: Flask, person: Person, change: Change) -> None:
    """The person gives or withdraws the consent to publication, and its event arrives."""
    with factory.as_actor(app, person.actor):
        notice = next(each for each in consent.list_notices("en", "adult") if each.kind == "privacy")
        consent.change("profile", change, actor=person.actor, notice_version=notice.version)
    said = ConsentWithdrawn(subject_id=person.subject_id, purpose="profile")
    deliver(app, person, handlers.settle_consent_item, said)


def move(staff: Staff, ref: str, state: str, reason: str = "looked into it", **more: object) -> int:
    version = re.search(r'name="version" value="(\d+)"', staff.get(LIST + ref).text)
    form: dict[str, object] = {"state": state, "reason": reason, "version": version[1] if version else "0", **more}
    return staff.post(f"{LIST}{ref}/move", **form).status_code


def verify(app: Flask, person: Person, superuser: psycopg.Connection, birth_date: date | None) -> None:
    """A provider vouches for this person, and the event of it arrives."""
    superuser.execute("delete from identity_verifications where subject_id = %s", [person.subject_id])
    superuser.execute(
        "insert into identity_verifications (subject_id, id_digest, provider, name_ar, name_en, birth_date,"
        " verified_at, expires_at) values (%s, %s, 'direct', '', '', %s, now(), now() + interval '1 year')",
        [person.subject_id, uuid4().hex, birth_date])
    deliver(app, person, handlers.settle_identity, IdentityVerified(subject_id=person.subject_id))


class TestIdentity:
    """ID-8, MOD-3: a verified identity closes what asked for it; another birth date than the profile's opens one."""

    def test_unverified_identity_closes_by_the_event(
        self, app: Flask, person: Person, superuser: psycopg.Connection
    ) -> None:
        ref = opened(app, person)
        deliver(app, person, handlers.settle_identity, IdentityVerified(subject_id=person.subject_id))
        assert live_kinds(superuser, person) == ["unverified_identity"]  # an event that nothing stands behind
        for _ in range(2):
            verify(app, person, superuser, None)
        assert row(superuser, ref, "state", "reason") == ("resolved", "asked for")
        assert live_kinds(superuser, person) == []

    def test_another_birth_date_opens_an_item_until_it_agrees(
        self, app: Flask, person: Person, superuser: psycopg.Connection
    ) -> None:
        person.submit()
        stated = superuser.execute("select birth_date from talent_profiles where subject_id = %s",
                                   [person.subject_id]).fetchone()
        assert stated
        for _ in range(2):
            verify(app, person, superuser, stated[0] + timedelta(days=1))
        assert live_kinds(superuser, person) == ["birth_date_mismatch"]
        with factory.as_actor(app, system()):
            assert items.blocking(person.subject_id)
        verify(app, person, superuser, stated[0])
        assert live_kinds(superuser, person) == []


class TestOpening:
    def test_delivered_twice_opens_one(self, app: Flask, person: Person, superuser: psycopg.Connection) -> None:
        stated = MinorityStated(subject_id=person.subject_id)
        for _ in range(2):
            deliver(app, person, handlers.ask_for_guardian, stated)
        assert live_kinds(superuser, person) == ["missing_guardian_evidence"]

    def test_opened_at_the_same_time_opens_one(self, app: Flask, person: Person, superuser: psycopg.Connection) -> None:
        threads = [Thread(target=opened, args=(app, person)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert live_kinds(superuser, person) == ["unverified_identity"]

    def test_follows_the_consent_in_any_order_of_events(self, app: Flask, person: Person,
                                                        superuser: psycopg.Connection) -> None:
        person.submit()
        say(app, person, Change.WITHDRAWN)
        assert live_kinds(superuser, person) == ["expired_consent"]
        say(app, person, Change.GIVEN)
        assert live_kinds(superuser, person) == []
        late = ConsentWithdrawn(subject_id=person.subject_id, purpose="profile")
        deliver(app, person, handlers.settle_consent_item, late)
        assert live_kinds(superuser, person) == []
        (ref,) = row_refs(superuser, person)
        assert history(superuser, ref) == [("opened", "open"), ("moved", "resolved")]

    def test_other_purposes_block_nothing(self, app: Flask, person: Person, superuser: psycopg.Connection) -> None:
        other = ConsentWithdrawn(subject_id=person.subject_id, purpose="notification")
        deliver(app, person, handlers.settle_consent_item, other)
        assert live_kinds(superuser, person) == []

    def test_unknown_kind_is_refused(self, app: Flask, person: Person) -> None:
        with pytest.raises(InvalidItem):
            opened(app, person, "no_such_kind")

    def test_closing_what_is_not_open_does_nothing(self, app: Flask) -> None:
        with factory.as_actor(app, system()):
            assert items.close_item("policy_breach", entity="decision", entity_id=new_id(), reason="x",
                                    actor=system()) is None

    def test_people_cannot_open_one(self, app: Flask, person: Person) -> None:
        with pytest.raises(Exception, match="row-level security"), factory.as_actor(app, person.actor):
            items.open_item("unverified_identity", subject_id=person.subject_id, entity="person",
                            entity_id=person.subject_id, reason="x", actor=person.actor)

    def test_by_hand_about_the_person_of_a_case(self, person: Person, huda: Staff,
                                                superuser: psycopg.Connection) -> None:
        case = person.submit()
        answer = huda.post(LIST, kind="missing_evidence", case=case.ref.lower(), reason="No proof of the award.")
        assert answer.status_code == 303
        page = huda.get(answer.headers["Location"]).text
        assert "No proof of the award." in page and case.ref in page and "Ahmed Al-Anazi" in page
        assert live_kinds(superuser, person) == ["missing_evidence"]

    @pytest.mark.parametrize(("form", "words"), [
        ({"kind": "nonsense"}, "Choose a kind."), ({"case": "CASE-99999999"}, "There is no such case."),
        ({"reason": " "}, "Say why"), ({"reason": "x" * 2001}, "at most 2000"),
        ({"reason": "a\u202eb"}, "cannot be stored"), ({"case": "' or 1=1 --"}, "There is no such case.")])
    def test_refusals_keep_what_was_typed(self, person: Person, huda: Staff, form: dict[str, str], words: str,
                                          superuser: psycopg.Connection) -> None:
        typed = {"kind": "missing_evidence", "case": person.submit().ref, "reason": "my words", **form}
        answer = huda.post(LIST, **typed)
        assert answer.status_code == 422 and words in answer.text
        assert live_kinds(superuser, person) == []
        if "reason" not in form:
            assert "my words" in answer.text


def row_refs(superuser: psycopg.Connection, person: Person) -> list[str]:
    return [ref for ref, in superuser.execute("select ref from compliance_items where subject_id = %s order by id",
                                              [person.subject_id]).fetchall()]


class TestBlocking:
    @pytest.mark.parametrize("kind", KINDS)
    def test_names_the_item(self, app: Flask, person: Person, kind: str) -> None:
        ref = opened(app, person, kind)
        with factory.as_actor(app, system()), pytest.raises(InvalidDecision) as refusal:
            items.check_publishable(person.subject_id)
        assert refusal.value.fields["outcome"].values["ref"] == ref  # type: ignore[union-attr]

    def test_ends_with_the_item(self, app: Flask, person: Person, huda: Staff) -> None:
        ref = opened(app, person)
        assert move(huda, ref, "resolved") == 200
        with factory.as_actor(app, system()):
            items.check_publishable(person.subject_id)
            assert items.blocking(person.subject_id) == []

    def test_waiting_still_blocks(self, app: Flask, person: Person, huda: Staff) -> None:
        ref = opened(app, person)
        assert move(huda, ref, "waiting") == 200
        with factory.as_actor(app, system()):
            assert [each.ref for each in items.blocking(person.subject_id)] == [ref]


class TestWorkingOnIt:
    def test_owned_waited_for_resolved_and_taken_back(self, app: Flask, person: Person, huda: Staff,
                                                      superuser: psycopg.Connection) -> None:
        ref = opened(app, person)
        assert huda.post(f"{LIST}{ref}/own", version="1").status_code == 200
        assert row(superuser, ref, "owner", "state") == (huda.user_id, "in_progress")
        assert move(huda, ref, "waiting", "asked the person") == 200
        assert move(huda, ref, "resolved", "checked against the register") == 200
        page = huda.get(LIST + ref).text
        assert "Take it back" in page and "checked against the register" in page and "asked the person" in page
        assert huda.post(f"{LIST}{ref}/reopen").status_code == 200
        assert row(superuser, ref, "state", "closed_at") == ("in_progress", None)
        assert [kind for kind, _ in history(superuser, ref)] == [
            "opened", "taken", "moved", "moved", "moved", "reopened"]

    def test_waiting_stops_its_clock(self, app: Flask, person: Person, huda: Staff,
                                     superuser: psycopg.Connection) -> None:
        begin = clock.now()
        ref = opened(app, person)
        (due,) = row(superuser, ref, "due_at")
        assert move(huda, ref, "waiting") == 200
        with clock.held_at(begin + timedelta(days=14)):
            assert move(huda, ref, "in_progress") == 200
        later, paused = row(superuser, ref, "due_at", "paused_at")
        assert paused is None and later > due  # type: ignore[operator]
        assert timedelta(days=13) < later - due < timedelta(days=15)  # type: ignore[operator]

    def test_taken_back_too_late(self, app: Flask, person: Person, huda: Staff) -> None:
        ref = opened(app, person)
        with clock.held_at(clock.now() - timedelta(hours=1)):
            assert move(huda, ref, "dismissed") == 200
        answer = huda.post(f"{LIST}{ref}/reopen")
        assert answer.status_code == 409 and "time to take this back is over" in answer.text

    def test_nobody_takes_back_anothers_closing(self, app: Flask, person: Person, huda: Staff, senior: Staff) -> None:
        ref = opened(app, person)
        assert move(huda, ref, "resolved") == 200
        assert senior.post(f"{LIST}{ref}/reopen").status_code == 409

    def test_not_taken_back_over_a_newer_one(self, app: Flask, person: Person, huda: Staff,
                                             superuser: psycopg.Connection) -> None:
        ref = opened(app, person)
        assert move(huda, ref, "resolved") == 200
        opened(app, person)
        assert huda.post(f"{LIST}{ref}/reopen").status_code == 409
        assert row(superuser, ref, "state") == ("resolved",)

    def test_a_stale_page_keeps_what_was_typed(self, app: Flask, person: Person, huda: Staff, senior: Staff,
                                               superuser: psycopg.Connection) -> None:
        ref = opened(app, person, "policy_breach")
        assert senior.post(f"{LIST}{ref}/own", version="1").status_code == 200
        answer = huda.post(f"{LIST}{ref}/move", state="resolved", version="1", reason="typed at length")
        assert answer.status_code == 409 and "Somebody changed this item" in answer.text
        assert row(superuser, ref, "state", "owner") == ("in_progress", senior.user_id)

    def test_anothers_item_is_taken_over_with_a_reason(self, app: Flask, person: Person, huda: Staff, senior: Staff,
                                                       superuser: psycopg.Connection) -> None:
        ref = opened(app, person, "policy_breach")
        senior.post(f"{LIST}{ref}/own", version="1")
        (version,) = row(superuser, ref, "version")
        refused = huda.post(f"{LIST}{ref}/move", state="resolved", version=str(version), reason="mine")
        assert refused.status_code == 409 and "Somebody else owns this item" in refused.text
        assert huda.post(f"{LIST}{ref}/own", version=str(version)).status_code == 422
        assert huda.post(f"{LIST}{ref}/own", version=str(version), reason="On leave.").status_code == 200
        assert row(superuser, ref, "owner") == (huda.user_id,)

    def test_who_may_close_is_the_kinds(self, app: Flask, person: Person, senior: Staff,
                                        superuser: psycopg.Connection) -> None:
        identity, breach = opened(app, person), opened(app, person, "policy_breach")
        assert 'value="resolved"' not in senior.get(LIST + identity).text
        assert move(senior, identity, "resolved") == 403 and move(senior, breach, "resolved") == 200
        assert row(superuser, identity, "state", "owner") == ("open", None)

    @pytest.mark.parametrize("state", ["open", "nonsense", "", "resolved; drop table"])
    def test_ways_that_do_not_exist(self, app: Flask, person: Person, huda: Staff, state: str) -> None:
        ref = opened(app, person)
        answer = huda.post(f"{LIST}{ref}/move", state=state, version="1", reason="typed at length")
        assert answer.status_code == 422 and "typed at length" in answer.text

    def test_closed_is_closed(self, app: Flask, person: Person, huda: Staff) -> None:
        ref = opened(app, person)
        assert move(huda, ref, "dismissed") == 200
        assert huda.post(f"{LIST}{ref}/move", state="waiting", version="9", reason="x").status_code == 409
        assert huda.post(f"{LIST}{ref}/own", version="9").status_code == 409

    def test_notes_are_shown_as_typed(self, app: Flask, person: Person, huda: Staff) -> None:
        ref = opened(app, person)
        answer = huda.post(f"{LIST}{ref}/notes", note="<script>alert(1)</script> 'x'")
        assert answer.status_code == 200 and "&lt;script&gt;alert(1)" in answer.text
        refused = huda.post(f"{LIST}{ref}/notes", note="bad \u2066 text")
        assert refused.status_code == 422 and "cannot be stored" in refused.text

    @pytest.mark.parametrize("ref", ["ITEM-99999999", "ITEM-1", "CASE-000001", "ITEM-٠٠٠٠٠١", "x" * 300])
    def test_no_such_item(self, huda: Staff, ref: str) -> None:
        assert huda.get(LIST + ref).status_code == 404
        assert huda.post(f"{LIST}{ref}/move", state="resolved", version="1", reason="x").status_code == 404

    @pytest.mark.parametrize("role", ["moderator", "support", "finance", "admin"])
    def test_not_for_other_roles(self, app: Flask, door: StaffDoor, person: Person, role: str) -> None:
        ref, staff = opened(app, person), factory.sign_in(app, door, "Someone", role)
        assert {staff.get(path).status_code for path in (LIST, LIST + ref, EXPORT)} == {403}

    def test_an_auditor_reads(self, app: Flask, person: Person, auditor: Staff) -> None:
        ref = opened(app, person)
        page = auditor.get(LIST + ref)
        assert page.status_code == 200 and "/move" not in page.text and "You can read this item" in page.text
        assert auditor.post(f"{LIST}{ref}/own", version="1").status_code == 403


class TestList:
    @pytest.fixture
    def named(self, app: Flask, person: Person) -> tuple[str, str]:
        """A word that only this person has, and their item."""
        word = "z" + uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))
        person.submit(display_name_en=f"Salem {word}")
        return word, opened(app, person)

    def test_found_by_name_and_reference(self, huda: Staff, named: tuple[str, str]) -> None:
        word, ref = named
        assert ref in huda.get(LIST, q=word[:12]).text and ref in huda.get(LIST, q=ref.lower()).text
        assert ref not in huda.get(LIST, q=f"{word} nobody").text

    def test_filters(self, huda: Staff, named: tuple[str, str]) -> None:
        word, ref = named
        for query, shown in (({"kind": "unverified_identity"}, True), ({"kind": "policy_breach"}, False),
                             ({"state": "open"}, True), ({"state": "waiting"}, False), ({"owner": "nobody"}, True),
                             ({"owner": str(huda.user_id)}, False), ({"due": "overdue"}, False),
                             ({"view": "mine"}, False), ({"view": "overdue"}, False), ({"view": "closed"}, False),
                             ({"owner": "x", "due": "x", "state": "x", "kind": "'"}, True)):
            assert (f'id="item-{ref}"' in huda.get(LIST, q=word, **query).text) is shown, query

    def test_late_ones_stand_under_overdue_unless_they_wait(self, app: Flask, huda: Staff, person: Person) -> None:
        word = "z" + uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))
        person.submit(display_name_en=f"Salem {word}")
        with clock.held_at(clock.now() - timedelta(days=30)):
            ref = opened(app, person)
        assert ref in huda.get(LIST, view="overdue", q=word).text
        assert move(huda, ref, "waiting") == 200
        assert ref not in huda.get(LIST, view="overdue", q=word).text
        assert ref in huda.get(LIST, view="mine", q=word).text

    def test_a_minor_is_shown_by_first_letters(self, app: Flask, huda: Staff, person: Person) -> None:
        person.submit(display_name_en="Salem Alqahtani")
        ref = opened(app, person, "missing_guardian_evidence")
        for page in (huda.get(LIST + ref).text, huda.get(LIST, q=ref).text, huda.get(EXPORT, q=ref).text):
            assert ref in page and "Alqahtani" not in page
        assert "S. A." in huda.get(LIST + ref).text

    def test_empty_says_what_belongs_here(self, huda: Staff) -> None:
        assert "No item matches these filters" in huda.get(LIST, q=uuid4().hex).text
        assert "You own no item" in huda.get(LIST, view="mine").text

    @pytest.mark.parametrize("query", [{"cursor": "forged"}, {"cursor": "W10"}])
    def test_forged_cursor(self, huda: Staff, query: dict[str, str]) -> None:
        assert huda.get(LIST, **query).status_code == 422

    def test_pages_show_every_item_once(self, app: Flask, huda: Staff, superuser: psycopg.Connection) -> None:
        word, refs = "z" + uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop")), []
        someone = factory.person(app, superuser)
        someone.submit(display_name_en=f"Salem {word}")
        with factory.as_actor(app, system()):
            refs = [items.open_item("missing_evidence", subject_id=someone.subject_id, entity="case",
                                    entity_id=new_id(), reason="x", actor=system()).ref for _ in range(55)]
        first = huda.get(LIST, q=word).text
        more = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        second = huda.get(more, htmx=True).text
        assert "<html" not in second
        assert [part.split('"')[0] for part in (first + second).split('id="item-ITEM')[1:]] == [
            ref.removeprefix("ITEM") for ref in refs]

    def test_export_is_recorded_and_guarded(self, app: Flask, huda: Staff, person: Person,
                                            superuser: psycopg.Connection) -> None:
        person.submit(display_name_en="=cmd()")
        ref = opened(app, person)
        answer = huda.get(EXPORT, q=ref)
        (heading, line) = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert heading[0] == "Reference" and line[0] == ref and line[3] == "'=cmd()"
        entry = superuser.execute("select payload -> 'details' ->> 'items' from audit_payloads p join audit_entries e"
                                  " on e.id = p.entry_id where action = 'moderation.item.export'"
                                  " order by e.id desc limit 1").fetchone()
        assert entry == ("1",)

    def test_costs_few_queries(self, app: Flask, huda: Staff, person: Person) -> None:
        """Rows cost no query each: what the names of a page cost, and no more."""
        opened(app, person)
        assert huda.get(LIST, htmx=True).status_code == 200  # every shape compiled
        with app.app_context():
            engine, asked = db.engine, []

        def note(*details: Any) -> None:
            asked.append(details[2])

        event.listen(engine, "before_cursor_execute", note)
        try:
            assert huda.get(LIST, htmx=True).status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        assert len(asked) <= 3


class TestRegister:
    def test_one_of_a_kind_that_came_later(self, app: Flask, person: Person) -> None:
        """The registry is open: a later feature brings a kind that blocks nothing."""
        items.register_item_kind(ItemKind(
            "later", N_("Evidence missing"), asks=N_("Obtain the evidence that was asked for."),
            closers=frozenset({"auditor"}), due_days=1, blocks=False))
        opened(app, person, "later")
        with factory.as_actor(app, system()):
            assert items.blocking(person.subject_id) == []
        items._KINDS.pop("later")


def test_states_and_ids(superuser: psycopg.Connection, app: Flask, person: Person) -> None:
    """The database itself keeps one open item per kind and thing, and whole states."""
    ref = opened(app, person)
    with pytest.raises(psycopg.errors.CheckViolation):
        superuser.execute("update compliance_items set state = 'resolved' where ref = %s", [ref])
    with pytest.raises(psycopg.errors.CheckViolation):
        superuser.execute("update compliance_items set state = 'waiting' where ref = %s", [ref])


class TestDecisions:
    """What decisions and items are to each other."""

    @pytest.fixture
    def noura(self, app: Flask, door: StaffDoor) -> Staff:
        return factory.sign_in(app, door, "Noura Al-Otaibi", "moderator")

    def test_an_open_item_refuses_publication_by_name(self, app: Flask, person: Person, noura: Staff) -> None:
        case, ref = person.submit(), opened(app, person)
        with pytest.raises(InvalidDecision) as refusal:
            factory.decide(app, case, noura.actor)
        assert ref in translate(refusal.value.fields["outcome"]) and "Identity not verified" in translate(
            refusal.value.fields["outcome"])
        with factory.as_actor(app, noura.actor):
            leases.acquire(case.ref, actor=noura.actor)
        page = noura.post(f"/console/moderation/cases/{case.ref}/preview", outcome="approve", version=str(case.version))
        assert page.status_code == 422 and ref in page.text

    def test_what_is_no_publication_goes_on(self, app: Flask, person: Person, noura: Staff,
                                            superuser: psycopg.Connection) -> None:
        case, _ = person.submit(), opened(app, person)
        factory.decide(app, case, noura.actor, Outcome.CHANGES, policy=factory.policy_id(superuser))

    def test_one_opened_in_the_undo_window_stops_it(self, app: Flask, person: Person, noura: Staff,
                                                    superuser: psycopg.Connection) -> None:
        case = person.submit()
        decision = factory.decide(app, case, noura.actor)
        opened(app, person)
        with clock.held_at(clock.now() + timedelta(minutes=5)), factory.as_actor(app, system()):
            decisions.execute(decision, actor=system())
        found = superuser.execute("select state, failure from decisions where id = %s", [decision]).fetchone()
        assert found == ("failed", "blocked")
        assert superuser.execute("select state from cases where id = %s", [case.id]).fetchone() == ("open",)

    def test_a_grave_strike_opens_a_breach(self, app: Flask, person: Person, noura: Staff,
                                           superuser: psycopg.Connection) -> None:
        """Of a policy of high severity only; the decision is its evidence, and overturned it closes."""
        for code, kinds in (("PR-1.1", []), ("PR-2.2", ["policy_breach"])):
            case = person.submit(height_cm=150 + len(kinds))
            with factory.undo_window(app, 0):
                decision = factory.decide(app, case, noura.actor, Outcome.REJECT, actions=(Action(ActionKind.STRIKE),),
                                          policy=factory.policy_id(superuser, code))
            for _ in range(2):
                self._arrive(app, person, case, decision)
            assert live_kinds(superuser, person) == kinds
        (ref,) = row_refs(superuser, person)
        (evidence,) = row(superuser, ref, "evidence")
        assert evidence == {"case": case.ref, "policy": "PR-2.2"}
        self._arrive(app, person, case, new_id(), override_of=decision)
        assert row(superuser, ref, "state", "reason") == ("dismissed", "high_strike")

    @staticmethod
    def _arrive(app: Flask, person: Person, case: Case, decision: UUID, *, override_of: UUID | None = None) -> None:
        happened = CaseDecided(
            subject_id=person.subject_id, case_id=case.id, decision_id=decision, kind=case.kind,
            entity_id=case.entity_id, subject_revision=1, outcome="reject", override_of=override_of)
        deliver(app, person, handlers.settle_breach_item, happened)


class TestOverdue:
    def test_told_once_to_its_owner_else_to_all_of_compliance(self, app: Flask, superuser: psycopg.Connection) -> None:
        owner, officer = doors.staff_member(app, "senior_moderator"), doors.staff_member(app, "compliance_officer")
        mine, nobodys = factory.person(app, superuser), factory.person(app, superuser)
        with clock.held_at(clock.now() - timedelta(days=30)):
            owned, free = opened(app, mine, "policy_breach"), opened(app, nobodys)
        superuser.execute("update compliance_items set owner = %s where ref = %s", [owner.user_id, owned])
        for _ in range(2):
            with factory.as_actor(app, system()):
                watching.tell_overdue(actor=system())
        told = superuser.execute(
            "select subject_id, facts ->> 'ref' from notifications where template = 'moderation.item.overdue'"
            " and facts ->> 'ref' in (%s, %s) and subject_id in (%s, %s)",
            [owned, free, owner.user_id, officer.user_id]).fetchall()
        assert sorted(told) == sorted([(owner.user_id, owned), (officer.user_id, free)])
        assert [kind for kind, _ in history(superuser, owned)] == ["opened", "overdue"]

    def test_one_that_waits_is_not_late(self, app: Flask, huda: Staff, person: Person,
                                        superuser: psycopg.Connection) -> None:
        with clock.held_at(clock.now() - timedelta(days=30)):
            ref = opened(app, person)
        assert move(huda, ref, "waiting") == 200
        with factory.as_actor(app, system()):
            watching.tell_overdue(actor=system())
        assert row(superuser, ref, "overdue_at") == (None,)


def test_exported_and_erased_with_the_person(app: Flask, person: Person, huda: Staff,
                                             superuser: psycopg.Connection) -> None:
    """COMP-1: what is known of them is theirs to receive; after an erasure nothing of their words is left."""
    ref = opened(app, person, reason="Their brother said so.")
    assert huda.post(f"{LIST}{ref}/notes", note="Called them twice.").status_code == 200
    with factory.as_actor(app, system(person.subject_id)):
        held = privacy.export(person.subject_id, actor=system(person.subject_id))["compliance_items"]
        assert held == [{"subject_id": person.subject_id, "reason": "Their brother said so."}]
        privacy.erase(person.subject_id, actor=system(person.subject_id))
    assert row(superuser, ref, "state", "reason") == ("dismissed", "[erased]")
    words = superuser.execute("select distinct e.reason from compliance_item_events e join compliance_items i"
                              " on i.id = e.item_id where ref = %s", [ref]).fetchall()
    assert words == [("[erased]",)] and huda.get(LIST + ref).status_code == 200
