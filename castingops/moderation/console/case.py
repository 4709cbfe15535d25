"""One case: what was submitted, what changed, the photos, what was said and done, and what stands beside it."""
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.core.actor import Actor
from castingops.core.i18n import current_locale, translate
from castingops.moderation import permissions, rules, service
from castingops.moderation.console import photos
from castingops.moderation.console.base import blueprint, remember_keys, shared
from castingops.moderation.console.panel import filled_replies, judgement
from castingops.moderation.console.photos import Revealed
from castingops.moderation.console.placing import placing
from castingops.moderation.errors import InvalidNote
from castingops.moderation.forms import NoteForm
from castingops.moderation.models import Case
from castingops.moderation.queries import conversations as reads
from castingops.moderation.queries.conversations import Bench
from castingops.moderation.queries.timeline import list_timeline
from castingops.moderation.service import habits, people
from castingops.moderation.types.conversations import SORTS, TimelineSort
from castingops.moderation.types.keys import DiffMode
from castingops.web.pages import go, page, page_or_fragment, wants_fragment


@blueprint.get("/moderation/cases/<ref>", permission=permissions.READ)
def show_case(*, actor: Actor, ref: str) -> Response:
    """The case as it stands."""
    return page("moderation/detail.html", **case_page(service.get_case(ref), actor=actor))


@blueprint.get("/moderation/cases/<ref>/timeline", permission=permissions.READ)
def show_timeline(*, actor: Actor, ref: str) -> Response:
    """What happened on a case, narrowed to a sort or from an earlier moment on."""
    case = service.get_case(ref)
    if not wants_fragment():
        return page("moderation/detail.html", **case_page(case, actor=actor))
    context = timeline(case)
    fragment = "moderation/_lines_more.html" if request.args.get("cursor") else "moderation/_timeline.html"
    return page_or_fragment("", fragment, **context, **shared(actor, people=writers(context)))


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
    if not wants_fragment():
        return page("moderation/detail.html", status=status, **case_page(case, actor=actor) | context)
    shown = timeline(case)
    return page_or_fragment("", "moderation/_history.html", status=status, note_key=uuid4(), **shown, **context,
                            **shared(actor, people=writers(shown)))


@blueprint.post("/moderation/cases/<ref>/compare", permission=permissions.SETTINGS)
def compare(*, actor: Actor, ref: str) -> Response:
    """Compare the other way from now on; remembered for this moderator."""
    mode = DiffMode.INLINE if request.form.get("diff_mode") == DiffMode.INLINE else DiffMode.SIDE
    habits.keep_diff_mode(mode, actor=actor)
    if not wants_fragment():
        return go(url_for(".show_case", ref=ref, _anchor="changes"))
    case = service.get_case(ref)
    kind = service.kind_of(case.kind)
    submission, _erased = service.load_or_blank(case, kind, actor=actor)
    approved = kind.find_approved(case.entity_id, case.subject_revision, actor=actor.entering(case.subject_id))
    return page_or_fragment("", "moderation/_changes.html", case=case, submission=submission, approved=approved,
                            changes=rules.compare(approved, submission), diff_mode=mode, switched=True,
                            **shared(actor))


def case_page(case: Case, *, actor: Actor, revealed: Revealed | None = None, **more: Any) -> dict[str, Any]:
    """Everything the page of a case shows. `more` replaces parts: a form with what was typed, a preview, a conflict."""
    kind = service.kind_of(case.kind)
    submission, erased = service.load_or_blank(case, kind, actor=actor)
    approved = kind.find_approved(case.entity_id, case.subject_revision, actor=actor.entering(case.subject_id))
    bench, related = reads.bench_of(case, actor.user_id), people.list_related(case)
    habit = habits.habits_of(next(iter(bench.settings), None))
    remember_keys(habit)
    kept = set(approved.photo_ids) if approved else set()
    context = {
        "submission": submission, "erased": erased, "approved": approved,
        **photos.shown(case, kind, submission, kept, revealed or {}, actor=actor),
        "changes": rules.compare(approved, submission), "diff_mode": habit.diff_mode, "switched": False,
        "previous_ref": bench.previous_ref, "next_ref": bench.next_ref, "related": related,
        "gone_photos": len(kept - set(submission.photo_ids)), "sent": False, "oob": False,
        "person_url": url_for(".show_person", subject_id=case.subject_id), "lost": bench.lost, "note_key": uuid4(),
        "note_typed": "", "note_problems": {}, **conversation(case, bench), **person_notes(bench), **timeline(case),
        **placing(case),
        **judgement(case, actor=actor, submission=submission, replies=filled_replies(case, bench.replies), **more),
    }
    return context | shared(actor, people=writers(context) | {row.decided_by for row in related})


def timeline(case: Case) -> dict[str, Any]:
    """The lines of the timeline that the address asks for."""
    asked = request.args if request.method == "GET" else {}
    typed = asked.get("sort", "")
    sort = TimelineSort(typed) if typed in set(TimelineSort) else None
    lines = list_timeline(case, sort=sort, cursor=asked.get("cursor"))
    url = url_for(".show_timeline", ref=case.ref, sort=sort, cursor=lines.next_cursor) if lines.next_cursor else ""
    return {"case": case, "lines": lines, "sort": sort, "lines_url": url,
            "sort_options": [("", _("Everything")), *((each, translate(title)) for each, title in SORTS.items())]}


def conversation(case: Case, bench: Bench, *, typed: str = "", problems: Mapping[str, str] | None = None,
                 was_filled: bool = False) -> dict[str, Any]:
    """The messages with the person and the form below them."""
    replies = filled_replies(case, bench.replies)
    return {"case": case, "messages": list(reversed(bench.messages)), "replies": replies, "message_typed": typed,
            "unread": sum(message.unread for message in bench.messages), "message_problems": problems or {},
            "message_key": uuid4(), "message_filled": was_filled,
            "reply_options": [("", _("Quick reply …")),
                              *((reply.id, reply.title(current_locale())) for reply in replies)]}


def person_notes(bench: Bench, *, typed: str = "", problems: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Notes about the person and the form below them."""
    return {"person_notes": bench.person_notes, "person_note_typed": typed, "person_note_problems": problems or {},
            "person_note_key": uuid4()}


def writers(context: Mapping[str, Any]) -> set[UUID | None]:
    """Every colleague whom these parts of a page name."""
    case = context["case"]
    named: set[UUID | None] = {case.decided_by, case.assigned_to}
    named |= {line.actor_id for line in context["lines"].rows} if "lines" in context else set()
    named |= {message.author_id for message in context.get("messages", ())}
    named |= {note.author_id for note in context.get("person_notes", ())}
    named |= {each.by for each in context.get("lost", ())}
    for decision in context.get("decisions", ()):
        named |= {decision.decided_by, decision.approver_id, decision.settled_by}
    return named | {context["conflict"]["by"]} if context.get("conflict") else named
