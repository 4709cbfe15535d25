"""A person's history as moderation knows it. Reading it is on record: it is more than one case needs."""
from uuid import UUID

from castingops.audit import service as audit
from castingops.casting.types.talents import Section, SectionLine
from castingops.core import formats
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.masking import initials
from castingops.core.messages import N_
from castingops.core.privacy import Purpose
from castingops.moderation import permissions
from castingops.moderation.errors import PersonNotFound
from castingops.moderation.models import Case
from castingops.moderation.queries import people as reads
from castingops.moderation.queries.people import Person, PersonCase


def read_person(subject_id: UUID, *, actor: Actor, cursor: str | None = None) -> tuple[Person, Page[PersonCase]]:
    """What stands about a person and a page of their cases. Errors: PersonNotFound, Invalid for a foreign cursor."""
    person = reads.find_person(subject_id)
    if person is None:
        raise PersonNotFound
    cases = reads.list_person_cases(subject_id, cursor=cursor)
    audit.record("moderation.person.read", actor=actor, entity="subject", entity_id=subject_id, subject_id=subject_id,
                 purpose=Purpose.MODERATION, details={"cases": len(cases.rows)})
    return person, cases


def section_of_talent(subject_id: UUID, actor: Actor) -> Section | None:
    """The newest cases of a person, for their page among talents; nothing for who may not read cases."""
    if not actor.may(permissions.READ):
        return None
    rows = reads.list_person_cases(subject_id, cursor=None).rows[:10]
    lines = tuple(SectionLine(row.ref, f"/console/moderation/cases/{row.ref}", formats.format_moment(row.created_at))
                  for row in rows)
    return Section("cases", N_("Cases"), N_("No case was about this person yet."), lines)


def list_related(case: Case) -> list[PersonCase]:
    """Cases of the same thing, of the same person, or with a photo that looks the same."""
    return reads.list_related(case)


def shown_name(title_en: str, title_ar: str, locale: str, *, minor: bool) -> str:
    """What a page calls a person: a minor by first letters only."""
    name = (title_ar or title_en) if locale == "ar" else (title_en or title_ar)
    return initials(name) if minor else name
