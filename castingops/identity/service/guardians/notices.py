"""What guardians are told about their guardianships. It goes to the guardian; what goes to the ward is another's."""
from uuid import UUID

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered
from castingops.core.messages import N_
from castingops.identity.models.guardians import Guardianship
from castingops.identity.queries import guardians as queries
from castingops.identity.types.guardians import GUARDIAN_REASONS, GuardianEventKind
from castingops.notifications import service as notifications
from castingops.notifications.types import Bilingual, Template, Values

VERIFIED = Template(
    "identity.guardianship.verified", N_("Your guardianship is verified"),
    N_("Your guardianship of %(name)s is verified until %(day)s. You can now act for %(name)s in the app.\n\nThe"
       " documents that you sent have been destroyed."), {"name", "day"})
REFUSED = Template(
    "identity.guardianship.refused", N_("Your guardianship could not be verified"),
    N_("We could not verify your guardianship of %(name)s. The documents that you sent have been destroyed. You can"
       " state it again with other documents.\n\n%(reason)s"), {"name", "reason"})
FROZEN = Template(
    "identity.guardianship.frozen", N_("A guardianship is frozen for now"),
    N_("The guardianship of %(name)s is in dispute. Until it is resolved nobody acts for %(name)s, and nothing about"
       " %(name)s is published. You can send documents that help us in the app."), {"name"})
RESTORED = Template(
    "identity.guardianship.restored", N_("A guardianship is no longer frozen"),
    N_("The dispute about the guardianship of %(name)s is resolved, and yours goes on as before."), {"name"})
ENDED = Template(
    "identity.guardianship.ended", N_("A guardianship has ended"),
    N_("Your guardianship of %(name)s has ended, and with it everything that you could do for %(name)s"
       " here.\n\n%(reason)s"), {"name", "reason"})
EXPIRED = Template(
    "identity.guardianship.expired", N_("A guardianship has expired"),
    N_("The documents for your guardianship of %(name)s were valid until yesterday. Please state it again with new"
       " documents to go on acting for %(name)s."), {"name"})
COMING_OF_AGE = Template(
    "identity.guardianship.coming_of_age", N_("A ward of yours is coming of age"),
    N_("On %(day)s %(name)s will have completed 18 Hijri years. Your guardianship ends then by itself, and what you"
       " consented to has to be asked of %(name)s anew.\n\nIn the app you can invite %(name)s by e-mail to take over"
       " the profile."), {"name", "day"})
EXPIRING = Template(
    "identity.guardianship.expiring", N_("The documents of a guardianship are expiring"),
    N_("The documents for your guardianship of %(name)s are valid until %(day)s. After that day you cannot act for"
       " %(name)s until you have stated it again with new documents."), {"name", "day"})

for _template in (VERIFIED, REFUSED, FROZEN, RESTORED, ENDED, EXPIRED, COMING_OF_AGE, EXPIRING):
    notifications.define(_template)

_BY_EVENT = {
    GuardianEventKind.VERIFIED: VERIFIED, GuardianEventKind.REFUSED: REFUSED, GuardianEventKind.FROZEN: FROZEN,
    GuardianEventKind.RESTORED: RESTORED, GuardianEventKind.ENDED: ENDED, GuardianEventKind.EXPIRED: EXPIRED,
    GuardianEventKind.HANDED_OVER: ENDED}


def tell(row: Guardianship, kind: GuardianEventKind, *, told: str, actor: Actor) -> None:
    """Tell the guardian what has become of a guardianship, and why by the code `told`."""
    template = _BY_EVENT[kind]
    values: Values = {"name": name_of(row.ward_id), "day": row.expires_on or clock.today_riyadh(),
                      "reason": GUARDIAN_REASONS.get(told, GUARDIAN_REASONS["by_staff"])}
    notify(template, row, {name: value for name, value in values.items() if name in template.placeholders},
           actor=actor)


def notify(template: Template, row: Guardianship, values: Values, *, actor: Actor) -> None:
    """Write to the guardian of a guardianship."""
    with entered(actor, row.subject_id) as inside:
        notifications.notify(template.name, actor=inside, recipient=row.subject_id, values=values)


def name_of(ward_id: UUID) -> Bilingual:
    """What a ward is called, in both scripts."""
    ward = queries.find_ward_info(ward_id)
    return Bilingual(ward.name_en, ward.name_ar) if ward else Bilingual("…", "…")
