"""Guardianships for staff: masked by default; a look at names and documents is approved, short, and on record."""
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.db import entered
from castingops.core.privacy import Purpose
from castingops.identity import queries as identity
from castingops.identity.errors import GuardianshipNotFound, StillMasked
from castingops.identity.models.guardians import GuardianDispute, GuardianEvidence, Guardianship
from castingops.identity.queries import guardian_desk as queries
from castingops.identity.queries import guardians as rows
from castingops.identity.queries.guardian_desk import DeskEvent, DeskRow
from castingops.identity.rules import guardians as rules
from castingops.identity.service.guardians import documents, moving, rulings
from castingops.identity.types import ProposalRow
from castingops.identity.types.guardians import UNMASKED_FOR, GuardianEventKind, GuardianFilter, RulingKind, WardClaim


@dataclass(frozen=True)
class Shown:
    """One guardianship with all that its page shows. `unmasked`: this reader may see names and documents now."""

    row: DeskRow
    unmasked: bool
    events: Sequence[DeskEvent]
    documents: Sequence[GuardianEvidence]
    others: Sequence[DeskRow]
    alike: Sequence[Guardianship]
    proposals: Sequence[ProposalRow]
    dispute: GuardianDispute | None


def list_guardianships(wanted: GuardianFilter, *, cursor: str | None = None) -> Page[DeskRow]:
    """A page of guardianships. Errors: Invalid for a foreign cursor."""
    return queries.list_guardianships(wanted, cursor=cursor)


def export_guardianships(wanted: GuardianFilter, *, actor: Actor) -> list[DeskRow]:
    """The guardianships of a filter for a file, recorded before the first row leaves the house (COMP-8)."""
    found = queries.list_for_export(wanted)
    audit.record("identity.guardianship.export", actor=actor, entity="guardianship_list", purpose=Purpose.LEGAL,
                 details={"state": wanted.state, "relation": wanted.relation, "searched": bool(wanted.words),
                          "guardianships": len(found)})
    return found


def show(ref: str, *, actor: Actor) -> Shown:
    """One guardianship. Errors: GuardianshipNotFound, also for what is no reference."""
    row = queries.find_row(rules.checked_ref(ref))
    claim = rows.find_by_ref(ref) if row else None
    if row is None or claim is None:
        raise GuardianshipNotFound
    return Shown(
        row=row, unmasked=is_unmasked(row.ward_id, actor=actor), events=queries.list_events(row),
        documents=queries.list_documents(row), others=queries.list_of_ward(row.ward_id, besides=row.id),
        alike=rulings.matches(claim), proposals=identity.list_open_about(row.ward_id),
        dispute=rows.find_open_dispute(row.ward_id))


def claims_of(ward_id: UUID) -> list[WardClaim]:
    """Every guardianship of a person as a ward, the oldest first. Names are masked by whoever shows them."""
    return [WardClaim(row.id, row.ref, row.state, row.relation, row.guardian_name)
            for row in queries.list_of_ward(ward_id, besides=UUID(int=0))]


def get_claim(ref: str) -> Guardianship:
    """The guardianship to act on. Errors: GuardianshipNotFound."""
    row = rows.find_by_ref(rules.checked_ref(ref))
    if row is None:
        raise GuardianshipNotFound
    return row


def is_unmasked(ward_id: UUID, *, actor: Actor) -> bool:
    """Whether a look at this ward that the actor asked for or approved was approved within the last hour."""
    assert actor.user_id is not None  # staff
    return rows.find_unmasked(rulings.kind_name(RulingKind.UNMASK), ward_id, who=actor.user_id,
                              since=clock.now() - UNMASKED_FOR) is not None


def open_document(ref: str, evidence_id: UUID, reason: str, *, actor: Actor) -> tuple[GuardianEvidence, bytes]:
    """A document of a guardianship, for who may see it now; the look and its reason are on record.

    Errors: GuardianshipNotFound, StillMasked, InvalidRuling, ObjectNotFound, StorageUnavailable.
    """
    row = get_claim(ref)
    found = next((one for one in rows.list_evidence(row) if one.id == evidence_id), None)
    if found is None:
        raise GuardianshipNotFound
    if not is_unmasked(row.ward_id, actor=actor):
        raise StillMasked
    words = rules.checked_reason(reason)
    data = documents.read(found)
    with entered(actor, row.subject_id) as inside:
        moving.add_event(row, GuardianEventKind.OPENED, actor=inside, reason=words)
        audit.record("identity.evidence.open", actor=inside, entity="guardian_evidence", entity_id=found.id,
                     subject_id=row.ward_id, purpose=Purpose.LEGAL, details={"ref": row.ref, "kind": found.kind})
    return found, data
