"""What the house takes back: a decision on a submission, a published profile out of sight and into it again.

Nothing is destroyed: what was approved stays approved, and what was submitted stays as it was sent.
"""
from uuid import UUID

from castingops.audit import service as audit
from castingops.casting import queries
from castingops.casting.errors import RevisionNotFound
from castingops.casting.models import ProfileRevision, TalentProfile
from castingops.casting.service.profiles_showing import show_approved, unshow
from castingops.casting.types import ProfileStatus, RevisionStatus
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, save
from castingops.core.privacy import Purpose
from castingops.identity.service import guardians


def withhold(subject_id: UUID, *, actor: Actor) -> None:
    """Take a profile out of the marketplace and keep it out, whatever is approved meanwhile. For staff and system.

    A person without a profile, or one withheld already, is left as they are.
    """
    with entered(actor, subject_id) as inside:
        profile = queries.find_profile(subject_id)
        if profile is None or profile.withheld_at is not None:
            return
        profile.withheld_at = clock.now()
        save(profile)
        unshow(subject_id, actor=inside)
        _record("casting.profile.withhold", profile, actor=inside)


def settle_guardian(subject_id: UUID, *, actor: Actor) -> None:
    """Hold a ward's profile back while no guardian stands behind it, and show it again once one does: as things stand
    now, whatever happened before. What a guardian consented to is consent's to end. For the system.
    """
    with entered(actor, subject_id) as inside:
        profile = queries.find_profile(subject_id)
        if profile is None:
            return
        free = guardians.has_own_capacity(subject_id) or guardians.is_guarded(subject_id, actor=inside)
        if free == (profile.guardian_hold_at is None):
            return
        profile.guardian_hold_at = None if free else clock.now()
        save(profile)
        if free:
            show_approved(profile, actor=inside)
        else:
            unshow(subject_id, actor=inside)
        _record("casting.profile.show_again" if free else "casting.profile.withhold", profile, actor=inside)


def show_again(subject_id: UUID, *, actor: Actor) -> None:
    """Let a withheld profile be seen again as it was last approved. For staff and system.

    It stays out of sight while its person does not consent to be shown.
    """
    with entered(actor, subject_id) as inside:
        profile = queries.find_profile(subject_id)
        if profile is None or profile.withheld_at is None:
            return
        profile.withheld_at = None
        save(profile)
        show_approved(profile, actor=inside)
        _record("casting.profile.show_again", profile, actor=inside)


def show_restored(subject_id: UUID, *, actor: Actor) -> None:
    """Show a published profile anew: a photo that belongs to it is back. For staff and system."""
    with entered(actor, subject_id) as inside:
        profile = queries.find_profile(subject_id)
        if profile is not None and queries.find_published_of(subject_id) is not None:
            show_approved(profile, actor=inside)


def reopen_revision(subject_id: UUID, number: int, *, actor: Actor) -> bool:
    """Take back what was decided on a submission. For staff and system. Errors: RevisionNotFound.

    Returns whether it can be decided anew: not when the person has sent a newer one, or it was not decided. What was
    approved before it is shown in place of an approval that is taken back.
    """
    with entered(actor, subject_id) as inside:
        row, profile = queries.find_revision(subject_id, number, lock=True), queries.find_profile(subject_id)
        if row is None or profile is None:
            raise RevisionNotFound
        if row.status in (RevisionStatus.PENDING, RevisionStatus.SUPERSEDED):
            return row.status == RevisionStatus.PENDING
        before, newest = row.status, profile.last_revision == number
        row.status = RevisionStatus.PENDING if newest else RevisionStatus.SUPERSEDED
        row.decided_at = row.statement_en = row.statement_ar = row.reason_code = None
        save(row)
        if newest:
            profile.status = ProfileStatus.SUBMITTED
        if profile.approved_revision == number:
            _fall_back(profile, row, actor=inside)
        save(profile)
        audit.record("casting.profile.reopen", actor=inside, entity="profile_revision", entity_id=row.id,
                     subject_id=subject_id, purpose=Purpose.MODERATION, before={"status": before},
                     after={"status": row.status}, details={"revision": number})
        return newest


def _fall_back(profile: TalentProfile, row: ProfileRevision, *, actor: Actor) -> None:
    earlier = queries.find_approved_before(profile.subject_id, row.number)
    profile.approved_revision = earlier.number if earlier is not None else None
    if profile.status == ProfileStatus.PUBLISHED and earlier is None:
        profile.status = ProfileStatus.DRAFT
    if earlier is None:
        unshow(profile.subject_id, actor=actor)
    else:
        show_approved(profile, actor=actor)



def _record(action: str, profile: TalentProfile, *, actor: Actor) -> None:
    withheld = profile.withheld_at is not None or profile.guardian_hold_at is not None
    audit.record(action, actor=actor, entity="talent_profile", entity_id=profile.id, subject_id=profile.subject_id,
                 purpose=Purpose.MODERATION, after={"withheld": withheld})
