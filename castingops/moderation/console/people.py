"""A person's whole history: cases, strikes, sanctions, reports, notes. A minor's name by first letters only."""
from uuid import UUID

from flask import Response, request, url_for

from castingops.core.actor import Actor
from castingops.core.i18n import current_locale
from castingops.moderation import permissions
from castingops.moderation.console.base import blueprint, shared
from castingops.moderation.service import people
from castingops.moderation.types.reports import REPORT_OUTCOMES, REPORT_REASONS, REPORT_STATES
from castingops.web.pages import page_or_fragment


@blueprint.get("/moderation/people/<uuid:subject_id>", permission=permissions.READ, records=True)
def show_person(*, actor: Actor, subject_id: UUID) -> Response:
    """Everything that moderation knows of a person. Looking is on record."""
    cursor = request.args.get("cursor")
    person, cases = people.read_person(subject_id, actor=actor, cursor=cursor)
    writers = {note.author_id for note in person.notes} | {row.decided_by for row in cases.rows}
    context = {
        "person": person, "cases": cases, "subject_id": subject_id, "cursor": cursor, "case": None,
        "name": people.shown_name(person.title_en, person.title_ar, current_locale(), minor=person.minor),
        "next_url": url_for(".show_person", subject_id=subject_id, cursor=cases.next_cursor)
        if cases.next_cursor else "",
        "first_url": url_for(".show_person", subject_id=subject_id) if cursor else "",
        "reasons": REPORT_REASONS, "states": REPORT_STATES, "outcomes": REPORT_OUTCOMES,
        "person_notes": person.notes, "person_note_problems": {}, **shared(actor, people=writers)}
    return page_or_fragment("moderation/people/person.html", "moderation/people/_cases.html", **context)
