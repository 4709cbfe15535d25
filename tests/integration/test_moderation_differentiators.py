"""What no open console has together (domain/moderation.md §5), one test each."""
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core import clock
from castingops.core.actor import system
from castingops.moderation.errors import CaseBarred
from castingops.moderation.service import leases, quality
from castingops.moderation.types import Outcome
from castingops.moderation.types.quality import Period
from tests.factories import appeals, bulk, doors, moderation, reports


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
