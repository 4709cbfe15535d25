"""One case: what was submitted, what changed, the photos, the history, the notes."""
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.core.actor import Actor
from castingops.moderation import permissions, queries, rules, service
from castingops.moderation.console.base import blueprint, shared
from castingops.moderation.errors import InvalidNote
from castingops.moderation.forms import DecisionForm, NoteForm
from castingops.moderation.models import Case
from castingops.moderation.types import CaseState, Outcome
from castingops.web.pages import page, page_or_fragment, wants_fragment


@blueprint.get("/moderation/cases/<ref>", permission=permissions.READ)
def show_case(*, actor: Actor, ref: str) -> Response:
    """The case as it stands."""
    return page("moderation/detail.html", **case_page(service.get_case(ref), actor=actor))


@blueprint.post("/moderation/cases/<ref>/notes", permission=permissions.NOTE, idempotent=True)
def add_note(*, actor: Actor, ref: str) -> Response:
    """Write a note for colleagues; a refusal keeps what was typed."""
    form, status = NoteForm(request.form), 201
    try:
        service.add_note(ref, actor=actor, body=form.note.data or "")
        typed, problems = "", {}
    except InvalidNote as refusal:
        status, typed, problems = refusal.status, form.note.data or "", refusal.fields
    case = service.get_case(ref)
    context = {"note_typed": typed, "note_problems": problems}
    if wants_fragment():
        shown = _history(case, actor=actor) | context
        return page_or_fragment("", "moderation/_history.html", status=status, **shown)
    return page("moderation/detail.html", status=status, **case_page(case, actor=actor) | context)


@blueprint.post("/moderation/cases/<ref>/photos/<uuid:photo_id>/reveal", permission=permissions.REVEAL)
def reveal_photo(*, actor: Actor, ref: str, photo_id: UUID) -> Response:
    """Show one photo clear; that it was looked at is on record."""
    url = service.reveal_photo(ref, photo_id, actor=actor)
    case = service.get_case(ref)
    if wants_fragment():
        submission = service.load(case, service.kind_of(case.kind), actor=actor)
        index = submission.photo_ids.index(photo_id) + 1
        return page_or_fragment("", "moderation/_photo.html", photo=_photo(case, photo_id, index, url=url))
    return page("moderation/detail.html", **case_page(case, actor=actor, revealed={photo_id: url}))


def case_page(case: Case, *, actor: Actor, revealed: Mapping[UUID, str] | None = None, **more: Any) -> dict[str, Any]:
    """Everything the page of a case shows. `more` replaces parts: a form with what was typed, a preview, a conflict."""
    kind = service.kind_of(case.kind)
    inside = actor.entering(case.subject_id)
    submission, erased = service.load_or_blank(case, kind, actor=actor)
    approved = kind.find_approved(case.entity_id, case.subject_revision, actor=inside)
    before, after = service.neighbours(case)
    kept = set(approved.photo_ids) if approved else set()
    photos = [_photo(case, photo_id, index, url=(revealed or {}).get(photo_id), is_new=photo_id not in kept,
                     blurred=kind.photo_url(photo_id, clear=False, actor=inside))
              for index, photo_id in enumerate(submission.photo_ids, 1)]
    return {
        "submission": submission, "erased": erased, "approved": approved, "photos": photos,
        "changes": rules.compare(approved, submission), "previous_ref": before, "next_ref": after,
        "gone_photos": len(kept - set(submission.photo_ids)), "sent": False, "oob": False,
        **judgement(case, actor=actor, **more), **_history(case, actor=actor),
    }


def judgement(case: Case, *, actor: Actor, form: DecisionForm | None = None, preview: service.Preview | None = None,
              problems: Mapping[str, str] | None = None, conflict: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the decision panel and the bar below it show. A conflict keeps the form of who came second."""
    decision = service.find_decision(case.id, case.subject_revision) if case.state == CaseState.DECIDED else None
    form = form or DecisionForm()
    # A fragment stands beside the revision that was on the page: it keeps that version. A whole page shows it anew.
    version = form.seen_version if wants_fragment() and form.seen_version else case.version
    return {
        "case": case, "decision": decision, "form": form, "preview": preview, "problems": problems or {},
        "conflict": conflict, "version": version, "key": uuid4(), "policies": _policies(case, form.outcome.data),
        **shared(actor, people=[case.decided_by, case.assigned_to]),
    }


def _policies(case: Case, outcome: str | None) -> list[queries.PolicyRow]:
    """Policies that can be cited for a refusal, or for the outcome chosen so far."""
    if case.state != CaseState.OPEN:
        return []
    wanted = outcome if outcome in (Outcome.CHANGES, Outcome.REJECT) else Outcome.REJECT
    return [policy for policy in queries.list_policies(case.kind) if wanted in policy.statements]


def _history(case: Case, *, actor: Actor) -> dict[str, Any]:
    events, notes, earlier = queries.list_events(case.id), queries.list_notes(case.id), service.list_earlier(case)
    people = [*(event.actor_id for event in events), *(note.author_id for note in notes),
              *(other.decided_by for other in earlier), case.assigned_to, case.decided_by]
    return {"case": case, "events": events, "notes": {str(note.id): note for note in notes}, "earlier": earlier,
            "note_typed": "", "note_problems": {}, "note_key": uuid4(), **shared(actor, people=people)}


def _photo(case: Case, photo_id: UUID, index: int, *, url: str | None, is_new: bool = False,
           blurred: str = "") -> dict[str, Any]:
    reveal = url_for("moderation_console.reveal_photo", ref=case.ref, photo_id=photo_id)
    return {"id": f"photo-{photo_id}", "src": url or blurred, "index": index, "is_new": is_new,
            "label": _("Photo %(number)d", number=index), "reveal_url": "" if url else reveal}
