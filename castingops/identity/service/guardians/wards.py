"""A guardian's own wards: stated, looked at, put right while nothing is verified, proved by documents (ID-10)."""
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Sequence as DatabaseSequence

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.db import entered, hold, save, session
from castingops.core.hooks import Hook
from castingops.core.i18n import translate
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.subjects import Subject
from castingops.identity.errors import (
    GuardianUnverified,
    WardExists,
    WardLimitReached,
    WardNotFound,
    WardVerified,
)
from castingops.identity.events import GuardianDisputed
from castingops.identity.models.guardians import GuardianDispute, Guardianship, GuardianshipTerm, Ward
from castingops.identity.queries import guardians as queries
from castingops.identity.rules import guardians as rules
from castingops.identity.service.accounts import get_user
from castingops.identity.service.guardians import documents, moving
from castingops.identity.service.proofs import house
from castingops.identity.types.guardians import (
    GUARDIAN_STATES,
    LIVE,
    WARDS_MAX,
    DisputeBy,
    EvidenceKind,
    GuardianEventKind,
    GuardianState,
    Relation,
    WardFacts,
    WardView,
)

# Called with what a guardian states of a new or corrected ward, inside the ward: casting keeps its draft beside it.
ward_kept: Hook[[WardFacts, Actor]] = Hook("identity.ward_kept")

_NUMBERS = DatabaseSequence("guardianship_numbers")


def add_ward(sent: Mapping[str, Any], *, actor: Actor) -> WardView:
    """State that one is the guardian of a minor: a new data subject without an account, and a claim to be verified.

    Errors: InvalidWard, WardOfAge, WardLimitReached, WardExists for the same child of one's own.
    """
    facts = rules.checked_ward(sent, today=clock.today_riyadh())
    hold(f"identity/wards/{actor.subject}")
    _check_room(facts, actor=actor)
    ward_id = new_id()
    with entered(house(actor), ward_id) as inside:
        save(Subject(id=ward_id, created_at=clock.now()))
        save(Ward(subject_id=ward_id, created_at=clock.now(), **facts, **_ages(facts["birth_date"])))
        ward_kept(WardFacts(ward_id=ward_id, **facts), inside)
    row = Guardianship(
        subject_id=actor.subject, id=new_id(), ref=f"GRD-{session().scalar(_NUMBERS):06d}", ward_id=ward_id,
        relation=Relation(sent["relation"]), state=GuardianState.PENDING, scopes=[], created_at=clock.now())
    save(row)
    _index(row, facts, actor=actor)
    _note(row, GuardianEventKind.CLAIMED, "identity.ward.add", actor=actor)
    return _view(row, actor=actor)


def list_wards(*, actor: Actor, cursor: str | None = None) -> Page[WardView]:
    """A page of one's own claims, newest first. Errors: Invalid for a foreign cursor."""
    page = queries.list_own(actor.subject, cursor=cursor)
    return Page([_view(row, actor=actor) for row in page.rows], page.next_cursor)


def get_ward(ward_id: UUID, *, actor: Actor) -> WardView:
    """One ward of one's own. Errors: WardNotFound."""
    return _view(get_own(ward_id, actor=actor), actor=actor)


def change_ward(ward_id: UUID, sent: Mapping[str, Any], *, actor: Actor) -> WardView:
    """Put right what one stated, while it waits. Errors: WardNotFound, WardVerified, InvalidWard, WardOfAge."""
    facts = rules.checked_ward(sent, today=clock.today_riyadh())
    moving.hold_ward(ward_id)
    row = get_own(ward_id, actor=actor)
    if row.state != GuardianState.PENDING or len(_live(ward_id, actor=actor)) > 1:
        raise WardVerified
    row.relation = Relation(sent.get("relation", row.relation))
    with entered(house(actor), ward_id) as inside:
        ward = queries.find_ward(ward_id)
        assert ward is not None  # the claim's own
        for name, value in (facts | (_ages(facts["birth_date"]) if "birth_date" in facts else {})).items():
            setattr(ward, name, value)
        save(ward)
        ward_kept(WardFacts(ward_id=ward_id, name_ar=ward.name_ar, name_en=ward.name_en, birth_date=ward.birth_date),
                  inside)
        names = {"name_ar": ward.name_ar, "name_en": ward.name_en}
    save(row)
    _index(row, names, actor=actor)
    _note(row, GuardianEventKind.CHANGED, "identity.ward.change", actor=actor)
    return _view(row, actor=actor)


def add_document(ward_id: UUID, data: bytes, kind: EvidenceKind, *, actor: Actor) -> WardView:
    """Send a document that proves the guardianship, while it is not verified or in dispute.

    Errors: WardNotFound, WardVerified, and what `documents.keep` refuses.
    """
    moving.hold_ward(ward_id)
    row = get_own(ward_id, actor=actor)
    if row.state not in (GuardianState.PENDING, GuardianState.FROZEN):
        raise WardVerified
    documents.keep(data, kind, row, actor=actor)
    moving.add_event(row, GuardianEventKind.EVIDENCE_ADDED, actor=actor)
    return _view(row, actor=actor)


def dispute(ward_id: UUID, reason: str, *, actor: Actor) -> WardView:
    """Say that another guardian must not act for this ward: freezes both sides until staff have resolved it.

    Errors: WardNotFound, InvalidRuling, GuardianUnverified for who is no verified guardian of the ward.
    """
    words = rules.checked_reason(reason)
    moving.hold_ward(ward_id)
    row = get_own(ward_id, actor=actor)
    if row.state != GuardianState.VERIFIED:
        raise GuardianUnverified(details={"state": row.state})
    freeze(ward_id, words, by=DisputeBy.GUARDIAN, actor=actor)
    session().refresh(row)
    return _view(row, actor=actor)


def freeze(ward_id: UUID, reason: str, *, by: DisputeBy, actor: Actor) -> None:
    """Freeze every live guardianship of a ward, and write down whose word it rests on. The ward is held already."""
    by_house = replace(house(actor), user_id=actor.user_id) if actor.kind == "person" else actor
    with entered(by_house, ward_id):
        dispute_ = GuardianDispute(subject_id=ward_id, id=new_id(), raised_as=by, raised_by=actor.user_id,
                                   reason=reason, created_at=clock.now())
        save(dispute_)
        audit.record("identity.dispute.raise", actor=actor, entity="guardian_dispute", entity_id=dispute_.id,
                     subject_id=ward_id, purpose=Purpose.LEGAL, details={"raised_as": str(by)})
        publish(GuardianDisputed(subject_id=ward_id, dispute_id=dispute_.id))
        for row in [row for row in queries.lock_of_ward(ward_id) if row.state in LIVE]:
            moving.move(row, GuardianEventKind.FROZEN, actor=by_house, reason=reason)


def get_own(ward_id: UUID, *, actor: Actor) -> Guardianship:
    """One's own claim to a ward. Errors: WardNotFound: for another's, and for what is over."""
    row = queries.find_own(actor.subject, ward_id)
    if row is None:
        raise WardNotFound
    return row


def _check_room(facts: Mapping[str, Any], *, actor: Actor) -> None:
    live = queries.list_own_live(actor.subject)
    if len(live) >= WARDS_MAX:
        raise WardLimitReached
    new = (facts["name_ar"], facts["name_en"], facts["birth_date"])
    with entered(house(actor), actor.subject):
        known = [queries.find_ward_info(row.ward_id) for row in live]
    if any(rules.same_child(new, (ward.name_ar, ward.name_en, ward.birth_date)) for ward in known if ward):
        raise WardExists


def _live(ward_id: UUID, *, actor: Actor) -> list[Guardianship]:
    with entered(house(actor), ward_id):
        return [row for row in queries.lock_of_ward(ward_id) if row.state in LIVE]


def _ages(birth_date: date) -> dict[str, date]:
    return {"capacity_on": rules.capacity_on(birth_date), "adult_on": rules.adult_on(birth_date)}


def _index(row: Guardianship, names: Mapping[str, Any], *, actor: Actor) -> None:
    """Have staff find the claim by the ward's names and the guardian's."""
    session().execute(GuardianshipTerm.__table__.delete().where(  # type: ignore[attr-defined]
        GuardianshipTerm.subject_id == row.subject_id, GuardianshipTerm.guardianship_id == row.id))
    words = rules.terms(names["name_ar"], names["name_en"], get_user(actor.subject).display_name)
    session().add_all(GuardianshipTerm(subject_id=row.subject_id, guardianship_id=row.id, term=word)
                      for word in sorted(words))
    session().flush()


def _note(row: Guardianship, kind: GuardianEventKind, action: str, *, actor: Actor) -> None:
    moving.add_event(row, kind, actor=actor)
    audit.record(action, actor=actor, entity="guardianship", entity_id=row.id, subject_id=row.ward_id,
                 purpose=Purpose.ACCOUNT, details={"ref": row.ref, "relation": row.relation})


def _view(row: Guardianship, *, actor: Actor) -> WardView:
    with entered(house(actor), row.subject_id):
        ward = queries.find_ward_info(row.ward_id)
    assert ward is not None  # goes with the claims to it
    evidence = [one for one in queries.list_evidence(row) if one.destroyed_at is None]
    return WardView(
        id=row.ward_id, guardianship=row.ref, name_ar=ward.name_ar, name_en=ward.name_en, birth_date=ward.birth_date,
        relation=row.relation, state=row.state, state_en=translate(GUARDIAN_STATES[row.state], "en"),
        state_ar=translate(GUARDIAN_STATES[row.state], "ar"), scopes=list(row.scopes), expires_on=row.expires_on,
        may_act=rules.stands(row.state, expires_on=row.expires_on, capacity=ward.capacity_on,
                             today=clock.today_riyadh()),
        of_age_on=ward.capacity_on, adult_on=ward.adult_on, created_at=row.created_at, version=row.version,
        documents=[{"id": one.id, "kind": one.kind, "added_at": one.created_at} for one in evidence])
