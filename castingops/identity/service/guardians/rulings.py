"""What two members of staff do about a guardianship: one proposes, a compliance officer approves (reliability.md §3).

The rows of the matrix are "Guardian link / dispute" and "Unmask identity evidence". Freezing takes one person: it only
protects, and only two can end it.
"""
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, save, session
from castingops.core.formats import format_date, format_list
from castingops.core.hooks import Hook
from castingops.core.i18n import LOCALES, translate
from castingops.core.messages import N_, Message
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.roles import StaffRole
from castingops.core.subjects import Subject
from castingops.identity import rules as account_rules
from castingops.identity.errors import GuardianshipMoved, GuardianshipNotFound, InvalidRuling
from castingops.identity.events import GuardianDisputed
from castingops.identity.models.guardians import Guardianship
from castingops.identity.queries import guardians as queries
from castingops.identity.rules import guardians as rules
from castingops.identity.service import proposals
from castingops.identity.service.guardians import moving, wards
from castingops.identity.types import Asked, ProposalKind
from castingops.identity.types.guardians import (
    GUARDIAN_REASONS,
    RELATIONS,
    RULINGS,
    SCOPES,
    TOLD_ENDED,
    TOLD_REFUSED,
    DisputeBy,
    GuardianEventKind,
    GuardianState,
    RulingKind,
    Scope,
)

PROPOSES = frozenset({str(StaffRole.MODERATOR), str(StaffRole.SENIOR_MODERATOR)})
_UNMASKS = frozenset({str(StaffRole.SENIOR_MODERATOR)})
APPROVES = frozenset({str(StaffRole.COMPLIANCE_OFFICER)})

# Called with a ward's subject whose claim turned out to be about a child that is known already: nothing of it stays.
ward_dropped: Hook[[UUID, Actor]] = Hook("identity.ward_dropped")


def kind_name(kind: RulingKind) -> str:
    """The name under which a ruling is proposed."""
    return f"identity.guardianship.{kind}"


def propose(kind: RulingKind, row: Guardianship, sent: Mapping[str, Any], *, reason: str, actor: Actor) -> UUID:
    """Propose a ruling on a guardianship to the compliance officers; returns the proposal's id.

    Errors: InvalidRuling, GuardianshipMoved, and what `proposals.propose` refuses.
    """
    arguments = {"guardianship_id": str(row.id), "ref": row.ref, **_ARGUMENTS[kind](row, sent)}
    proposal_id = proposals.propose(kind_name(kind), actor=actor, arguments=arguments, reason=reason,
                                    subject_id=row.ward_id)
    with entered(actor, row.subject_id) as inside:
        moving.add_event(row, GuardianEventKind.PROPOSED, actor=inside, reason=reason)
    return proposal_id


def freeze(row: Guardianship, reason: str, *, by: DisputeBy, actor: Actor) -> None:
    """Freeze both sides on a colleague's or the young person's word. Errors: InvalidRuling, GuardianshipMoved."""
    words = rules.checked_reason(reason)
    moving.hold_ward(row.ward_id)
    session().refresh(row)
    if row.state not in (GuardianState.PENDING, GuardianState.VERIFIED):
        raise GuardianshipMoved
    wards.freeze(row.ward_id, words, by=by, actor=actor)


# What is kept of what was sent --------------------------------------------------------------------------------------

def _of_verify(row: Guardianship, sent: Mapping[str, Any]) -> dict[str, Any]:
    ward = queries.find_ward_info(row.ward_id)
    assert ward is not None  # the claim's own
    expires_on = rules.checked_expiry(sent.get("expires_on"), capacity=ward.capacity_on, today=clock.today_riyadh())
    return {"scopes": rules.checked_scopes(sent.get("scopes", ())), "expires_on": expires_on.isoformat(),
            "best_interest": rules.checked_reason(sent.get("best_interest", ""), field="best_interest"),
            "same_as": _checked_same(row, sent.get("same_as", ""))}


def _checked_same(row: Guardianship, ref: str) -> str:
    """The reference of another claim to the same child, "" for none. Errors: InvalidRuling."""
    if not ref:
        return ""
    other = queries.find_by_ref(rules.checked_ref(ref))
    if other is None or other.id not in {match.id for match in matches(row)}:
        raise InvalidRuling(same_as=N_("Choose one of the claims that look alike."))
    return other.ref


def _told(allowed: tuple[str, ...], sent: Mapping[str, Any]) -> dict[str, Any]:
    if sent.get("told") not in allowed:
        raise InvalidRuling(told=N_("Choose what the guardian is told."))
    return {"told": sent["told"]}


def _of_restore(row: Guardianship, sent: Mapping[str, Any]) -> dict[str, Any]:
    frozen = {each.ref for each in queries.lock_of_ward(row.ward_id) if each.state == GuardianState.FROZEN}
    keep = sorted(set(sent.get("keep", ())) & frozen)
    return {"keep": keep, "end": sorted(frozen - set(keep)), "told": "custody"}


def _of_refuse(row: Guardianship, sent: Mapping[str, Any]) -> dict[str, Any]:
    return _told(TOLD_REFUSED, sent)


def _of_end(row: Guardianship, sent: Mapping[str, Any]) -> dict[str, Any]:
    return _told(TOLD_ENDED, sent)


def _of_unmask(row: Guardianship, sent: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _of_invite(row: Guardianship, sent: Mapping[str, Any]) -> dict[str, Any]:
    return {"email": account_rules.checked_email(sent.get("email", "")),
            "locale": account_rules.checked_locale(sent.get("locale", ""), LOCALES)}


_ARGUMENTS = {
    RulingKind.VERIFY: _of_verify, RulingKind.REFUSE: _of_refuse, RulingKind.END: _of_end,
    RulingKind.RESTORE: _of_restore, RulingKind.UNMASK: _of_unmask, RulingKind.INVITE: _of_invite}


# What is asked when it is proposed, and again when it is approved ---------------------------------------------------

def found(asked: Asked) -> Guardianship:
    """The guardianship that is ruled upon, its ward held. Errors: GuardianshipNotFound."""
    assert asked.subject_id is not None
    moving.hold_ward(asked.subject_id)
    row = queries.find_by_id(UUID(asked.arguments["guardianship_id"]))
    if row is None:
        raise GuardianshipNotFound
    return row


def _check_verify(asked: Asked) -> None:
    row = _in(asked, GuardianState.PENDING)
    if not [one for one in queries.list_evidence(row) if one.destroyed_at is None]:
        raise InvalidRuling(documents=N_("No document proves this guardianship yet."))
    _of_verify(row, {**asked.arguments, "expires_on": date.fromisoformat(asked.arguments["expires_on"])})


def _check_refuse(asked: Asked) -> None:
    _in(asked, GuardianState.PENDING)


def _check_end(asked: Asked) -> None:
    _in(asked, GuardianState.VERIFIED)


def _check_restore(asked: Asked) -> None:
    row = _in(asked, GuardianState.FROZEN)
    frozen = {each.ref for each in queries.lock_of_ward(row.ward_id) if each.state == GuardianState.FROZEN}
    if frozen != {*asked.arguments["keep"], *asked.arguments["end"]}:
        raise GuardianshipMoved


def _check_unmask(asked: Asked) -> None:
    found(asked)


def _in(asked: Asked, state: GuardianState) -> Guardianship:
    row = found(asked)
    if row.state != state:
        raise GuardianshipMoved
    return row


# What an approval does ----------------------------------------------------------------------------------------------

def _verify(asked: Asked, *, actor: Actor) -> None:
    row, told = found(asked), asked.arguments
    assert actor.user_id is not None
    if told["same_as"]:
        _link(row, told["same_as"], actor=actor)
    with entered(actor, row.subject_id):
        moving.set_verified(row, scopes=list(told["scopes"]), expires_on=date.fromisoformat(told["expires_on"]),
                            best_interest=told["best_interest"], proposed_by=asked.proposer_id,
                            verified_by=actor.user_id)
        save(row)
    moving.move(row, GuardianEventKind.VERIFIED, actor=actor, reason=asked.reason)


def _link(row: Guardianship, ref: str, *, actor: Actor) -> None:
    """Have a second claim be about the child that the first is about; the subject that it had made goes."""
    other, alone = queries.find_by_ref(ref), row.ward_id
    assert other is not None  # checked in this transaction
    moving.hold_ward(other.ward_id)
    with entered(actor, row.subject_id):
        row.ward_id = other.ward_id
        save(row)
    with entered(actor, alone) as inside:
        ward_dropped(alone, inside)
        ward = queries.find_ward(alone)
        subject = session().get(Subject, alone)
        assert ward is not None and subject is not None
        session().delete(ward)
        subject.erased_at = clock.now()
        save(subject)
        audit.record("identity.ward.link", actor=inside, entity="guardianship", entity_id=row.id, subject_id=alone,
                     purpose=Purpose.LEGAL, details={"ref": row.ref, "same_as": ref})


def _refuse(asked: Asked, *, actor: Actor) -> None:
    moving.move(found(asked), GuardianEventKind.REFUSED, actor=actor, reason=asked.reason,
                told=asked.arguments["told"])


def _end(asked: Asked, *, actor: Actor) -> None:
    moving.move(found(asked), GuardianEventKind.ENDED, actor=actor, reason=asked.reason, told=asked.arguments["told"])


def _restore(asked: Asked, *, actor: Actor) -> None:
    row = found(asked)
    for each in [each for each in queries.lock_of_ward(row.ward_id) if each.state == GuardianState.FROZEN]:
        kept = each.ref in asked.arguments["keep"]
        moving.move(each, GuardianEventKind.RESTORED if kept else GuardianEventKind.ENDED, actor=actor,
                    reason=asked.reason, told="custody")
    resolve_dispute(row.ward_id, asked.reason, actor=actor)


def resolve_dispute(ward_id: UUID, resolution: str, *, actor: Actor) -> None:
    """Close the open dispute about a ward, if there is one."""
    with entered(actor, ward_id) as inside:
        found = queries.find_open_dispute(ward_id)
        if found is not None:
            found.resolution, found.resolved_at = resolution, clock.now()
            save(found)
            audit.record("identity.dispute.resolve", actor=inside, entity="guardian_dispute", entity_id=found.id,
                         subject_id=ward_id, purpose=Purpose.LEGAL)
            publish(GuardianDisputed(subject_id=ward_id, dispute_id=found.id))


def _unmask(asked: Asked, *, actor: Actor) -> None:
    row = found(asked)
    with entered(actor, row.subject_id) as inside:
        moving.add_event(row, GuardianEventKind.UNMASKED, actor=inside, reason=asked.reason)
        audit.record("identity.guardianship.unmask", actor=inside, entity="guardianship", entity_id=row.id,
                     subject_id=row.ward_id, purpose=Purpose.LEGAL,
                     details={"ref": row.ref, "for": str(asked.proposer_id)})


def matches(row: Guardianship) -> list[Guardianship]:
    """Verified or frozen claims of others that seem to be about the same child."""
    ward = queries.find_ward_info(row.ward_id)
    assert ward is not None  # the claim's own
    mine = (ward.name_ar, ward.name_en, ward.birth_date)
    return [other for other, names in queries.list_born_on(ward.birth_date, besides=row.subject_id)
            if rules.same_child(mine, (*names, ward.birth_date))]


# What a proposal says of itself -------------------------------------------------------------------------------------

def describe(asked: Asked) -> list[tuple[Message, str]]:
    """A proposed ruling in words, for who approves it."""
    told, row = asked.arguments, queries.find_by_id(UUID(asked.arguments.get("guardianship_id", str(UUID(int=0)))))
    facts = [(N_("Guardianship"), told.get("ref", ""))]
    if row is not None:
        facts.append((N_("Relation"), translate(RELATIONS[row.relation])))
    if "scopes" in told:
        facts += [(N_("May consent to"), format_list(translate(SCOPES[Scope(each)]) for each in told["scopes"])),
                  (N_("Evidence counts until"), format_date(date.fromisoformat(told["expires_on"]))),
                  (N_("Best interest of the child"), told["best_interest"])]
    facts += [(title, text) for title, text in (
        (N_("The same child as"), told.get("same_as", "")), (N_("Invited address"), told.get("email", "")),
        (N_("Goes on"), format_list(told.get("keep", ()))),
        (N_("Ends"), format_list(told.get("end", ()))),
        (N_("The guardian is told"), translate(GUARDIAN_REASONS[told["told"]]) if "told" in told else "")) if text]
    return facts


def topic(asked: Asked) -> str:
    """What only one proposal of a kind may be about at a time."""
    return str(asked.arguments["guardianship_id"])


_ACTS = {
    RulingKind.VERIFY: (_check_verify, _verify), RulingKind.REFUSE: (_check_refuse, _refuse),
    RulingKind.END: (_check_end, _end), RulingKind.RESTORE: (_check_restore, _restore),
    RulingKind.UNMASK: (_check_unmask, _unmask)}
for _kind, (_check, _do) in _ACTS.items():
    proposals.register_proposal(ProposalKind(
        kind_name(_kind), RULINGS[_kind], _UNMASKS if _kind is RulingKind.UNMASK else PROPOSES, APPROVES, _check, _do,
        describe, topic))
