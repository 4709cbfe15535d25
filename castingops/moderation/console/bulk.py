"""Bulk actions for staff: the frozen list, what would be sent, progress, results (MOD-2)."""
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from castingops.core.actor import Actor
from castingops.core.errors import Invalid
from castingops.core.i18n import current_locale, translate
from castingops.core.messages import N_
from castingops.moderation import permissions, queries
from castingops.moderation.console.base import blueprint, shared
from castingops.moderation.console.rows import names_of
from castingops.moderation.errors import BulkOver, BulkStarted, TooManyCases
from castingops.moderation.forms import BulkForm, queue_filter
from castingops.moderation.models import BulkJob
from castingops.moderation.queries import work
from castingops.moderation.queries.bulk import BulkRow
from castingops.moderation.rules import bulk as rules
from castingops.moderation.service import bulk as service
from castingops.moderation.types import EXPORT_NAMED
from castingops.moderation.types import bulk as types
from castingops.moderation.types.bulk import BulkAct, BulkState, ItemResult
from castingops.web.downloads import csv_download
from castingops.web.errors import Failure, render
from castingops.web.pages import go, page, page_or_fragment, wants_fragment

BEAT, BEAT_MOST = 2, 30  # seconds between two looks; it doubles while nothing moves


@blueprint.get("/moderation/bulk", permission=permissions.READ_BULK)
def list_bulk(*, actor: Actor) -> Response:
    """Bulk actions, newest first: one's own, or everybody's for seniors, compliance and auditors."""
    cursor = request.args.get("cursor")
    jobs = service.list_jobs(actor=actor, cursor=cursor)
    return page_or_fragment("moderation/bulk/list.html", "moderation/bulk/_jobs.html", page=jobs, cursor=cursor,
                            words=types, names=names_of({job.created_by for job in jobs.rows}))


@blueprint.post("/moderation/bulk", permission=permissions.RUN_BULK)
def freeze_cases(*, actor: Actor) -> Response:
    """Freeze the ticked cases, or with `all` every case of the filter, and lead to the preview."""
    if request.form.get("all"):
        job = service.freeze_filter(queue_filter({**request.args, **request.form}), actor=actor)
    else:
        job = service.freeze(request.form.getlist("case"), actor=actor)
    return _to(job)


@blueprint.errorhandler(RequestEntityTooLarge)
def refuse_size(error: RequestEntityTooLarge) -> Response:
    """A list too long to be read is answered like one too long to be worked on: the most is named."""
    message = TooManyCases.message if request.path.endswith("/moderation/bulk") else N_("This is too large to send.")
    return render(Failure(413, "too_large", message, {}, {}, {}))


@blueprint.get("/moderation/bulk/<bulk_ref>", permission=permissions.READ_BULK)
def show_bulk(*, actor: Actor, bulk_ref: str) -> Response:
    """A bulk action: what is frozen and what may be done with it, or how far it is and what came of each case."""
    job = service.get_job(bulk_ref, actor=actor)
    return page_or_fragment("moderation/bulk/detail.html", "moderation/bulk/_list.html", **_page(job, actor))


@blueprint.post("/moderation/bulk/<bulk_ref>/preview", permission=permissions.RUN_BULK)
def preview_bulk(*, actor: Actor, bulk_ref: str) -> Response:
    """What the act as typed would send to the first cases. Changes nothing."""
    job, form = service.get_job(bulk_ref, actor=actor), BulkForm(request.form)
    status, samples, problems = 200, None, {}
    try:
        samples = service.samples(job, form.draft(), actor=actor)
    except Invalid as refusal:
        status, problems = refusal.status, _told(refusal)
    return _form_answer(job, actor, form, status, samples=samples, problems=problems)


@blueprint.post("/moderation/bulk/<bulk_ref>/confirm", permission=permissions.RUN_BULK, idempotent=True)
def confirm_bulk(*, actor: Actor, bulk_ref: str) -> Response:
    """Start it. A refusal keeps what was typed."""
    form = BulkForm(request.form)
    try:
        return _to(service.confirm(bulk_ref, form.draft(), actor=actor))
    except Invalid as refusal:
        return _form_answer(service.get_job(bulk_ref, actor=actor), actor, form, refusal.status,
                            problems=_told(refusal))


@blueprint.get("/moderation/bulk/<bulk_ref>/progress", permission=permissions.READ_BULK)
def show_progress(*, actor: Actor, bulk_ref: str) -> Response:
    """How far it is. The fragment asks again by itself, ever more seldom while nothing moves, until it is over."""
    job = service.get_job(bulk_ref, actor=actor)
    return page_or_fragment("moderation/bulk/detail.html", "moderation/bulk/_progress.html",
                            **_page(job, actor) | {"polled": wants_fragment()})


@blueprint.post("/moderation/bulk/<bulk_ref>/stop", permission=permissions.RUN_BULK)
def stop_bulk(*, actor: Actor, bulk_ref: str) -> Response:
    """Stop before the next case."""
    return _act(lambda: service.stop(bulk_ref, actor=actor), bulk_ref, actor)


@blueprint.post("/moderation/bulk/<bulk_ref>/resume", permission=permissions.RUN_BULK)
def resume_bulk(*, actor: Actor, bulk_ref: str) -> Response:
    """Take it up again when it broke off."""
    return _act(lambda: service.resume(bulk_ref, actor=actor), bulk_ref, actor)


@blueprint.post("/moderation/bulk/<bulk_ref>/undo", permission=permissions.RUN_BULK)
def undo_bulk(*, actor: Actor, bulk_ref: str) -> Response:
    """Undo what has not taken effect, and do no more."""
    return _act(lambda: service.undo(bulk_ref, actor=actor), bulk_ref, actor)


@blueprint.get("/moderation/bulk/<bulk_ref>/export.csv", permission=permissions.READ_BULK, records=True)
def export_bulk(*, actor: Actor, bulk_ref: str) -> Response:
    """The result of each case as CSV. Recorded; a long file carries no names, and no minor's name ever."""
    job = service.get_job(bulk_ref, actor=actor)
    rows = service.export(job, actor=actor)
    named = len(rows) <= EXPORT_NAMED
    heading = [_("Position"), _("Case"), _("Name"), _("Revision"), _("Result"), _("Reason")]
    return csv_download([heading, *(_cells(row, named=named) for row in rows)], f"{job.ref.lower()}.csv")


def _to(job: BulkJob) -> Response:
    return go(url_for(".show_bulk", bulk_ref=job.ref))


def _act(act: Callable[[], object], bulk_ref: str, actor: Actor) -> Response:
    """The page after an act; one that came too late shows how things stand."""
    try:
        act()
    except (BulkOver, BulkStarted) as refusal:
        job = service.get_job(bulk_ref, actor=actor)
        return page("moderation/bulk/detail.html", status=refusal.status,
                    **_page(job, actor) | {"conflict": translate(refusal.message)})
    return go(url_for(".show_bulk", bulk_ref=bulk_ref))


def _form_answer(job: BulkJob, actor: Actor, form: BulkForm, status: int, **parts: Any) -> Response:
    context = _page(job, actor) | {"form": form, **parts}
    return page_or_fragment("moderation/bulk/detail.html", "moderation/bulk/_form.html", status=status, **context)


def _page(job: BulkJob, actor: Actor) -> dict[str, Any]:
    wanted, cursor = request.args.get("result", ""), request.args.get("cursor")
    result = wanted if wanted in set(ItemResult) else ""
    found, tally = service.list_items(job, cursor=cursor, result=result), service.tally(job)
    mine = job.created_by == actor.user_id and actor.may(permissions.RUN_BULK)
    senior = actor.may(permissions.RUN_BULK) and actor.may(permissions.APPROVE)
    return {
        **shared(actor, people=[job.created_by]), "job": job, "page": found, "cursor": cursor, "result": result,
        "tally": tally, "bulk": types, "form": BulkForm(), "samples": None, "problems": {},
        "conflict": "", "key": uuid4(), "code_words": code_words, "mine": mine, "may_stop": mine or senior,
        "undoable": service.undoable(job) if job.started_at else 0, "polled": False, "wait": _wait(tally.handled),
        "acts": rules.acts_for(job.kind), **_choices(job)}


def _choices(job: BulkJob) -> dict[str, Any]:
    """Policies that its cases can be refused under, and queues; only a draft is still chosen for."""
    if job.state != BulkState.DRAFT:
        return {"policies": [], "queues": []}
    policies = [policy for policy in queries.list_policies(job.kind) if BulkAct.REJECT in policy.statements]
    return {"policies": policies,
            "queues": [(queue.code, queue.title(current_locale())) for queue in work.list_queues()]}


def _wait(handled: int) -> int:
    """Seconds until the next look: 2 while it moves, else twice as long as before."""
    before, seen = request.args.get("wait", ""), request.args.get("seen", "")
    if not before.isdecimal() or seen != str(handled):
        return BEAT
    return min(BEAT_MOST, 2 * max(BEAT, int(before[:3])))


def _told(refusal: Invalid) -> dict[str, str]:
    return {name: translate(text) for name, text in refusal.fields.items()}


def code_words(code: str) -> str:
    """What became of a case, in words."""
    return translate(types.CODES.get(code, code))


def _cells(row: BulkRow, *, named: bool) -> list[str]:
    return [str(row.position), row.ref, row.title(current_locale()) if named and not row.minor else "",
            str(row.revision), translate(types.RESULTS[row.result][0]), code_words(row.code)]
