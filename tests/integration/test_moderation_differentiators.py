"""What no open console has together (domain/moderation.md §5), one test each."""
import json
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.casting import service as casting
from castingops.core import clock
from castingops.core.actor import system
from castingops.core.clock import RIYADH
from castingops.moderation import queries
from castingops.moderation.errors import CaseBarred, DecisionNotDue, InvalidDecision, LeaseLost, SecondPersonNeeded
from castingops.moderation.service import decisions, leases, quality, work
from castingops.moderation.tasks.decisions import execute_due
from castingops.moderation.types import Outcome
from castingops.moderation.types.decisions import Action, ActionKind
from castingops.moderation.types.quality import Period
from tests.factories import appeals, bulk, doors, media_care, moderation, reports


def test_conflict_free_appeals(app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proposer and approver cannot see "decide" on the appeal; overturning voids the strike, restores what was
    refused, and tells the person with reasons (Mastodon #30142, #34794)."""
    bearer = app.extensions["sign_in"].bearer
    door = moderation.at_the_door(app, monkeypatch)
    door.bearer = bearer  # type: ignore[attr-defined]
    house = appeals.house(app, door)
    refusal = appeals.refused(app, superuser, house.noura, appeals.STRIKE)
    case = appeals.appealed(app, superuser, refusal, "لم أذكر أي بيانات تواصل.")

    address, decide = f"/console/moderation/cases/{case.ref}", f"/console/moderation/cases/{case.ref}/decide"
    with moderation.as_actor(app, house.faisal.actor):
        leases.acquire(case.ref, actor=house.faisal.actor)
    own, others = house.noura.get(address), house.faisal.get(address)
    assert own.status_code == others.status_code == 200
    assert decide not in own.text and decide in others.text
    assert "Somebody else decides the appeal" in own.text
    with moderation.as_actor(app, house.noura.actor), pytest.raises(CaseBarred):
        leases.acquire(case.ref, actor=house.noura.actor)
    posted = house.noura.post(decide, outcome="reject", policy=str(moderation.policy_id(superuser, "AP-1")),
                              version=str(case.version), revision="1", lease_token="")
    assert posted.status_code in (403, 409) and superuser.execute(
        "select count(*) from decisions where case_id = %s", [case.id]).fetchone() == (0,)

    proposed = moderation.decide(app, case, house.faisal.actor, Outcome.APPROVE)
    assert appeals.state_of(app, proposed) == "proposed"  # overturning takes two
    moderation.approve(app, proposed, house.huda.actor)
    reports.arrive(app, superuser)

    assert appeals.state_of(app, proposed) == "executed"
    strike = superuser.execute("select voided_at is not null from strikes where decision_id = %s",
                               [refusal.decision_id]).fetchone()
    assert strike == (True,)
    override = superuser.execute("select outcome, decided_by, approver_id from decisions where override_of = %s",
                                 [refusal.decision_id]).fetchone()
    assert override == ("approve", house.faisal.user_id, house.huda.user_id)
    assert reports.profile_id(superuser, refusal.person)  # it is published now
    told = refusal.someone.ask("GET", f"{refusal.path}/appeal").json
    assert told and told["data"]["status"] == "upheld"
    assert "We have overturned it" in told["data"]["answer_en"] and "نقضناه" in told["data"]["answer_ar"]
    own_words = refusal.someone.ask("GET", refusal.path).json
    assert own_words and own_words["data"]["status"] == "overturned"
    notices = superuser.execute("select body_en, body_ar from notifications where subject_id = %s order by id desc",
                                [refusal.someone.user_id]).fetchall()
    assert any("We have overturned it" in en and "نقضناه" in ar for en, ar in notices)


def test_safe_bulk(app: Flask, superuser: psycopg.Connection) -> None:
    """What was previewed is what is done, case by case: the frozen ids and no other, even when more match by then;
    one that changed since is a conflict of its own; a worker that delivers twice does nothing twice (Coop, Osprey)."""
    noura = doors.staff_member(app, "moderator")
    word = "z" + uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))
    people = [moderation.person(app, superuser) for _ in range(4)]
    frozen = [person.submit(display_name_en=f"Salem {word}") for person in people]
    answer = noura.ask("POST", bulk.BULK, data={"all": "1", "q": word})
    ref = answer.headers["Location"].rsplit("/", 1)[1]
    shown = noura.ask("GET", f"{bulk.BULK}/{ref}").text
    assert [part.split('"')[0] for part in shown.split('id="bulk-CASE')[1:]] == [
        case.ref.removeprefix("CASE") for case in frozen]

    later = moderation.person(app, superuser).submit(display_name_en=f"Salem {word}")  # matches the filter, not frozen
    people[1].submit(display_name_en=f"Salem {word} Renamed")  # changed since
    assert bulk.confirm(noura, ref) == 303
    assert bulk.work(app, superuser, ref) == 5 and bulk.state(superuser, ref) == "done"

    assert [case for case, _, _ in bulk.results(superuser, ref)] == [case.id for case in frozen]
    assert [(result, code) for _, result, code in bulk.results(superuser, ref)] == [
        ("done", "executed"), ("conflict", "case_changed"), ("done", "executed"), ("done", "executed")]
    decided = superuser.execute("select case_id from decisions where case_id = any(%s) order by case_id",
                                [[*(case.id for case in frozen), later.id]]).fetchall()
    assert decided == [(frozen[0].id,), (frozen[2].id,), (frozen[3].id,)]
    page = noura.ask("GET", f"{bulk.BULK}/{ref}").text
    assert "It changed after the list was frozen." in page and later.ref not in page


def test_blind_qa(app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sampled decision is made again by somebody who cannot see the first; agreement *and* kappa are told by policy,
    each with its denominator (Coop #208)."""
    door = moderation.at_the_door(app, monkeypatch)
    noura, salem = (moderation.sign_in(app, door, name, role) for name, role in
                    (("Noura Al-Otaibi", "moderator"), ("Salem Qahtani", "senior_moderator")))
    superuser.execute("delete from quality_samples")
    superuser.execute("delete from quality_draws")
    policy = moderation.policy_id(superuser)
    cases = [moderation.person(app, superuser).submit() for _ in range(3)]
    for case in cases:
        moderation.decide(app, case, noura.actor, Outcome.CHANGES, policy=policy)
    ids = [case.id for case in cases]
    superuser.execute("update decisions set executed_at = now() - interval '9 minutes' where case_id = any(%s)", [ids])
    with moderation.as_actor(app, system()):
        quality.draw(actor=system(), percent=100)
    superuser.execute("delete from quality_samples where case_id <> all(%s)", [ids])

    start, hidden = "/console/moderation/quality/reviews", [*(case.ref for case in cases), "Noura", "Changes requested"]
    assert noura.post(f"{start}/next").location.endswith("/reviews"), "never one's own"
    for outcome in ("changes", "changes", "approve"):
        page = salem.post(f"{start}/next").location
        shown = salem.get(page).text
        assert not [word for word in hidden if word in shown]
        assert salem.post(page, outcome=outcome, policy=str(policy)).status_code == 200
    today = clock.today_riyadh()
    with moderation.as_actor(app, salem.actor):
        found = quality.measure(Period(today, today), actor=salem.actor)
    assert (found.outcome.agreed, found.outcome.pairs) == (2, 3)
    [cited] = found.policies
    assert (cited.code, cited.cited, cited.agreement.agreed, cited.agreement.pairs) == ("PR-1.1", 3, 2, 3)
    assert cited.agreement.kappa == 0  # the first always cited it: agreement that chance gives too


def test_revision_bound_decisions(app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The subject edited after the page was opened: the decision is refused, before and after its undo window, and
    the page that comes back shows what changed."""
    door = moderation.at_the_door(app, monkeypatch)
    noura = moderation.sign_in(app, door, "Noura Al-Otaibi", "moderator")
    person = moderation.person(app, superuser)
    moderation.decide(app, person.submit(), noura.actor)
    case = person.submit(bio_en="Actor from Riyadh with three plays.")
    opened = noura.sees(case)
    person.submit(bio_en="Actor from Riyadh with four films.")
    late = noura.post(f"/console/moderation/cases/{case.ref}/decide", outcome="approve", note="my words", **opened)
    assert late.status_code == 409 and "newer revision" in late.text and "my words" in late.text
    assert "films" in late.text and "<ins>" in late.text and "<del>" in late.text
    case.version, case.subject_revision = moderation.version_of(superuser, case), 3
    with moderation.undo_window(app, 20):
        made = moderation.decide(app, case, noura.actor)
    person.submit(bio_en="Actor from Jeddah.")
    assert moderation.execute(app, made) == "failed"
    with moderation.as_actor(app, person.actor):
        assert [row.status for row in casting.list_revisions(person.subject_id)] == [
            "pending", "superseded", "superseded", "approved"]


def test_propose_execute_split(app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """No path executes a held decision without a second person: page, timer, service, approver of their own, SQL."""
    door = moderation.at_the_door(app, monkeypatch)
    salem = moderation.sign_in(app, door, "Salem Qahtani", "senior_moderator")
    huda = moderation.sign_in(app, door, "Huda Shehri", "senior_moderator")
    person = moderation.person(app, superuser)
    moderation.give_account(superuser, person)
    case, policy = person.submit(), str(moderation.policy_id(superuser))
    answer = salem.post(f"/console/moderation/cases/{case.ref}/decide", outcome="reject", policy=policy, actions="ban",
                        **salem.sees(case))
    made = superuser.execute("select id from decisions where case_id = %s", [case.id]).fetchone()
    assert answer.status_code == 200 and made
    decision_id = made[0]
    with moderation.as_actor(app, system()):
        execute_due(actor=system())
    assert superuser.execute("select count(*) from outbox where name = 'job.moderation.execute_decision'"
                             " and payload->>'decision_id' = %s", [str(decision_id)]).fetchone() == (0,)
    with pytest.raises(DecisionNotDue):
        moderation.execute(app, decision_id, seconds=100_000)
    with pytest.raises(SecondPersonNeeded):
        moderation.approve(app, decision_id, salem.actor)
    for change in ("state = 'scheduled'", "state = 'executed', executed_at = now()",
                   "state = 'scheduled', needs_second = false",
                   "state = 'scheduled', approver_id = decided_by, approved_at = now()"):
        with pytest.raises(psycopg.errors.CheckViolation):
            superuser.execute(f"update decisions set {change} where id = %s", [decision_id])
    restricted = "select restriction from users where id = %s"
    assert superuser.execute(restricted, [person.subject_id]).fetchone() == (None,)
    moderation.approve(app, decision_id, huda.actor)
    assert superuser.execute(restricted, [person.subject_id]).fetchone() == ("banned",)


def test_bilingual_statement_of_reasons(
    app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One policy version renders both languages with the same facts; what is missing in one blocks both."""
    door = moderation.at_the_door(app, monkeypatch)
    noura = moderation.sign_in(app, door, "Noura Al-Otaibi", "moderator")
    person = moderation.person(app, superuser)
    case = person.submit()
    gaps = {"{facts} {code} {policy} {ref}": "", "{facts} {code} {policy}": "{facts} {code} {policy} {ref}",
            "{facts} {code} {policy} {ref} {deadline}": "{facts} {code} {policy} {ref}"}
    for english, arabic in gaps.items():
        policy = moderation.new_policy(superuser)
        superuser.execute("update policies set statements = %s where id = %s",
                          [json.dumps({"reject": {"en": english, "ar": arabic}}), policy])
        with pytest.raises(InvalidDecision):
            moderation.decide(app, case, noura.actor, Outcome.REJECT, policy=policy)
        superuser.execute("delete from policies where id = %s", [policy])
    policy = moderation.policy_id(superuser)
    made = moderation.decide(app, case, noura.actor, Outcome.REJECT, policy=policy, actions=(Action(ActionKind.WARN),))
    row = superuser.execute("select statement_en, statement_ar, policy_code, policy_version, appeal_until is not null"
                            " from statements where id = %s", [made]).fetchone()
    assert row and row[2:] == ("PR-1.1", 1, True)
    for text, words in ((row[0], ("PR-1.1", "This is a warning.", "You can appeal within 30 days.")),
                        (row[1], ("PR-1.1", "هذا إنذار.", "يمكنك الاعتراض خلال 30 يومًا."))):
        assert case.ref in text and all(word in text for word in words) and "{" not in text


def test_server_side_undo(app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The timer is the server's: closing the browser changes nothing, and an undo in time leaves no side effect."""
    door = moderation.at_the_door(app, monkeypatch)
    noura = moderation.sign_in(app, door, "Noura Al-Otaibi", "moderator")
    policy = str(moderation.policy_id(superuser))
    first, second = moderation.person(app, superuser), moderation.person(app, superuser)
    made: list[UUID] = []
    with moderation.undo_window(app, 20):
        for person in (first, second):
            case = person.submit()
            sent = noura.post(f"/console/moderation/cases/{case.ref}/decide", outcome="reject", policy=policy,
                              **noura.sees(case))
            row = superuser.execute("select id, state from decisions where case_id = %s", [case.id]).fetchone()
            assert sent.status_code == 200 and row and row[1] == "scheduled"
            made.append(row[0])
    noura.client.delete_cookie("session")  # the browser is gone
    with moderation.as_actor(app, noura.actor):
        decisions.cancel(made[1], actor=noura.actor)
    assert [moderation.execute(app, each) for each in made] == ["executed", "cancelled"]
    for person, status in ((first, "rejected"), (second, "pending")):
        with moderation.as_actor(app, person.actor):
            assert casting.get_revision(person.subject_id, 1).status == status
    effects = superuser.execute(
        "select (select count(*) from statements where id = %(id)s), (select count(*) from outbox"
        " where payload->>'decision_id' = %(text)s and name = 'moderation.case.decided'), (select count(*) from outbox"
        " where subject_id = %(who)s and name like 'talent_profile.re%%')",
        {"id": made[1], "text": str(made[1]), "who": second.subject_id}).fetchone()
    assert effects == (0, 0, 0)


def test_fenced_leases(app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two reviewers, one expired token: the second POST gets 409 and loses nothing it typed; a takeover is logged
    (Discourse #43704, Coop #381)."""
    door = moderation.at_the_door(app, monkeypatch)
    noura = moderation.sign_in(app, door, "Noura Al-Otaibi", "moderator")
    faisal = moderation.sign_in(app, door, "Faisal Al-Harbi", "moderator")
    case = moderation.person(app, superuser).submit()
    decide = f"/console/moderation/cases/{case.ref}/decide"
    with clock.held_at(clock.now() - timedelta(minutes=11)), moderation.as_actor(app, noura.actor):
        expired = leases.acquire(case.ref, actor=noura.actor)
    with moderation.as_actor(app, faisal.actor):
        live = leases.acquire(case.ref, actor=faisal.actor)
    form = {"outcome": "reject", "policy": str(moderation.policy_id(superuser)), "version": str(case.version),
            "revision": str(case.subject_revision), "note": "kept as typed"}

    second = noura.post(decide, lease_token=str(expired.token), **form)
    assert second.status_code == 409 and "Faisal Al-Harbi" in second.text and "kept as typed" in second.text
    forged = noura.post(decide, lease_token=str(live.token), **form)  # a colleague's live token is not one's own
    assert forged.status_code == 409
    assert superuser.execute("select count(*) from decisions where case_id = %s", [case.id]).fetchone() == (0,)

    with moderation.as_actor(app, noura.actor):
        taken = leases.take_over(case.ref, "Faisal is on leave", actor=noura.actor)
    with moderation.as_actor(app, faisal.actor), pytest.raises(LeaseLost) as told:
        leases.beat(case.ref, live.token, actor=faisal.actor)
    assert (told.value.details["by"], told.value.details["reason"]) == (noura.user_id, "Faisal is on leave")
    logged = superuser.execute("select data from case_events where case_id = %s and kind = 'taken_over'",
                               [case.id]).fetchone()
    assert logged and logged[0]["former"] == str(faisal.user_id)
    assert noura.post(decide, lease_token=str(taken.token), **form).status_code == 200


def test_explainable_priority_and_business_clocks(
    app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each point has a named reason; pausing and resuming across a weekend and a holiday counts anew (AMO #21326).

    Tuesday 22 September 2026, 12:00 in Riyadh; National Day is the Wednesday after.
    """
    door = moderation.at_the_door(app, monkeypatch)
    noura = moderation.sign_in(app, door, "Noura Al-Otaibi", "moderator")
    with clock.held_at(datetime(2026, 9, 22, 12, tzinfo=RIYADH)):
        person = moderation.person(app, superuser)
        case = person.submit(bio_en="Write to me at me@example.com", bio_ar="ممثل من الرياض.")
    assert sum(reason["points"] for reason in case.priority_reasons) == case.priority == 45
    assert case.due_at == datetime(2026, 9, 24, 12, tzinfo=RIYADH)  # 24 hours; the holiday does not count

    with clock.held_at(datetime(2026, 9, 22, 18, tzinfo=RIYADH)), moderation.as_actor(app, noura.actor):
        held = queries.lock_case(case.ref)
        assert held is not None
        work.pause(held, "reply", actor=noura.actor)
    with clock.held_at(datetime(2026, 9, 27, 6, tzinfo=RIYADH)), moderation.as_actor(app, noura.actor):
        held = queries.lock_case(case.ref)
        assert held is not None
        work.resume(held, actor=noura.actor)
        assert held.due_at == datetime(2026, 9, 28, 0, tzinfo=RIYADH)  # 18 of 24 hours were left
        assert held.paused_seconds == 108 * 3600 and held.version == case.version
        assert [reason["code"] for reason in held.due_reasons] == ["opened", "hours", "weekend", "holiday", "paused"]

    page = noura.get(f"/console/moderation/cases/{case.ref}").text
    for words in ("May hold contact details", "+25", "First submission",
                  "24 hours of working days, for a priority of 45",
                  "National Day: 1 day left out", "2 days of weekends left out", "Stood still from",
                  "no other rule takes it"):
        assert words in page, words


@pytest.mark.parametrize("how", ["as it is", "resized", "cropped"])
def test_removed_media_recall(app: Flask, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch,
                              how: str) -> None:
    """A removed photo that is uploaded again re-encoded, resized or cut a little opens a case that cites the earlier
    decision, and by itself punishes nobody: the photo stays until a person decides."""
    door = moderation.at_the_door(app, monkeypatch)
    noura = moderation.sign_in(app, door, "Noura Al-Otaibi", "moderator")
    owner, other = moderation.person(app, superuser), moderation.person(app, superuser)
    image = media_care.portrait(900 + len(how))
    removed = media_care.upload(app, owner, media_care.encode(image, quality=92))
    decision = media_care.remove(app, superuser, owner, removed, noura.actor)
    assert media_care.status_of(superuser, removed) == "removed"

    for person in (other, owner):  # another person's, and one's own
        copy = media_care.upload(app, person, media_care.changed(image, how))
        media_care.arrive(app, superuser, person)  # by the event of the upload
        case = superuser.execute(
            "select c.id, c.ref, c.state, c.priority_reasons -> 0 ->> 'code' from cases c where c.kind = 'photo'"
            " and c.entity_id = %s", [copy]).fetchone()
        assert case and case[2:] == ("open", "removed_before")
        cited = superuser.execute("select data ->> 'decision_id', data ->> 'ref' from case_events where case_id = %s"
                                  " and kind = 'matched'", [case[0]]).fetchone()
        assert cited and cited[0] == str(decision)
        assert cited[1] in noura.get(f"/console/moderation/cases/{case[1]}").text
        assert media_care.status_of(superuser, copy) == "active"
        assert superuser.execute("select count(*) from strikes where subject_id = %s", [person.subject_id]
                                 ).fetchone() == (0,)
        assert superuser.execute("select count(*) from decisions where case_id = %s", [case[0]]).fetchone() == (0,)
