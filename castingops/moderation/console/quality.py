"""Blind re-review: a reviewer sees the thing and not what was decided; those who steer see how far both agree."""
from typing import Any
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.core.actor import Actor
from castingops.core.i18n import translate
from castingops.moderation import permissions, queries, rules, service
from castingops.moderation.console.base import blueprint, shared
from castingops.moderation.console.periods import period_of
from castingops.moderation.errors import InvalidDecision
from castingops.moderation.forms import DecisionForm
from castingops.moderation.models import Case
from castingops.moderation.models.quality import QualitySample
from castingops.moderation.queries import reporting
from castingops.moderation.service import quality
from castingops.moderation.types.quality import SampleState
from castingops.web.downloads import csv_download
from castingops.web.pages import go, page, page_or_fragment, wants_fragment


@blueprint.get("/moderation/quality/", permission=permissions.FIGURES)
def show_quality(*, actor: Actor) -> Response:
    """Agreement and κ of a period, and the pairs behind them, newest first."""
    period, problems = period_of(request.args)
    kind, cursor = _kind(request.args.get("kind", "")), request.args.get("cursor")
    differing = request.args.get("differing") == "1"
    reviewed = quality.list_reviewed(actor=actor, cursor=cursor, differing=differing, kind=kind)
    query = {"first": period.first.isoformat(), "last": period.last.isoformat(), "kind": kind or None,
             "differing": "1" if differing else None}
    people = [person for row in reviewed.rows for person in (row.decided_by, row.reviewer)]
    return page_or_fragment(
        "moderation/quality/list.html", "moderation/quality/_list.html", status=422 if problems else 200,
        period=period, problems=problems, reviewed=reviewed, query={key: each for key, each in query.items() if each},
        cursor=cursor, differing=differing, kind=kind, **shared(actor, people=people),
        measured=None if wants_fragment() else quality.measure(period, actor=actor, kind=kind),
        titles={} if wants_fragment() else reporting.policy_titles(actor=actor),
        may_review=actor.may(permissions.REVIEW))


@blueprint.get("/moderation/quality/export.csv", permission=permissions.FIGURES)
def export_quality(*, actor: Actor) -> Response:
    """The agreement of a period by policy as CSV: codes and figures, no persons."""
    period, _problems = period_of(request.args)
    kind = _kind(request.args.get("kind", ""))
    measured = quality.measure(period, actor=actor, kind=kind)
    titles = [_("Policy"), _("Cited in"), _("Pairs"), _("Agree"), _("Cohen's kappa")]
    found = [(_("Outcome"), measured.outcome.pairs, measured.outcome),
             *((each.code, each.cited, each.agreement) for each in measured.policies)]
    rows = [[title, str(cited), str(each.pairs), str(each.agreed), "" if each.kappa is None else f"{each.kappa:.4f}"]
            for title, cited, each in found]
    return csv_download([titles, *rows], f"quality-{period.first}-{period.last}.csv")


@blueprint.get("/moderation/quality/reviews", permission=permissions.REVIEW)
def show_reviews(*, actor: Actor) -> Response:
    """How many reviews wait for the actor, and the way in."""
    return page("moderation/quality/start.html", waiting=quality.open_reviews(actor=actor), done=None, **shared(actor))


@blueprint.post("/moderation/quality/reviews/next", permission=permissions.REVIEW)
def next_review(*, actor: Actor) -> Response:
    """Take the next review, or back to where one begins when there is none."""
    number = quality.take_next(actor=actor)
    here = "moderation_console."
    where = url_for(f"{here}show_review", number=number) if number else url_for(f"{here}show_reviews")
    return go(where)


@blueprint.get("/moderation/quality/reviews/<int:number>", permission=permissions.REVIEW)
def show_review(*, actor: Actor, number: int) -> Response:
    """The thing as it was submitted, without a word of what was decided; afterwards both judgements."""
    sample, case = quality.get_mine(number, actor=actor)
    return _page(sample, case, actor, DecisionForm())


@blueprint.post("/moderation/quality/reviews/<int:number>", permission=permissions.REVIEW, idempotent=True)
def review(*, actor: Actor, number: int) -> Response:
    """Judge it. A refusal keeps what was typed."""
    form = DecisionForm(request.form)
    problems = {} if form.validate() else {name: " ".join(map(str, errors)) for name, errors in form.errors.items()
                                           if name}
    if not problems:
        try:
            quality.review(number, form.draft(), actor=actor)
        except InvalidDecision as refusal:
            problems = {name: translate(text) for name, text in refusal.fields.items()}
    sample, case = quality.get_mine(number, actor=actor)
    return _page(sample, case, actor, form, problems=problems, status=422 if problems else 200)


@blueprint.post("/moderation/quality/reviews/<int:number>/photos/<uuid:photo_id>/reveal",
                permission=permissions.REVEAL)
def reveal_review_photo(*, actor: Actor, number: int, photo_id: UUID) -> Response:
    """Show one photo clear, recorded like any look."""
    sample, case = quality.get_mine(number, actor=actor)
    url = service.reveal_photo(case.ref, photo_id, actor=actor)
    if wants_fragment():
        photo = _photo(sample, case, photo_id, actor, index=0, clear=url)
        return page_or_fragment("", "moderation/quality/_photo.html", photo=photo)
    return _page(sample, case, actor, DecisionForm(), revealed={photo_id: url})


def _page(sample: QualitySample, case: Case, actor: Actor, form: DecisionForm, *, status: int = 200,
          problems: dict[str, str] | None = None, revealed: dict[UUID, str] | None = None) -> Response:
    kind, done = service.kind_of(case.kind), sample.state == SampleState.DONE
    submission, erased = service.load_or_blank(case, kind, actor=actor)
    approved = kind.find_approved(case.entity_id, case.subject_revision, actor=actor.entering(case.subject_id))
    photos = [_photo(sample, case, photo_id, actor, index=index, clear=(revealed or {}).get(photo_id, ""))
              for index, photo_id in enumerate(submission.photo_ids, 1)]
    context: dict[str, Any] = {
        "sample": sample, "case": case, "submission": submission, "erased": erased, "approved": approved,
        "changes": rules.compare(approved, submission), "photos": photos, "form": form, "problems": problems or {},
        "key": uuid4(), "policies": [] if done else queries.list_policies(case.kind), "outcomes": kind.outcomes,
        # both may be seen once it cannot be changed any more
        "judged": quality.get_reviewed(sample.number) if done else None, **shared(actor)}
    return page("moderation/quality/review.html", status=status, **context)


def _photo(sample: QualitySample, case: Case, photo_id: UUID, actor: Actor, *, index: int,
           clear: str) -> dict[str, Any]:
    inside = actor.entering(case.subject_id)
    blurred = service.kind_of(case.kind).photo_url(photo_id, clear=False, actor=inside)
    reveal = url_for("moderation_console.reveal_review_photo", number=sample.number, photo_id=photo_id)
    label = _("Photo %(number)d", number=index) if index else _("Photo")
    return {"id": f"photo-{photo_id}", "src": clear or blurred, "index": index, "label": label,
            "reveal_url": "" if clear else reveal}


def _kind(asked: str) -> str:
    return asked if asked in {kind.name for kind in service.all_kinds()} else ""
