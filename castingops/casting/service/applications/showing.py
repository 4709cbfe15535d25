"""What a hirer sees of who applied: what was approved when it was sent, also where nobody else sees the profile.

That is what the visibility "only where applied" means (CAST-1): it ends with the application.
"""
from uuid import UUID

import msgspec

from castingops.casting import queries as profiles
from castingops.casting import rules as profile_rules
from castingops.casting.errors.applications import ApplicationOver
from castingops.casting.models import ApplicationRow
from castingops.casting.queries import applications as queries
from castingops.casting.service.applications import base
from castingops.casting.service.applications.reviewing import find_for
from castingops.casting.service.profiles_showing import may_tell, sent_of
from castingops.casting.types import PublishedDetails
from castingops.casting.types.applications import ApplicantProfile, Card, PublicStatus
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered
from castingops.media import service as media
from castingops.media.types import PhotoStatus

_OVER = frozenset({PublicStatus.WITHDRAWN, PublicStatus.DECLINED, PublicStatus.NOT_SELECTED})


def show_applicant(application_id: UUID, *, actor: Actor) -> ApplicantProfile:
    """The profile behind an application, with the photos that came with it; a child by stage name or first letters.

    Errors: ApplicationNotFound, RankTooLow; ApplicationOver once nothing is to be decided, and while the profile is
    withheld.
    """
    row, _ = find_for(application_id, actor=actor, lock=False)
    if row.public_status in _OVER:
        raise ApplicationOver(details={"status": row.public_status})
    sent = [photo.photo_id for photo in queries.photos_of([row.id])]
    details = _details(row, sent, actor=actor)
    card = msgspec.convert(row.shown, Card)
    return ApplicantProfile(application_id=row.id, minor=row.minor, card=card, details=details)


def _details(row: ApplicationRow, sent: list[UUID], *, actor: Actor) -> PublishedDetails:
    with entered(base.house(actor, row.org_id), row.subject_id) as inside:
        profile = profiles.find_profile(row.subject_id)
        revision = profiles.find_revision(row.subject_id, row.profile_revision)
        if (profile is None or revision is None or profile.withheld_at is not None
                or profile.guardian_hold_at is not None):
            raise ApplicationOver(details={"status": row.public_status})
        photos = {photo.id for photo in media.photos_by_id(row.subject_id, sent) if photo.status is PhotoStatus.ACTIVE}
        fields = sent_of(revision).fields
        return profile_rules.published_details(
            fields, tuple(each for each in sent if each in photos),
            sensitive=may_tell(fields, row.subject_id, actor=inside), today=clock.today_riyadh())
