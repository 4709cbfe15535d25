"""Documents that prove a guardianship: sealed in storage, shown to nobody in particular, destroyed once they served.

No copy of an official identity document is asked for or kept (LAW 28, IR 31).
"""
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save
from castingops.core.ids import new_id
from castingops.core.keys import sealer
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.storage import current_storage
from castingops.identity.errors import DocumentLimitReached, GuardianshipNotFound
from castingops.identity.events import DocumentsDue
from castingops.identity.models.guardians import GuardianEvidence, Guardianship
from castingops.identity.queries import guardians as queries
from castingops.identity.rules import guardians as rules
from castingops.identity.types.guardians import EVIDENCE_MAX, DocumentFormat, EvidenceKind

Redraw = Callable[[bytes], bytes]

_PURPOSE = "identity/evidence"
_REDRAW: list[Redraw] = []


def provide_redraw(redraw: Redraw) -> None:
    """Say how a photo is drawn anew from its pixels, as JPEG: media, above identity, has the sandbox for it."""
    _REDRAW[:] = [redraw]


def keep(data: bytes, kind: EvidenceKind, row: Guardianship, *, actor: Actor) -> GuardianEvidence:
    """Take in a document for a claim; the actor is inside the guardian.

    A photo is drawn anew from its pixels; a PDF is kept as it came and never shown inside a page.
    Errors: DocumentTooLarge, DocumentRefused, DocumentLimitReached, and what the sandbox refuses.
    """
    format_ = rules.checked_document(data)
    if len([one for one in queries.list_evidence(row) if one.destroyed_at is None]) >= EVIDENCE_MAX:
        raise DocumentLimitReached
    if format_ is not DocumentFormat.PDF:
        data, format_ = _REDRAW[0](data), DocumentFormat.JPEG
    evidence = GuardianEvidence(
        subject_id=row.subject_id, id=new_id(), guardianship_id=row.id, kind=kind, format=format_, bytes=len(data),
        created_at=clock.now())
    save(evidence)
    sealed = sealer(_PURPOSE).seal(b64encode(data).decode(), _aad(evidence.id))
    current_storage().put(_key(evidence.id), sealed.encode(), "application/octet-stream")
    audit.record("identity.evidence.add", actor=actor, entity="guardian_evidence", entity_id=evidence.id,
                 subject_id=row.ward_id, purpose=Purpose.LEGAL, details={"ref": row.ref, "kind": str(kind)})
    return evidence


def read(evidence: GuardianEvidence) -> bytes:
    """The document itself. Errors: GuardianshipNotFound once it was destroyed; ObjectNotFound, StorageUnavailable."""
    if evidence.destroyed_at is not None:
        raise GuardianshipNotFound
    sealed = current_storage().get(_key(evidence.id)).decode()
    return b64decode(sealer(_PURPOSE).open(sealed, _aad(evidence.id)))


def destroy(row: Guardianship, *, actor: Actor) -> None:
    """Mark the documents of a settled claim as gone; their files follow once this is committed."""
    kept = [one for one in queries.list_evidence(row) if one.destroyed_at is None]
    for one in kept:
        one.destroyed_at = clock.now()
        save(one)
    if kept:
        audit.record("identity.evidence.destroy", actor=actor, entity="guardianship", entity_id=row.id,
                     subject_id=row.ward_id, purpose=Purpose.LEGAL, details={"ref": row.ref, "documents": len(kept)})
        publish(DocumentsDue(subject_id=row.ward_id, evidence_ids=[one.id for one in kept]))


def destroy_files(evidence_ids: Iterable[UUID]) -> None:
    """Delete files from storage. Safe to run twice. Errors: StorageUnavailable."""
    for evidence_id in evidence_ids:
        current_storage().delete(_key(evidence_id))


def _key(evidence_id: UUID) -> str:
    return f"evidence/{evidence_id}"


def _aad(evidence_id: UUID) -> str:
    return f"guardianship_evidence/{evidence_id}"
