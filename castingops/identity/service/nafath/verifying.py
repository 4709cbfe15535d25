"""Verifications: made of a provider's proof, in force for as long as the settings say, one account for a person."""
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.config import current_settings
from castingops.core.db import entered, hold, save
from castingops.core.ids import new_id
from castingops.core.messages import N_
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.identity.events import IdentityLapsed, IdentityVerified
from castingops.identity.models.nafath import IdentityVerification
from castingops.identity.queries import nafath as queries
from castingops.identity.types.nafath import Claims, Ending
from castingops.notifications import service as notifications
from castingops.notifications.types import Category, Template

_BATCH = 200

VERIFIED = notifications.define(Template(
    "identity.nafath.verified",
    N_("Your identity is verified"),
    N_("Nafath confirmed who you are. The verification of your account holds until %(until)s; we write to you before "
       "it ends.\n\nIf it was not you, please write to support at once."),
    {"until"}, category=Category.SECURITY))
ENDING = notifications.define(Template(
    "identity.nafath.ending",
    N_("The verification of your identity ends soon"),
    N_("The verification of your identity by Nafath ends on %(until)s. You can renew it in the app in a minute."),
    {"until"}, category=Category.REMINDER))
ENDED = notifications.define(Template(
    "identity.nafath.ended",
    N_("The verification of your identity has ended"),
    N_("The verification of your identity by Nafath has ended. Some steps in the app need it; you can verify yourself "
       "again at any time.")))


def is_verified(subject_id: UUID) -> bool:
    """Whether this person's identity is verified at this moment."""
    return queries.find_verified(subject_id, now=clock.now()) is not None


def verified_birth_date(subject_id: UUID) -> date | None:
    """The birth date that a provider vouched for; None without a verification in force, or when it told none."""
    found = queries.find_verified(subject_id, now=clock.now())
    return found.birth_date if found is not None else None


def take(claims: Claims, digests: Sequence[str], *, provider: str, actor: Actor) -> bool:
    """Write the entered person's verification, in place of an older one; False when the same person holds another
    account's. `digests` are all that may stand for their national id, that of today first.
    """
    hold(f"identity/nafath/person/{digests[0]}")  # of two accounts at once, one comes second
    now, settings = clock.now(), current_settings()
    other = queries.find_verification_of(digests)
    if other is not None and other.subject_id != actor.subject:
        if other.expires_at > now:
            return False
        with entered(system(), other.subject_id) as inside:  # over, and not swept yet
            end_verification(other, Ending.EXPIRED, actor=inside)
    mine = queries.find_verification(actor)
    if mine is not None:
        end_verification(mine, Ending.REPLACED, actor=actor)
    row = IdentityVerification(
        subject_id=actor.subject, id=new_id(), id_digest=digests[0], provider=provider, name_ar=claims.name_ar,
        name_en=claims.name_en, birth_date=claims.birth_date, verified_at=now,
        expires_at=now + timedelta(days=settings.nafath_valid_days))
    save(row)
    audit.record("identity.nafath.verify", actor=actor, entity="identity_verification", entity_id=row.id,
                 purpose=Purpose.SECURITY, details={"provider": provider, "until": row.expires_at})
    publish(IdentityVerified(subject_id=actor.subject))
    notifications.notify(VERIFIED.name, actor=actor, recipient=actor.subject,
                         values={"until": clock.day_riyadh(row.expires_at)})
    return True


def end_verification(row: IdentityVerification, why: Ending, *, actor: Actor) -> None:
    """End a verification; who relies on it is told by the event, unless a newer one takes its place."""
    row.ended_at, row.ended_for = clock.now(), why
    save(row)
    audit.record("identity.nafath.end", actor=actor, entity="identity_verification", entity_id=row.id,
                 purpose=Purpose.SECURITY, details={"why": why})
    if why is not Ending.REPLACED:
        publish(IdentityLapsed(subject_id=row.subject_id))


def keep_time() -> None:
    """End verifications whose day has come, and tell people before theirs comes. Runs as the system."""
    now = clock.now()
    soon = now + timedelta(days=current_settings().nafath_warn_days)
    for subject_id in queries.list_ending(now=now, before=soon, limit=_BATCH):
        with entered(system(), subject_id) as inside:
            for row in filter(None, [queries.find_verification(inside)]):  # none: ended meanwhile
                _keep(row, actor=inside)


def _keep(row: IdentityVerification, *, actor: Actor) -> None:
    if row.expires_at <= clock.now():
        end_verification(row, Ending.EXPIRED, actor=actor)
        notifications.notify(ENDED.name, actor=actor, recipient=row.subject_id)
    else:
        row.warned_at = clock.now()
        save(row)
        notifications.notify(ENDING.name, actor=actor, recipient=row.subject_id,
                             values={"until": clock.day_riyadh(row.expires_at)})
